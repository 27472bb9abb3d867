"""The book's file and its log after a crash: cut short or damaged anywhere, at rest or not."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from rochdale_node.shelf import SqliteShelf

COMMITS = 8


def _vote(number: int) -> str:
    return f"{number:012d}/v/vote"


def _log_of(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


@pytest.fixture
def crashed(tmp_path: Path) -> tuple[Path, list[int]]:
    """A book as a crash leaves it, and the size of its log after each commit."""
    path = tmp_path / "live.sqlite"
    SqliteShelf(path, create=True).close()
    sizes = []
    with SqliteShelf(path) as shelf:
        for number in range(1, COMMITS + 1):
            changes = {f"k/{key}": str(number).encode() * 900 for key in range(3 * number)}
            shelf.commit({"votes": {_vote(number): b"signed"}, "state": changes})
            sizes.append(_log_of(path).stat().st_size)
        left = tmp_path / "left.sqlite"
        shutil.copy(path, left)
        shutil.copy(_log_of(path), _log_of(left))
    return left, sizes


def _opened(book: Path, log: bytes) -> int:
    """Open a copy of a book with that log and return how many commits are in it."""
    copy = book.with_name("copy.sqlite")
    shutil.copy(book, copy)
    _log_of(copy).write_bytes(log)
    with SqliteShelf(copy) as shelf:
        votes = [key for key, _ in shelf.maps["votes"].scan("")]
        count = len(votes)
        assert votes == [_vote(number) for number in range(1, count + 1)]
        values = {value for _, value in shelf.maps["state"].scan("k/")}
        assert values == ({str(count).encode() * 900} if count else set())
    return count


def test_a_log_cut_short_anywhere_keeps_what_was_committed_before(
    crashed: tuple[Path, list[int]],
) -> None:
    """Wherever the log ends, the book holds whole commits: all those that end before it."""
    book, sizes = crashed
    log = _log_of(book).read_bytes()
    rng = random.Random(3)
    cuts = {rng.randrange(len(log)) for _ in range(60)}
    cuts.update(size + off for size in sizes for off in (-1, 0))
    for cut in sorted(cuts):
        assert _opened(book, log[:cut]) == sum(size <= cut for size in sizes), cut
    assert _opened(book, log) == COMMITS


def test_a_log_damaged_anywhere_keeps_what_was_committed_before(
    crashed: tuple[Path, list[int]],
) -> None:
    """A torn sector takes its commit and those behind it with it, never a part, none before."""
    book, sizes = crashed
    log = _log_of(book).read_bytes()
    rng = random.Random(4)
    for _ in range(40):
        at = rng.randrange(len(log) // 512) * 512
        damaged = log[:at] + rng.randbytes(512) + log[at + 512 :]
        assert _opened(book, damaged) == sum(size <= at for size in sizes), at


def test_opening_makes_durable_what_is_read(crashed: tuple[Path, list[int]]) -> None:
    """What a killed process left in the log is in the book's own file once it was opened.

    Nothing of it may hang on writes that no fsync ever followed (STO-12).
    """
    book, _ = crashed
    with SqliteShelf(book):
        copy = book.with_name("copy.sqlite")
        shutil.copy(book, copy)
    with SqliteShelf(copy) as shelf:
        assert len(list(shelf.maps["votes"].scan(""))) == COMMITS
