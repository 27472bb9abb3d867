"""The durable shelf: the same maps, whole transactions, and what happens when it can't."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rochdale_node.errors import StoreError
from rochdale_node.schema import APPLICATION_ID, MIGRATIONS, TEXT_TABLES
from rochdale_node.shelf import IndexRow, SqliteShelf
from rochdale_protocol.state.maps import DictMap, OverlayMap

COLUMN_MAPS = ("records", "bodies", "places")
FARM, MILL = "1" * 64, "2" * 64


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[SqliteShelf]:
    with SqliteShelf(tmp_path / "book.sqlite", create=True) as opened:
        yield opened


def _id(number: int) -> str:
    return sha256(str(number).encode()).hexdigest()


def _row(number: int, **changes: object) -> IndexRow:
    values = {"kind": "note", "device": FARM, "seq": number, "at": 1000 + number, "size": 10}
    return IndexRow(id=_id(number), **{**values, **changes})  # type: ignore[arg-type]


def _raises(code: str, action: object) -> StoreError:
    assert callable(action)
    with pytest.raises(StoreError) as caught:
        action()
    assert caught.value.code == code
    return caught.value


text_keys = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=6)
# Few distinct first digits, so that prefixes meet keys.
id_keys = st.integers(0, 40).map(_id)
values = st.none() | st.binary(max_size=20)
steps = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from(COLUMN_MAPS), st.dictionaries(id_keys, values)),
        st.dictionaries(st.sampled_from(TEXT_TABLES), st.dictionaries(text_keys, values)),
    ),
    max_size=6,
)


@settings(max_examples=25)
@given(steps=steps, prefixes=st.lists(text_keys, max_size=4))
def test_maps_are_as_those_in_memory(
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[tuple[dict[str, dict[str, bytes | None]], dict[str, dict[str, bytes | None]]]],
    prefixes: list[str],
) -> None:
    """After any commits every map reads and scans as a DictMap that took the same changes.

    An overlay on the durable map does too, and so does the book when it is opened again.
    """
    path = tmp_path_factory.mktemp("book") / "b.sqlite"
    models = {name: DictMap() for name in (*COLUMN_MAPS, *TEXT_TABLES)}
    with SqliteShelf(path, create=True) as shelf:
        for columns, texts in steps:
            shelf.commit({**columns, **texts})
            for name, changes in (*columns.items(), *texts.items()):
                for key, value in changes.items():
                    if value is None:
                        models[name].delete(key)
                    else:
                        models[name].put(key, value)
    with SqliteShelf(path) as shelf:
        for name, model in models.items():
            found = shelf.maps[name]
            overlay = OverlayMap(found)
            overlay.put("~" * 7 if name in TEXT_TABLES else _id(99), b"over")
            ids = [_id(n)[:size] for n in range(0, 40, 7) for size in (0, 1, 3, 64)]
            for prefix in ids if name in COLUMN_MAPS else ["", *prefixes]:
                assert list(found.scan(prefix)) == list(model.scan(prefix))
                assert found.get(prefix) == model.get(prefix)
            for key, value in model.scan(""):
                assert found.get(key) == overlay.get(key) == value
            assert len(list(overlay.scan(""))) == len(list(model.scan(""))) + 1


@pytest.mark.parametrize("key", ["", "ab", "A" * 64, "g" * 64, "ab" * 33, "a b " * 16])
def test_what_is_no_id_is_not_there(shelf: SqliteShelf, key: str) -> None:
    """Asking a map of records for something that is no id finds nothing."""
    shelf.commit({"records": {"a" * 64: b"x"}})
    assert shelf.maps["records"].get(key) is None


def test_a_scan_is_lazy(shelf: SqliteShelf) -> None:
    """Taking the first of many reads a few pages of the file, not all."""
    shelf.commit({"state": {f"k/{n:05}": bytes(1000) for n in range(5_000)}})
    shelf.close()
    with SqliteShelf(shelf.path) as cold:
        before = _pages_read()
        assert next(cold.maps["state"].scan("k/"))[0] == "k/00000"
        assert _pages_read() - before < 400_000


def _pages_read() -> int:
    fields = dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())
    return int(fields["rchar"])


def test_an_unknown_collection_is_our_fault(shelf: SqliteShelf) -> None:
    """A collection without a table is an assertion, and nothing is written."""
    with pytest.raises(AssertionError):
        shelf.commit({"state": {"a": b"1"}, "statex": {"a": b"1"}})
    assert shelf.maps["state"].get("a") is None


def test_a_commit_that_fails_midway_writes_nothing(shelf: SqliteShelf) -> None:
    """A value that can't be stored undoes what the same commit wrote before it."""
    with pytest.raises(sqlite3.Error):
        shelf.commit({"state": {"a": b"1"}, "meta": {"b": object()}})  # type: ignore[dict-item]
    assert shelf.maps["state"].get("a") is None
    shelf.commit({"meta": {"b": b"2"}})
    assert shelf.maps["state"].get("a") is None


