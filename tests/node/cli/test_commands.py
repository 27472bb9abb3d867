"""The commands of the book on a real home whose node does not run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from rochdale_node.home import Home
from rochdale_node.vault import open_keys
from tests.node.homes import PASSPHRASE

from .conftest import Cli

HOSTILE = "\x1b]0;owned\x07 \u202eevil [red]x[/red] [link=http://x]y[/link]"


def test_a_resolution_is_put_voted_on_and_read(farm: Cli) -> None:
    """Proposal new, ballot cast with a change of mind, proposal show and list agree."""
    farm.run("proposal", "new", "Buy a barn", "--closes", "2d", "--text", "We buy it.")
    farm.run("ballot", "cast", "P-1", "against")
    signed = farm.json("ballot", "cast", "P-1", "for", "--reason", "it is cheap")
    assert (signed["state"], signed["kind"], signed["sent"]) == ("final", "ballot.cast", False)
    shown = farm.run("proposal", "show", "P-1").out
    assert "1 for, 0 against" in shown
    assert "changed, 1 before it" in shown
    assert "We buy it." in shown
    (row,) = farm.json("proposal", "list", "--open")
    assert (row["number"], row["voted_for"]) == (1, 1)


def test_a_refused_act_exits_with_1_and_says_what_to_do(farm: Cli) -> None:
    """A vote that would close too soon is refused by its rule, on both streams' terms."""
    said = farm.run("proposal", "new", "Quick", "--closes", "1h", code=1)
    assert "GOV-1" in said.err
    assert "Next: " in said.err
    assert farm.json("proposal", "new", "Q", "--closes", "1h", code=1)["error"]["code"] == "GOV-1"
    assert farm.json("record", "list")["total"] == 0


def test_what_is_not_there_exits_with_4(farm: Cli) -> None:
    """An id that fits nothing is not found; the next step names the list."""
    said = farm.run("proposal", "show", "P-9", code=4).err
    assert "rochdale proposal list" in said
    farm.run("record", "show", "abcd", code=4)
    farm.run("minute", "show", "M9", code=4)
    farm.run("member", "show", "Nobody", code=4)


def test_an_ambiguous_id_lists_what_it_may_be(farm: Cli) -> None:
    """A beginning that fits two devices is refused with both; the whole name chooses."""
    coop = farm.json("coop", "show")["coop"]
    member = Home(farm.home).identity.member
    for label in ("tablet", "tablet two"):
        other = farm.at(label.replace(" ", "-"))
        other.run("init", "--name", "Farm 0", "--label", label, "--member", member)
        request = farm.folder / "request.json"
        other.run("device", "request", "--coop", coop, "--out", request)
        farm.run("device", "add", request, "--yes")
    error = farm.json("device", "revoke", "tab", "--yes", code=2)["error"]
    assert error["code"] == "API-9"
    assert len(error["fields"]["candidates"]) == 2
    assert "tablet two" in error["message"]
    farm.run("device", "revoke", "tablet", "--yes")
    states = {row["label"]: row["status"] for row in farm.json("device", "list")}
    assert states["tablet"] == "revoked"
    assert states["tablet two"] == "active"


@pytest.fixture
def agreed(farm: Cli) -> Cli:
    """A farm with an agreement, alone with itself, that is not signed yet."""
    text = farm.folder / "supply.md"
    text.write_text("# Supply\n\nEach farm delivers.\n", encoding="utf-8")
    farm.run("agreement", "draft", text, "--title", "Supply", "--party", "Farm 0")
    return farm


def test_an_agreement_is_signed_only_as_it_was_read(agreed: Cli) -> None:
    """Without the text's hash nothing is signed, with a wrong one neither, with it it is."""
    text_hash = agreed.json("agreement", "show", "A-1")["versions"][0]["text_hash"]
    sign = ("agreement", "sign", "A-1", "--version", "1")
    assert "--expect" in agreed.run(*sign, code=2).err
    assert agreed.json(*sign, "--expect", text_hash[:3], code=2)["error"]["code"] == "usage"
    wrong = "0000" if not text_hash.startswith("0000") else "1111"
    assert agreed.json(*sign, "--expect", wrong, code=1)["error"]["code"] == "AGR-3"
    assert agreed.json(*sign, "--yes", code=2)["error"]["code"] == "confirm"
    assert agreed.json("agreement", "list")[0]["status"] == "draft"
    agreed.run(*sign, "--expect", text_hash[:4])
    assert agreed.json("agreement", "list")[0]["status"] == "in-force"


