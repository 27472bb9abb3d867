"""Bugs in who attests, and in how that is proved."""

from __future__ import annotations

from rochdale_protocol.core.errors import Refused
from rochdale_protocol.minutes.holdings import Holdings
from rochdale_protocol.minutes.ledger import Ledger
from rochdale_protocol.minutes.page import Page
from rochdale_protocol.minutes.roster import Roster
from rochdale_protocol.minutes.votes import Certificate, Ground, Vote, VoteKind

from .bug import Patch, bug


@bug(seed=3)
def the_old_roster(patch: Patch) -> None:
    """Who has joined or left is no matter: the founders attest for ever (EXE-8)."""
    patch.setattr(Holdings, "roster_at", lambda book, height: book.rosters[0][1])


@bug(seed=3)
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


@bug(liar="impersonator")
def vote_signatures_not_checked(patch: Patch) -> None:
    """Whoever is named in a vote is taken to have signed it (VOT-5)."""
    patch.setattr(Vote, "check", lambda vote, ground: None)


@bug(liar="redater")
def votes_that_do_not_cover_their_height(patch: Patch) -> None:
    """What is signed names neither height nor minute before, nor the witnesses (VOT-1)."""

    def statement(ground: Ground, kind: VoteKind, view: int, minute: str, parent: int) -> bytes:
        return f"{ground.coop} {kind.name} {view} {minute} {parent}".encode()

    patch.setattr(Ground, "statement", statement)


@bug(liar="liar", seed=1)
def a_certificate_of_another_height(patch: Patch) -> None:
    """A certificate proves the minute it came with, whichever it names (CRT-5)."""
    patch.setattr(Certificate, "check_final", lambda *_: None)


@bug(liar="liar", seed=1)
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


@bug(liar="bungler", seed=32)
def the_certificate_inside_not_checked(patch: Patch) -> None:
    """A minute may carry anything for the signatures of the one before (MIN-7)."""
    patch.setattr(Page, "_check_inside", lambda page, certificate: None)
