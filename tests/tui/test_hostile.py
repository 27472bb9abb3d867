"""Hostile names on every screen, at both sizes: they are shown, and nothing happens."""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import chain

import pytest
from rich.segment import Segment

from rochdale_tui.safe import CATEGORIES, JOINERS

from .driving import LARGE, SMALL, Driver, driving
from .world import hostile_world


def check(tui: Driver) -> None:
    """Nothing on the screen acts on the terminal, and no text of a peer became an action."""
    strips = tui.strips
    for segment in chain.from_iterable(strips):
        assert isinstance(segment, Segment)
        assert not hazards(segment.text), (hazards(segment.text), segment)
        meta = segment.style.meta if segment.style else {}
        assert "@click" not in meta, segment
    widths = {sum(segment.cell_length for segment in strip) for strip in strips}
    assert widths == {tui.app.size.width}


@cache
def hazards(text: str) -> list[str]:
    """Return what of a text a terminal would act upon."""
    return [
        character
        for character in text
        if unicodedata.category(character) in CATEGORIES and character not in JOINERS
    ]


@pytest.mark.parametrize("size", [SMALL, LARGE, (40, 12)], ids=str)
async def test_hostile_names_everywhere(size: tuple[int, int]) -> None:
    """No section, tab, detail, form, review, help or log lets a peer's text act."""
    moves: tuple[str, ...] = ("enter", "escape", "right_square_bracket")
    if size == SMALL:  # elsewhere the same rows are only clipped otherwise
        moves = ("j", "G", "enter", "escape", "g", "right_square_bracket")
    async with driving(hostile_world(), size) as tui:
        await tui.until(lambda: tui.app.store.get is not None)
        for key in "12345890":
            await tui.press(key)
            for _ in tui.app.base.TABS or ("",):
                for move in moves:
                    await tui.press(move)
                    check(tui)
        for section, keys in {
            "3": ("S", "right", "ctrl+s"), "4": ("S",), "5": ("D", "x", "ctrl+s"),
            "2": ("right_square_bracket", "A", "ctrl+s"), "0": ("G", "D", "ctrl+s"),
            "1": ("exclamation_mark",), "9": ("y",),
        }.items():  # fmt: skip
            await tui.press(section)
            for key in keys:
                await tui.press(key)
                check(tui)
            for _ in range(3):
                await tui.press("escape")
        assert tui.app.is_running


async def test_markup_is_text() -> None:
    """Markup in a name is shown letter by letter and a click on it does nothing."""
    async with driving(hostile_world(), LARGE) as tui:
        await tui.go("2", "[@click=app.quit]click me[/]")
        await tui.sees("[/x]", "<U+001B>]0;owned<U+0007>Evil")
        row = next(i for i, line in enumerate(tui.lines) if "click me" in line)
        await tui.pilot.click(offset=(tui.lines[row].index("click me"), row))
        await tui.pilot.pause()
        assert tui.app.is_running


async def test_toasts_and_log_are_harmless() -> None:
    """An event's text is as harmless as any other, in the toast and in the log."""
    async with driving(hostile_world()) as tui:
        tui.node.emit("evidence", "[@click=app.quit]\x1b]52;x\x07")
        await tui.sees("<U+001B>]52;x<U+0007>")
        check(tui)
        await tui.press("exclamation_mark")
        await tui.sees("LOG", "[@click=app.quit]")
        check(tui)


async def test_keys_of_names_stay_whole() -> None:
    """However long a name is, the first 8 characters of its key are in the row."""
    async with driving(hostile_world()) as tui:
        await tui.go("2", "Mandates  21")
        for each in tui.node.world.members[:6]:
            assert any(each.member[:8] in line for line in tui.lines[4:10])
