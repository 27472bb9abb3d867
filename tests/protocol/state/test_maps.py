"""Every make of the map against a plain dict."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rochdale_protocol.state.maps import DictMap, Map, OverlayMap

Make = Callable[[], Map]

texts = st.text("ab/0", max_size=4)
operations = st.lists(st.tuples(texts, st.none() | st.binary(max_size=3)), max_size=30)


def overlay_on_filled() -> Map:
    """An overlay whose base holds keys that the overlay has deleted or replaced again."""
    overlay = OverlayMap(DictMap({"a": b"old", "a/b": b"old", "b": b"old"}))
    for key in ("a", "a/b", "b"):
        overlay.delete(key)
    return overlay


MAKES: dict[str, Make] = {
    "dict": DictMap,
    "overlay": lambda: OverlayMap(DictMap()),
    "overlay-on-filled": overlay_on_filled,
    "overlay-on-overlay": lambda: OverlayMap(overlay_on_filled()),
}
"""The node's tests run the same properties on its own make."""


def change(target: Map, key: str, value: bytes | None) -> None:
    if value is None:
        target.delete(key)
    else:
        target.put(key, value)


def check_like_a_dict(stored: Map, steps: list[tuple[str, bytes | None]]) -> None:
    """Carry out ``steps`` on a map and a dict and compare all that can be read."""
    model: dict[str, bytes] = {}
    for key, value in steps:
        change(stored, key, value)
        if value is None:
            model.pop(key, None)
        else:
            model[key] = value
        assert stored.get(key) == model.get(key)
    for prefix in ["", "a", "a/", "b", "/", "0", *model]:
        expected = sorted(pair for pair in model.items() if pair[0].startswith(prefix))
        assert list(stored.scan(prefix)) == expected
        for after in filter(None, ["a", "b", *model]):
            rest = [pair for pair in expected if pair[0] > after]
            assert list(stored.scan(prefix, after)) == rest
    for key in ["", "a", "a/b", *model]:
        assert stored.get(key) == model.get(key)


@pytest.mark.parametrize("make", MAKES)
@given(steps=operations)
def test_each_make_is_a_sorted_dict(make: str, steps: list[tuple[str, bytes | None]]) -> None:
    """After any puts and deletes a map reads like a dict, its scans in key order."""
    check_like_a_dict(MAKES[make](), steps)


@given(operations, operations)
def test_an_overlay_leaves_its_base(
    below: list[tuple[str, bytes | None]], above: list[tuple[str, bytes | None]]
) -> None:
    """Nothing done to an overlay reaches its base; its changes, applied, give the same map."""
    base = DictMap()
    for key, value in below:
        change(base, key, value)
    before = dict(base.scan(""))
    overlay = OverlayMap(base)
    for key, value in above:
        change(overlay, key, value)
    assert dict(base.scan("")) == before
    seen = dict(overlay.scan(""))
    second = OverlayMap(base)
    second.apply(overlay.changes)
    assert dict(second.scan("")) == seen
    for key, changed in overlay.changes.items():
        change(base, key, changed)
    assert dict(base.scan("")) == seen


def test_a_map_keeps_its_own_copy() -> None:
    """A map that was made from a dict does not follow the dict."""
    given_values = {"b": b"1", "a": b"2"}
    stored = DictMap(given_values)
    given_values["c"] = b"3"
    assert list(stored.scan("")) == [("a", b"2"), ("b", b"1")]


def test_an_empty_value_is_not_an_absent_one() -> None:
    """A key can hold no bytes, be scanned, and be deleted."""
    stored = DictMap()
    stored.put("a", b"")
    assert stored.get("a") == b""
    assert list(stored.scan("")) == [("a", b"")]
    stored.delete("a")
    assert list(stored.scan("")) == []
    stored.put("a", b"1")
    assert list(stored.scan("")) == [("a", b"1")]
