"""Verifying a proof file beside the bare signature checks that it holds."""

from __future__ import annotations

from collections.abc import Iterator

from rochdale_node.shelf import SqliteShelf
from rochdale_protocol.minutes.ledger import Ledger, Now
from rochdale_protocol.proofs.build import prove_record
from rochdale_protocol.proofs.verify import verify_proof

from .books import season
from .figures import Figure, at_most, best_of, checks_per_s

__all__ = ["measure"]


def measure(*, quick: bool) -> Iterator[Figure]:
    """Yield the time to verify the proof of an early record of a long book."""
    made = season(2_000 if quick else 20_000, 500)
    with SqliteShelf(made.path) as shelf:
        ledger = Ledger(shelf, None, Now(0, 0))
        minute = ledger.minute(1)
        assert minute is not None
        proof = prove_record(ledger, minute.records[7][0]).to_bytes()
    verdict = verify_proof(proof)
    assert verdict.ok
    seconds = best_of(5 if quick else 50, lambda: verify_proof(proof))
    bare = verdict.signatures / checks_per_s()
    says = f"{len(proof):,} bytes, {verdict.signatures} signatures"
    yield at_most("verify one proof file", seconds * 1000, bare * 1000, "ms", 2, says=says)
