"""Offices, mandates, disputes and minutes by their keys, and all tabs at their worst."""

from __future__ import annotations

from typing import Any

import pytest

from rochdale_tui.dialogs.form import FormDialog
from rochdale_tui.widgets import Pane

from .affairs import busy_world, hostile_affairs, left_world, many_affairs, notice, settling
from .driving import LARGE, SMALL, Driver, driving
from .test_dialogs import bodies, confirm, opened, review
from .test_hostile import check
from .world import World, empty_world, farms_world, ident

SIZES = pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])
NEXT = "right_square_bracket"


def signed(tui: Driver) -> list[tuple[str, dict[str, Any]]]:
    """Return kind and body of each record that was asked for."""
    return [(str(each["kind"]), dict(each["body"])) for each in bodies(tui)]  # type: ignore[call-overload]


@SIZES
async def test_offices_and_mandates(size: tuple[int, int]) -> None:
    """One's own office is resigned; a mandate is two records, of which one can be erased."""
    async with driving(busy_world(), size) as tui:
        await tui.go("2", "Rosedale")
        await tui.press(NEXT, NEXT)
        await tui.sees("[Offices]", "secretary", "held", "no end", "ended M30")
        await tui.press("j", "W")
        await tui.sees("W Resign this office: not now, its holder may")
        await tui.press("k", "W")
        await review(tui)
        await tui.sees("rochdale office resign secretary")
        await confirm(tui)
        assert signed(tui) == [("office.resign", {"office": "secretary"})]
        tui.node.posted.clear()
        await tui.press(NEXT)
        await tui.sees("[Mandates]", "Ann Bell", "(erased)", "lapsed")
        await opened(tui, "C")
        await tui.press(*"tablet", "ctrl+s")
        await tui.sees("No active device of yours is “tablet”")
        await tui.press(*["backspace"] * 6, *"phone", "tab", *"Cy Dee", "tab", *"clerk", "ctrl+s")
        await review(tui)
        await tui.sees("'Cy Dee' clerk --scope all")
        await confirm(tui)
        (first, person), (second, body) = signed(tui)
        assert (first, second) == ("mandate.person", "mandate.give")
        assert (person["name"], person["role"], len(person["salt"])) == ("Cy Dee", "clerk", 32)
        assert body == {"device": ident("device", "phone"), "scope": "all", "until": 0,
                        "person": ident("posted", 1)}  # fmt: skip
        tui.node.posted.clear()
        await tui.press("W")
        await review(tui)
        await confirm(tui)
        phone = ident("device", "phone")
        assert signed(tui) == [("mandate.end", {"device": phone, "scope": "vote"})]


@SIZES
async def test_disputes(size: tuple[int, int]) -> None:
    """A complaint is read and answered, and one is brought about records that are named."""
    async with driving(busy_world(), size) as tui:
        await tui.go("3", "P-58 Raise")
        await tui.press(*[NEXT] * 4)
        await tui.sees("[Disputes]", "D-2", "your answer")
        await tui.press("enter", "z", "G")
        await tui.sees("The gate was open.", "Twice.", "(no answer yet)")
        await tui.press("escape", "escape")
        await opened(tui, "T")
        await tui.press(*"It was shut", "ctrl+s")
        await review(tui)
        await tui.sees("two records", "rochdale dispute answer D-2 --text 'It was shut'")
        await confirm(tui)
        (first, words), (second, body) = signed(tui)
        assert (first, words["text"]) == ("dispute.statement", "It was shut")
        assert second == "dispute.answer"
        assert body == {"dispute": ident("dispute", 2), "statement": ident("posted", 1)}
        tui.node.posted.clear()
        await tui.press("j", "T")
        await tui.sees("T Answer: not now, it is settled")
        await opened(tui, "C")
        await tui.press(*"danby", "tab", *"a-12, p-9", "tab", *"Gate", "ctrl+s")
        await tui.sees("Nothing is called “p-9”")
        await tui.press(*"a-12", "ctrl+s")
        await review(tui)
        await tui.sees("--about A-12")
        await confirm(tui)
        (_, words), (second, body) = signed(tui)
        assert second == "dispute.open"
        assert body["respondents"] == [tui.node.world.members[1].member]
        assert body["about"] == [ident("agreement", 12)]
        assert body["statement"] == ident("posted", 1)


