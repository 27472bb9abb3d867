"""Canonical bytes, ids and digests, against the vectors and two other readers of JSON."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from rochdale_protocol.core.canonical import check_restricted, decode, encode
from rochdale_protocol.core.errors import DecodeError
from rochdale_protocol.core.hashes import Tag, check_id, digest, record_id
from rochdale_protocol.core.limits import DEPTH_MAX, INTEGER_MAX
from tests.vectors.files import SPECS, load

VECTORS = load("canonical")
SIZE_MAX = VECTORS["size_max"]
ROOMY = 1_000_000

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-INTEGER_MAX, INTEGER_MAX)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
keys = st.text(st.characters(codec="ascii"))
restricted = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(keys, inner), max_leaves=20
)


def name(vector: dict[str, Any]) -> str:
    return str(vector["name"])


@pytest.mark.parametrize("vector", VECTORS["valid"], ids=name)
def test_valid_vectors(vector: dict[str, Any]) -> None:
    """A text of the restricted set has the canonical bytes of its vector, and no others."""
    canonical = bytes.fromhex(vector["canonical_hex"])
    value = json.loads(vector["text"])
    assert encode(value) == canonical
    assert decode(canonical, SIZE_MAX) == value
    assert rfc8785.dumps(value) == canonical


@pytest.mark.parametrize("vector", VECTORS["invalid"], ids=name)
def test_invalid_vectors(vector: dict[str, Any]) -> None:
    """Bytes that are not canonical are refused with the code of the rule they break."""
    with pytest.raises(DecodeError) as caught:
        decode(bytes.fromhex(vector["bytes_hex"]), SIZE_MAX)
    assert caught.value.code == vector["code"]


@pytest.mark.parametrize("vector", VECTORS["invalid_strings"], ids=name)
def test_strings_that_have_no_bytes(vector: dict[str, Any]) -> None:
    """A string with a lone surrogate can't be encoded, wherever it stands."""
    units = b"".join(unit.to_bytes(2, "big") for unit in vector["utf16"])
    text = units.decode("utf-16-be", "surrogatepass")
    for value in (text, [text], {"a": {"b": text}}):
        with pytest.raises(DecodeError) as caught:
            encode(value)
        assert caught.value.code == vector["code"]


def test_every_code_has_a_vector() -> None:
    """Each of CAN-1 to CAN-7 is shown by something that breaks it."""
    shown = {vector["code"] for vector in VECTORS["invalid"] + VECTORS["invalid_strings"]}
    assert shown == {f"CAN-{number}" for number in range(1, 8)}


@given(restricted)
def test_bytes_are_those_of_rfc_8785(value: object) -> None:
    """Every restricted value has the bytes that another implementation of RFC 8785 gives."""
    data = encode(value)
    assert data == rfc8785.dumps(value)  # type: ignore[arg-type]
    assert decode(data, ROOMY) == value


@given(restricted, st.data())
def test_one_value_has_one_spelling(value: object, data: st.DataObject) -> None:
    """Changing one byte of canonical bytes gives another value or is refused."""
    good = encode(value)
    at = data.draw(st.integers(0, len(good) - 1))
    bad = bytearray(good)
    bad[at] ^= data.draw(st.integers(1, 255))
    try:
        other = decode(bytes(bad), ROOMY)
    except DecodeError:
        return
    assert encode(other) == bytes(bad) != good


@given(st.binary(max_size=64))
def test_any_bytes_decode_or_are_refused(data: bytes) -> None:
    """Bytes from outside give a value with just these bytes, or DecodeError, nothing else."""
    try:
        value = decode(data, SIZE_MAX)
    except DecodeError:
        return
    assert encode(value) == data


