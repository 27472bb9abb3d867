"""What a search is to know of the records that are stored.

While a newcomer's book is fetched (COL-5) a search is to find nothing, so what is stored
then is made searchable behind, from the row on that ``meta/unindexed`` names.
"""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from rochdale_protocol.core.records import read_body
from rochdale_protocol.minutes.shelf import Changes

from .shelf import IndexRow, SqliteShelf

__all__ = ["index_rows", "index_some", "store"]

_ROWS_AT_ONCE = 500
"""A slice of work behind: some 20 ms."""


def store(shelf: SqliteShelf, changes: Changes) -> None:
    """Commit changes, with what a search is to know of the records in them."""
    meta = changes.get("meta", {})
    if meta.get("cold") is None:
        shelf.commit(changes, index_rows(shelf, changes))
    else:
        shelf.commit({**changes, "meta": {**meta, "unindexed": b"0"}})


def index_some(shelf: SqliteShelf) -> bool:
    """Make some more of what a cold sync stored searchable; returns whether there is more."""
    mark = shelf.maps["meta"].get("unindexed")
    if mark is None:
        return False
    after, found = shelf.unindexed(int(mark), _ROWS_AT_ONCE)
    maps = shelf.maps
    rows = [
        _index_row(key, stored, maps["bodies"].get(key), maps["places"].get(key))
        for key in found
        if (stored := maps["records"].get(key)) is not None
    ]
    shelf.commit({"meta": {"unindexed": str(after).encode() if found else None}}, rows)
    return bool(found)


def index_rows(shelf: SqliteShelf, changes: Changes) -> list[IndexRow]:
    """Return what a search is to know of the records in ``changes``."""
    records, bodies = changes.get("records", {}), changes.get("bodies", {})
    places = changes.get("places", {})
    rows = []
    for key in {**records, **places}:
        stored = records.get(key)
        if stored is None:
            stored = shelf.maps["records"].get(key)
        body = bodies.get(key) if key in bodies else shelf.maps["bodies"].get(key)
        if stored is not None:
            rows.append(_index_row(key, stored, body, places.get(key)))
    return rows


def _index_row(record: str, stored: bytes, body: bytes | None, place: bytes | None) -> IndexRow:
    end = 2 + int.from_bytes(stored[:2], "big")
    header = orjson.loads(stored[2:end])
    size = end + 62 + header["body_size"]
    text = " ".join(_words(read_body(body)))
    row = (record, header["kind"], header["device"], header["seq"], header["at"], size, text)
    if place is None:
        return IndexRow(*row)
    height, index, code = place.decode().split(" ")
    return IndexRow(*row, int(height), int(index), code)


def _words(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _words(item)
    elif isinstance(value, list):
        for item in value:
            yield from _words(item)
