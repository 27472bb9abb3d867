"""The witnesses of a book, those who are away and those who are dormant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rochdale_protocol.core.limits import DAY_MS
from rochdale_protocol.membership.attendance import Dormant
from rochdale_protocol.views import WitnessView

from .alerts import attendance_of
from .pages import attesters, name_of

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["witnesses"]

ATTESTED_LOOKED_MAX: Final = 64
"""How many minutes back a witness is looked for; an older one reads as 0."""


def witnesses(book: Book, me: str) -> list[WitnessView]:
    """Return who attests the next minute, then who is dormant; ``me`` is this device."""
    seen = attendance_of(book)
    away = {one.device: one for one in seen.away}
    active = [(each.member, each.device) for each in book.ledger.roster.witnesses]
    last = _last(book, {device for _, device in active})
    views = []
    for member, device in active:
        absent = away.get(device)
        views.append(
            WitnessView(
                member=member,
                name=name_of(book, member),
                device=device,
                since=book.final.need(f"witness/{member}")["since"],
                last=last.get(device, 0),
                linked=device == me or device in book.links,
                status="attesting" if absent is None else "away",
                dormant_on=0 if absent is None else absent.day * DAY_MS,
                dormant_at=0 if absent is None else absent.height,
            )
        )
    return views + [_dormant(book, one, me) for one in seen.dormant]


def _dormant(book: Book, one: Dormant, me: str) -> WitnessView:
    return WitnessView(
        member=one.member,
        name=name_of(book, one.member),
        device=one.device,
        since=one.since,
        last=0,
        linked=one.device == me or one.device in book.links,
        status="dormant",
        dormant_on=0,
        dormant_at=0,
    )


def _last(book: Book, devices: set[str]) -> dict[str, int]:
    """Return the newest height that each device attested, as far back as is looked."""
    last: dict[str, int] = {}
    height = book.ledger.height
    for at in range(height, max(0, height - ATTESTED_LOOKED_MAX), -1):
        for device in attesters(book, at):
            last.setdefault(device, at)
        if devices <= last.keys():
            break
    return last
