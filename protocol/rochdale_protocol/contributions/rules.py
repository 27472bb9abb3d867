"""What contribution records do, and why they may be refused (``specs/09-contributions.md``).

CON-1  The author's member is the provider; the receiver is another active member.
CON-2  An agreement that is named is in force, and both are parties to it.
CON-3  The receiver confirms the quantity that stands; another one is refused.
CON-4  The receiver disputes what it has not confirmed.
CON-5  The provider corrects what is not confirmed; the correction awaits confirmation.
CON-6  No such contribution.
CON-7  A quantity is more than nothing.
"""

from __future__ import annotations

from ..core.errors import Refused
from ..core.registry import Act, Area, Kind
from ..state.state import State, Value
from . import queries, records

__all__ = ["AREA"]


def log(state: State, act: Act) -> None:
    body: records.ContributionLog = act.body
    receiver = state.get(f"member/{body.receiver}")
    if receiver is None or receiver["status"] != "active" or body.receiver == act.member:
        raise Refused("CON-1", receiver=body.receiver)
    if body.quantity == "0":
        raise Refused("CON-7")
    if body.agreement is not None:
        agreement = state.get(f"agreement/{body.agreement}")
        if agreement is None or agreement["status"] != "in-force":
            raise Refused("CON-2", agreement=body.agreement, why="not in force")
        if not {act.member, body.receiver} <= set(agreement["parties"]):
            raise Refused("CON-2", agreement=body.agreement, why="not between its parties")
    state.put(
        f"contribution/{act.record}",
        {
            "number": state.add("contributions"),
            "action": body.action,
            "provider": act.member,
            "receiver": body.receiver,
            "resource": body.resource,
            "quantity": body.quantity,
            "unit": body.unit,
            "agreement": body.agreement or "",
            "happened": body.happened,
            "status": "logged",
            "dispute": "",
            "corrections": 0,
        },
    )


def confirm(state: State, act: Act) -> None:
    body: records.ContributionConfirm = act.body
    entry = _unconfirmed(state, body.contribution, "receiver", act.member, "CON-3")
    if body.quantity != entry["quantity"]:
        raise Refused("CON-3", quantity=entry["quantity"])
    entry["status"] = "confirmed"
    state.put(f"contribution/{body.contribution}", entry)


def dispute(state: State, act: Act) -> None:
    body: records.ContributionDispute = act.body
    entry = _unconfirmed(state, body.contribution, "receiver", act.member, "CON-4")
    entry["status"] = "disputed"
    entry["dispute"] = act.record
    state.put(f"contribution/{body.contribution}", entry)


def correct(state: State, act: Act) -> None:
    body: records.ContributionCorrect = act.body
    entry = _unconfirmed(state, body.contribution, "provider", act.member, "CON-5")
    if body.quantity == entry["quantity"]:
        raise Refused("CON-5", why="nothing changes")
    entry["quantity"] = body.quantity
    entry["status"] = "logged"
    entry["corrections"] += 1
    state.put(f"contribution/{body.contribution}", entry)


def _unconfirmed(state: State, contribution: str, role: str, member: str, code: str) -> Value:
    entry = state.get(f"contribution/{contribution}")
    if entry is None:
        raise Refused("CON-6", contribution=contribution)
    if entry[role] != member:
        raise Refused(code, why=f"not the {role}")
    if entry["status"] == "confirmed":
        raise Refused(code, why="confirmed before")
    return entry


AREA = Area(
    name="contributions",
    kinds=(
        Kind(records.ContributionLog, log),
        Kind(records.ContributionConfirm, confirm),
        Kind(records.ContributionDispute, dispute),
        Kind(records.ContributionCorrect, correct),
    ),
    queries=(queries.contributions,),
)
