"""Records: a signed header that names its body by a hash (REC-n in ``specs/02-records.md``).

The way in is ``bytes -> Record -> Verified``: ``decode_record`` checks the form,
``verify_record`` the signature; everything behind takes only ``Verified``.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Annotated, Any, NewType

import orjson
from pydantic import Field, StringConstraints, ValidationError

from .canonical import decode, encode
from .errors import DecodeError, Refused
from .fields import Body, Id, Millis, Model, PublicKey
from .hashes import ZERO_ID, Tag, record_id
from .keys import Signer, is_valid
from .limits import BODY_SIZE_MAX, HEADER_SIZE_MAX, REFS_MAX
from .ruleset import PROTOCOL_VERSION

__all__ = [
    "Header",
    "Record",
    "Verified",
    "author_record",
    "body_hash",
    "check_body",
    "decode_header",
    "decode_record",
    "pack_record",
    "read_body",
    "record_size",
    "unpack_record",
    "verify_record",
]


class Header(Model):
    """What is signed. ``at`` is the author's clock in milliseconds and proves nothing."""

    v: int
    coop: Id
    device: PublicKey
    seq: Annotated[int, Field(ge=1, le=2**53 - 1)]
    prev: Id
    seen: Id
    refs: Annotated[list[Id], Field(max_length=REFS_MAX)]
    at: Millis
    kind: Annotated[str, StringConstraints(pattern=r"\A[a-z]{1,20}\.[a-z]{1,20}\z")]
    body_hash: Id
    body_size: Annotated[int, Field(ge=1, le=BODY_SIZE_MAX)]


@dataclass(frozen=True, slots=True)
class Record:
    """A record whose form is right; ``body`` is None where it was erased."""

    id: str
    header: Header
    header_bytes: bytes
    signature: bytes
    body: bytes | None


Verified = NewType("Verified", Record)
"""A record whose signature was checked, here or by a quorum that certified it."""

_validate = Header.__pydantic_validator__.validate_python
_SIGN = Tag.SIGN_RECORD.value
_BODY = Tag.BODY.value


def body_hash(body: bytes) -> str:
    """Return the hash that a header names a body by (REC-6)."""
    return sha256(_BODY + body).hexdigest()


def decode_header(data: bytes) -> Header:
    """Return the header in canonical bytes.

    Raises:
        DecodeError: CAN-1, CAN-2, CAN-7; REC-2 the fields; REC-3 the version;
            REC-9 refs not sorted or repeated.
    """
    if len(data) > HEADER_SIZE_MAX:
        raise DecodeError("CAN-1", size=len(data), size_max=HEADER_SIZE_MAX)
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise DecodeError("CAN-2", at=error.pos) from None
    try:
        header: Header = _validate(value)
    except ValidationError as error:
        raise DecodeError("REC-2", fields=[str(item["loc"]) for item in error.errors()]) from None
    if orjson.dumps(value, option=orjson.OPT_SORT_KEYS) != data:
        raise DecodeError("CAN-7")
    if header.v != PROTOCOL_VERSION:
        raise DecodeError("REC-3", v=header.v)
    refs = header.refs
    if len(refs) > 1 and any(a >= b for a, b in pairwise(refs)):
        raise DecodeError("REC-9")
    return header


def decode_record(frame: bytes) -> Record:
    """Return the record in a frame: header, signature, and the body unless erased.

    The frame is the header's size in two bytes, the header, 64 bytes of signature,
    and the body (nothing where it was erased; no body is empty).

    Raises:
        DecodeError: REC-1 the frame is cut short or too long; REC-6 the body is not
            the one that the header names; what ``decode_header`` raises.
    """
    if len(frame) < 66:
        raise DecodeError("REC-1", size=len(frame))
    end = 2 + int.from_bytes(frame[:2], "big")
    if len(frame) < end + 64 or len(frame) > end + 64 + BODY_SIZE_MAX:
        raise DecodeError("REC-1", size=len(frame))
    header_bytes = frame[2:end]
    header = decode_header(header_bytes)
    body = frame[end + 64 :] or None
    if body is not None:
        check_body(header, body)
    return Record(record_id(header_bytes), header, header_bytes, frame[end : end + 64], body)


def check_body(header: Header, body: bytes) -> None:
    """Raise DecodeError REC-6 unless ``body`` is the one that the header names."""
    if len(body) != header.body_size or sha256(_BODY + body).hexdigest() != header.body_hash:
        raise DecodeError("REC-6")


def read_body(body: bytes | None) -> dict[str, Any] | None:
    """Return what a body says, whatever was signed: None if it was erased or says nothing.

    A record is kept, and may be minuted as refused (REC-8), whose body is no JSON object.
    """
    try:
        value = None if body is None else decode(body, BODY_SIZE_MAX)
    except DecodeError:
        return None
    return value if isinstance(value, dict) else None


def pack_record(record: Record) -> bytes:
    """Return the frame of a record; ``decode_record`` is its inverse."""
    size = len(record.header_bytes).to_bytes(2, "big")
    return size + record.header_bytes + record.signature + (record.body or b"")


def record_size(record: Record) -> int:
    """Return the bytes of a record with the body that its header names, erased or not."""
    return 66 + len(record.header_bytes) + record.header.body_size


def unpack_record(stored: bytes, body: bytes | None) -> Verified:
    """Return a record from a frame that this node stored after checking it."""
    (size,) = struct.unpack_from(">H", stored)
    header_bytes = stored[2 : 2 + size]
    # Validating again is quicker than every other way to make a model.
    header: Header = _validate(orjson.loads(header_bytes))
    signature = stored[2 + size : 66 + size]
    return Verified(Record(record_id(header_bytes), header, header_bytes, signature, body))


def verify_record(record: Record, coop: str) -> Verified:
    """Check the co-op and the signature.

    Raises:
        Refused: REC-4 it belongs to another co-op, REC-5 the signature is not the device's.
    """
    if record.header.coop != coop:
        raise Refused("REC-4", coop=record.header.coop)
    device = bytes.fromhex(record.header.device)
    if not is_valid(device, _SIGN + record.header_bytes, record.signature):
        raise Refused("REC-5", record=record.id)
    return Verified(record)


def author_record(
    signer: Signer, body: Body, *, coop: str, seq: int, prev: str, seen: str, at: int
) -> Verified:
    """Sign a new record; the caller journals it before it is sent."""
    data = encode(body.model_dump(mode="json"))
    if len(data) > BODY_SIZE_MAX:
        raise DecodeError("CAN-1", size=len(data), size_max=BODY_SIZE_MAX)
    header = Header(
        v=PROTOCOL_VERSION,
        coop=coop,
        device=signer.public,
        seq=seq,
        prev=prev if seq > 1 else ZERO_ID,
        seen=seen,
        refs=sorted(set(body.refs())),
        at=at,
        kind=body.kind,
        body_hash=body_hash(data),
        body_size=len(data),
    )
    header_bytes = encode(header.model_dump())
    signature = signer.sign(Tag.SIGN_RECORD, header_bytes)
    return Verified(Record(record_id(header_bytes), header, header_bytes, signature, data))
