"""What a decision rests on, as a book holds it: the records that its proposal took in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..areas import kinds
from ..core.errors import LocalError, Refused
from ..core.fields import Body
from ..core.hashes import ZERO_ID, Tag, digest
from ..core.records import Verified
from ..governance import records
from ..governance.entry import is_entitled
from ..governance.recount import Recount, recount
from ..governance.replay import Taken
from ..minutes.execute import parse_body
from ..minutes.ledger import Ledger
from ..minutes.minute import Minute
from ..state.state import Value

__all__ = ["Held", "body_of", "hold", "people", "recount_of"]

_TAKEN = (
    records.ProposalNew,
    records.ProposalNotice,
    records.ProposalAmend,
    records.ProposalWithdraw,
    records.AmendmentAccept,
    records.InterestDeclare,
    records.CandidateStand,
    records.CandidateWithdraw,
    records.BallotCast,
    records.BallotRank,
    records.BallotScore,
    records.BallotSeal,
    records.BallotUnseal,
    records.ProxyAppoint,
    records.ProxyRevoke,
)
"""Kinds that a proposal takes in whenever they are accepted (GOV-30)."""


@dataclass(frozen=True, slots=True)
class Held:
    """All that a recount needs: a proposal, and the records that it took in, in order.

    Attributes:
        value: of the proposal in the state.
        log: each record with its member.
        meetings: the minutes of meetings that some of them approve.
        members: the values of ``people``.
    """

    coop: str
    proposal: str
    value: Value
    log: tuple[tuple[Verified, str], ...]
    meetings: tuple[Verified, ...]
    members: Mapping[str, Value | None]

    def recount(self) -> Recount:
        """Count it again; raises as ``recount`` does."""
        taken = [
            Taken(record.id, record.header.device, body_of(record), member)
            for record, member in self.log
        ]
        meetings = {record.id: body_of(record) for record in self.meetings}
        minutes = {
            name: body for name, body in meetings.items() if isinstance(body, records.MeetingRecord)
        }
        return recount(self.coop, self.proposal, self.value, taken, minutes, self.members)


def people(author: str, log: Iterable[tuple[Verified, str]]) -> list[str]:
    """Return the members of whom a log tells: authors, and principals of proxies."""
    found = {author}
    for record, member in log:
        found.add(member)
        body = body_of(record)
        if isinstance(body, records.OfBallot) and body.principal is not None:
            found.add(body.principal)
    return sorted(found)


def body_of(record: Verified) -> Body:
    """Return the body of a record; raises Refused REC-7 to REC-10."""
    kind = kinds().get(record.header.kind)
    if kind is None:
        raise Refused("REC-7", kind=record.header.kind)
    if record.body is None:
        raise Refused("REC-10", record=record.id)
    return parse_body(kind, record.header, record.body)


def recount_of(ledger: Ledger, proposal: str) -> Recount:
    """Count a proposal of the book again; raises LocalError PRF-14, Refused TAL-n."""
    return hold(ledger, proposal).recount()


def hold(ledger: Ledger, proposal: str) -> Held:
    """Return what a proposal of the book took in.

    Raises:
        LocalError: PRF-14 no such proposal. Refused: TAL-1 the book doesn't hold all of it.
    """
    value = ledger.final.get(f"proposal/{proposal}")
    if value is None:
        known = ledger.ahead.get(f"proposal/{proposal}") is not None
        raise LocalError("PRF-15" if known else "PRF-14", proposal=proposal)
    gathering = _Gathering(ledger, proposal, value)
    for minute in gathering.minutes():
        if gathering.is_whole(minute.header.height):
            break
        for record, code in minute.records:
            if not code:
                gathering.offer(record, minute)
                if gathering.is_whole(minute.header.height):
                    break
    return gathering.finish()


class _Gathering:
    """The log of a proposal, found again in the minutes since it was put.

    The book keeps a hash of it alone; what is in it follows from the rules, and the hash tells
    when it is whole.
    """

    def __init__(self, ledger: Ledger, proposal: str, value: Value) -> None:
        self.ledger = ledger
        self.proposal = proposal
        self.value = value
        self.log: list[tuple[Verified, str]] = []
        self.meetings: dict[str, Verified] = {}
        self.folded = ZERO_ID
        self.own: set[str] = set()
        self.interested: set[str] = set()
        self.is_noticed = bool(value["continues"])
        self.delegated = list(self._delegated())

    def _delegated(self) -> Iterator[tuple[Verified, str]]:
        """Yield the delegations that counted, in the order of members (GOV-22)."""
        if not self.value["rule"]["delegation"]:
            return
        for member, ballot in self.ledger.final.scan(f"ballot/{self.proposal}/"):
            record = self.ledger.record(ballot["record"])
            if record is not None and record.header.kind == records.DelegationGive.kind:
                yield record, member

    def minutes(self) -> Iterator[Minute]:
        """Yield the minutes from the one that put it on, in order."""
        place = self.ledger.place(self.proposal)
        for height in range(place[0] if place else self.value["noticed"], self.ledger.height + 1):
            minute = self.ledger.minute(height)
            if minute is not None:
                yield minute

    def is_whole(self, height: int) -> bool:
        """Say whether nothing more was taken in; asked from the closing minute on."""
        if not self.value["closed"] or height < self.value["closed"]:
            return False
        folded = self.folded
        for record, member in self.delegated:
            folded = _fold(folded, record.id, member)
        return bool(folded == self.value["log"])

    def offer(self, name: str, minute: Minute) -> None:
        """Take an accepted record in, if the proposal did."""
        record = self.ledger.record(name)
        if record is None:
            return
        header = record.header
        is_about = self.proposal in (record.id, *header.refs)
        if not is_about and header.kind != records.MeetingApprove.kind:
            return
        member = str(self.ledger.final.need(f"device/{record.header.device}")["member"])
        body = body_of(record)
        if isinstance(body, records.MeetingApprove):
            if not self._is_cast(body, member, minute):
                return
            self.own.add(member)
        elif not isinstance(body, _TAKEN):
            return
        elif isinstance(body, records.InterestDeclare):
            self.interested.add(member)
        elif isinstance(body, records.ProposalNew | records.ProposalNotice):
            self.is_noticed = body.closes > 0
        elif isinstance(body, records.BallotCast) and body.principal is None:
            self.own.add(member)
        self.log.append((record, member))
        self.folded = _fold(self.folded, record.id, member)

    def _is_cast(self, body: records.MeetingApprove, member: str, minute: Minute) -> bool:
        """Say whether an approval of a meeting's minutes cast a ballot here (GOV-29)."""
        meeting = self.ledger.record(body.meeting)
        held = None if meeting is None else body_of(meeting)
        if meeting is None or not isinstance(held, records.MeetingRecord):
            return False
        choice = next(
            (
                choice
                for vote in held.votes
                if vote.proposal == self.proposal
                for choice, voters in (
                    ("for", vote.voted_for),
                    ("against", vote.voted_against),
                    ("abstain", vote.abstained),
                )
                if member in voters
            ),
            "",
        )
        value, rule, header = self.value, self.value["rule"], minute.header
        is_open = 0 < value["opened"] <= header.height and header.time < value["closes"]
        if (
            not choice
            or not is_open
            or not (self.is_noticed and member not in self.own)
            or value["seats"]
            or rule["secrecy"] == "sealed"
            or (rule["test"]["type"] == "consent" and choice == "against")
            or (rule["interested"] == "abstain" and member in self.interested)
            or not is_entitled(self.ledger.final, value, member)
        ):
            return False
        self.meetings[meeting.id] = meeting
        return True

    def finish(self) -> Held:
        log = (*self.log, *self.delegated)
        state = self.ledger.final
        members = {name: state.get(f"member/{name}") for name in people(self.value["author"], log)}
        meetings = tuple(self.meetings.values())
        return Held(self.ledger.coop, self.proposal, self.value, log, meetings, members)


def _fold(log: str, record: str, member: str) -> str:
    return digest(Tag.LOG, *map(bytes.fromhex, (log, record, member))).hex()
