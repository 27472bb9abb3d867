"""What can be asked about disputes."""

from __future__ import annotations

from typing import Literal

from ..core.fields import Model
from ..core.reading import Reading, Standing, standing
from ..membership.queries import name_of
from ..state.state import Value
from .case import answer_by, is_mediator, is_standing, parties

__all__ = ["Asked", "DisputeParty", "DisputeView", "asked_of", "disputes"]

Asked = Literal["answer", "agree", "mediate", "accept", "propose", ""]
"""What a dispute waits for: an answer, agreement to a settlement, that one takes the task of
mediating or accepts who is to, a proposal by which the members decide; "" for nothing."""


class DisputeParty(Model):
    """A party, and what it said; ``text`` is "" before it says something and once erased.

    ``left`` says that it is no member any more, and so waited for no more.
    """

    member: str
    name: str
    role: Literal["complainant", "respondent"]
    left: bool
    statement: str
    text: str
    accepted: bool
    agreed: bool


class DisputeView(Model):
    """A dispute with all that was said and put to its parties.

    Attributes:
        number: 0 while its opening is pending.
        opened: height; ``closed`` too, 0 while it runs.
        answer_by: time from which on it may be referred without all answers.
        roll: who could vote at this count of the roll decides it, if it is referred.
        mediator: who is proposed, or mediates where ``mediates``; "" for nobody.
        accepted: whether who is to mediate accepts the task.
        settlement: the newest one's record, "" for none, and ``settlement_text``.
        proposal: the proposal that is to decide it, or decided it.
    """

    dispute: str
    number: int
    status: Literal["open", "referred", "settled", "withdrawn", "decided"]
    opened: int
    closed: int
    at: int
    answer_by: int
    roll: int
    about: list[str]
    parties: list[DisputeParty]
    mediator: str
    mediator_name: str
    accepted: bool
    mediates: bool
    settlement: str
    settlement_text: str
    proposal: str
    standing: Standing


def disputes(reading: Reading) -> list[DisputeView]:
    """Return all disputes, those that run first, then the newest first."""
    views = [_view(reading, key, value) for key, value in reading.ahead.scan("dispute/")]
    return sorted(
        views, key=lambda view: (view.closed != 0, view.number != 0, -view.number, view.dispute)
    )


def asked_of(dispute: DisputeView, member: str) -> Asked:
    """Return what a dispute first waits for from a member."""
    if dispute.closed:
        return ""
    party = next((each for each in dispute.parties if each.member == member), None)
    if party is None:
        to_mediate = dispute.mediator == member and not dispute.accepted
        return "mediate" if to_mediate else ""
    if party.role == "respondent" and not party.statement:
        return "answer"
    if dispute.settlement and not party.agreed:
        return "agree"
    if dispute.mediator and not party.accepted:
        return "accept"
    return "propose" if dispute.status == "referred" and not dispute.proposal else ""


def _view(reading: Reading, dispute: str, value: Value) -> DisputeView:
    opening = reading.body(dispute)
    settled = reading.body(value["settlement"]) if value["settlement"] else None
    known = reading.final.get(f"dispute/{dispute}") is not None
    mediator = value["mediator"]
    return DisputeView(
        dispute=dispute,
        number=value["number"] if known else 0,
        status=value["status"],
        opened=value["opened"],
        closed=value["closed"],
        at=value["at"],
        answer_by=answer_by(value),
        roll=value["roll"],
        about=[] if opening is None else opening["about"],
        parties=[_party(reading, value, member) for member in parties(value)],
        mediator=mediator,
        mediator_name=name_of(reading.ahead, mediator),
        accepted=mediator in value["accepted"],
        mediates=is_mediator(reading.ahead, value, mediator),
        settlement=value["settlement"],
        settlement_text="" if settled is None else settled["text"],
        proposal=value["proposal"],
        standing=standing(reading, f"dispute/{dispute}"),
    )


def _party(reading: Reading, value: Value, member: str) -> DisputeParty:
    complains = member == value["complainant"]
    statement = value["statement"] if complains else value["answers"].get(member, "")
    said = reading.body(statement) if statement else None
    return DisputeParty(
        member=member,
        name=name_of(reading.ahead, member),
        role="complainant" if complains else "respondent",
        left=not is_standing(reading.ahead, member),
        statement=statement,
        text="" if said is None else said["text"],
        accepted=member in value["accepted"],
        agreed=member in value["agreed"],
    )
