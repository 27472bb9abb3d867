"""Ballots, and who may cast them for whom (``specs/07-governance.md``).

GOV-3   A ballot counts if its minute comes before the closing one, and before the deadline.
GOV-4   A member's later ballot replaces the earlier one.
GOV-6   Who was not on the roll when notice was given has no ballot, nor has a party to the case.
GOV-18  Who declared an interest has none where the class says so.
GOV-20  A ballot is of the form that its vote asks for: a choice, ranks, scores, sealed or not;
        it names candidates of the vote, each once; an objection under consent has a reason.
GOV-21  A proxy is an elector who votes for at most so many others, as instructed if it was, and
        never once the principal has voted; it is given for one proposal and goes no further.
GOV-22  A standing delegation counts where the class lets it, if neither the member nor its proxy
        voted and its holder did: one step, and only that holder's own ballot.
GOV-23  A sealed ballot is read by nobody before the close; then trustees open it.
"""

from __future__ import annotations

from typing import Any

import orjson
from pydantic import ValidationError

from ..core.canonical import encode
from ..core.errors import Refused
from ..core.registry import Act
from ..membership.mandates import check_mandate
from ..state.state import ReadState, State, Value
from . import records
from .entry import check_elector, is_entitled, load, note, rules_of, save
from .sealing import Kept, can_open, check_form, context_of, is_share, unseal

__all__ = [
    "Paper",
    "appoint_proxy",
    "cast",
    "check_paper",
    "count_delegated",
    "delegate",
    "end_delegation",
    "must_abstain",
    "paper_of",
    "paper_size",
    "put_ballot",
    "rank",
    "revoke_proxy",
    "seal",
    "strike",
    "unseal_ballots",
]

Paper = dict[str, Any]
"""What a ballot says: ``choice``, ``ranks`` or ``scores``."""


def paper_of(body: Any) -> Paper:
    """Return what the body of a ballot that isn't sealed says."""
    match body:
        case records.BallotCast():
            return {"choice": body.choice}
        case records.BallotRank():
            return {"ranks": body.ranks}
        case _:
            assert isinstance(body, records.BallotScore)
            return {"scores": [[each.candidate, each.score] for each in body.scores]}


def paper_size(entry: Value) -> int:
    """Return the bytes that every sealed ballot of a vote is padded to (GOV-23)."""
    return 64 + 40 * (len(entry["candidates"]) + 1) if entry["seats"] else 64


def check_paper(entry: Value, paper: Paper) -> None:
    """Raise Refused GOV-20 unless the paper is one for this vote."""
    test = entry["rule"]["test"]
    if test["type"] != "election":
        wanted = "choice"
    else:
        wanted = "scores" if test["method"] == "score" else "ranks"
    if list(paper) != [wanted]:
        raise Refused("GOV-20", why=f"this vote takes {wanted}")
    if wanted == "choice":
        return
    if wanted == "ranks":
        named = [each for rank in paper["ranks"] for each in rank]
    else:
        named = [each for each, _ in paper["scores"]]
    if len(set(named)) != len(named):
        raise Refused("GOV-20", why="a candidate is named twice")
    if any(not 1 <= each <= len(entry["candidates"]) + 1 for each in named):
        raise Refused("GOV-20", why="there is no candidate of that number")


def cast(state: State, act: Act) -> None:
    """Carry out a ``ballot.cast``."""
    body: records.BallotCast = act.body
    entry, voter = _vote(state, act)
    is_objection = entry["rule"]["test"]["type"] == "consent" and body.choice == "against"
    if is_objection and not body.reason.strip():
        raise Refused("GOV-20", why="an objection has a reason")
    _accept(state, act, entry, voter, paper_of(body))


def rank(state: State, act: Act) -> None:
    """Carry out a ``ballot.rank`` or a ``ballot.score``."""
    entry, voter = _vote(state, act)
    _accept(state, act, entry, voter, paper_of(act.body))


