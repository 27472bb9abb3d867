"""Each section shows what it claims, at 80x24 and at 120x40."""

from __future__ import annotations

import pytest

from rochdale_tui.screens.base import BookScreen
from rochdale_tui.store import proposal_of

from .driving import LARGE, SMALL, Driver, driving
from .elections import election
from .world import empty_world, farms_world, ident, large_world

SIZES = pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])


@SIZES
async def test_home_shows_what_needs_me(size: tuple[int, int]) -> None:
    """Home lists what needs me with its deadline, the co-op, the network and the news."""
    async with driving(farms_world(), size) as tui:
        await tui.sees("NEEDS YOU 4", "P-58", "3 h", "Lamb supply 2027", "7, 1 applying")
        await tui.sees("5/6 up", "6 of 7 witnesses, need 5", "M41 final", "4 hour market stall")
        assert "Bransdale Farm 2" in tui.lines[0]


@SIZES
async def test_home_opens_what_needs_me(size: tuple[int, int]) -> None:
    """Enter on a line of Home opens that very thing; escape leads back; it never quits."""
    async with driving(farms_world(), size) as tui:
        await tui.sees("P-58")
        await tui.press("down", "enter")
        await tui.sees("[4Agree", "A-12 Lamb supply 2027, v2")
        await tui.press("escape")
        await tui.sees("[1Home]")
        await tui.press("escape", "escape", "escape")
        assert tui.app.is_running
        assert tui.app.base.MODE == "home"


@SIZES
async def test_members_register_and_applications(size: tuple[int, int]) -> None:
    """Members shows the register with devices, and who applies and who invited them."""
    async with driving(farms_world(), size) as tui:
        await tui.go("2", "Rosedale Abbey")
        await tui.sees("office@farm-0.example", "laptop", "[Register] Applications")
        await tui.press("right_square_bracket")
        await tui.sees("Spaunton Moor", "Register [Applications]", "Danby Head")


@SIZES
async def test_proposals_tally_and_ballots(size: tuple[int, int]) -> None:
    """Proposals shows tally, quorum, rule, deadline and every ballot."""
    async with driving(farms_world(), size) as tui:
        await tui.go("3", "P-58 Raise the share price")
        await tui.sees("2 for, 1 against, 0 abstain", "3 of 7", "Ordinary: more than half")
        await tui.until(lambda: tui.app.store.get(proposal_of(ident("proposal", 58))), "ballots")
        await tui.press("enter", "G")
        await tui.sees("against Farndale Grange", "changed 1 times")
        await tui.press("escape", "right_square_bracket")
        await tui.sees("P-57", "carried")


@SIZES
async def test_agreements_read_diff_parties(size: tuple[int, int]) -> None:
    """Agreements shows the text, what changed since I signed, and who signed what."""
    async with driving(farms_world(), size) as tui:
        await tui.go("4", "ceiling 4 %")
        await tui.press("right_square_bracket")
        await tui.sees("v1 -> v2", "- 2. Then indexed, ceiling 6 %.", "+ 3. Either party")
        await tui.press("right_square_bracket")
        await tui.sees("signed v2, final", "not signed")


@SIZES
async def test_contributions(size: tuple[int, int]) -> None:
    """Contributions shows provider, receiver, quantity, status and agreement."""
    async with driving(farms_world(), size) as tui:
        await tui.go("5", "C-310 work: market stall")
        await tui.sees("A-12 Lamb supply 2027", "120 sheep", "disputed")
        await tui.press("right_square_bracket")
        await tui.sees("All [To confirm] Mine  1")


@SIZES
async def test_federation_tabs(size: tuple[int, int]) -> None:
    """Federation shows lag and its effect, witnesses, minutes with attesters, and faults."""
    async with driving(farms_world(), size) as tui:
        await tui.go("8", "connect timed out")
        await tui.sees("11 minutes behind", "14 failed; next try in 41 s", "6 of 7 witnesses up")
        await tui.press("right_square_bracket")
        await tui.sees("Peers [Witnesses]", "the charter")
        await tui.press("right_square_bracket")
        await tui.sees("M41", "6 of 7, 5 needed")
        await tui.press("right_square_bracket")
        await tui.sees("contradicted itself", "two records with seq 9")


@SIZES
async def test_records_verify_and_trace(size: tuple[int, int]) -> None:
    """Records verifies the selected one, shows text, JSON and hex, and follows its links."""
    async with driving(farms_world(), size) as tui:
        await tui.go("9", "RECORDS  59")
        await tui.sees("certificate", "agreement.sign")
        await tui.press("right_square_bracket")
        await tui.sees('"kind": "agreement.sign"')
        await tui.press("right_square_bracket")
        await tui.sees("header, 8 bytes", "7b 22 61 74")
        await tui.press("j")
        await tui.sees("rules", "(GOV-7)", "NOT OK")
        first = tui.app.base.chosen()
        await tui.press("p")
        await tui.sees("1 followed")
        second = tui.app.base.chosen()
        assert first is not None
        assert second is not None
        assert second.id == ident("record", 1)
        assert first.id == ident("record", 2)
        await tui.press("escape")
        await tui.until(lambda: tui.app.base.chosen() == first, "back on the trail")


def chosen_id(tui: Driver) -> str:
    chosen = tui.app.base.chosen()
    return "" if chosen is None else chosen.id


async def test_records_follow_a_minute() -> None:
    """Enter on a record's minute opens that minute in Federation; escape comes back."""
    async with driving(farms_world()) as tui:
        await tui.go("9", "RECORDS  59")
        await tui.press("j", "j", "tab", "tab")
        await tui.sees("LINKS 2", "M38")
        await tui.press("j", "enter")
        await tui.sees("[8Federation]", "M38")
        await tui.until(lambda: chosen_id(tui) == "M38", "M38 selected")
        await tui.press("escape")
        await tui.sees("[9Records]")


