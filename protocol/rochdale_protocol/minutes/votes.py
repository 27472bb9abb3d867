"""Votes and certificates (VOT-1 to VOT-5, CRT-1 to CRT-6 of ``specs/03-minutes.md``)."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from hashlib import sha256

from ..core.canonical import encode
from ..core.errors import DecodeError, Refused
from ..core.hashes import Tag
from ..core.keys import Signer, is_valid
from ..core.limits import INTEGER_MAX, SHORT_ID, WITNESSES_MAX
from .roster import Roster
from .shelf import height_key

__all__ = [
    "VOTE_SIZE",
    "Certificate",
    "Ground",
    "Vote",
    "VoteKind",
    "evidence_between",
    "vote_statement",
]


class VoteKind(IntEnum):
    """Simplex's four kinds of signature."""

    PROPOSE = 1
    NOTARIZE = 2
    NULLIFY = 3
    FINALIZE = 4


@dataclass(frozen=True, slots=True)
class Ground:
    """What every signature of one height covers besides its own fields (VOT-1)."""

    coop: str
    height: int
    prev: str
    roster: Roster

    def statement(self, kind: VoteKind, view: int, minute: str, parent: int) -> bytes:
        """Return the canonical bytes that a vote signs."""
        place = (self.coop, self.height, self.prev, self.roster.hash)
        return vote_statement(*place, kind, view, minute, parent)


def vote_statement(
    coop: str,
    height: int,
    prev: str,
    roster: str,
    kind: VoteKind,
    view: int,
    minute: str,
    parent: int,
) -> bytes:
    """Return the canonical bytes that a vote signs; ``roster`` is the hash of its witnesses."""
    return encode(
        {
            "coop": coop,
            "height": height,
            "prev": prev,
            "roster": roster,
            "kind": kind.name.lower(),
            "view": view,
            "minute": minute,
            "parent": parent,
        }
    )


_VOTE = struct.Struct(">QBII32s32s64s")
VOTE_SIZE = _VOTE.size


@dataclass(frozen=True, slots=True)
class Vote:
    """One signature of one witness on one question.

    ``minute`` is ZERO_ID in a NULLIFY; ``parent`` is the view that justifies a PROPOSE
    (0 for a fresh minute) and 0 in every other kind.

    Attributes:
        short: the short id by which a summary names the vote.
    """

    height: int
    kind: VoteKind
    view: int
    parent: int
    minute: str
    device: str
    signature: bytes
    short: str = field(init=False, repr=False, compare=False)
    _data: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Each vote is named to every peer, again and again.
        data = _VOTE.pack(
            self.height,
            self.kind,
            self.view,
            self.parent,
            bytes.fromhex(self.minute),
            bytes.fromhex(self.device),
            self.signature,
        )
        object.__setattr__(self, "_data", data)
        object.__setattr__(self, "short", sha256(data).hexdigest()[:SHORT_ID])

    def to_bytes(self) -> bytes:
        """Return the 145 bytes of a vote (VOT-2)."""
        return self._data

    @classmethod
    def from_bytes(cls, data: bytes) -> Vote:
        """Return the vote in ``data``; raises DecodeError VOT-2 or VOT-3."""
        if len(data) != _VOTE.size:
            raise DecodeError("VOT-2", size=len(data))
        height, kind, view, parent, minute, device, signature = _VOTE.unpack(data)
        if not (1 <= kind <= 4 and 1 <= height <= INTEGER_MAX and view >= 1):
            raise DecodeError("VOT-3", kind=kind, height=height, view=view)
        if (parent and kind != VoteKind.PROPOSE) or parent >= view:
            raise DecodeError("VOT-3", parent=parent)
        if (minute == bytes(32)) != (kind == VoteKind.NULLIFY):
            raise DecodeError("VOT-3", minute=minute.hex())
        return cls(height, VoteKind(kind), view, parent, minute.hex(), device.hex(), signature)

    @classmethod
    def sign(
        cls, signer: Signer, ground: Ground, kind: VoteKind, view: int, minute: str, parent: int
    ) -> Vote:
        """Sign; the caller makes the vote durable before it is sent."""
        statement = ground.statement(kind, view, minute, parent)
        signature = signer.sign(Tag.SIGN_VOTE, statement)
        return cls(ground.height, kind, view, parent, minute, signer.public, signature)

    def key(self) -> str:
        """Return where a book keeps the vote."""
        question = f"{self.view:010d}/{int(self.kind)}/{self.device}/{self.minute}/{self.parent}"
        return f"{height_key(self.height)}/v/{question}"

    def check(self, ground: Ground) -> None:
        """Raise Refused VOT-4 (not a witness of this height) or VOT-5 (signature)."""
        if self.height != ground.height or self.device not in ground.roster.places:
            raise Refused("VOT-4", device=self.device, height=self.height)
        statement = ground.statement(self.kind, self.view, self.minute, self.parent)
        if not is_valid(
            bytes.fromhex(self.device), Tag.SIGN_VOTE.value + statement, self.signature
        ):
            raise Refused("VOT-5", device=self.device)


