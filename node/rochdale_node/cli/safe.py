"""The one place where text from elsewhere is made harmless before it is printed."""

from __future__ import annotations

import unicodedata
from typing import Final

__all__ = ["harmless"]

CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Controls, formats, surrogates, private, unassigned, line and paragraph separators."""

JOINERS: Final = frozenset({"\u200c", "\u200d"})
"""ZWNJ and ZWJ: several scripts and most emoji need them, and they only join."""


def harmless(text: str, *, lines: bool = False) -> str:
    """Return ``text`` with every character that could act on a terminal as ``<U+001B>``.

    Args:
        lines: keep line feeds, and tabs as four spaces.
    """
    if text.isascii() and text.isprintable():
        return text
    kept: list[str] = []
    for char in text:
        if lines and char == "\n":
            kept.append(char)
        elif lines and char == "\t":
            kept.append("    ")
        elif unicodedata.category(char) in CATEGORIES and char not in JOINERS:
            kept.append(f"<U+{ord(char):04X}>")
        else:
            kept.append(char)
    return "".join(kept)
