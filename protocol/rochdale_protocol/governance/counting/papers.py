"""Ballot papers in the piles of the candidates for whom they now stand."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from .report import UNIT, Event

__all__ = ["Papers"]


class Papers:
    """The papers of a count that moves them from candidate to candidate.

    Papers that say the same and came the same way stay together; each pile holds them by
    their value when received.
    """

    def __init__(self, ballots: Mapping[tuple[int, ...], int], candidates: int) -> None:
        self._ranks = list(ballots)
        self._amounts = list(ballots.values())
        self._at = [0] * len(ballots)
        self._piles: list[dict[int, list[int]]] = [{} for _ in range(candidates)]
        self.votes = [0] * candidates
        self.exhausted = 0
        self.loss = 0
        for paper, ranks in enumerate(self._ranks):
            self._piles[ranks[0]].setdefault(UNIT, []).append(paper)
            self.votes[ranks[0]] += UNIT * self._amounts[paper]

    def move(
        self, source: int, amount: int, hopeful: Collection[int], value: Callable[[int], int]
    ) -> Event:
        """Move a candidate's papers to the next preferences and say where the votes went.

        Args:
            amount: votes that leave the candidate.
            hopeful: who may receive them.
            value: of a paper now, by its value when the candidate received it.
        """
        gains: dict[int, int] = {}
        exhausted = 0
        for received, papers in sorted(self._piles[source].items()):
            worth = value(received)
            for paper in papers:
                votes = worth * self._amounts[paper]
                target = self._next(paper, hopeful)
                if target < 0:
                    exhausted += votes
                else:
                    gains[target] = gains.get(target, 0) + votes
                    self._piles[target].setdefault(worth, []).append(paper)
        self._piles[source] = {}
        loss = amount - sum(gains.values()) - exhausted
        self.votes[source] -= amount
        for target, votes in gains.items():
            self.votes[target] += votes
        self.exhausted += exhausted
        self.loss += loss
        to = tuple(sorted(gains.items()))
        return Event("transferred", (source,), amount=amount, to=to, exhausted=exhausted, loss=loss)

    def _next(self, paper: int, hopeful: Collection[int]) -> int:
        ranks = self._ranks[paper]
        for at in range(self._at[paper] + 1, len(ranks)):
            if ranks[at] in hopeful:
                self._at[paper] = at
                return ranks[at]
        self._at[paper] = len(ranks)
        return -1