def test_nothing_is_left_of_a_record_that_was_dropped(shelf: SqliteShelf) -> None:
    """Once header, body and place are gone the row is gone, and its words are."""
    everything = {name: {_id(1): b"x"} for name in COLUMN_MAPS}
    shelf.commit(everything, [_row(1, text="lamb")])
    assert shelf.search(text="lamb") == (1, [_id(1)])
    shelf.commit({"bodies": {_id(1): None}, "places": {_id(1): None}})
    assert shelf.search() == (1, [_id(1)])
    shelf.commit({"records": {_id(1): None}})
    assert shelf.search() == shelf.search(text="lamb") == (0, [])
    assert shelf._connection.execute("SELECT count(*) FROM records").fetchone() == (0,)
    shelf.check()


KILLED = """
import sys
from pathlib import Path
from rochdale_node.shelf import SqliteShelf
shelf = SqliteShelf(Path(sys.argv[1]), create=True)
number = int(shelf.maps["meta"].get("number") or b"0")
print("ready", flush=True)
while True:
    number += 1
    data = str(number).encode()
    shelf.commit({
        "meta": {"number": data},
        "state": {f"k/{key}": data * 50 for key in range(100)},
        "records": {f"{key:064x}": data * 50 for key in range(100)},
        "bodies": {f"{key:064x}": data for key in range(100)},
    })
    print(number, flush=True)
"""


def test_a_kill_leaves_whole_transactions(tmp_path: Path) -> None:
    """After SIGKILL in the midst of commits the book holds a whole one, none that was lost."""
    rng = random.Random(7)
    path = tmp_path / "book.sqlite"
    for _ in range(6):
        writer = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        told = [writer.stdout.readline() for _ in range(rng.randrange(3, 40))][-1]
        os.kill(writer.pid, signal.SIGKILL)
        # What it said before it died was durable when it said it.
        rest = writer.stdout.read().splitlines()
        writer.wait()
        said = int(rest[-1]) if rest and rest[-1] else int(told)
        with SqliteShelf(path) as shelf:
            shelf.check()
            number = shelf.maps["meta"].get("number")
            assert number is not None
            assert said <= int(number) <= said + 1
            assert {value for _, value in shelf.maps["state"].scan("k/")} == {number * 50}
            assert {value for _, value in shelf.maps["records"].scan("")} == {number * 50}
            assert {value for _, value in shelf.maps["bodies"].scan("")} == {number}


def test_a_full_disk_is_sto_1_and_the_shelf_goes_on(shelf: SqliteShelf) -> None:
    """What doesn't fit is refused as a whole; reading goes on, and writing once there is room."""
    shelf.commit({"state": {"before": b"1"}})
    connection = shelf._connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages + 5}")
    big = {f"k/{number}": bytes(5_000) for number in range(100)}
    _raises("STO-1", lambda: shelf.commit({"state": {**big, "before": b"2"}, "meta": {"a": b""}}))
    assert shelf.maps["state"].get("before") == b"1"
    assert list(shelf.maps["state"].scan("k/")) == []
    assert shelf.maps["meta"].get("a") is None
    shelf.commit({"state": {"small": b"1"}})
    connection.execute("PRAGMA max_page_count = 1000000")
    shelf.commit({"state": big})
    assert len(list(shelf.maps["state"].scan("k/"))) == 100
    shelf.check()


def test_a_newer_book_is_sto_2(shelf: SqliteShelf) -> None:
    """A book with a step that this version doesn't know is left alone, and its step named."""
    shelf._connection.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
        " VALUES ('rochdale', 'm999_later', '')"
    )
    shelf.close()
    before = shelf.path.read_bytes()
    error = _raises("STO-2", lambda: SqliteShelf(shelf.path))
    assert error.fields["newer"] == ["m999_later"]
    assert shelf.path.read_bytes() == before


