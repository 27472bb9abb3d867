"""An election's ballots, and what of them a method may count (CNT-2, CNT-3).

Candidates are numbers from 0 here, in the order of the ballot paper; people and files
number them from 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Final, TypeAlias

from ...core.errors import DecodeError

__all__ = [
    "BALLOTS_MAX",
    "CANDIDATES_MAX",
    "SCORE_MAX",
    "Election",
    "Ranks",
    "Scores",
    "alike",
    "preferences",
    "standing",
]

CANDIDATES_MAX: Final = 200
"""Candidates of one election: more than any ballot paper holds, few enough to compare in pairs."""

BALLOTS_MAX: Final = 1_000_000_000
"""Ballots of one election: a large country's; sums of votes stay within 53 bits."""

SCORE_MAX: Final = 1_000
"""The largest score: more steps than anyone tells apart."""

Ranks: TypeAlias = tuple[tuple[int, ...], ...]
"""Candidates by rank: more than one share it, none means that the voter skipped it."""

Scores: TypeAlias = tuple[tuple[int, int], ...]
"""Candidates with their scores."""


@dataclass(frozen=True, slots=True)
class Election:
    """Who stands, for how many seats, and the ballots, alike ones together.

    Attributes:
        ranked, scored: how many ballots say the same; an election has one kind of them.
        withdrawn: candidates who stand no more, whose names stay on the ballots.
    """

    names: tuple[str, ...]
    seats: int
    ranked: Mapping[Ranks, int] = field(default_factory=dict)
    scored: Mapping[Scores, int] = field(default_factory=dict)
    withdrawn: tuple[int, ...] = ()
    title: str = ""

    def __post_init__(self) -> None:
        if not 0 < len(self.names) <= CANDIDATES_MAX:
            raise DecodeError("CNT-2", what="candidates", size=len(self.names), max=CANDIDATES_MAX)
        if not 0 < self.seats <= CANDIDATES_MAX:
            raise DecodeError("CNT-2", what="seats", size=self.seats, max=CANDIDATES_MAX)
        ballots = sum(self.ranked.values()) + sum(self.scored.values())
        if ballots > BALLOTS_MAX:
            raise DecodeError("CNT-2", what="ballots", size=ballots, max=BALLOTS_MAX)


def alike(ballots: Iterable[Ranks]) -> dict[Ranks, int]:
    """Return how many ballots say the same."""
    return dict(Counter(ballots))


def standing(election: Election) -> list[int]:
    """Return the candidates who have not withdrawn."""
    return [each for each in range(len(election.names)) if each not in election.withdrawn]


def preferences(election: Election) -> tuple[dict[tuple[int, ...], int], int]:
    """Return the ballots as one candidate after the other, and how many are invalid (CNT-3).

    A ballot is read up to a rank that is skipped or shared: from there on nobody can say
    whom the voter means next.
    """
    gone = frozenset(election.withdrawn)
    valid: Counter[tuple[int, ...]] = Counter()
    invalid = 0
    for ranks, amount in election.ranked.items():
        clear = tuple(chain.from_iterable(ranks))
        if gone or len(clear) != len(ranks) or not all(ranks):
            clear = _read(ranks, gone)
        if clear:
            valid[clear] += amount
        else:
            invalid += amount
    return dict(valid), invalid


def _read(ranks: Ranks, gone: frozenset[int]) -> tuple[int, ...]:
    clear: list[int] = []
    for rank in ranks:
        left = [each for each in rank if each not in gone]
        if len(left) > 1 or not rank:
            break
        clear += left
    return tuple(clear)
