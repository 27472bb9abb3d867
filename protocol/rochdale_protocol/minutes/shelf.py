"""The collections that a book keeps, as maps (STO-1 of ``specs/12-storage.md``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

from ..state.maps import DictMap, OverlayMap, ReadMap

__all__ = ["COLLECTIONS", "Changes", "Desk", "MemoryShelf", "Shelf", "height_key"]

COLLECTIONS: Final = (
    "records",
    "bodies",
    "places",
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
"""
records   record id -> the frame without its body
bodies    record id -> body
places    record id -> "height index code" once a minute holds it
chain     device/seq -> id of the minuted record
heights   minute id -> height
minutes   height -> the minute
finals    height -> the certificate that finalised it
grounds   height -> the certificates that led to it, as far as they were seen here
state     what the records did
tree      the state's sparse Merkle tree
history   the mountain range over minutes
votes     this height's votes, and the minutes that they name
pending   record id -> its turn of arrival, while no minute holds it
meta      the charter, the tip, rosters by height, contradictory votes, and what the node notes
"""

Changes = dict[str, dict[str, bytes | None]]
"""What to write: for each collection its keys, with None for one that goes."""


class Shelf(Protocol):
    """Where a book stands: readable maps, written by the driver alone."""

    @property
    def maps(self) -> Mapping[str, ReadMap]:
        """The collections by name."""


class MemoryShelf:
    """A shelf in memory."""

    def __init__(self) -> None:
        self.maps: dict[str, DictMap] = {name: DictMap() for name in COLLECTIONS}

    def commit(self, changes: Changes) -> None:
        """Write all changes at once."""
        for name, values in changes.items():
            target = self.maps[name]
            for key, value in values.items():
                if value is None:
                    target.delete(key)
                else:
                    target.put(key, value)


class Desk:
    """A shelf with what is to be written on it next."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self.maps: dict[str, OverlayMap] = {}
        self.clear()

    def __getitem__(self, name: str) -> OverlayMap:
        return self.maps[name]

    def below(self, name: str) -> ReadMap:
        """Return a collection as it is durable, whatever is to be written."""
        return self._shelf.maps[name]

    def clear(self) -> None:
        """Begin anew on what the shelf holds."""
        self.maps = {name: OverlayMap(self._shelf.maps[name]) for name in COLLECTIONS}

    def take(self) -> Changes:
        """Return what is to be written and begin anew.

        Until it is written, the desk shows the shelf without it: commit it at once.
        """
        changes = {}
        for name, one in self.maps.items():
            if written := one.changes:
                changes[name] = written
                self.maps[name] = OverlayMap(self._shelf.maps[name])
        return changes


def height_key(height: int) -> str:
    """Return the key of a height, so that keys sort as heights do."""
    return f"{height:012d}"
