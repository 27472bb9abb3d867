"""What is asked and answered here alone; the rest is in ``rochdale_protocol.views``.

How a ballot is asked for is in ``voting``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from rochdale_protocol.core.fields import Id, Model, PublicKey, Refounds
from rochdale_protocol.core.limits import WITNESSES_MAX
from rochdale_protocol.minutes.minute import Founder, SignedCharter
from rochdale_protocol.views import Successor

__all__ = [
    "ActAsked",
    "AddressAsked",
    "BookAsked",
    "BookBegun",
    "CharterAsked",
    "CharterShown",
    "Found",
    "Imported",
    "InviteAsked",
    "Invited",
    "LeftOut",
    "LinkAsked",
    "Nothing",
    "PeerAdded",
    "Ping",
    "Problem",
    "RawRecord",
    "RefoundAsked",
    "Refounding",
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
        "member", "device", "application", "proposal", "agreement", "contribution", "dispute",
        "record", "minute",
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
    refounds: Refounds | None
    successors: list[Successor]


class CharterAsked(Model):
    """A charter that may not be signed by all yet."""

    charter: SignedCharter


class RefoundAsked(Model):
    """Who founds the co-op anew; this node's member does in any case.

    ``cards`` are of members whose devices of the register are gone.
    """

    members: Annotated[list[PublicKey], Field(max_length=WITNESSES_MAX)]
    cards: Annotated[tuple[Founder, ...], Field(max_length=WITNESSES_MAX)] = ()


class LeftOut(Model):
    """An active member who is no founder; ``last`` is the newest minute it attested, of late."""

    member: PublicKey
    name: str
    last: int


class Refounding(Model):
    """A charter that refounds a book, and what stands to be lost by signing it.

    Where this node doesn't hold the old book, ``held`` is false and all that follows is empty.
    Of its ``witnesses``, ``quorum`` must sign, ``attested`` signed the last minute, ``linked``
    are in touch with this node now, itself included, and ``founding`` found anew.
    ``unknown`` are founders whose device the old book doesn't know as theirs. ``voted`` says
    that this device signed to make a further minute final, which may be final elsewhere.
    ``successors`` refounded the old book before.
    """

    coop: Id
    charter: SignedCharter
    held: bool
    name: str = ""
    height: int = 0
    time: int = 0
    witnesses: int = 0
    quorum: int = 0
    attested: int = 0
    linked: int = 0
    founding: int = 0
    voted: bool = False
    successors: tuple[Successor, ...] = ()
    unknown: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
