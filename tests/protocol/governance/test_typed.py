"""Ballots and times as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rochdale_protocol.core.errors import LocalError
from rochdale_protocol.core.limits import DAY_MS
from rochdale_protocol.core.ruleset import standard_rules
from rochdale_protocol.governance.counting.ballots import SCORE_MAX
from rochdale_protocol.governance.typed import (
    find_candidate,
    opening_after,
    read_ranks,
    read_scores,
    usual_class,
)

NAMES = ("Ann Lee", "Annie", "Bob", "3", "Re-open nominations")


@pytest.mark.parametrize(
    ("text", "ranks"),
    [
        ("Bob, Annie", [[3], [2]]),
        ("bob=Ann L, re", [[3, 1], [5]]),
        ("2,1 = 5", [[2], [1, 5]]),
        ("3", [[4]]),
        ("", []),
        (" , bob ,", [[3]]),
    ],
)
def test_ranks_are_read(text: str, ranks: list[list[int]]) -> None:
    """Whole names go before numbers, numbers before beginnings; ``=`` joins equals."""
    assert read_ranks(text, NAMES) == ranks


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Ann", "Ann may be 1 Ann Lee, 2 Annie"),
        ("Cy", "no candidate is called Cy"),
        ("6", "no candidate is called 6"),
        ("0", "no candidate is called 0"),
        ("Bob,=", "no candidate is called nothing"),
        ("Bob, Annie, bob", "Bob is named twice"),
    ],
)
def test_what_is_unclear_is_refused(text: str, why: str) -> None:
    """Who may be several, nobody, or is there already is refused, and the reason says who."""
    with pytest.raises(LocalError) as caught:
        read_ranks(text, NAMES)
    assert (caught.value.code, caught.value.fields["why"]) == ("GOV-20", why)


def test_scores_are_read() -> None:
    """A score follows the last ``=``; one that is no number up to the most is refused."""
    assert read_scores(f"Bob=5, ann l=0, 2={SCORE_MAX}", NAMES) == [(3, 5), (1, 0), (2, SCORE_MAX)]
    for wrong in ("Bob", "Bob=-1", f"Bob={SCORE_MAX + 1}", "Bob=²", "Bob=1, Bob=2"):
        with pytest.raises(LocalError):
            read_scores(wrong, NAMES)


@given(st.text(max_size=20), st.lists(st.text(max_size=8), max_size=5))
def test_anything_that_is_typed_is_read_or_refused(text: str, names: list[str]) -> None:
    """No text leads to another error, or to a candidate that isn't there."""
    for read in (read_ranks, read_scores, find_candidate):
        try:
            found = read(text, names)
        except LocalError:
            continue
        if isinstance(found, int):
            assert 1 <= found <= len(names)


@given(st.integers(0, 10**13), st.integers(1, 366))
def test_an_opening_leaves_the_clear_days(now: int, days: int) -> None:
    """A minute up to ten minutes later still has so many whole days before the opening."""
    opens = opening_after(days, now)
    for late in (0, 600_000):
        assert opens // DAY_MS - (now + late) // DAY_MS - 1 >= days
    assert opens - now <= (days + 2) * DAY_MS


def test_the_usual_class_can_carry_the_effect() -> None:
    """Ordinary where it may, else the first that may; elections decide no such thing."""
    rules = standard_rules()
    assert usual_class(rules, "none") == "ordinary"
    assert usual_class(rules, "expel") == "special"
    assert usual_class(rules, "witnesses") == ""
