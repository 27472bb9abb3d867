"""Who speaks for a member: mandates of the holders of its devices (MEM-19, MEM-20).

A device on which no mandate was ever given speaks for its member in everything: a small firm
needs none. Once there is one, the device speaks for the member only within the mandates that
run, so that an end date has teeth. Every act that changes who may speak needs ``all``.
"""

from __future__ import annotations

from ..core.errors import Refused
from ..core.registry import Act, Rule
from ..state.state import ReadState, State
from . import records
from .records import MandateScope

__all__ = ["check_mandate", "end_mandate", "give_mandate", "name_person", "within"]


def check_mandate(
    state: ReadState, member: str, device: str, scope: MandateScope, time: int
) -> None:
    """Check that whoever holds a device speaks for its member in this.

    Args:
        scope: what the act is; "all" for what only a mandate for everything covers.
        time: of the minute that carries the act out.
    Raises:
        Refused: MEM-20.
    """
    given = dict(state.scan(f"mandate/{member}/{device}/"))
    if not given:
        return
    for wanted in ("all", scope):
        mandate = given.get(wanted)
        if mandate is None or mandate["ended"]:
            continue
        if mandate["until"] == 0 or time < mandate["until"]:
            return
    raise Refused("MEM-20", scope=scope)


def within(scope: MandateScope, rule: Rule) -> Rule:
    """Return a rule that only who may do acts of that scope for its member invokes (MEM-20)."""

    def carried_out(state: State, act: Act) -> None:
        check_mandate(state, act.member, act.header.device, scope, act.time)
        rule(state, act)

    return carried_out


def name_person(state: State, act: Act) -> None:
    """Carry out a ``mandate.person``."""
    state.put(f"person/{act.record}", {"member": act.member})


def give_mandate(state: State, act: Act) -> None:
    """Carry out a ``mandate.give``."""
    body: records.MandateGive = act.body
    check_mandate(state, act.member, act.header.device, "all", act.time)
    device = state.get(f"device/{body.device}")
    if device is None or device["member"] != act.member or device["status"] != "active":
        raise Refused("MEM-19", why="that is no active device of yours")
    if 0 < body.until <= act.time:
        raise Refused("MEM-19", why="it would have ended already")
    person = state.get(f"person/{body.person}")
    if person is None or person["member"] != act.member:
        raise Refused("MEM-19", why="you have named no such person")
    state.put(
        f"mandate/{act.member}/{body.device}/{body.scope}",
        {
            "record": act.record,
            "person": body.person,
            "until": body.until,
            "since": act.height,
            "ended": 0,
        },
    )


def end_mandate(state: State, act: Act) -> None:
    """Carry out a ``mandate.end``."""
    body: records.MandateEnd = act.body
    check_mandate(state, act.member, act.header.device, "all", act.time)
    key = f"mandate/{act.member}/{body.device}/{body.scope}"
    mandate = state.get(key)
    if mandate is None or mandate["ended"]:
        raise Refused("MEM-19", why="there is no such mandate")
    mandate["ended"] = act.height
    state.put(key, mandate)
