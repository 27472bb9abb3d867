"""A trustee's duty: after the close it opens its boxes of sealed ballots (GOV-23)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rochdale_protocol.core.limits import BODY_SIZE_MAX, PRESENT_MAX
from rochdale_protocol.governance.records import BallotSeal, BallotUnseal, Opened
from rochdale_protocol.governance.sealing import context_of, open_box
from rochdale_protocol.minutes.ledger import Ledger

__all__ = ["unsealings"]

_ENVELOPE: Final = 256
"""Bytes of a body besides its shares."""


def unsealings(ledger: Ledger) -> Iterator[BallotUnseal]:
    """Yield what this device is to publish now as a trustee.

    Only a close that is final counts: a share that left before it would let others read what
    can still be changed.
    """
    signer = ledger.signer
    assert signer is not None
    for proposal, _ in list(ledger.final.scan("live/")):
        closed = ledger.final.need(f"proposal/{proposal}")
        if closed["status"] == "opening" and signer.public in closed["trustees"]:
            place = closed["trustees"].index(signer.public) + 1
            yield from _of_vote(ledger, proposal, place)


def _of_vote(ledger: Ledger, proposal: str, place: int) -> Iterator[BallotUnseal]:
    shares: list[Opened] = []
    size = _ENVELOPE
    for opened in _shares(ledger, proposal, place):
        size += len(opened.model_dump_json()) + 1
        if shares and (size > BODY_SIZE_MAX or len(shares) == PRESENT_MAX):
            yield BallotUnseal(proposal=proposal, shares=shares)
            shares, size = [], _ENVELOPE
        shares.append(opened)
    if shares:
        yield BallotUnseal(proposal=proposal, shares=shares)


def _shares(ledger: Ledger, proposal: str, place: int) -> Iterator[Opened]:
    """Yield the shares of ballots that are sealed still and lack this trustee's."""
    assert ledger.signer is not None
    if ledger.ahead.need(f"proposal/{proposal}")["status"] != "opening":
        return  # what others published and no minute holds yet was enough
    for member, ballot in list(ledger.ahead.scan(f"ballot/{proposal}/")):
        paper = ballot["paper"]
        if "sealed" not in paper or str(place) in paper.get("shares", {}):
            continue
        held = ledger.record(ballot["record"])
        assert held is not None
        assert held.body is not None, "a sealed ballot can't be erased"
        sealed = BallotSeal.model_validate_json(held.body).sealed
        context = context_of(ledger.coop, proposal, member)
        yield Opened(member=member, share=open_box(sealed, place, ledger.signer, context))
