"""From the draft to the opening of the vote (``specs/07-governance.md``).

GOV-1   A vote stays open for at least ``voting_ms_min`` of its class; it opens, and closes,
        within a year.
GOV-2   The electorate is frozen with the notice: who is on the roll then.
GOV-11  What the decision would do can be done.
GOV-12  The class of business is in the rules, may carry the effect, and elects if it is to.
GOV-13  Where only officers may propose, an officer does.
GOV-14  Clear days lie between the notice and the opening: as many as the class and the effect ask.
GOV-15  A draft is put to the members, changed or withdrawn by its author; after ninety days it
        lapses.
GOV-16  Before the vote opens its author may change the text, or take a member's amendment, if
        the class lets a text be amended that was given notice of.
GOV-17  Any member, and whoever the decision is about, takes part in the discussion.
GOV-18  An interest is declared once; who may not vote because of it has its ballot taken out.
GOV-19  Members stand, and withdraw, between the notice of an election and its opening.
GOV-28  A vote whose subject is gone, or for which nobody stands, lapses when it would open.
"""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, TypeAdapter

from ..core.errors import Refused
from ..core.limits import DAY_MS, DRAFT_MS, ELECTION_MAX, VOTE_MS_MAX
from ..core.registry import Act
from ..core.ruleset import BusinessClass, Election, Rules
from ..disputes import rules as disputes
from ..membership.offices import holds_office
from ..state.state import State, Value
from . import records
from .effects import Effect, Settle
from .entry import (
    check_elector,
    end,
    is_entitled,
    load,
    need_author,
    new_entry,
    note,
    rules_of,
    save,
    set_deadline,
)
from .plain import length_of
from .sealing import choose_trustees
from .voting import strike

__all__ = [
    "accept_amendment",
    "amend",
    "class_for",
    "comment",
    "declare_interest",
    "effect_of",
    "freeze",
    "lapse",
    "let_go",
    "notice",
    "offer_amendment",
    "open_vote",
    "propose",
    "stand",
    "stand_down",
    "withdraw",
]

_EFFECT: TypeAdapter[Any] = TypeAdapter(Effect, config=ConfigDict(defer_build=True))


def effect_of(entry: Value) -> Any:
    """Return the effect that a proposal is to have."""
    return _EFFECT.validate_python(entry["effect"])


def class_for(rules: Rules, business: str, effect: Any, seats: int) -> BusinessClass:
    """Return the class, if it may carry that effect and fill so many seats, 0 for no election.

    Raises:
        Refused: GOV-12.
    """
    rule = rules.classes.get(business)
    if rule is None:
        raise Refused("GOV-12", business=business, why="there is no such class of business")
    if effect.type != "none" and business not in rules.effects.get(effect.type, []):
        why = f"{business} business can't {effect.type}"
        raise Refused("GOV-12", business=business, why=why)
    if isinstance(rule.test, Election) is not (seats > 0):
        raise Refused("GOV-12", business=business, why="it is, or isn't, an election")
    if isinstance(rule.test, Election) and rule.test.method == "irv" and seats != 1:
        raise Refused("GOV-12", business=business, why="IRV fills one seat")
    return rule


def propose(state: State, act: Act) -> None:
    """Carry out a ``proposal.new``."""
    body: records.ProposalNew = act.body
    seats = 0 if body.election is None else body.election.seats
    options = [] if body.election is None else body.election.options
    rule = class_for(rules_of(state), body.business, body.effect, seats)
    if len(set(options)) != len(options):
        raise Refused("GOV-12", business=body.business, why="an option stands twice")
    if options and body.effect.type != "none":
        raise Refused("GOV-12", business=body.business, why="members are elected, not options")
    _check_proposer(state, rule, act)
    entry = new_entry(
        state.add("proposals"), body.title, act.record, body.business, rule, act.member
    )
    entry["effect"] = body.effect.model_dump()
    entry["seats"] = seats
    entry["candidates"] = [{"name": name, "member": ""} for name in options]
    state.put(f"live/{act.record}", {})
    note(entry, act.record, act.member)
    if body.closes:
        _give_notice(state, act.record, entry, body.opens, body.closes, act.height, act.time)
    else:
        set_deadline(state, act.record, entry, act.time + DRAFT_MS)
        save(state, act.record, entry)


