"""How a co-op that refounds another, or that was refounded, is marked on every screen."""

from __future__ import annotations

from rochdale_protocol.views import StatusView

from .phrases import minute, short

__all__ = ["mark_of", "origin_of"]


def mark_of(status: StatusView) -> str:
    """Return the word beside a co-op's name, "" for one that stands alone."""
    if status.successors:
        return f"refounded as {short(status.successors[-1].coop)}"
    return "" if status.refounds is None else "refounded"


def origin_of(status: StatusView) -> str:
    """Return from which book at which minute it was refounded, or as which it was."""
    if status.successors:
        newest = status.successors[-1]
        return f"as {short(newest.coop)} by {newest.founders} members"
    cited = status.refounds
    return "" if cited is None else f"from {short(cited.coop)} at {minute(cited.height)}"
