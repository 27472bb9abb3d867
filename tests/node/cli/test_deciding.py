"""Every kind of decision by the command line: put, discussed, voted on and read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rochdale_node.cli.client import connect
from rochdale_protocol.core.limits import DAY_MS
from tests.node.clocks import Clock, put_in
from tests.node.homes import make_home

from .conftest import Cli, carry


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return put_in(monkeypatch)


def waiting(farm: Cli) -> list[tuple[str, str]]:
    """Return which ballots and approvals a farm is asked for."""
    farm.run("status")  # makes its home the one that is connected to
    with connect("test") as client:
        found = client.get("/v1/attention")
    return [(item["what"], item["title"]) for item in found if item["what"] in WHAT]


WHAT = ("ballot", "meeting")
TEA = {"type": "spend", "amount": "1", "currency": "EUR", "payee": "A", "purpose": "tea"}


def shown(farm: Cli, name: str = "P-1") -> dict[str, Any]:
    found: dict[str, Any] = farm.json("proposal", "show", name)
    return found


def test_a_draft_is_discussed_amended_and_put(farm: Cli) -> None:
    """Draft, amend, offer, accept, comment, interest and notice; show tells of all of it."""
    farm.run("proposal", "new", "Buy a barn", "--draft", "--text", "We buy it.")
    assert shown(farm)["status"] == "draft"
    farm.run("proposal", "amend", "P-1", "--text", "We rent it.")
    farm.run("proposal", "offer", "P-1", "--text", "We share it.", "--reason", "cheaper")
    assert shown(farm)["text"] == "We rent it."
    offered = shown(farm)["amendments"][0]["amendment"]
    assert "GOV-16" in farm.run("proposal", "accept", "P-1", "0123456789", code=4).err
    farm.run("proposal", "accept", "P-1", offered[:8])
    farm.run("proposal", "comment", "P-1", "--text", "The roof leaks.")
    farm.run("proposal", "interest", "P-1", "Our uncle owns it")
    farm.run("proposal", "notice", "P-1", "--closes", "2d")
    farm.run("ballot", "cast", "P-1", "for", "--reason", "dry enough")
    said = farm.run("proposal", "show", "P-1").out
    for words in ("We share it.", "cheaper", "taken in M", "The roof leaks.", "Our uncle owns it",
                  "Ordinary: ", "dry enough", "1 for, 0 against"):  # fmt: skip
        assert words in said
    assert "usage" in farm.run("proposal", "new", "Neither", code=2).err
    assert "usage" in farm.run("proposal", "new", "Both", "--draft", "--closes", "2d", code=2).err


def test_an_election_among_options_is_ranked_and_counted(farm: Cli, clock: Clock) -> None:
    """Names, beginnings and numbers rank options; after the close show has the count's stages."""
    farm.run("proposal", "elect", "A colour", "--option", "Sage green", "--option", "Slate grey",
             "--option", "Red", "--closes", "2d")  # fmt: skip
    assert shown(farm)["business"] == "options"
    problem = farm.json("ballot", "rank", "P-1", "s", code=1)["error"]
    assert (problem["code"], "1 Sage green, 2 Slate grey" in problem["message"]) == ("GOV-20", True)
    for wrong in ("Blue", "red, 3", "5"):
        assert farm.json("ballot", "rank", "P-1", wrong, code=1)["error"]["code"] == "GOV-20"
    assert farm.json("ballot", "cast", "P-1", "for", code=1)["error"]["code"] == "GOV-20"
    assert farm.json("ballot", "score", "P-1", "Red=5", code=1)["error"]["code"] == "GOV-20"
    farm.run("ballot", "rank", "P-1", "sl, 3=Sage green")
    assert "Farm 0" in farm.run("proposal", "show", "P-1").out
    assert "Slate grey, Red = Sage green" in farm.run("proposal", "show", "P-1").out
    clock.forward(3 * DAY_MS)
    farm.run("proposal", "comment", "P-1", "--text", "It is over.")
    assert shown(farm)["elected"] == ["Slate grey"]
    said = farm.run("proposal", "show", "P-1").out
    assert "Elected 1: Slate grey" in said
    assert "Stage 1: " in said


