"""What a member sees of a co-op that it left."""

from __future__ import annotations

from collections.abc import Iterable

from rochdale_protocol.membership.queries import MemberView
from rochdale_protocol.views import StatusView

from .phrases import minute

__all__ = ["departure", "has_left"]


def has_left(status: StatusView | None) -> bool:
    """Say whether this member was one, and is none any more."""
    return status is not None and status.member_status in ("resigned", "expelled")


def departure(status: StatusView | None, members: Iterable[MemberView] | None) -> str:
    """Return how and with which minute this member left, "" while it is one."""
    if status is None or not has_left(status):
        return ""
    how = "you left" if status.member_status == "resigned" else "you were expelled"
    for each in members or ():
        if each.member == status.member and each.left:
            return f"{how} with minute {minute(each.left)}"
    return how
