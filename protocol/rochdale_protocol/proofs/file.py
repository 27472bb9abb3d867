"""The form of a proof file, ``*.rochdale.json`` (PRF-1, PRF-2 of ``specs/05-proofs.md``)."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any, Final, Literal

from pydantic import Field, ValidationError

from ..core.canonical import decode, encode
from ..core.errors import DecodeError
from ..core.fields import Count, Id, Model, PublicKey, SignatureHex
from ..core.limits import MINUTE_RECORDS_MAX, PROOF_SIZE_MAX
from ..minutes.minute import Code, MinuteHeader
from ..state.tree import StateProof
from .rosters import CertificateHex, Difference, RosterStep

__all__ = ["Claim", "Proof", "ProofMinute", "ProofRecord", "ProofSince", "ProofTaken", "StateItem"]

PROOF_VERSION: Final = 1
PATH_MAX: Final = 128
"""Hashes of a path: a history of 2**53 minutes needs fewer."""

Path = Annotated[list[Id], Field(max_length=PATH_MAX)]


class Claim(Model):
    """What the file is to prove; ``id`` is that of the record, agreement, member or proposal."""

    type: Literal["record", "agreement", "membership", "decision"]
    id: Id


class ProofSince(Model):
    """The checkpoint that the file begins from, and its way to the certified ``history_root``."""

    height: Count
    minute: Id
    path: Path


class ProofMinute(Model):
    """A minute before the certified one, and its way to that one's ``history_root``."""

    header: MinuteHeader
    path: Path


class ProofRecord(Model):
    """A record, its place, and its way to the ``records_root`` of that minute.

    ``code`` is what it was refused with, "" if it stands. ``body`` is None where the file
    doesn't hold it: it was erased, or it is not a JSON object.
    """

    height: Count
    index: Annotated[int, Field(ge=0, lt=MINUTE_RECORDS_MAX)]
    code: Code
    path: Path
    header: dict[str, Any]
    signature: SignatureHex
    body: dict[str, Any] | None


class ProofTaken(Model):
    """A record that a proposal took in, and the member from whom; its log proves its place."""

    member: PublicKey
    header: dict[str, Any]
    signature: SignatureHex
    body: dict[str, Any]


class StateItem(Model):
    """A value of the state, or None for a key that is absent."""

    value: dict[str, Any] | None
    proof: StateProof


class Proof(Model):
    """Everything that a verifier needs.

    The file begins from its ``charter``, whose ``rules`` stand in it if its own minute is
    the certified one, or else from a ``checkpoint`` that the verifier holds. ``header`` is
    that of the certified minute, ``certificate`` what finalised it ("" for the minute that the
    file begins from), and ``signers`` makes those who did of the witnesses to whom ``steps``
    lead. ``steps`` and ``minutes`` ascend by height,
    ``records`` by place, ``state`` by key; ``log`` is what the proposal took in, in that
    order, empty unless a decision is claimed. The size of the file bounds all lists.
    """

    v: int
    claim: Claim
    charter: dict[str, Any] | None
    rules: dict[str, Any] | None
    checkpoint: ProofSince | None
    steps: list[RosterStep]
    header: MinuteHeader
    certificate: CertificateHex
    signers: Difference
    minutes: list[ProofMinute]
    records: list[ProofRecord]
    state: list[StateItem]
    log: list[ProofTaken]

    def to_bytes(self) -> bytes:
        """Return the bytes of the file."""
        return encode(self.model_dump())

    @classmethod
    def from_bytes(cls, data: bytes) -> Proof:
        """Return a proof of which nothing but the form is checked.

        Raises:
            DecodeError: CAN-n the bytes; PRF-1 the fields and their order; PRF-2 the version.
        """
        value = decode(data, PROOF_SIZE_MAX)
        if isinstance(value, dict) and type(value.get("v")) is int and value["v"] != PROOF_VERSION:
            raise DecodeError("PRF-2", v=value["v"])
        try:
            proof = cls.model_validate(value)
        except ValidationError as error:
            places = [".".join(map(str, item["loc"])) for item in error.errors()]
            raise DecodeError("PRF-1", fields=places[:8]) from None
        proof._check_order()
        return proof

    @property
    def base(self) -> int:
        """The height of the minute that the file begins from."""
        return self.checkpoint.height if self.checkpoint else 0

    def _check_order(self) -> None:
        if (self.charter is None) == (self.checkpoint is None):
            raise DecodeError("PRF-1", fields=["charter", "checkpoint"])
        if (self.rules is not None) != (self.charter is not None and self.header.height == 0):
            raise DecodeError("PRF-1", fields=["rules"])
        if self.log and self.claim.type != "decision":
            raise DecodeError("PRF-1", fields=["log"])
        heights = [step.header.height for step in self.steps]
        minutes = [minute.header.height for minute in self.minutes]
        places = [(record.height, record.index) for record in self.records]
        keys = [item.proof.key for item in self.state]
        lists: tuple[list[Any], ...] = (heights, minutes, places, keys)
        names = ("steps", "minutes", "records", "state")
        for name, values in zip(names, lists, strict=True):
            if any(first >= second for first, second in pairwise(values)):
                raise DecodeError("PRF-1", unordered=name)
        if any("other" not in item.proof.model_fields_set for item in self.state):
            raise DecodeError("PRF-1", missing="other")
        last = self.header.height
        if any(height >= last for height in (*heights[-1:], *minutes[-1:])):
            raise DecodeError("PRF-1", after=last)
        if self.base > last or any(height <= self.base for height in heights[:1]):
            raise DecodeError("PRF-1", before=self.base)
        if self.checkpoint and self.base == last and self.checkpoint.path:
            raise DecodeError("PRF-1", fields=["checkpoint.path"])
