"""The state as rules see it: JSON objects under string keys (STA-1, STA-2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from ..core.canonical import encode
from .maps import Map, OverlayMap, ReadMap

__all__ = ["ReadState", "State", "Value"]

Value = dict[str, Any]


class ReadState:
    """Typed reading of a map of canonical JSON objects."""

    __slots__ = ("map",)

    def __init__(self, values: ReadMap) -> None:
        self.map: ReadMap = values

    def get(self, key: str) -> Value | None:
        """Return the object at ``key``, or None. The caller may change its copy."""
        data = self.map.get(key)
        if data is None:
            return None
        value: Value = orjson.loads(data)
        return value

    def need(self, key: str) -> Value:
        """Return the object at ``key``, which an invariant says is there."""
        value = self.get(key)
        assert value is not None, key
        return value

    def scan(self, prefix: str) -> Iterator[tuple[str, Value]]:
        """Yield what follows the prefix in each key, with its object, in key order."""
        for key, data in self.map.scan(prefix):
            yield key[len(prefix) :], orjson.loads(data)

    def count(self, name: str) -> int:
        """Return the counter of that name, 0 if it was never used."""
        value = self.get(f"count/{name}")
        return 0 if value is None else int(value["n"])


class State(ReadState):
    """Typed reading and writing; what is written lands in the overlay."""

    __slots__ = ("overlay",)

    def __init__(self, base: ReadMap) -> None:
        self.overlay = OverlayMap(base)
        super().__init__(self.overlay)

    def put(self, key: str, value: Value) -> None:
        """Set ``key``; raises DecodeError if the value is not restricted JSON."""
        self.overlay.put(key, encode(value))

    def delete(self, key: str) -> None:
        self.overlay.delete(key)

    def add(self, name: str, step: int = 1) -> int:
        """Move the counter of that name and return where it stands."""
        count = self.count(name) + step
        self.put(f"count/{name}", {"n": count})
        return count

    def flush(self, target: Map) -> None:
        """Write all changes to ``target``."""
        for key, value in self.overlay.changes.items():
            if value is None:
                target.delete(key)
            else:
                target.put(key, value)