def test_what_is_no_book_is_sto_3(tmp_path: Path) -> None:
    """A text file and somebody else's database are no books and stay as they are."""
    text = tmp_path / "text"
    text.write_bytes(b"not a database " * 1000)
    _raises("STO-3", lambda: SqliteShelf(text))
    other = tmp_path / "other"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE letters (body)")
    connection.close()
    before = other.read_bytes()
    _raises("STO-3", lambda: SqliteShelf(other))
    assert other.read_bytes() == before
    assert text.read_bytes() == b"not a database " * 1000


def test_a_damaged_book_is_sto_3(shelf: SqliteShelf) -> None:
    """Pages overwritten with rubbish are noticed by the check, and reading them raises."""
    shelf.commit({"state": {f"k/{number:04}": bytes(500) for number in range(2_000)}})
    shelf.close()
    data = bytearray(shelf.path.read_bytes())
    assert len(data) > 60 * 8192
    for page in range(40, 60):
        data[page * 8192 : page * 8192 + 4000] = b"\xa5" * 4000
    shelf.path.write_bytes(data)
    with SqliteShelf(shelf.path) as damaged:
        _raises("STO-3", damaged.check)
        _raises("STO-3", lambda: list(damaged.maps["state"].scan("")))


def test_a_missing_book_is_not_made_by_reading(tmp_path: Path) -> None:
    """Without ``create`` a missing file is STO-5 and stays missing."""
    _raises("STO-5", lambda: SqliteShelf(tmp_path / "none"))
    assert not (tmp_path / "none").exists()


