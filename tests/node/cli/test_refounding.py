"""Refounding on the command line: four farms, two of them gone for good."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rochdale_node.demo.farms import free_port
from tests.node.homes import make_home, sign_charter

from .conftest import Cli
from .test_together import up

NAMES = ("Alder", "Birch", "Cedar", "Damson")


@pytest.fixture
def founders(cli: Cli) -> list[Cli]:
    """Four farms whose book holds its charter alone, and a record of the first."""
    made = [cli.at(f"farm-{number}") for number in range(4)]
    homes = [make_home(farm.home, number, NAMES[number]) for number, farm in enumerate(made)]
    charter = cli.folder / "first.json"
    charter.write_bytes(sign_charter(homes).to_bytes())
    for farm in made:
        farm.run("coop", "found", charter)
    made[0].run("proposal", "new", "Buy a barn", "--closes", "2d")
    return made


@pytest.fixture
def farms(founders: list[Cli]) -> list[Cli]:
    """The same, with one final minute, as the first two have it."""
    for _ in range(3):
        carry_round(founders[0], founders[1:3])
    carry(founders[0], founders[1:2])
    assert [farm.json("status")["height"] for farm in founders[:2]] == [1, 1]
    return founders


def carry(source: Cli, targets: list[Cli]) -> None:
    """Bring one farm's book to others on a stick; each co-op if it holds several."""
    for book in source.json("coop", "list"):
        file = source.folder / "book.sync"
        source.run("sync", "export", "--out", file, "--coop", book["coop"])
        for target in targets:
            target.run("sync", "import", file)


def carry_round(source: Cli, others: list[Cli]) -> None:
    """Bring one farm's book to others, and each of theirs back to it."""
    carry(source, others)
    for other in others:
        carry(other, [source])


def refound(farms: list[Cli], *words: object) -> tuple[Path, Any]:
    """Let the first farm draft the charter of a new book."""
    charter = farms[0].folder / "anew.json"
    charter.unlink(missing_ok=True)
    return charter, farms[0].json("coop", "refound", *words, "--out", charter, "--yes")


def test_two_of_four_refound_and_go_on(farms: list[Cli]) -> None:
    """The two who are left found a new book; it makes a record final and is marked for ever."""
    one, two = farms[:2]
    old = one.json("status")
    charter, drafted = refound(farms, "--without", "Cedar", "--without", "Damson")
    figures = ("witnesses", "quorum", "attested", "founding", "voted")
    assert [drafted[name] for name in figures] == [4, 3, 3, 2, False]
    assert [each["name"] for each in drafted["left_out"]] == ["Cedar", "Damson"]
    cited = {"coop": old["coop"], "height": 1, "minute": old["minute"]}
    assert drafted["charter"]["charter"]["refounds"] == cited

    said = two.run("coop", "sign", charter, "--yes").err
    assert "Neither the 2 founders nor the 2 left out are enough alone: 3 are." in said
    assert "Cedar" in said
    one.run("coop", "sign", charter, "--yes")
    coops = {farm.json("coop", "found", charter)["coop"] for farm in (one, two)}
    (new,) = coops

    signed = one.json("proposal", "new", "Sell the barn", "--closes", "2d")
    assert signed["state"] == "pending"
    for _ in range(3):
        carry(one, [two])
        carry(two, [one])
    for farm in (one, two):
        status = farm.json("status")
        assert (status["coop"], status["height"]) == (new, 1)
        assert status["refounds"] == cited
        assert (status["members"], status["proposals_open"]) == (2, 1)
        assert f"from {old['coop'][:8]} at minute 1" in farm.run("status").out
        assert f"from {old['coop'][:8]} at minute 1" in farm.run("coop", "show").out
        assert farm.json("coop", "show")["refounds"] == cited

    since, proof = one.folder / "old.json", one.folder / "new.json"
    one.run("minute", "checkpoint", "--coop", old["coop"], "--out", since)
    one.run("member", "export", "Birch", "--coop", new, "--out", proof)
    for known in (("--checkpoint", since), ("--coop", old["coop"])):
        said = one.at("nowhere").run("verify", proof, *known, code=1).out
        assert "Its founders say that it takes that co-op's place from minute M1 on" in said
    said = one.at("nowhere").run("verify", proof, "--coop", "ab" * 32, code=1).out
    assert "Its founders" not in said


