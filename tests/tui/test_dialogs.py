"""Nothing is signed before it was reviewed, and then exactly what was shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rochdale_protocol.core.hashes import Tag, digest
from rochdale_tui.dialogs.form import FormDialog
from rochdale_tui.dialogs.frame import Push
from rochdale_tui.dialogs.review import ReviewDialog

from .driving import LARGE, SMALL, Driver, driving
from .elections import election
from .world import NOW, V2, ballot, empty_world, farms_world, ident

SIZES = pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])


def focused(tui: Driver) -> str:
    return "" if tui.app.focused is None else tui.app.focused.id or ""


async def opened(tui: Driver, key: str) -> None:
    """Press the key of a form and wait until its first field has the focus."""
    await tui.press(key)
    await tui.until(lambda: isinstance(tui.app.screen, FormDialog), "form is open")
    await tui.until(lambda: focused(tui).startswith("field-"), "its field has the focus")


async def review(tui: Driver) -> None:
    await tui.until(lambda: isinstance(tui.app.screen, ReviewDialog), "review is open")
    await tui.until(lambda: focused(tui) == "cancel", "cancel has the focus")


def bodies(tui: Driver) -> list[dict[str, object]]:
    return [data for path, data in tui.node.posted if path in ("/v1/records", "/v1/ballots")]


async def confirm(tui: Driver) -> None:
    """Go from Cancel to the other button and press it."""
    assert tui.node.posted == []
    await tui.press("tab")
    assert focused(tui) == "confirm"
    await tui.press("enter")
    await tui.until(lambda: tui.node.posted, "posted")
    await tui.until(lambda: tui.app.screen is tui.app.base, "dialogs are closed")


@SIZES
async def test_vote(size: tuple[int, int]) -> None:
    """A ballot is chosen, reviewed with its command, and only then cast."""
    async with driving(farms_world(), size) as tui:
        await tui.go("3", "P-58 Raise")
        await opened(tui, "S")
        await tui.sees("( ) for  ( ) against  ( ) abstain", "P-58 Raise")
        await tui.press("ctrl+s")
        await tui.sees("Choose for, against or abstain")
        await tui.press("right", "right", "tab", *"Too dear", "ctrl+s")
        await review(tui)
        await tui.sees("AGAINST", "rochdale ballot cast P-58 against --reason 'Too dear'")
        await tui.sees("3 of 7 cast, quorum 3", "Bransdale Farm 2c4b6808")
        await confirm(tui)
        assert bodies(tui) == [
            {"proposal": ident("proposal", 58), "choice": "against", "reason": "Too dear"}
        ]  # fmt: skip
        await tui.sees("Ballot AGAINST on P-58 signed")
        assert tui.app.memory.drafts == ()


async def test_a_changed_vote_says_what_it_replaces() -> None:
    """A second ballot names the first one, and the detail does too."""
    world = farms_world()
    world.proposals[0].ballots.append(ballot(58, world.members[0]))
    async with driving(world) as tui:
        await tui.go("3", "Change your vote, for")
        await opened(tui, "S")
        await tui.sees("VOTE")
        await tui.press("right", "right", "ctrl+s")
        await review(tui)
        await tui.sees("your ballot FOR")


@SIZES
async def test_sign_needs_the_hash_typed(size: tuple[int, int]) -> None:
    """Signing an agreement needs the hash's first characters; then that version is signed."""
    text_hash = digest(Tag.TEXT, V2.encode()).hex()
    async with driving(farms_world(), size) as tui:
        await tui.go("4", "ceiling 4 %")
        await tui.press("S")
        await review(tui)
        await tui.sees(
            f"rochdale agreement sign A-12 --version 2 --expect {text_hash[:8]}",
            "3 lines since v1 that you signed", "(disabled)",
        )  # fmt: skip
        await tui.press("shift+tab")
        assert focused(tui) == "typed-input"
        wrong = "1" if text_hash[3] == "0" else "0"
        await tui.press(*text_hash[:3], wrong)
        assert tui.app.screen.query_one("#confirm", Push).disabled
        await tui.press("backspace", text_hash[3], "enter")
        assert focused(tui) == "cancel"
        await confirm(tui)
        assert bodies(tui) == [
            {"kind": "agreement.sign", "body": {"agreement": ident("agreement", 12), "version": 2,
                                                "text_hash": text_hash}}
        ]  # fmt: skip


async def test_a_text_that_is_not_its_hash_cannot_be_signed() -> None:
    """A node that shows another text than the hash names is found out here."""
    world = farms_world()
    first = world.agreements[0]
    lie = first.versions[1].model_copy(update={"text": first.versions[1].text + "4. Pay me.\n"})
    world.agreements[0] = first.model_copy(update={"versions": [first.versions[0], lie]})
    async with driving(world) as tui:
        await tui.go("4", "does not match its hash")
        await tui.press("S")
        await tui.sees("S Sign v2: not now, its text does not match its hash")
        await tui.press("enter", "G")
        await tui.sees("does NOT match its hash")


