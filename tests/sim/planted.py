"""Bugs that are planted in the real code, each to be found by the simulator.

A simulator that finds nothing proves nothing: for each of these, some seed must break. Each
is a mistake that somebody could make in one of the rules; some do harm only where a dishonest
witness makes use of them, whom ``liar`` then names.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import pytest

from rochdale_protocol.core.errors import Refused
from rochdale_protocol.core.hashes import ZERO_ID
from rochdale_protocol.core.records import Record, Verified
from rochdale_protocol.minutes import execute
from rochdale_protocol.minutes.holdings import Holdings
from rochdale_protocol.minutes.ledger import Ledger
from rochdale_protocol.minutes.machine import Machine, ProposeFresh, Sign, Step, Verdict
from rochdale_protocol.minutes.minute import Minute
from rochdale_protocol.minutes.page import Page
from rochdale_protocol.minutes.patience import Patience
from rochdale_protocol.minutes.pool import Pool
from rochdale_protocol.minutes.roster import Roster
from rochdale_protocol.minutes.shelf import height_key
from rochdale_protocol.minutes.votes import Certificate, Ground, Vote, VoteKind
from rochdale_protocol.state.state import ReadState
from rochdale_protocol.sync import session
from rochdale_protocol.sync.exchange import Effect, Exchange, Store

from .disk import Disk
from .run import run_seed

__all__ = ["BUGS", "SEEDS_MAX", "Bug", "Caught", "hunt"]

SEEDS_MAX = 1_000

Patch = pytest.MonkeyPatch


@dataclass(frozen=True, slots=True)
class Bug:
    """A mistake; ``plant`` makes it in the code of this process."""

    plant: Callable[[Patch], None]
    liar: str

    @property
    def name(self) -> str:
        return self.plant.__name__.replace("_", " ")

    @property
    def what(self) -> str:
        """What is wrong, in a line."""
        return (self.plant.__doc__ or "").strip()


@dataclass(frozen=True, slots=True)
class Caught:
    """The seed that broke, the last line of what was said of it, and what the hunt took."""

    seed: int
    error: str
    cpu_s: float


BUGS: list[Bug] = []


def hunt(bug: Bug, seeds_max: int = SEEDS_MAX) -> Caught | None:
    """Play seeds with a bug until one breaks."""
    began = time.process_time()
    with Patch.context() as patch:
        bug.plant(patch)
        for seed in range(seeds_max):
            error = run_seed(seed, liar=bug.liar).error
            if error:
                spent = round(time.process_time() - began, 2)
                return Caught(seed, error.strip().splitlines()[-1], spent)
    return None


def _bug(liar: str = "") -> Callable[[Callable[[Patch], None]], Callable[[Patch], None]]:
    def listed(plant: Callable[[Patch], None]) -> Callable[[Patch], None]:
        BUGS.append(Bug(plant, liar))
        return plant

    return listed


# Simplex --------------------------------------------------------------------------------


@_bug()
def finalize_after_nullify(patch: Patch) -> None:
    """A witness finalises a view that it has nullified (SIM-3)."""

    def finalize(machine: Machine) -> Sign | None:
        for view in machine._views(VoteKind.NOTARIZE):
            if not machine.has_signed(VoteKind.FINALIZE, view):
                for minute in machine._notarised(view):
                    if minute in machine._held:
                        return Sign(VoteKind.FINALIZE, view, minute, 0)
        return None

    patch.setattr(Machine, "_finalize", finalize)


@_bug()
def nullify_after_finalize(patch: Patch) -> None:
    """A witness that is out of patience nullifies the view before its own as well (SIM-6)."""
    nullify = Machine._nullify

    def thorough(machine: Machine, patience_over: bool) -> Sign | None:
        before = machine.view - 1
        if patience_over and before and not machine.has_signed(VoteKind.NULLIFY, before):
            return Sign(VoteKind.NULLIFY, before, ZERO_ID, 0)
        return nullify(machine, patience_over)

    patch.setattr(Machine, "_nullify", thorough)


@_bug(liar="equivocator")
def notarize_twice(patch: Patch) -> None:
    """A witness notarises every minute that is proposed in a view, not one (SIM-5)."""

    def notarize(machine: Machine) -> Sign | None:
        held = {
            (vote.view, vote.minute)
            for vote in machine.votes()
            if vote.device == machine.me and vote.kind is VoteKind.NOTARIZE
        }
        for view in machine._views(VoteKind.PROPOSE):
            for minute, parent in machine._proposals(view):
                if (view, minute) not in held and machine._is_justified(view, minute, parent):
                    return Sign(VoteKind.NOTARIZE, view, minute, 0)
        return None

    patch.setattr(Machine, "_notarize", notarize)


@_bug()
def propose_twice(patch: Patch) -> None:
    """A leader proposes again in the same view, a later minute (SIM-4)."""
    propose = Machine._propose
    asked = Counter[tuple[str | None, int, int]]()

    def eager(machine: Machine, waiting: bool) -> Step | None:
        view = machine.view
        if machine.has_signed(VoteKind.PROPOSE, view) and waiting:
            turn = (machine.me, machine.ground.height, view)
            asked[turn] += 1
            if asked[turn] == 4 and machine.leader(view) == machine.me:
                return ProposeFresh(view)
        return propose(machine, waiting)

    patch.setattr(Machine, "_propose", eager)


@_bug(liar="usurper")
def gaps_of_nullified_views(patch: Patch) -> None:
    """A proposal counts though a view between it and its parent was not nullified (SIM-5)."""

    def is_justified(machine: Machine, view: int, minute: str, parent: int) -> bool:
        if parent:
            return minute in machine._notarised(parent)
        return machine._held.get(minute, (None, ""))[0] is Verdict.VALID

    patch.setattr(Machine, "_is_justified", is_justified)


@_bug(liar="usurper")
def fresh_over_a_notarised_minute(patch: Patch) -> None:
    """A leader proposes a fresh minute though one is notarised, and others take it (SIM-4)."""

    def propose(machine: Machine, waiting: bool) -> Step | None:
        view = machine.view
        if machine.leader(view) != machine.me or machine.has_signed(VoteKind.PROPOSE, view):
            return None
        return ProposeFresh(view) if waiting else None

    patch.setattr(Machine, "_propose", propose)
    gaps_of_nullified_views(patch)


@_bug(liar="bungler")
def invalid_minutes_notarised(patch: Patch) -> None:
    """A minute is notarised whatever carrying it out gave (SIM-5)."""
    is_justified = Machine._is_justified

    def credulous(machine: Machine, view: int, minute: str, parent: int) -> bool:
        if not parent and minute in machine._held:
            return all(machine._is_nullified(between) for between in range(1, view))
        return is_justified(machine, view, minute, parent)

    patch.setattr(Machine, "_is_justified", credulous)


@_bug(liar="withholder")
def minutes_notarised_unseen(patch: Patch) -> None:
    """A minute is notarised though its content is not held (SIM-5)."""
    is_justified = Machine._is_justified

    def blind(machine: Machine, view: int, minute: str, parent: int) -> bool:
        if not parent and minute not in machine._held:
            return all(machine._is_nullified(between) for between in range(1, view))
        return is_justified(machine, view, minute, parent)

    patch.setattr(Machine, "_is_justified", blind)


@_bug()
def quorum_off_by_one(patch: Patch) -> None:
    """Two thirds are a quorum, not more than that (MIN-2)."""
    patch.setattr(Roster, "quorum", property(lambda roster: max(1, 2 * len(roster) // 3)))


@_bug(liar="equivocator")
def a_signer_counted_twice(patch: Patch) -> None:
    """The leader's vote counts as two (CRT-3)."""

    def certified(machine: Machine, kind: VoteKind, view: int) -> list[tuple[str, list[Vote]]]:
        leader = machine.leader(view)
        return [
            (minute, list(voters.values()))
            for (minute, _), voters in sorted(machine._votes.get((kind, view), {}).items())
            if len(voters) + (leader in voters) >= machine.ground.roster.quorum
        ]

    patch.setattr(Machine, "_certified", certified)