def seal(state: State, act: Act) -> None:
    """Carry out a ``ballot.seal``."""
    body: records.BallotSeal = act.body
    entry, voter = _vote(state, act)
    if entry["rule"]["secrecy"] != "sealed":
        raise Refused("GOV-20", why="this vote takes open ballots")
    check_form(body.sealed, len(entry["trustees"]), paper_size(entry))
    _put(state, act, entry, voter, {"sealed": body.sealed.keep().model_dump()})


def _vote(state: State, act: Act) -> tuple[Value, str]:
    """Return the open vote and whose ballot it is; raises Refused if it may not be cast."""
    body: records.OfBallot = act.body
    entry = load(state, body.proposal, "open")
    if act.time >= entry["closes"]:
        raise Refused("GOV-5", proposal=body.proposal, why="its time is over")
    voter = body.principal or act.member
    check_elector(state, entry, voter)
    check_mandate(state, act.member, act.header.device, "vote", act.time)
    for member in (voter, act.member):
        if must_abstain(state, body.proposal, entry, member):
            raise Refused("GOV-18", member=member, why="declared an interest")
    if body.principal is not None:
        _check_proxy(state, act, body.principal)
    return entry, voter


def _check_proxy(state: State, act: Act, principal: str) -> None:
    proxy = state.get(f"proxy/{act.body.proposal}/{principal}")
    if proxy is None or proxy["holder"] != act.member:
        raise Refused("GOV-21", why="is no proxy of that member")
    ballot = state.get(f"ballot/{act.body.proposal}/{principal}")
    if ballot is not None and ballot["by"] == principal:
        raise Refused("GOV-21", why="that member has voted itself")
    instruction = proxy["instruction"]
    if instruction and paper_of(act.body) != {"choice": instruction}:
        raise Refused("GOV-21", why=f"is instructed to vote {instruction}")


def _accept(state: State, act: Act, entry: Value, voter: str, paper: Paper) -> None:
    if entry["rule"]["secrecy"] == "sealed":
        raise Refused("GOV-20", why="this vote takes sealed ballots")
    check_paper(entry, paper)
    _put(state, act, entry, voter, paper)


def _put(state: State, act: Act, entry: Value, voter: str, paper: Paper) -> None:
    proposal = act.body.proposal
    note(entry, act.record, act.member)
    put_ballot(state, proposal, entry, voter, act.member, act.record, paper)
    save(state, proposal, entry)


def put_ballot(
    state: State, proposal: str, entry: Value, voter: str, by: str, record: str, paper: Paper
) -> None:
    """Let a ballot stand in the place of the voter's earlier one (GOV-4); the caller saves."""
    key = f"ballot/{proposal}/{voter}"
    earlier = state.get(key)
    if earlier is not None:
        _uncount(entry, earlier["paper"])
    _count(entry, paper)
    replaced = 0 if earlier is None else earlier["replaced"] + 1
    state.put(key, {"by": by, "record": record, "replaced": replaced, "paper": paper})


def strike(state: State, proposal: str, entry: Value, voter: str) -> None:
    """Take a voter's ballot out, if it has one; the caller saves."""
    key = f"ballot/{proposal}/{voter}"
    ballot = state.get(key)
    if ballot is not None:
        _uncount(entry, ballot["paper"])
        state.delete(key)


def _count(entry: Value, paper: Paper, step: int = 1) -> None:
    entry["voted"] += step
    if "choice" in paper:
        entry[paper["choice"]] += step
    elif "sealed" in paper:
        entry["sealed"] += step


def _uncount(entry: Value, paper: Paper) -> None:
    _count(entry, paper, -1)


# Proxies and delegations --------------------------------------------------------------


