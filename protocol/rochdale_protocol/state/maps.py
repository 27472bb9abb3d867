"""One small interface to stored things, and two of its three makes (STA-1).

The third make, on SQLite, is in the node. Keys are ASCII strings; a scan yields
them in the order of their bytes. Every collection of a book is such a map, so
that the pure core reads and writes without knowing where.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Mapping
from typing import Protocol

__all__ = ["DictMap", "Map", "OverlayMap", "ReadMap"]


class ReadMap(Protocol):
    """What can be read."""

    def get(self, key: str) -> bytes | None:
        """Return the value of ``key``, or None."""

    def scan(self, prefix: str, after: str = "") -> Iterator[tuple[str, bytes]]:
        """Yield the pairs whose key begins with ``prefix``, in key order.

        With ``after``, only those whose key comes after that one.

        The map must not be written while a scan is open.
        """


class Map(ReadMap, Protocol):
    """What can be read and written."""

    def put(self, key: str, value: bytes) -> None:
        """Set the value of ``key``."""

    def delete(self, key: str) -> None:
        """Remove ``key``; it need not be there."""


class DictMap:
    """A map in memory."""

    __slots__ = ("_keys", "_values")

    def __init__(self, values: Mapping[str, bytes] | None = None) -> None:
        self._values: dict[str, bytes] = dict(values or {})
        self._keys: list[str] = sorted(self._values)

    def get(self, key: str) -> bytes | None:
        return self._values.get(key)

    def put(self, key: str, value: bytes) -> None:
        if key not in self._values:
            insort(self._keys, key)
        self._values[key] = value

    def delete(self, key: str) -> None:
        if self._values.pop(key, None) is not None:
            del self._keys[bisect_left(self._keys, key)]

    def scan(self, prefix: str, after: str = "") -> Iterator[tuple[str, bytes]]:
        start = bisect_left(self._keys, prefix)
        if after:
            start = max(start, bisect_right(self._keys, after))
        for index in range(start, len(self._keys)):
            key = self._keys[index]
            if not key.startswith(prefix):
                return
            yield key, self._values[key]


class OverlayMap:
    """Changes on top of another map, which stays as it is."""

    __slots__ = ("_base", "_changes")

    def __init__(self, base: ReadMap) -> None:
        self._base = base
        self._changes: dict[str, bytes | None] = {}

    @property
    def changes(self) -> dict[str, bytes | None]:
        """What differs from the base: a value, or None for a key that is gone."""
        return self._changes

    def get(self, key: str) -> bytes | None:
        if key in self._changes:
            return self._changes[key]
        return self._base.get(key)

    def put(self, key: str, value: bytes) -> None:
        self._changes[key] = value

    def delete(self, key: str) -> None:
        self._changes[key] = None

    def scan(self, prefix: str, after: str = "") -> Iterator[tuple[str, bytes]]:
        if not self._changes:
            return self._base.scan(prefix, after)
        return self._merged(prefix, after)

    def _merged(self, prefix: str, after: str) -> Iterator[tuple[str, bytes]]:
        mine = sorted(
            key for key in self._changes if key.startswith(prefix) and (key > after or not after)
        )
        at = 0
        for key, value in self._base.scan(prefix, after):
            while at < len(mine) and mine[at] < key:
                changed = self._changes[mine[at]]
                if changed is not None:
                    yield mine[at], changed
                at += 1
            if at < len(mine) and mine[at] == key:
                continue
            yield key, value
        for name in mine[at:]:
            changed = self._changes[name]
            if changed is not None:
                yield name, changed

    def apply(self, changes: Mapping[str, bytes | None]) -> None:
        """Take over the changes of another overlay."""
        self._changes.update(changes)
