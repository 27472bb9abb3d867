"""Farms with homes on the disk and real processes: the demo's, and what tests do to them."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import orjson

from rochdale_node.cli import secret
from rochdale_node.cli.main import main
from rochdale_node.demo.farms import Farm, now_ms, until
from rochdale_node.home import Home, Identity
from rochdale_node.node import Node
from rochdale_node.vault import Keys, Strength, seal_keys
from rochdale_protocol.core.ruleset import standard_rules
from rochdale_protocol.minutes.minute import Charter, Founder, SignedCharter

from .terminal import PATIENCE_S

__all__ = ["Done", "Mill", "even", "found", "make_farms", "rows", "run_here"]


@dataclass(frozen=True, slots=True)
class Done:
    """What a command printed and its exit code."""

    code: int
    out: str
    err: str

    @property
    def error(self) -> dict[str, Any]:
        """What --json says of an error."""
        found: dict[str, Any] = orjson.loads(self.out)["error"]
        return found


@dataclass
class Spoken:
    """All that was printed in a run, to be searched for secrets."""

    text: list[str] = field(default_factory=list)


def run_here(line: list[str]) -> Done:
    """Run a command line in this process."""
    secret.open_home_keys.cache_clear()  # which are kept for as long as a process lives
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(line)
    return Done(code, out.getvalue(), err.getvalue())


class Mill(Farm):
    """A farm whose commands may fail, whose clock may be wrong, whose disk may be small."""

    def __init__(self, folder: Path, name: str, spoken: Spoken) -> None:
        super().__init__(folder, name)
        self.spoken = spoken
        self.before = ""
        """Python that its node runs first."""

    def _command(self, *words: str) -> list[str]:
        if not self.before:
            return super()._command(*words)
        code = f"{self.before}\nfrom rochdale_node.cli.main import run\nrun()"
        return [sys.executable, "-c", code, "--home", str(self.path), *words]

    def do(self, *words: str, code: int | None = 0, passphrase: Path | None = None) -> Done:
        """Run a command and expect its exit code, or any where that is None.

        Only ``up`` is a process: to start Python for each command takes longer than the rest.
        """
        file = str(passphrase or self.path.parent / "passphrase")
        if words[0] == "up":
            done = self._as_process(file, *words)
        else:
            assert not self.before
            done = run_here(["--home", str(self.path), "--passphrase-file", file, *words])
        self.spoken.text += [done.out, done.err]
        assert code is None or done.code == code, (words, done)
        return done

    def _as_process(self, passphrase: str, *words: str) -> Done:
        ran = subprocess.run(
            self._command(*words),
            capture_output=True,
            env={**self._environment(), "ROCHDALE_PASSPHRASE_FILE": passphrase},
            stdin=subprocess.DEVNULL,
            timeout=PATIENCE_S,
            check=False,
        )
        return Done(ran.returncode, ran.stdout.decode(), ran.stderr.decode())

    def json(self, *words: str, code: int = 0) -> Any:
        """Run a command with --json and return what it printed."""
        return orjson.loads(self.do(*words, "--json", code=code).out)

    def up(self) -> None:
        """Start the node and wait until it answers."""
        self.start()
        self.wait_up()

    def down(self) -> None:
        """Stop the node as a user would."""
        self.ask_to_stop()
        self.wait_stopped()

    def ended(self) -> int:
        """Wait until the node has ended by itself and return its exit code."""
        assert self._process is not None
        code = self._process.wait(timeout=PATIENCE_S)
        self._process = None
        return code

    def said(self) -> str:
        """Return what the node printed."""
        return (self.path / "demo.log").read_text(errors="replace")

    @property
    def coop(self) -> str:
        (coop,) = self.home.coops()
        return coop

    @property
    def book(self) -> Path:
        return self.home.book_path(self.coop)

    def renew(self, *, member: str = "") -> None:
        """Begin with an empty home of the same name and place, as after a loss."""
        assert self._process is None
        shutil.rmtree(self.path)
        self.keys = Keys.generate()
        if member:
            self.keys = Keys(self.keys.device_seed, None)
            self.member = member
        self.device = self.keys.device.public

    def make_home(self, label: str) -> None:
        """Make the home that ``renew`` left out, with keys that cost little to open."""
        Home.prepare(self.path)
        seal_keys(
            self.path / "keys.sealed",
            self.keys,
            (self.path.parent / "passphrase").read_text(),
            Strength.WEAK,
        )
        identity = Identity(
            member=self.member,
            device=self.device,
            name=self.name,
            label=label,
            entity="organisation",
        )
        self.home = Home.create(self.path, identity)


def make_farms(folder: Path, count: int, spoken: Spoken | None = None) -> list[Mill]:
    """Return farms with homes and no book yet."""
    passphrase = folder / "passphrase"
    passphrase.touch(mode=0o600)
    passphrase.write_text("hefted ewes")
    shared = spoken or Spoken()
    return [Mill(folder / f"farm-{number}", f"Farm {number}", shared) for number in range(count)]


def found(farms: list[Mill]) -> str:
    """Found a co-op of these farms and return its id; the homes hold its book then."""
    charter = Charter(
        v=1,
        name="Moor Farms",
        purpose="to sell our lambs together",
        rules=standard_rules(voting_ms_min=0),
        founders=[
            Founder(
                name=farm.name,
                entity="organisation",
                member=farm.member,
                device=farm.device,
                label="farm office",
                addresses=[farm.address],
            )
            for farm in farms
        ],
        at=now_ms(),
    )
    signatures = [charter.sign(farm.keys.device) for farm in farms]
    signed = SignedCharter(charter=charter, signatures=[*signatures])
    for farm in farms:
        Node(farm.home, None).add_book(signed).shelf.close()
    return charter.coop()


def even(farms: list[Mill], timeout_s: float = PATIENCE_S) -> None:
    """Wait until all name one last minute and nothing waits."""

    def is_even() -> bool:
        states = [farm.get("/v1/status") for farm in farms]
        return len({state["minute"] for state in states}) == 1 and not any(
            state["pending"] for state in states
        )

    until("all farms are even", is_even, timeout_s)


def rows(farm: Mill, table: str, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    """Yield rows of a collection of a farm's book, as they stand on the disk."""
    with closing(sqlite3.connect(f"file:{farm.book}?mode=ro", uri=True)) as connection:
        yield from connection.execute(
            f"SELECT key, value FROM {table} WHERE key >= ? AND key < ?",
            (prefix, prefix + "\x7f"),
        )
