"""What queries may look at: the final state, the provisional one, and bodies (QRY-1)."""

from __future__ import annotations

from typing import Any, Literal, Protocol

from ..state.state import ReadState

__all__ = ["Reading", "Standing", "standing"]

Standing = Literal["final", "pending"]


class Reading(Protocol):
    """A book as it can be asked."""

    @property
    def final(self) -> ReadState:
        """The state after the last final minute."""

    @property
    def ahead(self) -> ReadState:
        """The same with everything pending carried out provisionally."""

    def body(self, record: str) -> dict[str, Any] | None:
        """Return the body of a record, or None if it was erased or is unknown."""

    def time(self, height: int) -> int:
        """Return the time of a final minute in milliseconds, 0 of one that isn't final."""


def standing(reading: Reading, key: str) -> Standing:
    """Say whether the value at ``key`` already counts."""
    return "final" if reading.final.map.get(key) == reading.ahead.map.get(key) else "pending"
