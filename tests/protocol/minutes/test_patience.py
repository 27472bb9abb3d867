"""Patience with a leader (LED-6)."""

from __future__ import annotations

import pytest

from rochdale_protocol.core.limits import JUMP_MS, PATIENCE_MAX_MS, PATIENCE_MS
from rochdale_protocol.minutes.patience import Patience


def test_patience_runs_out() -> None:
    """It is over after PATIENCE_MS of counted time and not a millisecond before."""
    patience = Patience()
    patience.wait(1, PATIENCE_MS - 1, counts=True)
    assert (patience.is_over(1), patience.left(1)) == (False, 1)
    patience.wait(1, 1, counts=True)
    assert patience.is_over(1)


def test_only_time_with_work_and_a_link_counts() -> None:
    """Time in which there was nothing to wait for is no impatience."""
    patience = Patience()
    patience.wait(1, PATIENCE_MS, counts=False)
    assert patience.left(1) == PATIENCE_MS


@pytest.mark.parametrize(
    ("view", "factor"), [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 30), (50, 30), (10**6, 30)]
)
def test_patience_doubles_up_to_a_minute(view: int, factor: int) -> None:
    """Each failed view doubles it, up to PATIENCE_MAX_MS."""
    assert Patience().left(view) == min(factor * PATIENCE_MS, PATIENCE_MAX_MS)


def test_a_new_view_begins_anew() -> None:
    """What was waited for one leader doesn't count against the next."""
    patience = Patience()
    patience.wait(1, PATIENCE_MS, counts=True)
    patience.wait(2, 500, counts=True)
    assert patience.left(2) == 2 * PATIENCE_MS
    patience.wait(2, 500, counts=True)
    assert patience.left(2) == 2 * PATIENCE_MS - 500


def test_sleep_is_no_patience() -> None:
    """A tick that comes much later than it was due means that the machine slept."""
    patience = Patience()
    patience.wait(1, PATIENCE_MS + JUMP_MS + 1, counts=True)
    assert patience.left(1) == PATIENCE_MS
    patience.wait(1, PATIENCE_MS + JUMP_MS, counts=True)
    assert patience.is_over(1)
