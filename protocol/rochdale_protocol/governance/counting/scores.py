"""Approval and score voting: whoever has most is elected (CNT-16, CNT-17)."""

from __future__ import annotations

from .ballots import Election, standing
from .report import UNIT, Count, Event, Round
from .ties import Ties

__all__ = ["count_approval", "count_score"]


def count_approval(election: Election, seats: int, seed: bytes, reopen: int | None = None) -> Count:
    """Elect who is named on most ballots; the arguments are those of ``count_stv``."""
    gone = frozenset(election.withdrawn)
    totals = [0] * len(election.names)
    valid = invalid = 0
    for ranks, amount in election.ranked.items():
        named = [each for rank in ranks for each in rank if each not in gone]
        for each in named:
            totals[each] += amount
        if named:
            valid += amount
        else:
            invalid += amount
    return _most("approval", election, seats, Ties(seed, standing(election)), totals, valid,
                 invalid, reopen)  # fmt: skip


def count_score(election: Election, seats: int, seed: bytes, reopen: int | None = None) -> Count:
    """Elect whose scores sum to most; a candidate without a score gets 0 from that ballot."""
    gone = frozenset(election.withdrawn)
    totals = [0] * len(election.names)
    valid = invalid = 0
    for scores, amount in election.scored.items():
        given = [(each, score) for each, score in scores if each not in gone]
        for each, score in given:
            totals[each] += score * amount
        if given:
            valid += amount
        else:
            invalid += amount
    return _most("score", election, seats, Ties(seed, standing(election)), totals, valid, invalid,
                 reopen)  # fmt: skip


def _most(
    method: str, election: Election, seats: int, ties: Ties, totals: list[int], valid: int,
    invalid: int, reopen: int | None,
) -> Count:  # fmt: skip
    left = standing(election)
    elected: list[int] = []
    events: list[Event] = [] if valid else [Event("no_ballots")]
    reopened = False
    while valid and left and len(elected) < seats and not reopened:
        most = max(totals[each] for each in left)
        first = ties.most([each for each in left if totals[each] == most])
        left.remove(first)
        reopened = first == reopen
        events += ties.taken()
        events.append(Event("reopened" if reopened else "elected", (first,), "most"))
        if not reopened:
            elected.append(first)
    return Count(
        method=method,
        names=election.names,
        seats=seats,
        withdrawn=election.withdrawn,
        valid=valid,
        invalid=invalid,
        quota=None,
        elected=tuple(elected),
        rounds=(Round(tuple(total * UNIT for total in totals), 0, 0, tuple(events)),),
        reopened=reopened,
        seed=ties.seed if ties.is_drawn else b"",
        lot=ties.order if ties.is_drawn else (),
    )
