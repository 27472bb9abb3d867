"""What may be signed about decisions (GOV-1 to GOV-10 of ``specs/07-governance.md``)."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from ..core.fields import Body, Id, Millis, Model, Name, Note, PublicKey
from ..core.limits import TEXT_MAX

__all__ = [
    "Admit",
    "BallotCast",
    "Business",
    "Choice",
    "Effect",
    "Expel",
    "NoEffect",
    "ProposalNew",
    "ProposalWithdraw",
]

Business = Literal["ordinary", "special", "entrenched"]
Choice = Literal["for", "against", "abstain"]


class NoEffect(Model):
    """The decision is its words alone."""

    type: Literal["none"] = "none"


class Admit(Model):
    """The applicant becomes a member."""

    type: Literal["admit"] = "admit"
    application: Id


class Expel(Model):
    """The member ceases to be one."""

    type: Literal["expel"] = "expel"
    member: PublicKey


Effect = Annotated[NoEffect | Admit | Expel, Field(discriminator="type")]


class ProposalNew(Body):
    """A resolution is put to the members; voting opens with the minute that holds it."""

    kind: ClassVar[str] = "proposal.new"
    title: Name
    text: Annotated[str, StringConstraints(max_length=TEXT_MAX)]
    business: Business
    closes: Millis
    effect: Effect

    def refs(self) -> tuple[str, ...]:
        return (self.effect.application,) if isinstance(self.effect, Admit) else ()


class ProposalWithdraw(Body):
    """Its author takes an open proposal back."""

    kind: ClassVar[str] = "proposal.withdraw"
    proposal: Id

    def refs(self) -> tuple[str, ...]:
        return (self.proposal,)


class BallotCast(Body):
    """A member's vote; a later one replaces it until the close."""

    kind: ClassVar[str] = "ballot.cast"
    proposal: Id
    choice: Choice
    reason: Note

    def refs(self) -> tuple[str, ...]:
        return (self.proposal,)
