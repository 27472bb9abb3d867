"""Two members with a node each, and what goes wrong between them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from rochdale_node.demo.farms import free_port
from tests.e2e.farms import Done, run_here
from tests.e2e.terminal import PATIENCE_S, Terminal, own_environment, voting_s
from tests.node.homes import PASSPHRASE, make_home

pytestmark = pytest.mark.xdist_group("two_members")  # what is set up once is one worker's
ROCHDALE = [sys.executable, "-m", "rochdale_node.cli.main"]
WAIT = ("--wait", str(PATIENCE_S))


@dataclass(slots=True)
class Member:
    """A home, the command line on it, and its node while it runs."""

    home: Path
    node: subprocess.Popen[bytes] | None = field(default=None)

    def ask(self, *words: str, code: int = 0) -> Any:
        """Run a command and return its JSON; all but ``up`` in this process, which is quicker."""
        line = ["--home", str(self.home), "--passphrase-file", str(self._passphrase), *words]
        run = _as_process if words[0] == "up" else run_here
        done = run([*line, "--json"])
        assert done.code == code, done.out + done.err
        return json.loads(done.out)

    def refused(self, *words: str, code: int) -> str:
        """Run a command that fails and return the error's code."""
        error = self.ask(*words, code=code)["error"]
        assert error["message"]
        return str(error["code"])

    def up(self, *words: str) -> None:
        """Start the node and wait until it is level with its peers."""
        self.start(*words)
        self.ask("status", *WAIT)

    def start(self, *words: str) -> None:
        """Start the node."""
        assert self.node is None
        self.node = subprocess.Popen(
            [*ROCHDALE, "--home", str(self.home), "up", "--no-neighbours", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**own_environment(), "ROCHDALE_PASSPHRASE_FILE": str(self._passphrase)},
        )

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """End the node."""
        if self.node is not None:
            self.node.send_signal(number)
            self.node.wait(timeout=PATIENCE_S)
            self.node = None

    @property
    def _passphrase(self) -> Path:
        return self.home.parent / "passphrase"


def _as_process(line: list[str]) -> Done:
    ran = subprocess.run(
        [*ROCHDALE, *line],
        capture_output=True,
        env=own_environment(),
        timeout=2 * PATIENCE_S,
        check=False,
    )
    return Done(ran.returncode, ran.stdout.decode(), ran.stderr.decode())


@dataclass(frozen=True, slots=True)
class Pair:
    """Ash listens where its book says; Bramble only dials out. Ash's invitation is used."""

    folder: Path
    ash: Member
    bramble: Member
    port: int

    @property
    def invitation(self) -> str:
        return str(self.folder / "invitation")


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    """Found, invite, apply, vote and admit once; a test leaves both nodes running."""
    with tempfile.TemporaryDirectory(prefix="two-") as temporary:
        folder = Path(temporary)
        (folder / "passphrase").touch(mode=0o600)
        (folder / "passphrase").write_text(PASSPHRASE + "\n")
        pair = Pair(folder, Member(folder / "ash"), Member(folder / "bramble"), free_port())
        try:
            _found(pair)
            yield pair
        finally:
            pair.ash.stop(signal.SIGKILL)
            pair.bramble.stop(signal.SIGKILL)


def _found(pair: Pair) -> None:
    ash, bramble = pair.ash, pair.bramble
    make_home(ash.home, 0, "Ash Farm")
    make_home(bramble.home, 1, "Bramble Farm")
    found = ["coop", "found", "--name", "Valley Wool", "--purpose", "Wool.", "--voting-time", "0s"]
    ash.ask(*found, "--address", f"127.0.0.1:{pair.port}")
    ash.up()
    ash.ask("invite", "new", "--out", pair.invitation)
    bramble.ask("coop", "join", pair.invitation)
    bramble.start("--no-listen")
    ash.ask("member", "list", "--applications", *WAIT)
    closes = f"{voting_s(lambda: ash.ask('status'))}s"
    admit = ["proposal", "new", "Admit Bramble", "--admit", "Bramble Farm", "--closes", closes]
    ash.ask(*admit, *WAIT)
    ash.ask("ballot", "cast", "P-1", "for", *WAIT)
    assert ash.ask("proposal", "show", "P-1", *WAIT)["status"] == "carried"
    assert bramble.ask("status", *WAIT)["member_status"] == "active"


def test_up_listens_where_the_book_says(pair: Pair) -> None:
    """Without --listen Ash answers at the address that its charter names."""
    assert pair.bramble.ask("peer", "ping", f"127.0.0.1:{pair.port}")["ms"] > 0


