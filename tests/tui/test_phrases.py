"""Names, ids and times read the same everywhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from rochdale_tui.phrases import (
    age,
    clock,
    crop,
    label,
    minute,
    moment,
    named,
    parse_deadline,
    parse_moment,
    short,
    until,
)

from .world import NOW

KEY = "7f3a91c2" + "0" * 56


def test_labels() -> None:
    """A number has its letter; what is pending has its short id; nothing is "none"."""
    assert label("P", 3, KEY) == "P-3"
    assert label("P", 0, KEY) == "7f3a91c2"
    assert short("0" * 64) == "none"
    assert (minute(0), minute(1842), minute(-1)) == ("M0", "M1842", "--")


@given(st.text(max_size=200), st.integers(9, 80))
def test_names_fit_and_keep_their_key(name: str, width: int) -> None:
    """However wide a name is, it fits and ends with 8 characters of its key."""
    text = named(name, KEY, width)
    assert cell_len(text) <= width
    assert text.endswith("7f3a91c2")


@given(st.text(max_size=100), st.integers(0, 40), st.sampled_from(["…", "..."]))
def test_crop_fits(text: str, width: int, ellipsis: str) -> None:
    """Cropped text has at most the asked width in cells, whatever its characters."""
    assert cell_len(crop(text, width, ellipsis)) <= width


def test_times() -> None:
    """Times are short: a clock today, a date this year, a month otherwise."""
    assert clock(NOW, NOW) == moment(NOW)[11:]
    assert clock(NOW - 10 * 86_400_000, NOW) == moment(NOW - 10 * 86_400_000)[5:10]
    assert clock(NOW - 400 * 86_400_000, NOW) == moment(NOW - 400 * 86_400_000)[:7]
    assert clock(0, NOW) == moment(0) == until(0, NOW) == "--"
    assert [until(NOW + d, NOW) for d in (5_000, 90_000, 7_200_000, 3 * 86_400_000)] == [
        "5 s", "1 min", "2 h", "3 d",
    ]  # fmt: skip
    assert until(NOW - 7_200_000, NOW) == "late 2 h"
    assert (age(0, NOW), age(NOW - 1, NOW), age(NOW - 90_000, NOW)) == ("never", "now", "1 min")


def test_deadlines() -> None:
    """Days, hours and dates in the future are deadlines."""
    assert parse_deadline("7d", NOW) == NOW + 7 * 86_400_000
    assert parse_deadline(" 48h", NOW) == NOW + 48 * 3_600_000
    assert moment(parse_deadline("2027-12-01 18:00", NOW)) == "2027-12-01 18:00"


@pytest.mark.parametrize("text", ["", "0d", "d", "7", "soon", "2020-01-01", "99999999999d", "-1d"])
def test_no_deadlines(text: str) -> None:
    """What is no time, or past, or absurdly far, is none."""
    with pytest.raises((ValueError, OverflowError)):
        parse_deadline(text, NOW)


def test_moments() -> None:
    """Now is the minute that runs; other moments are as typed."""
    assert parse_moment("now", NOW) == parse_moment("", NOW) == NOW // 60_000 * 60_000
    assert moment(parse_moment("2027-01-02 03:04", NOW)) == "2027-01-02 03:04"
    with pytest.raises(ValueError, match="Invalid"):
        parse_moment("yesterday", NOW)
