"""The records of a vote, taken in again one by one (TAL-2, TAL-3 of ``specs/07-recount.md``).

Nothing here relies on the state being one that the rules wrote: a proof file may hold any values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from ..core.errors import Refused
from ..core.fields import Body, Count, Id, Name, PublicKey
from ..core.limits import ELECTION_MAX
from ..core.ruleset import BusinessClass, ClassName
from ..membership.franchise import is_elector
from ..state.state import Value
from . import records
from .entry import Status
from .sealing import (
    Kept,
    can_open,
    check_form,
    check_trustees,
    context_of,
    is_share,
    threshold,
    unseal,
)
from .voting import Paper, check_paper, paper_of, paper_size, read_paper

__all__ = ["BallotRead", "ProposalRead", "Replay", "Taken"]


class _Read(BaseModel):
    """What is read of a value of the state."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class _Candidate(_Read):
    name: Name
    member: Annotated[str, StringConstraints(pattern=r"\A([0-9a-f]{64})?\z")]


class ProposalRead(_Read):
    """What a recount reads of a proposal."""

    number: Count
    title: Name
    business: ClassName
    rule: BusinessClass
    author: PublicKey
    candidates: Annotated[list[_Candidate], Field(max_length=ELECTION_MAX)]
    seats: Annotated[int, Field(ge=0, le=ELECTION_MAX)]
    status: Status
    roll: Count
    roll_before: Count
    excluded: list[PublicKey]
    electors: Count
    quorum: Count
    trustees: list[PublicKey]
    voted: Count
    voted_for: Annotated[Count, Field(alias="for")]
    against: Count
    abstain: Count
    spoilt: Count
    sealed: Count
    elected: list[Count]
    report: Annotated[str, StringConstraints(max_length=64)]
    seed: Annotated[str, StringConstraints(pattern=r"\A([0-9a-f]{64})?\z")]
    effect_code: Annotated[str, StringConstraints(max_length=8)]
    adjourned: bool
    log: Id

    @property
    def elects(self) -> bool:
        return self.rule.test.type == "election"


class _Member(_Read):
    spells: list[Annotated[list[Count], Field(min_length=2, max_length=2)]]


@dataclass(frozen=True, slots=True)
class Taken:
    """A record that a proposal took in, and the member from whom."""

    record: str
    device: str
    body: Body
    member: str


@dataclass(slots=True)
class BallotRead:
    """A ballot, and what became of it."""

    taken: Taken
    voter: str
    by: str
    how: str
    paper: Paper | None
    sealed: Kept | None = None
    fate: str = "counted"
    after: str = ""


