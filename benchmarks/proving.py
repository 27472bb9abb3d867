"""Proof files: their size for an old record, and verifying them beside bare signature checks."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from rochdale_node.shelf import SqliteShelf
from rochdale_protocol.minutes import merkle
from rochdale_protocol.minutes.ledger import Ledger, Now
from rochdale_protocol.minutes.minute import Minute
from rochdale_protocol.minutes.shelf import height_key
from rochdale_protocol.minutes.votes import Certificate, Ground, Vote, VoteKind
from rochdale_protocol.proofs.build import prove_record
from rochdale_protocol.proofs.checkpoint import make_checkpoint
from rochdale_protocol.proofs.file import Proof
from rochdale_protocol.proofs.verify import verify_proof

from .books import farms, season
from .figures import Figure, at_most, best_of, checks_per_s

__all__ = ["measure"]

_AGE: Final = 100_000
"""Minutes since the record whose proof is measured."""

_SIZE: Final = 12 * 1024
"""Bytes that such a proof may take besides its certificate."""


def measure(*, quick: bool) -> Iterator[Figure]:
    """Yield the time to verify the proof of an early record of a long book, then its size when old.

    The old book is a real one in which so many more minutes are leaves of the history only.
    """
    made = season(2_000 if quick else 20_000, 500)
    with SqliteShelf(made.path) as shelf:
        ledger = Ledger(shelf, None, Now(0, 0))
        minute = ledger.minute(1)
        assert minute is not None
        record = minute.records[7][0]
        runs = 5 if quick else 50
        yield _time("verify one proof file", prove_record(ledger, record), runs)
        checkpoint = make_checkpoint(ledger, ledger.height)
        _age(ledger)
        whole = prove_record(ledger, record)
        since = prove_record(ledger, record, checkpoint.minute)
    assert verify_proof(since.to_bytes(), checkpoint=checkpoint).ok
    name = f"proof of a record {_AGE:,} minutes old, without certificate"
    yield _size(name, whole)
    yield _size(f"{name}, from a checkpoint", since)
    yield _time(f"verify the proof of a record {_AGE:,} minutes old", whole, runs)


def _age(ledger: Ledger) -> None:
    """Let so many minutes pass that only the history knows, then one that the farms certify."""
    last = ledger.height + _AGE
    history = ledger.desk["history"]
    for height in range(ledger.height + 1, last):
        merkle.append(history, height, sha256(height.to_bytes(8, "big")).hexdigest())
    header = ledger.tip.header.model_copy(
        update={"height": last, "history_root": merkle.history_root(history, last)}
    )
    tip = Minute.make(header, ledger.tip.records, b"")
    ground = Ground(ledger.coop, last, header.prev, ledger.roster)
    votes = [
        Vote.sign(farm.device, ground, VoteKind.FINALIZE, 1, tip.id, 0) for farm in farms()[:-1]
    ]
    ledger.desk["finals"].put(height_key(last), Certificate.collect(ground, votes).to_bytes())
    ledger.tip = tip


def _size(name: str, proof: Proof) -> Figure:
    size = len(proof.to_bytes()) - len(proof.certificate)
    says = f"a certificate of {len(proof.certificate):,} bytes beside it"
    return at_most(name, size, _SIZE, "bytes", 1, says=says)


def _time(name: str, proof: Proof, runs: int) -> Figure:
    data = proof.to_bytes()
    verdict = verify_proof(data)
    assert verdict.ok, verdict.summary
    seconds = best_of(runs, lambda: verify_proof(data))
    bare = verdict.signatures / checks_per_s()
    says = f"{len(data):,} bytes, {verdict.signatures} signatures"
    return at_most(name, seconds * 1000, bare * 1000, "ms", 2, says=says)
