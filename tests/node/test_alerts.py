"""What real nodes warn of: witnesses away, a standstill, evidence and forks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rochdale_node import book as book_module
from rochdale_node.api.alerts import alerts
from rochdale_node.api.evidence import evidence
from rochdale_node.api.metrics import metrics
from rochdale_node.api.service import Service
from rochdale_protocol.core.limits import DAY_MS
from rochdale_protocol.minutes.votes import Certificate, Ground, Vote, VoteKind
from rochdale_protocol.sync.messages import Empty, Grounds, Kind, Message
from rochdale_protocol.views import Alert, Event
from tests.node.cli.conftest import Cli
from tests.node.homes import farm_keys, make_home
from tests.node.village import PATIENCE_S, Farm, Village, proposal, until, village


@pytest.fixture
async def four() -> AsyncIterator[Village]:
    """Four farms that founded a co-op; the nodes of three of them run."""
    async with village(4) as made:
        await made.start(0, 1, 2)
        yield made


def told(farm: Farm, what: str) -> Alert:
    """Return what a farm's node warns of."""
    return next(one for one in alerts(farm.book) if one.what == what)


def about(farm: Farm) -> list[str]:
    return [one.what for one in alerts(farm.book)]


def figures(farm: Farm) -> dict[str, float]:
    """Return the gauges of a farm's only book."""
    lines = metrics(farm.node).decode().splitlines()
    pairs = [line.rsplit(" ", 1) for line in lines if line.startswith("rochdale_")]
    return {name.partition("{")[0]: float(value) for name, value in pairs}


async def next_event(farm: Farm, what: str, begins: str = "") -> Event:
    """Return the next event of a type whose text begins so."""
    async with asyncio.timeout(PATIENCE_S), farm.book.subscribe() as events:
        async for event in events:
            if event.type == what and event.text.startswith(begins):
                return event
    raise AssertionError("the book ended")


async def test_who_is_away_is_named_ahead(four: Village) -> None:
    """A founder whose node never ran is away after the first minute, and none can be spared."""
    farm = four.farms[0]
    assert about(farm) == []
    await farm.act(proposal())
    alert = told(farm, "away")
    member = four.farms[3].home.identity.member
    assert (alert.level, alert.title) == ("bad", "No witness to spare")
    assert alert.detail.startswith(
        f"One more away and the book stands still: Farm 3 {member[:8]} attested none of the minutes"
    )
    assert "It may go dormant from M40 on, unless it attests before." in alert.detail
    (need,) = [one for one in await Service(farm.node).attention("") if one.what == "alert"]
    assert (need.id, need.title) == ("alert away", alert.title)
    rows = {row.name: row for row in await Service(farm.node).witnesses("")}
    assert [rows[f"Farm {n}"].status for n in range(4)] == ["attesting"] * 3 + ["away"]
    founded = four.charter.charter.at // DAY_MS * DAY_MS
    assert (rows["Farm 3"].dormant_on, rows["Farm 3"].dormant_at) == (founded + 15 * DAY_MS, 40)
    counted = figures(farm)
    assert (counted["rochdale_witnesses_away"], counted["rochdale_witnesses_spare"]) == (1, 0)


async def test_who_is_linked_is_not_away(four: Village) -> None:
    """Once the last one's node runs there is nothing to warn of."""
    farm, late = four.farms[0], four.farms[3]
    await farm.act(proposal())
    await late.start()
    late.node.add_peer(late.book, farm.address)
    await until(lambda: late.key.public in farm.book.links)
    assert about(farm) == []


