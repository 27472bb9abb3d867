"""A co-op that refounds another, or that was refounded, is marked wherever one looks."""

from __future__ import annotations

import pytest

from rochdale_protocol.core.fields import Refounds
from rochdale_protocol.views import Successor

from .driving import LARGE, SMALL, driving
from .test_hostile import check
from .world import HOSTILE, World, farms_world, ident

SIZES = pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])


def refounded_world() -> World:
    """The farms' co-op as one that refounds an older book."""
    world = farms_world()
    cited = Refounds(coop=ident("older"), height=12, minute=ident("minute", 12))
    world.status = world.status.model_copy(update={"refounds": cited})
    return world


def superseded_world(name: str = "Moors Lamb Co-op") -> World:
    """The farms' co-op as one that this device refounded as another."""
    world = farms_world()
    newer = Successor(coop=ident("newer"), name=name, founders=2, mine=True)
    world.status = world.status.model_copy(update={"successors": [newer]})
    return world


@SIZES
async def test_a_refounded_book_is_marked(size: tuple[int, int]) -> None:
    """The mark is beside the name on every section; Home and Federation say from where."""
    older = ident("older")[:8]
    async with driving(refounded_world(), size) as tui:
        await tui.sees("NEEDS YOU 4", f"from {older} at M12")
        for key in "1234589":
            await tui.press(key)
            assert "refounded" in tui.lines[0]
            assert "Moors" in tui.lines[0]
            assert "M41 final" in tui.lines[0]
        await tui.go("8", f"refounded from {older} at M12")


@SIZES
async def test_a_book_that_was_refounded_is_marked(size: tuple[int, int]) -> None:
    """The old book names the new one, and says that this device signs no more in it."""
    newer = ident("newer")[:8]
    async with driving(superseded_world(), size) as tui:
        await tui.sees("NEEDS YOU 4", f"as {newer} by 2 members", "signs no more here")
        assert f"refounded as {newer}" in tui.lines[0]
        await tui.go("8", f"refounded as {newer} by 2 members")


async def test_other_books_are_not_marked() -> None:
    """A co-op that was founded afresh bears no mark."""
    async with driving(farms_world()) as tui:
        await tui.sees("NEEDS YOU 4")
        assert "refounded" not in tui.text
        await tui.go("8", "connect timed out")
        assert "refounded" not in tui.text


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
async def test_a_hostile_name_does_not_hide_the_mark(name: str) -> None:
    """Whatever the co-op is called, the mark stands beside it and nothing acts."""
    world = refounded_world()
    world.status = world.status.model_copy(update={"name": name, "member_name": name})
    async with driving(world) as tui:
        await tui.sees("NEEDS YOU 4")
        assert "refounded" in tui.lines[0]
        check(tui)