def test_a_revision_is_shown_as_what_changed(agreed: Cli) -> None:
    """Agreement show --diff prints the lines of the new version beside the old."""
    text = agreed.folder / "supply.md"
    text.write_text("# Supply\n\nEach farm delivers weekly.\n", encoding="utf-8")
    agreed.run("agreement", "revise", "A-1", text)
    shown = agreed.run("agreement", "show", "A-1", "--diff").out
    assert "-Each farm delivers.\n+Each farm delivers weekly." in shown
    assert "Each farm delivers.\n" in agreed.run("agreement", "show", "A-1", "--version", 1).out


def test_an_exported_agreement_verifies_without_a_home(agreed: Cli) -> None:
    """Agreement export writes a file that verify accepts anywhere, and not once changed."""
    proof = agreed.folder / "supply.rochdale.json"
    assert agreed.json("agreement", "export", "A-1", "--out", proof, code=1)
    view = agreed.json("agreement", "show", "A-1")
    expect = view["versions"][0]["text_hash"]
    agreed.run("agreement", "sign", "A-1", "--version", 1, "--expect", expect)
    coop = agreed.json("agreement", "export", "A-1", "--out", proof)["coop"]
    elsewhere = agreed.at("nowhere")
    said = elsewhere.run("verify", proof, "--coop", coop).out
    assert "PROVED" in said
    assert "Each farm delivers." in said
    assert elsewhere.json("verify", proof)["ok"] is True
    assert elsewhere.json("verify", proof, "--coop", "0" * 64, code=1)["ok"] is False
    proof.write_bytes(proof.read_bytes().replace(b"delivers", b"Delivers"))
    assert "NOT PROVED" in elsewhere.run("verify", proof, code=1).out
    elsewhere.run("verify", agreed.folder / "none", code=4)
    assert not elsewhere.home.exists()


def test_hostile_text_is_harmless_everywhere(farm: Cli) -> None:
    """Escapes, bidi and markup in a resolution reach no terminal from any command."""
    farm.run("proposal", "new", "Barn", "--closes", "2d", "--text", HOSTILE)
    farm.run("ballot", "cast", "P-1", "for", "--reason", HOSTILE)
    for words in (
        ("proposal", "show", "P-1"),
        ("record", "list"),
        ("record", "show", "P-1"),
        ("record", "list", "--plain"),
    ):
        for line in (words, (*words, "--json")):
            shown = farm.run(*line).out
            assert "\x1b" not in shown
            assert "\u202e" not in shown
    shown = farm.run("proposal", "show", "P-1").out
    assert "<U+001B>]0;owned<U+0007>" in shown
    assert "[red]x[/red]" in shown


def test_plain_output_has_no_drawn_lines(farm: Cli) -> None:
    """--plain prints rows as names and values, and nothing but ASCII of our own."""
    shown = farm.run("member", "list", "--plain").out
    assert "Name: Farm 0; Is: organisation; Status: active" in shown
    assert shown.isascii()


def test_records_and_minutes_are_listed_and_verified(farm: Cli) -> None:
    """Record list, show, verify and minute list, show tell of one record the same."""
    farm.run("proposal", "new", "Barn", "--closes", "2d")
    (record,) = farm.json("record", "list", "--kind", "proposal.new")["records"]
    assert farm.json("record", "show", record["record"][:6]) == record
    assert farm.json("record", "verify", "P-1")["ok"] is True
    assert farm.json("minute", "show", "M1")["records"] == [record["record"]]
    assert [row["height"] for row in farm.json("minute", "list")] == [1, 0]
    assert "ok    certificate: 1 of 1" in farm.run("record", "verify", "P-1").out


