"""Text from elsewhere can't act on a terminal."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from rochdale_tui.safe import CATEGORIES, JOINERS, MARKS_MAX, harmless, harmless_tree

from .world import HOSTILE


def dangerous(text: str, *, lines: bool = False) -> list[str]:
    allowed = JOINERS | ({"\n"} if lines else set())
    return [c for c in text if unicodedata.category(c) in CATEGORIES and c not in allowed]


@given(st.text(st.characters(), max_size=200), st.booleans())
def test_nothing_dangerous_remains(text: str, lines: bool) -> None:
    """Whatever comes in, no control, format, surrogate, private or unassigned goes out."""
    assert dangerous(harmless(text, lines=lines), lines=lines) == []


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_harmless_text_is_left_alone(text: str) -> None:
    """What is harmless is not changed, and doing it twice is doing it once."""
    once = harmless(text)
    assert harmless(once) == once


def test_ordinary_text_is_kept() -> None:
    """Accents, scripts, emoji with joiners and plain punctuation stay as they are."""
    for text in ("Bäckerei Öğüt", "農場", "👩\u200d🌾", "می\u200cخواهم", "[x] {y} %s \\"):
        assert harmless(text) == text


def test_what_is_replaced_is_spelled_out() -> None:
    """A reader sees which character was there; line feeds only stay where asked for."""
    assert harmless("\x1b]0;x\x07") == "<U+001B>]0;x<U+0007>"
    assert harmless("a\u202eb\U000e0041") == "a<U+202E>b<U+E0041>"
    assert harmless("a\nb\tc") == "a<U+000A>b<U+0009>c"
    assert harmless("a\nb\tc\r", lines=True) == "a\nb    c<U+000D>"


def test_piled_marks_are_bounded() -> None:
    """More combining marks on a letter than any script needs are spelled out."""
    kept = harmless("a" + "\u0301" * 60)
    assert kept.count("\u0301") == MARKS_MAX


def test_whole_answers() -> None:
    """Every string of an answer is made harmless, keys too; only texts keep line feeds."""
    tree = {"na\x1bme": [*HOSTILE, 3, None, True], "text": "a\nb\x9b"}
    clean = harmless_tree(tree)
    assert clean["text"] == "a\nb<U+009B>"
    assert clean["na<U+001B>me"][-3:] == [3, None, True]
    assert all(not dangerous(each) for each in clean["na<U+001B>me"][:-3])
