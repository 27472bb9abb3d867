"""``rochdale recount``: votes counted again from the book, and from a file without it."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pytest

from rochdale_node.home import Home
from rochdale_node.shelf import SqliteShelf
from rochdale_protocol.core.canonical import encode
from rochdale_protocol.proofs.build import prove_decision
from tests.node.cli.conftest import Cli
from tests.protocol.governance.assembly import Assembly
from tests.protocol.proofs.decided import drawn, spoken_for


@pytest.fixture
def voted(farm: Cli) -> Cli:
    """A farm that put a resolution, changed its mind and took it back."""
    farm.run("proposal", "new", "Buy a barn", "--closes", "2d", "--text", "We buy it.")
    farm.run("ballot", "cast", "P-1", "against")
    farm.run("ballot", "cast", "P-1", "for")
    return farm


@pytest.fixture
def exported(voted: Cli) -> tuple[Cli, Path]:
    """The same with the proof file of how it ended."""
    voted.run("proposal", "withdraw", "P-1")
    made = voted.json("proposal", "export", "P-1", "--out", voted.folder / "p.json")
    assert made["type"] == "decision"
    return voted, Path(made["file"])


def test_every_ballot_is_explained(voted: Cli) -> None:
    """Each in its order, by name, with what became of it (TAL-5)."""
    said = voted.run("recount", "P-1").out
    assert "1  Farm 0: against; not counted: a later ballot took its place" in said
    assert "2  Farm 0: for; counted" in said
    assert "The recount and the book agree." in said


def test_the_file_gives_the_bytes_of_the_book(exported: tuple[Cli, Path]) -> None:
    """Offline, where there is no home: canonical bytes, those of the node (TAL-5)."""
    farm, file = exported
    nowhere = farm.at("nowhere")
    printed = farm.run("recount", "P-1", "--json").out
    assert nowhere.run("recount", file, "--json").out == printed
    assert encode(orjson.loads(printed)) == printed.rstrip("\n").encode()
    said = nowhere.run("recount", file).out
    assert sha256(printed.rstrip("\n").encode()).hexdigest()[:16] in said
    assert "2  Farm 0: for; counted" in said
    coop = farm.json("coop", "show")["coop"]
    assert f"The file is of the co-op Moor Farms {coop}" in said
    assert "compare" not in nowhere.run("recount", file, "--coop", coop).out
    assert not nowhere.home.exists()


def test_verify_names_what_was_decided(exported: tuple[Cli, Path]) -> None:
    """The end, the text that was voted on, and that refused ballots aren't proved (PRF-25)."""
    farm, file = exported
    found = farm.at("nowhere").json("verify", file)
    assert found["summary"].startswith("P-1 'Buy a barn': withdrawn with 1 for")
    assert (found["proved"]["text"], found["proved"]["closed"]) == ("We buy it.", 4)
    said = farm.at("nowhere").run("verify", file).out
    assert "withdrawn in M4" in said
    assert "We buy it." in said
    assert "Not proved: ballots that were refused" in said


def test_a_file_that_was_changed_is_refused(exported: tuple[Cli, Path]) -> None:
    """It exits with 1 and says where to look; so does a file of another co-op."""
    farm, file = exported
    nowhere = farm.at("nowhere")
    other = nowhere.run("recount", file, "--coop", "9" * 64, code=1)
    assert "PRF-3" in other.err
    file.write_bytes(file.read_bytes().replace(b'"choice":"for"', b'"choice":"foo"'))
    said = nowhere.run("recount", file, code=1)
    assert "REC-6" in said.err
    assert "rochdale verify" in said.err


def test_a_file_that_is_not_there_is_no_proposal(farm: Cli) -> None:
    """Who misspells a file's name is told so, in whatever home."""
    said = farm.at("nowhere").run("recount", farm.folder / "P-1.rochdale.json", code=4)
    assert "can't be read" in said.err


def test_a_proof_of_something_else_is_no_recount(voted: Cli) -> None:
    """A member's proof file holds no votes."""
    voted.run("member", "export", "Farm 0", "--out", voted.folder / "m.json")
    said = voted.run("recount", voted.folder / "m.json", code=2).err
    assert "no decision" in said
    assert "proposal export" in said


def test_a_vote_that_goes_on_is_not_exported(voted: Cli) -> None:
    """Nothing is decided yet (PRF-24)."""
    error = voted.json("proposal", "export", "P-1", code=1)["error"]
    assert error["code"] == "PRF-24"
    assert voted.json("recount", "P-9", code=4)["error"]["code"] == "API-3"


def test_a_book_that_says_otherwise_is_told(exported: tuple[Cli, Path]) -> None:
    """Where the state was tampered with, the command says in what, and exits with 1 (TAL-6)."""
    farm, _ = exported
    proposal, path = farm.json("proposal", "list")[0]["proposal"], _book(farm)
    with SqliteShelf(path) as shelf:
        entry: dict[str, Any] = orjson.loads(shelf.maps["state"].get(f"proposal/{proposal}") or b"")
        shelf.commit({"state": {f"proposal/{proposal}": encode(entry | {"for": 2})}})
    said = farm.run("recount", "P-1", code=1).out
    assert "DIFFERS: for is 2 in the book, 1 counted again" in said
    assert "agree" not in said
    assert farm.json("recount", "P-1", code=1)["differs"] == [
        {"what": "for", "book": 2, "recount": 1}
    ]


def written(cli: Cli, coop: Assembly, proposal: str) -> Path:
    """Write the proof file of a decision of farms that have no homes."""
    file = cli.folder / "decision.json"
    file.write_bytes(prove_decision(coop.nodes[0].ledger, proposal).to_bytes())
    return file


def test_an_election_is_shown_stage_by_stage(cli: Cli) -> None:
    """Rankings by name, every stage, the lot, and who is elected."""
    coop, election = drawn()
    said = cli.run("recount", written(cli, coop, election)).out
    assert "1  Farm 0: Farm 0; counted" in said
    assert "A lot decided. Seed" in said
    elected = coop.entry(election)["elected"][0] - 1
    assert f"Elected 1: Farm {elected}" in said


def test_who_voted_for_whom_is_named(cli: Cli) -> None:
    """A proxy's ballot, the principal's own over it, and a delegation."""
    coop, proposal = spoken_for()
    said = cli.run("recount", written(cli, coop, proposal)).out
    assert "Farm 1: abstains, cast by Farm 0 as proxy; not counted: the member voted" in said
    assert "Farm 2: abstains, cast by Farm 0 as proxy; counted" in said
    assert "Farm 4: for, as Farm 0 voted, to whom it delegates; counted" in said


def _book(farm: Cli) -> Path:
    home = Home(farm.home)
    return home.book_path(farm.json("coop", "show")["coop"])
