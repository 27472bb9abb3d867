"""Colours can be told from their background, also by people who are colour-blind."""

from __future__ import annotations

from typing import get_args

import pytest
from textual.color import Color

from rochdale_tui.theme import ASCII, DARK, LIGHT, UNICODE, Paint, Palette, Role, glyphs_of

from .driving import Driver, driving
from .world import farms_world

# Machado, Oliveira and Fernandes 2009, severity 1.0, applied to linear RGB.
SIGHTS = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}  # fmt: skip


def linear(color: Color) -> tuple[float, float, float]:
    parts = (part / 255 for part in color.rgb)
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return r, g, b


def luminance(color: Color, sight: str) -> float:
    seen = [
        min(1.0, max(0.0, sum(k * c for k, c in zip(row, linear(color), strict=True))))
        for row in SIGHTS[sight]
    ]
    return 0.2126 * seen[0] + 0.7152 * seen[1] + 0.0722 * seen[2]


def contrast(one: Color, two: Color, sight: str = "normal") -> float:
    """WCAG 2.2's contrast ratio, as a kind of sight perceives the colours."""
    high, low = sorted((luminance(one, sight), luminance(two, sight)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=lambda each: each.name)
@pytest.mark.parametrize("sight", SIGHTS)
def test_contrast_of_the_palettes(palette: Palette, sight: str) -> None:
    """All text has at least 4.5 on what it stands on; lines have 3."""
    for name in ("foreground", "muted", "ok", "warn", "bad", "accent"):
        for ground in ("background", "panel"):
            ratio = contrast(
                Color.parse(getattr(palette, name)), Color.parse(getattr(palette, ground)), sight
            )
            assert ratio >= 4.5, (name, ground, ratio)
    cursor = contrast(Color.parse(palette.on_cursor), Color.parse(palette.cursor), sight)
    assert cursor >= 4.5
    assert contrast(Color.parse(palette.line), Color.parse(palette.background), sight) >= 3


def faint(tui: Driver) -> list[tuple[str, float]]:
    found = []
    for segment in tui.segments:
        style = segment.style
        if not segment.text.strip() or style is None or set(segment.text) & set("╭╮╰╯─│"):
            continue
        if style.color is None or style.bgcolor is None or set(segment.text) <= set("▁▂▃▄▅▆▇ "):
            continue
        one = Color.from_rich_color(style.color)
        two = Color.from_rich_color(style.bgcolor)
        ratio = contrast(one, two)
        if ratio < 4.5:
            found.append((segment.text, ratio))
    return found


@pytest.mark.parametrize("light", [False, True], ids=["dark", "light"])
async def test_contrast_of_what_is_rendered(light: bool) -> None:
    """On every section, in help, forms and reviews, all text has a contrast of 4.5."""
    async with driving(farms_world()) as tui:
        if light:
            await tui.press("f2")
        for key, text in {
            "1": "P-58", "2": "Danby Head", "3": "P-58 Raise", "4": "A-12 Lamb", "5": "C-310 work",
            "8": "connect timed out", "9": "certificate", "0": "YOUR DEVICES",
        }.items():  # fmt: skip
            await tui.go(key, text)
            assert faint(tui) == [], key
        await tui.go("3", "P-58 Raise")
        for keys, text in (
            (("question_mark",), "HELP"), (("S",), "VOTE"), (("right", "ctrl+s"), "CAST BALLOT"),
        ):  # fmt: skip
            await tui.press(*keys)
            await tui.sees(text)
            assert faint(tui) == [], text
            if text == "HELP":
                await tui.press("escape")


def test_a_state_is_never_a_colour_alone() -> None:
    """Each state has its own glyph, in both sets, of at most two cells."""
    for glyphs in (UNICODE, ASCII):
        marks = [Paint(DARK, glyphs).mark(role).plain for role in ("ok", "warn", "bad", "muted")]
        assert len(set(marks)) == 4
        assert all(len(mark) == 2 for mark in marks)
    assert len({DARK.style(role) for role in get_args(Role)}) == len(get_args(Role))


def test_choice_of_glyphs() -> None:
    """ASCII is used where it is asked for, and where the terminal knows no more."""
    assert glyphs_of({"ROCHDALE_ASCII": "1", "LANG": "en_GB.UTF-8"}) is ASCII
    assert glyphs_of({"LANG": "en_GB.ISO-8859-1"}) is ASCII
    assert glyphs_of({"TERM": "linux", "LANG": "en_GB.UTF-8"}) is ASCII
    assert glyphs_of({"LANG": "de_DE.utf8"}) is UNICODE
    assert glyphs_of({}) is UNICODE


async def test_ascii_draws_ascii_only() -> None:
    """With the ASCII set every cell of every section, form and help is ASCII."""
    async with driving(farms_world(), glyphs=ASCII) as tui:
        for key, text in {"1": "P-58", "2": "Danby", "3": "P-58 Raise", "4": "A-12 Lamb",
                          "5": "C-310 work", "8": "connect", "9": "certif"}.items():  # fmt: skip
            await tui.go(key, text)
            assert tui.text.isascii(), tui.text
        await tui.go("3", "P-58 Raise")
        for keys, text in (
            (("question_mark",), "HELP"), (("escape", "S"), "VOTE"),
            (("right", "ctrl+s"), "CAST BALLOT"),
        ):  # fmt: skip
            await tui.press(*keys)
            await tui.sees(text)
            assert tui.text.isascii(), tui.text


async def test_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    """With NO_COLOR set nothing that is rendered has a hue."""
    monkeypatch.setenv("NO_COLOR", "1")
    async with driving(farms_world()) as tui:
        await tui.sees("P-58")
        assert tui.app.no_color
        from textual.filter import Monochrome, NoColor

        assert any(isinstance(each, (Monochrome, NoColor)) for each in tui.app._filters)
