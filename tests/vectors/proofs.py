"""Vectors of proof files (PRF-1 to PRF-13): whole ones, spoilt ones and forged ones; recounts.

The files under ``begun`` are verified from checkpoints.

A spoilt file is the valid one named in ``of`` after a patch (``replace``, ``remove``
and ``add`` of RFC 6902), in canonical form again. A forged one has right certificates and
signatures, by founders who lie together.
"""

from __future__ import annotations

from typing import Any

from rochdale_protocol.core.limits import CHECKPOINT_SIZE_MAX
from rochdale_protocol.proofs.build import (
    prove_agreement,
    prove_decision,
    prove_member,
    prove_record,
)
from rochdale_protocol.proofs.decisions import recount_of
from tests.protocol.coops import Coop, recovery
from tests.protocol.proofs.books import File, agreed, renewed, to_bytes
from tests.protocol.proofs.checkpoints import begun, broken
from tests.protocol.proofs.checkpoints import files as begun_files
from tests.protocol.proofs.decided import decided, drawn, spoken_for, under_seal
from tests.protocol.proofs.forged import forged, leapt
from tests.protocol.proofs.spoilt import spoilt, stray


def valid() -> dict[str, File]:
    coop, agreement = agreed()
    ledger = coop.ledgers[1]
    founded = Coop(1).ledgers[0]
    changed, earlier = renewed()
    proofs = {
        "agreement-after-changes": prove_agreement(changed.ledgers[6], earlier),
        "agreement": prove_agreement(ledger, agreement),
        "record": prove_record(ledger, agreement),
        "record-in-the-certified-minute": prove_record(ledger, ledger.tip.records[0][0]),
        "membership": prove_member(ledger, recovery(1).public),
        "membership-at-the-founding": prove_member(founded, recovery(0).public),
    }
    leap = leapt({0: 0, 1: 1, 9: 9})
    return {name: proof.model_dump() for name, proof in proofs.items()} | {"skip": leap}


_DECISIONS = {
    "in-a-room": decided,
    "by-proxy-and-delegation": spoken_for,
    "under-seal": under_seal,
    "by-lot": drawn,
}


def recounted(name: str, coop: Coop, proposal: str) -> dict[str, str]:
    """Return the proof of a decision, with the bytes of its recount (TAL-5)."""
    ledger = coop.ledgers[0]
    return {
        "name": name,
        "file": prove_decision(ledger, proposal).to_bytes().decode(),
        "recount": recount_of(ledger, proposal).to_bytes().decode(),
    }


def build() -> dict[str, Any]:
    """Return the vectors."""
    files = valid()
    return {
        "recounts": [recounted(name, *made()) for name, made in _DECISIONS.items()],
        "valid": [
            {"name": name, "file": to_bytes(file).decode(), "claim": file["claim"]}
            for name, file in files.items()
        ],
        "spoilt": [
            {"name": name, "of": of, "step": step, "code": code, "patch": patch}
            for of, make in (("agreement", spoilt), ("agreement-after-changes", stray))
            for name, step, code, patch in make(files[of])
        ],
        "forged": [
            {"name": name, "step": step, "code": code, "file": to_bytes(file).decode()}
            for name, step, code, file in forged()
        ],
        "begun": {
            "files": {name: to_bytes(file).decode() for name, file in begun_files().items()},
            "cases": [
                {
                    "name": case.name,
                    "of": case.of,
                    "patch": case.patch,
                    "checkpoint": case.checkpoint and case.checkpoint.to_bytes().decode(),
                    "step": case.step,
                    "code": case.code,
                }
                for case in begun()
            ],
            "broken": [
                {"name": name, "code": code, "checkpoint": data.decode()}
                for name, code, data in broken()
                if len(data) < CHECKPOINT_SIZE_MAX
            ],
        },
    }
