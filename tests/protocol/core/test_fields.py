"""The types of fields: what each takes and what it refuses."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from rochdale_protocol.core import fields


def takes(kind: Any, value: object) -> bool:
    try:
        TypeAdapter(kind).validate_python(value, strict=True)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("kind", [fields.Id, fields.PublicKey])
def test_ids_and_keys(kind: Any) -> None:
    """An id or key is 64 lower-case hexadecimal digits (FLD-1)."""
    assert takes(kind, "0a" * 32)
    for bad in ("0A" * 32, "0a" * 31, "0a" * 33, "0g" * 32, "0a" * 32 + "\n", "\u0660" * 64, 1):
        assert not takes(kind, bad)


@pytest.mark.parametrize(("kind", "size"), [(fields.SignatureHex, 128), (fields.Salt, 32)])
def test_signatures_and_salts(kind: Any, size: int) -> None:
    """Signatures and salts have their size in lower-case hexadecimal (FLD-2, FLD-3)."""
    assert takes(kind, "a" * size)
    for bad in ("a" * (size - 1), "a" * (size + 1), "A" * size, "a" * size + "\n"):
        assert not takes(kind, bad)


@pytest.mark.parametrize("kind", [fields.Millis, fields.Count])
def test_times_and_counts(kind: Any) -> None:
    """Times and counts are whole, not negative, and below 2^53 (FLD-4)."""
    assert takes(kind, 0)
    assert takes(kind, 2**53 - 1)
    for bad in (-1, 2**53, 1.0, "1", True, None):
        assert not takes(kind, bad)


@pytest.mark.parametrize(
    "good",
    ["a", "High Farm", "\u0141\u00f3d\u017a & Co.", "\u0646\u200c\u0627", "\U0001f411", "x" * 120],
    ids=ascii,
)
def test_names(good: str) -> None:
    """A name is one line in any script (FLD-5)."""
    assert takes(fields.Name, good)


@pytest.mark.parametrize(
    "bad",
    [
        *["", " a", "a ", "a\nb", "a\tb", "a\x00b", "a\x1b[1mb", "a\x7f", "a\x85b", "a\xa0b"],
        *["a\xadb", "a\u200bb", "a\u202eb", "a\u2066b", "a\u2028b", "\ufeffa", "\ud800", "x" * 121],
    ],
    ids=ascii,
)
def test_names_that_could_deceive(bad: str) -> None:
    """A name holds nothing that hides, turns or breaks a line (FLD-5)."""
    assert not takes(fields.Name, bad)


@given(st.characters(categories=["Cc", "Cf", "Zs", "Zl", "Zp", "Cs"]))
def test_no_unseen_character_was_forgotten(character: str) -> None:
    """Of controls, formats and spaces that Unicode had in 2022, only these few may be in a name."""
    lawful = {" ", "\u200c", "\u200d"}
    # Prepended marks of Arabic, Syriac and Kaithi numbers, and shorthand and notation
    # controls, are letters' companions that no terminal turns around.
    companions = ("ARABIC", "SYRIAC", "KAITHI", "SHORTHAND", "MUSICAL", "EGYPTIAN")
    named = unicodedata.name(character, "").startswith(companions) and character != "\u061c"
    assert takes(fields.Name, f"a{character}b") == (character in lawful or named)


def test_notes_and_texts() -> None:
    """Notes may be empty, texts not; both are bounded in characters, not bytes (FLD-6)."""
    assert takes(fields.Note, "")
    assert takes(fields.Note, "\u20ac" * 2_000)
    assert not takes(fields.Note, "x" * 2_001)
    assert takes(fields.Text, "line\nline")
    assert not takes(fields.Text, "")
    assert not takes(fields.Text, "x" * 200_001)


@pytest.mark.parametrize("good", ["0", "7", "12.5", "0.000001", "999999999999999.999999"])
def test_quantities(good: str) -> None:
    """A quantity is a decimal in its one canonical form (FLD-7)."""
    assert takes(fields.Quantity, good)


@pytest.mark.parametrize(
    "bad",
    [
        *["", "-1", "+1", "01", "1.", ".5", "1.50", "1.0", "0.0", "1e3", "1,5", " 1", "1\n"],
        *["0.0000001", "1000000000000000", "\u0661", "NaN"],
    ],
    ids=ascii,
)
def test_what_is_not_a_quantity(bad: str) -> None:
    """Every other spelling of a number is refused (FLD-7)."""
    assert not takes(fields.Quantity, bad)