@pytest.mark.parametrize(
    ("section", "key", "text"),
    [("3", "W", "P-58 Raise"), ("4", "S", "ceiling 4 %"), ("5", "S", "C-310 work")],
    ids=["withdraw", "sign", "confirm"],
)
async def test_the_opening_key_never_confirms(section: str, key: str, text: str) -> None:
    """However often the key that opened a review is pressed, nothing is sent."""
    world = farms_world()
    world.proposals = [
        each.model_copy(update={"author": world.members[0].member}) for each in world.proposals
    ]
    async with driving(world) as tui:
        await tui.go(section, text)
        await tui.press(key)
        await review(tui)
        await tui.press(*[key] * 20)
        assert isinstance(tui.app.screen, ReviewDialog)
        assert focused(tui) == "cancel"
        await tui.press("enter")
        await tui.until(lambda: tui.app.screen is tui.app.base)
        assert tui.node.posted == []


async def test_confirm_dispute_correct() -> None:
    """Receivers confirm and dispute, providers correct; each body is what was reviewed."""
    async with driving(farms_world()) as tui:
        await tui.go("5", "C-310 work")
        await tui.press("S")
        await review(tui)
        await tui.sees("4 hour market stall", "rochdale contribution confirm C-310")
        await confirm(tui)
        tui.node.posted.clear()
        await opened(tui, "D")
        await tui.sees("DISPUTE", "C-310 work: 4 hour market stall")
        await tui.press("ctrl+s")
        await tui.sees("Say what is wrong")
        await tui.press(*"3 hours", "ctrl+s")
        await review(tui)
        await confirm(tui)
        assert bodies(tui)[0]["body"] == {
            "contribution": ident("contribution", 310), "reason": "3 hours",
        }  # fmt: skip
        tui.node.posted.clear()
        await tui.press("j")
        await opened(tui, "E")
        await tui.sees("CORRECT", "C-309")
        await tui.press(*"112.50", "tab", *"miscounted", "ctrl+s")
        await review(tui)
        await confirm(tui)
        assert bodies(tui)[0]["body"] == {
            "contribution": ident("contribution", 309), "quantity": "112.5",
            "reason": "miscounted",
        }  # fmt: skip


async def test_log_a_contribution() -> None:
    """The log form finds receiver and agreement by name and label, and says what is wrong."""
    world = farms_world()
    async with driving(world) as tui:
        await tui.go("5", "C-310 work")
        await opened(tui, "C")
        await tui.sees("LOG CONTRIBUTION", "< work >  1 of 9")
        await tui.press("tab", *"dan")
        await tui.sees(f"Danby Head {world.members[1].member[:8]}")
        await tui.press("tab", *"haulage", "tab", *"x", "ctrl+s")
        await tui.sees("Give a number such as 4 or 9.5")
        assert focused(tui) == "field-quantity"
        await tui.press("backspace", *"2.5", "tab", "tab", "tab", *"a-12")
        await tui.sees("Lamb supply 2027")
        await tui.press("ctrl+s")
        await review(tui)
        await tui.sees("2.5 hour haulage", "rochdale contribution log work")
        await confirm(tui)
        assert bodies(tui) == [
            {"kind": "contribution.log", "body": {
                "action": "work", "receiver": world.members[1].member, "resource": "haulage",
                "quantity": "2.5", "unit": "hour", "happened": NOW // 60_000 * 60_000,
                "agreement": ident("agreement", 12), "note": ""}}
        ]  # fmt: skip


async def test_propose_and_admit() -> None:
    """A resolution, and an admission as the resolution whose effect is the rule's."""
    async with driving(farms_world()) as tui:
        await tui.go("3", "P-58 Raise")
        await opened(tui, "C")
        await tui.sees("PROPOSE")
        await tui.press(*"Paint the barn", "tab", "left", "left", "tab", "backspace", "backspace")
        await tui.press(*"48h", "tab", *"Green.", "ctrl+s")
        await review(tui)
        await tui.sees("three quarters", "in 2 d")
        await confirm(tui)
        assert bodies(tui)[0]["body"] == {
            "title": "Paint the barn", "text": "Green.", "business": "special", "opens": 0,
            "closes": NOW + 48 * 3_600_000, "effect": {"type": "none"}, "election": None,
        }  # fmt: skip
        tui.node.posted.clear()
        await tui.go("2", "Rosedale")
        await tui.press("A")
        await tui.sees("not now, choose an applicant")
        await tui.press("right_square_bracket")
        await opened(tui, "A")
        await tui.sees("PROPOSE ADMISSION", "Spaunton Moor")
        await tui.press("ctrl+s")
        await review(tui)
        await tui.sees("--admit")
        await confirm(tui)
        body = bodies(tui)[0]["body"]
        assert isinstance(body, dict)
        assert body["effect"] == {"type": "admit", "application": ident("application", 1)}


