"""Checking one record of the book again, step by step, and saying what was found."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rochdale_protocol.core.errors import CodedError, Refused
from rochdale_protocol.core.hashes import ZERO_ID, record_id
from rochdale_protocol.core.records import Verified, decode_record, pack_record, verify_record
from rochdale_protocol.minutes.execute import chain_key
from rochdale_protocol.minutes.merkle import records_path, root_from_path
from rochdale_protocol.minutes.minute import Minute
from rochdale_protocol.minutes.shelf import height_key
from rochdale_protocol.minutes.votes import Certificate
from rochdale_protocol.views import Checked

from ..words import words_of
from .pages import member_of, name_of, place_of

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["verify"]


def verify(book: Book, record: Verified) -> list[Checked]:
    """Return every step of a record's verification, done now on the stored bytes."""
    steps: list[tuple[str, Callable[[], str]]] = [
        ("form", lambda: _form(record)),
        ("signature", lambda: _signature(book, record)),
        ("body", lambda: _body(record)),
        ("author", lambda: _author(book, record)),
        ("chain", lambda: _chain(book, record)),
        ("minute", lambda: _minute(book, record)),
        ("certificate", lambda: _certificate(book, record)),
    ]
    return [_check(name, step) for name, step in steps]


def _check(name: str, step: Callable[[], str]) -> Checked:
    try:
        return Checked(name=name, ok=True, detail=step(), code="")
    except CodedError as error:
        message, _ = words_of(error.code, error.fields)
        return Checked(name=name, ok=False, detail=message, code=error.code)


def _form(record: Verified) -> str:
    again = decode_record(pack_record(record))
    if again.id != record_id(record.header_bytes):
        raise Refused("REC-2", record=record.id)
    return f"{len(record.header_bytes)} bytes of header, canonical; their hash is the id"


def _signature(book: Book, record: Verified) -> str:
    verify_record(record, book.coop)
    return f"Ed25519, by device {record.header.device[:8]}, for this co-op"


def _body(record: Verified) -> str:
    if record.body is None:
        return "erased; the header still names its hash"
    return f"{len(record.body)} bytes, the ones that the header names"


def _author(book: Book, record: Verified) -> str:
    device = record.header.device
    entry = book.ledger.ahead.get(f"device/{device}")
    if entry is None:
        raise Refused("CHN-1", device=device)
    member = member_of(book, device)
    return f"a device of {name_of(book, member) or member[:8]}, {entry['status']} today"


def _chain(book: Book, record: Verified) -> str:
    header = record.header
    stands = book.ledger.desk["chain"].get(chain_key(header.device, header.seq))
    if stands is not None and stands.decode() != record.id:
        raise Refused("CHN-5", first=stands.decode())
    if header.seq == 1:
        if header.prev != ZERO_ID:
            raise Refused("CHN-5")
        return "number 1, the first of its device"
    before = book.ledger.record(header.prev)
    if before is None or before.header.seq != header.seq - 1:
        raise Refused("CHN-4", prev=header.prev)
    return f"number {header.seq}, on top of {header.prev[:8]}"


def _final_minute(book: Book, record: Verified) -> Minute | None:
    place = place_of(book, record.id)
    return None if place is None else book.ledger.minute(place[0])


def _minute(book: Book, record: Verified) -> str:
    place, minute = place_of(book, record.id), _final_minute(book, record)
    if place is None or minute is None:
        return "pending: no minute holds it yet, so it does not count yet"
    height, index, code = place
    path = records_path(minute.records, index)
    root = root_from_path((record.id, code), index, minute.header.count, path)
    if root != minute.header.records_root:
        raise Refused("MRK-5", index=index)
    if code:
        return f"M{height}, entry {index}: refused there with {code}"
    return f"M{height}, entry {index}, {len(path)} hashes up to its root"


def _certificate(book: Book, record: Verified) -> str:
    minute = _final_minute(book, record)
    if minute is None:
        return "pending: not attested yet"
    height = minute.header.height
    stored = book.ledger.desk["finals"].get(height_key(height)) or b""
    certificate = Certificate.from_bytes(stored)
    certificate.check_final(minute.id, height, minute.header.prev)
    roster = book.ledger.roster_at(height)
    certificate.check(book.coop, roster)
    return f"{len(certificate.signers)} of {len(roster)} witnesses signed M{height}"
