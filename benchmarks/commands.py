"""How long commands take beside an empty Python."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rochdale_node.node import Node

from .books import charter_of, farms, make_home
from .figures import Figure, best_of

__all__ = ["measure"]

_ROCHDALE = [sys.executable, "-m", "rochdale_node.cli.main"]


def measure(*, quick: bool) -> Iterator[Figure]:
    """Yield ``--help`` and ``status``, each beside ``python -c pass``."""
    runs = 3 if quick else 15
    bare = _seconds([sys.executable, "-c", "pass"], runs)
    yield _figure("rochdale --help", _seconds([*_ROCHDALE, "--help"], runs), bare, 150)
    with tempfile.TemporaryDirectory() as folder:
        members = farms(4)
        home = make_home(Path(folder) / "home", members[0])
        book = Node(home, members[0].device).add_book(charter_of(members))
        book.shelf.close()
        status = [*_ROCHDALE, "--home", str(home.path), "status"]
        yield _figure("rochdale status", _seconds(status, runs), bare, 300)


def _figure(name: str, seconds: float, bare: float, more_ms: int) -> Figure:
    more = (seconds - bare) * 1000
    return Figure(
        name, seconds * 1000, bare * 1000, "ms", more, f"<= {more_ms} ms more", more <= more_ms
    )


def _seconds(command: list[str], runs: int) -> float:
    environment = {**os.environ, "NO_COLOR": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # pip installs modules compiled

    def run() -> None:
        subprocess.run(command, check=True, capture_output=True, env=environment)

    run()
    return best_of(runs, run)