def _check_proposer(state: State, rule: BusinessClass, act: Act) -> None:
    offices = rule.proposers
    if offices and not any(holds_office(state, office, act.member, act.time) for office in offices):
        raise Refused("GOV-13", offices=list(offices))


def notice(state: State, act: Act) -> None:
    """Carry out a ``proposal.notice``."""
    body: records.ProposalNotice = act.body
    entry = load(state, body.proposal, "draft")
    need_author(entry, act.member)
    note(entry, act.record, act.member)
    rule = class_for(rules_of(state), entry["business"], effect_of(entry), entry["seats"])
    _check_proposer(state, rule, act)
    entry["rule"] = rule.model_dump()
    _give_notice(state, body.proposal, entry, body.opens, body.closes, act.height, act.time)


def _give_notice(
    state: State, proposal: str, entry: Value, opens: int, closes: int, height: int, time: int
) -> None:
    """Put a proposal to the members: from now on nobody is added to those who may vote.

    Raises:
        Refused: GOV-1, GOV-11, GOV-14, GOV-23.
    """
    rule = BusinessClass.model_validate(entry["rule"])
    effect = effect_of(entry)
    days = max(rule.notice_days, effect.notice_days(rules_of(state)))
    opens = max(opens, time)
    if days and opens // DAY_MS - time // DAY_MS - 1 < days:
        raise Refused("GOV-14", days=days)
    if opens > time + VOTE_MS_MAX or closes > opens + VOTE_MS_MAX:
        raise Refused("GOV-1", why="it would go on for more than a year")
    if closes < opens + rule.voting_ms_min:
        raise Refused("GOV-1", why=f"it must be open for {length_of(rule.voting_ms_min)}")
    effect.check(state, elects=isinstance(rule.test, Election))
    entry["opens"], entry["closes"], entry["noticed"] = opens, closes, height
    freeze(state, proposal, entry)
    entry["status"] = "notice"
    if opens == time:
        open_vote(state, proposal, entry, height)
    else:
        set_deadline(state, proposal, entry, opens)
        save(state, proposal, entry)


def freeze(state: State, proposal: str, entry: Value) -> None:
    """Fix who may vote, how many must, and who unseals (GOV-2, GOV-23)."""
    effect = effect_of(entry)
    rule = BusinessClass.model_validate(entry["rule"])
    entry["changes"], entry["roll"] = state.count("rules"), state.count("roll")
    if isinstance(effect, Settle):
        entry["roll_before"], parties = disputes.electorate(state, effect.case)
        disputes.take_up(state, effect.case, proposal)
        entry["excluded"] = list(parties)
        entry["electors"] = sum(is_entitled(state, entry, key) for key, _ in state.scan("member/"))
    else:
        entry["roll_before"], entry["electors"] = entry["roll"], state.count("members")
    entry["quorum"] = rule.quorum_of(entry["electors"])
    if rule.secrecy == "sealed":
        witnesses = state.scan("witness/")
        entry["trustees"] = choose_trustees(
            (each["since"], each["device"]) for _, each in witnesses
        )
        if not entry["trustees"]:
            raise Refused("GOV-23", why="no witness can open what is sealed")


def open_vote(state: State, proposal: str, entry: Value, height: int) -> None:
    """Open the vote, or let it lapse (GOV-28)."""
    entry["candidates"] = [each for each in entry["candidates"] if _may_stand(state, each)]
    try:
        effect_of(entry).check(state, elects=entry["seats"] > 0)
        if entry["seats"] and not entry["candidates"]:
            raise Refused("GOV-28", proposal=proposal)
    except Refused as error:
        entry["effect_code"] = error.code
        lapse(state, proposal, entry, height)
        return
    entry["status"] = "open"
    entry["opened"] = height
    set_deadline(state, proposal, entry, entry["closes"])
    save(state, proposal, entry)


def _may_stand(state: State, candidate: Value) -> bool:
    member = candidate["member"]
    return not member or bool(state.need(f"member/{member}")["status"] == "active")


def let_go(state: State, entry: Value) -> None:
    """Leave the dispute that was to be decided, if there is one, for another proposal (DIS-12)."""
    if entry["effect"]["type"] == "settle" and entry["status"] != "draft":
        disputes.put_back(state, entry["effect"]["case"])


def lapse(state: State, proposal: str, entry: Value, height: int) -> None:
    """End a proposal that can come to nothing any more."""
    let_go(state, entry)
    end(state, proposal, entry, "lapsed", height)


