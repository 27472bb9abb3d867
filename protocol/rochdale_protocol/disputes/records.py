"""What may be signed about disputes (DIS-1 to DIS-12 of ``specs/13-disputes.md``)."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from ..core.fields import Body, Id, PublicKey, Salt, Text
from ..core.limits import ABOUT_MAX, RESPONDENTS_MAX

__all__ = [
    "DisputeAccept",
    "DisputeAgree",
    "DisputeAnswer",
    "DisputeDecline",
    "DisputeMediator",
    "DisputeOpen",
    "DisputeRefer",
    "DisputeSettle",
    "DisputeStatement",
    "DisputeWithdraw",
]


class DisputeStatement(Body):
    """A complaint or an answer in words. Personal: the rules never read it."""

    kind: ClassVar[str] = "dispute.statement"
    text: Text
    salt: Salt


class DisputeOpen(Body):
    """A member brings a complaint against others; the dispute's id is this record's id.

    ``about`` are records of the book, ``statement`` is the complaint in words.
    """

    kind: ClassVar[str] = "dispute.open"
    respondents: Annotated[list[PublicKey], Field(min_length=1, max_length=RESPONDENTS_MAX)]
    about: Annotated[list[Id], Field(max_length=ABOUT_MAX)]
    statement: Id

    def refs(self) -> tuple[str, ...]:
        return (*self.about, self.statement)


class DisputeAnswer(Body):
    """A respondent answers with a statement."""

    kind: ClassVar[str] = "dispute.answer"
    dispute: Id
    statement: Id

    def refs(self) -> tuple[str, ...]:
        return (self.dispute, self.statement)


class _OfDispute(Body):
    dispute: Id

    def refs(self) -> tuple[str, ...]:
        return (self.dispute,)


class DisputeMediator(_OfDispute):
    """A party proposes a member as mediator."""

    kind: ClassVar[str] = "dispute.mediator"
    mediator: PublicKey


class DisputeAccept(_OfDispute):
    """A party accepts the mediator who is proposed, or that member accepts the task."""

    kind: ClassVar[str] = "dispute.accept"
    mediator: PublicKey


class DisputeDecline(_OfDispute):
    """A party declines a mediator, or the mediator the task, before or after all accepted."""

    kind: ClassVar[str] = "dispute.decline"
    mediator: PublicKey


class DisputeSettle(_OfDispute):
    """A party or the mediator puts a settlement to the parties, in the place of the one before."""

    kind: ClassVar[str] = "dispute.settle"
    text: Text


class DisputeAgree(Body):
    """A party binds itself to one exact settlement, named by its record."""

    kind: ClassVar[str] = "dispute.agree"
    dispute: Id
    settlement: Id

    def refs(self) -> tuple[str, ...]:
        return (self.dispute, self.settlement)


class DisputeWithdraw(_OfDispute):
    """The complainant takes the complaint back."""

    kind: ClassVar[str] = "dispute.withdraw"


class DisputeRefer(_OfDispute):
    """A party or the mediator asks the members to decide."""

    kind: ClassVar[str] = "dispute.refer"
