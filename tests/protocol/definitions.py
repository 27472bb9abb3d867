"""Records, votes and certificates by the words of the specs alone, without the package.

What the vectors hold is made with these, so that the package is checked against the
words and not against itself.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from nacl.signing import SigningKey

__all__ = [
    "ZEROS",
    "canonical",
    "certificate",
    "frame",
    "hashed",
    "header",
    "public",
    "roster_hash",
    "secret",
    "signed",
    "statement",
    "vote",
]

ZEROS = "0" * 64
KINDS = ("propose", "notarize", "nullify", "finalize")


def canonical(value: object) -> bytes:
    """Return the canonical JSON of a value whose keys are ASCII (page 1)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def hashed(tag: str, *parts: bytes) -> str:
    """Return H(tag, parts) in hexadecimal (HSH-2)."""
    return sha256(f"rochdale/1/{tag}\n".encode() + b"".join(parts)).hexdigest()


def secret(number: int) -> SigningKey:
    """Return the key whose seed is that byte, 32 times."""
    return SigningKey(bytes([number]) * 32)


def public(number: int) -> str:
    return secret(number).verify_key.encode().hex()


def signed(number: int, tag: str, data: bytes) -> bytes:
    """Return the signature of data for a purpose (SIG-3)."""
    return secret(number).sign(f"rochdale/1/{tag}\n".encode() + data).signature


def header(coop: str, number: int, kind: str, body: bytes, **fields: Any) -> dict[str, Any]:
    """Return the header of a device's first record, with fields changed (REC-2)."""
    made = {
        "v": 1,
        "coop": coop,
        "device": public(number),
        "seq": 1,
        "prev": ZEROS,
        "seen": "5e" * 32,
        "refs": [],
        "at": 1_700_000_000_000,
        "kind": kind,
        "body_hash": hashed("body", body),
        "body_size": len(body),
    }
    return made | fields


def frame(head: bytes, signature: bytes, body: bytes) -> bytes:
    """Return the frame of a record (REC-1)."""
    return len(head).to_bytes(2, "big") + head + signature + body


def roster_hash(pairs: Sequence[tuple[str, str]]) -> str:
    """Return the hash of a roster (MIN-2)."""
    return hashed("roster", canonical([list(pair) for pair in pairs]))


def statement(ground: dict[str, Any], kind: int, view: int, minute: str, parent: int) -> bytes:
    """Return what a vote signs; ``ground`` has coop, height, prev and roster (VOT-1)."""
    return canonical(
        {**ground, "kind": KINDS[kind - 1], "view": view, "minute": minute, "parent": parent}
    )


def vote(
    ground: dict[str, Any], number: int, kind: int, view: int, minute: str, parent: int = 0
) -> bytes:
    """Return the bytes of a vote (VOT-2)."""
    signature = signed(number, "sign-vote", statement(ground, kind, view, minute, parent))
    height: int = ground["height"]
    return (
        height.to_bytes(8, "big")
        + bytes([kind])
        + view.to_bytes(4, "big")
        + parent.to_bytes(4, "big")
        + bytes.fromhex(minute)
        + bytes.fromhex(public(number))
        + signature
    )


def certificate(
    ground: dict[str, Any],
    size: int,
    signers: Sequence[tuple[int, int]],
    kind: int,
    view: int,
    minute: str,
) -> bytes:
    """Return the bytes of a certificate by (place, key) pairs, in ascending order (CRT-1)."""
    height: int = ground["height"]
    bits = 0
    signatures = b""
    for place, number in signers:
        bits |= 1 << place
        signatures += signed(number, "sign-vote", statement(ground, kind, view, minute, 0))
    return (
        bytes([kind])
        + height.to_bytes(8, "big")
        + view.to_bytes(4, "big")
        + bytes.fromhex(minute)
        + bytes.fromhex(ground["prev"])
        + bytes.fromhex(ground["roster"])
        + size.to_bytes(2, "big")
        + bits.to_bytes(-(-size // 8), "little")
        + signatures
    )
