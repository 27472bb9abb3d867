"""The state tree against its definition, on every make of the map."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rochdale_protocol.core.errors import Refused
from rochdale_protocol.core.hashes import ZERO_ID
from rochdale_protocol.state import tree
from rochdale_protocol.state.maps import DictMap, Map, OverlayMap
from rochdale_protocol.state.tree import StateProof
from tests.vectors import state as model
from tests.vectors.files import load

Changes = dict[str, bytes | None]

VECTORS = load("state")
MAKES: dict[str, Callable[[], Map]] = {
    "dict": DictMap,
    "overlay": lambda: OverlayMap(DictMap()),
}
"""The node's tests run the same properties on its own make."""

keys = st.integers(0, 60).map(lambda number: f"key/{number}")
values = st.integers(0, 3).map(lambda number: b'{"n":%d}' % number)
batches = st.lists(st.dictionaries(keys, st.none() | values, max_size=25), max_size=6)
filled = st.dictionaries(keys, values, max_size=40)


def after(items: dict[str, bytes], changes: Changes) -> dict[str, bytes]:
    merged = {**items, **changes}
    return {key: value for key, value in merged.items() if value is not None}


def check_like_the_definition(stored: Map, steps: list[Changes]) -> None:
    """Carry out batches on a tree and compare root, entries and proofs with the definition."""
    items: dict[str, bytes] = {}
    for changes in steps:
        items = after(items, changes)
        assert tree.update(stored, changes) == model.root(items) == tree.root(stored)
    fresh = DictMap()
    assert tree.build(fresh, items.items()) == tree.root(stored) == tree.bulk_root(items.items())
    assert dict(fresh.scan("")) == dict(stored.scan(""))
    for key in [*items, "key/0", "absent"]:
        proof = tree.prove(stored, key)
        assert proof.model_dump() == model.proof(items, key)
        tree.check_proof(tree.root(stored), key, items.get(key), proof)


@pytest.mark.parametrize("make", MAKES)
@given(steps=batches)
def test_each_make_follows_the_definition(make: str, steps: list[Changes]) -> None:
    """After any batches the root, the stored entries and the proofs are the definition's."""
    check_like_the_definition(MAKES[make](), steps)


@given(batches)
def test_what_was_tried_on_an_overlay_leaves_the_base(steps: list[Changes]) -> None:
    """A tree updated on an overlay over a filled tree leaves that one as it was."""
    base = DictMap()
    items = model.some_items(30)
    tree.build(base, items.items())
    before = dict(base.scan(""))
    overlay = OverlayMap(base)
    for changes in steps:
        items = after(items, changes)
        assert tree.update(overlay, changes) == model.root(items)
    assert dict(base.scan("")) == before
    assert tree.root(base) == model.root(model.some_items(30))


@pytest.mark.parametrize("vector", VECTORS["trees"], ids=lambda vector: len(vector["items"]))
def test_tree_vectors(vector: dict[str, Any]) -> None:
    """A state has the root of its vector."""
    items = {key: value.encode() for key, value in vector["items"].items()}
    assert tree.bulk_root(items.items()) == vector["root"]
    assert tree.update(DictMap(), items) == vector["root"]


def test_step_vectors() -> None:
    """A state that changes has the root of the vector after each step, and ends empty."""
    stored = DictMap()
    for vector in VECTORS["steps"]:
        changes = {
            key: None if value is None else value.encode()
            for key, value in vector["changes"].items()
        }
        assert tree.update(stored, changes) == vector["root"]
    assert tree.root(stored) == ZERO_ID
    assert list(stored.scan("")) == []


def value_of(vector: dict[str, Any]) -> bytes | None:
    return None if vector["value"] is None else vector["value"].encode()


@pytest.mark.parametrize("vector", VECTORS["proofs"], ids=lambda v: f"{v['root'][:6]}-{v['key']}")
def test_proof_vectors(vector: dict[str, Any]) -> None:
    """Proofs of presence and absence hold."""
    proof = StateProof.model_validate(vector["proof"])
    tree.check_proof(vector["root"], vector["key"], value_of(vector), proof)


@pytest.mark.parametrize("vector", VECTORS["invalid_proofs"], ids=lambda vector: vector["name"])
def test_invalid_proof_vectors(vector: dict[str, Any]) -> None:
    """Proofs that do not hold are refused with their code."""
    proof = StateProof.model_validate(vector["proof"])
    with pytest.raises(Refused) as caught:
        tree.check_proof(vector["root"], vector["key"], value_of(vector), proof)
    assert caught.value.code == vector["code"]


