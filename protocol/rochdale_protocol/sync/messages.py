"""What nodes say to each other (SYN-1 and the table of ``specs/10-sync.md``).

A message is one byte of kind, a head in canonical JSON behind its size in four bytes,
and blobs, each behind its size in four bytes. STATUS alone is its kind and 32 bytes, so
that two nodes with equal books need no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationError

from ..core.canonical import decode, encode
from ..core.errors import DecodeError
from ..core.fields import Count, Id, Model, PublicKey, SignatureHex
from ..core.limits import (
    BATCH_MINUTES_MAX,
    MESSAGE_SIZE_MAX,
    SHORT_ID,
    STATE_KEY_MAX,
    SUMMARY_IDS_MAX,
)

__all__ = [
    "Empty",
    "Grounds",
    "Kind",
    "Knock",
    "Message",
    "Minutes",
    "Records",
    "Refusal",
    "State",
    "Status",
    "Summary",
    "Tip",
    "WantContents",
    "WantGrounds",
    "WantMinutes",
    "WantRecords",
    "WantState",
    "decode_message",
    "encode_message",
]


class Kind(IntEnum):
    """The kinds of message."""

    STATUS = 1
    SUMMARY = 2
    TIP = 3
    WANT_MINUTES = 4
    MINUTES = 5
    RECORDS = 6
    MORE_RECORDS = 7
    WANT_RECORDS = 8
    VOTES = 9
    CONTENTS = 10
    WANT_CONTENTS = 11
    KNOCK = 12
    CHARTER = 13
    REFUSAL = 14
    WANT_STATE = 15
    STATE = 16
    WANT_GROUNDS = 17
    GROUNDS = 18


Short = Annotated[str, StringConstraints(pattern=rf"\A[0-9a-f]{{{SHORT_ID}}}\z")]


class Status(Model):
    """Digest of all that the sender holds; equal digests end the matter."""

    digest: Id


class Summary(Model):
    """What the sender holds: its last final minute, pending records, votes, contents.

    ``asks``: the sender wants to know the same of the receiver.
    """

    asks: bool
    height: Count
    minute: Id
    pool: Annotated[list[Short], Field(max_length=SUMMARY_IDS_MAX)]
    votes: Annotated[list[Short], Field(max_length=SUMMARY_IDS_MAX)]
    contents: Annotated[list[Id], Field(max_length=1_000)]


class Tip(Model):
    """The sender's last final minute."""

    height: Count
    minute: Id


class WantMinutes(Model):
    """Ask for final minutes from this height on; ``rosters``, for what COL-2 needs as well."""

    start: Annotated[int, Field(ge=1)]
    rosters: bool = False


class Minutes(Model):
    """Final minutes from ``start``; blobs: for each the minute, its certificate, its records.

    ``records`` gives the number of record blobs of each; ``tip`` is the sender's height.
    Last come as many blobs as ``rosters`` has heights: who attests from that height on,
    where one of these minutes changed it.
    """

    start: Annotated[int, Field(ge=1)]
    tip: Count
    records: Annotated[list[Count], Field(max_length=BATCH_MINUTES_MAX)]
    rosters: list[Count] = Field(default=[], max_length=BATCH_MINUTES_MAX)


class WantState(Model):
    """Ask for the state after minute ``height``, for the keys behind ``after``."""

    height: Count
    after: Annotated[str, Field(max_length=STATE_KEY_MAX)]


class State(Model):
    """Blobs: key, value, key, value in the order of keys, of the state after ``height``.

    ``more``: there are keys behind. A sender that has the state of another height by now
    names that one and sends none.
    """

    height: Count
    more: bool


class WantGrounds(Model):
    """Ask what made the minute of a height final; ``whole``: and what led to it."""

    height: Annotated[int, Field(ge=1)]
    whole: bool


class Grounds(Model):
    """Blobs: the certificate that made the minute of ``height`` final, then those before it."""

    height: Annotated[int, Field(ge=1)]


class WantRecords(Model):
    """Ask for records by id."""

    records: Annotated[list[Id], Field(min_length=1, max_length=1_000)]


