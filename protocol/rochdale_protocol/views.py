"""What a node's local API answers about the book itself, shared by node and TUI.

The answers about an area of co-op life are in that area's ``queries.py``.
"""

from __future__ import annotations

from typing import Any, Literal

from .core.fields import Model, Refounds

__all__ = [
    "Alert",
    "Attention",
    "Checked",
    "CoopView",
    "Event",
    "EvidenceView",
    "MinuteView",
    "PeerView",
    "RecordPage",
    "RecordView",
    "Signed",
    "StatusView",
    "Successor",
    "WitnessView",
]


class Successor(Model):
    """Another co-op on this node, whose charter refounds this book.

    ``founders`` of it sign with devices of members here; ``mine`` says whether this device
    is one of them, and so signs nothing more here (RFD-7).
    """

    coop: str
    name: str
    founders: int
    mine: bool


class CoopView(Model):
    """The co-op and who I am in it; ``coop`` is the charter's hash.

    ``refounds`` is the older book that its charter takes the place of, ``successors`` are
    those on this node that take the place of this one.
    """

    coop: str
    name: str
    purpose: str
    founded: int
    charter: dict[str, Any]
    refounds: Refounds | None
    successors: list[Successor]
    member: str
    member_name: str
    device: str


class StatusView(Model):
    """Where this node's book stands. Times in milliseconds since the epoch.

    ``refounds`` and ``successors`` are those of ``CoopView``.
    """

    coop: str
    name: str
    refounds: Refounds | None
    successors: list[Successor]
    member: str
    member_name: str
    member_status: Literal["active", "suspended", "resigned", "expelled", "applying", "outside"]
    device: str
    device_status: Literal["active", "revoked", "frozen", "applying", "unknown"]
    height: int
    minute: str
    minute_time: int
    state_root: str
    members: int
    applications: int
    proposals_open: int
    pending: int
    peers: int
    peers_up: int
    witnesses: int
    quorum: int
    faults: int
    witness: bool
    rechecking: int
    """Records that are still to be re-checked behind, after a fast first sync."""
    version: str


class PeerView(Model):
    """Another node, by its device; ``why`` says what is wrong when it is down."""

    device: str
    member: str
    name: str
    role: Literal["witness", "member", "applying", "unknown"]
    link: Literal["in", "out", "down"]
    addresses: list[str]
    height: int
    behind: int
    seen: int
    tries: int
    next_try: int
    why: str


class WitnessView(Model):
    """A member's device that attests minutes; ``last`` is the newest height it signed.

    ``since`` is the height from which on it is a witness, or dormant. ``dormant_on`` (in
    milliseconds) is the day, and ``dormant_at`` the height, at which one that is away goes
    dormant at the earliest unless it attests; 0 for the others.
    """

    member: str
    name: str
    device: str
    since: int
    last: int
    linked: bool
    status: Literal["attesting", "away", "dormant"]
    dormant_on: int
    dormant_at: int


class MinuteView(Model):
    """A final minute. ``signers`` are the names of the members who attested it."""

    height: int
    minute: str
    prev: str
    time: int
    proposer: str
    proposer_name: str
    count: int
    refused: int
    state_root: str
    records_root: str
    signers: list[str]
    witnesses: int
    quorum: int
    records: list[str]
    codes: list[str]


class RecordView(Model):
    """A record of the book; ``code`` is why it was refused, "" if it stands.

    ``state`` says whether a minute holds it; ``body`` is None once erased.
    """

    record: str
    kind: str
    device: str
    member: str
    name: str
    seq: int
    prev: str
    seen: str
    refs: list[str]
    at: int
    state: Literal["pending", "final", "refused"]
    code: str
    height: int
    index: int
    size: int
    summary: str
    body: dict[str, Any] | None


class RecordPage(Model):
    """Some of the records that match, the newest first; ``total`` counts all matches."""

    total: int
    offset: int
    records: list[RecordView]


class Checked(Model):
    """One step of a verification: what was checked and what was found."""

    name: str
    ok: bool
    detail: str
    code: str


class EvidenceView(Model):
    """A device or witness that contradicted itself, with what it signed.

    ``height`` is of the minute that the votes are about, or that lists the second record;
    ``time`` is that minute's, 0 where it is not final here. ``record`` is what puts it on
    record, "" while nothing does, in the minute at ``at``, 0 while it is pending.
    """

    device: str
    member: str
    name: str
    type: Literal["record", "vote"]
    height: int
    time: int
    first: str
    second: str
    detail: str
    record: str
    at: int


class Alert(Model):
    """Something that keeps the book from going on, or soon may, and what to do about it.

    ``level`` is "bad" where one thing more, or nothing more, is needed for it to stand
    still; "note" where all goes on.
    """

    what: Literal["fork", "stall", "away", "few", "dormant", "left"]
    level: Literal["bad", "warn", "note"]
    id: str
    title: str
    detail: str
    next: str


class Attention(Model):
    """Something that needs this member; ``due`` is in milliseconds, 0 for no deadline."""

    what: Literal[
        "ballot",
        "meeting",
        "sign",
        "confirm",
        "dispute",
        "case",
        "apply",
        "backup",
        "witness",
        "fault",
        "alert",
    ]
    id: str
    label: str
    title: str
    detail: str
    due: int


class Signed(Model):
    """The answer to an act: the record that was signed and where it stands."""

    record: str
    kind: str
    seq: int
    state: Literal["pending", "final", "refused"]
    code: str


class Event(Model):
    """A line of the event stream: news, never the thing itself."""

    type: Literal["minute", "record", "peer", "evidence", "alert", "sync"]
    time: int
    height: int
    text: str
    id: str
