"""What needs this member, each with its deadline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from rochdale_protocol.agreements.queries import agreements
from rochdale_protocol.contributions.queries import contributions
from rochdale_protocol.disputes.queries import Asked, asked_of, disputes
from rochdale_protocol.governance.entry import is_entitled
from rochdale_protocol.governance.queries import meetings, open_proposals
from rochdale_protocol.membership.queries import applications
from rochdale_protocol.membership.rules import may_attest
from rochdale_protocol.views import Attention

from .alerts import alerts
from .pages import name_of

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["attention"]

_FIRST: Final = ("fault", "alert")
"""What needs a member more than any deadline."""

_ASKED: Final[dict[Asked, str]] = {
    "answer": "waits for your answer",
    "agree": "a settlement waits for your agreement",
    "mediate": "you are asked to mediate",
    "accept": "{mediator} is proposed as mediator",
    "propose": "is referred to the members, and waits for a proposal",
}


def attention(book: Book, member: str, *, backed_up: bool) -> list[Attention]:
    """Return what needs the member: first what has a deadline, the earliest first.

    A suspended member is asked for what it may still do alone (MEM-15).

    Args:
        backed_up: whether a backup of this home was ever made.
    """
    entry = book.ledger.ahead.get(f"member/{member}")
    if entry is None or entry["status"] not in {"active", "suspended"}:
        return []
    items = [*_faults(book), *_alerts(book), *_disputes(book, member)]
    if entry["status"] == "active":
        items += [
            *_ballots(book, member),
            *_meetings(book, member),
            *_signatures(book, member),
            *_contributions(book, member),
            *_applications(book),
        ]
    items += _house(book, member, backed_up=backed_up)
    return sorted(items, key=lambda item: (item.what not in _FIRST, not item.due, item.due))


def _faults(book: Book) -> Iterator[Attention]:
    if book.ledger.doubt:
        yield Attention(
            what="fault",
            id=book.coop,
            label="",
            title="This device does not sign any more",
            detail=f"It met {book.ledger.doubt}.",
            due=0,
        )


def _alerts(book: Book) -> Iterator[Attention]:
    for alert in alerts(book):
        if alert.level != "note":
            yield Attention(
                what="alert",
                id=f"alert {alert.what} {alert.id}".rstrip(),
                label="",
                title=alert.title,
                detail=alert.detail,
                due=0,
            )


def _ballots(book: Book, member: str) -> Iterator[Attention]:
    for one in open_proposals(book):
        if one.status != "open" or not one.number or not _is_asked(book, member, one.proposal):
            continue
        what = "election" if one.seats else f"{one.business} resolution"
        yield Attention(
            what="ballot",
            id=one.proposal,
            label=f"P-{one.number}",
            title=one.title,
            detail=f"{what} by {one.author_name}",
            due=one.closes,
        )


def _is_asked(book: Book, member: str, proposal: str) -> bool:
    """Say whether a member may vote, and neither it nor its proxy has."""
    state = book.ahead
    entry = state.need(f"proposal/{proposal}")
    if not is_entitled(state, entry, member):
        return False
    if state.get(f"ballot/{proposal}/{member}") is not None:
        return False
    interested = state.get(f"interest/{proposal}/{member}") is not None
    return not (interested and entry["rule"]["interested"] == "abstain")


def _meetings(book: Book, member: str) -> Iterator[Attention]:
    for meeting in meetings(book):
        if meeting.number and member in meeting.present and member not in meeting.approved:
            yield Attention(
                what="meeting",
                id=meeting.meeting,
                label="",
                title=meeting.title,
                detail=f"its minutes by {meeting.author_name} wait for your approval",
                due=0,
            )


def _signatures(book: Book, member: str) -> Iterator[Attention]:
    for agreement in agreements(book):
        if agreement.status != "draft" or not agreement.number:
            continue
        for party in agreement.parties:
            if party.member == member and party.signed < agreement.version:
                yield Attention(
                    what="sign",
                    id=agreement.agreement,
                    label=f"A-{agreement.number}",
                    title=agreement.title,
                    detail=f"version {agreement.version} waits for your signature",
                    due=0,
                )


def _contributions(book: Book, member: str) -> Iterator[Attention]:
    for one in contributions(book):
        to_confirm = one.status == "logged" and one.receiver == member
        to_correct = one.status == "disputed" and one.provider == member
        if not one.number or not (to_confirm or to_correct):
            continue
        other = one.provider_name if to_confirm else one.receiver_name
        yield Attention(
            what="confirm" if to_confirm else "dispute",
            id=one.contribution,
            label=f"C-{one.number}",
            title=f"{one.quantity} {one.unit} {one.resource}",
            detail=f"from {other}" if to_confirm else f"disputed by {other}: {one.reason}",
            due=0,
        )


def _disputes(book: Book, member: str) -> Iterator[Attention]:
    for dispute in disputes(book):
        asked = asked_of(dispute, member)
        if not dispute.number or not asked:
            continue
        sides = {
            role: ", ".join(party.name for party in dispute.parties if party.role == role)
            for role in ("complainant", "respondent")
        }
        yield Attention(
            what="case",
            id=dispute.dispute,
            label=f"D-{dispute.number}",
            title=f"{sides['complainant']} against {sides['respondent']}",
            detail=_ASKED[asked].format(mediator=dispute.mediator_name),
            due=dispute.answer_by if asked == "answer" else 0,
        )


def _applications(book: Book) -> Iterator[Attention]:
    proposed = {proposal.subject for proposal in open_proposals(book) if proposal.effect == "admit"}
    for application in applications(book):
        if application.status == "open" and application.application not in proposed:
            yield Attention(
                what="apply",
                id=application.application,
                label="",
                title=application.name,
                detail=f"asks to be admitted, invited by {application.sponsor_name}",
                due=0,
            )


def _house(book: Book, member: str, *, backed_up: bool) -> Iterator[Attention]:
    state = book.ledger.ahead
    if state.get(f"witness/{member}") is None and may_attest(state, member):
        yield Attention(
            what="witness",
            id=book.coop,
            label="",
            title="Become a witness",
            detail=f"{name_of(book, member)} does not attest minutes yet",
            due=0,
        )
    if not backed_up:
        yield Attention(
            what="backup",
            id=book.coop,
            label="",
            title="Make a backup",
            detail="without one a lost disk means asking the members to take you in anew",
            due=0,
        )
