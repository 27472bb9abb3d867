"""From a trusted roster to later ones (PRF-4, PRF-5, PRF-17, PRF-18 of ``specs/05-proofs.md``).

A step names a certified minute, who certified it as a difference from the witnesses
known before, and whom it makes witnesses as a difference from those. Where more than a
third of a trusted roster are among the signers, all minutes between may be left out: at
least one honest witness then vouches for the roster that it signed with.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Annotated

from pydantic import Field, StringConstraints

from ..core.errors import Refused
from ..core.fields import Count, Model, PublicKey
from ..core.limits import WITNESSES_MAX
from ..core.ruleset import PROTOCOL_VERSION
from ..minutes.minute import MinuteHeader
from ..minutes.roster import Roster, Witness
from ..minutes.votes import Certificate

__all__ = [
    "CertificateHex",
    "Difference",
    "Pair",
    "RosterStep",
    "Skip",
    "Walk",
    "signed_by",
    "vouched",
]

CertificateHex = Annotated[str, StringConstraints(pattern=r"\A([0-9a-f]{2})*\z")]
Pair = Annotated[list[PublicKey], Field(min_length=2, max_length=2)]


class Difference(Model):
    """What makes one roster of another, in the one form that says it (PRF-17).

    ``added`` are pairs of member and device: new members, and members with another device
    than before. ``removed`` are members. Both ascend by member.
    """

    added: Annotated[list[Pair], Field(max_length=WITNESSES_MAX)]
    removed: Annotated[list[PublicKey], Field(max_length=WITNESSES_MAX)]

    @classmethod
    def between(cls, before: Roster, after: Roster) -> Difference:
        """Return the difference from one roster to another."""
        kept = frozenset(before.witnesses)
        members = {witness.member for witness in after.witnesses}
        return cls(
            added=[[each.member, each.device] for each in after.witnesses if each not in kept],
            removed=[each.member for each in before.witnesses if each.member not in members],
        )

    def apply(self, roster: Roster) -> Roster:
        """Return the other roster; raises Refused PRF-17, this is no difference from ``roster``."""
        if not self.added and not self.removed:
            return roster
        devices = {witness.member: witness.device for witness in roster.witnesses}
        added = [member for member, _ in self.added]
        if (
            any(
                first >= second
                for names in (added, self.removed)
                for first, second in pairwise(names)
            )
            or any(devices.get(member) == device for member, device in self.added)
            or any(member not in devices for member in self.removed)
            or not frozenset(added).isdisjoint(self.removed)
        ):
            raise Refused("PRF-17", roster=roster.hash)
        devices.update((member, device) for member, device in self.added)
        for member in self.removed:
            del devices[member]
        size = len(devices)
        if not 1 <= size <= WITNESSES_MAX or len(frozenset(devices.values())) != size:
            raise Refused("PRF-17", roster=roster.hash, witnesses=size)
        return Roster(tuple(Witness(*pair) for pair in sorted(devices.items())))


class RosterStep(Model):
    """A minute that leads to other witnesses.

    ``signers`` makes those who certified it of those known before; ``next`` makes of them
    those whom it names for the heights after it.
    """

    header: MinuteHeader
    certificate: CertificateHex
    signers: Difference
    next: Difference

    def rosters(self, before: Roster) -> tuple[Roster, Roster]:
        """Return who certified it and who follow; raises Refused PRF-17, or PRF-4 its hash."""
        signers = self.signers.apply(before)
        following = self.next.apply(signers)
        if following.hash != self.header.roster_hash:
            raise Refused("PRF-4", height=self.header.height)
        return signers, following


class Skip(Model):
    """A minute that was reached because ``signed`` of ``witnesses`` trusted ones signed it."""

    from_height: Count
    to_height: Count
    signed: int
    witnesses: int


def signed_by(certificate: Certificate, signers: Roster) -> frozenset[Witness]:
    """Return the members that signed, each with the device by which it did."""
    return frozenset(signers.witnesses[place] for place in certificate.signers)


def vouched(trusted: Roster, signed: frozenset[Witness]) -> int:
    """Return how many of the trusted witnesses signed, 0 if too few for a leap (PRF-18)."""
    count = len(signed.intersection(trusted.witnesses))
    return count if 3 * count > len(trusted) else 0


@dataclass(slots=True)
class Walk:
    """A way from what is trusted towards the newest minute.

    Attributes:
        height: of the last trusted minute; ``roster`` attests the next one.
        signatures: how many were checked.
        skips: the leaps between heights, in order.
    """

    coop: str
    height: int
    roster: Roster
    signatures: int = 0
    skips: list[Skip] = field(default_factory=list)

    def check(self, header: MinuteHeader, certificate: str, signers: Roster) -> tuple[str, int]:
        """Check that a later minute is final; returns its id and how many signed it.

        Raises:
            DecodeError: CRT-1. Refused: CRT-2 to CRT-5; PRF-5 the header; PRF-4 these are not
                the witnesses of the next height; PRF-18 too few trusted ones signed.
        """
        if header.v != PROTOCOL_VERSION or header.coop != self.coop:
            raise Refused("PRF-5", height=header.height)
        minute = header.id()
        found = Certificate.from_bytes(bytes.fromhex(certificate))
        found.check_final(minute, header.height, header.prev)
        found.check(self.coop, signers)
        self.signatures += len(found.signers)
        if signers.hash != self.roster.hash:
            self._skip(header.height, signed_by(found, signers))
        return minute, len(found.signers)

    def _skip(self, height: int, signed: frozenset[Witness]) -> None:
        if height == self.height + 1:
            raise Refused("PRF-4", height=height)
        count, size = vouched(self.roster, signed), len(self.roster)
        if not count:
            raise Refused("PRF-18", height=height, witnesses=size)
        self.skips.append(
            Skip(from_height=self.height, to_height=height, signed=count, witnesses=size)
        )

    def take(self, step: RosterStep, signers: Roster, following: Roster) -> None:
        """Trust the witnesses whom a certified step names; raises as ``check``."""
        self.check(step.header, step.certificate, signers)
        self.height, self.roster = step.header.height, following
