"""Who may vote, and since when: a roll whose number freezes an electorate (MEM-14).

The roll is a counter that steps whenever somebody gains or loses the vote; each member has
the spells in which it had the vote. So the electorate of a vote is one number, whoever
comes and goes afterwards, also within the minute that opened it.
"""

from __future__ import annotations

from ..core.errors import Refused
from ..state.state import State, Value

__all__ = ["gain_vote", "has_vote", "is_elector", "lose_vote"]


def is_elector(entry: Value, roll: int) -> bool:
    """Say whether a member is of the electorate that was frozen at ``roll``.

    Args:
        entry: the value of ``member/<id>``, whatever the member is now.
    """
    return any(start <= roll and (end == 0 or end > roll) for start, end in entry["spells"])


def has_vote(entry: Value) -> bool:
    """Say whether a member would be of an electorate that is frozen now."""
    return bool(entry["spells"]) and entry["spells"][-1][1] == 0


def gain_vote(state: State, entry: Value) -> None:
    """Begin a spell in the entry, which the caller puts."""
    entry["spells"].append([state.add("roll"), 0])
    state.add("members")


def lose_vote(state: State, entry: Value) -> None:
    """End the spell in the entry, if there is one, which the caller puts.

    Raises:
        Refused: MEM-14, nobody would be left to decide anything.
    """
    if not has_vote(entry):
        return
    if state.count("members") == 1:
        raise Refused("MEM-14", why="nobody would be left with a vote")
    entry["spells"][-1][1] = state.add("roll")
    state.add("members", -1)
