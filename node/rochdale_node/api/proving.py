"""Proof files and checkpoints of a book, as the bytes that people keep."""

from __future__ import annotations

from rochdale_protocol.core.errors import LocalError
from rochdale_protocol.minutes.ledger import Ledger
from rochdale_protocol.proofs.build import (
    prove_agreement,
    prove_decision,
    prove_member,
    prove_record,
)
from rochdale_protocol.proofs.checkpoint import make_checkpoint

__all__ = ["checkpoint_of", "proof_of"]


def proof_of(ledger: Ledger, subject: str, claim: str, since: str) -> bytes:
    """Return the proof file of a record, an agreement in force, a member or a decision.

    Args:
        claim: which of them, "" for whichever the id is.
        since: the id of the minute of a checkpoint to begin from, "" for the charter.
    Raises:
        LocalError: API-2 no such claim; PRF-10 to PRF-16 and PRF-24 it can't be
            proved; PRF-23.
    """
    agreement = ledger.final.get(f"agreement/{subject}")
    if not claim:
        in_force = agreement is not None and agreement["status"] == "in-force"
        member = ledger.final.get(f"member/{subject}") is not None
        claim = "agreement" if in_force else "membership" if member else "record"
    if claim == "agreement":
        return prove_agreement(ledger, subject, since).to_bytes()
    if claim == "membership":
        return prove_member(ledger, subject, since).to_bytes()
    if claim == "decision":
        return prove_decision(ledger, subject, since).to_bytes()
    if claim != "record":
        raise LocalError("API-2", why="'claim' is record, agreement, membership or decision")
    return prove_record(ledger, subject, since).to_bytes()


def checkpoint_of(ledger: Ledger, height: str) -> bytes:
    """Return the checkpoint of a final minute; raises LocalError PRF-23."""
    plain = height.isascii() and height.isdigit() and len(height) <= 12
    return make_checkpoint(ledger, int(height) if plain else -1).to_bytes()
