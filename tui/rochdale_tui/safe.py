"""The one place where text from elsewhere is made harmless for a terminal.

A name may hold an escape sequence that retitles the window, writes the clipboard or
turns the reading direction around. Everything that enters the TUI passes through
``harmless`` (one value) or ``harmless_tree`` (a whole answer) first, so that no screen
has to think of it. What is shown is then only ever put into ``rich.text.Text``, so
that nothing in it is taken for markup either.
"""

from __future__ import annotations

import unicodedata
from typing import Any, Final

__all__ = ["harmless", "harmless_tree"]

CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Controls, formats, surrogates, private, unassigned, line and paragraph separators."""

JOINERS: Final = frozenset({"\u200c", "\u200d"})
"""ZWNJ and ZWJ: several scripts and most emoji need them, and they only join."""

MARKS_MAX: Final = 8
"""Combining marks on one letter; real scripts need fewer, a pile of them hides other lines."""

WORDS: Final = (
    "text",
    "settlement_text",
    "note",
    "reason",
    "about",
    "contact",
    "purpose",
    "nature",
)
MULTILINE: Final = frozenset({*WORDS, "message", "next"})
"""Fields whose line breaks are kept; all others are one line."""


def harmless(text: str, *, lines: bool = False) -> str:
    """Return ``text`` with every character that could act on the terminal spelled out.

    Args:
        lines: keep line feeds, and tabs as four spaces.
    Returns:
        Printable text; a replaced character reads ``<U+001B>``.
    """
    if text.isprintable() and text.isascii():
        return text
    kept: list[str] = []
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if lines and char == "\n":
            kept.append(char)
        elif lines and char == "\t":
            kept.append("    ")
        elif (category in CATEGORIES and char not in JOINERS) or marks > MARKS_MAX:
            kept.append(f"<U+{ord(char):04X}>")
        else:
            kept.append(char)
    return "".join(kept)


def harmless_tree(value: Any, *, lines: bool = False) -> Any:
    """Return decoded JSON with every string in it, keys too, made harmless."""
    if isinstance(value, str):
        return harmless(value, lines=lines)
    if isinstance(value, list):
        return [harmless_tree(item, lines=lines) for item in value]
    if isinstance(value, dict):
        return {
            harmless(key): harmless_tree(item, lines=key in MULTILINE)
            for key, item in value.items()
        }
    return value