def withdraw(state: State, act: Act) -> None:
    """Carry out a ``proposal.withdraw``."""
    body: records.ProposalWithdraw = act.body
    entry = load(state, body.proposal, "draft", "notice", "open")
    need_author(entry, act.member)
    note(entry, act.record, act.member)
    let_go(state, entry)
    end(state, body.proposal, entry, "withdrawn", act.height)


def amend(state: State, act: Act) -> None:
    """Carry out a ``proposal.amend``."""
    body: records.ProposalAmend = act.body
    entry = _amendable(state, body.proposal, act)
    entry["text"] = act.record
    save(state, body.proposal, entry)


def offer_amendment(state: State, act: Act) -> None:
    """Carry out a ``amendment.offer``."""
    body: records.AmendmentOffer = act.body
    load(state, body.proposal, "draft", "notice")
    key = f"amendment/{body.proposal}/{act.record}"
    state.put(key, {"member": act.member, "at": act.height, "accepted": 0})


def accept_amendment(state: State, act: Act) -> None:
    """Carry out a ``amendment.accept``."""
    body: records.AmendmentAccept = act.body
    entry = _amendable(state, body.proposal, act)
    key = f"amendment/{body.proposal}/{body.amendment}"
    offered = state.get(key)
    if offered is None or offered["accepted"]:
        raise Refused("GOV-16", why="no such amendment waits")
    state.put(key, {**offered, "accepted": act.height})
    entry["text"] = body.amendment
    save(state, body.proposal, entry)


def _amendable(state: State, proposal: str, act: Act) -> Value:
    entry = load(state, proposal, "draft", "notice")
    need_author(entry, act.member)
    if entry["status"] == "notice" and (
        not entry["rule"]["amendable"] or act.time >= entry["opens"]
    ):
        raise Refused("GOV-16", why="its text stands as notice of it was given")
    note(entry, act.record, act.member)
    return entry


def comment(state: State, act: Act) -> None:
    """Carry out a ``comment.make``."""
    refs = act.header.refs  # its body may be gone
    if len(refs) != 1 or state.get(f"proposal/{refs[0]}") is None:
        raise Refused("GOV-17")
    state.put(f"comment/{refs[0]}/{act.record}", {"member": act.member, "at": act.height})


def declare_interest(state: State, act: Act) -> None:
    """Carry out a ``interest.declare``."""
    body: records.InterestDeclare = act.body
    entry = load(state, body.proposal, "draft", "notice", "open")
    key = f"interest/{body.proposal}/{act.member}"
    if state.get(key) is not None:
        raise Refused("GOV-18", why="declared before")
    state.put(key, {"record": act.record, "at": act.height})
    note(entry, act.record, act.member)
    if entry["rule"]["interested"] == "abstain":
        strike(state, body.proposal, entry, act.member)
    save(state, body.proposal, entry)


def stand(state: State, act: Act) -> None:
    """Carry out a ``candidate.stand``."""
    body: records.CandidateStand = act.body
    entry = _standing(state, body.proposal, act)
    if any(each["member"] == act.member for each in entry["candidates"]):
        raise Refused("GOV-19", why="you stand already")
    if len(entry["candidates"]) >= ELECTION_MAX:
        raise Refused("GOV-19", why="as many stand as may")
    name = state.need(f"member/{act.member}")["name"]
    entry["candidates"].append({"name": name, "member": act.member})
    save(state, body.proposal, entry)


def stand_down(state: State, act: Act) -> None:
    """Carry out a ``candidate.withdraw``."""
    body: records.CandidateWithdraw = act.body
    entry = _standing(state, body.proposal, act)
    left = [each for each in entry["candidates"] if each["member"] != act.member]
    if len(left) == len(entry["candidates"]):
        raise Refused("GOV-19", why="you don't stand")
    entry["candidates"] = left
    save(state, body.proposal, entry)


def _standing(state: State, proposal: str, act: Act) -> Value:
    entry = load(state, proposal, "notice")
    options = [each for each in entry["candidates"] if not each["member"]]
    if not entry["seats"] or options or act.time >= entry["opens"]:
        raise Refused("GOV-19", why="nobody can stand for it now")
    check_elector(state, entry, act.member)
    note(entry, act.record, act.member)
    return entry
