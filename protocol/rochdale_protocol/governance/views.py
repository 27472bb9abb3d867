"""What is answered about decisions."""

from __future__ import annotations

from typing import Any

from ..core.fields import Model
from ..core.reading import Standing
from ..core.ruleset import BusinessClass
from .entry import Status

__all__ = [
    "AmendmentView",
    "ApprovalView",
    "BallotView",
    "CandidateView",
    "CommentView",
    "DelegationView",
    "InterestView",
    "MeetingView",
    "ProposalDetail",
    "ProposalView",
    "ProxyView",
]


class BallotView(Model):
    """The ballot of one member that stands, or stood at the close.

    ``choice`` is "" where it ranks, scores or is sealed, as ``form`` says; ``by`` is who cast
    it, where that was a proxy or the holder of a delegation.
    """

    proposal: str
    member: str
    name: str
    form: str
    choice: str
    ranks: list[list[int]]
    scores: list[list[int]]
    reason: str
    by: str
    by_name: str
    record: str
    replaced: int
    standing: Standing


class CandidateView(Model):
    """Who or what can be chosen; ``number`` is its place on the ballot paper, from 1."""

    number: int
    name: str
    member: str
    elected: int


class ProposalView(Model):
    """A proposal and its tally so far.

    ``electors`` members may vote, ``quorum`` of them must, ``voted`` have; ``noticed``,
    ``opened`` and ``closed`` are heights of minutes, 0 for none; ``opens`` and ``closes`` are
    times; ``number`` is 0 while it is pending. ``subject`` is whom or what the effect is about,
    ``subject_name`` its name.
    """

    proposal: str
    number: int
    title: str
    business: str
    test: str
    secrecy: str
    author: str
    author_name: str
    effect: str
    subject: str
    subject_name: str
    noticed: int
    opens: int
    opened: int
    closes: int
    closed: int
    electors: int
    quorum: int
    voted: int
    voted_for: int
    voted_against: int
    abstained: int
    spoilt: int
    seats: int
    elected: list[str]
    status: Status
    effect_code: str
    continues: str
    continued: str
    standing: Standing


class AmendmentView(Model):
    """Another text that a member offers; ``accepted`` is the height at which it was taken."""

    amendment: str
    member: str
    name: str
    text: str
    reason: str
    accepted: int


class CommentView(Model):
    """A word in the discussion, "" once erased; ``answers``: by whom the decision is about."""

    record: str
    member: str
    name: str
    text: str
    at: int
    answers: bool


class InterestView(Model):
    """An interest that a member declared."""

    member: str
    name: str
    nature: str


class ProxyView(Model):
    """Who may vote for whom; ``instruction`` is "" where the holder decides."""

    principal: str
    principal_name: str
    holder: str
    holder_name: str
    instruction: str


class ProposalDetail(ProposalView):
    """All about one proposal.

    ``rule`` is that of its class when notice was given, ``trustees`` unseal its ballots,
    ``excluded`` don't vote; ``report`` is the count of an election, stage by stage.
    """

    text: str
    rule: BusinessClass
    effect_body: dict[str, Any]
    candidates: list[CandidateView]
    trustees: list[str]
    unsealed: int
    excluded: list[str]
    amendments: list[AmendmentView]
    comments: list[CommentView]
    interests: list[InterestView]
    proxies: list[ProxyView]
    ballots: list[BallotView]
    report: dict[str, Any] | None
    seed: str
    log: str


class DelegationView(Model):
    """A standing delegation of a class of business."""

    business: str
    member: str
    name: str
    holder: str
    holder_name: str
    standing: Standing


class ApprovalView(Model):
    """What the members approved: a spend or a distribution."""

    proposal: str
    number: int
    title: str
    type: str
    amount: str
    currency: str
    detail: str


class MeetingView(Model):
    """Minutes of a meeting; ``approved`` of those ``present`` have approved them."""

    meeting: str
    number: int
    title: str
    held: int
    place: str
    chair: str
    chair_name: str
    author: str
    author_name: str
    present: list[str]
    present_names: list[str]
    approved: list[str]
    approved_at: int
    votes: dict[str, dict[str, str]]
    text: str
    standing: Standing
