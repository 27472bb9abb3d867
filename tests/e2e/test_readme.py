"""The tour of README.md, typed into a shell line by line as a newcomer would."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from rochdale_node.demo.farms import free_port
from tests.e2e.terminal import PATIENCE_S, Terminal, own_environment, read_until, voting_s

pytestmark = pytest.mark.xdist_group("readme")  # what is set up once is one worker's
ROOT = Path(__file__).resolve().parents[2]
DONE = "=== done"
FAILED = "=== failed: "
TUI_BLOCK = "rochdale\n"


def blocks() -> dict[str, str]:
    """Return the tour's blocks by the bold word above each; the first is 'Begin'."""
    tour = (ROOT / "README.md").read_text(encoding="utf-8").split("\n## A tour\n")[1]
    pieces = tour.split("\n## ")[0].split("```")
    found = {}
    for words, block in zip(pieces[::2], pieces[1::2], strict=False):
        name = re.findall(r"^\*\*(\w+)", words, re.MULTILINE)
        found[name[-1] if name else "Begin"] = block.removeprefix("sh\n")
    return found


class Shell:
    """One bash that is typed into; every command that fails is noted in what it prints."""

    def __init__(self, folder: Path) -> None:
        kept = own_environment()
        here = str(Path(sys.executable).parent)
        self._process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env={**kept, "TMPDIR": str(folder), "PATH": f"{here}:{kept['PATH']}"},
            start_new_session=True,
        )
        self.run(f"trap 'echo \"{FAILED}$BASH_COMMAND\"' ERR")

    def run(self, block: str) -> str:
        """Type a block and return what is printed until it is done."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{block}\necho; echo '{DONE}'\n".encode())
        self._process.stdin.flush()
        printed = read_until(self._process.stdout.fileno(), f"\n{DONE}\n")
        return printed.removesuffix(f"\n{DONE}\n")

    def close(self) -> None:
        """End the shell and whatever still runs in it."""
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()


@dataclass(frozen=True, slots=True)
class Tour:
    """What each block printed, the folder, and what the TUI drew and exited with."""

    printed: dict[str, str]
    folder: Path
    drawn: str
    code: int
    after: str


@pytest.fixture(scope="module")
def tour() -> Iterator[Tour]:
    """Take the tour once, with the patience that a loaded machine needs.

    The temporary folder is short, for sockets have short paths.
    """
    with tempfile.TemporaryDirectory(prefix="tour-") as temporary:
        shell = Shell(Path(temporary))
        try:
            printed: dict[str, str] = {}
            drawn, code, port = "", -1, str(free_port())
            folder = Path(temporary)
            for name, block in blocks().items():
                if block == TUI_BLOCK:
                    with Terminal("--home", str(folder / "ash")) as terminal:
                        drawn = terminal.until("Valley Wool")
                        rest, code = terminal.type("\x11")
                        drawn += rest
                    continue
                if "--closes " in block:
                    seconds = voting_s(lambda: shell.run("rochdale status"))
                    block = re.sub("--closes [0-9]+s", f"--closes {seconds}s", block)
                block = re.sub("--wait [0-9]+", f"--wait {PATIENCE_S}", block)
                printed[name] = shell.run(block.replace("18441", port))
                folder = Path(shell.run("pwd").strip())
            yield Tour(printed, folder, drawn, code, shell.run("rochdale status"))
        finally:
            shell.close()


def test_tour_is_whole() -> None:
    """Every step that the README names has its block, in this order."""
    steps = ["Begin", "Found", "Join", "Decide", "Agree", "Choose", "Prove", "Trust"]
    later = ["Contribute", "Keep", "Recount", "Mind", "Look", "Stop"]
    assert list(blocks()) == [*steps, *later]
    assert blocks()["Look"] == TUI_BLOCK


def test_nothing_fails_but_the_forgery(tour: Tour) -> None:
    """Of all commands only the verification of the changed copy ends with an error."""
    lines = "\n".join(tour.printed.values()).splitlines()
    failed = [line.removeprefix(FAILED) for line in lines if line.startswith(FAILED)]
    assert failed == ["rochdale --home nowhere verify changed.rochdale.json"]
    assert not [line for line in lines if line.startswith("Traceback")]


def test_newcomer_is_admitted(tour: Tour) -> None:
    """The vote is carried, Bramble's own node says so, and both are witnesses."""
    assert "Valley Wool is founded" in tour.printed["Found"]
    assert re.search(r"Bramble Farm .* open", tour.printed["Join"])
    decided = tour.printed["Decide"]
    assert re.search(r"Status: +carried", decided)
    assert re.search(r"Member: +Bramble Farm +\w+, active", decided)
    assert re.search(r"Witnesses: +2, 2 must sign; this device attests", decided)
    assert re.search(r"Ash Farm .* active", decided)


