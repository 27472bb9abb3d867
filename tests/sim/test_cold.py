"""Whole co-ops whose newcomers take over certified states instead of carrying out minutes."""

from __future__ import annotations

import pytest

from rochdale_protocol.minutes.cold import ColdBook
from rochdale_protocol.minutes.execute import Carried

from .run import run_seed

SEEDS = 60


def test_seeds_hold_where_everyone_begins_cold(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that the simulator checks holds too where one minute is enough to begin cold."""
    monkeypatch.setattr("rochdale_protocol.minutes.ledger.COLD_MINUTES_MIN", 1)
    monkeypatch.setattr("rochdale_protocol.sync.cold.BATCH_SIZE", 500)
    taken = []
    finish = ColdBook.finish

    def counted(self: ColdBook, state: dict[str, bytes]) -> Carried:
        carried = finish(self, state)
        taken.append(self.height)
        return carried

    monkeypatch.setattr(ColdBook, "finish", counted)
    broken = {seed: error for seed in range(SEEDS) if (error := run_seed(seed).error)}
    assert broken == {}
    assert len(taken) > SEEDS // 4
    assert max(taken) > 3
