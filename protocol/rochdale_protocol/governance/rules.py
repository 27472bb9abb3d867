"""What governance records do, and why they may be refused (``specs/07-governance.md``).

GOV-1  A proposal closes at least ``voting_ms_min`` after the minute that opens it.
GOV-2  The electorate is the active members when that minute is carried out, frozen.
GOV-3  A ballot counts if its minute comes before the closing one: the first whose
       time is at or past the deadline.
GOV-4  A member's later ballot replaces the earlier one.
GOV-5  A ballot is refused where there is no such open proposal, or after the close.
GOV-6  Who was not a member when the vote opened has no ballot in it.
GOV-7  Ordinary: F > A. Special: F + A > 0 and 4F >= 3(F + A). Entrenched: F = N.
       Abstentions count for the quorum alone; F + A = 0 is not carried; a tie is lost.
GOV-8  Fewer ballots than the quorum: inquorate, whatever they say.
GOV-9  A carried decision's effect is carried out in the closing minute; one that has
       become impossible is recorded with its code.
GOV-10 Only its author withdraws an open proposal.
GOV-11 Only an active member, or an applicant, can be the subject of an effect.
"""

from __future__ import annotations

from ..core.errors import Refused
from ..core.registry import Act, Area, Kind
from ..core.ruleset import Fraction, Rules
from ..membership.rules import admit, expel
from ..state.state import State, Value
from . import queries, records

__all__ = ["AREA", "is_carried"]

NAME = "governance"


def is_carried(business: str, voted_for: int, against: int, electors: int) -> bool:
    """Say whether a quorate vote carries, in exact integers (GOV-7)."""
    if business == "ordinary":
        return voted_for > against
    if business == "special":
        return voted_for > 0 and 4 * voted_for >= 3 * (voted_for + against)
    return voted_for == electors


def _deadline(closes: int, proposal: str) -> str:
    return f"deadline/{closes:016d}/{NAME}/{proposal}"


def _quorum(rules: Rules, business: str) -> Fraction:
    if business == "ordinary":
        return rules.quorum_ordinary
    if business == "special":
        return rules.quorum_special
    return Fraction(over=1, under=1)


def propose(state: State, act: Act) -> None:
    body: records.ProposalNew = act.body
    rules = Rules.model_validate(state.need("coop")["rules"])
    if body.closes < act.time + rules.voting_ms_min:
        raise Refused("GOV-1", voting_ms_min=rules.voting_ms_min)
    effect = body.effect
    if isinstance(effect, records.Admit):
        application = state.get(f"application/{effect.application}")
        if application is None or application["status"] != "open":
            raise Refused("GOV-11", application=effect.application)
    elif isinstance(effect, records.Expel):
        member = state.get(f"member/{effect.member}")
        if member is None or member["status"] != "active":
            raise Refused("GOV-11", member=effect.member)
    electors = state.count("members")
    state.put(
        f"proposal/{act.record}",
        {
            "number": state.add("proposals"),
            "title": body.title,
            "business": body.business,
            "author": act.member,
            "effect": effect.model_dump(),
            "opened": act.height,
            "closes": body.closes,
            "closed": 0,
            "electors": electors,
            "quorum": _quorum(rules, body.business).of(electors),
            "for": 0,
            "against": 0,
            "abstain": 0,
            "status": "open",
            "effect_code": "",
        },
    )
    state.put(_deadline(body.closes, act.record), {})


def withdraw(state: State, act: Act) -> None:
    body: records.ProposalWithdraw = act.body
    proposal = _open_proposal(state, body.proposal)
    if proposal["author"] != act.member:
        raise Refused("GOV-10", author=proposal["author"])
    state.delete(_deadline(proposal["closes"], body.proposal))
    proposal["status"] = "withdrawn"
    proposal["closed"] = act.height
    state.put(f"proposal/{body.proposal}", proposal)


def cast(state: State, act: Act) -> None:
    body: records.BallotCast = act.body
    proposal = _open_proposal(state, body.proposal)
    if state.need(f"member/{act.member}")["joined"] > proposal["opened"]:
        raise Refused("GOV-6", opened=proposal["opened"])
    key = f"ballot/{body.proposal}/{act.member}"
    earlier = state.get(key)
    if earlier is not None:
        proposal[earlier["choice"]] -= 1
    proposal[body.choice] += 1
    state.put(f"proposal/{body.proposal}", proposal)
    replaced = 0 if earlier is None else earlier["replaced"] + 1
    state.put(key, {"choice": body.choice, "record": act.record, "replaced": replaced})


def _open_proposal(state: State, proposal: str) -> Value:
    entry = state.get(f"proposal/{proposal}")
    if entry is None or entry["status"] != "open":
        raise Refused("GOV-5", proposal=proposal, why="no such open proposal")
    return entry


def close(state: State, proposal: str, height: int, time: int) -> None:
    """Count and close a proposal whose deadline has passed, and carry it out."""
    entry = state.need(f"proposal/{proposal}")
    voted_for, against = entry["for"], entry["against"]
    entry["closed"] = height
    if voted_for + against + entry["abstain"] < entry["quorum"]:
        entry["status"] = "inquorate"
    elif is_carried(entry["business"], voted_for, against, entry["electors"]):
        entry["status"] = "carried"
        entry["effect_code"] = _carry_out(state, entry["effect"], height)
    else:
        entry["status"] = "lost"
    state.put(f"proposal/{proposal}", entry)
    _decline_if_lost(state, entry)


def _carry_out(state: State, effect: dict[str, str], height: int) -> str:
    trial = State(state.map)
    try:
        if effect["type"] == "admit":
            admit(trial, effect["application"], height)
        elif effect["type"] == "expel":
            expel(trial, effect["member"], height)
    except Refused as error:
        return error.code
    trial.flush(state.overlay)
    return ""


def _decline_if_lost(state: State, proposal: Value) -> None:
    effect = proposal["effect"]
    assert isinstance(effect, dict)
    if proposal["status"] == "lost" and effect["type"] == "admit":
        application = state.need(f"application/{effect['application']}")
        if application["status"] == "open":  # another decision may have admitted them
            application["status"] = "declined"
            state.put(f"application/{effect['application']}", application)


AREA = Area(
    name=NAME,
    kinds=(
        Kind(records.ProposalNew, propose),
        Kind(records.ProposalWithdraw, withdraw),
        Kind(records.BallotCast, cast),
    ),
    queries=(queries.proposals, queries.ballots),
    on_deadline=close,
)
