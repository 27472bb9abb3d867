"""Discussion, elections, proxies, offices, mandates, disputes and minutes, by their keys."""

from __future__ import annotations

from typing import Any

import pytest

from rochdale_protocol.governance.views import CandidateView
from rochdale_tui.dialogs.form import FormDialog
from rochdale_tui.widgets import Pane

from .affairs import busy_world, hostile_affairs, left_world, many_affairs, notice
from .driving import LARGE, SMALL, Driver, driving
from .test_dialogs import bodies, confirm, opened, review
from .test_hostile import check
from .world import HOUR, NOW, World, empty_world, farms_world, ident

SIZES = pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])
NEXT = "right_square_bracket"


def signed(tui: Driver) -> list[tuple[str, dict[str, Any]]]:
    """Return kind and body of each record that was asked for."""
    return [(str(each["kind"]), dict(each["body"])) for each in bodies(tui)]  # type: ignore[call-overload]


async def at(tui: Driver, number: int) -> None:
    """Open Proposals and go to one of the open ones, by its place."""
    await tui.go("3", "P-58 Raise")
    await tui.press(*["j"] * number)


@SIZES
async def test_a_comment(size: tuple[int, int]) -> None:
    """The discussion is read in order; a word is typed, reviewed and then signed, with a salt."""
    async with driving(busy_world(), size) as tui:
        await tui.go("3", "P-58 Raise")
        await tui.press("enter", "z", "G")
        await tui.sees("We have no need of a second trailer.", "We do,", "M40")
        assert tui.text.index("no need") < tui.text.index("We do,")
        await tui.press("escape")
        await opened(tui, "T")
        await tui.sees("COMMENT", "P-58 Raise")
        await tui.press("ctrl+s")
        await tui.sees("Say it in 1 to")
        await tui.press(*"One will do", "ctrl+s")
        await review(tui)
        await tui.sees("rochdale proposal comment P-58 --text 'One will do'")
        await confirm(tui)
        [(kind, body)] = signed(tui)
        assert kind == "comment.make"
        assert len(body.pop("salt")) == 32
        assert body == {"proposal": ident("proposal", 58), "text": "One will do"}


async def test_whom_it_is_about_answers_while_suspended() -> None:
    """Whom a decision is about sees Answer, also while suspended, when nothing else is open."""
    world = busy_world()
    world.status = world.status.model_copy(update={"member_status": "suspended"})
    async with driving(world) as tui:
        await at(tui, 5)
        await tui.sees("P-63 Expel", "T Answer")
        await tui.press("I")
        await tui.sees("I Declare an interest: not now, you are suspended")
        await opened(tui, "T")
        await tui.press(*"I paid", "ctrl+s")
        await review(tui)
        await tui.sees("read this as your answer", "[ Answer ]")
        await confirm(tui)
        assert signed(tui)[0][0] == "comment.make"


async def test_another_text() -> None:
    """An author amends, and takes a text that is offered; another member offers one."""
    async with driving(busy_world()) as tui:
        await at(tui, 2)
        await opened(tui, "E")
        await tui.sees("AMEND", "Buy it new.")
        await tui.press("ctrl+s")
        await review(tui)
        await tui.sees("Not now: the text is the same.", "(disabled)")
        await tui.press("escape", *"No: ", "ctrl+s")
        await review(tui)
        await tui.sees("- Buy it new.", "+ No: Buy it new.")
        await confirm(tui)
        await tui.press("A")
        await tui.sees("TAKE AN AMENDMENT", "Danby Head", "cheaper")
        await tui.press("ctrl+s")
        await review(tui)
        await tui.sees("+ Buy one second-hand.", "rochdale proposal accept P-60")
        tui.node.posted.clear()
        await confirm(tui)
        offered = ident("amendment", 1)
        assert signed(tui) == [
            ("amendment.accept", {"proposal": ident("proposal", 60), "amendment": offered})
        ]
        tui.node.posted.clear()
        await tui.press("j")
        await opened(tui, "E")
        await tui.press(*"Not ", "tab", *"it is dear", "ctrl+s")
        await review(tui)
        await confirm(tui)
        assert signed(tui) == [
            ("amendment.offer", {"proposal": ident("proposal", 61), "text": "Not A red one.",
                                 "reason": "it is dear"})
        ]  # fmt: skip


