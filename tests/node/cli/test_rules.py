"""Rules on the command line: read, checked, founded with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rochdale_node.cli.rules import chosen_rules
from rochdale_node.examples import EXAMPLES, example_rules
from rochdale_protocol.core.limits import DAY_MS
from tests.node.homes import make_home

from .conftest import Cli


@pytest.fixture
def file(folder: Path) -> Path:
    return folder / "rules.json"


def spoilt(file: Path, **fields: Any) -> Path:
    """Write the standard rules with parameters of ordinary business changed."""
    value = example_rules("standard").model_dump()
    value["classes"]["ordinary"] |= fields
    file.write_text(json.dumps(value))
    return file


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_a_page_and_a_file_to_edit(cli: Cli, file: Path, name: str) -> None:
    """Rules example prints words, or JSON that rules check accepts, without a home."""
    shown = cli.run("rules", "example", name).out
    assert "Change these rules: " in shown
    file.write_text(cli.run("rules", "example", name, "--json").out)
    assert chosen_rules(str(file)) == example_rules(name)
    assert "can be founded with" in cli.run("rules", "check", file).out
    assert cli.json("rules", "check", file)["title"] == example_rules(name).title


def test_rules_that_can_not_be_are_refused_with_the_reason(cli: Cli, file: Path) -> None:
    """A set that never carries, or lets one decide alone, is refused in plain words, exit 1."""
    never = spoilt(file, quorum={"over": 2, "under": 1})
    said = cli.run("rules", "check", never, code=1).err
    assert "can never carry: its quorum is more than all electors. (RUL-5)" in said
    alone = spoilt(file, quorum={"over": 0, "under": 1}, quorum_least=1)
    assert (
        "one member could decide ordinary business alone"
        in cli.run("rules", "check", alone, code=1).err
    )
    assert cli.json("rules", "check", alone, code=1)["error"]["code"] == "RUL-8"


def test_what_is_no_rule_set_is_wrong_use(cli: Cli, file: Path) -> None:
    """A file that holds something else says which field is wrong; a missing one what there is."""
    said = cli.run("rules", "check", spoilt(file, proxies=6), code=2).err
    assert "classes.ordinary.proxies" in said
    file.write_text("[]")
    assert "as a whole: " in cli.run("rules", "check", file, code=2).err
    file.write_text("{")
    cli.run("rules", "check", file, code=2)
    said = cli.run("rules", "check", file.parent / "none.json", code=4).err
    assert "Choose one of standard, consortium" in said
    assert cli.json("rules", "example", "guild", code=4)["error"]["code"] == "API-19"


def test_a_co_op_is_founded_by_the_rules_that_were_chosen(cli: Cli, file: Path) -> None:
    """Found takes an example or a file; rules show says what holds, as words and as JSON."""
    make_home(cli.home)
    cli.run("coop", "found", "--name", "A", "--purpose", "b", "--rules", "worker")
    assert cli.json("rules", "show") == example_rules("worker").model_dump()
    shown = cli.run("rules", "show").out
    assert shown.startswith("Worker co-operative")
    assert "Expel a member: special business." in shown
    assert "Special: at least three quarters of votes" in cli.run("coop", "show").out


def test_a_charter_is_drafted_by_a_file_of_rules(cli: Cli, file: Path) -> None:
    """Draft takes a file, and a voting time for all its classes; a bad one leaves no charter."""
    make_home(cli.home)
    card, charter = cli.folder / "card.json", cli.folder / "charter.json"
    card.write_text(cli.run("coop", "card").out)
    line = ["coop", "draft", "--name", "A", "--purpose", "b", "--card", card, "--out", charter]
    bad = spoilt(file, quorum_least=1, quorum={"over": 1, "under": 2})
    assert "RUL-8" in cli.run(*line, "--rules", bad, code=1).err
    assert not charter.exists()
    spoilt(file, notice_days=3)
    cli.run(*line, "--rules", file, "--voting-time", "2d")
    classes = json.loads(charter.read_text())["charter"]["rules"]["classes"]
    assert classes["ordinary"]["notice_days"] == 3
    assert {kind["voting_ms_min"] for kind in classes.values()} == {2 * DAY_MS}