def test_doctor_tells_what_is_wrong_and_then_that_all_is_well_but_the_node(farm: Cli) -> None:
    """Without a backup and a node doctor fails with both named; the rest is well."""
    checks = {check["name"]: check for check in farm.json("doctor", code=1)["checks"]}
    assert {name for name, check in checks.items() if not check["ok"]} == {"backup", "node"}
    farm.run("backup", "create", "--out", farm.folder / "b")
    checks = {check["name"]: check for check in farm.json("doctor", code=1)["checks"]}
    assert checks["backup"]["ok"]


def test_a_wrong_passphrase_stops_before_anything_is_signed(farm: Cli) -> None:
    """KEY-1: a passphrase that does not open the keys."""
    from rochdale_node.cli.secret import open_home_keys

    open_home_keys.cache_clear()
    (farm.folder / "passphrase").write_text("something else")
    said = farm.json("proposal", "new", "Barn", "--closes", "2d", code=1)
    assert said["error"]["code"] == "KEY-1"
    (farm.folder / "passphrase").chmod(0o644)
    said = farm.json("proposal", "new", "Barn", "--closes", "2d", code=1)
    assert said["error"]["code"] == "KEY-2"


def test_a_second_process_is_told_who_holds_the_home(farm: Cli) -> None:
    """HOM-5 exits with 3 and names the command that holds the lock."""
    with Home(farm.home).lock("sync export"):
        said = farm.run("status", code=3).err
    assert "rochdale sync export" in said


def test_a_copied_home_does_not_sign(farm: Cli) -> None:
    """HOM-3: a copy of a home reads, but every command that signs is refused."""
    import shutil

    copy = farm.at("copy")
    shutil.copytree(farm.home, copy.home)
    copy.run("status")
    said = copy.json("proposal", "new", "Barn", "--closes", "2d", code=1)
    assert said["error"]["code"] == "HOM-3"


def test_a_backup_restores_as_a_new_device(farm: Cli) -> None:
    """The restored home has another device, enrolled by the recovery key, and the book."""
    farm.run("proposal", "new", "Barn", "--closes", "2d")
    file = farm.folder / "farm.backup"
    farm.run("backup", "create", "--out", file)
    assert farm.json("backup", "test", file)["name"] == "Farm 0"
    restored = farm.at("restored")
    found = restored.json("backup", "restore", file, "--label", "new laptop")
    assert found["books"][0]["state"] == "pending"
    old, new = Home(farm.home).identity, Home(restored.home).identity
    assert (new.member, new.name, new.label) == (old.member, old.name, "new laptop")
    assert new.device not in (old.device, new.member)
    keys = open_keys(restored.home / "keys.sealed", PASSPHRASE)
    assert keys.device.public == new.device
    assert restored.json("proposal", "list")[0]["title"] == "Barn"
    # The old device attests it, as soon as the book comes round.
    out = farm.folder / "book.sync"
    restored.run("sync", "export", "--out", out)
    farm.run("sync", "import", out)
    labels = {row["label"]: row["status"] for row in farm.json("device", "list")}
    assert labels == {"laptop": "active", "new laptop": "active"}


def test_a_damaged_backup_is_refused(farm: Cli) -> None:
    """BAK-1: a backup that was cut short neither tests nor restores."""
    file = farm.folder / "farm.backup"
    farm.run("backup", "create", "--out", file)
    file.write_bytes(file.read_bytes()[:-9])
    assert farm.json("backup", "test", file, code=1)["error"]["code"] == "BAK-1"
    restored = farm.at("restored")
    assert restored.json("backup", "restore", file, code=1)["error"]["code"] == "BAK-1"
    assert not (restored.home / "identity.json").exists()


