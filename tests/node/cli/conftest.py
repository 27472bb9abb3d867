"""The command line run in this process, on real homes, and as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rochdale_node.cli.main import main
from tests.node.homes import short_folder

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Result:
    """What a run of the command line said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(slots=True)
class Cli:
    """Runs commands on one home."""

    folder: Path
    home: Path
    capture: pytest.CaptureFixture[str]

    def run(self, *words: object, code: int = 0) -> Result:
        """Run a command and expect its exit code."""
        passphrase = str(self.folder / "passphrase")
        line = ["--home", str(self.home), "--passphrase-file", passphrase, *map(str, words)]
        self.capture.readouterr()
        found = main(line)
        said = self.capture.readouterr()
        assert found == code, said.out + said.err
        return Result(found, said.out, said.err)

    def json(self, *words: object, code: int = 0) -> Any:
        """Run a command with --json and return what it printed."""
        return self.run(*words, "--json", code=code).json

    def at(self, name: str) -> Cli:
        """Return the command line of another home in the same folder."""
        return Cli(self.folder, self.folder / name, self.capture)


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as found:
        yield found


@pytest.fixture
def cli(folder: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    """A command line whose home is not there yet."""
    return Cli(folder, folder / "farm-0", capsys)


@pytest.fixture
def farm(cli: Cli) -> Cli:
    """A command line whose home is that of a farm that founded a co-op alone."""
    from tests.node.homes import make_home

    make_home(cli.home)
    cli.run("coop", "found", "--name", "Moor Farms", "--purpose", "to sell our lambs")
    return cli


@pytest.fixture
def farms(cli: Cli) -> list[Cli]:
    """Three farms that founded a co-op together."""
    from tests.node.homes import make_home

    found = [cli.at(f"farm-{number}") for number in range(3)]
    cards: list[object] = []
    for number, farm in enumerate(found):
        make_home(farm.home, number)
        card = cli.folder / f"card-{number}.json"
        card.write_text(farm.run("coop", "card").out)
        cards += ["--card", card]
    charter = cli.folder / "charter.json"
    found[0].run("coop", "draft", "--name", "Three", "--purpose", "to", *cards, "--out", charter)
    for farm in found:
        farm.run("coop", "sign", charter, "--yes")
    for farm in found:
        farm.run("coop", "found", charter)
    return found


def carry(farms: list[Cli]) -> None:
    """Bring everybody's news to everybody, until a minute holds them."""
    file = farms[0].folder / "book.sync"
    for _ in range(3):
        for source in farms:
            source.run("sync", "export", "--out", file)
            for target in farms:
                if target is not source:
                    target.run("sync", "import", file)
            file.unlink()


@pytest.fixture
def process() -> Callable[..., subprocess.Popen[bytes]]:
    """Start the command line as a process."""

    def start(*words: object) -> subprocess.Popen[bytes]:
        packages = [str(ROOT / name) for name in ("protocol", "node", "tui")]
        return subprocess.Popen(
            [sys.executable, "-m", "rochdale_node.cli.main", *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(packages)},
        )

    return start
