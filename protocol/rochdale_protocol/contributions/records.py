"""What may be signed about contributions (CON-1 to CON-8 of ``specs/09-contributions.md``).

Actions are those of ValueFlows 1.0 that move or use something between two agents.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from ..core.fields import Body, Id, Millis, Name, Note, PublicKey, Quantity

__all__ = [
    "Action",
    "ContributionConfirm",
    "ContributionCorrect",
    "ContributionDispute",
    "ContributionLog",
]

Action = Literal[
    "work",
    "use",
    "cite",
    "consume",
    "produce",
    "deliverService",
    "transfer",
    "transferCustody",
    "transferAllRights",
]


class ContributionLog(Body):
    """The author's member provided something to ``receiver``."""

    kind: ClassVar[str] = "contribution.log"
    action: Action
    receiver: PublicKey
    resource: Name
    quantity: Quantity
    unit: Name
    happened: Millis
    agreement: Id | None
    note: Note

    def refs(self) -> tuple[str, ...]:
        return () if self.agreement is None else (self.agreement,)


class ContributionConfirm(Body):
    """The receiver agrees with the quantity that stands."""

    kind: ClassVar[str] = "contribution.confirm"
    contribution: Id
    quantity: Quantity

    def refs(self) -> tuple[str, ...]:
        return (self.contribution,)


class ContributionDispute(Body):
    """The receiver does not agree, and says why."""

    kind: ClassVar[str] = "contribution.dispute"
    contribution: Id
    reason: Note

    def refs(self) -> tuple[str, ...]:
        return (self.contribution,)


class ContributionCorrect(Body):
    """The provider puts another quantity in place; the earlier one stays on record."""

    kind: ClassVar[str] = "contribution.correct"
    contribution: Id
    quantity: Quantity
    reason: Note

    def refs(self) -> tuple[str, ...]:
        return (self.contribution,)
