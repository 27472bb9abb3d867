"""The tables of a book and how older ones are brought up to date (STO-6, STO-7).

``specs/12-storage.md`` says what each table and column means. A change of the schema is a
new entry at the end of ``MIGRATIONS``; what stands there already is never edited.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from .errors import StoreError

__all__ = ["APPLICATION_ID", "MIGRATIONS", "TEXT_TABLES", "migrate"]

APPLICATION_ID: Final = 0x526F6368
"""``Roch``: what ``PRAGMA application_id`` says, so that the file names its maker."""

TEXT_TABLES: Final = (
    "chain",
    "heights",
    "minutes",
    "finals",
    "grounds",
    "state",
    "tree",
    "history",
    "votes",
    "pending",
    "meta",
)
"""Collections with a table of their own; records, bodies and places share ``records``."""

_SET: Final = "rochdale"

_RECORDS: Final = (
    """CREATE TABLE records (
        n INTEGER PRIMARY KEY AUTOINCREMENT,
        id BLOB NOT NULL UNIQUE,
        kind TEXT, device BLOB, seq INTEGER, at INTEGER,
        height INTEGER, idx INTEGER, code TEXT, size INTEGER, rank INTEGER,
        text TEXT, place BLOB, header BLOB, body BLOB
    )""",
    # Holds all that a search filters by, so that a search reads this and not the records.
    """CREATE INDEX records_rank ON records (rank, kind, device, at, code)
        WHERE kind IS NOT NULL""",
    """CREATE VIRTUAL TABLE record_text USING fts5(
        text, content='records', content_rowid='n', tokenize='unicode61 remove_diacritics 2')""",
    # Words are indexed behind, up to this n; the triggers see to what changes below it.
    "CREATE TABLE record_text_mark (n INTEGER NOT NULL)",
    "INSERT INTO record_text_mark VALUES (0)",
    """CREATE TRIGGER record_text_changed AFTER UPDATE OF text ON records
        WHEN old.text IS NOT new.text AND old.n <= (SELECT n FROM record_text_mark) BEGIN
        INSERT INTO record_text (record_text, rowid, text)
            SELECT 'delete', old.n, old.text WHERE old.text <> '';
        INSERT INTO record_text (rowid, text) SELECT new.n, new.text WHERE new.text <> '';
    END""",
    """CREATE TRIGGER record_text_gone AFTER DELETE ON records
        WHEN old.text <> '' AND old.n <= (SELECT n FROM record_text_mark) BEGIN
        INSERT INTO record_text (record_text, rowid, text) VALUES ('delete', old.n, old.text);
    END""",
)

_COLLECTIONS: Final = tuple(
    f"CREATE TABLE {name} (key TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID"
    for name in TEXT_TABLES
)

MIGRATIONS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("m001_first", (*_RECORDS, *_COLLECTIONS)),
)
"""Name and statements of each step, in order."""


def migrate(connection: sqlite3.Connection, path: str) -> None:
    """Bring the tables of an open book up to date.

    Raises:
        StoreError: STO-2, a newer version of Rochdale made it; STO-3, it is no book.
    """
    names = [name for name, _ in MIGRATIONS]
    applied = _applied(connection)
    if applied == names:
        return
    newer = [name for name in applied if name not in names]
    if newer:
        raise StoreError("STO-2", path=path, newer=newer)
    if not applied and connection.execute("SELECT 1 FROM sqlite_schema").fetchone():
        raise StoreError("STO-3", path=path, detail="not a book")
    # Late: it costs more than all else that an opening needs, and few openings need it.
    from sqlite_utils import Database, Migrations

    steps = Migrations(_SET)
    for name, statements in MIGRATIONS:

        def step(db: Database, statements: tuple[str, ...] = statements) -> None:
            for statement in statements:
                db.execute(statement)

        steps(name=name)(step)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    steps.apply(Database(connection, execute_plugins=False))


def _applied(connection: sqlite3.Connection) -> list[str]:
    known = connection.execute(
        "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '_sqlite_migrations'"
    ).fetchone()
    if known is None:
        return []
    rows = connection.execute(
        "SELECT name FROM _sqlite_migrations WHERE migration_set = ? ORDER BY id", (_SET,)
    )
    return [str(name) for (name,) in rows]
