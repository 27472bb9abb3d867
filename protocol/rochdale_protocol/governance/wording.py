"""A line of words about a rule or an effect; ``plain`` has the whole page of a rule set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ..core.ruleset import BusinessClass, Consensus, Consent, Election, Fraction, Majority

__all__ = ["effect_line", "rule_line"]

_SHARES: Final = {
    (1, 1): "all",
    (1, 2): "half",
    (1, 3): "a third",
    (2, 3): "two thirds",
    (1, 4): "a quarter",
    (3, 4): "three quarters",
}
_METHODS: Final = {
    "scottish-stv": "Scottish STV",
    "irv": "instant run-off",
    "schulze": "the Schulze method",
    "approval": "approval",
    "score": "score",
}
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


def rule_line(rule: BusinessClass) -> str:
    """Return when business of a class carries, and what else is special about it."""
    parts = [_test(rule)]
    if rule.notice_days:
        parts.append(f"{rule.notice_days} clear days of notice")
    if rule.secrecy == "sealed":
        parts.append("ballots sealed until the close")
    if rule.early:
        parts.append("closes once the end is certain")
    if rule.interested == "abstain":
        parts.append("who has an interest doesn't vote")
    return "; ".join(parts)


def _test(rule: BusinessClass) -> str:
    match rule.test:
        case Majority():
            return _majority(rule.test)
        case Consent():
            return "carried unless a reasoned objection stands"
        case Consensus():
            return "carried if nobody is against"
        case Election():
            return f"elected by {_METHODS[rule.test.method]}"


def _majority(test: Majority) -> str:
    share = _share(test.share)
    if test.of == "electors":
        if share == "all":
            return "carried if every member is for"
        return f"carried with {'more than' if test.above else 'at least'} {share} of all members"
    if share == "all":
        return "carried if all who vote for or against are for"
    if share == "half":
        return "carried if more are for than against"
    how = "more than" if test.above else "at least"
    return f"carried if {how} {share} of for and against are for"


def _share(share: Fraction) -> str:
    over, under = share.over, share.under
    return _SHARES.get((over, under), f"{over}/{under}")


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
