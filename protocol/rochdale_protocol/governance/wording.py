"""A line of words about what a decision does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

__all__ = ["effect_line"]

_EFFECTS: Final = {
    "admit": "admits {}",
    "suspend": "suspends {}",
    "restore": "restores {}",
    "expel": "expels {}",
    "rekey": "gives {} another recovery key",
    "rules": "changes the rules",
    "appoint": "appoints to the office of {office}: {}",
    "vacate": "ends the office of {office} of {}",
    "witnesses": "says who attests minutes",
    "adopt": "adopts version {version} of {}",
    "end": "ends {}",
    "refer": "puts it to the members as {business} business",
    "spend": "approves {amount} {currency} for {payee}",
    "distribute": "approves the distribution of {amount} {currency}",
    "settle": "settles the dispute with its finding",
    "dissolve": "dissolves the co-op: the book closes and stays readable",
}


def effect_line(effect: Mapping[str, Any], subject: str) -> str:
    """Return what a decision does, "" where it is its words alone.

    Args:
        effect: as a proposal's view has it.
        subject: the name of whom or what it is about.
    """
    form = _EFFECTS.get(effect["type"])
    if form is None:
        return ""
    if effect["type"] == "appoint" and not effect["members"]:
        form = "appoints who is elected to the office of {office}"
    return form.format(subject, **effect)
