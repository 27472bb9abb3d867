"""Batches of final minutes for who lacks them (SYN-4)."""

from __future__ import annotations

from ..core.errors import Refused
from ..core.limits import BATCH_MINUTES_MAX, BATCH_SIZE
from ..minutes.ledger import Ledger
from .messages import Kind, Message, Minutes

__all__ = ["check_full", "minutes_from"]


def minutes_from(
    ledger: Ledger, start: int, *, last: int | None = None, rosters: bool = False
) -> Message:
    """Return a batch of final minutes with their certificates and records.

    Args:
        last: the last height to give, where it isn't the newest.
        rosters: and the lists of witnesses that they changed (COL-2).
    """
    tip = ledger.height if last is None else last
    blobs: list[bytes] = []
    named: list[int] = []
    lists: list[bytes] = []
    counts: list[int] = []
    size = 0
    for height in range(start, tip + 1):
        if size > BATCH_SIZE or len(counts) >= BATCH_MINUTES_MAX:
            break
        pieces = ledger.final_pieces(height)
        size += sum(len(piece) for piece in pieces)
        counts.append(len(pieces) - 2)
        blobs.extend(pieces)
        changed = ledger.changed_roster(height + 1) if rosters else None
        if changed is not None:
            named.append(height + 1)
            lists.append(changed)
            size += len(changed)
    head = Minutes(start=start, tip=tip, records=counts, rosters=named)
    return Message(Kind.MINUTES, head, (*blobs, *lists))


def check_full(message: Message) -> None:
    """Raise Refused SYN-3 if a batch with minutes holds fewer than ``minutes_from`` gives.

    Who hands out a minute at a time would hold up a newcomer, which asks one peer at once.
    """
    head = message.head
    assert isinstance(head, Minutes)
    is_short = 0 < len(head.records) < min(BATCH_MINUTES_MAX, head.tip + 1 - head.start)
    if is_short and sum(map(len, message.blobs)) <= BATCH_SIZE:
        raise Refused("SYN-3", start=head.start, minutes=len(head.records))
