"""What the protocol promises of delays and silence, on real ledgers (SIM-1 to SIM-7)."""

from __future__ import annotations

import pytest

from benchmarks.figures import Figure
from benchmarks.minutes import absent_leaders, courier, delays, partitions, silence


@pytest.mark.parametrize("count", [4, 5, 7, 10])
def test_an_honest_leader_takes_three_delays(count: int) -> None:
    """From a leader with a record to a minute that is final everywhere: exactly three."""
    assert delays(count).value == 3


def test_an_absent_leader_costs_its_patience_and_two_delays() -> None:
    """For each leader that is away: at most one patience and two delays more."""
    assert [figure.value <= 2 for figure in absent_leaders()] == [True, True]


def test_idle_months_are_silent() -> None:
    """Seven linked nodes sign and say nothing in thirty days without work (SIM-7)."""
    assert silence().value == 0


@pytest.mark.parametrize("count", [4, 5, 7, 10, 13])
def test_one_who_visits_the_others_is_enough(count: int) -> None:
    """A minute is final after at most 2q - 1 visits of one courier."""
    figure: Figure = courier(count)
    assert 0 < figure.value <= figure.floor


def test_how_long_a_partition_lasts_costs_no_delay() -> None:
    """After an hour and after ninety days apart the same number of delays are needed."""
    (figure,) = partitions()
    assert figure.value == figure.floor > 0