def test_the_old_book_stays_and_is_marked(farms: list[Cli]) -> None:
    """The old book can be read and proved; this device signs nothing more in it (RFD-7)."""
    one, two = farms[:2]
    old = one.json("status")["coop"]
    charter, _ = refound(farms, "--with", "Birch")
    for act in (("sign", charter, "--yes"), ("found", charter)):
        for farm in (one, two):
            farm.run("coop", *act)
    new = one.json("status")["coop"]
    shown = one.run("status", "--coop", old).out
    assert f"as {new[:8]} Seven Farms by 2 of its members" in shown
    assert "signs nothing more here" in shown
    (record,) = one.json("record", "list", "--coop", old)["records"]
    checks = one.json("record", "verify", record["record"], "--coop", old)
    assert checks["ok"] is True
    refused = one.json("proposal", "new", "No", "--closes", "2d", "--coop", old, code=1)
    assert refused["error"]["code"] == "RFD-7"
    assert new in refused["error"]["next"]
    rows = {row["coop"]: row for row in one.json("coop", "list")}
    assert rows[old]["successors"][0] == {
        "coop": new, "name": "Seven Farms", "founders": 2, "mine": True,
    }  # fmt: skip
    other = one.folder / "other.json"
    again = one.run("coop", "refound", "--with", "Birch", "--out", other, "--yes", "--coop", old)
    assert f"It was refounded before, as {new[:8]}" in again.err
    listed = one.run("coop", "list").out
    assert f"refounded from {old[:8]} at minute 1" in listed
    assert f"refounded as {new[:8]}" in listed


def test_a_refounded_book_asks_for_nothing(farms: list[Cli]) -> None:
    """What stood still is no longer warned of, nor found wrong, once this device refounded it."""
    one = farms[0]
    old = one.json("status")["coop"]
    assert one.json("status")["alerts"]
    charter, _ = refound(farms, "--with", "Birch")
    for farm in farms[:2]:
        farm.run("coop", "sign", charter, "--yes")
    new = one.json("coop", "found", charter)["coop"]
    assert one.json("status", "--coop", old)["alerts"] == []
    checks = one.json("doctor", code=1)["checks"]
    about = [each for each in checks if old[:8] in each["name"]]
    assert all(each["ok"] for each in about), about
    assert f"as {new[:8]}" in next(e["detail"] for e in about if e["name"].endswith("refounded"))


def test_who_founds_anew_is_said_and_warned(farms: list[Cli]) -> None:
    """Nobody is chosen unasked; enough founders for the old book are told not to refound."""
    one = farms[0]
    assert one.json("coop", "refound", "--yes", code=2)["error"]["code"] == "usage"
    both = one.json("coop", "refound", "--with", "Birch", "--without", "Cedar", code=2)
    assert both["error"]["code"] == "usage"
    asked = one.json("coop", "refound", "--with", "Birch", code=2)
    assert asked["error"]["code"] == "confirm"
    assert not Path("charter.json").exists()
    out = one.folder / "x.json"
    many = one.run("coop", "refound", "--without", "Damson", "--out", out, "--yes").err
    assert "DON'T: the 3 founders are enough" in many
    other = one.folder / "y.json"
    alone = one.run("coop", "refound", "--with", "Alder", "--out", other, "--yes").err
    assert "DANGER: the 3 witnesses left out are enough" in alone
    assert one.json("coop", "refound", "--with", "Elm", code=4)["error"]["code"] == "API-3"
    error = one.json("coop", "refound", "--without", "Alder", code=2)["error"]
    assert "You found anew yourself" in error["message"]


def test_a_signer_checks_the_old_book(farms: list[Cli]) -> None:
    """A founder whose old book is behind, ahead or another doesn't sign; a new laptop may."""
    one, two, _, behind = farms
    charter, _ = refound(farms, "--with", "Birch", "--with", "Damson")
    assert behind.json("coop", "sign", charter, "--yes", code=3)["error"]["code"] == "RFD-4"
    carry(one, [behind])
    behind.run("coop", "sign", charter, "--yes")

    laptop = one.at("laptop")
    make_home(laptop.home, 9, "Birch")
    card = one.folder / "card.json"
    new = laptop.run("coop", "card").json
    new["member"] = two.json("status")["member"]
    card.write_text(json.dumps(new))
    charter, drafted = refound(farms, "--with", "Damson", "--card", card)
    assert drafted["unknown"] == ["Birch"]
    assert "Birch whether it is theirs" in one.run("coop", "sign", charter, "--yes").err
    assert "not in this home" in laptop.run("coop", "sign", charter, "--yes").err
    assert one.json("coop", "found", charter, code=1)["error"]["code"] == "MIN-11"