def test_an_election_of_members_is_sealed_and_opened(farm: Cli, clock: Clock) -> None:
    """Members stand after the notice; the ballot is sealed, and the node opens it by itself."""
    assert "usage" in farm.run("proposal", "elect", "Chair", "--closes", "2d", code=2).err
    farm.run("proposal", "elect", "A chair", "--office", "chair", "--business", "secret",
             "--opens", "1d", "--closes", "2d")  # fmt: skip
    assert farm.json("ballot", "rank", "P-1", "1", code=1)["error"]["code"] == "GOV-5"
    farm.run("proposal", "stand", "P-1", "--statement", "I have a gavel.")
    farm.run("proposal", "stand-down", "P-1")
    farm.run("proposal", "stand", "P-1")
    clock.forward(2 * DAY_MS)
    farm.run("proposal", "comment", "P-1", "--text", "It is open.")
    assert waiting(farm) == [("ballot", "A chair")]
    signed = farm.json("ballot", "rank", "P-1", "Farm 0")
    assert signed["kind"] == "ballot.seal"
    assert waiting(farm) == []
    assert "Farm 0" not in [each["choice"] for each in shown(farm)["ballots"]]
    assert shown(farm)["ballots"][0]["form"] == "sealed"
    clock.forward(3 * DAY_MS)
    farm.run("proposal", "comment", "P-1", "--text", "It is over.")
    farm.run("device", "list")
    found = shown(farm)
    assert (found["status"], found["elected"]) == ("carried", ["Farm 0"])
    assert farm.json("office", "list")[0]["office"] == "chair"


def test_each_effect_is_asked_for_by_name(farm: Cli) -> None:
    """Options make the effects of the protocol; several, or none that fits, are refused."""
    me = farm.json("member", "list")[0]["member"]
    rules = farm.folder / "rules.json"
    rules.write_text(json.dumps(farm.json("rules", "show")))
    for options, effect in (
        (["--spend", "1450 GBP Barn & Sons"], {"type": "spend", "amount": "1450",
                                               "currency": "GBP", "payee": "Barn & Sons",
                                               "purpose": ""}),
        (["--distribute", "900 GBP by patronage"], {"type": "distribute", "amount": "900",
                                                    "currency": "GBP", "basis": "by patronage"}),
        (["--appoint", "clerk=Farm 0", "--until", "365d"],
         {"type": "appoint", "office": "clerk", "members": [me]}),
        (["--rules", str(rules)], {"type": "rules"}),
        (["--dissolve"], {"type": "dissolve"}),
        (["--effect", json.dumps(TEA)], TEA),
        (["--spend", "1 GBP A", "--refer", "special"], {"type": "refer", "business": "special"}),
        (["--expel", "Farm 0", "--reasons", "None."], {"type": "expel", "member": me}),
    ):  # fmt: skip
        signed = farm.json("proposal", "new", "T", "--closes", "2d", *options)
        found = shown(farm, signed["record"])
        assert effect.items() <= found["effect_body"].items()
    expulsion = shown(farm, signed["record"])
    assert expulsion["status"] == "notice"
    assert expulsion["opens"] % DAY_MS == 0
    for wrong in (["--spend", "1450"], ["--spend", "1e9 GBP A"],
                  ["--expel", "Farm 0"], ["--effect", "{"],
                  ["--admit", "x", "--dissolve"], ["--rekey", "Farm 0=12"]):  # fmt: skip
        farm.run("proposal", "new", "T", "--closes", "2d", *wrong, code=2)
    assert farm.json("proposal", "new", "T", "--closes", "2d", "--vacate", "clerk=Farm 0",
                     code=1)["error"]["code"] == "GOV-11"  # fmt: skip


def test_a_proxy_votes_for_others_until_they_do(farms: list[Cli]) -> None:
    """Appoint, vote for the principal as instructed, list, revoke; what breaks a rule is told."""
    one, two, three = farms
    one.run("proposal", "new", "Buy a barn", "--closes", "2d")
    carry(farms)
    assert waiting(two) == [("ballot", "Buy a barn")]
    two.run("proxy", "appoint", "P-1", "Farm 2", "--vote", "against")
    carry(farms)
    (row,) = three.json("proxy", "list", "P-1")
    assert (row["principal_name"], row["instruction"]) == ("Farm 1", "against")
    wrong = three.json("ballot", "cast", "P-1", "for", "--for", "Farm 1", code=1)
    assert wrong["error"]["code"] == "GOV-21"
    three.run("ballot", "cast", "P-1", "against", "--for", "Farm 1")
    carry(farms)
    assert "Farm 1" in three.run("proxy", "list", "P-1").out
    said = one.run("proposal", "show", "P-1").out
    assert "against (by Farm 2)" in said
    assert "Farm 2" in said
    assert waiting(two) == []
    two.run("proxy", "revoke", "P-1")
    carry(farms)
    assert shown(one)["ballots"] == []
    assert "Appoint one" in one.run("proxy", "list", "P-1").out
    assert one.json("delegation", "give", "ordinary", "Farm 1", code=1)["error"]["code"] == "GOV-22"
    assert one.json("delegation", "end", "ordinary", code=1)["error"]["code"] == "GOV-22"
    assert one.json("delegation", "list") == []


