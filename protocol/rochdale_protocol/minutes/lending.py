"""States that are lent to newcomers while the book goes on (COL-5 of ``specs/10-cold.md``)."""

from __future__ import annotations

from collections.abc import Iterable

from ..core.limits import LENT_KEYS_MAX
from ..state.maps import OverlayMap, ReadMap
from .shelf import Desk

__all__ = ["Lending"]


class Lending:
    """What each peer is shown of a state that may be older than the last final minute."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lent: dict[str, tuple[int, OverlayMap]] = {}

    def lend(self, peer: str, height: int, tip: int) -> ReadMap | None:
        """Return the state after ``height`` for one peer, as long as it is still known.

        Args:
            tip: the height of the last final minute, whose state can be lent anew.
        """
        if height == tip and self._lent.get(peer, (-1,))[0] != height:
            older = OverlayMap(self._desk.below("state"))
            older.apply(self._desk["state"].changes)
            self._lent[peer] = (height, older)
        at, state = self._lent.get(peer, (-1, None))
        return state if at == height else None

    def end(self, peer: str) -> None:
        """Forget the state that was lent to a peer."""
        self._lent.pop(peer, None)

    def keep(self, changes: Iterable[str]) -> None:
        """Let what is lent go on showing what a minute is about to change."""
        for peer, (_, state) in list(self._lent.items()):
            for key in changes:
                if key not in state.changes:
                    state.changes[key] = self._desk["state"].get(key)
            if len(state.changes) > LENT_KEYS_MAX:
                self.end(peer)
