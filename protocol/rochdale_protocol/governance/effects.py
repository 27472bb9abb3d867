"""What a carried decision does, by rule and not by a person.

Implements GOV-9 and GOV-11 of ``specs/07-governance.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from ..agreements import rules as agreements
from ..core.errors import Refused
from ..core.fields import Id, Millis, Model, Name, Note, PublicKey, Quantity
from ..core.limits import WITNESSES_MAX
from ..core.ruleset import ClassName, Office, Rules, check_rules
from ..disputes import rules as disputes
from ..membership import rules as membership
from ..state.state import State

__all__ = [
    "Admit",
    "AdoptAgreement",
    "Appoint",
    "ApproveDistribution",
    "ApproveSpend",
    "ChangeRules",
    "Decided",
    "Dissolve",
    "Effect",
    "ElectWitnesses",
    "EndAgreement",
    "Expel",
    "NoEffect",
    "Refer",
    "Rekey",
    "Restore",
    "Settle",
    "Suspend",
    "Vacate",
]

Currency = Annotated[str, StringConstraints(pattern=r"\A[A-Z]{3}\z")]
"""A currency by ISO 4217, such as ``GBP``."""


@dataclass(frozen=True, slots=True)
class Decided:
    """The decision that an effect follows from.

    Attributes:
        elected: members who were elected, where it is an election.
        changes: how often the rules had been changed when its notice was given.
    """

    proposal: str
    changes: int
    elected: tuple[str, ...]
    height: int


class Doing(Model):
    """What all effects share."""

    def refs(self) -> tuple[str, ...]:
        """Return the records that it is about."""
        return ()

    def notice_days(self, rules: Rules) -> int:
        """Return the clear days of notice that it asks for, whatever its class (GOV-14)."""
        return 0

    def check(self, state: State, *, elects: bool) -> None:
        """Check that a decision could do it.

        Args:
            elects: whether it is an election.
        Raises:
            Refused: GOV-11 with the subject; RUL-n of rules that can't be; DIS-n of a case.
        """

    def carry_out(self, state: State, decided: Decided) -> None:
        """Do it; raises Refused, with the state half changed, if it has become impossible."""


class NoEffect(Doing):
    """The decision is its words alone."""

    type: Literal["none"] = "none"


class Admit(Doing):
    """The applicant becomes a member."""

    type: Literal["admit"] = "admit"
    application: Id

    def refs(self) -> tuple[str, ...]:
        return (self.application,)

    def check(self, state: State, *, elects: bool) -> None:
        application = state.get(f"application/{self.application}")
        if application is None or application["status"] != "open":
            raise Refused("GOV-11", application=self.application)

    def carry_out(self, state: State, decided: Decided) -> None:
        membership.admit(state, self.application, decided.height)


class Suspend(Doing):
    """The member may not act until it is restored; ``reasons`` are given with the notice."""

    type: Literal["suspend"] = "suspend"
    member: PublicKey
    reasons: Annotated[Note, Field(min_length=1)]

    def check(self, state: State, *, elects: bool) -> None:
        _need_member(state, self.member, "active")

    def carry_out(self, state: State, decided: Decided) -> None:
        membership.suspend(state, self.member, decided.height)


class Restore(Doing):
    """The member is suspended no more."""

    type: Literal["restore"] = "restore"
    member: PublicKey

    def check(self, state: State, *, elects: bool) -> None:
        _need_member(state, self.member, "suspended")

    def carry_out(self, state: State, decided: Decided) -> None:
        membership.restore(state, self.member, decided.height)


class Expel(Doing):
    """The member ceases to be one; ``reasons`` are given with the notice."""

    type: Literal["expel"] = "expel"
    member: PublicKey
    reasons: Annotated[Note, Field(min_length=1)]

    def notice_days(self, rules: Rules) -> int:
        return rules.expulsion_days

    def check(self, state: State, *, elects: bool) -> None:
        _need_member(state, self.member, "active", "suspended")

    def carry_out(self, state: State, decided: Decided) -> None:
        membership.expel(state, self.member, decided.height)


class Rekey(Doing):
    """A member that lost everything enrols devices with another recovery key."""

    type: Literal["rekey"] = "rekey"
    member: PublicKey
    recovery: PublicKey

    def check(self, state: State, *, elects: bool) -> None:
        _need_member(state, self.member, "active", "suspended")
        if state.get(f"member/{self.recovery}") is not None:
            raise Refused("GOV-11", recovery=self.recovery)

    def carry_out(self, state: State, decided: Decided) -> None:
        membership.rekey(state, self.member, self.recovery, decided.height)


class ChangeRules(Doing):
    """The co-op goes on under these rules."""

    type: Literal["rules"] = "rules"
    rules: Rules

    def check(self, state: State, *, elects: bool) -> None:
        check_rules(self.rules)

    def carry_out(self, state: State, decided: Decided) -> None:
        if decided.changes != state.count("rules"):
            raise Refused("RUL-12")
        state.add("rules")
        coop = state.need("coop")
        coop["rules"] = self.rules.model_dump()
        state.put("coop", coop)


class Appoint(Doing):
    """Members hold an office until a time, 0 for no end; an election says who."""

    type: Literal["appoint"] = "appoint"
    office: Office
    members: Annotated[list[PublicKey], Field(max_length=WITNESSES_MAX)]
    until: Millis

    def check(self, state: State, *, elects: bool) -> None:
        if elects == bool(self.members) or len({*self.members}) != len(self.members):
            raise Refused("GOV-11", office=self.office)
        for member in self.members:
            _need_member(state, member, "active")

    def carry_out(self, state: State, decided: Decided) -> None:
        # Who was elected and left since keeps nobody else out, unless nobody else is there.
        there = [each for each in decided.elected if _is_active(state, each)]
        for member in self.members or there or decided.elected:
            membership.appoint(state, self.office, member, self.until, decided.height)


class Vacate(Doing):
    """A member holds the office no more."""

    type: Literal["vacate"] = "vacate"
    office: Office
    member: PublicKey

    def check(self, state: State, *, elects: bool) -> None:
        if state.get(f"office/{self.office}/{self.member}") is None:
            raise Refused("GOV-11", office=self.office, member=self.member)

    def carry_out(self, state: State, decided: Decided) -> None:
        membership.vacate(state, self.office, self.member, decided.height)


class ElectWitnesses(Doing):
    """Those who are elected attest minutes, and nobody else."""

    type: Literal["witnesses"] = "witnesses"

    def check(self, state: State, *, elects: bool) -> None:
        if state.need("coop")["rules"]["witnesses"] != "elected":
            raise Refused("GOV-11", why="every member may attest by these rules")

    def carry_out(self, state: State, decided: Decided) -> None:
        membership.elect_witnesses(state, decided.elected, decided.height)


class AdoptAgreement(Doing):
    """The co-op adopts one version of an agreement for all its members."""

    type: Literal["adopt"] = "adopt"
    agreement: Id
    version: Annotated[int, Field(ge=1, le=999_999)]

    def refs(self) -> tuple[str, ...]:
        return (self.agreement,)

    def check(self, state: State, *, elects: bool) -> None:
        _need_agreement(state, self.agreement, "draft")

    def carry_out(self, state: State, decided: Decided) -> None:
        agreements.adopt(state, self.agreement, self.version, decided.height)


class EndAgreement(Doing):
    """An agreement that the co-op adopted ends."""

    type: Literal["end"] = "end"
    agreement: Id

    def refs(self) -> tuple[str, ...]:
        return (self.agreement,)

    def check(self, state: State, *, elects: bool) -> None:
        _need_agreement(state, self.agreement, "adopted")

    def carry_out(self, state: State, decided: Decided) -> None:
        agreements.end(state, self.agreement, decided.height)


class _Approval(Doing):
    amount: Quantity
    currency: Currency

    def check(self, state: State, *, elects: bool) -> None:
        if self.amount == "0":
            raise Refused("GOV-11", amount=self.amount)

    def carry_out(self, state: State, decided: Decided) -> None:
        state.put(f"approved/{decided.proposal}", self.model_dump())


class ApproveSpend(_Approval):
    """So much may be paid."""

    type: Literal["spend"] = "spend"
    payee: Name
    purpose: Note


class ApproveDistribution(_Approval):
    """So much of the surplus is distributed, on that basis."""

    type: Literal["distribute"] = "distribute"
    basis: Note


class Settle(Doing):
    """A dispute ends with this finding; its parties don't vote."""

    type: Literal["settle"] = "settle"
    case: Id
    finding: Annotated[Note, Field(min_length=1)]

    def refs(self) -> tuple[str, ...]:
        return (self.case,)

    def carry_out(self, state: State, decided: Decided) -> None:
        disputes.settle(state, self.case, decided.proposal, decided.height)