def test_an_invitation_is_good_once(pair: Pair) -> None:
    """A third party who holds the used link is refused with MEM-1, and begins no book."""
    third = Member(pair.folder / "third")
    make_home(third.home, 2, "Clover Farm")
    error = third.ask("coop", "join", pair.invitation, code=1)["error"]
    assert error["code"] == "MEM-1"
    assert error["message"].startswith("The invite is not good")
    assert third.refused("status", code=4) == "API-13"


def test_an_invitation_ends(pair: Pair) -> None:
    """API-14: a link whose time has passed is not even dialled."""
    link = Path(pair.invitation).read_text().strip()
    expired, changed = re.subn(r"([?&]e=)[0-9]+", r"\g<1>1000", link)
    assert changed == 1
    assert pair.bramble.refused("coop", "join", expired, code=1) == "API-14"


def test_a_closed_vote_takes_no_ballot(pair: Pair) -> None:
    """GOV-5 on the other member's node as well."""
    assert pair.bramble.refused("ballot", "cast", "P-1", "for", code=1) == "GOV-5"


def test_a_signature_is_for_the_text_that_was_read(pair: Pair) -> None:
    """A hash of another text is refused; so is an older version after a revision."""
    text = pair.folder / "wool.md"
    text.write_text("# Wool\n\n300 fleeces.\n")
    parties = ["--party", "Ash Farm", "--party", "Bramble Farm"]
    pair.ash.ask("agreement", "draft", str(text), "--title", "Wool", *parties, *WAIT)
    sign = ["agreement", "sign", "A-1", "--version", "1", "--expect"]
    pair.bramble.ask("status", *WAIT)
    assert pair.bramble.refused(*sign, "0000", code=1) == "AGR-3"
    read = pair.bramble.ask("agreement", "show", "A-1")["versions"][0]["text_hash"]
    text.write_text("# Wool\n\n900 fleeces.\n")
    pair.ash.ask("agreement", "revise", "A-1", str(text), *WAIT)
    pair.bramble.ask("status", *WAIT)
    assert pair.bramble.refused(*sign, read[:8], code=1) == "AGR-3"


def test_a_home_has_one_node(pair: Pair) -> None:
    """HOM-5: the second up is told at once which process holds the home."""
    assert pair.ash.node is not None
    error = pair.ash.ask("up", code=3)["error"]
    assert (error["code"], error["fields"]["pid"]) == ("HOM-5", pair.ash.node.pid)


def test_two_members_are_both_needed(pair: Pair) -> None:
    """What one signs while the other is away waits, outlives a kill, and is final later."""
    pair.bramble.stop()
    logged = pair.ash.ask(
        "contribution", "log", "work", "Bramble Farm", "--resource", "carding",
        "--quantity", "2.50", "--unit", "hour", "--wait", "1",
    )  # fmt: skip
    assert logged["state"] == "pending"
    pair.ash.stop(signal.SIGKILL)
    pair.ash.start()
    pair.bramble.up("--no-listen")
    pair.ash.ask("status", *WAIT)
    assert pair.ash.ask("record", "show", logged["record"])["state"] == "final"
    (row,) = pair.bramble.ask("contribution", "list")
    assert row["quantity"] == "2.5"


def test_the_terminal_runs_a_node_of_its_own(pair: Pair) -> None:
    """With no node ``rochdale`` starts one for as long as it is open; the passphrase is asked."""
    pair.bramble.stop()
    with Terminal("--home", str(pair.bramble.home)) as terminal:
        terminal.until("Passphrase: ")
        os.write(terminal.end, f"{PASSPHRASE}\n".encode())
        terminal.until("Valley Wool")
        assert pair.bramble.refused("up", code=3) == "HOM-5"
        _, code = terminal.type("\x11")
    assert code == 0
    pair.bramble.up("--no-listen")


def test_ctrl_c_at_the_passphrase_signs_nothing(pair: Pair) -> None:
    """It exits with 1, says so, and leaves neither a backup nor a traceback."""
    out = pair.folder / "never.backup"
    words = ("--home", str(pair.ash.home), "backup", "create", "--out", str(out))
    with Terminal(*words) as terminal:
        terminal.until("Passphrase: ")
        said, code = terminal.type("\x03")
    assert code == 1
    assert "Nothing more was done" in said
    assert "Traceback" not in said
    assert not out.exists()