async def test_an_interest() -> None:
    """It is named, and the review says what follows by the rule."""
    async with driving(busy_world()) as tui:
        await at(tui, 0)
        await opened(tui, "I")
        await tui.press("ctrl+s")
        await tui.sees("Say what it is")
        await tui.press(*"we sell them", "ctrl+s")
        await review(tui)
        await tui.sees("rochdale proposal interest P-58 'we sell them'", "you may vote")
        await confirm(tui)
        assert signed(tui) == [
            ("interest.declare", {"proposal": ident("proposal", 58), "nature": "we sell them"})
        ]


@SIZES
async def test_an_election_is_called(size: tuple[int, int]) -> None:
    """Office, seats, method and time to stand are asked; what is wrong is said at its field."""
    async with driving(busy_world(), size) as tui:
        await tui.go("3", "P-58 Raise")
        await opened(tui, "L")
        await tui.press(*"Our chair", "ctrl+s")
        await tui.sees("Name the office in small letters")
        await tui.press(*"chair", "tab", "tab", "tab", *"0", "ctrl+s")
        await tui.sees("Give a number of seats from 1 to 200.")
        await tui.press("backspace", *"2", "tab", "right", "ctrl+s")
        await tui.sees("By the rules election or secret business elects office.")
        await tui.press("left", "ctrl+s")
        await review(tui)
        await tui.sees("single transferable vote", "members may stand until", "for 3 d",
                       "rochdale proposal elect 'Our chair' --seats 2 --office chair")  # fmt: skip
        await confirm(tui)
        [(kind, body)] = signed(tui)
        assert kind == "proposal.new"
        assert (body["opens"], body["closes"]) == (NOW + 72 * HOUR, NOW + 240 * HOUR)
        assert body["election"] == {"seats": 2, "options": []}
        office = {"type": "appoint", "office": "chair", "members": [], "until": 0}
        assert body["effect"] == office
        assert body["business"] == "election"


async def test_a_choice_among_options() -> None:
    """Options are named by commas, each once; then nobody stands and it opens at once."""
    async with driving(busy_world()) as tui:
        await tui.go("3", "P-58 Raise")
        await opened(tui, "L")
        await tui.press(*"Colour", "tab", "left", "tab", "tab", "tab", *"red, red", "ctrl+s")
        await tui.sees("Name two options or more")
        await tui.press(*["backspace"] * 3, *"blue", "tab", "tab", "right", "ctrl+s")
        await review(tui)
        await tui.sees("red, blue", "Schulze")
        await confirm(tui)
        body = signed(tui)[0][1]
        assert body["election"] == {"seats": 1, "options": ["red", "blue"]}
        assert (body["opens"], body["closes"]) == (0, NOW + 168 * HOUR)
        assert body["business"] == "options"
        assert body["effect"] == {"type": "none"}


async def test_standing() -> None:
    """F stands with a statement; who stands is offered to stand down."""
    world = busy_world()
    async with driving(world) as tui:
        await at(tui, 4)
        await opened(tui, "F")
        await tui.press(*"I can count", "ctrl+s")
        await review(tui)
        await tui.sees("rochdale proposal stand P-62 --statement 'I can count'")
        await confirm(tui)
        assert signed(tui) == [
            ("candidate.stand", {"proposal": ident("proposal", 62), "statement": "I can count"})
        ]
        tui.node.posted.clear()
        me = CandidateView(number=1, name="B", member=world.members[0].member, elected=0)
        election = world.proposals[5]
        stands = election.model_copy(update={"candidates": [me, *election.candidates]})
        world.proposals[5] = stands
        await tui.press("r")
        await tui.sees("F Stand down")
        await tui.press("F")
        await review(tui)
        await tui.sees("rochdale proposal stand-down P-62")
        await confirm(tui)
        assert signed(tui) == [("candidate.withdraw", {"proposal": ident("proposal", 62)})]


