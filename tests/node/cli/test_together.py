"""Several homes: founding by several, a courier with files, and nodes that run."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from rochdale_node.demo.farms import free_port, until
from tests.node.homes import make_home

from .conftest import Cli


@pytest.fixture
def founders(cli: Cli) -> list[Cli]:
    """Two farms that founded a co-op together from one charter."""
    farms = [cli.at(f"farm-{number}") for number in range(2)]
    cards = []
    for number, farm in enumerate(farms):
        make_home(farm.home, number)
        card = cli.folder / f"card-{number}.json"
        card.write_text(farm.run("coop", "card").out)
        cards += ["--card", card]
    charter = cli.folder / "charter.json"
    farms[0].run("coop", "draft", "--name", "Two", "--purpose", "to", *cards, "--out", charter)
    early = farms[0].json("coop", "found", charter, code=1)
    assert early["error"]["code"] == "MIN-11"
    assert farms[0].json("coop", "sign", charter, "--yes")["missing"] == ["Farm 1"]
    assert farms[1].json("coop", "sign", charter, "--yes")["missing"] == []
    coops = {farm.json("coop", "found", charter)["coop"] for farm in farms}
    assert len(coops) == 1
    return farms


@pytest.mark.parametrize(
    "line",
    [
        ("coop", "draft", "--name", "A", "--purpose", "b", "--card", "card.json"),
        ("coop", "refound", "--without", "Farm 1", "--yes"),
    ],
    ids=lambda line: line[1],
)
def test_a_charter_with_signatures_is_not_written_over(
    founders: list[Cli], line: tuple[str, ...]
) -> None:
    """A charter's file that is there stays as it is; what to do is said."""
    charter = founders[0].folder / "charter.json"
    before = charter.read_bytes()
    error = founders[0].json(*line, "--out", charter, code=2)["error"]
    assert error["code"] == "file"
    assert "--out" in error["next"]
    assert charter.read_bytes() == before


def test_a_name_that_will_not_do_is_told(founders: list[Cli]) -> None:
    """The reason is a sentence, and so is what to do."""
    founder = founders[0]
    card = founder.folder / "card-0.json"
    for act in (("draft", "--card", card), ("found",)):
        words = ("coop", *act, "--name", "Two\u202e", "--purpose", "to")
        error = founder.json(*words, code=2)["error"]
        assert error["message"].startswith("The charter's name will not do: must be one printable")
        assert error["next"]


def carry(source: Cli, target: Cli) -> None:
    """Bring one farm's book to another on a stick."""
    file = source.folder / "book.sync"
    source.run("sync", "export", "--out", file)
    target.run("sync", "import", file)


def test_a_courier_makes_a_minute_final(founders: list[Cli]) -> None:
    """Two farms that never meet agree on a minute by files that go to and fro."""
    one, two = founders
    signed = one.json("proposal", "new", "Buy a barn", "--closes", "2d")
    assert (signed["state"], signed["sent"]) == ("pending", False)
    assert "when the node next runs" in one.run("proposal", "new", "Again", "--closes", "2d").out
    for _ in range(3):
        carry(one, two)
        carry(two, one)
    heights = [farm.json("status") for farm in founders]
    assert heights[0]["height"] >= 1
    assert heights[0]["minute"] == heights[1]["minute"]
    assert heights[0]["state_root"] == heights[1]["state_root"]


def test_without_a_node_nobody_waits(founders: list[Cli]) -> None:
    """--wait holds the home from no node that is about to start: no minute would come anyway."""
    words = ("proposal", "new", "Buy a barn", "--closes", "2d", "--wait", "600")
    signed = founders[0].json(*words)
    assert (signed["state"], signed["sent"]) == ("pending", False)


def test_someone_else_can_not_sign_or_found(founders: list[Cli]) -> None:
    """A home that the charter does not name can do nothing with it."""
    other = founders[0].at("other")
    make_home(other.home, 5)
    charter = other.folder / "charter.json"
    assert other.json("coop", "sign", charter, "--yes", code=1)["error"]["code"] == "MIN-10"
    assert other.json("coop", "found", charter, code=1)["error"]["code"] == "MIN-10"