@SIZES
async def test_a_dispute_is_settled(size: tuple[int, int]) -> None:
    """A mediator is accepted and another proposed; a settlement is put, and agreed to by typing."""
    world = busy_world()
    world.disputes = [settling(3, world.members[1], world.members[0])]
    identity, settlement = ident("dispute", 3), ident("settlement", 3)
    async with driving(world, size) as tui:
        await tui.go("3", "P-58 Raise")
        await tui.press(*[NEXT] * 4)
        await tui.sees("D-3", "your agreement to the settlement")
        await tui.press("W")
        await tui.sees("W Withdraw: not now, who brought it may")
        await tui.press("A")
        await review(tui)
        await tui.sees("ACCEPT THE MEDIATOR", "rochdale dispute accept D-3")
        await confirm(tui)
        mediator = world.disputes[0].mediator
        body = {"dispute": identity, "mediator": mediator}
        assert signed(tui) == [("dispute.accept", body)]
        tui.node.posted.clear()
        await opened(tui, "M")
        await tui.press(*"danby", "ctrl+s")
        await tui.sees("A party can't mediate")
        await tui.press(*["backspace"] * 5, *"glais", "ctrl+s")
        await review(tui)
        await confirm(tui)
        body = {"dispute": identity, "mediator": world.members[3].member}
        assert signed(tui) == [("dispute.mediator", body)]
        tui.node.posted.clear()
        await opened(tui, "E")
        await tui.press(*"Mend it", "ctrl+s")
        await review(tui)
        await tui.sees("rochdale dispute settle D-3 --text 'Mend it'")
        await confirm(tui)
        assert signed(tui) == [("dispute.settle", {"dispute": identity, "text": "Mend it"})]
        tui.node.posted.clear()
        await tui.press("S")
        await review(tui)
        await tui.sees("Both mend the gate.", "By May.", "you are the last", "(disabled)")
        await tui.press("shift+tab", *settlement[:4], "enter")
        await confirm(tui)
        body = {"dispute": identity, "settlement": settlement}
        assert signed(tui) == [("dispute.agree", body)]
        tui.node.posted.clear()
        await tui.press("F")
        await review(tui)
        await tui.sees("rochdale dispute refer D-3")
        await confirm(tui)
        assert signed(tui) == [("dispute.refer", {"dispute": identity})]


async def test_words_are_signed_once() -> None:
    """If the act is refused after its words were signed, trying again names the same words."""
    async with driving(busy_world()) as tui:
        await tui.go("3", "P-58 Raise")
        await tui.press(*[NEXT] * 4)
        await tui.sees("D-2")
        await opened(tui, "T")
        await tui.press(*"No", "ctrl+s")
        await review(tui)
        answer = {"code": "DIS-4", "message": "It is closed.", "next": "", "fields": {}}
        tui.node.refusals["dispute.answer"] = (409, answer)
        await tui.press("tab", "enter")
        await tui.sees("It is closed.")
        tui.node.refusals.clear()
        await tui.press("enter")
        await tui.until(lambda: tui.app.screen is tui.app.base, "dialogs are closed")
        kinds = [kind for kind, _ in signed(tui)]
        assert kinds == ["dispute.statement", "dispute.answer", "dispute.answer"]
        assert signed(tui)[-1][1]["statement"] == ident("posted", 1)