def test_the_minutes_of_a_meeting_are_recorded_and_approved(farms: list[Cli]) -> None:
    """Who was present approves the minutes, and so casts the votes that they hold of it."""
    one, two, three = farms
    one.run("proposal", "new", "Buy a barn", "--closes", "2d")
    carry(farms)
    file = one.folder / "minutes.json"
    told = {
        "title": "In the barn", "held": "2026-11-20T18:00", "place": "Danby", "chair": "Farm 0",
        "present": ["Farm 0", "Farm 1"], "text": "We sat on bales.",
        "votes": {"P-1": {"for": ["Farm 1"], "against": ["Farm 0"]}},
    }  # fmt: skip
    file.write_text(json.dumps(told))
    one.run("meeting", "record", file)
    carry(farms)
    assert ("meeting", "In the barn") in waiting(two)
    assert ("meeting", "In the barn") not in waiting(three)
    assert three.json("meeting", "approve", "1", code=1)["error"]["code"] == "GOV-29"
    (row,) = three.json("meeting", "list")
    for word in ("9", row["meeting"][:3]):
        assert three.json("meeting", "approve", word, code=4)["error"]["code"] == "GOV-29"
    assert three.json("meeting", "show", row["meeting"][:4])["meeting"] == row["meeting"]
    two.run("meeting", "approve", "1")
    carry(farms)
    assert waiting(two) == []
    said = three.run("meeting", "show", "1").out
    for words in ("P-1 Buy a barn", "Farm 0: against (has not approved)", "We sat on bales.",
                  "approved by 1 of 2 present"):  # fmt: skip
        assert words in said
    (ballot,) = shown(three)["ballots"]
    assert (ballot["name"], ballot["choice"]) == ("Farm 1", "for")
    assert len(three.json("meeting", "list")) == 1
    file.write_text(json.dumps({"title": "No more"}))
    assert "Write {" in one.run("meeting", "record", file, code=2).err


def test_who_must_abstain_is_asked_for_no_ballot(cli: Cli) -> None:
    """Where the class says that who has an interest abstains, declaring one ends the asking."""
    make_home(cli.home)
    rules = cli.json("rules", "example", "standard")
    rules["classes"]["ordinary"]["interested"] = "abstain"
    file = cli.folder / "rules.json"
    file.write_text(json.dumps(rules))
    cli.run("coop", "found", "--name", "Moor", "--purpose", "to sell", "--rules", file)
    cli.run("proposal", "new", "Buy a barn", "--closes", "2d")
    assert waiting(cli) == [("ballot", "Buy a barn")]
    cli.run("proposal", "interest", "P-1", "It is mine")
    assert waiting(cli) == []
    assert cli.json("ballot", "cast", "P-1", "for", code=1)["error"]["code"] == "GOV-18"


def test_parties_are_asked_for_no_ballot_on_their_own_case(farms: list[Cli]) -> None:
    """A finding on a dispute is put by name; its parties have no ballot, the others do."""
    one, two, three = farms
    one.run("dispute", "open", "Farm 1", "--text", "The lambs never came.")
    carry(farms)
    two.run("dispute", "answer", "D-1", "--text", "They did.")
    carry(farms)
    one.run("dispute", "refer", "D-1")
    carry(farms)
    three.run("proposal", "new", "The lambs", "--closes", "2d", "--settle", "D-1",
              "--reasons", "They came late.")  # fmt: skip
    carry(farms)
    assert [waiting(farm) for farm in farms] == [[], [], [("ballot", "The lambs")]]
    said = one.run("proposal", "show", "P-1").out
    assert "settles the dispute with its finding" in said
    assert "0 of 1, 1 are needed" in said
    assert one.json("ballot", "cast", "P-1", "for", code=1)["error"]["code"] == "GOV-6"
