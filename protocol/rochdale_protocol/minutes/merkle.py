"""Merkle trees of minutes: the records of one, and the history of all (MRK-1 to MRK-10).

The records of a minute are the leaves of a tree of the shape of RFC 9162: the left
half is the largest power of two below the count. The history is a Merkle mountain
range: perfect trees over the ids of minutes, one for each bit of their count, which
only ever grows, so that a path to any older size can still be given.
Rules are in ``specs/04-state.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import TypeAlias

from ..core.errors import Refused
from ..core.hashes import ZERO_ID, Tag, digest
from ..state.maps import Map, ReadMap

__all__ = [
    "Leaf",
    "append",
    "check_history",
    "history_path",
    "history_root",
    "records_path",
    "records_root",
    "root_from_path",
]

Leaf: TypeAlias = tuple[str, str]
"""The id of a record and the code it was refused with, "" if it was accepted."""

_NODE = Tag.NODE.value
_HISTORY_NODE = Tag.HISTORY_NODE.value


def records_root(leaves: Sequence[Leaf]) -> str:
    """Return the root over the records of a minute in their order (MRK-1 to MRK-3)."""
    if not leaves:
        return ZERO_ID
    level = [_leaf_hash(leaf) for leaf in leaves]
    while len(level) > 1:
        level = _parents(level)
    return level[0].hex()


def records_path(leaves: Sequence[Leaf], index: int) -> list[str]:
    """Return the hashes beside the way from a leaf up to the root (MRK-4)."""
    assert 0 <= index < len(leaves)
    level = [_leaf_hash(leaf) for leaf in leaves]
    path = []
    while len(level) > 1:
        beside = index ^ 1
        if beside < len(level):
            path.append(level[beside].hex())
        level = _parents(level)
        index //= 2
    return path


def root_from_path(leaf: Leaf, index: int, count: int, path: Sequence[str]) -> str:
    """Return the root that a path leads to; the caller compares it (MRK-5).

    Raises:
        Refused: MRK-5, the leaf or a hash is malformed, or the path is not as long as
            index and count require.
    """
    record, code = leaf
    if not (0 <= index < count and code.isascii()):
        raise Refused("MRK-5", index=index, count=count)
    node = digest(Tag.LEAF, _hash(record, "MRK-5"), code.encode())
    steps = iter(path)
    last = count - 1
    while last:
        # A last node without a neighbour is carried up as it is.
        if index % 2 or index < last:
            step = next(steps, None)
            if step is None:
                raise Refused("MRK-5", count=count, path=len(path))
            beside = _hash(step, "MRK-5")
            pair = beside + node if index % 2 else node + beside
            node = sha256(_NODE + pair).digest()
        index //= 2
        last //= 2
    if next(steps, None) is not None:
        raise Refused("MRK-5", count=count, path=len(path))
    return node.hex()


def append(history: Map, position: int, minute_id: str) -> None:
    """Add the id of the minute of height ``position``, the next one (MRK-6)."""
    node = digest(Tag.HISTORY_LEAF, bytes.fromhex(minute_id))
    level = 0
    history.put(_place(level, position), node)
    while position % 2:
        node = sha256(_HISTORY_NODE + _stored(history, level, position - 1) + node).digest()
        level += 1
        position //= 2
        history.put(_place(level, position), node)


def history_root(history: ReadMap, count: int) -> str:
    """Return the root over the first ``count`` minutes (MRK-7)."""
    return _root(count, [_stored(history, *peak) for peak in _peaks(count)])


def history_path(history: ReadMap, index: int, count: int) -> list[str]:
    """Return what, with the minute's id, gives the root over ``count`` minutes (MRK-8).

    First the hashes beside the way up to the peak above ``index``, then the other
    peaks from the left.
    """
    assert 0 <= index < count
    path = []
    others = []
    for level, position in _peaks(count):
        if index >> level == position:
            path = [
                _stored(history, height, (index >> height) ^ 1).hex() for height in range(level)
            ]
        else:
            others.append(_stored(history, level, position).hex())
    return path + others


def check_history(root: str, index: int, count: int, minute_id: str, path: Sequence[str]) -> None:
    """Check that a minute is the one of height ``index`` in a history (MRK-9, MRK-10).

    Raises:
        Refused: MRK-9, the path is not as long as index and count require; MRK-10, it
            leads to another root.
    """
    if not 0 <= index < count < 2**63:
        raise Refused("MRK-9", index=index, count=count)
    peaks = list(_peaks(count))
    mine = next(number for number, (level, at) in enumerate(peaks) if index >> level == at)
    height = peaks[mine][0]
    if len(path) != height + len(peaks) - 1:
        raise Refused("MRK-9", index=index, count=count, path=len(path))
    hashes = [_hash(step, "MRK-9") for step in path]
    node = digest(Tag.HISTORY_LEAF, _hash(minute_id, "MRK-9"))
    for level, beside in enumerate(hashes[:height]):
        pair = beside + node if index >> level & 1 else node + beside
        node = sha256(_HISTORY_NODE + pair).digest()
    others = hashes[height:]
    if _root(count, [*others[:mine], node, *others[mine:]]) != root:
        raise Refused("MRK-10", index=index, count=count)


def _leaf_hash(leaf: Leaf) -> bytes:
    record, code = leaf
    return digest(Tag.LEAF, bytes.fromhex(record), code.encode("ascii"))


def _parents(level: list[bytes]) -> list[bytes]:
    above = [
        sha256(_NODE + left + right).digest()
        for left, right in zip(level[::2], level[1::2], strict=False)
    ]
    if len(level) % 2:
        above.append(level[-1])
    return above


def _hash(value: str, code: str) -> bytes:
    """Return the bytes of a hash that came from outside."""
    try:
        data = bytes.fromhex(value)
    except ValueError:
        data = b""
    if len(data) != 32 or data.hex() != value:
        raise Refused(code, hash=value[:64])
    return data


def _peaks(count: int) -> Iterator[tuple[int, int]]:
    """Yield level and position of each perfect tree, the largest (leftmost) first."""
    for level in range(count.bit_length() - 1, -1, -1):
        if count >> level & 1:
            yield level, (count >> level) - 1


def _root(count: int, peaks: Sequence[bytes]) -> str:
    return digest(Tag.HISTORY_ROOT, count.to_bytes(8, "big"), *peaks).hex()


def _place(level: int, position: int) -> str:
    return f"history/{level}/{position}"


def _stored(history: ReadMap, level: int, position: int) -> bytes:
    node = history.get(_place(level, position))
    assert node is not None, (level, position)
    return node
