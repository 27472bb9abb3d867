"""Colours and glyphs.

A state is always a word or a glyph as well as a colour. Every pair of colours that is
used together has a contrast of at least 4.5 (WCAG 2.2, 1.4.3), also as people with
protanopia, deuteranopia or tritanopia see it; the tests compute that.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from rich.text import Text
from textual.theme import Theme

__all__ = ["ASCII", "DARK", "LIGHT", "UNICODE", "Glyphs", "Paint", "Palette", "Role", "glyphs_of"]

Role = Literal["ok", "warn", "bad", "muted", "accent", "plain", "strong"]


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme; ``panel`` is behind bars, ``cursor`` behind the selection."""

    name: str
    dark: bool
    background: str
    panel: str
    foreground: str
    muted: str
    ok: str
    warn: str
    bad: str
    accent: str
    cursor: str
    on_cursor: str
    line: str

    def style(self, role: Role) -> str:
        """Return the Rich style of a role."""
        if role == "plain":
            return self.foreground
        if role == "strong":
            return f"bold {self.foreground}"
        return str(getattr(self, role))

    def theme(self) -> Theme:
        """Return the Textual theme with these colours."""
        return Theme(
            name=self.name,
            primary=self.accent,
            secondary=self.accent,
            accent=self.accent,
            warning=self.warn,
            error=self.bad,
            success=self.ok,
            foreground=self.foreground,
            background=self.background,
            surface=self.background,
            panel=self.panel,
            boost=self.panel,
            dark=self.dark,
            text_alpha=1.0,
            variables={
                "text": self.foreground,
                "text-muted": self.muted,
                "text-disabled": self.muted,
                "foreground-muted": self.muted,
                "foreground-disabled": self.muted,
                "block-cursor-background": self.cursor,
                "block-cursor-foreground": self.on_cursor,
                "block-cursor-blurred-background": self.panel,
                "block-cursor-blurred-foreground": self.foreground,
                "block-hover-background": self.panel,
                "input-cursor-background": self.foreground,
                "input-cursor-foreground": self.background,
                "input-selection-background": self.cursor,
                "border": self.accent,
                "border-blurred": self.line,
                "scrollbar": self.line,
                "scrollbar-hover": self.accent,
                "scrollbar-active": self.accent,
                "scrollbar-background": self.background,
                "scrollbar-background-hover": self.background,
                "scrollbar-background-active": self.background,
                "scrollbar-corner-color": self.background,
                "on-cursor": self.on_cursor,
                "line": self.line,
            },
        )


DARK: Final = Palette(
    name="rochdale-dark",
    dark=True,
    background="#0f1417",
    panel="#1c2429",
    foreground="#e8ecef",
    muted="#a9b4bb",
    ok="#5fd7b0",
    warn="#f0b440",
    bad="#ff9b7a",
    accent="#7cc4f5",
    cursor="#f0e442",
    on_cursor="#0f1417",
    line="#6f7f88",
)

LIGHT: Final = Palette(
    name="rochdale-light",
    dark=False,
    background="#fbfaf7",
    panel="#e9ebe6",
    foreground="#14191c",
    muted="#4a545a",
    ok="#00573f",
    warn="#6b4300",
    bad="#8f2300",
    accent="#004a77",
    cursor="#003a5d",
    on_cursor="#ffffff",
    line="#6a757b",
)


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The marks of states, at most two cells each, and whether boxes are drawn in ASCII."""

    ok: str
    warn: str
    bad: str
    none: str
    ellipsis: str
    full: str
    empty: str
    ascii: bool


UNICODE: Final = Glyphs("✓", "!", "✗", "–", "…", "█", "·", ascii=False)
ASCII: Final = Glyphs("ok", "!", "x", "--", "...", "#", "-", ascii=True)


def glyphs_of(environ: Mapping[str, str] = os.environ) -> Glyphs:
    """Choose the glyphs that this terminal can show; ``ROCHDALE_ASCII=1`` forces ASCII."""
    if environ.get("ROCHDALE_ASCII", "") not in ("", "0") or environ.get("TERM") == "linux":
        return ASCII
    locale = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or "UTF-8"
    utf8 = "utf-8" in locale.lower() or "utf8" in locale.lower()
    return UNICODE if utf8 or locale == "C" else ASCII


@dataclass(frozen=True, slots=True)
class Paint:
    """Makes styled text with the palette and the glyphs in use."""

    palette: Palette
    glyphs: Glyphs

    def text(self, text: str = "", role: Role = "plain") -> Text:
        """Return one run of text; nothing in it is markup.

        The style is a span, not the text's own style, which Rich leaves out when it compares.
        """
        return Text().append(text, self.palette.style(role))

    def mark(self, role: Literal["ok", "warn", "bad", "muted"]) -> Text:
        """Return the glyph of a state in two cells."""
        glyph = {
            "ok": self.glyphs.ok,
            "warn": self.glyphs.warn,
            "bad": self.glyphs.bad,
            "muted": self.glyphs.none,
        }[role]
        return self.text(f"{glyph:<2}", role)

    def facts(self, rows: list[tuple[str, str | Text]], width: int = 10) -> Text:
        """Return a list of labelled facts, one on a line, labels aligned."""
        lines: list[Text] = []
        for label, value in rows:
            line = self.text(f"{label:<{width}} ", "muted")
            indented = f"\n{'':<{width + 1}}"
            if isinstance(value, str):
                value = self.text(value.rstrip().replace("\n", indented))
            line.append_text(value)
            lines.append(line)
        return Text("\n").join(lines)

    def heading(self, text: str) -> Text:
        """Return a heading inside a pane."""
        return self.text(text, "strong")

    def gauge(self, part: int, whole: int, width: int) -> str:
        """Return a bar of ``width`` cells for ``part`` of ``whole``."""
        filled = 0 if whole <= 0 else min(width, width * part // whole)
        return self.glyphs.full * filled + self.glyphs.empty * (width - filled)
