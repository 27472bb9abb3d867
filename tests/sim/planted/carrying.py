"""Bugs in what records do, and in what becomes of those that wait."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

from rochdale_protocol.core.records import Record, Verified
from rochdale_protocol.minutes import execute
from rochdale_protocol.minutes.ledger import Ledger
from rochdale_protocol.minutes.minute import Minute
from rochdale_protocol.minutes.page import Page
from rochdale_protocol.minutes.pool import Pool
from rochdale_protocol.minutes.votes import Vote, VoteKind
from rochdale_protocol.state.state import ReadState
from rochdale_protocol.sync import session

from .bug import Patch, bug


@bug(liar="bungler", seed=61)
def the_state_root_not_checked(patch: Patch) -> None:
    """A minute may name any state (MIN-18)."""
    finish = execute.Session.finish
    check = Page.check

    def lax(page: Page, minute: Minute, listed: list[Verified]) -> execute.Carried:
        def finished(carrying: execute.Session, *given: Any) -> execute.Carried:
            carried = finish(carrying, *given)
            return replace(carried, state_root=minute.header.state_root)

        with Patch.context() as inner:
            inner.setattr(execute.Session, "finish", finished)
            return check(page, minute, listed)

    patch.setattr(Page, "check", lax)


@bug(liar="skipper", seed=50)
def no_check_for_gaps_in_chains(patch: Patch) -> None:
    """A record may stand behind one that is not minuted yet (EXE-3)."""
    add = execute.Session.add

    def careless(carrying: execute.Session, record: Verified) -> str:
        header = record.header
        device = carrying.state.get(f"device/{header.device}")
        if device is not None and header.seq > device["seq"] + 1 and device["status"] == "active":
            code = carrying._try(record, device["member"])
            carrying._minuted(record, code)
            return code
        return add(carrying, record)

    patch.setattr(execute.Session, "add", careless)


@bug(seed=1)
def a_chain_out_of_order(patch: Patch) -> None:
    """What stands before a record in its chain is not looked at, only that it is newer (EXE-4)."""
    of_device = Pool.of_device
    patch.setattr(Pool, "of_device", lambda pool, device: of_device(pool, device)[::-1])
    no_check_for_gaps_in_chains(patch)


@bug(seed=63)
def a_deadline_missed(patch: Patch) -> None:
    """Now and then a node overlooks what its minute's time makes due (EXE-1)."""
    due = execute.due_deadlines
    turns = count()

    def absent(state: ReadState, until: int) -> Iterator[tuple[str, str, str]]:
        return iter(()) if next(turns) % 20 == 19 else due(state, until)

    patch.setattr(execute, "due_deadlines", absent)


@bug(seed=5)
def a_rule_that_is_no_function_of_the_book(patch: Patch) -> None:
    """A rule refuses by something that differs between nodes (EXE-2)."""
    attempt = execute.Session._try
    turns = count()

    def moody(carrying: execute.Session, record: Verified, member: str) -> str:
        return "GOV-5" if next(turns) % 40 == 39 else attempt(carrying, record, member)

    patch.setattr(execute.Session, "_try", moody)


@bug(liar="impersonator")
def record_signatures_not_checked(patch: Patch) -> None:
    """Whoever is named in a record is taken to have signed it (REC-5)."""

    def trusting(record: Record, coop: str) -> Verified:
        return Verified(record)

    patch.setattr(session, "verify_record", trusting)


@bug()
def signing_on_top_of_the_final_state_alone(patch: Patch) -> None:
    """An author forgets that an earlier record of its own still waits (LED-7)."""
    author = Ledger.author

    def forgetful(book: Ledger, body: Any) -> Verified:
        with Patch.context() as inner:
            inner.setattr(Pool, "of_device", lambda pool, device: [])
            inner.setattr(Ledger, "_ahead_session", lambda me: me._page.session(me.wall_ms))
            return author(book, body)

    patch.setattr(Ledger, "author", forgetful)


@bug(seed=6)
def records_lost_with_a_failed_view(patch: Patch) -> None:
    """What a nullified view's minute listed is dropped from the pool (POO-3)."""
    keep_vote = Ledger._keep_vote

    def wasteful(book: Ledger, vote: Vote) -> bool:
        new = keep_vote(book, vote)
        if vote.kind is VoteKind.NULLIFY and vote.device == book.machine.me:
            for minute in book.contents:
                for record, _ in minute.records:
                    book.drop(record)
        return new

    patch.setattr(Ledger, "_keep_vote", wasteful)


@bug(seed=29)
def votes_not_told_again(patch: Patch) -> None:
    """Two nodes that meet tell each other records, and not the votes of the height (SYN-2)."""
    patch.setattr(session, "book_digest", lambda book: f"{book.tip.id[:32]}{len(book.pool):032x}")