@SIZES
async def test_minutes_of_a_meeting(size: tuple[int, int]) -> None:
    """Minutes are read with votes and who approved; the review lists the votes that it casts."""
    async with driving(busy_world(), size) as tui:
        await tui.go("3", "P-58 Raise")
        await tui.press(*[NEXT] * 3)
        await tui.sees("[Meetings]", "March meeting", "approved by 1 of 7 present")
        await tui.press("enter", "z", "G")
        await tui.sees("approved")
        await tui.press("escape", "escape", "S")
        await review(tui)
        await tui.sees("FOR on P-58 Raise the share price", "rochdale meeting approve 2")
        await confirm(tui)
        assert signed(tui) == [("meeting.approve", {"meeting": ident("meeting", 2)})]
        await tui.press("j", "S")
        await tui.sees("S Approve the minutes: not now, you were not there")


async def test_delegations() -> None:
    """One is given where the rules let it count, to another member, and one's own is ended."""
    world = busy_world()
    async with driving(world) as tui:
        await tui.go("3", "P-58 Raise")
        await tui.press(*[NEXT] * 5)
        await tui.sees("[Delegations]", "ordinary: Danby Head")
        await tui.press("C")
        await tui.sees("By the co-op's rules no delegation counts.")
        rule = world.rules.classes["ordinary"].model_copy(update={"delegation": True})
        classes = {**world.rules.classes, "ordinary": rule}
        world.rules = world.rules.model_copy(update={"classes": classes})
        await opened(tui, "C")
        await tui.press("tab", *"danby", "ctrl+s")
        await review(tui)
        holder = world.members[1].member
        await tui.sees(f"rochdale delegation give ordinary {holder[:8]}", "Replaces   none")
        await confirm(tui)
        assert signed(tui) == [("delegation.give", {"business": "ordinary", "holder": holder})]
        tui.node.posted.clear()
        await tui.press("W")
        await tui.sees("W End this delegation: not now, the member that gave it may")
        await tui.press("j", "W")
        await review(tui)
        await tui.sees("rochdale delegation end special")
        await confirm(tui)
        assert signed(tui) == [("delegation.end", {"business": "special"})]


async def test_home_leads_to_meetings_and_disputes() -> None:
    """Enter on what needs me opens the tab that lists it, before that was ever fetched."""
    world = busy_world()
    need = world.attention[0].model_copy(update={"label": "", "due": 0})
    world.attention = [
        need.model_copy(update={"what": "meeting", "id": ident("meeting", 1), "title": "Minutes"}),
        need.model_copy(update={"what": "case", "id": ident("dispute", 1), "title": "Gate"}),
    ]
    async with driving(world) as tui:
        await tui.sees("NEEDS YOU 2")
        await tui.press("enter")
        await tui.sees("[Meetings]", "1 February meeting")
        await tui.press("escape", "down", "enter")
        await tui.sees("[Disputes]", "D-1 Farndale")


async def test_a_key_is_of_its_tab() -> None:
    """C and W do in each tab what that tab lists, and bar and palette offer nothing else."""
    async with driving(busy_world()) as tui:
        await tui.go("2", "Rosedale")
        assert "C Invite" in tui.lines[-1]
        await tui.press(NEXT, NEXT, NEXT)
        await tui.sees("[Mandates]")
        assert "C Give a mandate" in tui.lines[-1]
        assert "Invite" not in tui.lines[-1]
        await tui.press("question_mark")
        await tui.sees("On Members, Mandates", "mandate.give")
        await tui.press("escape")
        await opened(tui, "C")
        await tui.sees("GIVE A MANDATE")
        await tui.press("escape", "colon", *"Invite")
        await tui.sees("No matches")


EMPTY = {"Meetings": "No minutes of a meeting", "Disputes": "C brings a complaint",
         "Delegations": "Nobody delegates. C lets",
         "Offices": "appointed nobody", "Mandates": "C gives one"}  # fmt: skip


async def test_empty_tabs_say_what_is_next() -> None:
    """On the first day each tab says why it is empty and what fills it."""
    async with driving(empty_world()) as tui:
        for section, count in (("3", 6), ("2", 4)):
            await tui.press(section)
            for _ in range(count):
                tab = tui.app.base.TABS[tui.app.base.tab]
                await tui.sees(f"[{tab}]", EMPTY.get(tab, ""))
                await tui.press(NEXT)


