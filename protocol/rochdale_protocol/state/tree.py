"""The compact sparse Merkle tree over the state (STA-3 to STA-9 of ``specs/04-state.md``).

The tree is binary and 256 levels deep in thought: a key's path is its hash, and a
subtree with exactly one leaf is that leaf. It is kept in a map, four levels to an
entry: under ``tree/`` and the first hexadecimal digits of a path stand the sixteen
*items* that begin with one digit more. An item is what a subtree amounts to:

- no bytes, no leaf;
- 96 bytes, one leaf: its path, the hash of its value, its own hash;
- 32 bytes, two leaves or more: the hash of the subtree, whose items have an entry.

So an update touches one entry for each four levels, and single leaves (most of
them) need no entry of their own. How it is kept is no part of the protocol.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import pairwise
from typing import Annotated, Final, TypeAlias

from pydantic import Field

from ..core.errors import Refused
from ..core.fields import Id, Model
from ..core.hashes import ZERO_ID, Tag, digest
from .maps import Map, ReadMap

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

_Leaf: TypeAlias = tuple[str, bytes]
"""A path in hexadecimal and the item there; no bytes for a leaf that is to go."""

_TOP: Final = "tree"
_ENTRIES: Final = "tree/"
_NONE: Final = b""
_NODE_SIZE: Final = 32
_LEAF_SIZE: Final = 96
_EMPTY: Final = bytes(32)
_KEY: Final = Tag.STATE_KEY.value
_VALUE: Final = Tag.STATE_VALUE.value
_LEAF: Final = Tag.STATE_LEAF.value
_NODE: Final = Tag.STATE_NODE.value

# Copying a hash that has taken in its tag is quicker than to begin one anew.
_begin_node = sha256(Tag.STATE_NODE.value).copy


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
    return _hash(tree.get(_TOP) or _NONE).hex()


def update(tree: Map, changes: Mapping[str, bytes | None]) -> str:
    """Carry changed values into a stored tree and return the new root.

    None stands for a key that is gone; it need not have been there.
    """
    if not changes:
        return root(tree)
    ordered = sorted(
        _leaf(key, value) if value is not None else (_path(key).hex(), _NONE)
        for key, value in changes.items()
    )
    return _finish(tree, _merge(tree, "", tree.get(_TOP) or _NONE, ordered))


def build(tree: Map, items: Iterable[tuple[str, bytes]]) -> str:
    """Fill an empty tree with keys, each once and in any order, and return its root."""
    assert tree.get(_TOP) is None
    leaves = sorted(_leaf(key, value) for key, value in items)
    return _finish(tree, _grow(tree, "", leaves))


def bulk_root(items: Iterable[tuple[str, bytes]]) -> str:
    """Return the root over keys, each once and in any order, in one pass without a tree.

    Each subtree is finished when the first leaf beyond it is met; what waits for its
    right half is kept with its depth, the deepest last.
    """
    leaves = sorted(_leaf(key, value) for key, value in items)
    numbers = [int(path, 16) for path, _ in leaves]
    shared = [LEVELS - (this ^ that).bit_length() for this, that in pairwise(numbers)]
    waiting: list[tuple[int, bytes]] = [(-1, _EMPTY)]
    before = -1
    for number, (_, leaf), after in zip(numbers, leaves, [*shared, -1], strict=False):
        depth = max(before, after) + 1
        node = leaf[-32:]
        while depth > after + 1:
            above = _begin_node()
            if waiting[-1][0] == depth:
                above.update(waiting.pop()[1] + node)
            elif number >> LEVELS - depth & 1:
                above.update(_EMPTY + node)
            else:
                above.update(node + _EMPTY)
            node = above.digest()
            depth -= 1
        waiting.append((depth, node))
        before = after
    return waiting[-1][1].hex()


def prove(tree: ReadMap, key: str) -> StateProof:
    """Return the proof that ``key`` has its value, or that it has none (STA-6)."""
    path = _path(key).hex()
    siblings: list[str] = []
    item = tree.get(_TOP) or _NONE
    depth = 0
    while len(item) == _NODE_SIZE:
        levels = [_entry(tree, path[:depth])]
        while len(levels[-1]) > 2:
            levels.append(_parents(levels[-1]))
        digit = int(path[depth], 16)
        for level in reversed(levels):
            if len(item) != _NODE_SIZE:
                break
            at = digit * len(level) // 16
            siblings.append(_hash(level[at ^ 1]).hex())
            item = level[at]
        depth += 1
    if not item or item[:32].hex() == path:
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
    path = _path(key)
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
    bits >>= LEVELS - depth
    for sibling in reversed(proof.siblings):
        beside = bytes.fromhex(sibling)
        node = sha256(_NODE + (beside + node if bits & 1 else node + beside)).digest()
        bits >>= 1
    if node.hex() != root:
        raise Refused("STA-9", key=key[:80])


def _path(key: str) -> bytes:
    return sha256(_KEY + key.encode()).digest()


def _leaf(key: str, value: bytes) -> _Leaf:
    path = sha256(_KEY + key.encode()).digest()
    pair = path + sha256(_VALUE + value).digest()
    return path.hex(), pair + sha256(_LEAF + pair).digest()


def _hash(item: bytes) -> bytes:
    return item[-32:] or _EMPTY


def _finish(tree: Map, top: bytes) -> str:
    if not top:
        tree.delete(_TOP)
        return ZERO_ID
    tree.put(_TOP, top)
    return top[-32:].hex()


def _merge(tree: Map, prefix: str, item: bytes, changes: Sequence[_Leaf]) -> bytes:
    """Return the item of a subtree after sorted changes, keeping its entries up to date."""
    if len(item) != _NODE_SIZE:
        if len(changes) == 1 and not item:
            return changes[0][1]
        leaves = dict(changes)
        if item:
            leaves.setdefault(item[:32].hex(), item)
        return _grow(tree, prefix, sorted(leaf for leaf in leaves.items() if leaf[1]))
    items = _entry(tree, prefix)
    for digit, part in _parts(changes, len(prefix)):
        at = int(digit, 16)
        items[at] = _merge(tree, prefix + digit, items[at], part)
    item = _fold(items)
    if len(item) == _NODE_SIZE:
        tree.put(_ENTRIES + prefix, _pack(items))
    else:
        tree.delete(_ENTRIES + prefix)
    return item


def _grow(tree: Map, prefix: str, leaves: Sequence[_Leaf]) -> bytes:
    """Return the item of a subtree of sorted leaves that has no entries yet."""
    if len(leaves) < 2:
        return leaves[0][1] if leaves else _NONE
    items = [_NONE] * 16
    for digit, part in _parts(leaves, len(prefix)):
        items[int(digit, 16)] = part[0][1] if len(part) == 1 else _grow(tree, prefix + digit, part)
    tree.put(_ENTRIES + prefix, _pack(items))
    return _fold(items)


def _parts(leaves: Sequence[_Leaf], depth: int) -> Iterator[tuple[str, Sequence[_Leaf]]]:
    """Yield the leaves that share their digit at ``depth``, and it."""
    start = 0
    count = len(leaves)
    while start < count:
        digit = leaves[start][0][depth]
        end = start + 1
        while end < count and leaves[end][0][depth] == digit:
            end += 1
        yield digit, leaves[start:end]
        start = end


def _fold(items: list[bytes]) -> bytes:
    """Return the item of a subtree from the sixteen four levels down."""
    while len(items) > 1:
        items = _parents(items)
    return items[0]


def _parents(level: Sequence[bytes]) -> list[bytes]:
    """Return the items one level up (STA-4)."""
    above = []
    pairs = iter(level)
    for left, right in zip(pairs, pairs, strict=True):
        if not (left or right):
            above.append(_NONE)  # most of them
        elif left and right:
            node = _begin_node()
            node.update(left[-32:] + right[-32:])
            above.append(node.digest())
        elif len(alone := left or right) == _NODE_SIZE:
            node = _begin_node()
            node.update(left + _EMPTY if left else _EMPTY + right)
            above.append(node.digest())
        else:
            above.append(alone)
    return above


def _pack(items: Sequence[bytes]) -> bytes:
    """Return an entry: sixteen bytes with the items' lengths, then the items."""
    return bytes(map(len, items)) + b"".join(items)


def _entry(tree: ReadMap, prefix: str) -> list[bytes]:
    """Return the items of an entry that must be there."""
    entry = tree.get(_ENTRIES + prefix)
    assert entry is not None, prefix
    items = []
    start = 16
    for size in entry[:16]:
        end = start + size
        items.append(entry[start:end])
        start = end
    return items
