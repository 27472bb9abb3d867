"""A clock of the nodes in this process that a test can put forward."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from rochdale_node import book
from rochdale_node.cli import times
from rochdale_protocol.minutes.ledger import Now

__all__ = ["Clock", "put_in"]


@dataclass(slots=True)
class Clock:
    """The real time, and what was added to it."""

    added_ms: int = 0

    def wall(self) -> int:
        """Return the time in milliseconds since 1970."""
        return _wall() + self.added_ms

    def now(self) -> Now:
        """Return the time as a book takes it."""
        return Now(_mono(), self.wall())

    def forward(self, ms: int) -> None:
        """Let so much time pass at once."""
        self.added_ms += ms


def _wall() -> int:
    return _REAL().wall


def _mono() -> int:
    return _REAL().mono


_REAL = book.clock


def put_in(patch: pytest.MonkeyPatch) -> Clock:
    """Give all nodes and commands of this process one such clock."""
    clock = Clock()
    patch.setattr(book, "clock", clock.now)
    patch.setattr(times, "now_ms", clock.wall)
    return clock