def appoint_proxy(state: State, act: Act) -> None:
    """Carry out a ``proxy.appoint``."""
    body: records.ProxyAppoint = act.body
    entry = load(state, body.proposal, "notice", "open")
    check_elector(state, entry, act.member)
    check_elector(state, entry, body.holder)
    if body.holder == act.member:
        raise Refused("GOV-21", why="nobody is proxy of oneself")
    if body.instruction is not None and (
        entry["rule"]["secrecy"] == "sealed" or entry["seats"] or entry["closes"] <= act.time
    ):
        raise Refused("GOV-21", why="a sealed vote, or an election, takes no instruction")
    _drop_proxy(state, body.proposal, entry, act.member)
    key = f"proxies/{body.proposal}/{body.holder}"
    held = (state.get(key) or {"n": 0})["n"] + 1
    if held > entry["rule"]["proxies"]:
        raise Refused("GOV-21", why=f"a member votes for at most {entry['rule']['proxies']}")
    state.put(key, {"n": held})
    state.put(
        f"proxy/{body.proposal}/{act.member}",
        {"holder": body.holder, "instruction": body.instruction or "", "record": act.record},
    )
    note(entry, act.record, act.member)
    save(state, body.proposal, entry)


def revoke_proxy(state: State, act: Act) -> None:
    """Carry out a ``proxy.revoke``."""
    body: records.ProxyRevoke = act.body
    entry = load(state, body.proposal, "notice", "open")
    if state.get(f"proxy/{body.proposal}/{act.member}") is None:
        raise Refused("GOV-21", why="has no proxy")
    _drop_proxy(state, body.proposal, entry, act.member)
    note(entry, act.record, act.member)
    save(state, body.proposal, entry)


def _drop_proxy(state: State, proposal: str, entry: Value, principal: str) -> None:
    """End a member's proxy, if it has one, and take out what that cast; the caller saves."""
    earlier = state.get(f"proxy/{proposal}/{principal}")
    if earlier is None:
        return
    key = f"proxies/{proposal}/{earlier['holder']}"
    held = state.need(key)["n"] - 1
    if held:
        state.put(key, {"n": held})
    else:
        state.delete(key)
    state.delete(f"proxy/{proposal}/{principal}")
    ballot = state.get(f"ballot/{proposal}/{principal}")
    if ballot is not None and ballot["by"] != principal:
        strike(state, proposal, entry, principal)


def delegate(state: State, act: Act) -> None:
    """Carry out a ``delegation.give``."""
    body: records.DelegationGive = act.body
    rule = rules_of(state).classes.get(body.business)
    if rule is None or not rule.delegation:
        why = "there is no such class" if rule is None else "these rules know no delegation of it"
        raise Refused("GOV-22", business=body.business, why=why)
    holder = state.get(f"member/{body.holder}")
    if holder is None or holder["status"] != "active" or body.holder == act.member:
        raise Refused("GOV-22", holder=body.holder, why="isn't another active member")
    state.put(
        f"delegation/{body.business}/{act.member}",
        {"holder": body.holder, "record": act.record},
    )


def end_delegation(state: State, act: Act) -> None:
    """Carry out a ``delegation.end``."""
    body: records.DelegationEnd = act.body
    key = f"delegation/{body.business}/{act.member}"
    if state.get(key) is None:
        raise Refused("GOV-22", business=body.business, why="delegates nothing")
    state.delete(key)


def count_delegated(state: State, proposal: str, entry: Value) -> None:
    """Let standing delegations count in a vote that closes (GOV-22); the caller saves."""
    if not entry["rule"]["delegation"]:
        return
    for member, given in list(state.scan(f"delegation/{entry['business']}/")):
        ballot = state.get(f"ballot/{proposal}/{given['holder']}")
        if (
            ballot is None
            or ballot["by"] != given["holder"]
            or state.get(f"ballot/{proposal}/{member}") is not None
            or not is_entitled(state, entry, member)
            or must_abstain(state, proposal, entry, member)
            or "spoilt" in ballot["paper"]
        ):
            continue
        note(entry, given["record"], member)
        put_ballot(
            state, proposal, entry, member, given["holder"], given["record"], ballot["paper"]
        )


