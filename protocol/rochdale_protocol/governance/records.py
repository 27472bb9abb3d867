"""What may be signed about decisions (``specs/07-governance.md``)."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from ..core.fields import Body, Id, Millis, Model, Name, Note, PublicKey, Salt
from ..core.limits import ELECTION_MAX, PRESENT_MAX, REFS_MAX, TEXT_MAX
from ..core.ruleset import ClassName
from .counting.ballots import SCORE_MAX
from .effects import Effect
from .sealing import Sealed, Share

__all__ = [
    "AmendmentAccept",
    "AmendmentOffer",
    "BallotCast",
    "BallotRank",
    "BallotScore",
    "BallotSeal",
    "BallotUnseal",
    "CandidateStand",
    "CandidateWithdraw",
    "Choice",
    "CommentMake",
    "DelegationEnd",
    "DelegationGive",
    "Election",
    "InterestDeclare",
    "MeetingApprove",
    "MeetingRecord",
    "MeetingVote",
    "Opened",
    "ProposalAmend",
    "ProposalNew",
    "ProposalNotice",
    "ProposalWithdraw",
    "ProxyAppoint",
    "ProxyRevoke",
    "Score",
]

Choice = Literal["for", "against", "abstain"]

Words = Annotated[str, StringConstraints(max_length=TEXT_MAX)]
"""The text of a resolution, which may be empty."""

Number = Annotated[int, Field(ge=1, le=ELECTION_MAX + 1)]
"""A candidate, from 1 in the order of the ballot paper; the last is "Re-open nominations"."""


class Election(Model):
    """Who or what is to be chosen: ``options``, or members who stand where there are none."""

    seats: Annotated[int, Field(ge=1, le=ELECTION_MAX)]
    options: Annotated[list[Name], Field(max_length=ELECTION_MAX)]


class OfProposal(Body):
    """What all records about one proposal hold."""

    proposal: Id

    def refs(self) -> tuple[str, ...]:
        return (self.proposal,)


class ProposalNew(Body):
    """A resolution, put to the members with its notice, or drafted: then both times are 0.

    Voting opens at ``opens``, or with the minute that holds it if that is 0, and closes at
    ``closes``.
    """

    kind: ClassVar[str] = "proposal.new"
    title: Name
    text: Words
    business: ClassName
    opens: Millis
    closes: Millis
    effect: Effect
    election: Election | None

    def refs(self) -> tuple[str, ...]:
        return self.effect.refs()


class ProposalNotice(OfProposal):
    """The author of a draft puts it to the members."""

    kind: ClassVar[str] = "proposal.notice"
    opens: Millis
    closes: Millis


class ProposalAmend(OfProposal):
    """The author changes the text before voting opens."""

    kind: ClassVar[str] = "proposal.amend"
    text: Words


class ProposalWithdraw(OfProposal):
    """Its author takes a proposal back before the close."""

    kind: ClassVar[str] = "proposal.withdraw"


class AmendmentOffer(OfProposal):
    """A member offers another text."""

    kind: ClassVar[str] = "amendment.offer"
    text: Words
    reason: Note


class AmendmentAccept(Body):
    """The author of the proposal takes an amendment's text."""

    kind: ClassVar[str] = "amendment.accept"
    proposal: Id
    amendment: Id

    def refs(self) -> tuple[str, ...]:
        return (self.proposal, self.amendment)


class CommentMake(OfProposal):
    """A word in the discussion. Its author may have it erased."""

    kind: ClassVar[str] = "comment.make"
    text: Annotated[str, StringConstraints(min_length=1, max_length=TEXT_MAX)]
    salt: Salt


class InterestDeclare(OfProposal):
    """The author's member has an interest of its own in the matter."""

    kind: ClassVar[str] = "interest.declare"
    nature: Annotated[Note, Field(min_length=1)]


class CandidateStand(OfProposal):
    """The author's member stands for election."""

    kind: ClassVar[str] = "candidate.stand"
    statement: Note


class CandidateWithdraw(OfProposal):
    """The author's member stands no more."""

    kind: ClassVar[str] = "candidate.withdraw"


class OfBallot(OfProposal):
    """A ballot: of the author's member, or of ``principal``, who made that member proxy."""

    principal: PublicKey | None


class BallotCast(OfBallot):
    """A vote for or against; a later ballot replaces it until the close."""

    kind: ClassVar[str] = "ballot.cast"
    choice: Choice
    reason: Note


class BallotRank(OfBallot):
    """An election's ballot: candidates by rank, several where they are equal."""

    kind: ClassVar[str] = "ballot.rank"
    ranks: Annotated[
        list[Annotated[list[Number], Field(min_length=1, max_length=ELECTION_MAX + 1)]],
        Field(max_length=ELECTION_MAX + 1),
    ]


class Score(Model):
    """A candidate and what the voter gives it."""

    candidate: Number
    score: Annotated[int, Field(ge=0, le=SCORE_MAX)]


class BallotScore(OfBallot):
    """An election's ballot: candidates with their scores."""

    kind: ClassVar[str] = "ballot.score"
    scores: Annotated[list[Score], Field(max_length=ELECTION_MAX + 1)]


class BallotSeal(OfBallot):
    """A ballot that nobody can read before the close (``specs/07-sealing.md``)."""

    kind: ClassVar[str] = "ballot.seal"
    sealed: Sealed


class Opened(Model):
    """A trustee's share of a member's sealed ballot; None where its box holds none that fits."""

    member: PublicKey
    share: Share | None


class BallotUnseal(OfProposal):
    """After the close a trustee opens its boxes."""

    kind: ClassVar[str] = "ballot.unseal"
    shares: Annotated[list[Opened], Field(min_length=1, max_length=PRESENT_MAX)]


class ProxyAppoint(OfProposal):
    """``holder`` may vote for the author's member: as ``instruction`` says, if it does."""

    kind: ClassVar[str] = "proxy.appoint"
    holder: PublicKey
    instruction: Choice | None


class ProxyRevoke(OfProposal):
    """The author's member has no proxy any more."""

    kind: ClassVar[str] = "proxy.revoke"


class DelegationGive(Body):
    """Where the author's member doesn't vote on such business, ``holder``'s ballot counts."""

    kind: ClassVar[str] = "delegation.give"
    business: ClassName
    holder: PublicKey


class DelegationEnd(Body):
    """The author's member delegates this business no more."""

    kind: ClassVar[str] = "delegation.end"
    business: ClassName


class MeetingVote(Model):
    """How those present voted on a proposal that is open in the book."""

    proposal: Id
    voted_for: Annotated[list[PublicKey], Field(max_length=PRESENT_MAX)]
    voted_against: Annotated[list[PublicKey], Field(max_length=PRESENT_MAX)]
    abstained: Annotated[list[PublicKey], Field(max_length=PRESENT_MAX)]


class MeetingRecord(Body):
    """The minutes of a meeting that was held in a room, as somebody wrote them."""

    kind: ClassVar[str] = "meeting.record"
    title: Name
    held: Millis
    place: Note
    chair: PublicKey
    present: Annotated[list[PublicKey], Field(min_length=1, max_length=PRESENT_MAX)]
    text: Words
    votes: Annotated[list[MeetingVote], Field(max_length=REFS_MAX)]

    def refs(self) -> tuple[str, ...]:
        return tuple(vote.proposal for vote in self.votes)


class MeetingApprove(Body):
    """Who was present approves the minutes, and so signs the votes that they hold of it."""

    kind: ClassVar[str] = "meeting.approve"
    meeting: Id

    def refs(self) -> tuple[str, ...]:
        return (self.meeting,)