class Dissolve(Doing):
    """The book closes; it stays readable."""

    type: Literal["dissolve"] = "dissolve"

    def carry_out(self, state: State, decided: Decided) -> None:
        state.put("dissolved", {"height": decided.height})


Plain: TypeAlias = (
    NoEffect
    | Admit
    | Suspend
    | Restore
    | Expel
    | Rekey
    | ChangeRules
    | Appoint
    | Vacate
    | ElectWitnesses
    | AdoptAgreement
    | EndAgreement
    | ApproveSpend
    | ApproveDistribution
    | Settle
    | Dissolve
)


class Refer(Doing):
    """The matter is put to the members anew, as business of another class, to do this."""

    type: Literal["refer"] = "refer"
    business: ClassName
    effect: Annotated[Plain, Field(discriminator="type")]

    def refs(self) -> tuple[str, ...]:
        return self.effect.refs()

    def check(self, state: State, *, elects: bool) -> None:
        if self.business not in state.need("coop")["rules"]["classes"]:
            raise Refused("GOV-11", business=self.business)
        self.effect.check(state, elects=False)


Effect: TypeAlias = Annotated[Plain | Refer, Field(discriminator="type")]


def _is_active(state: State, member: str) -> bool:
    entry = state.get(f"member/{member}")
    return entry is not None and entry["status"] == "active"


def _need_member(state: State, member: str, *statuses: str) -> None:
    entry = state.get(f"member/{member}")
    if entry is None or entry["status"] not in statuses:
        raise Refused("GOV-11", member=member)


def _need_agreement(state: State, agreement: str, status: str) -> None:
    entry = state.get(f"agreement/{agreement}")
    if entry is None or entry["status"] != status:
        raise Refused("GOV-11", agreement=agreement)