def test_a_second_device_is_added_and_revoked(farm: Cli) -> None:
    """Request on the new one, add on the old one, the book by file; then revoke."""
    coop = farm.json("coop", "show")["coop"]
    member = Home(farm.home).identity.member
    tablet = farm.at("tablet")
    tablet.run("init", "--name", "Farm 0", "--label", "tablet", "--member", member)
    request = farm.folder / "request.json"
    assert tablet.json("device", "request", code=2)["error"]["code"] == "usage"
    tablet.run("device", "request", "--coop", coop, "--out", request)
    assert farm.json("device", "add", request, code=2)["error"]["code"] == "confirm"
    farm.run("device", "add", request, "--yes")
    farm.run("sync", "export", "--out", farm.folder / "book.sync")
    brought = tablet.json("sync", "import", farm.folder / "book.sync")
    assert (brought["coop"], brought["minutes"]) == (coop, 1)
    assert tablet.json("status")["device_status"] == "active"
    signed = tablet.json("proposal", "new", "From the tablet", "--closes", "2d")
    assert signed["state"] == "pending"
    device = Home(tablet.home).identity.device
    farm.run("device", "revoke", device[:8], "--yes", "--reason", "sold it")
    assert {row["label"]: row["status"] for row in farm.json("device", "list")} == {
        "laptop": "active",
        "tablet": "revoked",
    }
    assert tablet.json("backup", "create", code=1)["error"]["code"] == "KEY-8"


def test_an_altered_request_of_a_device_is_refused(farm: Cli) -> None:
    """MEM-4: a request whose device did not sign it, or for another member."""
    coop = farm.json("coop", "show")["coop"]
    tablet = farm.at("tablet")
    tablet.run("init", "--name", "Someone", "--label", "tablet")
    request = farm.folder / "request.json"
    tablet.run("device", "request", "--coop", coop, "--out", request)
    assert farm.json("device", "add", request, "--yes", code=1)["error"]["code"] == "MEM-4"
    member = Home(farm.home).identity.member
    tablet.run("device", "request", "--coop", coop, "--member", member, "--out", request)
    asked = json.loads(request.read_text())
    changed = "0" if asked["device_sig"][0] != "0" else "1"
    altered = {**asked, "device_sig": changed + asked["device_sig"][1:]}
    request.write_text(json.dumps(altered))
    assert farm.json("device", "add", request, "--yes", code=1)["error"]["code"] == "MEM-4"
    request.write_text(json.dumps({**asked, "device_sig": 7}))
    assert farm.json("device", "add", request, "--yes", code=2)["error"]["code"] == "API-11"


def test_a_file_that_can_not_be_read_is_told(farm: Cli, tmp_path: Path) -> None:
    """A missing, foreign or unreadable file is a sentence, never a traceback."""
    farm.run("agreement", "draft", tmp_path / "none", "--title", "T", "--party", "Farm 0", code=4)
    farm.run("sync", "import", tmp_path / "none", code=4)
    (tmp_path / "latin").write_bytes(b"\xe9")
    farm.run("agreement", "draft", tmp_path / "latin", "--title", "T", "--party", "Farm 0", code=2)
    (tmp_path / "other").write_text("{}")
    assert farm.json("coop", "sign", tmp_path / "other", code=1)["error"]["code"] == "MIN-10"
    assert farm.json("sync", "import", tmp_path / "other", code=1)["error"]["code"] == "SYN-10"


def test_what_the_system_refuses_is_told(farm: Cli) -> None:
    """A home, or a file to be written, that the system refuses: said in a line, with a code."""
    said = farm.run("minute", "checkpoint", "--out", "", code=2).err
    assert "can't be written" in said
    assert "Traceback" not in said
    (farm.home / "lock").unlink()
    (farm.home / "lock").mkdir()
    error = farm.json("status", code=3)["error"]
    assert error["code"] == "system"
    assert str(farm.home / "lock") in error["message"]
    assert "rochdale doctor" in error["next"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is full")
@pytest.mark.parametrize("form", ["--json", "--plain"])
def test_an_answer_that_can_not_be_written_is_no_success(form: str) -> None:
    """Where standard output is full the exit code is not 0, and nobody sees a traceback."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "rochdale_node.cli.main", "rules", "example", "pact", form],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 3
    assert b"Traceback" not in done.stderr