@given(keys, keys, restricted)
def test_the_order_of_keys_does_not_matter(first: str, second: str, value: object) -> None:
    """Objects that are equal have equal bytes, in whichever order they were filled."""
    assert encode({first: value, second: 1}) == encode(
        dict(reversed({first: value, second: 1}.items()))
    )


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (1.0, "CAN-3"),
        (float("nan"), "CAN-3"),
        (INTEGER_MAX + 1, "CAN-3"),
        (-INTEGER_MAX - 1, "CAN-3"),
        (10**40, "CAN-3"),
        (b"bytes", "CAN-3"),
        ({1, 2}, "CAN-3"),
        ([Tag.BODY], "CAN-3"),
        ({1: 2}, "CAN-5"),
        ({None: 2}, "CAN-5"),
        ({"\u00e9": 2}, "CAN-5"),
        ({"\ud800": 2}, "CAN-5"),
    ],
    ids=repr,
)
def test_values_without_canonical_bytes(value: object, code: str) -> None:
    """What isn't restricted JSON is refused before it could be written."""
    with pytest.raises(DecodeError) as caught:
        encode(value)
    assert caught.value.code == code
    json.dumps(caught.value.fields).encode("utf-8")


def test_depth_counts_arrays_and_objects_alike() -> None:
    """DEPTH_MAX containers may enclose a value, whichever they are, and not one more."""
    value: object = 1
    for level in range(DEPTH_MAX):
        value = [value] if level % 2 else {"a": value}
    check_restricted(value)
    for deeper in ([value], (value,), {"a": value}):
        with pytest.raises(DecodeError) as caught:
            check_restricted(deeper)
        assert caught.value.code == "CAN-4"


def test_a_value_that_holds_itself_is_too_deep() -> None:
    """A list inside itself is refused instead of followed for ever."""
    value: list[object] = []
    value.append(value)
    with pytest.raises(DecodeError) as caught:
        encode(value)
    assert caught.value.code == "CAN-4"


def test_size_is_checked_to_the_byte() -> None:
    """Exactly as many bytes as allowed pass; one more does not."""
    assert decode(b'"abc"', 5) == "abc"
    with pytest.raises(DecodeError) as caught:
        decode(b'"abc"', 4)
    assert caught.value.code == "CAN-1"
    assert caught.value.fields == {"size": 5, "size_max": 4}


@pytest.mark.parametrize("vector", VECTORS["digests"], ids=lambda vector: vector["tag"].strip())
def test_digest_vectors(vector: dict[str, Any]) -> None:
    """A digest is SHA-256 of the tag and then the parts."""
    parts = [bytes.fromhex(part) for part in vector["parts_hex"]]
    assert digest(Tag(vector["tag"].encode()), *parts).hex() == vector["digest"]


def test_record_id_vector() -> None:
    """A record's id is the bare SHA-256 of its header."""
    for vector in VECTORS["record_id"]:
        assert record_id(bytes.fromhex(vector["header_hex"])) == vector["id"]


def test_no_tag_begins_another() -> None:
    """Tags differ before either ends, so that no input of one purpose is one of another."""
    tags = [tag.value for tag in Tag]
    for tag in tags:
        assert tag.startswith(b"rochdale/1/")
        assert tag.endswith(b"\n")
        assert [other for other in tags if other.startswith(tag)] == [tag]


def test_the_spec_lists_every_tag() -> None:
    """HSH-3 names the purpose of each tag, and no purpose without a tag."""
    table = (SPECS / "01-canonical.md").read_text("utf-8").partition("**HSH-3")[2]
    rows = [line for line in table.partition("## ")[0].splitlines() if line.startswith("| `")]
    listed = [purpose for row in rows for purpose in re.findall("`([a-z-]+)`", row.split("|")[1])]
    assert sorted(listed) == sorted(tag.value.decode()[11:-1] for tag in Tag)


@pytest.mark.parametrize("value", ["A" * 64, "a" * 63, "a" * 65, "g" * 64, " " * 64, None, 1, b""])
def test_what_is_not_an_id(value: object) -> None:
    """An id is 64 lower-case hexadecimal digits and nothing else."""
    with pytest.raises(DecodeError) as caught:
        check_id(value, "REC-1", "prev")
    assert (caught.value.code, caught.value.fields) == ("REC-1", {"field": "prev"})
    assert check_id("0a" * 32, "REC-1", "prev") == "0a" * 32
