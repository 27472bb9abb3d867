"""Scottish STV: the Scottish Local Government Elections Order 2007 (SSI 2007/42).

Implements CNT-9 to CNT-13, which follow rules 45 to 52 of the Order's Schedule 1: a Droop
quota that stays, surpluses by weighted inclusive Gregory with values cut off after five
decimal places, one exclusion at a time. The Order of 2011 (SSI 2011/399) has the same rules
under numbers higher by one.
"""

from __future__ import annotations

from .ballots import Election, preferences, standing
from .papers import Papers
from .report import UNIT, Count, Event, Round
from .ties import Ties

__all__ = ["count_stv"]


def count_stv(election: Election, seats: int, seed: bytes, reopen: int | None = None) -> Count:
    """Count an election by Scottish STV.

    Args:
        seed: of the lot that breaks ties which no earlier stage breaks.
        reopen: the candidate "Re-open nominations", if there is one (CNT-8).
    """
    return _Stv(election, seats, seed, reopen).count()


class _Stv:
    def __init__(self, election: Election, seats: int, seed: bytes, reopen: int | None) -> None:
        self.election, self.seats, self.reopen = election, seats, reopen
        ballots, self.invalid = preferences(election)
        self.valid = sum(ballots.values())
        self.quota = (self.valid // (seats + 1) + 1) * UNIT
        self.papers = Papers(ballots, len(election.names))
        self.ties = Ties(seed, standing(election))
        self.hopeful = standing(election)
        self.pending: list[int] = []
        self.elected: list[int] = []
        self.rounds: list[Round] = []
        self.events: list[Event] = []
        self.reopened = False

    def count(self) -> Count:
        if self.valid:
            self._elect()
        else:
            self.events.append(Event("no_ballots"))
        self._close_stage()
        while self.valid and not self._is_over():
            if self.pending:
                self._transfer()
            else:
                self._exclude()
            self._elect()
            self._close_stage()
        return Count(
            method="scottish-stv",
            names=self.election.names,
            seats=self.seats,
            withdrawn=self.election.withdrawn,
            valid=self.valid,
            invalid=self.invalid,
            quota=self.quota,
            elected=tuple(self.elected),
            rounds=tuple(self.rounds),
            reopened=self.reopened,
            seed=self.ties.seed if self.ties.is_drawn else b"",
            lot=self.ties.order if self.ties.is_drawn else (),
        )

    def _is_over(self) -> bool:
        return self.reopened or len(self.elected) == self.seats or not self.hopeful

    def _elect(self) -> None:
        """Rules 47 and 52, CNT-11 and CNT-12."""
        votes = self.papers.votes
        self._return([each for each in self.hopeful if votes[each] >= self.quota], "quota")
        vacancies = self.seats - len(self.elected)
        if not self.reopened and self.hopeful and len(self.hopeful) <= vacancies:
            self._return(list(self.hopeful), "last")

    def _return(self, candidates: list[int], reason: str) -> None:
        ordered = self.ties.by_votes(candidates, self.papers.votes)
        self.events += self.ties.taken()
        for each in ordered:
            if each == self.reopen:
                self.events.append(Event("reopened", (each,), reason))
                self.reopened = True
                return
            self.events.append(Event("elected", (each,), reason))
            self.elected.append(each)
            self.hopeful.remove(each)
            if self.papers.votes[each] > self.quota:
                self.pending.append(each)

    def _transfer(self) -> None:
        """Rules 48 and 49, CNT-10."""
        votes = self.papers.votes
        most = max(votes[each] for each in self.pending)
        source = self.ties.most([each for each in self.pending if votes[each] == most])
        self.events += self.ties.taken()
        surplus = most - self.quota
        moved = self.papers.move(
            source, surplus, frozenset(self.hopeful), lambda value: surplus * value // most
        )
        self.pending.remove(source)
        self.events.append(moved)

    def _exclude(self) -> None:
        """Rules 50 and 51, CNT-11."""
        votes = self.papers.votes
        fewest = min(votes[each] for each in self.hopeful)
        loser = self.ties.fewest([each for each in self.hopeful if votes[each] == fewest])
        self.events += self.ties.taken()
        self.hopeful.remove(loser)
        self.events.append(Event("excluded", (loser,), "fewest"))
        self.events.append(
            self.papers.move(loser, fewest, frozenset(self.hopeful), lambda value: value)
        )

    def _close_stage(self) -> None:
        papers = self.papers
        self.rounds.append(
            Round(tuple(papers.votes), papers.exhausted, papers.loss, tuple(self.events))
        )
        self.ties.keep(papers.votes)
        self.events = []
