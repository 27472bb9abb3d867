"""Text, times and quantities as people type and see them."""

from __future__ import annotations

import unicodedata
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rochdale_node.cli.frame import Stop, settings, take_common
from rochdale_node.cli.quantity import canonical_quantity
from rochdale_node.cli.safe import CATEGORIES, JOINERS, harmless
from rochdale_node.cli.show import DRAWN_MAX, table
from rochdale_node.cli.times import closing_ms, deadline_ms, is_span, moment_ms, now_ms


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[2Jx", "<U+001B>[2Jx"),
        ("a\u202eb", "a<U+202E>b"),
        ("a\nb", "a<U+000A>b"),
        ("a\u2028b", "a<U+2028>b"),
        ("\ud800", "<U+D800>"),
        ("नमस\u200dते", "नमस\u200dते"),
        ("[red]x[/red]", "[red]x[/red]"),
    ],
    ids=["escape", "bidi", "newline", "separator", "surrogate", "joiner", "markup"],
)
def test_text_that_could_act_is_spelled_out(hostile: str, shown: str) -> None:
    """What acts on a terminal is shown as its code point; all else stays as it is."""
    assert harmless(hostile) == shown


@given(st.text())
def test_no_text_gets_through_that_could_act(text: str) -> None:
    """Whatever comes in, no character of a dangerous category comes out."""
    for char in harmless(text, lines=True):
        assert char == "\n" or char in JOINERS or unicodedata.category(char) not in CATEGORIES


@pytest.mark.parametrize(
    ("typed", "ms"), [("90s", 90_000), ("5min", 300_000), ("2h", 7_200_000), ("3d", 259_200_000)]
)
def test_a_span_is_a_deadline_from_now(typed: str, ms: int) -> None:
    """3d means three days from now and up to a hundredth more, never less."""
    before = now_ms()
    assert before + ms <= deadline_ms(typed) <= now_ms() + ms + ms // 100


def test_a_date_is_read_on_this_machines_clock() -> None:
    """A date and time without a zone is local; with a zone it is that moment."""
    local = int(datetime(2090, 12, 1, 18, 0).timestamp() * 1000)  # noqa: DTZ001
    assert moment_ms("2090-12-01T18:00") == local
    assert moment_ms("2090-12-01 18:00") == local
    assert moment_ms("1970-01-01T00:00:01+00:00") == 1000


@pytest.mark.parametrize("typed", ["", "3", "3x", "soon", "-3d", "2020-01-01", "1e3d", "９d"])
def test_what_is_no_future_time_is_refused(typed: str) -> None:
    """A deadline that is unreadable or past stops the command before anything is signed."""
    with pytest.raises(Stop):
        deadline_ms(typed)


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [("12", "12"), ("2.50", "2.5"), ("007", "7"), ("0.10", "0.1"), ("3.0", "3")],
)
def test_a_quantity_is_put_into_canonical_form(typed: str, canonical: str) -> None:
    """Zeros that say nothing go; the value stays."""
    assert canonical_quantity(typed) == canonical


@pytest.mark.parametrize("typed", ["", "-1", "1e3", "1.", ".5", "1,5", "0.1234567", "x", "٣"])
def test_what_is_no_quantity_is_refused(typed: str) -> None:
    """A number that could be read two ways, or not at all, is not guessed at."""
    with pytest.raises(Stop):
        canonical_quantity(typed)


def test_common_options_may_stand_anywhere() -> None:
    """They are taken out of the line wherever they are, and not after --."""
    rest = take_common(["member", "--json", "--home=/h", "list", "--coop", "ab", "--", "--plain"])
    assert rest == ["member", "list", "--", "--plain"]
    chosen = settings()
    assert (chosen.json, chosen.plain, chosen.home, chosen.coop) == (True, False, "/h", "ab")
    take_common([])
    assert (chosen.json, chosen.home) == (False, "")
    with pytest.raises(Stop):
        take_common(["status", "--home"])


def test_a_table_in_a_pipe_is_aligned_and_whole(capsys: pytest.CaptureFixture[str]) -> None:
    """Cells stand under their heading by the columns they take, and nothing is cut or broken."""
    take_common([])
    rows = [{"name": "羊毛", "n": 1}, {"name": "x" * 300, "n": 22}] * DRAWN_MAX
    table(rows, [("Name", "name"), ("Number", "n")], "None.")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 + len(rows)
    assert lines[0] == f"Name{' ' * 298}Number"
    assert lines[2:4] == [f"羊毛{' ' * 298}1", f"{'x' * 300}  22"]


def test_a_length_of_time_is_told_from_a_date() -> None:
    """A close after a length of time is never before that time has passed."""
    assert is_span(" 3d ")
    assert not is_span("2035-01-01")
    assert closing_ms("1h") - now_ms() >= 3_600_000
