"""Re-open nominations: a candidate who takes no seat and ends the election (CNT-8)."""

from __future__ import annotations

import pytest

from rochdale_protocol.core.errors import Refused
from rochdale_protocol.governance.counting.ballots import Election
from rochdale_protocol.governance.counting.methods import METHODS, count

from .elections import election, named

SEED = b"seed"


def of(ballots: str, seats: int, names: str = "") -> Election:
    return election(ballots, seats, names=names)


def test_stv_leaves_the_seats_unfilled() -> None:
    """CNT-8: R reaches the quota second; the second and third seat stay empty."""
    found = count("scottish-stv", of("40 A; 30 R; 20 B; 8 C; 2 D", 3), seed=SEED, reopen=4)
    assert (named(found), found.unfilled, found.reopened) == ("A", 2, True)
    assert found.rounds[-1].events[-1].kind == "reopened"


def test_stv_elects_those_before_them_at_the_last_vacancies() -> None:
    """CNT-8, CNT-12: B has more than R where the rest is elected, and C fewer."""
    ballots = "60 A; 20 B; 15 R; 3 C"
    assert named(count("scottish-stv", of(ballots, 4), seed=SEED)) == "ABRC"
    found = count("scottish-stv", of(ballots, 4), seed=SEED, reopen=3)
    assert (named(found), found.unfilled) == ("AB", 2)


def test_they_can_be_excluded() -> None:
    """CNT-8: with fewest votes they go like anyone else."""
    found = count("scottish-stv", of("4 A; 3 B; 1 R A", 1), seed=SEED, reopen=2)
    assert (named(found), found.reopened) == ("A", False)


@pytest.mark.parametrize("method", ["irv", "schulze", "approval"])
def test_nobody_comes_after_them(method: str) -> None:
    """CNT-8: where they come first, nobody is elected; where second, one is."""
    first = count(method, of("5 R; 3 A; 1 B", 1), seed=SEED, reopen=2)
    assert (first.elected, first.unfilled, first.reopened) == ((), 1, True)
    if method != "irv":
        second = count(method, of("5 A; 3 R; 1 B", 3), seed=SEED, reopen=2)
        assert (named(second), second.unfilled) == ("A", 2)


def test_who_does_not_stand_cannot_reopen() -> None:
    """CNT-8: they are a candidate, and one who did not withdraw."""
    for method in METHODS[:-1]:
        for reopen in (3, -1):
            with pytest.raises(Refused) as caught:
                count(method, of("5 A; 3 R; 1 B", 1), seed=SEED, reopen=reopen)
            assert caught.value.code == "CNT-8"
