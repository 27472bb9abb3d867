"""What a ledger tells its driver, and the time that the driver tells the ledger."""

from __future__ import annotations

from dataclasses import dataclass

from ..core.records import Verified
from .execute import Carried
from .minute import Minute
from .votes import Vote

__all__ = ["Announce", "Contradiction", "Finalised", "Fork", "News", "Now"]


@dataclass(frozen=True, slots=True)
class Now:
    """The time of a step: ``mono`` never jumps back, ``wall`` is since 1970, both in ms."""

    mono: int
    wall: int


@dataclass(frozen=True, slots=True)
class Announce:
    """Something new for every peer that lacks it."""

    what: Verified | Vote | Minute


@dataclass(frozen=True, slots=True)
class Finalised:
    """A minute became final here."""

    minute: Minute
    certificate: bytes
    carried: Carried


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A witness signed two votes that no honest one signs."""

    first: Vote
    second: Vote


@dataclass(frozen=True, slots=True)
class Fork:
    """Another node's book holds another final minute of a height; mine stands here."""

    height: int
    minute: str


News = Announce | Finalised | Contradiction | Fork
