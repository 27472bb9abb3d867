"""Single records verified and stored, on one core and on both."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rochdale_node.book import index_rows
from rochdale_node.shelf import SqliteShelf
from rochdale_protocol.core.hashes import Tag
from rochdale_protocol.core.records import Verified, decode_record, verify_record
from rochdale_protocol.minutes.ledger import Ledger, Now
from rochdale_protocol.minutes.shelf import Changes

from .books import season
from .figures import Figure, at_least, checks_per_s

__all__ = ["measure"]

_BATCH = 1_000


def measure(*, quick: bool) -> Iterator[Figure]:
    """Yield both figures; quick ones use fewer records."""
    count = 500 if quick else 20_000
    frames, coop = _frames(count)
    decoded = [decode_record(frame) for frame in frames]
    prefix = Tag.SIGN_RECORD.value
    floor = checks_per_s(
        [(bytes.fromhex(r.header.device), prefix + r.header_bytes, r.signature) for r in decoded]
    )
    one = count / min(_store(frames, coop, threads=0) for _ in range(3))
    yield at_least("verify and store, one core", one, floor, "records/s", 0.8)
    two = count / min(_store(frames, coop, threads=2) for _ in range(3))
    yield at_least("verify and store, both cores", two, floor, "records/s", 1.5)


def _frames(count: int) -> tuple[list[bytes], str]:
    made = season(count, 500)
    with SqliteShelf(made.path) as shelf:
        ledger = Ledger(shelf, None, Now(0, 0))
        heights = range(1, ledger.height + 1)
        frames = [frame for height in heights for frame in ledger.final_pieces(height)[2:]]
        return frames[:count], ledger.coop


def _store(frames: list[bytes], coop: str, threads: int) -> float:
    """Return the seconds from frames to records on the disk."""
    batches = [frames[at : at + _BATCH] for at in range(0, len(frames), _BATCH)]
    with (
        tempfile.TemporaryDirectory() as folder,
        SqliteShelf(Path(folder) / "book.sqlite", create=True) as shelf,
    ):
        began = time.perf_counter()
        if threads:
            with ThreadPoolExecutor(threads) as pool:
                for batch in pool.map(lambda each: _verify(each, coop), batches):
                    _commit(shelf, batch)
        else:
            for each in batches:
                _commit(shelf, _verify(each, coop))
        return time.perf_counter() - began


def _verify(frames: list[bytes], coop: str) -> list[tuple[Verified, bytes]]:
    return [(verify_record(decode_record(frame), coop), frame) for frame in frames]


def _commit(shelf: SqliteShelf, batch: list[tuple[Verified, bytes]]) -> None:
    changes: Changes = {"records": {}, "bodies": {}}
    for record, frame in batch:
        body = record.body
        changes["records"][record.id] = frame[: len(frame) - len(body or b"")]
        changes["bodies"][record.id] = body
    shelf.commit(changes, index_rows(shelf, changes))