async def test_draft_an_agreement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A draft takes its text from a file as it is, and its parties by name."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.md").write_text("# Barn\n\nÖ.\n", "utf-8")
    world = farms_world()
    async with driving(world) as tui:
        await tui.go("4", "A-12")
        await opened(tui, "C")
        await tui.press(*"Barn", "tab", *"none.md", "ctrl+s")
        await tui.sees("none.md was not read: No such file")
        await tui.press(*["backspace"] * len("none.md"), *"a.md", "ctrl+s")
        await review(tui)
        await confirm(tui)
        assert bodies(tui)[0]["body"] == {
            "title": "Barn", "text": "# Barn\n\nÖ.\n",
            "parties": sorted(each.member for each in world.members),
        }  # fmt: skip


async def test_invite_shows_its_link() -> None:
    """An invitation is reviewed; its link stays on the screen and goes to the clipboard."""
    async with driving(empty_world()) as tui:
        await tui.go("2", "Bransdale Farm")
        await opened(tui, "C")
        await tui.press("ctrl+s")
        await review(tui)
        await tui.press("tab", "enter")
        await tui.sees("rochdale://join?coop=1", "[ Close ]")
        assert tui.node.posted == [("/v1/invites", {"days": 7})]
        assert tui.app.clipboard == "rochdale://join?coop=1"
        await tui.press("enter")
        await tui.until(lambda: tui.app.screen is tui.app.base)


async def test_revoke_needs_the_key_typed() -> None:
    """Revoking a device needs its key's first characters; this device can't end itself."""
    async with driving(farms_world()) as tui:
        await tui.go("0", "YOUR DEVICES  2")
        await tui.press("D")
        await tui.sees("not now, this device can't end itself")
        await tui.press("escape", "j")
        await opened(tui, "D")
        await tui.press(*"lost", "ctrl+s")
        await review(tui)
        await tui.press("shift+tab", *ident("device", "phone")[:4], "tab")
        await confirm(tui)
        assert bodies(tui) == [
            {"kind": "device.revoke",
             "body": {"device": ident("device", "phone"), "reason": "lost"}}
        ]  # fmt: skip


async def test_federation_acts() -> None:
    """R dials a peer that is down, and only such a one; C adds an address."""
    async with driving(farms_world()) as tui:
        await tui.go("8", "connect timed out")
        await tui.press("R")
        await tui.sees("Dialling Danby Head")
        assert tui.node.posted == [(f"/v1/peers/{ident('device', 1)}/retry", {})]
        await tui.press("j", "R")
        await tui.sees("R Retry: not now, its link is up")
        tui.node.posted.clear()
        await opened(tui, "C")
        await tui.press(*"farm.example", "ctrl+s")
        await tui.sees("Give host:port")
        await tui.press(*":7843", "ctrl+s")
        await review(tui)
        await confirm(tui)
        assert tui.node.posted == [("/v1/peers", {"address": "farm.example:7843"})]


async def test_a_refusal_stays_in_place() -> None:
    """What the node refuses is said in the dialog, with code and advice; the draft stays."""
    async with driving(farms_world()) as tui:
        advice = "See rochdale proposal show P-58."
        answer = {"code": "GOV-5", "message": "Voting has closed.", "next": advice, "fields": {}}
        tui.node.refusal = (409, answer)
        await tui.go("3", "P-58 Raise")
        await opened(tui, "S")
        await tui.press("right", "ctrl+s")
        await review(tui)
        await tui.press("tab", "enter")
        await tui.sees("Voting has closed. See rochdale proposal show P-58. (GOV-5)")
        assert isinstance(tui.app.screen, ReviewDialog)
        await tui.press("escape", "escape")
        assert len(tui.app.memory.drafts) == 1


async def test_what_changed_meanwhile_is_reviewed_afresh() -> None:
    """A proposal that closed after its list was fetched can't be voted on: the review says why."""
    async with driving(farms_world()) as tui:
        await tui.go("3", "P-58 Raise")
        world = tui.node.world
        world.proposals[0] = world.proposals[0].model_copy(update={"status": "lost"})
        await opened(tui, "S")
        await tui.press("right", "ctrl+s")
        await review(tui)
        await tui.sees("Not now: it is lost.", "(disabled)")
        await tui.press("tab", "enter", "enter")
        assert tui.node.posted == []


