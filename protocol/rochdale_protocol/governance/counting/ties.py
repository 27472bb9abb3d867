"""Ties: by the latest stage at which the tied differed, then by a lot (CNT-6, CNT-7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...core.hashes import Tag, digest
from .report import Event

__all__ = ["Ties", "draw"]


def draw(seed: bytes, candidates: Iterable[int]) -> tuple[int, ...]:
    """Return candidates in the order of the lot, the luckiest first (CNT-7)."""
    return tuple(sorted(candidates, key=lambda each: digest(Tag.LOT, seed, (each + 1).to_bytes(4))))


class Ties:
    """Breaks the ties of one count and remembers how."""

    def __init__(self, seed: bytes, candidates: Iterable[int]) -> None:
        self.seed = seed
        self.order = draw(seed, candidates)
        self.is_drawn = False
        self.events: list[Event] = []
        self._history: list[Sequence[int]] = []

    def keep(self, votes: Sequence[int]) -> None:
        """Keep the votes at the end of a stage, to look back at."""
        self._history.append(tuple(votes))

    def most(self, tied: Sequence[int]) -> int:
        """Return whom earlier stages, then the lot, put first; the events say how."""
        return self._choose(tied, sign=1)

    def fewest(self, tied: Sequence[int]) -> int:
        """Return whom earlier stages, then the lot, put last."""
        return self._choose(tied, sign=-1)

    def by_votes(self, candidates: Iterable[int], votes: Sequence[int]) -> list[int]:
        """Return candidates from the most votes to the fewest."""
        left, ordered = list(candidates), []
        while left:
            most = max(votes[each] for each in left)
            first = self.most([each for each in left if votes[each] == most])
            left.remove(first)
            ordered.append(first)
        return ordered

    def taken(self) -> list[Event]:
        """Return the ties broken since it was last asked."""
        events, self.events = self.events, []
        return events

    def _choose(self, tied: Sequence[int], sign: int) -> int:
        if len(tied) == 1:
            return tied[0]
        left = list(tied)
        for stage in range(len(self._history), 0, -1):
            votes = self._history[stage - 1]
            best = max(sign * votes[each] for each in left)
            left = [each for each in left if sign * votes[each] == best]
            if len(left) == 1:
                self._say(tied, left[0], "stage", stage)
                return left[0]
        self.is_drawn = True
        chosen = min(left, key=lambda each: sign * self.order.index(each))
        self._say(tied, chosen, "lot", 0)
        return chosen

    def _say(self, tied: Sequence[int], chosen: int, reason: str, stage: int) -> None:
        self.events.append(Event("tie", tuple(tied), reason, chosen=chosen, stage=stage))
