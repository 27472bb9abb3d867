"""Vectors of votes and certificates (VOT-1 to VOT-6, CRT-1 to CRT-5), made by the words."""

from __future__ import annotations

from typing import Any

from tests.protocol.definitions import (
    ZEROS,
    certificate,
    public,
    roster_hash,
    statement,
    vote,
)

COOP, PREV = "c0" * 32, "9e" * 32
M, N = "aa" * 32, "bb" * 32
PROPOSE, NOTARIZE, NULLIFY, FINALIZE = 1, 2, 3, 4
PAIRS = [(f"{number:064x}", public(number)) for number in range(1, 8)]


def ground(count: int, **fields: Any) -> dict[str, Any]:
    return {"coop": COOP, "height": 5, "prev": PREV, "roster": roster_hash(PAIRS[:count])} | fields


def put(data: bytes, at: int, new: bytes) -> bytes:
    """Return the bytes with some in the middle replaced."""
    return data[:at] + new + data[at + len(new) :]


def votes() -> dict[str, Any]:
    on = ground(4)
    good = vote(on, 2, NOTARIZE, 3, M)
    cases = [
        ("one byte less", "VOT-2", good[:-1]),
        ("one byte more", "VOT-2", good + b"\x00"),
        ("height nought", "VOT-3", put(good, 0, bytes(8))),
        ("height 2^53", "VOT-3", put(good, 0, (2**53).to_bytes(8, "big"))),
        ("kind nought", "VOT-3", put(good, 8, b"\x00")),
        ("kind five", "VOT-3", put(good, 8, b"\x05")),
        ("view nought", "VOT-3", put(good, 9, bytes(4))),
        ("a parent in a NOTARIZE", "VOT-3", vote(on, 2, NOTARIZE, 3, M, 1)),
        ("a parent that is no earlier view", "VOT-3", vote(on, 2, PROPOSE, 3, M, 3)),
        ("a NULLIFY of a minute", "VOT-3", vote(on, 2, NULLIFY, 3, M)),
        ("a FINALIZE of none", "VOT-3", vote(on, 2, FINALIZE, 3, ZEROS)),
        ("a foreigner", "VOT-4", vote(on, 5, NOTARIZE, 3, M)),
        ("another height", "VOT-4", vote(ground(4, height=6), 2, NOTARIZE, 3, M)),
        ("another co-op", "VOT-5", vote(ground(4, coop="c1" * 32), 2, NOTARIZE, 3, M)),
        ("another minute before", "VOT-5", vote(ground(4, prev="9f" * 32), 2, NOTARIZE, 3, M)),
        ("another roster", "VOT-5", vote(ground(5), 2, NOTARIZE, 3, M)),
        ("another's key", "VOT-5", put(good, 49, bytes.fromhex(public(3)))),
        ("another view", "VOT-5", put(good, 9, (4).to_bytes(4, "big"))),
    ]
    made = [
        ("propose a fresh minute", 1, PROPOSE, 1, M, 0),
        ("propose the same again", 2, PROPOSE, 3, M, 1),
        ("notarize", 2, NOTARIZE, 3, M, 0),
        ("nullify", 3, NULLIFY, 3, ZEROS, 0),
        ("finalize", 4, FINALIZE, 3, M, 0),
    ]
    return {
        "ground": on,
        "valid": [
            {
                "name": name,
                "statement": statement(on, kind, view, minute, parent).decode(),
                "vote": vote(on, number, kind, view, minute, parent).hex(),
            }
            for name, number, kind, view, minute, parent in made
        ],
        "invalid": [{"name": name, "code": code, "vote": data.hex()} for name, code, data in cases],
        "pairs": pairs(on),
    }