@contextmanager
def up(
    farm: Cli, process: Callable[..., subprocess.Popen[bytes]], *words: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a farm's node as a process while a block runs, and see it end well."""
    node = process(
        "--home", farm.home, "--passphrase-file", farm.folder / "passphrase",
        "up", "--no-neighbours", *words,
    )  # fmt: skip
    assert node.stderr is not None
    try:
        line = node.stderr.readline()
        assert b"the node runs" in line, line + node.stderr.read()
        yield node
    finally:
        node.send_signal(signal.SIGTERM)
        _, said = node.communicate(timeout=120)
    assert node.returncode == 0, said
    assert not (farm.home / "node.sock").exists()


def test_a_node_that_runs_does_the_work(
    farm: Cli, process: Callable[..., subprocess.Popen[bytes]]
) -> None:
    """With a node up, commands go through it; a second node on the home is refused."""
    with up(farm, process, "--no-listen", "--address", "farm.example:1844"):
        assert farm.json("status")["running"] is True
        signed = farm.json("proposal", "new", "Barn", "--closes", "2d", "--wait", "60")
        assert (signed["state"], signed["sent"]) == ("final", True)
        assert farm.json("proposal", "show", "P-1")["title"] == "Barn"
        assert farm.run("proposal", "new", "Quick", "--closes", "1h", code=1).err.count("GOV-1")
        assert farm.json("up", code=3)["error"]["code"] == "HOM-5"
        assert "a=farm.example" in farm.json("invite", "new")["link"]
        assert farm.json("peer", "list") == []
        farm.run("sync", "export", "--out", farm.folder / "book.sync")
        assert farm.json("sync", "import", farm.folder / "book.sync")["minutes"] == 0
        checks = {check["name"]: check["ok"] for check in farm.json("doctor", code=1)["checks"]}
        assert checks["node"] is True
        farm.run("backup", "create", "--out", farm.folder / "farm.backup")
        assert farm.json("doctor")["ok"] is True
    assert farm.json("status")["running"] is False


def test_a_newcomer_joins_through_an_invite(
    farm: Cli, process: Callable[..., subprocess.Popen[bytes]]
) -> None:
    """Join shows the charter, applies, and the application reaches the member's node."""
    port = free_port()
    with up(farm, process, "--listen", f"127.0.0.1:{port}", "--address", f"127.0.0.1:{port}"):
        link = farm.folder / "invite.txt"
        farm.run("invite", "new", "--out", link)
        newcomer = farm.at("newcomer")
        make_home(newcomer.home, 7, "Newcomer")
        applied = newcomer.json("coop", "join", link)
        assert applied["state"] == "pending"
        assert newcomer.json("status")["member_status"] == "applying"
        with up(newcomer, process, "--no-listen"):
            wait_for_application(farm)
        assert newcomer.json("peer", "ping", f"127.0.0.1:{port}")["ms"] > 0
    (application,) = farm.json("member", "list", "--applications")
    assert application["name"] == "Newcomer"


def wait_for_application(farm: Cli) -> None:
    """Follow the node's news until somebody applies."""
    import http.client
    import socket

    class Stream(http.client.HTTPConnection):
        def connect(self) -> None:
            self.sock = socket.socket(socket.AF_UNIX)
            self.sock.settimeout(120)
            self.sock.connect(str(farm.home / "node.sock"))

    stream = Stream("node")
    stream.request("GET", "/v1/events")
    answer = stream.getresponse()
    try:
        while not farm.json("member", "list", "--applications"):
            assert answer.readline(), "the stream ended"
    finally:
        stream.close()


@pytest.mark.parametrize("link", ["http://x", "rochdale://join?c=1", "rochdale:"])
def test_what_is_no_invitation_is_told(farm: Cli, link: str) -> None:
    """A link that is none, or was cut, exits with 2 and says what to copy."""
    words = ("coop", "join", link)
    if link.startswith("http"):
        farm.run(*words, code=4)
    else:
        assert farm.json(*words, code=2)["error"]["code"] == "API-10"


def test_who_stops_waiting_is_told_that_it_was_signed(
    founders: list[Cli], process: Callable[..., subprocess.Popen[bytes]]
) -> None:
    """Ctrl-C while a record waits for its minute doesn't take it back, and says so."""
    farm = founders[0]
    home = ("--home", farm.home, "--passphrase-file", farm.folder / "passphrase")
    with up(farm, process, "--no-listen"):
        # A job in the background of a script ignores Ctrl-C, and so would all that it starts.
        with restored(signal.SIGINT):
            waits = process(*home, "proposal", "new", "Barn", "--closes", "2d", "--wait", "60")
        until("it is signed", lambda: farm.json("status")["pending"] == 1)
        waits.send_signal(signal.SIGINT)
        _, said = waits.communicate(timeout=60)
        assert waits.returncode == 1, said
        assert b"What was signed by then is kept" in said
        assert b"rochdale record list --state pending" in said
        assert farm.json("record", "list", "--state", "pending")["total"] == 1


@contextmanager
def restored(number: signal.Signals) -> Iterator[None]:
    """Let a signal do what it does by default, also to processes that a block starts."""
    before = signal.signal(number, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(number, before)
