"""Copies of a proof file with one byte changed, each in a part that matters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from rochdale_protocol.proofs.verify import verify_proof

from .farms import DemoError

__all__ = ["Tampered", "tampered_copies"]


@dataclass(frozen=True, slots=True)
class Tampered:
    """A changed copy and what verifying it said; ``code`` is "" if it was taken for good."""

    part: str
    data: bytes
    code: str
    reason: str


def tampered_copies(proof: bytes) -> list[Tampered]:
    """Change one byte in the text, a signature, the certificate, the roster and a path."""
    value: dict[str, Any] = orjson.loads(proof)
    text = next(r["body"]["text"] for r in value["records"] if "text" in r["body"])
    path = next(item["path"][0] for item in value["records"] + value["minutes"] if item["path"])
    changes = [*(step["signers"] for step in value["steps"]), value["signers"]]
    parts = {
        "text": orjson.dumps(text)[1:60],
        "signature": value["records"][0]["signature"].encode(),
        "certificate": value["certificate"][-128:].encode(),
        "roster": next(device for each in changes for _, device in each["added"]).encode(),
        "path": path.encode(),
    }
    return [_change(proof, name, needle) for name, needle in parts.items()]


def _change(proof: bytes, name: str, needle: bytes) -> Tampered:
    start = proof.find(b'"added":[[') if name == "roster" else 0
    at = proof.find(needle, start)
    if at < 0:
        raise DemoError(f"the proof file holds no {name} to change")
    at += len(needle) // 2
    # A letter or digit stays one, so that only what it says changes.
    other = b"1" if proof[at : at + 1] != b"1" else b"2"
    data = proof[:at] + other + proof[at + 1 :]
    verdict = verify_proof(data)
    failed = next((step for step in verdict.checked if not step.ok), None)
    if verdict.ok or failed is None:
        return Tampered(name, data, "", "taken for good")
    return Tampered(name, data, failed.code, failed.detail)