@_bug(liar="equivocator")
def votes_for_any_minute_counted(patch: Patch) -> None:
    """Votes for different minutes of one view make a certificate together (CRT-3)."""

    def certified(machine: Machine, kind: VoteKind, view: int) -> list[tuple[str, list[Vote]]]:
        answers = sorted(machine._votes.get((kind, view), {}).items())
        everybody = {device for _, voters in answers for device in voters}
        if len(everybody) < machine.ground.roster.quorum:
            return []
        return [(minute, list(voters.values())) for (minute, _), voters in answers]

    patch.setattr(Machine, "_certified", certified)


@_bug()
def endless_patience(patch: Patch) -> None:
    """Nobody ever tires of an absent leader (LED-6)."""
    patch.setattr(Patience, "is_over", lambda patience, view: False)


# The journal and the disk ---------------------------------------------------------------


@_bug()
def no_fsync(patch: Patch) -> None:
    """The disk says that a commit is durable, and it is not (LED-1)."""
    patch.setattr(Disk, "syncs", False)


@_bug()
def votes_forgotten_at_restart(patch: Patch) -> None:
    """A process that starts doesn't read what it has signed of this height (LED-2)."""
    patch.setattr(Ledger, "_reload_votes", lambda book: None)


@_bug()
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


@_bug()
def sent_before_stored(patch: Patch) -> None:
    """Messages leave before what they say is durable (LED-1)."""
    finish = Exchange._finish

    def hasty(exchange: Exchange, now: Any) -> list[Effect]:
        effects = finish(exchange, now)
        return sorted(effects, key=lambda effect: isinstance(effect, Store))

    patch.setattr(Exchange, "_finish", hasty)


@_bug()
def pending_records_not_kept(patch: Patch) -> None:
    """A record that waits is forgotten with the process, its author's own as well (LED-7)."""
    keep = Ledger._keep

    def careless(book: Ledger, record: Verified) -> None:
        keep(book, record)
        book.desk["pending"].delete(record.id)

    patch.setattr(Ledger, "_keep", careless)


