"""Who contradicted themselves: what this node holds of it, and what the book does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rochdale_protocol.core.errors import LocalError
from rochdale_protocol.membership.records import WitnessEvidence
from rochdale_protocol.minutes.votes import Vote
from rochdale_protocol.state.state import Value
from rochdale_protocol.views import EvidenceView

from .pages import member_of, name_of

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["evidence", "file_of", "named"]


def named(book: Book, device: str) -> str:
    """Return the member of a device by name and key, or the device itself where none is known."""
    member = member_of(book, device)
    name = name_of(book, member)
    return f"{name} {member[:8]}" if name else f"device {device[:8]}"


def evidence(book: Book) -> list[EvidenceView]:
    """Return all evidence that is held or on record, the newest first."""
    found = [_records_view(book, key, entry) for key, entry in book.final.scan("evidence/record/")]
    for (_, device), (votes, record) in _votes(book).items():
        found.append(_votes_view(book, device, votes, record))
    return sorted(found, key=lambda one: (-one.height, one.device, one.type))


def _records_view(book: Book, device: str, entry: Value) -> EvidenceView:
    member = member_of(book, device)
    first, second, height = entry["first"], entry["second"], entry["at"]
    return EvidenceView(
        device=device,
        member=member,
        name=name_of(book, member),
        type="record",
        height=height,
        time=_time(book, height),
        first=first,
        second=second,
        detail=(f"two records with one number: {first[:8]} stands, {second[:8]} froze the device"),
        record=second,
        at=height,
    )


def _votes_view(book: Book, device: str, votes: WitnessEvidence, record: str) -> EvidenceView:
    member = member_of(book, device)
    place = book.ledger.place(record) if record else None
    return EvidenceView(
        device=device,
        member=member,
        name=name_of(book, member),
        type="vote",
        height=votes.height,
        time=_time(book, votes.height),
        first=votes.first,
        second=votes.second,
        detail=_what(votes),
        record=record,
        at=0 if place is None else place[0],
    )


def _time(book: Book, height: int) -> int:
    minute = book.ledger.minute(height)
    return 0 if minute is None else minute.header.time


def _votes(book: Book) -> dict[tuple[int, str], tuple[WitnessEvidence, str]]:
    """Return contradictory votes by height and device, with the record that holds them or ""."""
    found = {(votes.height, device): (votes, "") for device, votes in book.ledger.contradictions()}
    for device, votes, record in _on_record(book):
        found[votes.height, device] = (votes, record)
    return found


def _on_record(book: Book) -> Iterator[tuple[str, WitnessEvidence, str]]:
    for device, entry in book.ahead.scan("evidence/vote/"):
        body = book.body(entry["record"])
        if body is not None:
            yield device, WitnessEvidence.model_validate(body), entry["record"]


def _what(votes: WitnessEvidence) -> str:
    from rochdale_protocol.proofs.evidence import said

    one, other = (Vote.from_bytes(bytes.fromhex(data)) for data in (votes.first, votes.second))
    return (
        f"two votes in view {one.view} of M{votes.height} that exclude each other:"
        f" it {said(one)}, and it {said(other)}"
    )


def file_of(book: Book, device: str) -> bytes:
    """Return the file of evidence (EVD-3) against a device: what is on record, else the oldest.

    Raises:
        LocalError: API-3 no contradictory votes of that device are held.
    """
    from rochdale_protocol.proofs.evidence import evidence_file

    held = [
        (not record, height, votes)
        for (height, whose), (votes, record) in _votes(book).items()
        if whose == device
    ]
    if not held:
        raise LocalError("API-3", type="evidence", id=device[:64])
    return evidence_file(book.coop, min(held, key=lambda one: one[:2])[2])