@dataclass(slots=True)
class Replay:
    """The records of a vote, taken in again one by one."""

    coop: str
    proposal: str
    value: Value
    held: ProposalRead
    meetings: Mapping[str, records.MeetingRecord]
    members: Mapping[str, Value | None]
    rows: list[Taken | BallotRead] = field(default_factory=list)
    standing: dict[str, BallotRead] = field(default_factory=dict)
    proxies: dict[str, records.ProxyAppoint] = field(default_factory=dict)
    interested: set[str] = field(default_factory=set)
    shares: dict[str, dict[int, str | None]] = field(default_factory=dict)
    withdrawn: bool = False

    def take(self, each: Taken) -> None:
        """Take one record in (TAL-2, TAL-3)."""
        ballot: BallotRead | None = None
        match each.body:
            case records.BallotCast() | records.BallotRank() | records.BallotScore():
                ballot = self._cast(each, each.body, paper_of(each.body), None)
            case records.BallotSeal():
                ballot = self._seal(each, each.body)
            case records.MeetingApprove():
                ballot = self._in_meeting(each, each.body)
            case records.DelegationGive():
                ballot = self._delegated(each, each.body)
            case records.BallotUnseal():
                self._unseal(each, each.body)
            case records.ProxyAppoint():
                self._end_proxy(each)
                self.proxies[each.member] = each.body
            case records.ProxyRevoke():
                self._end_proxy(each)
            case records.InterestDeclare():
                self.interested.add(each.member)
                if self.held.rule.interested == "abstain":
                    self._strike(each, "struck")
            case records.ProposalWithdraw():
                self.withdrawn = True
        self.rows.append(ballot or each)

    def _cast(
        self, each: Taken, body: records.OfBallot, paper: Paper | None, sealed: Kept | None
    ) -> BallotRead:
        how = "own"
        if body.principal is not None:
            how = "proxy"
            self._check_proxy(each, body.principal, paper)
        return self._put(each, body.principal or each.member, each.member, how, paper, sealed)

    def _check_proxy(self, each: Taken, principal: str, paper: Paper | None) -> None:
        proxy = self.proxies.get(principal)
        if proxy is None or proxy.holder != each.member:
            raise Refused("TAL-2", record=each.record, why="is by no proxy of that member")
        if proxy.instruction is not None and paper != {"choice": proxy.instruction}:
            raise Refused("TAL-2", record=each.record, why="is not as instructed")
        earlier = self.standing.get(principal)
        if earlier is not None and earlier.by == principal:
            raise Refused("TAL-2", record=each.record, why="that member has voted itself")

    def _seal(self, each: Taken, body: records.BallotSeal) -> BallotRead:
        check_trustees(self.held.trustees)
        check_form(body.sealed, len(self.held.trustees), paper_size(self.value))
        return self._cast(each, body, None, body.sealed.keep())

    def _in_meeting(self, each: Taken, body: records.MeetingApprove) -> BallotRead:
        meeting = self.meetings.get(body.meeting)
        votes = [] if meeting is None else meeting.votes
        for vote in votes:
            if vote.proposal != self.proposal:
                continue
            for choice, voters in (
                ("for", vote.voted_for),
                ("against", vote.voted_against),
                ("abstain", vote.abstained),
            ):
                if each.member in voters:
                    paper = {"choice": choice}
                    return self._put(each, each.member, each.member, "meeting", paper, None)
        raise Refused("TAL-2", record=each.record, why="those minutes hold no vote of that member")

    def _delegated(self, each: Taken, body: records.DelegationGive) -> BallotRead:
        self.open_sealed()
        cast = self.standing.get(body.holder)
        if (
            not self.held.rule.delegation
            or body.business != self.held.business
            or each.member in self.standing
            or cast is None
            or cast.by != body.holder
            or cast.paper is None
        ):
            raise Refused("TAL-2", record=each.record, why="this delegation doesn't count")
        return self._put(each, each.member, body.holder, "delegation", cast.paper, None)

    def _put(
        self,
        each: Taken,
        voter: str,
        by: str,
        how: str,
        paper: Paper | None,
        sealed: Kept | None,
    ) -> BallotRead:
        self._check_voter(each, voter, by)
        if (sealed is not None) != (self.held.rule.secrecy == "sealed") and how != "delegation":
            raise Refused("TAL-2", record=each.record, why="this vote takes no such ballot")
        if paper is not None:
            check_paper(self.value, paper)
        earlier = self.standing.get(voter)
        if earlier is not None:
            is_overridden = by == voter != earlier.by
            earlier.fate = "overridden" if is_overridden else "replaced"
            earlier.after = each.record
        ballot = BallotRead(each, voter, by, how, paper, sealed)
        if sealed is not None:
            ballot.fate = "unopened"
        self.standing[voter] = ballot
        return ballot

    def _check_voter(self, each: Taken, voter: str, by: str) -> None:
        try:
            spells = _Member.model_validate(self.members.get(voter)).model_dump()
        except ValidationError:
            raise Refused(
                "TAL-2", record=each.record, why="of its voter nothing is known"
            ) from None
        rolls = (self.held.roll, self.held.roll_before)
        if voter in self.held.excluded or not all(is_elector(spells, roll) for roll in rolls):
            raise Refused("TAL-2", record=each.record, why="its voter is no elector")
        if self.held.rule.interested == "abstain" and self.interested & {voter, by}:
            raise Refused("TAL-2", record=each.record, why="its voter declared an interest")

    def _end_proxy(self, each: Taken) -> None:
        self.proxies.pop(each.member, None)
        cast = self.standing.get(each.member)
        if cast is not None and cast.by != each.member:
            self._strike(each, "revoked")

    def _strike(self, each: Taken, fate: str) -> None:
        ballot = self.standing.pop(each.member, None)
        if ballot is not None:
            ballot.fate, ballot.after = fate, each.record

    def _unseal(self, each: Taken, body: records.BallotUnseal) -> None:
        if each.device not in self.held.trustees:
            raise Refused("TAL-3", record=each.record, why="is by no trustee")
        place = self.held.trustees.index(each.device) + 1
        for opened in body.shares:
            self.shares.setdefault(opened.member, {}).setdefault(place, opened.share)

    def open_sealed(self) -> None:
        """Open what can be opened of the sealed ballots that stand (TAL-3)."""
        trustees = self.held.trustees
        for voter, ballot in self.standing.items():
            if ballot.sealed is None or ballot.fate != "unopened":
                continue
            context = context_of(self.coop, self.proposal, voter)
            told = self.shares.get(voter, {})
            good = {
                place: share
                for place, share in told.items()
                if share is not None
                and is_share(ballot.sealed.commits[place - 1], share, place, context)
            }
            if len(good) >= threshold(len(trustees)):
                plain = unseal(ballot.sealed, good, context, trustees)
                ballot.paper = None if plain is None else read_paper(self.value, plain)
                ballot.fate = "spoilt" if ballot.paper is None else "counted"
            elif not can_open(len(trustees), sum(share is None for share in told.values())):
                ballot.fate = "spoilt"
