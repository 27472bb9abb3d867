"""Bugs in what is durable, and when."""

from __future__ import annotations

from typing import Any

from rochdale_protocol.core.records import Verified
from rochdale_protocol.minutes.ledger import Ledger
from rochdale_protocol.minutes.minute import Minute
from rochdale_protocol.minutes.shelf import height_key
from rochdale_protocol.sync.exchange import Effect, Exchange, Store

from ..disk import Disk
from .bug import Patch, bug


@bug(seed=6)
def no_fsync(patch: Patch) -> None:
    """The disk says that a commit is durable, and it is not (LED-1)."""
    patch.setattr(Disk, "syncs", False)


@bug(seed=29)
def votes_forgotten_at_restart(patch: Patch) -> None:
    """A process that starts doesn't read what it has signed of this height (LED-2)."""
    patch.setattr(Ledger, "_reload_votes", lambda book: None)


@bug(seed=3)
def a_journal_pruned_too_early(patch: Patch) -> None:
    """Votes of the height under way are dropped when a minute of it comes in (LED-3)."""
    add_minute = Ledger.add_minute

    def pruning(book: Ledger, minute: Minute) -> bool:
        new = add_minute(book, minute)
        if new:
            prefix = f"{height_key(book.height + 1)}/v/"
            for key in [key for key, _ in book.desk["votes"].scan(prefix)]:
                book.desk["votes"].delete(key)
        return new

    patch.setattr(Ledger, "add_minute", pruning)


@bug()
def sent_before_stored(patch: Patch) -> None:
    """Messages leave before what they say is durable (LED-1)."""
    finish = Exchange._finish

    def hasty(exchange: Exchange, now: Any) -> list[Effect]:
        effects = finish(exchange, now)
        return sorted(effects, key=lambda effect: isinstance(effect, Store))

    patch.setattr(Exchange, "_finish", hasty)


@bug(seed=336)
def pending_records_not_kept(patch: Patch) -> None:
    """A record that waits is forgotten with the process, its author's own as well (LED-7)."""
    keep = Ledger._keep

    def careless(book: Ledger, record: Verified) -> None:
        keep(book, record)
        book.desk["pending"].delete(record.id)

    patch.setattr(Ledger, "_keep", careless)
