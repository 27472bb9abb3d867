"""The Schulze method: strongest paths, by winning votes (CNT-15).

After M. Schulze, "A new monotonic, clone-independent, reversal symmetric, and
Condorcet-consistent single-winner election method", 2011, sections 2.1 to 2.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from .ballots import Election, standing
from .report import UNIT, Count, Event, Round
from .ties import Ties

__all__ = ["count_schulze"]

Matrix = list[list[int]]


def count_schulze(election: Election, seats: int, seed: bytes, reopen: int | None = None) -> Count:
    """Rank the candidates and elect the first; the arguments are those of ``count_stv``."""
    candidates = standing(election)
    pairs, valid, invalid = _pairs(election)
    paths = _paths(pairs, candidates)
    ties = Ties(seed, candidates)
    ranking = _ranking(paths, candidates, ties)
    events = ties.taken()
    wins = [
        UNIT * sum(paths[each][other] > paths[other][each] for other in candidates)
        for each in range(len(election.names))
    ]
    elected: list[int] = []
    reopened = False
    for each in ranking[:seats] if valid else ():
        reopened = each == reopen
        events.append(Event("reopened" if reopened else "elected", (each,), "path"))
        if reopened:
            break
        elected.append(each)
    if not valid:
        events = [Event("no_ballots")]
    return Count(
        method="schulze",
        names=election.names,
        seats=seats,
        withdrawn=election.withdrawn,
        valid=valid,
        invalid=invalid,
        quota=None,
        elected=tuple(elected),
        rounds=(Round(tuple(wins), 0, 0, tuple(events)),),
        reopened=reopened,
        seed=seed if valid and ties.is_drawn else b"",
        lot=ties.order if valid and ties.is_drawn else (),
        ranking=ranking if valid else (),
        pairs=tuple(map(tuple, pairs)),
        paths=tuple(map(tuple, paths)),
    )


def _pairs(election: Election) -> tuple[Matrix, int, int]:
    """Return how many voters prefer each to each other, and valid and invalid ballots.

    Who is on a ballot is preferred to everyone who isn't; so first each counts against all,
    and then those at or above take it back.
    """
    size = len(election.names)
    gone = frozenset(election.withdrawn)
    named = [0] * size
    pairs = [[0] * size for _ in range(size)]
    valid = invalid = 0
    for ranks, amount in election.ranked.items():
        left = [[each for each in rank if each not in gone] for rank in ranks]
        left = [rank for rank in left if rank]
        if not left:
            invalid += amount
            continue
        valid += amount
        for rank, above in zip(left, accumulate(left), strict=True):
            for each in rank:
                named[each] += amount
                row = pairs[each]
                for other in above:
                    row[other] -= amount
    for each in range(size):
        if each not in gone:
            row = pairs[each]
            for other in range(size):
                row[other] = 0 if other in gone or other == each else row[other] + named[each]
    return pairs, valid, invalid


def _paths(pairs: Matrix, candidates: Sequence[int]) -> Matrix:
    size = len(pairs)
    paths = [
        [pairs[a][b] if pairs[a][b] > pairs[b][a] else 0 for b in range(size)] for a in range(size)
    ]
    for via in candidates:
        onward = paths[via]
        for start in candidates:
            row = paths[start]
            reach = row[via]
            if start != via and reach:
                for end in candidates:
                    if end != start:
                        strength = min(reach, onward[end])
                        row[end] = max(row[end], strength)
    return paths


def _ranking(paths: Matrix, candidates: Sequence[int], ties: Ties) -> tuple[int, ...]:
    """Put next, again and again, whom none of the others that are left beats."""
    left, ranking = list(candidates), []
    while left:
        first = ties.most(
            [
                each
                for each in left
                if all(paths[other][each] <= paths[each][other] for other in left)
            ]
        )
        left.remove(first)
        ranking.append(first)
    return tuple(ranking)