async def test_drafts_survive_a_crash(tmp_path: Path) -> None:
    """Each key typed into a form is kept: after a crash the form is as it was."""
    async with driving(farms_world(), folder=tmp_path) as tui:
        await tui.go("3", "P-58 Raise")
        await opened(tui, "C")
        await tui.press(*"Half a tit")
        await tui.sees("Half a tit")
    async with driving(farms_world(), folder=tmp_path) as tui:
        await tui.go("3", "P-58 Raise")
        await tui.press("C")
        await tui.sees("Half a tit", "This is your draft")
        await tui.press("escape", "ctrl+q")
        await tui.sees("1 draft is not signed yet", "[ Quit ]")
        assert focused(tui) == "cancel"
        await tui.press("escape")
        await opened(tui, "C")
        await tui.press("ctrl+g")
        assert tui.app.memory.drafts == ()


async def test_copy() -> None:
    """Y then one key copies id, text, JSON or the signed bytes."""
    async with driving(farms_world()) as tui:
        await tui.go("9", "certificate")
        record = tui.node.world.records[0]
        checks: dict[str, Callable[[str], bool]] = {
            "i": lambda text: text == record.record,
            "t": lambda text: text == record.summary,
            "j": lambda text: json.loads(text)["kind"] == record.kind,
            "b": lambda text: json.loads(text)["signature"] == "ab" * 64,
        }
        for key, check in checks.items():
            await tui.press("y")
            await tui.sees("COPY")
            await tui.press(key)
            await tui.until(lambda: tui.app.screen is tui.app.base, "copied")
            assert check(tui.app.clipboard), key


async def test_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """X writes a proof, or the bytes, to a new file; a file that exists is left alone."""
    monkeypatch.chdir(tmp_path)
    async with driving(farms_world()) as tui:
        record = tui.node.world.records[0].record
        await tui.go("9", "certificate")
        for _ in range(2):
            await tui.press("x")
            await tui.sees("EXPORT")
            await tui.press("enter", "tab", "enter")
            await tui.until((tmp_path / f"{record[:8]}.rochdale.json").exists)
        await tui.sees("exists; choose another name")
        await tui.press("escape", "x", "shift+tab", "right", "tab", "enter", "tab", "enter")
        path = tmp_path / f"{record[:8]}.record.json"
        await tui.until(lambda: tui.app.screen is tui.app.base, "written")
        assert json.loads(path.read_text())["signature"] == "ab" * 64


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("member_status", "applying", "your application is not decided yet"),
        ("member_status", "resigned", "you resigned"),
        ("device_status", "frozen", "this device signed two different records"),
        ("device_status", "revoked", "this device was revoked"),
    ],
)
async def test_who_may_not_act_reads_why(field: str, value: str, reason: str) -> None:
    """Who can't sign sees every act with the reason, and no form opens."""
    world = farms_world()
    world.status = world.status.model_copy(update={field: value})
    async with driving(world, LARGE) as tui:
        for section, key, text in (("3", "S", "P-58 Raise"), ("5", "C", "C-310 work")):
            await tui.go(section, text)
            await tui.press(key)
            await tui.sees(f"not now, {reason}")
            assert not isinstance(tui.app.screen, FormDialog)


async def test_leaving_remembers_the_visit(tmp_path: Path) -> None:
    """ctrl+q quits and remembers the height, so that the next visit shows what is new."""
    async with driving(farms_world(), folder=tmp_path) as tui:
        await tui.sees("NEEDS YOU 4")
        await tui.press("ctrl+q")
        await tui.until(lambda: not tui.app.is_running, "quit")
    world = farms_world()
    async with driving(world, folder=tmp_path) as tui:
        await tui.sees("signs A-12 v2")
        assert "P-59 Buy a second trailer" not in "\n".join(tui.lines[15:])


@SIZES
async def test_an_election_is_voted_on_by_ranking(size: tuple[int, int]) -> None:
    """Candidates are ranked by number or name; what is typed is read back before it is signed."""
    world = farms_world()
    world.proposals[0] = election(58, world.members[1])
    async with driving(world, size) as tui:
        await tui.go("3", "P-58 Two directors")
        await opened(tui, "S")
        await tui.sees("Ranking", "1 Danby Head")
        await tui.press(*"danby, x", "ctrl+s")
        await tui.sees("No candidate is called x")
        await tui.press("backspace", *"2=3", "ctrl+s")
        await review(tui)
        await tui.sees("Danby Head, Farndale Grange = Re-open nominations",
                       "rochdale ballot rank P-58 'danby, 2=3'",
                       "before the close, then all members do")  # fmt: skip
        await confirm(tui)
        assert bodies(tui) == [{"proposal": ident("proposal", 58), "ranks": [[1], [2, 3]]}]
