"""Offices: who holds one, since when and until when (MEM-17)."""

from __future__ import annotations

from ..core.errors import Refused
from ..core.registry import Act
from ..core.ruleset import Office
from ..state.state import ReadState, State
from . import records

__all__ = ["appoint", "end_offices", "holds_office", "resign_office", "vacate"]


def holds_office(state: ReadState, office: Office, member: str, time: int) -> bool:
    """Say whether a member may act in an office at a time: its term runs, and it is active."""
    entry = state.get(f"office/{office}/{member}")
    if entry is None or entry["ended"] or 0 < entry["until"] <= time:
        return False
    return bool(state.need(f"member/{member}")["status"] == "active")


def appoint(state: State, office: Office, member: str, until: int, height: int) -> None:
    """Carry out a decision to appoint; a new term takes the place of one that runs.

    Args:
        until: the time at which the term ends, in milliseconds; 0 for none.
    Raises:
        Refused: MEM-17, the member isn't active.
    """
    entry = state.get(f"member/{member}")
    if entry is None or entry["status"] != "active":
        raise Refused("MEM-17", office=office, member=member, why="they are no active member")
    state.put(f"office/{office}/{member}", {"since": height, "until": until, "ended": 0})


def vacate(state: State, office: Office, member: str, height: int) -> None:
    """Carry out a decision to end an office; raises Refused MEM-17 if the member has it not."""
    entry = state.get(f"office/{office}/{member}")
    if entry is None or entry["ended"]:
        raise Refused("MEM-17", office=office, member=member, why="they don't hold it")
    entry["ended"] = height
    state.put(f"office/{office}/{member}", entry)


def resign_office(state: State, act: Act) -> None:
    """Carry out an ``office.resign``."""
    body: records.OfficeResign = act.body
    vacate(state, body.office, act.member, act.height)


def end_offices(state: State, member: str, height: int) -> None:
    """End every office of one who leaves."""
    held = [key for key, entry in state.scan("office/")
            if key.endswith(f"/{member}") and not entry["ended"]]  # fmt: skip
    for key in held:
        office, _, holder = key.partition("/")
        vacate(state, office, holder, height)
