"""Rosters, votes and certificates for tests of one height, with keys that tests hold."""

from __future__ import annotations

from rochdale_protocol.core.keys import SeedSigner
from rochdale_protocol.minutes.roster import Roster, Witness
from rochdale_protocol.minutes.votes import Certificate, Ground, Vote, VoteKind

__all__ = ["COOP", "PREV", "certificate", "ground", "key", "roster", "vote"]

COOP = "c0" * 32
PREV = "9e" * 32


def key(number: int) -> SeedSigner:
    """Return the key of witness ``number``, counted from 0 in the order of the roster."""
    return SeedSigner(bytes([number + 1]) * 32)


def roster(count: int) -> Roster:
    """Return that many witnesses, in the order of their keys' numbers."""
    return Roster(tuple(Witness(f"{number:064x}", key(number).public) for number in range(count)))


def ground(count: int, height: int = 5) -> Ground:
    return Ground(COOP, height, PREV, roster(count))


def vote(on: Ground, number: int, kind: VoteKind, view: int, minute: str, parent: int = 0) -> Vote:
    """Return the vote of witness ``number``."""
    return Vote.sign(key(number), on, kind, view, minute, parent)


def certificate(on: Ground, numbers: range, kind: VoteKind, view: int, minute: str) -> Certificate:
    """Return the certificate that these witnesses' votes make, be they enough or not."""
    return Certificate.collect(on, [vote(on, number, kind, view, minute) for number in numbers])
