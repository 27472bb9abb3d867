"""Members who vouch for somebody (MEM-21, MEM-22)."""

from __future__ import annotations

from ..core.errors import Refused
from ..core.registry import Act
from ..state.state import ReadState, State
from . import records
from .mandates import check_mandate

__all__ = ["count_vouches", "vouch"]


def vouch(state: State, act: Act) -> None:
    """Carry out a ``member.vouch``."""
    body: records.MemberVouch = act.body
    check_mandate(state, act.member, act.header.device, "vote", act.time)
    if (body.application is None) == (body.member is None):
        raise Refused("MEM-21", why="a vouch is for one application or one member")
    if body.application is not None:
        subject, wanted = f"application/{body.application}", "open"
    else:
        subject, wanted = f"member/{body.member}", "active"
    entry = state.get(subject)
    if entry is None or entry["status"] != wanted or body.member == act.member:
        raise Refused("MEM-21", why="nobody of that id can be vouched for")
    key = f"vouch/{body.application or body.member}/{act.member}"
    if state.get(key) is not None:
        raise Refused("MEM-21", why="you vouch for them already")
    state.put(key, {"record": act.record, "at": act.height})


def count_vouches(state: ReadState, subject: str) -> int:
    """Return how many active members vouch for an application or a member."""
    return sum(
        state.need(f"member/{member}")["status"] == "active"
        for member, _ in state.scan(f"vouch/{subject}/")
    )
