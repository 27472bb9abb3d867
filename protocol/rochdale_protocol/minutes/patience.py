"""Patience with the leader of a view (LED-6).

It is counted on a clock that never jumps back, only while there is work and a link is
up; it doubles with each view up to a cap; a jump (the machine slept) counts for nothing.
"""

from __future__ import annotations

from ..core.limits import JUMP_MS, PATIENCE_MAX_MS, PATIENCE_MS

__all__ = ["Patience"]


class Patience:
    """How long this node has waited for the leader of its view, in milliseconds."""

    def __init__(self) -> None:
        self._view = 1
        self._waited_ms = 0

    def wait(self, view: int, elapsed_ms: int, *, counts: bool) -> None:
        """Let time pass; it counts where there was work and somebody to wait for."""
        if view != self._view:
            self._view = view
            self._waited_ms = 0
        elif counts and elapsed_ms <= self.left(view) + JUMP_MS:
            self._waited_ms += elapsed_ms

    def is_over(self, view: int) -> bool:
        """Say whether the leader of ``view`` was waited for long enough."""
        return self.left(view) <= 0

    def left(self, view: int) -> int:
        """Return what is left of the patience with the leader of ``view``."""
        waited = self._waited_ms if view == self._view else 0
        return min(PATIENCE_MS << min(view - 1, 16), PATIENCE_MAX_MS) - waited
