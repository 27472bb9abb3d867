"""Proof files and checkpoints by the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.node.cli.conftest import Cli
from tests.node.homes import make_home


@pytest.fixture
def seen(farm: Cli) -> Cli:
    """A farm with a few minutes in its book."""
    for _ in range(3):
        farm.run("invite", "new")
    return farm


def test_records_and_members_are_exported(seen: Cli) -> None:
    """A record and a member have proof files that verify in a home that isn't there."""
    record = seen.json("record", "list")["records"][0]
    made = seen.json("record", "export", record["record"], "--out", seen.folder / "r.json")
    assert (made["type"], made["id"]) == ("record", record["record"])
    found = seen.at("nowhere").json("verify", made["file"], "--coop", made["coop"])
    assert (found["ok"], found["proved"]["record"]) == (True, record["record"])
    member = seen.json("member", "list")[0]
    made = seen.json("member", "export", member["name"], "--out", seen.folder / "m.json")
    assert (made["type"], made["id"]) == ("membership", member["member"])
    found = seen.at("nowhere").json("verify", made["file"])
    assert (found["ok"], found["proved"]["name"]) == (True, member["name"])


def test_names_of_files(seen: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without --out a file lies here, named after what it is about."""
    monkeypatch.chdir(seen.folder)
    record = seen.json("record", "list")["records"][0]["record"]
    made = seen.json("record", "export", record)["file"]
    assert made == f"record-{record[:8]}.rochdale.json"
    assert Path(made).is_file()
    assert seen.json("minute", "checkpoint", "M1")["file"] == "M1.rochdale-checkpoint.json"
    newest = seen.json("minute", "list")[0]["height"]
    assert seen.json("minute", "checkpoint")["height"] == newest


def test_a_proof_for_a_checkpoint(seen: Cli) -> None:
    """It is shorter, needs that checkpoint, proves what is older, and says what it rests on."""
    checkpoint, short = seen.folder / "cp.json", seen.folder / "short.json"
    first = seen.json("record", "list")["records"][-1]["record"]
    made = seen.json("minute", "checkpoint", "M2", "--out", checkpoint)
    assert made["height"] == 2
    whole = Path(seen.json("record", "export", first, "--out", seen.folder / "w.json")["file"])
    seen.run("record", "export", first, "--checkpoint", checkpoint, "--out", short)
    assert short.stat().st_size < whole.stat().st_size
    elsewhere, tip = seen.at("nowhere"), seen.json("minute", "list")[0]
    for file in (short, whole):
        said = elsewhere.run("verify", file, "--checkpoint", checkpoint).out
        assert "PROVED" in said
        assert "the checkpoint, M2" in said
        assert f"M{tip['height']} {tip['minute'][:16]} of " in said
    refused = elsewhere.json("verify", short, code=1)
    assert _failed(refused)["code"] == "PRF-20"
    said = elsewhere.run("verify", short, code=1).out
    assert "give that one" in said
    assert "Next:" not in said
    assert not elsewhere.home.exists()


def test_checkpoints_that_do_not_fit(seen: Cli) -> None:
    """An older proof, another co-op, a later minute and a fork are each named, with what to do."""
    old, late = seen.folder / "old.json", seen.folder / "late.json"
    member = seen.json("member", "list")[0]["member"]
    seen.run("member", "export", member, "--out", old)
    seen.run("invite", "new")
    newest = seen.json("minute", "checkpoint", "--out", late)["height"]
    refused = seen.json("verify", old, "--checkpoint", late, code=1)
    assert _failed(refused)["code"] == "PRF-21"
    assert "ask for a newer file" in refused["summary"]

    other = seen.at("farm-1")
    make_home(other.home, 1)
    other.run("coop", "found", "--name", "Others", "--purpose", "else")
    theirs = seen.folder / "theirs.json"
    other.run("minute", "checkpoint", "--out", theirs)
    export = ("member", "export", member, "--out", seen.folder / "x.json", "--checkpoint")
    assert seen.json(*export, theirs, code=1)["error"]["code"] == "PRF-3"

    fork = json.loads(late.read_bytes())
    fork["header"]["time"] += 1
    late.write_text(json.dumps(fork, separators=(",", ":"), sort_keys=True))
    problem = seen.json(*export, late, code=1)["error"]
    assert problem["code"] == "PRF-22"
    assert "FORK" in problem["message"]
    fork["header"]["height"] = newest + 1
    late.write_text(json.dumps(fork, separators=(",", ":"), sort_keys=True))
    assert seen.json(*export, late, code=4)["error"]["code"] == "PRF-23"
    fork["header"]["height"] = 2**53 - 1
    late.write_text(json.dumps(fork, separators=(",", ":"), sort_keys=True))
    assert seen.json(*export, late, code=4)["error"]["code"] == "PRF-23"
    late.write_text("{}")
    assert seen.json(*export, late, code=1)["error"]["code"] == "PRF-19"
    assert seen.json("verify", old, "--checkpoint", late, code=1)["error"]["code"] == "PRF-19"
    seen.run("verify", old, "--checkpoint", seen.folder / "none", code=4)
    assert seen.json("minute", "checkpoint", f"M{newest + 1}", code=4)["error"]["code"] == "PRF-23"
    assert not (seen.folder / "x.json").exists()


def test_files_that_were_mixed_up(seen: Cli) -> None:
    """A checkpoint is no proof, a proof is no checkpoint; each is named, with what to do."""
    proof, since = seen.folder / "p.json", seen.folder / "c.json"
    seen.run("member", "export", "Farm 0", "--out", proof)
    seen.run("minute", "checkpoint", "--out", since)
    elsewhere = seen.at("nowhere")
    error = elsewhere.json("verify", since, code=2)["error"]
    assert (error["code"], str(since) in error["message"]) == ("API-11", True)
    assert f"--checkpoint {since}" in error["next"]
    (book,) = (seen.home / "books").glob("*.sqlite")
    for file, code in ((proof, "PRF-19"), (book, "CAN-2")):
        error = elsewhere.json("verify", proof, "--checkpoint", file, code=1)["error"]
        assert error["code"] == code
        assert error["message"] == f"{file}: That is no checkpoint, or damaged."
        assert "whoever gave it" in error["next"]


def _failed(verdict: Any) -> Any:
    return next(step for step in verdict["checked"] if not step["ok"])
