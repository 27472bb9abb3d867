"""What is asked and answered here alone; the rest is in ``rochdale_protocol.views``."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from rochdale_protocol.core.fields import Id, Model
from rochdale_protocol.minutes.minute import SignedCharter

__all__ = [
    "ActAsked",
    "AddressAsked",
    "BookAsked",
    "BookBegun",
    "CharterShown",
    "Found",
    "Imported",
    "InviteAsked",
    "Invited",
    "LinkAsked",
    "Nothing",
    "PeerAdded",
    "Ping",
    "Problem",
    "RawRecord",
]

INVITE_DAYS_MAX = 365


class Problem(Model):
    """An error: the rule's number, what happened, what to do next."""

    code: str
    message: str
    next: str
    fields: dict[str, Any]


class ActAsked(Model):
    """Sign a record of this kind; the body is the one of its area's ``records.py``."""

    kind: str
    body: dict[str, Any]


class InviteAsked(Model):
    """Make an invitation that is good for so many days."""

    days: Annotated[int, Field(ge=1, le=INVITE_DAYS_MAX)] = 7


class Invited(Model):
    """An invitation; whoever holds the link may apply once. ``expires`` in milliseconds."""

    link: str
    token: str
    expires: int
    record: Id


class AddressAsked(Model):
    """The address of a node, ``host:port``."""

    address: Annotated[str, Field(min_length=1, max_length=300)]


class PeerAdded(Model):
    """The address that is dialled from now on."""

    address: str


class Ping(Model):
    """How long a peer took to answer, in milliseconds."""

    peer: str
    ms: float


class RawRecord(Model):
    """The signed bytes: the header as text, the signature in hexadecimal, the body as text."""

    header: str
    signature: str
    body: str | None


class Found(Model):
    """Something that a shortened id or a name may mean."""

    id: str
    type: Literal[
        "member", "device", "application", "proposal", "agreement", "contribution", "record",
        "minute",
    ]  # fmt: skip
    label: str
    title: str


class Imported(Model):
    """What a file brought that was new."""

    coop: Id
    minutes: int
    records: int
    votes: int


class Nothing(Model):
    """Done; there is nothing to say."""


class LinkAsked(Model):
    """An invitation as a link."""

    link: Annotated[str, Field(max_length=4_096)]


class CharterShown(Model):
    """A charter as a member's node gave it: its founders' signatures are checked."""

    coop: Id
    charter: SignedCharter


class BookAsked(Model):
    """A charter that all founders signed, and the invitation that led to it, "" for none."""

    charter: SignedCharter
    link: Annotated[str, Field(max_length=4_096)] = ""


class BookBegun(Model):
    """A co-op whose book is here."""

    coop: Id
    name: str
    height: int