def test_vectors_show_each_kind_of_proof() -> None:
    """Among the proofs are presence, absence in an empty place and absence by another leaf."""
    kinds = {
        (vector["value"] is None, vector["proof"]["other"] is None) for vector in VECTORS["proofs"]
    }
    assert kinds == {(False, True), (True, True), (True, False)}


@given(filled, st.permutations(range(40)))
def test_the_order_of_updates_does_not_matter(items: dict[str, bytes], order: list[int]) -> None:
    """One batch, single updates in any order, and a detour all end at the same root."""
    root = tree.bulk_root(items.items())
    pairs = list(items.items())
    singly = DictMap()
    for at in order:
        if at < len(pairs):
            tree.update(singly, dict([pairs[at]]))
    assert tree.root(singly) == root
    detour = DictMap()
    tree.update(detour, {**items, **{f"detour/{number}": b"{}" for number in range(20)}})
    tree.update(detour, {f"detour/{number}": None for number in range(20)})
    assert tree.root(detour) == root
    assert dict(detour.scan("")) == dict(singly.scan(""))


@given(filled, keys, st.data())
def test_any_flipped_bit_of_a_proof_is_refused(
    items: dict[str, bytes], key: str, data: st.DataObject
) -> None:
    """A proof holds for its key, value and root to the bit, and for nothing else."""
    stored = DictMap()
    root = tree.build(stored, items.items())
    value = items.get(key)
    good = tree.prove(stored, key)
    tree.check_proof(root, key, value, good)
    bit = data.draw(st.integers(0, 255))
    bad = [
        good.model_copy(update={"siblings": replaced(good.siblings, at, bit)})
        for at in range(len(good.siblings))
    ]
    bad += [good.model_copy(update={"key": key + "0"})]
    bad += [good.model_copy(update={"siblings": [*good.siblings, ZERO_ID]})]
    if good.siblings:
        bad += [good.model_copy(update={"siblings": good.siblings[:-1]})]
    if good.other is not None:
        for field in ("path", "value_hash"):
            changed = {field: flipped(getattr(good.other, field), bit)}
            bad.append(good.model_copy(update={"other": good.other.model_copy(update=changed)}))
    for proof in bad:
        with pytest.raises(Refused):
            tree.check_proof(root, key, value, proof)
    for claim in (b'{"n":4}', None if value is not None else b"{}"):
        with pytest.raises(Refused):
            tree.check_proof(root, key, claim, good)
    with pytest.raises(Refused):
        tree.check_proof(flipped(root, bit), key, value, good)


def replaced(hashes: list[str], at: int, bit: int) -> list[str]:
    return [*hashes[:at], flipped(hashes[at], bit), *hashes[at + 1 :]]


def flipped(value: str, bit: int) -> str:
    return f"{int(value, 16) ^ 1 << bit:064x}"


@given(st.sets(st.integers(0, 5_000), max_size=200))
def test_a_bulk_root_is_the_definition(numbers: set[int]) -> None:
    """The root in one pass is the one defined, for any number of keys in any order."""
    items = {f"key/{number}": b"%d" % number for number in numbers}
    assert tree.bulk_root(items.items()) == model.root(items)


def test_an_update_touches_few_entries() -> None:
    """Changing one of many keys reads and writes the entries of its own way down alone."""
    counted = Counted()
    tree.build(counted, model.some_items(3_000).items())
    counted.gets = counted.writes = 0
    tree.update(counted, {"member/77": b'{"n":0}'})
    assert counted.gets <= 6
    assert counted.writes <= 6


class Counted(DictMap):
    """A map that counts how often it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.gets = 0
        self.writes = 0

    def get(self, key: str) -> bytes | None:
        self.gets += 1
        return super().get(key)

    def put(self, key: str, value: bytes) -> None:
        self.writes += 1
        super().put(key, value)


def test_nothing_changed_is_nothing_written() -> None:
    """An empty batch, or deleting what isn't there, leaves root and entries as they are."""
    stored = DictMap()
    assert tree.update(stored, {}) == ZERO_ID
    assert tree.update(stored, {"absent": None}) == ZERO_ID
    root = tree.update(stored, {"a": b"{}", "b": b"{}"})
    before = dict(stored.scan(""))
    assert tree.update(stored, {}) == root
    assert tree.update(stored, {"absent": None}) == root
    assert dict(stored.scan("")) == before


def test_building_over_a_filled_tree_is_a_mistake() -> None:
    """A tree is built from nothing, so that no entry of an older one can linger."""
    stored = DictMap()
    tree.update(stored, {"a": b"{}"})
    with pytest.raises(AssertionError):
        tree.build(stored, [("b", b"{}")])
