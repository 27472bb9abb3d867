"""The durable make of a book's collections, in one SQLite file (STO-1 to STO-9, STO-12).

The pure core sees maps (``rochdale_protocol.state.maps``) and hands back changes; a commit
carries them all out in one transaction that is on the disk when it returns. The maps
``records``, ``bodies`` and ``places`` are three columns of one table, because a record
comes with its body and a second and third index over random ids would cost more than all
else. One caller at a time: the shelf has no lock of its own.
"""

# ruff: noqa: S608 -- names of tables and columns are constants; values are always bound.

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Literal

from rochdale_protocol.state.maps import ReadMap

from .errors import StoreError
from .schema import TEXT_TABLES, migrate

__all__ = ["IndexRow", "SqliteShelf"]

Changes = Mapping[str, Mapping[str, bytes | None]]
RecordState = Literal["pending", "final", "refused"]

_COLUMNS: Final = {"records": "header", "bodies": "body", "places": "place"}
_PENDING_RANK: Final = 1 << 60
_RANK_BITS: Final = 10
_WORDS_AT_ONCE: Final = 5_000
_PAGE_SIZE: Final = 8192
"""Fewer, fuller pages than SQLite's 4096: a fifth faster for rows near 1 KiB."""

_PRAGMAS: Final = (
    "journal_mode = WAL",
    "synchronous = FULL",  # a commit is on the disk, not only in the system's cache
    "secure_delete = ON",  # an erased body is gone from the file as well
    "cache_size = -16000",
    "wal_autocheckpoint = 4000",
    "temp_store = MEMORY",
)
_CODES: Final = {
    sqlite3.SQLITE_FULL: "STO-1",
    sqlite3.SQLITE_CORRUPT: "STO-3",
    sqlite3.SQLITE_NOTADB: "STO-3",
    sqlite3.SQLITE_BUSY: "STO-4",
    sqlite3.SQLITE_LOCKED: "STO-4",
    sqlite3.SQLITE_IOERR: "STO-5",
    sqlite3.SQLITE_CANTOPEN: "STO-5",
    sqlite3.SQLITE_READONLY: "STO-5",
    sqlite3.SQLITE_PERM: "STO-5",
    sqlite3.SQLITE_AUTH: "STO-5",
}


@dataclass(frozen=True, slots=True)
class IndexRow:
    """What a search knows about a record; ``height`` is None while it is pending.

    ``size`` is that of header, signature and body in bytes; ``text`` is the plain text
    that a search looks through, never the text of a sealed body.
    """

    id: str
    kind: str
    device: str
    seq: int
    at: int
    size: int
    text: str = ""
    height: int | None = None
    idx: int = 0
    code: str = ""

    def columns(self) -> dict[str, object]:
        """Return the columns of the table ``records`` that this row fills."""
        if self.height is None:
            rank = _PENDING_RANK + self.at
        else:
            rank = (self.height << _RANK_BITS) + self.idx
        return {
            "kind": self.kind,
            "device": bytes.fromhex(self.device),
            "seq": self.seq,
            "at": self.at,
            "height": self.height,
            "idx": self.idx,
            "code": self.code,
            "size": self.size,
            "rank": rank,
            "text": self.text,
        }


