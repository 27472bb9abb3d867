"""A proposal's discussion, elections and proxies, by their keys."""

from __future__ import annotations

from typing import Any

import pytest

from rochdale_protocol.governance.views import CandidateView

from .affairs import busy_world
from .driving import LARGE, SMALL, Driver, driving
from .test_dialogs import bodies, confirm, opened, review
from .world import HOUR, NOW, ident

SIZES = pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])


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
