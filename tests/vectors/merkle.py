"""Vectors of the trees of minutes (MRK-1 to MRK-10), made by the definitions themselves."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

Leaf = tuple[str, str]

CODES = ["", "", "MEM-4", "", "GOV-7.3"]


def hashed(tag: str, *parts: bytes) -> bytes:
    return sha256(f"rochdale/1/{tag}\n".encode() + b"".join(parts)).digest()


def some_id(number: int) -> str:
    return sha256(b"minute or record %d" % number).hexdigest()


def some_leaves(count: int) -> list[Leaf]:
    return [(some_id(number), CODES[number % len(CODES)]) for number in range(count)]


def records_tree(leaves: Sequence[Leaf]) -> bytes:
    """The definition of RFC 9162, section 2.1.1."""
    if not leaves:
        return bytes(32)
    if len(leaves) == 1:
        record, code = leaves[0]
        return hashed("leaf", bytes.fromhex(record), code.encode())
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashed("node", records_tree(leaves[:half]), records_tree(leaves[half:]))


def records_way(leaves: Sequence[Leaf], index: int) -> list[bytes]:
    """The definition of RFC 9162, section 2.1.3.1."""
    if len(leaves) == 1:
        return []
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    if index < half:
        return [*records_way(leaves[:half], index), records_tree(leaves[half:])]
    return [*records_way(leaves[half:], index - half), records_tree(leaves[:half])]


def perfect(ids: Sequence[str]) -> bytes:
    if len(ids) == 1:
        return hashed("history-leaf", bytes.fromhex(ids[0]))
    half = len(ids) // 2
    return hashed("history-node", perfect(ids[:half]), perfect(ids[half:]))


def ranges(count: int) -> list[tuple[int, int]]:
    """Start and size of each perfect tree, the largest first."""
    found = []
    start = 0
    for size in (1 << bit for bit in reversed(range(count.bit_length()))):
        if count & size:
            found.append((start, size))
            start += size
    return found


def history_tree(ids: Sequence[str]) -> bytes:
    peaks = [perfect(ids[start : start + size]) for start, size in ranges(len(ids))]
    return hashed("history-root", len(ids).to_bytes(8, "big"), *peaks)


def history_way(ids: Sequence[str], index: int) -> list[bytes]:
    def up(start: int, size: int) -> list[bytes]:
        if size == 1:
            return []
        half = size // 2
        if index < start + half:
            return [*up(start, half), perfect(ids[start + half : start + size])]
        return [*up(start + half, half), perfect(ids[start : start + half])]

    way: list[bytes] = []
    others = []
    for start, size in ranges(len(ids)):
        if start <= index < start + size:
            way = up(start, size)
        else:
            others.append(perfect(ids[start : start + size]))
    return way + others


def hexed(hashes: Sequence[bytes]) -> list[str]:
    return [each.hex() for each in hashes]


def records() -> dict[str, Any]:
    seven = some_leaves(7)
    good = hexed(records_way(seven, 6))
    other = some_id(99)

    def wrong(
        name: str, index: int, path: list[str], *, count: int = 7, leaf: Leaf = seven[6]
    ) -> dict[str, Any]:
        return {
            "name": name,
            "leaf": list(leaf),
            "index": index,
            "count": count,
            "path": path,
            "code": "MRK-5",
        }

    return {
        "valid": [
            {
                "leaves": [list(leaf) for leaf in some_leaves(count)],
                "root": records_tree(some_leaves(count)).hex(),
                "paths": [hexed(records_way(some_leaves(count), index)) for index in range(count)],
            }
            for count in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 13)
        ],
        "invalid": [
            wrong("too-short", 6, good[:-1]),
            wrong("too-long", 6, [*good, other]),
            wrong("no-path", 6, []),
            wrong("for-another-index", 0, good),
            wrong("index-is-count", 7, good),
            wrong("index-negative", -1, good),
            wrong("no-leaves", 0, [], count=0),
            wrong("hash-short", 6, [*good[:-1], good[-1][:-2]]),
            wrong("hash-upper-case", 6, [*good[:-1], good[-1].upper()]),
            wrong("hash-not-hexadecimal", 6, [*good[:-1], "g" * 64]),
            wrong("record-short", 6, good, leaf=(seven[6][0][:-2], "")),
            wrong("code-not-ascii", 6, good, leaf=(seven[6][0], "\u00e9")),
        ],
    }


def history() -> dict[str, Any]:
    ids = [some_id(number) for number in range(13)]
    root = history_tree(ids).hex()
    good = hexed(history_way(ids, 9))

    def wrong(name: str, code: str, **changed: Any) -> dict[str, Any]:
        true = {"root": root, "index": 9, "count": 13, "minute": ids[9], "path": good}
        return {"name": name, **true, **changed, "code": code}

    return {
        "minutes": ids,
        "valid": [
            {
                "count": count,
                "root": history_tree(ids[:count]).hex(),
                "paths": [hexed(history_way(ids[:count], index)) for index in range(count)],
            }
            for count in (0, 1, 2, 3, 4, 6, 7, 8, 13)
        ],
        "invalid": [
            wrong("too-short", "MRK-9", path=good[:-1]),
            wrong("too-long", "MRK-9", path=[*good, ids[0]]),
            wrong("index-is-count", "MRK-9", index=13),
            wrong("index-negative", "MRK-9", index=-1),
            wrong("count-of-64-bits", "MRK-9", count=2**63),
            wrong("index-of-a-smaller-peak", "MRK-9", index=12),
            wrong("hash-short", "MRK-9", path=[good[0][:-2], *good[1:]]),
            wrong("hash-upper-case", "MRK-9", path=[good[0].upper(), *good[1:]]),
            wrong("minute-short", "MRK-9", minute=ids[9][:-2]),
            wrong("other-minute", "MRK-10", minute=ids[8]),
            wrong("other-index", "MRK-10", index=8),
            wrong("other-count", "MRK-10", count=14, path=good),
            wrong("other-root", "MRK-10", root=history_tree(ids[:12]).hex()),
            wrong("peaks-exchanged", "MRK-10", path=[*good[:-2], good[-1], good[-2]]),
        ],
    }


def build() -> dict[str, Any]:
    """Return the vectors."""
    return {"records": records(), "history": history()}