def pairs(on: dict[str, Any]) -> list[dict[str, Any]]:
    """Return pairs of votes of witness 1 in one view, and whether they contradict (VOT-6)."""
    cases = [
        ("two NOTARIZE", (NOTARIZE, 3, M, 0), (NOTARIZE, 3, N, 0), True),
        ("two FINALIZE", (FINALIZE, 3, M, 0), (FINALIZE, 3, N, 0), True),
        ("two PROPOSE", (PROPOSE, 3, M, 0), (PROPOSE, 3, N, 0), True),
        ("two PROPOSE of other parents", (PROPOSE, 3, M, 0), (PROPOSE, 3, M, 2), True),
        ("NULLIFY and FINALIZE", (NULLIFY, 3, ZEROS, 0), (FINALIZE, 3, M, 0), True),
        ("the same twice", (NOTARIZE, 3, M, 0), (NOTARIZE, 3, M, 0), False),
        ("other views", (NOTARIZE, 3, M, 0), (NOTARIZE, 4, N, 0), False),
        ("NOTARIZE and NULLIFY", (NOTARIZE, 3, M, 0), (NULLIFY, 3, ZEROS, 0), False),
        ("NOTARIZE and FINALIZE of others", (NOTARIZE, 3, M, 0), (FINALIZE, 3, N, 0), False),
        ("FINALIZE and NULLIFY of others", (FINALIZE, 3, M, 0), (NULLIFY, 4, ZEROS, 0), False),
    ]
    return [
        {
            "name": name,
            "first": vote(on, 1, *first).hex(),
            "second": vote(on, 1, *second).hex(),
            "contradict": contradict,
        }
        for name, first, second, contradict in cases
    ]


def certified(count: int, numbers: range, kind: int = FINALIZE, minute: str = M) -> bytes:
    return certificate(
        ground(count), count, [(number - 1, number) for number in numbers], kind, 2, minute
    )


def certificates() -> dict[str, Any]:
    good = certified(4, range(1, 4))
    on = ground(4)
    signatures = good[112:]
    foreign = certificate(on, 4, [(0, 1), (1, 2), (2, 6)], FINALIZE, 2, M)[112:]
    swapped = signatures[64:128] + signatures[:64] + signatures[128:]
    later = certificate(ground(4, height=6), 4, [(0, 1), (1, 2), (2, 3)], FINALIZE, 2, M)
    branch = certificate(ground(4, prev="9f" * 32), 4, [(0, 1), (1, 2), (2, 3)], FINALIZE, 2, M)
    cases = [
        ("nothing", "CRT-1", b""),
        ("cut short", "CRT-1", good[:-1]),
        ("a signature too many", "CRT-1", good + bytes(64)),
        ("a signer without a signature", "CRT-1", put(good, 111, b"\x0f")),
        ("a signature without a signer", "CRT-1", put(good, 111, b"\x03")),
        ("a signer past the last witness", "CRT-1", put(good, 111, b"\x13")),
        ("a repeated signer, whose bit can only be set once", "CRT-1",
         put(good, 111, b"\x03")),
        ("kind nought", "CRT-1", put(good, 0, b"\x00")),
        ("height nought", "CRT-1", put(good, 1, bytes(8))),
        ("view nought", "CRT-1", put(good, 9, bytes(4))),
        ("1,001 witnesses", "CRT-1", put(good, 109, (1001).to_bytes(2, "big"))),
        ("another roster's hash", "CRT-2", put(good, 77, bytes(32))),
        ("another roster", "CRT-2", certified(5, range(1, 5))),
        ("too few signers", "CRT-3", certified(4, range(1, 3))),
        ("no signer", "CRT-3", certified(4, range(0))),
        ("a foreign signer", "CRT-4", good[:112] + foreign),
        ("a witness's signature twice", "CRT-4", good[:112] + signatures[:64] * 3),
        ("signatures exchanged", "CRT-4", good[:112] + swapped),
        ("another view than they signed", "CRT-4", put(good, 9, (3).to_bytes(4, "big"))),
        ("votes of another kind", "CRT-4", put(certified(4, range(1, 4), NOTARIZE), 0, b"\x04")),
        ("a notarisation", "CRT-5", certified(4, range(1, 4), NOTARIZE)),
        ("another minute", "CRT-5", certified(4, range(1, 4), FINALIZE, N)),
        ("another height", "CRT-5", later),
        ("another minute before", "CRT-5", branch),
    ]  # fmt: skip
    quorums = [(1, 1), (2, 2), (3, 3), (4, 3), (5, 4), (6, 5), (7, 5)]
    return {
        "final": {"minute": M, "height": 5, "prev": PREV},
        "valid": [
            {"witnesses": count, "certificate": certified(count, range(1, enough + 1)).hex()}
            for count, enough in quorums
        ],
        "invalid": [
            {"name": name, "code": code, "certificate": data.hex()} for name, code, data in cases
        ],
    }


def build() -> dict[str, Any]:
    """Return the vectors; witness i of a roster has the seed that is 32 times byte i."""
    return {
        "coop": COOP,
        "rosters": [
            {
                "witnesses": [list(pair) for pair in PAIRS[:count]],
                "hash": roster_hash(PAIRS[:count]),
            }
            for count in range(1, 8)
        ],
        "votes": votes(),
        "certificates": certificates(),
    }
