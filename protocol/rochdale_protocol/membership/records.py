"""What may be signed about membership (MEM-1 to MEM-13 of ``specs/06-membership.md``)."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from ..core.fields import Body, Entity, Id, Millis, Name, Note, PublicKey, Salt, SignatureHex
from ..core.limits import INTEGER_MAX

__all__ = [
    "Address",
    "DeviceAdd",
    "DeviceEnrol",
    "DeviceRevoke",
    "Erase",
    "MemberAddress",
    "MemberApply",
    "MemberInvite",
    "MemberProfile",
    "MemberResign",
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