class WantContents(Model):
    """Ask for the content of minutes of the height under way."""

    minutes: Annotated[list[Id], Field(min_length=1, max_length=100)]


class Records(Model):
    """Blobs: record frames. With ``more``, the sender waits for MORE_RECORDS."""

    more: bool


class Knock(Model):
    """A newcomer asks for the charter; the invite's secret signs its device."""

    token: PublicKey
    token_sig: SignatureHex


class Refusal(Model):
    """A newcomer's record can't be taken, and why."""

    record: Id
    code: Annotated[str, StringConstraints(pattern=r"\A[A-Z]{3}-[0-9]{1,2}\z")]


class Empty(Model):
    """Nothing: MORE_RECORDS asks for the next batch; VOTES, CONTENTS, CHARTER are blobs."""

    type: Literal["empty"] = "empty"


Head = (
    Status
    | Summary
    | Tip
    | WantMinutes
    | Minutes
    | WantRecords
    | WantContents
    | Records
    | Knock
    | Refusal
    | WantState
    | State
    | WantGrounds
    | Grounds
    | Empty
)

_HEADS: dict[Kind, type[Head]] = {
    Kind.STATUS: Status,
    Kind.SUMMARY: Summary,
    Kind.TIP: Tip,
    Kind.WANT_MINUTES: WantMinutes,
    Kind.MINUTES: Minutes,
    Kind.RECORDS: Records,
    Kind.MORE_RECORDS: Empty,
    Kind.WANT_RECORDS: WantRecords,
    Kind.VOTES: Empty,
    Kind.CONTENTS: Empty,
    Kind.WANT_CONTENTS: WantContents,
    Kind.KNOCK: Knock,
    Kind.CHARTER: Empty,
    Kind.REFUSAL: Refusal,
    Kind.WANT_STATE: WantState,
    Kind.STATE: State,
    Kind.WANT_GROUNDS: WantGrounds,
    Kind.GROUNDS: Grounds,
}

_EMPTY = Empty()
_EMPTY_DATA = encode(_EMPTY.model_dump())


@dataclass(frozen=True, slots=True)
class Message:
    """A message as values."""

    kind: Kind
    head: Head
    blobs: tuple[bytes, ...] = ()


def encode_message(message: Message) -> bytes:
    """Return the bytes of a message."""
    kind = bytes((message.kind,))
    if isinstance(message.head, Status):
        return kind + bytes.fromhex(message.head.digest)
    head = _EMPTY_DATA if isinstance(message.head, Empty) else encode(message.head.model_dump())
    parts = [kind, len(head).to_bytes(4, "big"), head]
    for blob in message.blobs:
        parts.append(len(blob).to_bytes(4, "big"))
        parts.append(blob)
    return b"".join(parts)


def decode_message(data: bytes) -> Message:
    """Return the message in ``data``; raises DecodeError SYN-1 or CAN-n."""
    if not data or len(data) > MESSAGE_SIZE_MAX:
        raise DecodeError("SYN-1", size=len(data))
    try:
        kind = Kind(data[0])
    except ValueError:
        raise DecodeError("SYN-1", kind=data[0]) from None
    if kind is Kind.STATUS:
        if len(data) != 33:
            raise DecodeError("SYN-1", size=len(data))
        return Message(kind, Status(digest=data[1:].hex()))
    head_data, *blobs = _blobs(data)
    if head_data == _EMPTY_DATA and _HEADS[kind] is Empty:
        return Message(kind, _EMPTY, tuple(blobs))
    value = decode(head_data, MESSAGE_SIZE_MAX)
    try:
        head = _HEADS[kind].model_validate(value)
    except ValidationError as error:
        raise DecodeError("SYN-1", fields=[str(e["loc"]) for e in error.errors()]) from None
    return Message(kind, head, tuple(blobs))


def _blobs(data: bytes) -> list[bytes]:
    blobs: list[bytes] = []
    at, size = 1, len(data)
    while at < size or not blobs:
        start = at + 4
        end = start + int.from_bytes(data[at:start], "big")
        if start > size or end > size:
            raise DecodeError("SYN-1", at=at)
        blobs.append(data[start:end])
        at = end
    return blobs
