"""The compact sparse Merkle tree over the state (STA-3 to STA-9 of ``specs/04-state.md``).

The tree is binary and 256 levels deep in thought: a key's path is its hash, and a
subtree with exactly one leaf is that leaf. It is kept in a map, four levels to an
entry: under ``tree/`` and the first hexadecimal digits of a path stand the sixteen
*items* that begin with one digit more. An item is what a subtree amounts to:

- None, no leaf;
- 96 bytes, one leaf: its path, the hash of its value, its own hash;
- 32 bytes, two leaves or more: the hash of the subtree, whose items have an entry.

So an update touches one entry for each four levels, and single leaves (most of
them) need no entry of their own. How it is kept is no part of the protocol.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Annotated, TypeAlias

from pydantic import Field

from ..core.errors import Refused
from ..core.fields import Id, Model
from ..core.hashes import ZERO_ID, Tag, digest
from .maps import DictMap, Map, ReadMap

__all__ = [
    "LEVELS",
    "OtherLeaf",
    "StateProof",
    "build",
    "bulk_root",
    "check_proof",
    "prove",
    "root",
    "update",
]

LEVELS = 256
"""Bits of a path: no two keys share more."""

_Item: TypeAlias = bytes | None
_Leaves: TypeAlias = Sequence[tuple[str, bytes]]
_Changes: TypeAlias = Sequence[tuple[str, _Item]]

_TOP = "tree"
_ENTRIES = "tree/"
_LEAF_SIZE = 96
_EMPTY = bytes(32)
_DIGITS = "0123456789abcdef"
_KEY = Tag.STATE_KEY.value
_VALUE = Tag.STATE_VALUE.value
_LEAF = Tag.STATE_LEAF.value
_NODE = Tag.STATE_NODE.value
_NODE_EMPTY = _NODE + _EMPTY


class OtherLeaf(Model):
    """The leaf that stands where an absent key would have stood."""

    path: Id
    value_hash: Id


class StateProof(Model):
    """What shows that a key has a value, or none, under a state root (STA-6).

    Attributes:
        siblings: hashes beside the way down, the top one first.
        other: for an absent key whose way ends at another key's leaf.
    """

    key: str
    siblings: Annotated[list[Id], Field(max_length=LEVELS)]
    other: OtherLeaf | None = None


def root(tree: ReadMap) -> str:
    """Return the root of a stored tree (STA-5)."""
    return _hash(tree.get(_TOP)).hex()


def update(tree: Map, changes: Mapping[str, bytes | None]) -> str:
    """Carry changed values into a stored tree and return the new root.

    None stands for a key that is gone; it need not have been there.
    """
    if not changes:
        return root(tree)
    ordered: list[tuple[str, _Item]] = []
    for key, value in changes.items():
        path = sha256(_KEY + key.encode()).digest()
        ordered.append((path.hex(), None if value is None else _leaf(path, value)))
    ordered.sort()
    return _finish(tree, _merge(tree, "", tree.get(_TOP), ordered))


def build(tree: Map, items: Iterable[tuple[str, bytes]]) -> str:
    """Fill an empty tree with keys, each once and in any order, and return its root."""
    assert tree.get(_TOP) is None
    leaves: list[tuple[str, bytes]] = []
    for key, value in items:
        path = sha256(_KEY + key.encode()).digest()
        leaves.append((path.hex(), _leaf(path, value)))
    leaves.sort()
    return _finish(tree, _grow(tree, "", leaves))


def bulk_root(items: Iterable[tuple[str, bytes]]) -> str:
    """Return the root over ``items`` without keeping the tree."""
    return build(DictMap(), items)


def prove(tree: ReadMap, key: str) -> StateProof:
    """Return the proof that ``key`` has its value, or that it has none (STA-6)."""
    path = digest(Tag.STATE_KEY, key.encode()).hex()
    siblings: list[str] = []
    item = tree.get(_TOP)
    depth = 0
    while item is not None and len(item) != _LEAF_SIZE:
        levels = [_unpack(_entry(tree, path[:depth]))]
        while len(levels[-1]) > 2:
            levels.append(_parents(levels[-1]))
        digit = int(path[depth], 16)
        for level in reversed(levels):
            if item is None or len(item) == _LEAF_SIZE:
                break
            at = digit * len(level) // 16
            siblings.append(_hash(level[at ^ 1]).hex())
            item = level[at]
        depth += 1
    if item is None or item[:32].hex() == path:
        return StateProof(key=key, siblings=siblings)
    other = OtherLeaf(path=item[:32].hex(), value_hash=item[32:64].hex())
    return StateProof(key=key, siblings=siblings, other=other)


def check_proof(root: str, key: str, value: bytes | None, proof: StateProof) -> None:
    """Check that ``key`` has ``value``, or none at all if None, under ``root`` (STA-7 to STA-9).

    Raises:
        Refused: STA-7, the proof is about another key; STA-8, its other leaf can't be
            evidence of what is claimed; STA-9, it leads to another root.
    """
    if proof.key != key:
        raise Refused("STA-7", key=proof.key[:80])
    path = digest(Tag.STATE_KEY, key.encode())
    bits = int.from_bytes(path, "big")
    depth = len(proof.siblings)
    other = proof.other
    if value is not None:
        if other is not None:
            raise Refused("STA-8", key=key[:80])
        node = digest(Tag.STATE_LEAF, path, digest(Tag.STATE_VALUE, value))
    elif other is not None:
        other_path = bytes.fromhex(other.path)
        # It must be another leaf, and share all bits of the way down to where it stands.
        shared = LEVELS - (bits ^ int.from_bytes(other_path, "big")).bit_length()
        if not depth <= shared < LEVELS:
            raise Refused("STA-8", key=key[:80], shared=shared, depth=depth)
        node = digest(Tag.STATE_LEAF, other_path, bytes.fromhex(other.value_hash))
    else:
        node = _EMPTY
    for level in range(depth - 1, -1, -1):
        beside = bytes.fromhex(proof.siblings[level])
        right = bits >> (LEVELS - 1 - level) & 1
        node = sha256(_NODE + (beside + node if right else node + beside)).digest()
    if node.hex() != root:
        raise Refused("STA-9", key=key[:80])


def _leaf(path: bytes, value: bytes) -> bytes:
    pair = path + sha256(_VALUE + value).digest()
    return pair + sha256(_LEAF + pair).digest()


def _hash(item: _Item) -> bytes:
    return _EMPTY if item is None else item[-32:]


def _finish(tree: Map, top: _Item) -> str:
    if top is None:
        tree.delete(_TOP)
        return ZERO_ID
    tree.put(_TOP, top)
    return top[-32:].hex()


def _merge(tree: Map, prefix: str, item: _Item, changes: _Changes) -> _Item:
    """Return the item of a subtree after sorted changes, keeping its entries up to date."""
    if item is None or len(item) == _LEAF_SIZE:
        leaves = [(path, leaf) for path, leaf in changes if leaf is not None]
        if item is not None:
            path = item[:32].hex()
            if all(changed != path for changed, _ in changes):
                leaves.append((path, item))
                leaves.sort()
        return _grow(tree, prefix, leaves)
    items = _unpack(_entry(tree, prefix))
    depth = len(prefix)
    start = 0
    while start < len(changes):
        digit = changes[start][0][depth]
        end = start + 1
        while end < len(changes) and changes[end][0][depth] == digit:
            end += 1
        at = int(digit, 16)
        items[at] = _merge(tree, prefix + digit, items[at], changes[start:end])
        start = end
    return _keep(tree, prefix, items, stored=True)


def _grow(tree: Map, prefix: str, leaves: _Leaves) -> _Item:
    """Return the item of a subtree of sorted leaves that has no entries yet."""
    if not leaves:
        return None
    if len(leaves) == 1:
        return leaves[0][1]
    items: list[_Item] = [None] * 16
    depth = len(prefix)
    start = 0
    while start < len(leaves):
        digit = leaves[start][0][depth]
        end = start + 1
        while end < len(leaves) and leaves[end][0][depth] == digit:
            end += 1
        items[int(digit, 16)] = _grow(tree, prefix + digit, leaves[start:end])
        start = end
    return _keep(tree, prefix, items, stored=False)


def _keep(tree: Map, prefix: str, items: list[_Item], *, stored: bool) -> _Item:
    """Store the entry of a subtree if it needs one and return the subtree's item."""
    level = items
    while len(level) > 1:
        level = _parents(level)
    item = level[0]
    if item is not None and len(item) != _LEAF_SIZE:
        tree.put(_ENTRIES + prefix, _pack(items))
    elif stored:
        tree.delete(_ENTRIES + prefix)
    return item