async def test_a_proxy_is_given_and_ended() -> None:
    """P gives one with an instruction; then D ends it, and P would change it."""
    world = busy_world()
    async with driving(world) as tui:
        await at(tui, 0)
        await tui.fetched()
        await tui.press("D")
        await tui.sees("not now, you gave nobody a proxy")
        await opened(tui, "P")
        await tui.press(*"bransdale", "ctrl+s")
        await tui.sees("Name another member")
        await tui.press(*["backspace"] * 9, *"danby", "tab", "right", "ctrl+s")
        await review(tui)
        holder = world.members[1].member
        await tui.sees(f"rochdale proxy appoint P-58 {holder[:8]} --vote for")
        await confirm(tui)
        proposal = ident("proposal", 58)
        assert signed(tui) == [
            ("proxy.appoint", {"proposal": proposal, "holder": holder, "instruction": "for"})
        ]
        tui.node.posted.clear()
        mine = (
            world.proposals[0]
            .proxies[0]
            .model_copy(
                update={
                    "principal": world.members[0].member,
                    "holder": holder,
                    "holder_name": "Danby",
                }
            )
        )
        world.proposals[0] = world.proposals[0].model_copy(update={"proxies": [mine]})
        await tui.press("r")
        await tui.sees("Change your proxy", "D End your proxy, Danby")
        await tui.press("D")
        await review(tui)
        await tui.sees("was not cast yet", "rochdale proxy revoke P-58")
        await confirm(tui)
        assert signed(tui) == [("proxy.revoke", {"proposal": proposal})]


async def test_a_proxy_votes_for_its_principal() -> None:
    """Whose ballot it is is asked of who holds a proxy, and an instruction is kept to."""
    world = busy_world()
    told = world.proposals[0].proxies[0].model_copy(update={"instruction": "against"})
    world.proposals[0] = world.proposals[0].model_copy(update={"proxies": [told]})
    async with driving(world) as tui:
        await at(tui, 0)
        await opened(tui, "S")
        await tui.sees("(x) your own", "( ) for Glaisdale Hall")
        await tui.press("right", "tab", "right", "ctrl+s")
        await tui.sees("You are instructed to vote against.")
        await tui.press("right", "ctrl+s")
        await review(tui)
        principal = world.members[3].member
        await tui.sees(f"rochdale ballot cast P-58 against --for {principal[:8]}", "as its proxy")
        await confirm(tui)
        assert bodies(tui) == [
            {"proposal": ident("proposal", 58), "choice": "against", "reason": "",
             "principal": principal}
        ]  # fmt: skip


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


async def test_words_are_signed_once() -> None:
    """If the act is refused after its words were signed, trying again names the same words."""
    async with driving(busy_world()) as tui:
        await tui.go("3", "P-58 Raise")
        await tui.press(*[NEXT] * 4)
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
        await opened(tui, "C")
        await tui.sees("GIVE A MANDATE")
        await tui.press("escape", "colon", *"Invite")
        await tui.sees("No matches")


EMPTY = {"Meetings": "No minutes of a meeting", "Disputes": "C brings a complaint",
         "Offices": "appointed nobody", "Mandates": "C gives one"}  # fmt: skip


async def test_empty_tabs_say_what_is_next() -> None:
    """On the first day each tab says why it is empty and what fills it."""
    async with driving(empty_world()) as tui:
        for section, count in (("3", 5), ("2", 4)):
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
        for section, moves in (("3", 4), ("2", 3)):
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
