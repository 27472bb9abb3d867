"""The screens follow the node by events, and outlive it."""

from __future__ import annotations

import asyncio

from rochdale_tui.widgets import BookTable

from .driving import driving
from .world import NOW, farms_world, member, proposal


async def test_an_event_brings_news() -> None:
    """A minute's event is followed by what it changed, without a key."""
    async with driving(farms_world()) as tui:
        await tui.go("3", "P-58 Raise")
        world = tui.node.world
        world.proposals.insert(0, proposal(60, world.members[2], "Paint the barn"))
        world.status = world.status.model_copy(update={"height": 42})
        tui.node.emit("minute", "M42 final: 1 record")
        await tui.sees("Paint the barn", "M42 final", "[! 1]")
        await tui.press("exclamation_mark")
        await tui.sees("M42 final: 1 record")


async def test_what_is_not_looked_at_is_not_fetched() -> None:
    """An event makes the open section fetch, and not the others."""
    async with driving(farms_world()) as tui:
        await tui.go("3", "P-58 Raise")
        await tui.fetched()
        tui.node.asked.clear()
        tui.node.world.status = tui.node.world.status.model_copy(update={"height": 43})
        tui.node.emit("minute", "M43")
        await tui.sees("M43 final")
        await tui.until(lambda: "/v1/proposals" in tui.node.asked)
        assert set(tui.node.asked) <= {"/v1/status", "/v1/proposals"}


async def test_selection_stays_on_its_record() -> None:
    """Rows that come, go and are sorted around the selected record don't move the selection."""
    async with driving(farms_world()) as tui:
        await tui.go("2", "Rosedale")
        await tui.press("j", "j", "j")
        chosen = tui.app.base.chosen()
        assert chosen is not None
        world = tui.node.world
        world.members = [*(member(f"Aaa {i}", 300 + i) for i in range(20)), *world.members[2:]]
        tui.node.emit("minute", "M42")
        await tui.sees("Mandates  25")
        await tui.sees(chosen.label)
        again = tui.app.base.chosen()
        assert again is not None
        assert again.id == chosen.id
        await tui.press("o")
        await tui.sees("by status")
        await tui.press("o")
        sorted_ = tui.app.base.chosen()
        assert sorted_ is not None
        assert sorted_.id == chosen.id
        table = tui.app.base.query_one("#list")
        assert table.selected == chosen.id  # type: ignore[attr-defined]
        await tui.press("k", "j")
        back = tui.app.base.chosen()
        assert back is not None
        assert back.id == chosen.id


async def test_a_drawing_does_not_undo_a_move() -> None:
    """An update that is drawn right after j, before the move was noticed, keeps the move."""
    async with driving(farms_world()) as tui:
        await tui.go("2", "Rosedale")
        table = tui.app.base.query_one("#list", BookTable)
        table.action_cursor_down()
        tui.app.redraw()
        assert table.selected == tui.node.world.members[1].member
        chosen = tui.app.base.chosen()
        assert chosen is not None
        assert chosen.id == tui.node.world.members[1].member


async def test_a_selected_record_that_goes_leaves_a_neighbour() -> None:
    """If the selected record goes, the nearest row is selected, and acts are about that one."""
    async with driving(farms_world()) as tui:
        await tui.go("2", "Rosedale")
        await tui.press("j", "j")
        world = tui.node.world
        gone = world.members[2]
        world.members = [each for each in world.members if each is not gone]
        tui.node.emit("minute", "M42")
        await tui.sees("Mandates  6")
        chosen = tui.app.base.chosen()
        assert chosen is not None
        assert chosen.id == world.members[2].member


async def test_the_node_goes_and_comes_back() -> None:
    """A dead node is said in place with what to do, acts are off, and it reconnects by itself."""
    async with driving(farms_world()) as tui:
        await tui.go("3", "P-58 Raise")
        await tui.node.stop()
        await tui.sees("NODE AWAY", "Start it with: rochdale up", "r tries again")
        await tui.sees("P-58 Raise", "Not now, the node does not answer:")
        await tui.press("S")
        await tui.sees("S Vote: not now, the node does not answer.")
        tui.node.world.proposals.insert(
            0, proposal(61, tui.node.world.members[1], "After the fall", closes=NOW + 60_000)
        )
        tui.node.socket.unlink(missing_ok=True)
        await tui.node.start()
        await tui.press("escape", "r")
        await tui.sees("After the fall", "M41 final")
        await tui.press("exclamation_mark")
        await tui.sees("The node answers again.")


async def test_without_a_node_it_starts_and_says_so() -> None:
    """Started before its node, the TUI says what to do and opens the book once it is there."""
    async with driving(farms_world(), start=False) as tui:
        await tui.sees("NODE AWAY", "rochdale up")
        for key in "23456789 0":
            if key.strip():
                await tui.press(key)
        assert tui.app.is_running
        await tui.node.start()
        await tui.press("r")
        await tui.press("1")
        await tui.sees("NEEDS YOU 4")


async def test_an_error_stays_where_it_belongs() -> None:
    """A refused question is shown in its pane with its code and what to do, until it works."""
    async with driving(farms_world()) as tui:
        await tui.go("9", "certificate")
        tui.app.go_to("records", "ab" * 32)
        await tui.sees("There is no such record.", "See rochdale record list.", "(API-4)")
        await tui.press("escape")
        await tui.sees("certificate")


async def test_a_burst_of_events_is_one_fetch() -> None:
    """A hundred events while a fetch is under way are followed by one more, not by a hundred."""
    async with driving(farms_world()) as tui:
        await tui.go("3", "P-58 Raise")
        await tui.fetched()
        tui.node.answering.clear()
        tui.node.asked.clear()
        tui.node.emit("record", "the first")
        await tui.until(lambda: tui.node.asked)
        world = tui.node.world
        world.proposals.insert(0, proposal(62, world.members[2], "The last of many"))
        for number in range(99):
            tui.node.emit("record", f"record {number}")
        await tui.until(lambda: tui.app.store.unread == 100)
        tui.node.answering.set()
        await tui.sees("The last of many", "[! 100]")
        assert tui.node.asked.count("/v1/proposals") <= 2


async def test_a_node_that_speaks_nonsense() -> None:
    """An answer that isn't what was agreed is an error in its place, never a crash."""
    async with driving(farms_world()) as tui:
        tui.node.world.members = [{"name": "no"}]  # type: ignore[list-item]
        await tui.go("2", "was not understood")
        assert tui.app.is_running
        await asyncio.wait_for(tui.press("3"), 10)
        await tui.sees("P-58 Raise")