def _parents(level: Sequence[_Item]) -> list[_Item]:
    """Return the items one level up (STA-4)."""
    above: list[_Item] = []
    pairs = iter(level)
    for left, right in zip(pairs, pairs, strict=True):
        if left is None:
            if right is not None and len(right) != _LEAF_SIZE:
                right = sha256(_NODE_EMPTY + right).digest()
            above.append(right)
        elif right is None:
            if len(left) != _LEAF_SIZE:
                left = sha256(_NODE + left + _EMPTY).digest()
            above.append(left)
        else:
            above.append(sha256(_NODE + left[-32:] + right[-32:]).digest())
    return above


def _entry(tree: ReadMap, prefix: str) -> bytes:
    entry = tree.get(_ENTRIES + prefix)
    assert entry is not None, prefix
    return entry


def _pack(items: Sequence[_Item]) -> bytes:
    """Return an entry: for each item a byte, its length / 32, then the items."""
    sizes = bytes(0 if item is None else len(item) >> 5 for item in items)
    return sizes + b"".join(item for item in items if item is not None)


def _unpack(entry: bytes) -> list[_Item]:
    items: list[_Item] = []
    at = 16
    for size in entry[:16]:
        if size:
            items.append(entry[at : at + (size << 5)])
            at += size << 5
        else:
            items.append(None)
    return items
