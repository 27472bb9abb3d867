"""What a search is to know of records that are about to be stored."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from rochdale_protocol.minutes.shelf import Changes

from .shelf import IndexRow, SqliteShelf

__all__ = ["index_rows"]


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
    text = " ".join(_words(orjson.loads(body))) if body else ""
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