class SqliteShelf:
    """The collections of one book.

    Raises:
        StoreError: STO-1, the disk is full; STO-2, the book is from a newer version;
            STO-3, the file is damaged or no book; STO-4, another process holds it;
            STO-5, the system can't read or write it.
    """

    def __init__(self, path: Path, *, create: bool = False) -> None:
        """Open the book at ``path``, bringing an older one up to date."""
        self.path = path
        if create:
            with suppress(FileExistsError):
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        elif not path.exists():
            raise StoreError("STO-5", path=str(path), detail="no such file")
        with _coded(path):
            self._connection = sqlite3.connect(
                path,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=256,
                timeout=2,
            )
        try:
            with _coded(path):
                self._connection.execute(f"PRAGMA page_size = {_PAGE_SIZE}")
                # First of all, for a file that is no book of ours must stay as it is.
                migrate(self._connection, str(path))
                for pragma in _PRAGMAS:
                    self._connection.execute(f"PRAGMA {pragma}")
                # STO-12: a killed process may have left what was never synced in the cache.
                self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        except BaseException:
            self._connection.close()
            raise
        self.maps: Mapping[str, ReadMap] = {
            **{n: _ColumnMap(self._connection, path, column) for n, column in _COLUMNS.items()},
            **{name: _TextMap(self._connection, path, name) for name in TEXT_TABLES},
        }

    def __enter__(self) -> SqliteShelf:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; what was committed is there already."""
        self._connection.close()

    def commit(self, changes: Changes, index: Sequence[IndexRow] = ()) -> None:
        """Carry out all changes or none; they are on the disk when this returns.

        Deleting a body also takes its text out of the search, and what was deleted out of
        the file and its log (STO-8).

        Args:
            changes: by collection and key; None deletes, an absent key as well.
            index: rows for the search; a later row of the same record replaces it.
        """
        assert changes.keys() <= set(_COLUMNS) | set(TEXT_TABLES), changes.keys()
        rows = _merge(changes, index)
        without = [key for key, body in changes.get("bodies", {}).items() if body is None]
        with self._transaction() as connection:
            erased = self._count(without, "body IS NOT NULL")
            indexed = self._count(without, "text <> '' AND n <= (SELECT n FROM record_text_mark)")
            for columns, batch in _by_columns(rows).items():
                connection.executemany(_upsert("records", "id", columns), batch)
            gone = [
                (bytes.fromhex(key),)
                for name in _COLUMNS
                for key, value in changes.get(name, {}).items()
                if value is None
            ]
            if gone:
                connection.executemany(
                    "DELETE FROM records WHERE id = ? AND"
                    " header IS NULL AND body IS NULL AND place IS NULL",
                    gone,
                )
            if indexed:
                # Until segments are merged, FTS5 keeps the words that it no longer finds.
                connection.execute("INSERT INTO record_text(record_text) VALUES ('optimize')")
            for name in TEXT_TABLES:
                if name in changes:
                    _write_texts(connection, name, changes[name])
        if erased:
            with _coded(self.path):
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def search(
        self,
        *,
        kind: str | None = None,
        device: str | None = None,
        devices: Sequence[str] | None = None,
        since: int | None = None,
        text: str | None = None,
        state: RecordState | None = None,
        offset: int = 0,
        limit: int = 100,
    ) -> tuple[int, list[str]]:
        """Return how many records match and the ids of some, the newest first.

        Pending ones come first, by their authors' clocks, then the final ones from the
        newest minute to the oldest.

        Args:
            devices: any of these; none at all matches nothing.
            since: milliseconds, by the author's clock.
            text: words that must all occur; the last one may be the beginning of a word.
        """
        where = ["kind IS NOT NULL"]
        values: list[object] = []
        if kind is not None:
            where.append("kind = ?")
            values.append(kind)
        for chosen in ([device] if device is not None else None, devices):
            if chosen is not None:
                where.append(f"device IN ({','.join('?' * len(chosen))})")
                values.extend(_from_id(item) for item in chosen)
        if since is not None:
            where.append("at >= ?")
            values.append(since)
        if state == "pending":
            where.append(f"rank >= {_PENDING_RANK}")
        elif state is not None:
            where.append(f"rank < {_PENDING_RANK} AND code {'=' if state == 'final' else '<>'} ''")
        if text:
            phrase = _phrase(text)
            if not phrase:
                return 0, []
            while self.index_words():
                pass
            where.append("n IN (SELECT rowid FROM record_text WHERE record_text MATCH ?)")
            values.append(phrase)
        clause = f"FROM records WHERE {' AND '.join(where)}"
        with _coded(self.path):
            (total,) = self._connection.execute(f"SELECT count(*) {clause}", values).fetchone()
            found = self._connection.execute(
                f"SELECT id {clause} ORDER BY rank DESC, n DESC LIMIT ? OFFSET ?",
                (*values, limit, offset),
            ).fetchall()
        return int(total), [key.hex() for (key,) in found]

    def unindexed(self, after: int, rows_max: int) -> tuple[int, list[str]]:
        """Return the ids of records behind row ``after`` that no search finds, and the last row."""
        with _coded(self.path):
            found = self._connection.execute(
                "SELECT n, id FROM records WHERE n > ? AND kind IS NULL AND header IS NOT NULL"
                " ORDER BY n LIMIT ?",
                (after, rows_max),
            ).fetchall()
        return (found[-1][0] if found else after), [key.hex() for _, key in found]

    def index_words(self, rows_max: int = _WORDS_AT_ONCE) -> int:
        """Index the words of some more records and return how many rows are left.

        Words cost more than storing the record does, so this happens behind: when a search
        asks for it, or when the node has nothing better to do.
        """
        with _coded(self.path):
            (mark,) = self._connection.execute("SELECT n FROM record_text_mark").fetchone()
            (last,) = self._connection.execute("SELECT max(n) FROM records").fetchone()
        if last is None or mark >= last:
            return 0
        upto = min(mark + rows_max, last)
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO record_text (rowid, text) SELECT n, text FROM records"
                " WHERE n > ? AND n <= ? AND text <> ''",
                (mark, upto),
            )
            connection.execute("UPDATE record_text_mark SET n = ?", (upto,))
        return int(last - upto)

    def check(self) -> None:
        """Read the whole file; raises StoreError STO-3 if anything in it is damaged."""
        with _coded(self.path):
            found = self._connection.execute("PRAGMA integrity_check(5)").fetchall()
            if found != [("ok",)]:
                raise StoreError("STO-3", path=str(self.path), detail=str(found[0][0]))
            self._connection.execute(
                "INSERT INTO record_text(record_text) VALUES ('integrity-check')"
            )

    def _count(self, keys: Sequence[str], condition: str) -> int:
        if not keys:
            return 0
        sql = f"SELECT count(*) FROM records WHERE id = ? AND {condition}"
        found = (self._connection.execute(sql, (_from_id(key),)).fetchone() for key in keys)
        return sum(count for (count,) in found)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        connection = self._connection
        with _coded(self.path):
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                # A full disk may have rolled back by itself.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise


class _TextMap:
    """A collection with a table of its own and readable keys."""

    __slots__ = ("_connection", "_get", "_path", "_range", "_rest")

    def __init__(self, connection: sqlite3.Connection, path: Path, table: str) -> None:
        self._connection, self._path = connection, path
        self._get = f"SELECT value FROM {table} WHERE key = ?"
        self._rest = f"SELECT key, value FROM {table} WHERE key >= ? ORDER BY key"
        self._range = f"SELECT key, value FROM {table} WHERE key >= ? AND key < ? ORDER BY key"

    def get(self, key: str) -> bytes | None:
        try:
            row = self._connection.execute(self._get, (key,)).fetchone()
        except sqlite3.Error as error:
            raise _from_sqlite(error, self._path) from error
        return None if row is None else row[0]

    def scan(self, prefix: str, after: str = "") -> Iterator[tuple[str, bytes]]:
        with _coded(self._path):
            # No key lies between one and itself with a NUL behind it.
            start = max(prefix, after and after + "\0")
            if prefix:
                end = prefix[:-1] + chr(ord(prefix[-1]) + 1)
                yield from self._connection.execute(self._range, (start, end))
            else:
                yield from self._connection.execute(self._rest, (start,))


class _ColumnMap:
    """A collection whose keys are record ids, kept as a column of ``records``."""

    __slots__ = ("_connection", "_get", "_path", "_range")

    def __init__(self, connection: sqlite3.Connection, path: Path, column: str) -> None:
        self._connection, self._path = connection, path
        self._get = f"SELECT {column} FROM records WHERE id = ?"
        self._range = (
            f"SELECT id, {column} FROM records"
            f" WHERE id >= ? AND id <= ? AND {column} IS NOT NULL ORDER BY id"
        )

    def get(self, key: str) -> bytes | None:
        name = _from_id(key)
        if name is None:
            return None
        try:
            row = self._connection.execute(self._get, (name,)).fetchone()
        except sqlite3.Error as error:
            raise _from_sqlite(error, self._path) from error
        return None if row is None else row[0]

    def scan(self, prefix: str, after: str = "") -> Iterator[tuple[str, bytes]]:
        first, last = _from_id(prefix.ljust(64, "0")), _from_id(prefix.ljust(64, "f"))
        if first is None or last is None:
            return
        with _coded(self._path):
            for key, value in self._connection.execute(self._range, (first, last)):
                name = key.hex()
                if name > after:
                    yield name, value


def _from_id(key: str) -> bytes | None:
    try:
        name = bytes.fromhex(key)
    except ValueError:
        return None
    return name if len(name) == 32 and name.hex() == key else None


def _merge(changes: Changes, index: Sequence[IndexRow]) -> dict[str, dict[str, object]]:
    rows: dict[str, dict[str, object]] = {}
    for name, column in _COLUMNS.items():
        for key, value in changes.get(name, {}).items():
            row = rows.setdefault(key, {})
            row[column] = value
            if value is None and name == "bodies":
                row["text"] = ""
    for line in index:
        row = rows.setdefault(line.id, {})
        erased = "text" in row
        row.update(line.columns())
        if erased:
            row["text"] = ""
    return rows


def _by_columns(
    rows: Mapping[str, dict[str, object]],
) -> dict[tuple[str, ...], list[tuple[object, ...]]]:
    """Group rows by the columns that they fill, so that each group is one statement."""
    groups: dict[tuple[str, ...], list[tuple[object, ...]]] = {}
    for key, row in rows.items():
        name = _from_id(key)
        assert name is not None, key
        groups.setdefault(tuple(row), []).append((name, *row.values()))
    return groups


def _upsert(table: str, key: str, columns: Sequence[str]) -> str:
    return (
        f"INSERT INTO {table} ({key}, {', '.join(columns)})"
        f" VALUES (?{', ?' * len(columns)}) ON CONFLICT ({key}) DO UPDATE SET "
        + ", ".join(f"{column} = excluded.{column}" for column in columns)
    )


def _write_texts(
    connection: sqlite3.Connection, table: str, changes: Mapping[str, bytes | None]
) -> None:
    put = [(key, value) for key, value in changes.items() if value is not None]
    if put:
        connection.executemany(_upsert(table, "key", ("value",)), put)
    if len(put) < len(changes):
        connection.executemany(
            f"DELETE FROM {table} WHERE key = ?",
            [(key,) for key, value in changes.items() if value is None],
        )


def _phrase(text: str) -> str:
    """Return a query for all words of ``text``; whatever the user types is only words."""
    words = "".join(char if char.isalnum() else " " for char in text).split()
    return " ".join(f'"{word}"' for word in words) + "*" if words else ""


@contextmanager
def _coded(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise _from_sqlite(error, path) from error


def _from_sqlite(error: sqlite3.Error, path: Path) -> Exception:
    """Return what SQLite raised as a StoreError, or as it is where the fault is ours."""
    code = _CODES.get((getattr(error, "sqlite_errorcode", None) or 0) & 0xFF)
    return error if code is None else StoreError(code, path=str(path), detail=str(error))
