"""The one door for ballots: what a member says becomes the record that its vote takes."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from rochdale_protocol.core.canonical import encode
from rochdale_protocol.core.errors import LocalError, Refused
from rochdale_protocol.core.fields import Id, Model, Note, PublicKey
from rochdale_protocol.governance.records import (
    BallotCast,
    BallotRank,
    BallotScore,
    BallotSeal,
    Choice,
    Number,
    OfBallot,
    Score,
)
from rochdale_protocol.governance.sealing import ENTROPY_SIZE, context_of, seal
from rochdale_protocol.governance.voting import check_paper, paper_of, paper_size

from .pages import member_of

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["BallotAsked", "ballot_of"]


class BallotAsked(Model):
    """Vote: one of ``choice``, ``ranks`` and ``scores``, sealed where the vote asks for it.

    Of candidates the numbers of the ballot paper stand. ``principal`` is the member for whom
    this one votes as its proxy.
    """

    proposal: Id
    choice: Choice | None = None
    ranks: list[list[Number]] | None = None
    scores: list[Score] | None = None
    reason: Note = ""
    principal: PublicKey | None = None


def ballot_of(book: Book, device: str, asked: BallotAsked) -> OfBallot:
    """Return the record of a ballot, sealed where its vote is.

    Raises:
        LocalError: API-2 it isn't one ballot, API-3 there is no such proposal, API-18 a sealed
            ballot has no reason.
        Refused: GOV-20 it is no ballot of this vote.
    """
    entry = book.ahead.get(f"proposal/{asked.proposal}")
    if entry is None:
        raise LocalError("API-3", type="proposal", id=asked.proposal)
    ballot = _plain(asked)
    if entry["rule"]["secrecy"] != "sealed":
        return ballot
    if asked.reason:
        raise LocalError("API-18")
    paper = paper_of(ballot)
    check_paper(entry, paper)  # once it is sealed nobody could
    if not entry["trustees"]:
        raise Refused("GOV-5", proposal=asked.proposal, why=f"its status is {entry['status']}")
    voter = asked.principal or member_of(book, device)
    sealed = seal(
        secrets.token_bytes(ENTROPY_SIZE),
        encode(paper),
        context_of(book.coop, asked.proposal, voter),
        entry["trustees"],
        paper_size(entry),
    )
    return BallotSeal(proposal=asked.proposal, principal=asked.principal, sealed=sealed)


def _plain(asked: BallotAsked) -> OfBallot:
    try:
        return _read(asked)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise LocalError("API-2", why=f"{where}: {first['msg']}") from None


def _read(asked: BallotAsked) -> OfBallot:
    said = [each for each in (asked.choice, asked.ranks, asked.scores) if each is not None]
    if len(said) != 1:
        raise LocalError("API-2", why="a ballot is one of choice, ranks and scores")
    about: dict[str, Any] = {"proposal": asked.proposal, "principal": asked.principal}
    if asked.choice is not None:
        return BallotCast(**about, choice=asked.choice, reason=asked.reason)
    if asked.reason:
        raise LocalError("API-2", why="an election's ballot has no reason")
    if asked.ranks is not None:
        return BallotRank(**about, ranks=asked.ranks)
    return BallotScore(**about, scores=asked.scores or [])