def test_both_sign_what_they_read(tour: Tour) -> None:
    """The hash that the README names is that of its own text."""
    assert re.search(r"Text hash: +b4e84288", tour.printed["Agree"])
    assert tour.printed["Agree"].count("Signed A-1 version 1") == 2


def test_ballots_are_sealed_until_the_close(tour: Tour) -> None:
    """The rules are said in words; both ballots are cast, and nobody reads what they say."""
    assert "Secret business" in tour.printed["Choose"]
    shown = tour.printed["Choose"].partition("\nProposal: ")[2]
    assert re.search(r"Status: +open", shown)
    assert re.search(r"Ash Farm \w+: sealed\n +Bramble Farm \w+: sealed\n", shown)
    assert shown.count("At Ash") == 1  # among what may be chosen


def test_anyone_counts_again(tour: Tour) -> None:
    """The book and the file give one recount, and the file proves how the vote ended."""
    said = tour.printed["Recount"]
    assert re.search(r"Elected: +At Ash", said)
    assert "\nPROVED: P-2 'Where shall we press?': carried, elected At Ash" in said
    counts = re.findall(r"Recount: +(\w{16}) ", said)
    assert (len(counts), len(set(counts))) == (2, 1)
    assert "Ash Farm: At Ash > At Bramble; counted" in said
    assert said.count("The recount and the book agree.") == 2


def test_proof_holds_and_forgery_does_not(tour: Tour) -> None:
    """The file proves the agreement; with another number of fleeces it names what is wrong."""
    good, _, forged = tour.printed["Prove"].partition("\nPROVED: ")[2].partition("FAIL")
    assert good.startswith("'Wool 2027', version 1, is signed by all 2 parties and in force")
    assert "(REC-6)" in forged
    assert "\nNOT PROVED: " in forged


def test_proof_begins_from_a_checkpoint(tour: Tour) -> None:
    """What Bramble makes for Ash's checkpoint is verified from that alone."""
    good = tour.printed["Trust"].partition("\nPROVED: ")[2]
    assert good.startswith("agreement.draft by Ash Farm was accepted in minute")
    assert re.search(r"Trusted: +the checkpoint, M\d+", good)


def test_contribution_is_confirmed(tour: Tour) -> None:
    """Bramble's list shows what Ash logged, as confirmed."""
    row = r"C-1 +Ash Farm +Bramble Farm +transfer +40 item fleeces .* confirmed"
    assert re.search(row, tour.printed["Contribute"])


def test_backup_is_whole(tour: Tour) -> None:
    """The backup can be read to its end, and after it nothing is left to mend."""
    assert "The backup is whole" in tour.printed["Keep"]
    assert "All is well." in tour.printed["Keep"]


def test_the_node_warns_ahead(tour: Tour) -> None:
    """With two witnesses each is needed, and nobody signed against themselves."""
    assert "With 2 witnesses everyone is needed" in tour.printed["Mind"]
    assert "Nobody is known to have signed against themselves." in tour.printed["Mind"]


def test_book_opens_in_the_terminal(tour: Tour) -> None:
    """A bare ``rochdale`` draws the co-op and leaves with 0."""
    assert "NEEDS YOU" in tour.drawn
    assert tour.code == 0


def test_nodes_stop(tour: Tour) -> None:
    """Both say that they stop; afterwards the book can be read without them."""
    assert tour.printed["Stop"].count("Stopping.") == 2
    assert re.search(r"Node: +does not run", tour.after)
    assert (tour.folder / "bramble" / "books").is_dir()
