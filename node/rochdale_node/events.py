"""What the lines of the event stream say: sentences for people, names with their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from rochdale_protocol.core.records import Verified
from rochdale_protocol.minutes.ledger import Contradiction, Finalised, Fork
from rochdale_protocol.sync.exchange import Rejected

from .api.alerts import alerts, parted_at
from .api.evidence import named
from .words import reason_of, words_of

if TYPE_CHECKING:
    from .book import Book

__all__ = ["STILL_S", "frozen_devices", "link_lost", "link_up", "stands_still", "told"]

STILL_S = 10
"""For how long nothing goes on before it is told: a leader who is away takes less."""

What = Literal["minute", "record", "evidence"]


def link_up(book: Book, peer: str) -> str:
    """Return what a new link says."""
    return f"{named(book, peer)} is linked."


def link_lost(book: Book, peer: str, why: str) -> str:
    """Return what a link's end says; ``why`` is noted as an error's code or in words."""
    reason = reason_of(why)
    return f"The link to {named(book, peer)} ended" + (f": {reason}." if reason else ".")


def told(
    book: Book, news: Finalised | Rejected | Contradiction | Fork | Verified
) -> tuple[What, str, str]:
    """Return the type of an event, its text, and the id of what it is about."""
    if isinstance(news, Finalised):
        minute = news.minute
        count = "1 record" if minute.header.count == 1 else f"{minute.header.count} records"
        return "minute", f"M{minute.header.height} is final: {count}.", minute.id
    if isinstance(news, Rejected):
        message, _ = words_of(news.code, {})
        return "record", f"A record was not taken in. {message}", news.record
    if isinstance(news, Contradiction):
        device, height = news.first.device, news.first.height
        text = f"{named(book, device)} signed two votes in M{height} that exclude each other."
        return "evidence", f"{text} Both are kept: rochdale evidence list", device
    if isinstance(news, Fork):
        whose = parted_at(book, news.height)
        text = f"FORK: at M{news.height} another minute is final in the book of {whose}."
        return "evidence", f"{text} What to do: rochdale status", news.minute
    header = news.header
    return "record", f"{named(book, header.device)} signed a record: {header.kind}.", news.id


def stands_still(book: Book) -> str:
    """Return what keeps the book from going on, "" where nothing does."""
    found = next((one for one in alerts(book) if one.what == "stall"), None)
    return "" if found is None else f"{found.title}. {found.detail}"


def frozen_devices(book: Book, final: Finalised) -> list[tuple[str, str]]:
    """Return what to say of devices that a minute froze, each with the device (CHN-5)."""
    frozen = []
    for record, code in final.minute.records:
        held = book.ledger.record(record) if code == "CHN-5" else None
        if held is not None:
            device = held.header.device
            text = f"{named(book, device)} signed two records with one number; its device is frozen"
            frozen.append((f"{text}: rochdale evidence list", device))
    return frozen
