"""What may be signed about membership (MEM-n of ``specs/06-membership.md``)."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field, StringConstraints

from ..core.fields import (
    Body,
    Entity,
    Id,
    Millis,
    Model,
    Name,
    Note,
    PublicKey,
    Quantity,
    Salt,
    SignatureHex,
)
from ..core.limits import CAPABILITIES_MAX, HOLDINGS_MAX, INTEGER_MAX, NAME_MAX
from ..core.ruleset import Office

__all__ = [
    "Address",
    "Capability",
    "DeviceAdd",
    "DeviceEnrol",
    "DeviceRevoke",
    "Erase",
    "Holding",
    "MandateEnd",
    "MandateGive",
    "MandatePerson",
    "MandateScope",
    "MemberAddress",
    "MemberApply",
    "MemberCapability",
    "MemberInvite",
    "MemberParticulars",
    "MemberProfile",
    "MemberResign",
    "MemberStake",
    "MemberVouch",
    "OfficeResign",
    "WitnessEvidence",
    "WitnessReady",
]

Address = Annotated[str, StringConstraints(pattern=r"\A[A-Za-z0-9.\-:\[\]]{1,255}:[0-9]{1,5}\z")]
"""``host:port`` of a node's socket."""


class MemberInvite(Body):
    """A member vouches for one newcomer who will hold the secret of ``token``."""

    kind: ClassVar[str] = "member.invite"
    token: PublicKey
    expires: Millis


class MemberApply(Body):
    """The first record of a newcomer's device; the member's id is its ``recovery`` key."""

    kind: ClassVar[str] = "member.apply"
    name: Name
    entity: Entity
    recovery: PublicKey
    token: PublicKey
    recovery_sig: SignatureHex
    token_sig: SignatureHex


class MemberProfile(Body):
    """Who to talk to. Personal: the rules never read it, so that it can be erased."""

    kind: ClassVar[str] = "member.profile"
    contact: Note
    about: Note
    salt: Salt


class MemberParticulars(Body):
    """What the law wants in the register of members; personal, so that it can be erased.

    ``member_class`` is "" where the co-op has one class of members.
    """

    kind: ClassVar[str] = "member.particulars"
    name: Name
    address: Note
    member_class: Annotated[str, StringConstraints(max_length=NAME_MAX)]
    salt: Salt


class Holding(Model):
    """A share or subscription that a member holds, in whole or broken units of a currency."""

    type: Literal["share", "subscription"]
    amount: Quantity
    currency: Annotated[str, StringConstraints(pattern=r"\A[A-Z]{3}\z")]


class MemberStake(Body):
    """All that the member says it holds in the co-op: information, on which no rule rests."""

    kind: ClassVar[str] = "member.stake"
    holdings: Annotated[list[Holding], Field(max_length=HOLDINGS_MAX)]
    salt: Salt


class Capability(Model):
    """What a member can do, and how much of it: joinery, 40, hour a week."""

    name: Name
    quantity: Quantity
    unit: Name


class MemberCapability(Body):
    """All that the member offers to do; a later one replaces it."""

    kind: ClassVar[str] = "member.capability"
    capabilities: Annotated[list[Capability], Field(max_length=CAPABILITIES_MAX)]
    salt: Salt


class MemberVouch(Body):
    """The author's member knows and recommends an applicant or a member, one of the two."""

    kind: ClassVar[str] = "member.vouch"
    application: Id | None
    member: PublicKey | None
    text: Note

    def refs(self) -> tuple[str, ...]:
        return () if self.application is None else (self.application,)


class MemberAddress(Body):
    """Where the author's device can be reached."""

    kind: ClassVar[str] = "member.address"
    addresses: Annotated[list[Address], Field(max_length=8)]


class MemberResign(Body):
    """The author's member leaves."""

    kind: ClassVar[str] = "member.resign"
    reason: Note


class Erase(Body):
    """Every node drops the body of ``record``, which the same member wrote."""

    kind: ClassVar[str] = "member.erase"
    record: Id

    def refs(self) -> tuple[str, ...]:
        return (self.record,)


class DeviceAdd(Body):
    """A device of the member adds another, which has accepted with its own key."""

    kind: ClassVar[str] = "device.add"
    device: PublicKey
    label: Name
    device_sig: SignatureHex


class DeviceEnrol(Body):
    """The first record of a device that the member's recovery key vouches for."""

    kind: ClassVar[str] = "device.enrol"
    member: PublicKey
    label: Name
    recovery_sig: SignatureHex


class DeviceRevoke(Body):
    """A device of the member ends another of its devices."""

    kind: ClassVar[str] = "device.revoke"
    device: PublicKey
    reason: Note


MandateScope: TypeAlias = Literal["all", "vote", "sign"]
"""What somebody does in the member's name: whatever it may do, its votes, its signatures."""


class MandatePerson(Body):
    """Somebody who speaks for the member. Personal: the rules never read it."""

    kind: ClassVar[str] = "mandate.person"
    name: Name
    role: Name
    salt: Salt


class MandateGive(Body):
    """The holder of a device speaks for the member; ``until`` is 0 for no end."""

    kind: ClassVar[str] = "mandate.give"
    device: PublicKey
    scope: MandateScope
    until: Millis
    person: Id

    def refs(self) -> tuple[str, ...]:
        return (self.person,)


class MandateEnd(Body):
    """A device of the member no longer speaks for it in this scope."""

    kind: ClassVar[str] = "mandate.end"
    device: PublicKey
    scope: MandateScope


class OfficeResign(Body):
    """The author's member gives up an office."""

    kind: ClassVar[str] = "office.resign"
    office: Office


class WitnessReady(Body):
    """The author's device holds the book and will attest for its member."""

    kind: ClassVar[str] = "witness.ready"


VoteHex = Annotated[str, StringConstraints(pattern=r"\A[0-9a-f]{290}\z")]
"""A vote of 145 bytes (VOT-2) in lower-case hexadecimal."""


class WitnessEvidence(Body):
    """Two votes of one device that no honest witness signs, the smaller one first.

    ``prev`` is the minute before ``height`` that both cover, ``roster`` the hash of the
    witnesses that they cover.
    """

    kind: ClassVar[str] = "witness.evidence"
    height: Annotated[int, Field(ge=1, le=INTEGER_MAX)]
    prev: Id
    roster: Id
    first: VoteHex
    second: VoteHex