def evidence_between(first: Vote, second: Vote) -> bool:
    """Say whether no honest witness signs both votes (VOT-6).

    They are of one device and height. One question twice with different answers is a
    fault, and so is to nullify and to finalise one view.
    """
    if first.view != second.view:
        return False
    if first.kind == second.kind:
        return (first.minute, first.parent) != (second.minute, second.parent)
    return {first.kind, second.kind} == {VoteKind.NULLIFY, VoteKind.FINALIZE}


_CERTIFICATE = struct.Struct(">BQI32s32s32sH")


@dataclass(frozen=True, slots=True)
class Certificate:
    """Signatures of a quorum on one thing: 111 bytes, a bit a witness, 64 bytes a signer.

    ``signers`` are places in the roster, ascending, with ``signatures`` in that order.
    """

    kind: VoteKind
    height: int
    view: int
    minute: str
    prev: str
    roster_hash: str
    roster_size: int
    signers: tuple[int, ...]
    signatures: tuple[bytes, ...]

    @classmethod
    def collect(cls, ground: Ground, votes: Iterable[Vote]) -> Certificate:
        """Make a certificate of votes that agree on kind, view and minute."""
        by_place = {ground.roster.places[vote.device]: vote for vote in votes}
        signers = tuple(sorted(by_place))
        first = by_place[signers[0]]
        return cls(
            first.kind,
            ground.height,
            first.view,
            first.minute,
            ground.prev,
            ground.roster.hash,
            len(ground.roster),
            signers,
            tuple(by_place[place].signature for place in signers),
        )

    def to_bytes(self) -> bytes:
        bits = bytearray(-(-self.roster_size // 8))
        for place in self.signers:
            bits[place // 8] |= 1 << (place % 8)
        fixed = _CERTIFICATE.pack(
            self.kind,
            self.height,
            self.view,
            bytes.fromhex(self.minute),
            bytes.fromhex(self.prev),
            bytes.fromhex(self.roster_hash),
            self.roster_size,
        )
        return fixed + bytes(bits) + b"".join(self.signatures)

    @classmethod
    def from_bytes(cls, data: bytes) -> Certificate:
        """Return the certificate in ``data``; raises DecodeError CRT-1."""
        if len(data) < _CERTIFICATE.size:
            raise DecodeError("CRT-1", size=len(data))
        kind, height, view, minute, prev, roster_hash, size = _CERTIFICATE.unpack_from(data)
        start = _CERTIFICATE.size + -(-size // 8)
        bits = data[_CERTIFICATE.size : start]
        signers = tuple(
            place for place in range(8 * len(bits)) if bits[place // 8] >> (place % 8) & 1
        )
        if not 1 <= kind <= 4 or size > WITNESSES_MAX or len(data) != start + 64 * len(signers):
            raise DecodeError("CRT-1", size=len(data), signers=len(signers))
        if not (1 <= height <= INTEGER_MAX and view >= 1):
            raise DecodeError("CRT-1", height=height, view=view)
        if signers and signers[-1] >= size:
            raise DecodeError("CRT-1", signer=signers[-1], witnesses=size)
        return cls(
            VoteKind(kind),
            height,
            view,
            minute.hex(),
            prev.hex(),
            roster_hash.hex(),
            size,
            signers,
            tuple(data[at : at + 64] for at in range(start, len(data), 64)),
        )

    def votes(self, roster: Roster) -> Iterator[Vote]:
        """Yield the votes that the certificate is made of, given its witnesses."""
        for place, signature in zip(self.signers, self.signatures, strict=True):
            device = roster.witnesses[place].device
            yield Vote(self.height, self.kind, self.view, 0, self.minute, device, signature)

    def check(self, coop: str, roster: Roster) -> None:
        """Check every signature against a roster that is trusted.

        Raises:
            Refused: CRT-2 another roster, CRT-3 too few signers, CRT-4 a signature is
                not that witness's.
        """
        if self.roster_hash != roster.hash or self.roster_size != len(roster):
            raise Refused("CRT-2", roster=self.roster_hash)
        if len(self.signers) < roster.quorum:
            raise Refused("CRT-3", signers=len(self.signers), quorum=roster.quorum)
        ground = Ground(coop, self.height, self.prev, roster)
        message = Tag.SIGN_VOTE.value + ground.statement(self.kind, self.view, self.minute, 0)
        for place, signature in zip(self.signers, self.signatures, strict=True):
            device = roster.witnesses[place].device
            if not is_valid(bytes.fromhex(device), message, signature):
                raise Refused("CRT-4", device=device)

    def check_final(self, minute: str, height: int, prev: str) -> None:
        """Raise Refused CRT-5 unless this finalises exactly that minute."""
        if (self.kind, self.minute, self.height, self.prev) != (
            VoteKind.FINALIZE,
            minute,
            height,
            prev,
        ):
            raise Refused("CRT-5", minute=self.minute, height=self.height)
