"""What can be asked about decisions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import orjson

from ..core.errors import LocalError
from ..core.reading import Reading, standing
from ..core.ruleset import BusinessClass, Rules
from ..membership.queries import name_of
from ..state.state import ReadState, Value
from .closing import REOPEN, count_election
from .counting.report import count_json
from .entry import LIVE, rules_of
from .views import (
    AmendmentView,
    ApprovalView,
    BallotView,
    CandidateView,
    CommentView,
    DelegationView,
    InterestView,
    MeetingView,
    ProposalDetail,
    ProposalView,
    ProxyView,
)

__all__ = [
    "QUERIES",
    "approvals",
    "ballots",
    "delegations",
    "meetings",
    "open_proposals",
    "proposal",
    "proposals",
    "rules",
]


def subject_of(effect: dict[str, Any]) -> str:
    """Return the id that an effect is about, or what names it."""
    for field in ("application", "member", "agreement", "case", "office", "business"):
        if effect.get(field):
            return str(effect[field])
    return str(effect.get("payee", ""))


def _subject_name(state: ReadState, effect: dict[str, Any]) -> str:
    """Return the name of what an effect is about; of several, all names."""
    if effect["type"] == "refer":
        return _subject_name(state, effect["effect"])
    for field, kind, name in (
        ("application", "application", "name"),
        ("member", "member", "name"),
        ("agreement", "agreement", "title"),
    ):
        found = state.get(f"{kind}/{effect[field]}") if effect.get(field) else None
        if found is not None:
            return str(found[name])
    if effect["type"] == "settle":
        dispute = state.get(f"dispute/{effect['case']}")
        return "" if dispute is None else f"D-{dispute['number']}"
    members = effect.get("members", [])
    return ", ".join(name_of(state, member) for member in members) or str(effect.get("payee", ""))


def proposals(reading: Reading) -> list[ProposalView]:
    """Return all proposals: those that go on by deadline, then the others, the newest first."""
    # One scan each: a look-up for each of ten thousand would take most of the time.
    final = dict(reading.final.map.scan("proposal/"))
    names: dict[str, str] = {}
    views = []
    for path, data in reading.ahead.map.scan("proposal/"):
        key = path.removeprefix("proposal/")
        fields = _fields(reading.ahead, names, key, data, final.get(path))
        views.append(ProposalView(**fields))
    return sorted(
        views,
        key=lambda view: (
            view.status not in LIVE,
            view.closes if view.status in LIVE else -view.number,
            view.proposal,
        ),
    )


def open_proposals(reading: Reading) -> list[ProposalView]:
    """Return the proposals that go on, without a look at the others."""
    found = []
    for key, _ in reading.ahead.scan("live/"):
        found.append(ProposalView(**_view(reading, key)))
    return sorted(found, key=lambda view: (view.closes, view.proposal))


def _view(reading: Reading, key: str) -> dict[str, Any]:
    path = f"proposal/{key}"
    data = reading.ahead.map.get(path)
    assert data is not None, path
    return _fields(reading.ahead, {}, key, data, reading.final.map.get(path))


def _fields(
    state: ReadState, members: dict[str, str], key: str, data: bytes, final: bytes | None
) -> dict[str, Any]:
    """Return the fields of a view; ``members`` keeps the names that were looked up."""
    value: Value = orjson.loads(data)
    author = value["author"]
    if author not in members:
        members[author] = name_of(state, author)
    names = [each["name"] for each in value["candidates"]]
    return {
        "proposal": key,
        "number": value["number"] if final else 0,
        "title": value["title"],
        "business": value["business"],
        "test": value["rule"]["test"]["type"],
        "secrecy": value["rule"]["secrecy"],
        "author": author,
        "author_name": members[author],
        "effect": value["effect"]["type"],
        "subject": subject_of(value["effect"]),
        "subject_name": _subject_name(state, value["effect"]),
        "noticed": value["noticed"],
        "opens": value["opens"],
        "opened": value["opened"],
        "closes": value["closes"],
        "closed": value["closed"],
        "electors": value["electors"],
        "quorum": value["quorum"],
        "voted": value["voted"],
        "voted_for": value["for"],
        "voted_against": value["against"],
        "abstained": value["abstain"],
        "spoilt": value["spoilt"],
        "seats": value["seats"],
        "elected": [names[each - 1] for each in value["elected"]],
        "status": value["status"],
        "effect_code": value["effect_code"],
        "continues": value["continues"],
        "continued": value["continued"],
        "standing": "final" if final == data else "pending",
    }


def proposal(reading: Reading, proposal: str) -> ProposalDetail:
    """Return all about one proposal; raises LocalError API-3 if there is none."""
    value = reading.ahead.get(f"proposal/{proposal}")
    if value is None:
        raise LocalError("API-3", type="proposal", id=proposal)
    elected = {number: place for place, number in enumerate(value["elected"], 1)}
    body = reading.body(value["text"])
    report = None
    if value["report"]:
        seed = bytes.fromhex(value["seed"])
        report = count_json(count_election(reading.ahead, proposal, value, seed))
    named = list(value["candidates"])
    if value["seats"]:
        named.append({"name": REOPEN, "member": ""})
    return ProposalDetail(
        **_view(reading, proposal),
        text="" if body is None else body["text"],
        rule=BusinessClass.model_validate(value["rule"]),
        effect_body=value["effect"],
        candidates=[
            CandidateView(number=at, **each, elected=elected.get(at, 0))
            for at, each in enumerate(named, 1)
        ],
        trustees=value["trustees"],
        unsealed=value["voted"] - value["sealed"] if value["status"] == "opening" else 0,
        excluded=value["excluded"],
        amendments=list(_amendments(reading, proposal)),
        comments=list(_comments(reading, proposal, value)),
        interests=list(_interests(reading, proposal)),
        proxies=list(_proxies(reading, proposal)),
        ballots=ballots(reading, proposal),
        report=report,
        seed=value["seed"],
        log=value["log"],
    )


def _amendments(reading: Reading, proposal: str) -> Iterator[AmendmentView]:
    for key, value in reading.ahead.scan(f"amendment/{proposal}/"):
        body = reading.body(key) or {"text": "", "reason": ""}
        yield AmendmentView(
            amendment=key,
            member=value["member"],
            name=name_of(reading.ahead, value["member"]),
            text=body["text"],
            reason=body["reason"],
            accepted=value["accepted"],
        )


def _comments(reading: Reading, proposal: str, entry: Value) -> Iterator[CommentView]:
    about = entry["effect"].get("member", "")
    found = sorted(
        reading.ahead.scan(f"comment/{proposal}/"), key=lambda item: (item[1]["at"], item[0])
    )
    for key, value in found:
        body = reading.body(key)
        yield CommentView(
            record=key,
            member=value["member"],
            name=name_of(reading.ahead, value["member"]),
            text="" if body is None else body["text"],
            at=value["at"],
            answers=value["member"] == about,
        )


def _interests(reading: Reading, proposal: str) -> Iterator[InterestView]:
    for key, value in reading.ahead.scan(f"interest/{proposal}/"):
        body = reading.body(value["record"])
        yield InterestView(
            member=key,
            name=name_of(reading.ahead, key),
            nature="" if body is None else body["nature"],
        )


def _proxies(reading: Reading, proposal: str) -> Iterator[ProxyView]:
    for key, value in reading.ahead.scan(f"proxy/{proposal}/"):
        yield ProxyView(
            principal=key,
            principal_name=name_of(reading.ahead, key),
            holder=value["holder"],
            holder_name=name_of(reading.ahead, value["holder"]),
            instruction=value["instruction"],
        )


def ballots(reading: Reading, proposal: str) -> list[BallotView]:
    """Return the ballots on one proposal, by the voter's name."""
    views = []
    for key, value in reading.ahead.scan(f"ballot/{proposal}/"):
        paper = value["paper"]
        by = "" if value["by"] == key else value["by"]
        views.append(
            BallotView(
                proposal=proposal,
                member=key,
                name=name_of(reading.ahead, key),
                form=next(iter(sorted(paper.keys() - {"shares"}))),
                choice=paper.get("choice", ""),
                ranks=paper.get("ranks", []),
                scores=paper.get("scores", []),
                reason=str((reading.body(value["record"]) or {}).get("reason", "")),
                by=by,
                by_name=name_of(reading.ahead, by),
                record=value["record"],
                replaced=value["replaced"],
                standing=standing(reading, f"ballot/{proposal}/{key}"),
            )
        )
    return sorted(views, key=lambda view: (view.name, view.member))