def test_a_book_held_by_another_is_sto_4(shelf: SqliteShelf) -> None:
    """A commit while another connection writes gives up with STO-4 and works afterwards."""
    shelf._connection.execute("PRAGMA busy_timeout = 1")
    other = sqlite3.connect(shelf.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    _raises("STO-4", lambda: shelf.commit({"state": {"a": b"1"}}))
    other.execute("ROLLBACK")
    other.close()
    shelf.commit({"state": {"a": b"1"}})


def test_the_file_is_the_members_alone_and_names_its_maker(shelf: SqliteShelf) -> None:
    """Mode 0600 for the book and its log; the application id says Rochdale."""
    shelf.commit({"state": {"a": b"1"}})
    for file in shelf.path.parent.iterdir():
        assert file.stat().st_mode & 0o077 == 0, file
    assert shelf._connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert shelf._connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert shelf._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_every_table_is_documented(shelf: SqliteShelf) -> None:
    """The data is the member's: each table and column has its line in the specification."""
    spec = (Path(__file__).parents[2] / "specs" / "12-storage.md").read_text()
    tables = shelf._connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table'"
        " AND name NOT LIKE 'record_text_%' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    assert len(tables) > len(TEXT_TABLES)
    for (table,) in tables:
        assert f"`{table}`" in spec, table
    for _, column, *_ in shelf._connection.execute("PRAGMA table_info(records)"):
        assert f"`{column}`" in spec, column


def test_steps_of_the_schema_are_applied_once_and_in_order(tmp_path: Path) -> None:
    """A new book has every step; opening it again applies none."""
    path = tmp_path / "b.sqlite"
    SqliteShelf(path, create=True).close()
    with SqliteShelf(path) as shelf:
        found = shelf._connection.execute("SELECT name FROM _sqlite_migrations ORDER BY id")
        assert [name for (name,) in found] == [name for name, _ in MIGRATIONS]


class TestSearch:
    """The index of records."""

    @pytest.fixture
    def shelf(self, tmp_path: Path) -> Iterator[SqliteShelf]:
        """A book with six final records in two minutes, one of them refused, and one pending."""
        rows = [
            _row(1, height=1, idx=0, text="Lambs for the autumn sale"),
            _row(2, height=1, idx=1, device=MILL, code="GOV-5", text="naïve café"),
            _row(3, height=1, idx=2, kind="ballot", text="for the motion"),
            _row(4, height=2, idx=0, at=9, text="lambing"),
            _row(5, height=2, idx=1, kind="ballot", device=MILL),
            _row(6, height=2, idx=2, text='say "drop" - NEAR(lamb*) OR'),
            _row(7, text="a pending lamb"),
        ]
        with SqliteShelf(tmp_path / "b.sqlite", create=True) as shelf:
            # Not in their order, for records come as peers send them.
            shelf.commit({"records": {row.id: b"r" for row in rows}}, rows[3:] + rows[:3])
            shelf.commit({"records": {_id(8): b"no row of the index"}})
            yield shelf

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({}, [7, 6, 5, 4, 3, 2, 1]),
            ({"kind": "ballot"}, [5, 3]),
            ({"device": MILL}, [5, 2]),
            ({"devices": [MILL, FARM], "kind": "ballot"}, [5, 3]),
            ({"devices": []}, []),
            ({"device": "nonsense"}, []),
            ({"since": 1004}, [7, 6, 5]),
            ({"state": "pending"}, [7]),
            ({"state": "refused"}, [2]),
            ({"state": "final"}, [6, 5, 4, 3, 1]),
            ({"text": "lamb"}, [7, 6, 4, 1]),
            ({"text": "LAMBS the"}, [1]),
            ({"text": "naive cafe"}, [2]),
            ({"text": "drop near"}, [6]),
            ({"text": "drop lambing"}, []),
            ({"text": "lamb", "kind": "ballot"}, []),
        ],
    )
    def test_finds_what_was_asked(
        self, shelf: SqliteShelf, asked: dict[str, object], found: list[int]
    ) -> None:
        """Each filter alone and with others, the newest first."""
        total, ids = shelf.search(**asked)  # type: ignore[arg-type]
        assert ids == [_id(number) for number in found]
        assert total == len(found)

    @pytest.fixture(scope="class")
    def one(self, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteShelf]:
        """A book with one record."""
        with SqliteShelf(tmp_path_factory.mktemp("b") / "b.sqlite", create=True) as shelf:
            shelf.commit({}, [_row(1, text="lamb or and")])
            yield shelf

    @given(text=st.text() | st.text(alphabet='"*^-+:(){}[]ANDORTEXlamb \x00'))
    def test_whatever_is_typed_is_words(self, one: SqliteShelf, text: str) -> None:
        """No text is a syntax error."""
        assert one.search(text=text)[0] in (0, 1)

    def test_pages_hold_all_without_overlap(self, shelf: SqliteShelf) -> None:
        """Pages in order are the whole; the total doesn't depend on the page."""
        pages = [shelf.search(offset=at, limit=2) for at in (0, 2, 4, 6, 8)]
        assert {total for total, _ in pages} == {7}
        assert [key for _, ids in pages for key in ids] == shelf.search()[1]

    def test_a_record_that_is_minuted_moves(self, shelf: SqliteShelf) -> None:
        """A later row replaces the first one: state, order and words follow."""
        assert shelf.search(text="pending")[0] == 1
        shelf.commit({}, [_row(7, height=1, idx=3, code="X-1", text="settled")])
        assert shelf.search(state="pending") == (0, [])
        assert shelf.search(state="refused")[1] == [_id(7), _id(2)]
        assert shelf.search(text="pending") == (0, [])
        assert shelf.search(text="settled")[1] == [_id(7)]
        shelf.check()

    def test_words_may_be_indexed_behind(self, shelf: SqliteShelf) -> None:
        """A few at a time until none is left; what changed meanwhile is found as it is now."""
        assert shelf.index_words(3) == 5
        shelf.commit({}, [_row(1, height=1, text="ewes"), _row(6, height=2, idx=2, text="hay")])
        assert shelf.index_words(3) == 2
        assert shelf.index_words(3) == 0
        assert shelf.search(text="autumn") == (0, [])
        assert shelf.search(text="ewes")[1] == [_id(1)]
        assert shelf.search(text="drop") == (0, [])
        assert shelf.search(text="hay")[1] == [_id(6)]
        shelf.check()

    def test_an_erased_body_is_gone(self, shelf: SqliteShelf) -> None:
        """Deleting a body takes its words out of the search and its bytes out of the files."""
        secret = "zanzibar"
        body = secret.encode() * 3_000
        shelf.commit(
            {"records": {_id(9): b"header"}, "bodies": {_id(9): body}},
            [_row(9, text=f"{secret} {secret}")],
        )
        assert shelf.search(text=secret)[1] == [_id(9)]
        shelf.commit({"bodies": {_id(9): None}}, [_row(9, height=3, text=secret)])
        assert shelf.search(text=secret) == (0, [])
        assert shelf.maps["bodies"].get(_id(9)) is None
        assert shelf.maps["records"].get(_id(9)) == b"header"
        for file in shelf.path.parent.iterdir():
            assert secret.encode() not in file.read_bytes(), file
        shelf.check()
