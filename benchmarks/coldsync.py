"""A newcomer's first sync between two processes over TLS, and the node at rest after it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rochdale_node.home import Home
from rochdale_node.node import Node
from rochdale_node.shelf import SqliteShelf
from rochdale_protocol.minutes.ledger import Ledger, Now

from .api import call, call_text
from .books import PASSPHRASE, Farm, Season, farms, make_home, season
from .figures import Figure, at_least, checks_per_s

__all__ = ["measure"]


def measure(*, quick: bool) -> Iterator[Figure]:
    """Yield the rate of a first sync, memory after it, and bytes per record."""
    made = season(2_000 if quick else 100_000, 500)
    members = farms()
    floor = checks_per_s()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        passphrase = path / "passphrase"
        passphrase.touch(mode=0o600)
        passphrase.write_text(PASSPHRASE)
        port = _serving(path / "old", members[0], made)
        with _up(path / "old", passphrase, "--listen", f"127.0.0.1:{port}"):
            _answers(path / "old")
            home = _newcomer(path / "new", members[-1], made, f"127.0.0.1:{port}")
            began = time.perf_counter()
            with _up(path / "new", passphrase, "--no-listen") as pid:
                _answers(path / "new")
                up = time.perf_counter()
                while call(home.socket_path, "/v1/status")["height"] < made.minutes:
                    time.sleep(0.02)
                seconds = time.perf_counter() - up
                says = f"{made.records:,} records, {up - began:.1f} s to start not counted"
                rate = made.records / seconds
                yield at_least("cold sync", rate, floor, "records/s", 3, says=says)
                yield from _bytes(home, made)
                yield _memory(home, pid)


def _serving(folder: Path, farm: Farm, made: Season) -> int:
    home = make_home(folder, farm)
    shutil.copy(made.path, home.book_path(made.charter.charter.coop()))
    from rochdale_node.demo.farms import free_port

    return free_port()


def _newcomer(folder: Path, farm: Farm, made: Season, address: str) -> Home:
    home = make_home(folder, farm)
    node = Node(home, farm.device)
    book = node.add_book(made.charter)
    node.add_peer(book, address)
    book.shelf.close()
    return home


@contextmanager
def _up(folder: Path, passphrase: Path, *words: str) -> Iterator[int]:
    command = [sys.executable, "-m", "rochdale_node.cli.main", "--home", str(folder), "up"]
    environment = {**os.environ, "ROCHDALE_PASSPHRASE_FILE": str(passphrase)}
    with (folder.parent / f"{folder.name}.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--no-neighbours", *words], env=environment, stdout=log, stderr=log
        )
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def _answers(folder: Path) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            call(Home(folder).socket_path, "/v1/status")
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)


def _bytes(home: Home, made: Season) -> Iterator[Figure]:
    with SqliteShelf(made.path) as shelf:
        ledger = Ledger(shelf, None, Now(0, 0))
        pieces = ledger.final_pieces(2)[2:]
        own = sum(map(len, pieces)) / len(pieces)
    for line in call_text(home.socket_path, "/metrics").splitlines():
        if line.startswith("rochdale_bytes_in_total"):
            wire = float(line.rsplit(" ", 1)[1]) / made.records
            yield Figure("bytes on the wire per record", wire, own, "bytes", wire / own, "", None)
    files = home.book_path(made.charter.charter.coop())
    disk = sum(file.stat().st_size for file in files.parent.iterdir()) / made.records
    yield Figure("bytes on disk per record", disk, own, "bytes", disk / own, "", None)


def _memory(home: Home, pid: int) -> Figure:
    while call(home.socket_path, "/v1/status")["rechecking"]:
        time.sleep(0.2)
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    rss = next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024
    return Figure("memory at rest after it", rss, 120, "MB", rss, "< 120 MB", rss < 120)
