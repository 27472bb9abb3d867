"""A book with 10,000 closed proposals, listed as the API and the command line do."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import orjson
from pydantic import TypeAdapter

from rochdale_node.node import Node
from rochdale_protocol.core.canonical import encode
from rochdale_protocol.core.ruleset import standard_rules
from rochdale_protocol.governance.entry import new_entry
from rochdale_protocol.governance.queries import proposals
from rochdale_protocol.governance.views import ProposalView

from .books import charter_of, farms, make_home
from .figures import Figure, best_of

__all__ = ["measure"]

_ROCHDALE = [sys.executable, "-m", "rochdale_node.cli.main"]
_QUERY = "SELECT key, value FROM state WHERE key >= 'proposal/' AND key < 'proposal0'"


def measure(*, quick: bool) -> Iterator[Figure]:
    """Yield the query's answer, and the command, each beside the rows that SQLite gives."""
    count = 500 if quick else 10_000
    with tempfile.TemporaryDirectory() as folder:
        members = farms(4)
        home = make_home(Path(folder) / "home", members[0])
        book = Node(home, members[0].device).add_book(charter_of(members))
        author = members[0].recovery.public
        book.shelf.commit({"state": dict(_closed(count, author))})
        rows = TypeAdapter(list[ProposalView])
        answer = best_of(3, lambda: rows.dump_json(proposals(book)))
        path = book.shelf.path
        book.shelf.close()
        floor = best_of(3, lambda: _read(path, count))
        yield Figure(
            f"answer {count:,} closed proposals", answer, floor, "s", answer / floor, "", None
        )
        command = [*_ROCHDALE, "--home", str(home.path), "proposal", "list", "--json"]
        listing = best_of(3, lambda: _run(command))
        yield Figure(f"proposal list of {count:,}", listing, floor, "s", listing / floor, "", None)


def _closed(count: int, author: str) -> Iterator[tuple[str, bytes]]:
    rule = standard_rules().classes["ordinary"]
    for number in range(1, count + 1):
        record = sha256(number.to_bytes(4, "big")).hexdigest()
        entry = new_entry(number, f"Motion {number}", record, "ordinary", rule, author)
        ends = {"status": "carried", "noticed": number, "opened": number, "closed": number + 1}
        entry |= {**ends, "electors": 4, "quorum": 2, "voted": 4, "for": 3, "against": 1}
        yield f"proposal/{record}", encode(entry)


def _read(path: Path, count: int) -> None:
    connection = sqlite3.connect(path)
    try:
        found = [orjson.loads(value) for _, value in connection.execute(_QUERY)]
    finally:
        connection.close()
    assert len(found) == count


def _run(command: list[str]) -> None:
    environment = {**os.environ, "NO_COLOR": "1"}
    subprocess.run(command, check=True, capture_output=True, env=environment)