# Rosters and certificates ---------------------------------------------------------------


@_bug()
def the_old_roster(patch: Patch) -> None:
    """Who has joined or left is no matter: the founders attest for ever (EXE-8)."""
    patch.setattr(Holdings, "roster_at", lambda book, height: book.rosters[0][1])


@_bug()
def a_roster_too_late(patch: Patch) -> None:
    """A running node goes on with the witnesses it had; a restarted one has the new (EXE-8)."""
    begin = Ledger._begin

    def late(book: Ledger) -> None:
        before = getattr(book, "roster", None)
        with Patch.context() as inner:
            if before is not None:
                inner.setattr(Ledger, "roster_at", lambda *_: before)
            begin(book)

    patch.setattr(Ledger, "_begin", late)


@_bug(liar="impersonator")
def vote_signatures_not_checked(patch: Patch) -> None:
    """Whoever is named in a vote is taken to have signed it (VOT-5)."""
    patch.setattr(Vote, "check", lambda vote, ground: None)


@_bug(liar="redater")
def votes_that_do_not_cover_their_height(patch: Patch) -> None:
    """What is signed names neither height nor minute before, nor the witnesses (VOT-1)."""

    def statement(ground: Ground, kind: VoteKind, view: int, minute: str, parent: int) -> bytes:
        return f"{ground.coop} {kind.name} {view} {minute} {parent}".encode()

    patch.setattr(Ground, "statement", statement)


@_bug(liar="liar")
def a_certificate_of_another_height(patch: Patch) -> None:
    """A certificate proves the minute it came with, whichever it names (CRT-5)."""
    patch.setattr(Certificate, "check_final", lambda *_: None)


@_bug(liar="liar")
def too_few_signers(patch: Patch) -> None:
    """A certificate's signatures are checked, and not how many there are, nor twice whose."""

    def check(certificate: Certificate, coop: str, roster: Roster) -> None:
        ground = Ground(coop, certificate.height, certificate.prev, roster)
        for signature in certificate.signatures:
            for witness in roster.witnesses:
                vote = Vote(
                    certificate.height,
                    certificate.kind,
                    certificate.view,
                    0,
                    certificate.minute,
                    witness.device,
                    signature,
                )
                try:
                    vote.check(ground)
                    break
                except Refused:
                    continue
            else:
                raise Refused("CRT-4")

    patch.setattr(Certificate, "check", check)


@_bug(liar="bungler")
def the_certificate_inside_not_checked(patch: Patch) -> None:
    """A minute may carry anything for the signatures of the one before (MIN-7)."""
    patch.setattr(Page, "_check_inside", lambda page, certificate: None)


# Carrying out ---------------------------------------------------------------------------


@_bug(liar="bungler")
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


@_bug(liar="skipper")
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


@_bug()
def a_chain_out_of_order(patch: Patch) -> None:
    """What stands before a record in its chain is not looked at, only that it is newer (EXE-4)."""
    of_device = Pool.of_device
    patch.setattr(Pool, "of_device", lambda pool, device: of_device(pool, device)[::-1])
    no_check_for_gaps_in_chains(patch)


@_bug()
def a_deadline_missed(patch: Patch) -> None:
    """Now and then a node overlooks what its minute's time makes due (EXE-1)."""
    due = execute.due_deadlines
    turns = count()

    def absent(state: ReadState, until: int) -> Iterator[tuple[str, str, str]]:
        return iter(()) if next(turns) % 20 == 19 else due(state, until)

    patch.setattr(execute, "due_deadlines", absent)


@_bug()
def a_rule_that_is_no_function_of_the_book(patch: Patch) -> None:
    """A rule refuses by something that differs between nodes (EXE-2)."""
    attempt = execute.Session._try
    turns = count()

    def moody(carrying: execute.Session, record: Verified, member: str) -> str:
        return "GOV-5" if next(turns) % 40 == 39 else attempt(carrying, record, member)

    patch.setattr(execute.Session, "_try", moody)


@_bug(liar="impersonator")
def record_signatures_not_checked(patch: Patch) -> None:
    """Whoever is named in a record is taken to have signed it (REC-5)."""

    def trusting(record: Record, coop: str) -> Verified:
        return Verified(record)

    patch.setattr(session, "verify_record", trusting)


@_bug()
def signing_on_top_of_the_final_state_alone(patch: Patch) -> None:
    """An author forgets that an earlier record of its own still waits (LED-7)."""
    author = Ledger.author

    def forgetful(book: Ledger, body: Any) -> Verified:
        with Patch.context() as inner:
            inner.setattr(Pool, "of_device", lambda pool, device: [])
            inner.setattr(Ledger, "_ahead_session", lambda me: me._page.session(me.wall_ms))
            return author(book, body)

    patch.setattr(Ledger, "author", forgetful)


@_bug()
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


@_bug()
def votes_not_told_again(patch: Patch) -> None:
    """Two nodes that meet tell each other records, and not the votes of the height (SYN-2)."""
    patch.setattr(session, "book_digest", lambda book: f"{book.tip.id[:32]}{len(book.pool):032x}")
