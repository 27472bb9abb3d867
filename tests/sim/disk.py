"""The disk of one machine: what was committed stays, whatever crashes."""

from __future__ import annotations

from rochdale_protocol.minutes.shelf import Changes, MemoryShelf, height_key

__all__ = ["Disk"]


class Disk:
    """A shelf in memory that outlives the process. A commit is whole or did not happen."""

    def __init__(self, founded: Changes) -> None:
        self.shelf = MemoryShelf()
        self.shelf.commit(founded)

    def commit(self, changes: Changes) -> None:
        """Make changes durable."""
        self.shelf.commit(changes)

    def get(self, collection: str, key: str) -> bytes | None:
        """Return what is durable under a key."""
        return self.shelf.maps[collection].get(key)

    @property
    def height(self) -> int:
        """The height of the last final minute that is durable."""
        return int(self.get("meta", "height") or b"0")

    def minute_at(self, height: int) -> bytes | None:
        """Return the bytes of a final minute."""
        return self.get("minutes", height_key(height))
