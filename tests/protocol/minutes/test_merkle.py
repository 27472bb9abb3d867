"""Merkle trees of minutes against their definitions."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rochdale_protocol.core.errors import Refused
from rochdale_protocol.core.hashes import ZERO_ID
from rochdale_protocol.minutes.merkle import (
    Leaf,
    append,
    check_history,
    history_path,
    history_root,
    records_path,
    records_root,
    root_from_path,
)
from rochdale_protocol.state.maps import DictMap, OverlayMap
from tests.vectors import merkle as model
from tests.vectors.files import load

VECTORS = load("merkle")
IDS = [model.some_id(number) for number in range(70)]

sizes = st.integers(1, 300)


def history(count: int) -> DictMap:
    stored = DictMap()
    for position in range(count):
        append(stored, position, IDS[position])
    return stored


LONG = history(len(IDS))


@pytest.mark.parametrize("vector", VECTORS["records"]["valid"], ids=lambda v: len(v["leaves"]))
def test_records_vectors(vector: dict[str, Any]) -> None:
    """Roots and paths over records are those of the vectors, and paths lead to roots."""
    leaves = [(record, code) for record, code in vector["leaves"]]
    assert records_root(leaves) == vector["root"]
    for index, path in enumerate(vector["paths"]):
        assert records_path(leaves, index) == path
        assert root_from_path(leaves[index], index, len(leaves), path) == vector["root"]


@pytest.mark.parametrize("vector", VECTORS["records"]["invalid"], ids=lambda v: v["name"])
def test_invalid_records_vectors(vector: dict[str, Any]) -> None:
    """A path that can't be one is refused with its code."""
    record, code = vector["leaf"]
    with pytest.raises(Refused) as caught:
        root_from_path((record, code), vector["index"], vector["count"], vector["path"])
    assert caught.value.code == vector["code"]


@given(sizes)
def test_records_root_is_the_definition(count: int) -> None:
    """The root computed level by level is the one that RFC 9162 defines by halves."""
    leaves = model.some_leaves(count)
    assert records_root(leaves) == model.records_tree(leaves).hex()


@given(sizes, st.data())
def test_records_path_proves_its_leaf_alone(count: int, data: st.DataObject) -> None:
    """A path leads to the root from its own leaf and place, and from nothing else."""
    leaves = model.some_leaves(count)
    index = data.draw(st.integers(0, count - 1))
    root = records_root(leaves)
    path = records_path(leaves, index)
    assert root_from_path(leaves[index], index, count, path) == root
    record, code = leaves[index]
    assert root_from_path((record, code + "X"), index, count, path) != root
    assert root_from_path((model.some_id(-1), code), index, count, path) != root
    for step in range(len(path)):
        bad = list(path)
        bad[step] = flipped(bad[step], data.draw(st.integers(0, 255)))
        assert root_from_path(leaves[index], index, count, bad) != root
    elsewhere = data.draw(st.integers(0, count - 1))
    if elsewhere != index:
        assert root_or_code(leaves[index], elsewhere, count, path) != root


def root_or_code(leaf: Leaf, index: int, count: int, path: list[str]) -> str:
    try:
        return root_from_path(leaf, index, count, path)
    except Refused as refused:
        return refused.code


def flipped(value: str, bit: int) -> str:
    return f"{int(value, 16) ^ 1 << bit:064x}"


def test_records_in_another_order_have_another_root() -> None:
    """The order of a minute's records, and each one's code, are part of its root."""
    leaves = model.some_leaves(5)
    root = records_root(leaves)
    assert records_root(leaves[::-1]) != root
    assert records_root(leaves[:4]) != root
    assert records_root([*leaves, leaves[-1]]) != root
    assert records_root([(record, "") for record, _ in leaves]) != root
    assert records_root([]) == ZERO_ID


@pytest.mark.parametrize("vector", VECTORS["history"]["valid"], ids=lambda v: v["count"])
def test_history_vectors(vector: dict[str, Any]) -> None:
    """Roots and paths over minutes are those of the vectors, also for older counts."""
    ids = VECTORS["history"]["minutes"]
    stored = DictMap()
    for position, minute in enumerate(ids):
        append(stored, position, minute)
    count = vector["count"]
    assert history_root(stored, count) == vector["root"]
    for index, path in enumerate(vector["paths"]):
        assert history_path(stored, index, count) == path
        check_history(vector["root"], index, count, ids[index], path)


@pytest.mark.parametrize("vector", VECTORS["history"]["invalid"], ids=lambda v: v["name"])
def test_invalid_history_vectors(vector: dict[str, Any]) -> None:
    """A history proof that is malformed or leads elsewhere is refused with its code."""
    with pytest.raises(Refused) as caught:
        check_history(
            vector["root"], vector["index"], vector["count"], vector["minute"], vector["path"]
        )
    assert caught.value.code == vector["code"]


def test_history_root_is_the_definition() -> None:
    """At every count the root is the one defined over all minutes so far."""
    for count in range(len(IDS) + 1):
        assert history_root(LONG, count) == model.history_tree(IDS[:count]).hex()


def test_a_longer_history_still_proves_older_roots() -> None:
    """What is stored for an older root never changes when minutes are appended."""
    for count in (0, 1, 2, 7, 8, 33):
        short = history(count)
        assert history_root(short, count) == history_root(LONG, count)
        for index in range(count):
            path = history_path(LONG, index, count)
            assert path == history_path(short, index, count)
            check_history(history_root(short, count), index, count, IDS[index], path)
        for key, value in short.scan(""):
            assert LONG.get(key) == value


def test_appending_on_an_overlay_leaves_the_base() -> None:
    """A minute that is only tried out is appended to an overlay, and gone with it."""
    base = history(5)
    before = dict(base.scan(""))
    overlay = OverlayMap(base)
    append(overlay, 5, IDS[5])
    append(overlay, 6, IDS[6])
    assert history_root(overlay, 7) == history_root(LONG, 7)
    assert dict(base.scan("")) == before


@given(st.integers(1, len(IDS)), st.data())
def test_history_proves_one_minute_at_one_height(count: int, data: st.DataObject) -> None:
    """Another minute, height, count or hash is refused."""
    index = data.draw(st.integers(0, count - 1))
    root = history_root(LONG, count)
    path = history_path(LONG, index, count)
    check_history(root, index, count, IDS[index], path)
    wrong: list[tuple[str, int, int, str, list[str]]] = [
        (flipped(root, data.draw(st.integers(0, 255))), index, count, IDS[index], path),
        (root, index, count, flipped(IDS[index], data.draw(st.integers(0, 255))), path),
        (root, index, count + 1, IDS[index], path),
        (root, index, count, IDS[index], [*path, ZERO_ID]),
        (root, index, count, IDS[index], path[:-1] if path else [ZERO_ID]),
    ]
    for step in range(len(path)):
        bad = list(path)
        bad[step] = flipped(bad[step], data.draw(st.integers(0, 255)))
        wrong.append((root, index, count, IDS[index], bad))
    wrong += [(root, other, count, IDS[index], path) for other in range(count) if other != index]
    for case in wrong:
        with pytest.raises(Refused):
            check_history(*case)


def test_appending_out_of_turn_is_noticed() -> None:
    """A minute can't be appended before those below it."""
    with pytest.raises(AssertionError):
        append(DictMap(), 3, IDS[3])
