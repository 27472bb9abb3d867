"""Vectors of state roots and proofs (STA-3 to STA-9), made by the definition itself."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

Leaves = list[tuple[int, bytes]]

EMPTY = bytes(32)


def hashed(tag: str, *parts: bytes) -> bytes:
    return sha256(f"rochdale/1/{tag}\n".encode() + b"".join(parts)).digest()


def path(key: str) -> bytes:
    return hashed("state-key", key.encode())


def leaves(items: Mapping[str, bytes]) -> Leaves:
    found = []
    for key, value in items.items():
        leaf = hashed("state-leaf", path(key), hashed("state-value", value))
        found.append((int.from_bytes(path(key), "big"), leaf))
    return found


def split(found: Leaves, depth: int) -> tuple[Leaves, Leaves]:
    left = [each for each in found if not each[0] >> (255 - depth) & 1]
    return left, [each for each in found if each[0] >> (255 - depth) & 1]


def subtree(found: Leaves, depth: int = 0) -> bytes:
    if not found:
        return EMPTY
    if len(found) == 1:
        return found[0][1]
    left, right = split(found, depth)
    return hashed("state-node", subtree(left, depth + 1), subtree(right, depth + 1))


def root(items: Mapping[str, bytes]) -> str:
    """Return the root over all items by the definition."""
    return subtree(leaves(items)).hex()


def proof(items: Mapping[str, bytes], key: str) -> dict[str, Any]:
    """Return the proof about a key by the definition."""
    mine = int.from_bytes(path(key), "big")
    found = leaves(items)
    siblings: list[str] = []
    while len(found) > 1:
        depth = len(siblings)
        left, right = split(found, depth)
        if mine >> (255 - depth) & 1:
            left, right = right, left
        siblings.append(subtree(right, depth + 1).hex())
        found = left
    other = None
    if found and found[0][0] != mine:
        at = next(each for each in items if path(each) == found[0][0].to_bytes(32, "big"))
        other = {
            "path": path(at).hex(),
            "value_hash": hashed("state-value", items[at]).hex(),
        }
    return {"key": key, "siblings": siblings, "other": other}


def some_items(count: int) -> dict[str, bytes]:
    return {f"member/{number}": b'{"n":%d}' % number for number in range(count)}


def text(items: Mapping[str, bytes]) -> dict[str, str]:
    return {key: value.decode() for key, value in items.items()}


def steps() -> list[dict[str, Any]]:
    """A state that changes: what is written, what is gone, and the root after it."""
    items: dict[str, bytes] = {}
    found: list[dict[str, Any]] = []
    changes: list[dict[str, bytes | None]] = [
        {"a": b"{}"},
        {"b": b"{}", "c": b'{"n":1}'},
        {"absent": None},
        {"a": b'{"n":2}', "b": None},
        {f"member/{number}": b'{"n":%d}' % number for number in range(40)},
        {f"member/{number}": None for number in range(0, 40, 2)},
        dict.fromkeys(["a", "c", *(f"member/{number}" for number in range(1, 40, 2))]),
    ]
    for change in changes:
        for key, value in change.items():
            if value is None:
                items.pop(key, None)
            else:
                items[key] = value
        shown = {key: None if value is None else value.decode() for key, value in change.items()}
        found.append({"changes": shown, "root": root(items)})
    return found


def invalid() -> list[dict[str, Any]]:
    """Proofs that must be refused, each with its code."""
    items = some_items(20)
    true = root(items)
    present = proof(items, "member/3")
    by_other = next(
        proof(items, key)
        for key in (f"absent/{number}" for number in range(99))
        if proof(items, key)["other"] is not None
    )
    absent = by_other["key"]
    other = by_other["other"]
    # A stand-in that parts from the key above the place where it claims to stand.
    start = bytes.fromhex(other["path"])[0] ^ 0x80
    elsewhere = {**other, "path": bytes([start]).hex() + other["path"][2:]}
    own = {"path": path(absent).hex(), "value_hash": other["value_hash"]}
    mine = {"path": path("member/3").hex(), "value_hash": hashed("state-value", b'{"n":3}').hex()}
    flipped = [*present["siblings"][:-1], present["siblings"][0]]

    def case(
        name: str, code: str, key: str, value: str | None, proof: dict[str, Any]
    ) -> dict[str, Any]:
        return {
            "name": name,
            "root": true,
            "key": key,
            "value": value,
            "proof": proof,
            "code": code,
        }

    value = '{"n":3}'
    return [
        case("about-another-key", "STA-7", "member/4", '{"n":4}', present),
        case("present-with-other-leaf", "STA-8", "member/3", value, {**present, "other": other}),
        case("other-leaf-elsewhere", "STA-8", absent, None, {**by_other, "other": elsewhere}),
        case("other-leaf-is-the-key", "STA-8", absent, None, {**by_other, "other": own}),
        case("present-shown-as-absent", "STA-8", "member/3", None, {**present, "other": mine}),
        case("present-shown-as-empty", "STA-9", "member/3", None, present),
        case("absent-shown-as-empty", "STA-9", absent, None, {**by_other, "other": None}),
        case("absent-shown-as-present", "STA-9", absent, value, {**by_other, "other": None}),
        case("other-value", "STA-9", "member/3", '{"n":4}', present),
        case("sibling-changed", "STA-9", "member/3", value, {**present, "siblings": flipped}),
        case(
            "siblings-short",
            "STA-9",
            "member/3",
            value,
            {**present, "siblings": present["siblings"][:-1]},
        ),
        case(
            "siblings-long",
            "STA-9",
            "member/3",
            value,
            {**present, "siblings": [*present["siblings"], "0" * 64]},
        ),
        case("no-siblings", "STA-9", "member/3", value, {**present, "siblings": []}),
    ]


def build() -> dict[str, Any]:
    """Return the vectors."""
    proofs = []
    for count in (0, 1, 2, 20):
        items = some_items(count)
        for key in ["member/0", "member/3", "absent/0", "absent/1", "absent/2", "absent/3"]:
            value = items.get(key)
            proofs.append(
                {
                    "root": root(items),
                    "key": key,
                    "value": None if value is None else value.decode(),
                    "proof": proof(items, key),
                }
            )
    return {
        "trees": [
            {"items": text(some_items(count)), "root": root(some_items(count))}
            for count in (0, 1, 2, 3, 20)
        ],
        "steps": steps(),
        "proofs": proofs,
        "invalid_proofs": invalid(),
    }