async def test_ten_thousand_of_each() -> None:
    """500 rows are in the table; a discussion shows its newest words and how many there are."""
    async with driving(many_affairs()) as tui:
        await tui.press("3")
        await tui.sees("P-58")
        await tui.press("enter", "z")
        await tui.sees("Interests 10000")
        text = tui.app.base.query_one("#detail", Pane).text
        assert "Discussion 10000\n9800 earlier: rochdale proposal show\nM40" in text
        assert "word 09999" in text
        assert "word 09799" not in text
        assert "F 00199" in text
        assert text.count("9800 more: rochdale proposal show") == 2
        await tui.press("escape", "escape")
        for section, moves in (("3", 4), ("3", 1), ("2", 3)):
            await tui.press(section)
            await tui.press(*[NEXT] * moves)
            await tui.sees("10000", "rows 1-500")
            assert tui.app.base.query_one("#list").row_count == 500  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", [SMALL, (40, 12)], ids=str)
async def test_hostile_affairs(size: tuple[int, int]) -> None:
    """No name, word, label or minute of a peer acts on the terminal, in any tab or dialog."""
    async with driving(hostile_affairs(), size) as tui:
        for section in "32":
            await tui.press(section)
            for _ in tui.app.base.TABS:
                for move in ("j", "enter", "G", "escape", "g", NEXT):
                    await tui.press(move)
                    check(tui)
        for section, moves, keys in (
            ("3", 0, ("T", "x", "ctrl+s")), ("3", 0, ("S", "ctrl+s")),
            ("3", 0, ("I", "x", "ctrl+s")), ("3", 0, ("j", "j", "A", "ctrl+s")),
            ("3", 0, ("E", "x", "ctrl+s")), ("3", 0, ("P", "a", "ctrl+s")),
            ("3", 3, ("S",)), ("3", 1, ("g", "T", "x", "ctrl+s")), ("2", 2, ("W",)),
            ("2", 1, ("g", "W", "escape", "C", "a", "ctrl+s")),
        ):  # fmt: skip
            await tui.press(section, *[NEXT] * moves)
            for key in keys:
                await tui.press(key)
                check(tui)
            for _ in range(3):
                await tui.press("escape")
        assert tui.app.is_running


@SIZES
@pytest.mark.parametrize(
    ("status", "how"), [("resigned", "ou left"), ("expelled", "ou were expelled")]
)
async def test_who_left_reads_when(size: tuple[int, int], status: str, how: str) -> None:
    """Home and Federation name the minute; nothing waits, nothing opens, all stays readable."""
    async with driving(left_world(status), size) as tui:
        await tui.sees(f"Y{how} with minute M40: there is nothing to sign", "hears no more")
        await tui.sees("6 of 7 witnesses, need 5")
        await tui.go("8", f"y{how} with minute M40")
        await tui.sees(f"none: y{how}")
        await tui.go("3", "P-58 Raise")
        for key in "STIPCL":
            await tui.press(key)
            await tui.sees("not now, you")
            assert not isinstance(tui.app.screen, FormDialog)


async def test_who_is_a_member_reads_nothing_of_it() -> None:
    """A suspended member has not left."""
    world: World = farms_world()
    world.status = world.status.model_copy(update={"member_status": "suspended"})
    async with driving(world) as tui:
        await tui.sees("NEEDS YOU 4", "suspended")
        assert "left" not in tui.text


async def test_notice_says_when_it_opens() -> None:
    """A proposal under notice can't be voted on yet, and says until when."""
    world = farms_world()
    world.proposals = [notice(70, world.members[1], "A shed")]
    async with driving(world) as tui:
        await tui.go("3", "P-70 A shed")
        await tui.press("S")
        await tui.sees("S Vote: not now, voting opens at")