def test_a_signature_on_another_charter_counts_for_nothing(farms: list[Cli]) -> None:
    """Who signed before the charter was changed has not signed it: shown, and named at the end."""
    one, two = farms[:2]
    charter, _ = refound(farms, "--with", "Birch")
    signed = two.json("coop", "sign", charter, "--yes")
    assert signed["missing"] == ["Alder"]
    assert (signed["refounding"]["witnesses"], signed["refounding"]["quorum"]) == (4, 3)
    changed = json.loads(charter.read_bytes())
    changed["charter"]["purpose"] = "to sell Birch's lambs"
    charter.write_text(json.dumps(changed))
    assert one.json("coop", "sign", charter, "--yes")["missing"] == ["Birch"]
    assert "send" in one.run("coop", "sign", charter, "--yes").out
    error = one.json("coop", "found", charter, code=1)["error"]
    assert (error["code"], error["fields"]) == ("MIN-11", {"missing": ["Birch"]})
    assert "Birch" in error["message"]
    assert two.json("coop", "sign", charter, "--yes")["missing"] == []
    one.run("coop", "found", charter)


def test_who_is_away_is_listed_with_when_it_may_go_dormant(farms: list[Cli]) -> None:
    """A day that is over is not named as one from which something may happen."""
    said = farms[0].run("witness", "list").out
    (line,) = (line for line in said.splitlines() if line[10:].startswith("Damson"))
    assert line.endswith("away; may go dormant from M40 on")
    assert "It may go dormant from M40 on" in said


def test_who_goes_further_refuses(farms: list[Cli]) -> None:
    """Once a further minute is found, neither signing nor founding goes on from before it."""
    one, two = farms[:2]
    charter, _ = refound(farms, "--with", "Birch")
    for farm in (one, two):
        farm.run("coop", "sign", charter, "--yes")
    two.run("proposal", "new", "Late", "--closes", "2d")
    for _ in range(3):
        carry_round(two, [*farms[2:], one])
    carry(two, [one])
    assert [farm.json("status")["height"] for farm in (one, two)] == [2, 2]
    for farm in (one, two):
        assert farm.json("coop", "sign", charter, "--yes", code=1)["error"]["code"] == "RFD-5"
        assert farm.json("coop", "found", charter, code=1)["error"]["code"] == "RFD-5"
        assert len(farm.json("coop", "list")) == 1


def test_a_vote_towards_a_further_minute_is_told(founders: list[Cli]) -> None:
    """A device that signed to make a minute final hears that it may be final elsewhere."""
    one = founders[0]
    charter, drafted = refound(founders, "--with", "Birch")
    assert drafted["voted"] is False
    for _ in range(3):
        carry_round(one, founders[1:3])
        _, drafted = refound(founders, "--with", "Birch")
        if drafted["voted"]:
            break
    assert (drafted["voted"], drafted["height"]) == (True, 0)
    assert "signed towards M1" in one.run("coop", "sign", charter, "--yes").err


def test_an_applicant_sees_the_mark_before_applying(
    farm: Cli, process: Callable[..., subprocess.Popen[bytes]]
) -> None:
    """Who joins a refounded co-op is told from which book, also where nobody can be asked."""
    old = farm.json("status")
    charter = farm.folder / "anew.json"
    farm.run("coop", "refound", "--with", "Farm 0", "--out", charter, "--yes")
    farm.run("coop", "sign", charter, "--yes")
    farm.run("coop", "found", charter)
    address = f"127.0.0.1:{free_port()}"
    with up(farm, process, "--listen", address, "--address", address):
        link = farm.folder / "invite.txt"
        farm.run("invite", "new", "--out", link)
        newcomer = farm.at("newcomer")
        make_home(newcomer.home, 7, "Newcomer")
        said = newcomer.run("coop", "join", link)
        assert f"Refounded from {old['coop'][:8]} at minute 0" in said.err
        assert newcomer.json("status")["refounds"]["minute"] == old["minute"]
