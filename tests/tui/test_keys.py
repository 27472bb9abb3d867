"""Help lists every key, keys can be changed, and no key is one that terminals confuse."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from textual.binding import Binding

from rochdale_tui.dialogs.reading import HelpDialog
from rochdale_tui.keys import (
    BOOK_KEYS,
    GLOBAL_KEYS,
    REFUSED,
    SECTIONS,
    TABLE_KEYS,
    TEXT_KEYS,
    all_keys,
    load_keymap,
)
from rochdale_tui.widgets import Pane

from .driving import Driver, driving
from .world import farms_world


def test_keys_are_named_once_and_none_is_confusable() -> None:
    """Each binding has an id of its own and no key that terminals can't tell apart."""
    keys = all_keys()
    assert all(keys)
    for binding in keys.values():
        assert not REFUSED & set(binding.key.split(","))
        assert not binding.key.startswith("alt+")


def test_no_two_keys_clash_on_a_section() -> None:
    """On a section no key means two things."""
    areas = {name.split(".")[0] for name in all_keys()} - {"go", "app", "book", "table", "text"}
    for area in areas:
        own = [each for name, each in all_keys().items() if name.startswith(f"{area}.")]
        for inner in (TABLE_KEYS, TEXT_KEYS):
            together = [*own, *inner, *BOOK_KEYS, *GLOBAL_KEYS]
            counts = Counter(key for each in together for key in each.key.split(","))
            assert [key for key, count in counts.items() if count > 1] == []


async def test_help_lists_every_binding() -> None:
    """On each section help names every binding of it, of lists, texts and of everywhere."""
    async with driving(farms_world()) as tui:
        listed: set[str] = set()
        for digit, mode, _, _ in SECTIONS:
            await tui.press(digit)
            await tui.until(lambda mode=mode: mode == tui.app.base.MODE)  # type: ignore[misc]
            await tui.press("question_mark")
            await tui.until(lambda: isinstance(tui.app.screen, HelpDialog))
            text = tui.app.screen.query_one("#help", Pane).text
            for binding in type(tui.app.base).BINDINGS:
                assert isinstance(binding, Binding)
                assert binding.id
                assert f"{binding.description}" in text
                assert binding.id in text
            listed |= {name for name in all_keys() if f"  {name}\n" in text}
            await tui.press("f1")
        assert listed == set(all_keys())


async def test_keys_can_be_changed(tmp_path: Path) -> None:
    """A key of the user's own works, is shown in help and bar, and the old one is free."""
    (tmp_path / "keys.json").write_text(json.dumps({"proposal.vote": "V", "nonsense": "x"}))
    async with driving(farms_world(), folder=tmp_path) as tui:
        await tui.go("3", "P-58 Raise")
        assert " V Vote" in tui.lines[-1]
        await tui.press("S")
        assert tui.app.screen is tui.app.base
        await tui.press("V")
        await tui.sees("VOTE")
        assert any("'nonsense'" in news.text for news in tui.app.store.news)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "was not read"),
        ("[]", "must be an object"),
        ('{"app.help": 3}', "needs a key"),
        ('{"app.help": "ctrl+m"}', "ctrl+m"),
        ('{"app.hepl": "h"}', "no action"),
    ],
)
def test_bad_key_files_are_reported(tmp_path: Path, text: str, problem: str) -> None:
    """What can't be used of a key file changes nothing and is said."""
    path = tmp_path / "keys.json"
    path.write_text(text)
    keymap, problems = load_keymap(path)
    assert keymap == {}
    assert problem in problems[0]


async def test_commands_find_every_act() -> None:
    """The palette finds an act by its name and does it; it doesn't open over a dialog."""
    async with driving(farms_world()) as tui:
        await tui.go("3", "P-58 Raise")
        await tui.press("colon", *"Vote")
        await tui.sees("cast or change your ballot")
        await tui.press("enter", "enter")
        await tui.sees("Your vote")
        depth = len(tui.app.screen_stack)
        await tui.press("ctrl+p")
        assert len(tui.app.screen_stack) == depth


async def test_vim_keys_move() -> None:
    """J k g G move in lists."""
    async with driving(farms_world()) as tui:
        await tui.go("2", "Rosedale")
        ids = [each.member for each in tui.node.world.members]
        for key, place in (("j", 1), ("j", 2), ("k", 1), ("G", -1), ("g", 0)):
            await tui.press(key)
            chosen = tui.app.base.chosen()
            assert chosen is not None
            assert chosen.id == ids[place], key


async def test_theme_changes() -> None:
    """f2 changes every colour on the screen, tables too."""
    async with driving(farms_world()) as tui:
        await tui.go("3", "P-58 Raise")
        dark = colours(tui)
        await tui.press("f2")
        assert not dark & colours(tui)


def colours(tui: Driver) -> set[str]:
    styles = [segment.style for segment in tui.segments if segment.style is not None]
    return {style.color.name for style in styles if style.color is not None}
