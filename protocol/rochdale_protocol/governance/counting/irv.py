"""Instant-runoff voting: the alternative vote for one seat (CNT-14)."""

from __future__ import annotations

from .ballots import Election, preferences, standing
from .papers import Papers
from .report import Count, Event, Round
from .ties import Ties

__all__ = ["count_irv"]


def count_irv(election: Election, seed: bytes, reopen: int | None = None) -> Count:
    """Count an election of one by IRV; the arguments are those of ``count_stv``."""
    ballots, invalid = preferences(election)
    papers = Papers(ballots, len(election.names))
    hopeful = standing(election)
    ties = Ties(seed, hopeful)
    rounds: list[Round] = []
    events: list[Event] = []
    winner: int | None = None
    while winner is None:
        votes = papers.votes
        leader = max(hopeful, key=lambda each: votes[each], default=-1)
        if not ballots:
            events.append(Event("no_ballots"))
        elif len(hopeful) == 1 or 2 * votes[leader] > sum(votes):
            winner = leader
            kind = "reopened" if winner == reopen else "elected"
            events.append(Event(kind, (winner,), "majority" if sum(votes) else "last"))
        rounds.append(Round(tuple(votes), papers.exhausted, papers.loss, tuple(events)))
        if not ballots:
            break
        ties.keep(votes)
        if winner is None:
            fewest = min(votes[each] for each in hopeful)
            loser = ties.fewest([each for each in hopeful if votes[each] == fewest])
            hopeful.remove(loser)
            moved = papers.move(loser, fewest, frozenset(hopeful), lambda value: value)
            events = [*ties.taken(), Event("excluded", (loser,), "fewest"), moved]
    return Count(
        method="irv",
        names=election.names,
        seats=1,
        withdrawn=election.withdrawn,
        valid=sum(ballots.values()),
        invalid=invalid,
        quota=None,
        elected=() if winner is None or winner == reopen else (winner,),
        rounds=tuple(rounds),
        reopened=winner is not None and winner == reopen,
        seed=ties.seed if ties.is_drawn else b"",
        lot=ties.order if ties.is_drawn else (),
    )
