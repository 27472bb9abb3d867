"""Ballot files counted by the command line, in a home that isn't there."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from tests.node.cli.conftest import Cli

EXAMPLE = """4 2
-2
3 1 3 4 0
4 1 3 2 0
2 4 1 3 0
1 2 0
2 2 4 3 1 0
1 3 4 2 0
0
"Adam"
"Basil"
"Charlotte"
"Donald"
"Title"
"""
"""Hill, Wichmann and Woodall, 1987."""


@pytest.fixture
def ballots(folder: Path) -> Path:
    path = folder / "election.blt"
    path.write_text(EXAMPLE)
    return path


def test_json_has_names(cli: Cli, ballots: Path) -> None:
    """Elected in order, and for each round the votes by name, the quota and what happened."""
    found = cli.json("count", ballots)
    assert (found["method"], found["title"], found["seats"]) == ("scottish-stv", "Title", 2)
    assert (found["valid"], found["invalid"], found["withdrawn"]) == (12, 1, ["Basil"])
    assert found["elected"] == ["Adam", "Donald"]
    first, second = found["rounds"][:2]
    assert first["votes"] == {"Adam": "7.00000", "Charlotte": "1.00000", "Donald": "4.00000"}
    assert (first["round"], first["quota"]) == (1, "5.00000")
    assert first["events"] == [{"event": "elected", "candidates": ["Adam"], "reason": "quota"}]
    assert first["what"] == ["Adam is elected with the quota."]
    assert second["events"][0]["to"] == {"Charlotte": "1.99997"}
    assert not cli.home.exists()


def test_the_same_bytes_each_time(cli: Cli, ballots: Path) -> None:
    """Nothing but the file decides what is printed."""
    said = {cli.run("count", ballots, "--json", "--method", "schulze").out for _ in range(3)}
    assert len(said) == 1


@pytest.mark.parametrize(
    ("method", "winner"),
    [("scottish-stv", "Adam"), ("irv", "Adam"), ("schulze", "Adam"), ("approval", "Charlotte")],
)
def test_every_method_counts_it(cli: Cli, ballots: Path, method: str, winner: str) -> None:
    """--method and --seats say how; 7 of 12 put Adam first, 11 name Charlotte."""
    found = cli.json("count", ballots, "--method", method, "--seats", 1)
    assert (found["elected"], found["method"]) == ([winner], method)
    assert cli.json("count", ballots, "--method", method)["elected"][0] == winner


def test_scores(cli: Cli, folder: Path) -> None:
    """A file with scores is counted by score."""
    path = folder / "scores.blt"
    path.write_text("2 1\n3 1:2 2:5 0\n2 1:9 0\n0\nAnna\nBo\n")
    found = cli.json("count", path, "--method", "score")
    assert found["rounds"][0]["votes"] == {"Anna": "24.00000", "Bo": "15.00000"}
    assert found["elected"] == ["Anna"]
    refused = cli.run("count", path, code=2).err
    assert "can't count scores" in refused
    assert "(CNT-4)" in refused


def test_the_lot_can_be_drawn_again(cli: Cli, folder: Path) -> None:
    """It hangs on the file or on --lot-seed alone, and the answer has its seed and order."""
    path = folder / "tie.blt"
    path.write_text("3 1\n1 1 0\n1 2 0\n1 3 0\n0\nAnna\nBo\nCo\n")
    found = cli.json("count", path)
    assert found["lot"]["seed"] == sha256(path.read_bytes()).hexdigest()
    seeds = {}
    for seed in ("a", "b", "c", "d", "e", "f"):
        lot = cli.json("count", path, "--lot-seed", seed)
        assert lot["lot"]["seed"] == seed.encode().hex()
        numbers = {"Anna": 1, "Bo": 2, "Co": 3}
        order = sorted(
            numbers,
            key=lambda name: sha256(
                b"rochdale/1/lot\n" + seed.encode() + numbers[name].to_bytes(4, "big")
            ).digest(),
        )
        assert lot["lot"]["order"] == order
        assert lot["elected"] == order[:1]
        seeds[seed] = lot["elected"][0]
    assert len(set(seeds.values())) > 1
    assert "A lot decided" in cli.run("count", path).out


def test_nominations_are_reopened(cli: Cli, ballots: Path) -> None:
    """--reopen says which candidate leaves the seats empty."""
    found = cli.json("count", ballots, "--reopen", 4)
    assert (found["elected"], found["unfilled"], found["reopened"]) == (["Adam"], 1, True)
    assert "nominations are re-opened" in cli.run("count", ballots, "--reopen", 4).out
    assert "(CNT-8)" in cli.run("count", ballots, "--reopen", 9, code=2).err
    assert "(CNT-8)" in cli.run("count", ballots, "--reopen", 2, code=2).err


def test_stages_fit_80_columns(cli: Cli, folder: Path) -> None:
    """Long names and many stages still make lines of 80 characters, and no name is code."""
    names = [f"Candidate {number} of the Long-Winded Association (LWA)" for number in range(1, 10)]
    names[0] = "\x1b[31mAnna\u202e"
    votes = [f"{100 + number * 7} {number} {number % 9 + 1} 0" for number in range(1, 10)]
    path = folder / "long.blt"
    path.write_text("\n".join(["9 3", *votes, "0", *names, ""]))
    said = cli.run("count", path).out
    assert max(map(len, said.splitlines())) <= 80
    assert "stage 7" in said
    assert "\x1b" not in said
    assert "<U+001B>[31mAnna<U+202E>" in said
    plain = cli.run("count", path, "--plain").out
    assert f"candidate: {names[1]}; stage 1: 114.00000;" in plain


def test_a_wrong_file_names_its_line(cli: Cli, folder: Path) -> None:
    """An error has the line and what to do; a file that isn't there, its own code."""
    path = folder / "wrong.blt"
    path.write_bytes(EXAMPLE.replace("2 4 1 3 0", "2 4 1 9 0").encode())
    said = cli.run("count", path, code=1).err
    assert 'wrong in line 5: "9" is no candidate' in said
    assert "Next: Candidates are numbered from 1 to 4." in said
    error = cli.json("count", path, code=1)["error"]
    assert (error["code"], error["fields"]["line"]) == ("CNT-1", 5)
    path.write_bytes(bytes(range(256)) * 4)
    assert "(CNT-1)" in cli.run("count", path, code=1).err
    cli.run("count", folder / "none.blt", code=4)
    cli.run("count", folder, code=4)


def test_wrong_options_are_refused(cli: Cli, ballots: Path) -> None:
    """A method that there isn't, seats that there can't be."""
    for options in (("--method", "dice"), ("--seats", 0), ("--seats", 5),
                    ("--method", "irv", "--seats", 2), ("--method", "score")):  # fmt: skip
        assert "(CNT-4)" in cli.run("count", ballots, *options, code=2).err
