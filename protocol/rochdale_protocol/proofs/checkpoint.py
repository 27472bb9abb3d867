"""Checkpoints, ``*.rochdale-checkpoint.json``: a minute from which a verifier begins (PRF-19).

Who holds one trusts whoever gave it instead of the charter.
"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Final

from pydantic import Field, ValidationError

from ..core.canonical import decode, encode
from ..core.errors import DecodeError, LocalError
from ..core.fields import Model
from ..core.limits import CHECKPOINT_SIZE_MAX, WITNESSES_MAX
from ..core.ruleset import PROTOCOL_VERSION
from ..minutes.holdings import Holdings
from ..minutes.minute import MinuteHeader
from ..minutes.roster import Roster, Witness
from .rosters import Pair

__all__ = ["Checkpoint", "make_checkpoint"]

CHECKPOINT_VERSION: Final = 1


class Checkpoint(Model):
    """A minute's header with the witnesses whom it names for the next height."""

    v: int
    header: MinuteHeader
    witnesses: Annotated[list[Pair], Field(min_length=1, max_length=WITNESSES_MAX)]

    @property
    def coop(self) -> str:
        return self.header.coop

    @property
    def height(self) -> int:
        return self.header.height

    @cached_property
    def minute(self) -> str:
        """The id of the minute."""
        return self.header.id()

    @cached_property
    def roster(self) -> Roster:
        """The witnesses of the next height."""
        return Roster(tuple(Witness(*pair) for pair in self.witnesses))

    def to_bytes(self) -> bytes:
        """Return the bytes of the file."""
        return encode(self.model_dump())

    @classmethod
    def from_bytes(cls, data: bytes) -> Checkpoint:
        """Return a checkpoint that is in order in itself.

        Raises:
            DecodeError: CAN-n the bytes; PRF-2 the version; PRF-19 it is no checkpoint, or
                its witnesses are not those that its header names.
        """
        value = decode(data, CHECKPOINT_SIZE_MAX)
        version = value.get("v") if isinstance(value, dict) else None
        if type(version) is int and version != CHECKPOINT_VERSION:
            raise DecodeError("PRF-2", v=version)
        try:
            checkpoint = cls.model_validate(value)
        except ValidationError as error:
            places = [".".join(map(str, item["loc"])) for item in error.errors()]
            raise DecodeError("PRF-19", fields=places[:8]) from None
        header = checkpoint.header
        if header.v != PROTOCOL_VERSION or header.roster_hash != checkpoint.roster.hash:
            raise DecodeError("PRF-19", height=header.height)
        return checkpoint


def make_checkpoint(book: Holdings, height: int) -> Checkpoint:
    """Return the checkpoint of a final minute; raises LocalError PRF-23, there is none."""
    minute = book.minute(height) if 0 <= height <= book.height else None
    if minute is None:
        raise LocalError("PRF-23", height=height)
    witnesses = [[each.member, each.device] for each in book.roster_at(height + 1).witnesses]
    return Checkpoint(v=CHECKPOINT_VERSION, header=minute.header, witnesses=witnesses)