async def test_a_standstill_names_whom_it_waits_for(
    four: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With two of four away a height waits: an alert, a gauge and an event say for whom."""
    monkeypatch.setattr(book_module, "STILL_S", 0)
    farm, gone = four.farms[0], four.farms[2]
    await farm.act(proposal())
    await gone.node.stop()
    await until(lambda: gone.key.public not in farm.book.links)
    assert figures(farm)["rochdale_standing_still"] == 0
    event = asyncio.create_task(next_event(farm, "alert"))
    await asyncio.sleep(0)
    farm.book.act(proposal("Mend the wall"))
    assert (await event).text.startswith("The book stands still. ")
    await until(lambda: told(farm, "stall").detail.startswith("1 more of Farm "))
    alert = told(farm, "stall")
    for number in (2, 3):
        assert f"Farm {number} {four.farms[number].home.identity.member[:8]}" in alert.detail
    assert "a third or more are gone for good, begin anew: rochdale coop refound" in alert.next
    assert told(farm, "away").detail.startswith("Farm 3 ")
    assert figures(farm)["rochdale_standing_still"] == 1
    await gone.restart()
    await until(lambda: farm.book.ledger.height == 2)
    assert "stall" not in about(farm)


def contradiction(farm: Farm, liar: int) -> list[bytes]:
    """Return two votes of a farm's device for the height under way that exclude each other."""
    key, ground = farm_keys(liar).device, farm.book.ledger.machine.ground
    return [
        Vote.sign(key, ground, VoteKind.FINALIZE, 1, minute * 32, 0).to_bytes()
        for minute in ("aa", "bb")
    ]


async def test_a_key_on_two_machines_is_put_on_record(
    four: Village, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another node than the one that met them lists both votes, exports them, and they verify."""
    met, other = four.farms[0], four.farms[1]
    event = asyncio.create_task(next_event(met, "evidence"))
    liar = await four.meet(met, farm_keys(3).device)
    liar.say(Message(Kind.VOTES, Empty(), tuple(contradiction(met, 3))))
    said = await event
    assert said.text.startswith("Farm 3 ")
    assert "exclude each other" in said.text
    await until(lambda: any(one.at for one in evidence(other.book)))
    folder = other.home.path.parent
    await asyncio.gather(*(farm.node.stop() for farm in four.farms))
    cli = Cli(folder, other.home.path, capsys)
    monkeypatch.chdir(folder)
    await asyncio.to_thread(check_commands, cli, farm_keys(3).device.public, four.coop)


def check_commands(cli: Cli, device: str, coop: str) -> None:
    """The commands show, export and verify what is on record."""
    (row,) = cli.json("evidence", "list")
    assert (row["device"], row["name"], row["type"], row["at"]) == (device, "Farm 3", "vote", 1)
    assert cli.json("record", "show", row["record"])["kind"] == "witness.evidence"
    for whose in (device, device[:8], "farm 3", row["member"][:6]):
        assert cli.json("evidence", "show", whose) == [row]
    shown = cli.run("evidence", "show", device).out
    assert "Nothing is punished without a decision" in shown
    assert f"--expel {row['member'][:8]}" in shown
    advised = next(line for line in shown.splitlines() if "--expel" in line)
    cli.run(*advised.partition(": rochdale ")[2].split())
    assert "declared minute bbbb" in cli.run("evidence", "list").out
    made = cli.json("evidence", "export", "Farm 3")
    assert made["file"] == f"{device[:8]}.rochdale-evidence.json"
    found = cli.at("nowhere").json("verify", made["file"], "--coop", coop)
    assert (found["ok"], found["device"], found["height"]) == (True, device, 1)
    said = cli.at("nowhere").run("verify", made["file"]).out
    assert f"PROVED: device {device} signed against itself" in said
    assert "Not proved: that it was on purpose" in said
    check_against_checkpoints(cli, made["file"])
    path = Path(made["file"])
    path.write_bytes(path.read_bytes().replace(b"aa" * 32, b"ac" * 32))
    found = cli.at("nowhere").json("verify", path, code=1)
    assert found["checked"][-1]["code"] == "EVD-2"
    assert cli.json("evidence", "show", "Farm 1", code=4)["error"]["code"] == "API-3"
    assert cli.json("evidence", "export", "ffff", code=4)["error"]["code"] == "API-3"


def check_against_checkpoints(cli: Cli, file: str) -> None:
    """Evidence is about the co-op of the checkpoint that is trusted, or it is refused."""
    ours, theirs = cli.folder / "ours.json", cli.folder / "theirs.json"
    cli.run("minute", "checkpoint", "--out", ours)
    other = cli.at("elsewhere")
    make_home(other.home, 7)
    other.run("coop", "found", "--name", "Others", "--purpose", "else")
    other.run("minute", "checkpoint", "--out", theirs)
    nowhere = cli.at("nowhere")
    assert nowhere.json("verify", file, "--checkpoint", ours)["ok"] is True
    found = nowhere.json("verify", file, "--checkpoint", theirs, code=1)
    assert found["checked"][-1]["code"] == "PRF-3"
    named = other.json("coop", "show")["coop"]
    error = nowhere.json("verify", file, "--checkpoint", ours, "--coop", named, code=1)["error"]
    assert error["code"] == "PRF-3"


async def test_a_fork_is_loud(four: Village) -> None:
    """A certificate of another final minute is an event and an alert that names who signed both."""
    farm = four.farms[0]
    await farm.act(proposal())
    certificate = Certificate.from_bytes(farm.book.ledger.certificates(1)[0])
    before = farm.book.ledger.minute(0)
    assert before is not None
    keys = [farm_keys(number).device for number in (1, 2, 3)]
    ground = Ground(four.coop, 1, before.id, farm.book.ledger.roster_at(1))
    votes = [
        Vote.sign(key, ground, VoteKind.FINALIZE, certificate.view, "ab" * 32, 0) for key in keys
    ]
    other = Certificate.collect(ground, votes)
    event = asyncio.create_task(next_event(farm, "evidence"))
    fork = asyncio.create_task(next_event(farm, "evidence", "FORK"))
    forker = await four.meet(farm, farm_keys(3).device)
    forker.say(Message(Kind.GROUNDS, Grounds(height=1), (other.to_bytes(),)))
    assert await forker.cut_off() == "SYN-12"
    assert (await event).type == "evidence"
    assert "is final in the book of Farm 3" in (await fork).text
    alert = alerts(farm.book)[0]
    assert (alert.what, alert.level, alert.title) == ("fork", "bad", "FORK at M1")
    assert "abababab, is final in the book of Farm 3" in alert.detail
    signers = {row.name for row in evidence(farm.book)}
    assert len(signers) >= 2
    assert all(name in alert.detail for name in signers)
    assert "coop refound" in alert.next
    assert figures(farm)["rochdale_forks"] == 1