def must_abstain(state: ReadState, proposal: str, entry: Value, member: str) -> bool:
    """Say whether a member's interest keeps it from voting (GOV-18)."""
    if entry["rule"]["interested"] != "abstain":
        return False
    return state.get(f"interest/{proposal}/{member}") is not None


# Unsealing ----------------------------------------------------------------------------


def unseal_ballots(state: State, act: Act) -> bool:
    """Take in a trustee's shares; say whether that opened the last ballot (GOV-23)."""
    body: records.BallotUnseal = act.body
    entry = state.get(f"proposal/{body.proposal}")
    device = act.header.device
    if entry is None or device not in entry["trustees"] or not entry["closed"]:
        raise Refused("GOV-23", why="nothing of this vote is to be unsealed by this device")
    if entry["status"] != "opening":
        return False  # the others were enough
    place = entry["trustees"].index(device) + 1
    note(entry, act.record, act.member)
    for opened in body.shares:
        _take_share(state, act, entry, place, opened)
    save(state, body.proposal, entry)
    return bool(entry["sealed"] == 0)


def _take_share(state: State, act: Act, entry: Value, place: int, opened: records.Opened) -> None:
    proposal: str = act.body.proposal
    key = f"ballot/{proposal}/{opened.member}"
    ballot = state.get(key)
    if ballot is None:
        raise Refused("GOV-23", member=opened.member, why="has no ballot")
    if "sealed" not in ballot["paper"]:
        return
    kept = Kept.model_validate(ballot["paper"]["sealed"])
    context = context_of(act.header.coop, proposal, opened.member)
    shares: dict[str, str] = ballot["paper"].setdefault("shares", {})
    if str(place) in shares:
        return
    if opened.share is not None and not is_share(
        kept.commits[place - 1], opened.share, place, context
    ):
        raise Refused("GOV-23", member=opened.member, why="is not the share of its ballot")
    shares[str(place)] = opened.share or ""
    paper = _unsealed(entry, kept, shares, context)
    if paper is None:
        state.put(key, ballot)
        return
    entry["sealed"] -= 1
    if "spoilt" in paper:
        entry["spoilt"] += 1
        entry["voted"] -= 1
    elif "choice" in paper:
        entry[paper["choice"]] += 1
    state.put(key, {**ballot, "paper": paper})


def _unsealed(entry: Value, kept: Kept, shares: dict[str, str], context: bytes) -> Paper | None:
    """Return what a sealed ballot says, ``spoilt`` if it says nothing, None: not yet known."""
    trustees: list[str] = entry["trustees"]
    good = {int(place): share for place, share in shares.items() if share}
    if not can_open(len(trustees), len(shares) - len(good)):
        return {"spoilt": True}
    try:
        plain = unseal(kept, good, context, trustees)
    except Refused:
        return None  # more shares are needed
    paper = None if plain is None else read_paper(entry, plain)
    return {"spoilt": True} if paper is None else paper


def read_paper(entry: Value, plain: bytes) -> Paper | None:
    """Return what an unsealed ballot says, or None if it is none of this vote (GOV-20)."""
    try:
        value = orjson.loads(plain)
        body = {**value, "proposal": "0" * 64, "principal": None}
        if "choice" in value:
            read: Any = records.BallotCast.model_validate({**body, "reason": ""})
        elif "ranks" in value:
            read = records.BallotRank.model_validate(body)
        else:
            scores = [{"candidate": each, "score": mark} for each, mark in value["scores"]]
            read = records.BallotScore.model_validate({**body, "scores": scores})
        paper = paper_of(read)
        check_paper(entry, paper)
    except (orjson.JSONDecodeError, ValidationError, Refused, KeyError):
        return None
    except (TypeError, ValueError):
        return None
    return paper if encode(paper) == plain else None
