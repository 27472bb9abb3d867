"""Vectors of sync messages (SYN-1 to SYN-10), made by the words of ``specs/10-sync.md``."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from tests.protocol.definitions import canonical, hashed, public, signed, vote

COOP = "c0" * 32
ONE, TWO = "1a" * 32, "2b" * 32
SHORT = "0123456789abcdef"
GROUND = {"coop": COOP, "height": 7, "prev": ONE, "roster": TWO}
BLOBS = [b"\x00", b"a blob", b""]

KINDS = {
    "status": 1,
    "summary": 2,
    "tip": 3,
    "want_minutes": 4,
    "minutes": 5,
    "records": 6,
    "more_records": 7,
    "want_records": 8,
    "votes": 9,
    "contents": 10,
    "want_contents": 11,
    "knock": 12,
    "charter": 13,
    "refusal": 14,
    "want_state": 15,
    "state": 16,
    "want_grounds": 17,
    "grounds": 18,
}

SUMMARY = {
    "asks": True,
    "height": 7,
    "minute": ONE,
    "pool": [SHORT],
    "votes": [SHORT, "f" * 16],
    "contents": [TWO],
}
MINUTES = {"start": 3, "tip": 9, "records": [1, 0], "rosters": [5]}
EMPTY = {"type": "empty"}


def sized(blob: bytes) -> bytes:
    return len(blob).to_bytes(4, "big") + blob


def message(kind: int, head: bytes, blobs: list[bytes]) -> bytes:
    return bytes([kind]) + sized(head) + b"".join(sized(blob) for blob in blobs)


def valid(kind: str, head: dict[str, Any], blobs: list[bytes]) -> dict[str, Any]:
    data = message(KINDS[kind], canonical(head), blobs)
    return {"kind": kind, "head": head, "blobs": [b.hex() for b in blobs], "bytes": data.hex()}


def status() -> dict[str, Any]:
    return {"kind": "status", "head": {"digest": ONE}, "blobs": [], "bytes": "01" + ONE}


def every_kind() -> list[dict[str, Any]]:
    knock = {"token": public(9), "token_sig": claim().hex()}
    return [
        status(),
        valid("summary", SUMMARY, []),
        valid("summary", SUMMARY | {"asks": False, "pool": [], "votes": [], "contents": []}, []),
        valid("tip", {"height": 0, "minute": ONE}, []),
        valid("want_minutes", {"start": 1, "rosters": False}, []),
        valid("minutes", MINUTES, BLOBS),
        valid("minutes", {"start": 8, "tip": 7, "records": [], "rosters": []}, []),
        valid("records", {"more": True}, BLOBS),
        valid("more_records", EMPTY, []),
        valid("want_records", {"records": [ONE, TWO]}, []),
        valid("votes", EMPTY, [vote(GROUND, 3, 2, 1, TWO)]),
        valid("contents", EMPTY, BLOBS[:2]),
        valid("want_contents", {"minutes": [ONE]}, []),
        valid("knock", knock, []),
        valid("charter", EMPTY, BLOBS[1:2]),
        valid("refusal", {"record": ONE, "code": "MEM-1"}, []),
        valid("want_state", {"height": 7, "after": "member/"}, []),
        valid("state", {"height": 7, "more": False}, BLOBS[:2]),
        valid("want_grounds", {"height": 7, "whole": True}, []),
        valid("grounds", {"height": 7}, BLOBS[:2]),
    ]


def claim() -> bytes:
    """What the invite of key 9 signs for the device of key 8 (SYN-5)."""
    return signed(9, "sign-invite", bytes.fromhex(COOP) + bytes.fromhex(public(8)))


def invalid() -> list[dict[str, str]]:
    tip = canonical({"height": 3, "minute": ONE})
    whole = message(3, tip, [])
    cases: dict[str, tuple[bytes, str]] = {
        "nothing": (b"", "SYN-1"),
        "kind-0": (b"\x00" + whole[1:], "SYN-1"),
        "kind-17": (b"\x11" + whole[1:], "SYN-1"),
        "kind-alone": (whole[:1], "SYN-1"),
        "size-cut": (whole[:4], "SYN-1"),
        "head-cut": (whole[:-1], "SYN-1"),
        "blob-cut": (message(6, canonical({"more": False}), [b"abc"])[:-1], "SYN-1"),
        "blob-size-cut": (message(6, canonical({"more": False}), []) + b"\x00\x00", "SYN-1"),
        "status-short": (bytes.fromhex("01" + ONE)[:-1], "SYN-1"),
        "status-long": (bytes.fromhex("01" + ONE) + b"\x00", "SYN-1"),
        "status-with-a-head": (message(1, canonical({"digest": ONE}), []), "SYN-1"),
        "head-not-json": (message(3, b"{", []), "CAN-2"),
        "head-with-a-space": (message(3, tip.replace(b":", b": "), []), "CAN-7"),
        "head-unsorted": (
            message(3, b'{"minute":"' + ONE.encode() + b'","height":3}', []),
            "CAN-7",
        ),
        "head-empty": (message(3, b"", []), "CAN-2"),
        "field-missing": (message(3, canonical({"height": 3}), []), "SYN-1"),
        "field-too-many": (
            message(3, canonical({"height": 3, "minute": ONE, "x": 1}), []),
            "SYN-1",
        ),
        "height-negative": (message(3, canonical({"height": -1, "minute": ONE}), []), "SYN-1"),
        "height-a-string": (message(3, canonical({"height": "3", "minute": ONE}), []), "SYN-1"),
        "id-upper-case": (message(3, canonical({"height": 3, "minute": ONE.upper()}), []), "SYN-1"),
        "start-0": (message(4, canonical({"start": 0, "rosters": False}), []), "SYN-1"),
        "no-records-wanted": (message(8, canonical({"records": []}), []), "SYN-1"),
        "too-many-contents-wanted": (message(11, canonical({"minutes": [ONE] * 101}), []), "SYN-1"),
        "short-id-long": (
            message(2, canonical(SUMMARY | {"pool": [SHORT + "0"]}), []),
            "SYN-1",
        ),
        "asks-absent": (
            message(2, canonical({k: v for k, v in SUMMARY.items() if k != "asks"}), []),
            "SYN-1",
        ),
        "code-in-words": (message(14, canonical({"record": ONE, "code": "no"}), []), "SYN-1"),
    }
    return [
        {"name": name, "bytes": data.hex(), "code": code} for name, (data, code) in cases.items()
    ]


def digests() -> list[dict[str, Any]]:
    """Digests of books (SYN-2): the co-op, the tip, the pool, an empty line, the votes."""
    books = [([], []), ([ONE], []), ([ONE, TWO], [SHORT, "f" * 16]), ([], [SHORT])]
    return [
        {
            "coop": COOP,
            "tip": TWO,
            "pool": pool,
            "votes": votes,
            "digest": hashed("sync", "\n".join([COOP, TWO, *pool, "", *votes]).encode()),
        }
        for pool, votes in books
    ]


def short_ids() -> list[dict[str, str]]:
    votes = [vote(GROUND, 3, 2, 1, TWO), vote(GROUND, 4, 3, 2, "0" * 64)]
    return [{"vote": data.hex(), "short": sha256(data).hexdigest()[:16]} for data in votes]


def build() -> dict[str, Any]:
    """Return the vectors."""
    return {
        "kinds": KINDS,
        "valid": every_kind(),
        "invalid": invalid(),
        "digests": digests(),
        "short ids of votes": short_ids(),
        "knock": {
            "coop": COOP,
            "device": public(8),
            "token": public(9),
            "token_sig": claim().hex(),
        },
    }
