"""The witnesses of a height (MIN-1 to MIN-3 of ``specs/03-minutes.md``)."""

from __future__ import annotations

from dataclasses import dataclass, field

import orjson

from ..core.canonical import encode
from ..core.hashes import Tag, digest
from ..state.state import ReadState

__all__ = ["Roster", "Witness", "roster_of"]


@dataclass(frozen=True, slots=True)
class Witness:
    """A member and the one device that attests for it."""

    member: str
    device: str


@dataclass(frozen=True, slots=True)
class Roster:
    """The witnesses in the order of their members' ids: one member, one witness.

    Attributes:
        faulty_max: how many may be dishonest, ``(n - 1) // 3``.
        quorum: how many must sign, ``floor(2n / 3) + 1``.
        hash: names the roster in headers and signatures.
    """

    witnesses: tuple[Witness, ...]
    places: dict[str, int] = field(init=False, repr=False, compare=False)
    hash: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "places", {w.device: i for i, w in enumerate(self.witnesses)})
        object.__setattr__(self, "hash", digest(Tag.ROSTER, self.to_bytes()).hex())

    def to_bytes(self) -> bytes:
        """Return canonical JSON: pairs of member and device."""
        return encode([[witness.member, witness.device] for witness in self.witnesses])

    @classmethod
    def from_bytes(cls, data: bytes) -> Roster:
        """Return a roster that this node stored."""
        return cls(tuple(Witness(member, device) for member, device in orjson.loads(data)))

    def __len__(self) -> int:
        return len(self.witnesses)

    @property
    def faulty_max(self) -> int:
        return (len(self.witnesses) - 1) // 3

    @property
    def quorum(self) -> int:
        return 2 * len(self.witnesses) // 3 + 1

    def leaders(self, height: int, signers: tuple[str, ...]) -> tuple[str, ...]:
        """Return the devices in the order in which they lead the views of a height.

        Args:
            signers: devices that signed the certificate which the last minute carries.
                Those of them that still are witnesses come first, rotated by the
                height; then the others, rotated by the height (MIN-3).
        """
        signed = frozenset(signers)
        first = [w.device for w in self.witnesses if w.device in signed]
        then = [w.device for w in self.witnesses if w.device not in signed]
        return (*_rotated(first, height), *_rotated(then, height))


def _rotated(devices: list[str], by: int) -> list[str]:
    at = by % len(devices) if devices else 0
    return devices[at:] + devices[:at]


def roster_of(state: ReadState) -> Roster:
    """Return the roster that a state gives to the next height."""
    return Roster(
        tuple(Witness(member, value["device"]) for member, value in state.scan("witness/"))
    )