def delegations(reading: Reading) -> list[DelegationView]:
    """Return the standing delegations, by business and name."""
    views = []
    for key, value in reading.ahead.scan("delegation/"):
        business, _, member = key.partition("/")
        views.append(
            DelegationView(
                business=business,
                member=member,
                name=name_of(reading.ahead, member),
                holder=value["holder"],
                holder_name=name_of(reading.ahead, value["holder"]),
                standing=standing(reading, f"delegation/{key}"),
            )
        )
    return sorted(views, key=lambda view: (view.business, view.name, view.member))


def approvals(reading: Reading) -> list[ApprovalView]:
    """Return the spends and distributions that were approved, the newest first."""
    views = []
    for key, value in reading.ahead.scan("approved/"):
        entry = reading.ahead.need(f"proposal/{key}")
        details = (value.get(field, "") for field in ("payee", "purpose", "basis"))
        views.append(
            ApprovalView(
                proposal=key,
                number=entry["number"],
                title=entry["title"],
                type=value["type"],
                amount=value["amount"],
                currency=value["currency"],
                detail=": ".join(filter(None, details)),
            )
        )
    return sorted(views, key=lambda view: -view.number)


def meetings(reading: Reading) -> list[MeetingView]:
    """Return the minutes of meetings, the newest first."""
    views = []
    for key, value in reading.ahead.scan("meeting/"):
        body = reading.body(key) or {"place": "", "text": ""}
        approved = [member for member, _ in reading.ahead.scan(f"approval/{key}/")]
        views.append(
            MeetingView(
                meeting=key,
                number=value["number"] if reading.final.map.get(f"meeting/{key}") else 0,
                title=value["title"],
                held=value["held"],
                place=body["place"],
                chair=value["chair"],
                chair_name=name_of(reading.ahead, value["chair"]),
                author=value["author"],
                author_name=name_of(reading.ahead, value["author"]),
                present=value["present"],
                present_names=[name_of(reading.ahead, member) for member in value["present"]],
                approved=approved,
                approved_at=value["approved_at"],
                votes=value["votes"],
                text=body["text"],
                standing=standing(reading, f"meeting/{key}"),
            )
        )
    return sorted(views, key=lambda view: (-view.held, view.meeting))


def rules(reading: Reading) -> Rules:
    """Return the rules that hold now."""
    return rules_of(reading.ahead)


QUERIES: Final = (
    proposals,
    open_proposals,
    proposal,
    ballots,
    delegations,
    approvals,
    meetings,
    rules,
)
