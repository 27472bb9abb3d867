"""The checks that a run of seeds relies on: each sees what it is there for."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from rochdale_protocol.minutes.ledger import Ledger
from rochdale_protocol.minutes.roster import Roster

from .checks import every_check
from .disk import Disk
from .run import run_seed

SEEDS_MAX = 100


def _first_error(liar: str = "") -> str:
    """Return what breaks the first seed that breaks."""
    errors = (run_seed(seed, liar=liar).error for seed in range(SEEDS_MAX))
    return next((error for error in errors if error), "nothing broke")


def test_a_certificate_of_too_few_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of three are no quorum, though nobody is dishonest and nothing forks."""
    monkeypatch.setattr(Roster, "quorum", property(lambda roster: max(1, 2 * len(roster) // 3)))
    monkeypatch.setattr(
        "tests.sim.run.every_check", lambda book, voice: every_check(book, voice)[2:]
    )
    assert "signed for minute" in _first_error()


def test_a_lost_record_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A record that every node drops when another's minute becomes final is missed."""
    turn = Ledger._turn_page
    turns = count(1)

    def careless(ledger: Ledger, final: Any) -> None:
        turn(ledger, final)
        for record in ledger.pool.ids():
            if next(turns) % 2:
                ledger.drop(record)

    monkeypatch.setattr(Ledger, "_turn_page", careless)
    error = _first_error()
    assert any(sign in error for sign in ("has lost", "not settled", "fork", "doubts"))


def test_a_disk_that_lies_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no fsync works, a node contradicts itself after a crash, or falls back."""
    monkeypatch.setattr(Disk, "syncs", False)
    assert _first_error() != "nothing broke"
