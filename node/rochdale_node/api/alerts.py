"""What keeps a book from going on, or soon may: forks, a stall, witnesses who are away.

The figures are the protocol's (``membership/attendance.py``); here are the words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from rochdale_protocol.core.limits import DAY_MS
from rochdale_protocol.membership.attendance import (
    ATTENDED_MINUTES,
    Absent,
    Attendance,
    attendance,
    lacking,
)
from rochdale_protocol.minutes.roster import Witness
from rochdale_protocol.minutes.votes import Certificate
from rochdale_protocol.views import Alert

from .evidence import named
from .pages import attesters, name_of

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["alerts", "attendance_of", "date_of", "forks", "is_standing_still", "parted_at"]

NAMES_MAX: Final = 5
"""Names in one sentence; the list of witnesses has them all."""

_MORE: Final = ("One", "Two", "Three")
_SPARE: Final = ("No witness to spare", "One witness to spare", "Two witnesses to spare")
_GONE: Final = "If a third or more are gone for good, begin anew: rochdale coop refound."


def attendance_of(book: Book) -> Attendance:
    """Return who attests, as far as this node can tell."""
    ledger = book.ledger
    last = range(max(1, ledger.height - ATTENDED_MINUTES + 1), ledger.height + 1)
    attested = [_attested(book, height) for height in last]
    present = {*book.links, ledger.mine, *(vote.device for vote in ledger.machine.votes())}
    return attendance(ledger.final, ledger.roster, ledger.height, attested, present)


def _attested(book: Book, height: int) -> set[str]:
    """Return who signed a minute, by my certificate or the one that the next minute carries."""
    signers = set(attesters(book, height))
    after = book.ledger.minute(height + 1)
    if after is not None:
        witnesses = book.ledger.roster_at(height).witnesses
        signers.update(witnesses[place].device for place in after.signers())
    return signers


def forks(book: Book) -> list[Certificate]:
    """Return the certificates of other minutes that are final in others' books (SYN-12)."""
    return [Certificate.from_bytes(data) for _, data in book.ledger.desk["meta"].scan("fork/")]


def alerts(book: Book) -> list[Alert]:
    """Return what to know, the worst first; empty where all is well.

    A book that this device refounded stands still for good (RFD-7): that is no news. Who left
    hears no more of it (SYN-6).
    """
    if book.ledger.successor:
        return list(_forks(book))
    if left := book.ledger.left_at(book.ledger.mine):
        return [*_forks(book), _left(left)]
    seen = attendance_of(book)
    found = [*_forks(book), *_stall(book), *_away(book, seen), *_few(seen), *_dormant(book, seen)]
    worst = ("bad", "warn", "note")
    return sorted(found, key=lambda one: worst.index(one.level))


def _left(height: int) -> Alert:
    return Alert(
        what="left",
        level="note",
        id="",
        title=f"Your membership ended with M{height}",
        detail="This node keeps the book up to there, and hears nothing that came after.",
        next="To come back, ask a member for an invitation, then: rochdale coop join LINK.",
    )


def _forks(book: Book) -> Iterator[Alert]:
    for other in forks(book):
        mine = book.ledger.minute(other.height)
        assert mine is not None
        both = [
            named(book, device)
            for device, votes in book.ledger.contradictions()
            if votes.height == other.height
        ]
        whose = parted_at(book, other.height)
        signed = (
            f"{len(both)} witnesses signed both: {_names(both)}"
            if both
            else ("who signed both is not known yet")
        )
        yield Alert(
            what="fork",
            level="bad",
            id=other.minute,
            title=f"FORK at M{other.height}",
            detail=(
                f"Another minute, {other.minute[:8]}, is final in the book of {whose};"
                f" here it is {mine.id[:8]}. {signed}."
            ),
            next=(
                "Nobody's book is rewritten. Tell the members, compare your books (rochdale"
                " evidence list, rochdale status), and decide together how to go on; rochdale"
                " coop refound begins a new book."
            ),
        )


def is_standing_still(book: Book) -> bool:
    """Say whether the next minute waits for more witnesses than are heard."""
    return bool(_lacking(book)[0])


