"""What goes wrong is told at once, whole and calmly: alerts and evidence at both sizes."""

from __future__ import annotations

import pytest

from rochdale_protocol.views import Alert, Attention

from .driving import LARGE, SMALL, driving
from .test_hostile import check
from .world import World, farms_world, hostile_world

SIZES = pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])

AWAY = Alert(
    what="away",
    level="bad",
    id="",
    title="No witness to spare",
    detail=(
        "One more away and the book stands still: Danby Head 1a2b3c4d, Hartoft Rigg 5e6f7a8b"
        " attested none of the last 10 minutes."
    ),
    next="Ask them to open their laptops and start their nodes: rochdale up.",
)
DORMANT = Alert(
    what="dormant",
    level="note",
    id="",
    title="A witness is dormant",
    detail="Rosedale Abbey 9c0d1e2f since M12. Minutes are made without them.",
    next="They come back by themselves once their nodes run: rochdale up.",
)


def warned_world() -> World:
    """The farms' book with one witness too many away, and one dormant."""
    world = farms_world()
    world.alerts = [AWAY, DORMANT]
    needs = Attention(
        what="alert", id="alert away", label="", title=AWAY.title, detail=AWAY.detail, due=0
    )
    world.attention = [needs, *world.attention]
    rosedale = world.witnesses[5].model_copy(update={"status": "dormant", "since": 12, "last": 0})
    world.witnesses[5] = rosedale
    return world


@SIZES
async def test_home_leads_to_the_alert(size: tuple[int, int]) -> None:
    """The alert stands first on Home, whole; enter shows who it is about and what to do."""
    async with driving(warned_world(), size) as tui:
        await tui.sees("NEEDS YOU 5", AWAY.title)
        assert tui.text.index(AWAY.title) < tui.text.index("P-58")
        await tui.press("enter")
        await tui.sees("[Alerts]  2", AWAY.title, "5e6f7a8b", "laptops")


@SIZES
async def test_witnesses_say_how_they_stand(size: tuple[int, int]) -> None:
    """The tab tells who attests, who is away and until when, and who is dormant."""
    async with driving(warned_world(), size) as tui:
        await tui.go("8", "connect timed out")
        await tui.press("right_square_bracket")
        await tui.sees("[Witnesses]", "attesting", "away", "dormant")
        await tui.press("j")
        await tui.sees("goes dormant on 2027-03-2", "M52")


@SIZES
async def test_evidence_says_what_it_means_and_what_not(size: tuple[int, int]) -> None:
    """A fault's page has what was signed, where it is on record, and that nothing follows yet."""
    async with driving(warned_world(), size) as tui:
        await tui.go("8", "connect timed out")
        await tui.press(*["right_square_bracket"] * 3)
        await tui.sees("[Faults]", "contradicted itself", "M22")
        await tui.sees("nothing is punished without a decision")


async def test_all_is_well_is_said() -> None:
    """Without alerts the tab says so, and Home needs nothing for it."""
    async with driving(farms_world()) as tui:
        await tui.go("8", "connect timed out")
        await tui.press(*["right_square_bracket"] * 4)
        await tui.sees("[Alerts]", "All is well")


async def test_a_fork_is_a_toast_and_a_line_of_the_log() -> None:
    """What an alert event says is shown at once, and kept."""
    async with driving(farms_world()) as tui:
        tui.node.emit("alert", "The book stands still: [/x] must attest.")
        await tui.sees("The book stands still: [/x] must attest.")
        await tui.press("exclamation_mark")
        await tui.sees("LOG", "The book stands still: [/x] must attest.")


@pytest.mark.parametrize("size", [SMALL, LARGE, (40, 12)], ids=str)
async def test_hostile_names_in_alerts(size: tuple[int, int]) -> None:
    """Names in alerts and evidence act on no terminal."""
    async with driving(hostile_world(), size) as tui:
        await tui.press("8", *["right_square_bracket"] * 4)
        await tui.until(lambda: "Alerts" in tui.text or size[0] == 40, "alerts")
        for move in ("j", "enter", "G", "escape", "left_square_bracket", "enter", "G"):
            await tui.press(move)
            check(tui)