async def test_a_record_may_be_about_the_one_before() -> None:
    """A record about its own device's last one lists it twice, and both links lead there."""
    async with driving(farms_world()) as tui:
        await tui.go("9", "RECORDS  59")
        await tui.press("j", "j", "j")
        await tui.sees("LINKS 3")
        for keys in (("tab", "tab", "enter"), ("escape", "j", "enter")):
            await tui.press(*keys)
            await tui.until(lambda: chosen_id(tui) == ident("record", 3), "followed")


async def test_addresses_without_a_device() -> None:
    """An address that nobody answered on yet is listed as such, and once."""
    async with driving(farms_world()) as tui:
        await tui.go("8", "connect timed out")
        await tui.press("G")
        await tui.sees("new.example:1844, unknown", "not said yet", "never")
        await tui.sees("Alerts  7")


async def test_records_filter() -> None:
    """The filter asks the node: type, author by name, state, and words."""
    async with driving(farms_world()) as tui:
        await tui.go("9", "RECORDS  59")
        await tui.press("slash", *"type:ballot.cast author:danby")
        await tui.until(lambda: "author=" in tui.node.asked[-1], "asked by author")
        assert f"author={ident('member', 1)}" in tui.node.asked[-1]
        assert "kind=ballot.cast" in tui.node.asked[-1]
        await tui.press("enter", "escape")
        await tui.sees("RECORDS  59")
        await tui.press("slash", *"nothing matches this")
        await tui.sees("Nothing matches", "esc clears")


async def test_keys_show_devices() -> None:
    """Keys lists my devices and which one this is."""
    async with driving(farms_world()) as tui:
        await tui.go("0", "YOUR DEVICES  2")
        await tui.sees("phone", "here")
        await tui.press("enter", "G")
        await tui.sees("backup create")


EMPTY = {
    "1": "Nothing needs you now",
    "3": "C puts one",
    "4": "C drafts one",
    "5": "C logs what you provided",
    "8": "C adds one by its address",
    "9": "no record yet",
}


@SIZES
async def test_empty_states_name_the_next_key(size: tuple[int, int]) -> None:
    """On the first day every section says why it is empty and which key is next."""
    async with driving(empty_world(), size) as tui:
        for key, text in EMPTY.items():
            await tui.go(key, text)


@pytest.mark.parametrize("size", [(79, 24), (80, 23), (30, 8)], ids=str)
async def test_small_terminals_show_one_pane(size: tuple[int, int]) -> None:
    """Below 80x24 one pane is shown, tab goes to the next, and nothing is refused."""
    async with driving(farms_world(), size) as tui:
        for key in "12345890":
            await tui.press(key)
            screen = tui.app.base
            assert shown(screen) == [screen.PANES[0]]
            await tui.press("tab")
            assert shown(screen) == [screen.PANES[1]]
            await tui.press("escape")
            assert shown(screen) == [screen.PANES[0]]


def shown(screen: BookScreen) -> list[str]:
    return [name for name in screen.PANES if screen.query_one(f"#{name}").display]


async def test_ten_thousand_rows_are_paged() -> None:
    """Of 10,000 members 500 rows are in the table; > and < turn pages; the last is reached."""
    async with driving(large_world(10_000)) as tui:
        await tui.go("2", "rows 1-500")
        table = tui.app.base.query_one("#list")
        assert table.row_count == 500  # type: ignore[attr-defined]
        await tui.press("greater_than_sign")
        await tui.sees("rows 501-1000")
        await tui.press("less_than_sign")
        await tui.sees("rows 1-500")
        await tui.press("slash", *"09999", "enter")
        await tui.sees("Farm 09999")


async def test_ten_thousand_records_are_paged_by_the_node() -> None:
    """Of 10,000 records a page is asked for at a time."""
    async with driving(large_world(10_000)) as tui:
        await tui.go("9", "rows 1-500")
        await tui.press("greater_than_sign")
        await tui.sees("rows 501-1000")
        assert "offset=500" in [path for path in tui.node.asked if "records" in path][-1]


async def test_zoom_shows_one_pane_alone() -> None:
    """Z shows the pane with the focus alone, and back."""
    async with driving(farms_world()) as tui:
        await tui.go("3", "P-58 Raise")
        await tui.press("tab", "z")
        assert not tui.app.base.query_one("#list").display
        await tui.sees("Each farm keeps its own mark", "for     Danby Head")
        await tui.press("escape", "escape")
        assert tui.app.base.query_one("#list").display


async def test_order_and_filter() -> None:
    """O sorts by the next column; / keeps what holds all words; escape clears it."""
    async with driving(farms_world()) as tui:
        await tui.go("5", "C-310")
        await tui.press("o")
        await tui.sees("by status")
        await tui.press("slash", *"haulage con", "enter")
        await tui.sees("All] To confirm Mine  1  / haulage con")
        await tui.press("escape")
        await tui.sees("Mine  3")


@SIZES
async def test_an_election_shows_its_candidates_and_no_sealed_ballot(size: tuple[int, int]) -> None:
    """What is elected, by which rule, who stands; of a sealed ballot only that it was cast."""
    world = farms_world()
    world.proposals[0] = election(58, world.members[1])
    async with driving(world, size) as tui:
        await tui.go("3", "P-58 Two directors")
        await tui.sees("Secret: an election", "sealed until the close")
        await tui.press("enter", "G")
        await tui.sees("sealed  Danby Head", "3 Re-open nominations")