def _lacking(book: Book) -> tuple[int, tuple[Witness, ...]]:
    ledger = book.ledger
    over = bool(ledger.successor)
    if over or ledger.stall is None or not ledger.stall[2]:  # patience has not run out
        return 0, ()
    return lacking(ledger.roster, ledger.machine.view, ledger.machine.votes())


def parted_at(book: Book, height: int) -> str:
    """Return whose book has another final minute of a height, as far as this run has met them."""
    parted = sorted(peer for peer, at in book.parted.items() if at == height)
    return _names([named(book, peer) for peer in parted]) or "another member"


def _stall(book: Book) -> Iterator[Alert]:
    more, unseen = _lacking(book)
    if more:
        names = _names([_called(book, witness.member) for witness in unseen])
        of = f"{more} more of {names} must attest" if more < len(unseen) else f"{names} must attest"
        yield Alert(
            what="stall",
            level="bad",
            id="",
            title="The book stands still",
            detail=f"{of}.",
            next=f"Ask them to open their laptops and start their nodes: rochdale up. {_GONE}",
        )


def _away(book: Book, seen: Attendance) -> Iterator[Alert]:
    if not seen.away or seen.spare >= len(_MORE):
        return
    names = _names([_called(book, one.member) for one in seen.away])
    title, effect = "Too many are away", "The book can't go on without some of them: "
    if seen.spare >= 0:
        title = _SPARE[seen.spare]
        effect = f"{_MORE[seen.spare]} more away and the book stands still: "
    if is_standing_still(book):  # which another alert says
        effect = ""
    last = f"of the last {seen.looked} minutes" if seen.looked > 1 else "of the minutes so far"
    yield Alert(
        what="away",
        level="bad" if seen.spare <= 0 else "warn" if seen.spare == 1 else "note",
        id="",
        title=title,
        detail=f"{effect}{names} attested none {last}. {_dormancy(book, seen.away)}.",
        next=(
            "Ask them to open their laptops and start their nodes: rochdale up. Other members"
            f" can attest as well: rochdale witness ready. {_GONE}"
        ),
    )


def _dormancy(book: Book, away: tuple[Absent, ...]) -> str:
    first = min(away, key=lambda one: (one.day, one.height, one.member))
    who = _called(book, first.member) if len(away) > 1 else "It"
    tip = book.ledger.tip.header
    when = [f"on {date_of(first.day)}"] if first.day * DAY_MS > tip.time else []
    if first.height > tip.height + 1:
        when.append(f"from M{first.height} on")
    said = ", ".join(when) or "with the next day's first minute"
    return f"{who} may go dormant {said}, unless it attests before"


def date_of(day: int) -> str:
    """Return the date of a day, counted from 1970."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=min(day, 2_900_000))).strftime(
        "%Y-%m-%d"
    )


def _few(seen: Attendance) -> Iterator[Alert]:
    if seen.witnesses >= 4:
        return
    detail = f"With {seen.witnesses} witnesses everyone is needed: one away and it stands still."
    if seen.witnesses == 1:
        detail = "There is one witness: while it is away the book stands still."
    yield Alert(
        what="few",
        level="note",
        id="",
        title="Everyone is needed",
        detail=detail,
        next="From four on one may be away: invite others, and let each attest.",
    )


def _dormant(book: Book, seen: Attendance) -> Iterator[Alert]:
    if not seen.dormant:
        return
    count = len(seen.dormant)
    names = _names([f"{_called(book, one.member)} since M{one.since}" for one in seen.dormant])
    yield Alert(
        what="dormant",
        level="note",
        id="",
        title="A witness is dormant" if count == 1 else f"{count} witnesses are dormant",
        detail=f"{names}. Minutes are made without them.",
        next="They come back by themselves once their nodes run: rochdale up.",
    )


def _called(book: Book, member: str) -> str:
    return f"{name_of(book, member)} {member[:8]}"


def _names(names: Iterable[str]) -> str:
    listed = list(names)
    shown = ", ".join(listed[:NAMES_MAX])
    rest = len(listed) - NAMES_MAX
    return f"{shown} and {rest} more" if rest > 0 else shown
