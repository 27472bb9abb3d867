"""Who is who in a dispute, as rules and queries both read it from the state."""

from __future__ import annotations

from typing import Final

from ..core.limits import DAY_MS
from ..state.state import ReadState, Value

__all__ = ["ANSWER_DAYS", "answer_by", "is_mediator", "is_standing", "parties", "standing_parties"]

ANSWER_DAYS: Final = 14
"""How long respondents have to answer before a dispute is referred without them (DIS-11)."""


def parties(dispute: Value) -> tuple[str, ...]:
    """Return the complainant and the respondents, ascending."""
    return tuple(sorted([dispute["complainant"], *dispute["respondents"]]))


def is_standing(state: ReadState, member: str) -> bool:
    """Say whether someone is still a member, suspended or not."""
    entry = state.get(f"member/{member}")
    return entry is not None and entry["status"] in ("active", "suspended")


def standing_parties(state: ReadState, dispute: Value) -> tuple[str, ...]:
    """Return the parties that are still members: the others are waited for no more."""
    return tuple(member for member in parties(dispute) if is_standing(state, member))


def is_mediator(state: ReadState, dispute: Value, member: str) -> bool:
    """Say whether the member mediates now: proposed, active, and accepted by all (DIS-7)."""
    if member != dispute["mediator"]:
        return False
    entry = state.get(f"member/{member}")
    if entry is None or entry["status"] != "active":
        return False
    return {member, *standing_parties(state, dispute)} <= set(dispute["accepted"])


def answer_by(dispute: Value) -> int:
    """Return the time, in milliseconds, from which on respondents are waited for no more."""
    return int(dispute["at"]) + ANSWER_DAYS * DAY_MS
