"""Refounding a book that is here: the draft, its check, and what says so afterwards."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rochdale_protocol.core.errors import LocalError
from rochdale_protocol.minutes.minute import Founder, SignedCharter
from rochdale_protocol.minutes.refounding import (
    check_refounding,
    draft_refounding,
    known_founders,
    member_of,
    support_of,
)
from rochdale_protocol.minutes.votes import VoteKind
from rochdale_protocol.views import Successor, WitnessView

from .models import LeftOut, RefoundAsked, Refounding

if TYPE_CHECKING:
    from ..book import Book
    from ..node import Node

__all__ = ["draft", "examine", "successors"]


def successors(node: Node, book: Book) -> list[Successor]:
    """Return the co-ops on this node that refound a book, with members of it as founders.

    A charter whose founders are strangers to the book may claim what it likes.
    """
    me = node.home.identity.device
    found = []
    for other in node.books.values():
        charter = other.ledger.charter.charter
        if charter.refounds is not None and charter.refounds.coop == book.coop:
            known = known_founders(charter, book.final)
            mine = any(founder.device == me for founder in charter.founders)
            if known or mine:
                found.append(
                    Successor(coop=other.coop, name=other.name, founders=len(known), mine=mine)
                )
    return found


def draft(node: Node, book: Book, asked: RefoundAsked) -> SignedCharter:
    """Return the unsigned charter by which these members and this node's own refound a book.

    Raises:
        Refused: RFD-6. LocalError: RFD-8, COL-5.
    """
    identity = node.home.identity
    known = book.final.get(f"address/{identity.device}")
    mine = Founder(
        name=identity.name,
        entity=identity.entity,
        member=identity.member,
        device=identity.device,
        label=identity.label,
        addresses=[] if known is None else known["addresses"],
    )
    cards = {card.member: card for card in (*asked.cards, mine)}
    return draft_refounding(
        book.ledger, [*asked.members, *cards], cards, time.time_ns() // 1_000_000
    )


def examine(node: Node, signed: SignedCharter, witnesses: list[WitnessView]) -> Refounding:
    """Check a charter on the book that it refounds, if that is here, and say what is at stake.

    Args:
        witnesses: of the old book, empty where it isn't here.
    Raises:
        LocalError: API-2 it refounds nothing; COL-5. Refused, NotYet: RFD-3 to RFD-6.
    """
    charter = signed.charter
    cited = charter.refounds
    if cited is None:
        raise LocalError("API-2", why="the charter refounds no other")
    book = node.books.get(cited.coop)
    if book is None:
        return Refounding(coop=charter.coop(), charter=signed, held=False)
    ledger = book.ledger
    unknown = check_refounding(charter, ledger)
    support = support_of(ledger, charter)
    founders = {member_of(ledger.final, founder.member) for founder in charter.founders}
    last = {witness.member: witness.last for witness in witnesses}
    left_out = tuple(
        LeftOut(member=member, name=entry["name"], last=last.get(member, 0))
        for member, entry in ledger.final.scan("member/")
        if entry["status"] == "active" and member not in founders
    )
    me = node.home.identity.device
    voted = any(
        vote.device == me and vote.kind is VoteKind.FINALIZE for vote in ledger.machine.votes()
    )
    return Refounding(
        coop=charter.coop(),
        charter=signed,
        held=True,
        name=book.name,
        height=ledger.height,
        time=ledger.tip.header.time,
        witnesses=support.witnesses,
        quorum=support.quorum,
        attested=sum(witness.last == ledger.height for witness in witnesses),
        linked=sum(witness.linked for witness in witnesses),
        founding=support.founding,
        voted=voted,
        successors=tuple(successors(node, book)),
        unknown=tuple(unknown),
        left_out=left_out,
    )
