"""The vectors of charters, on the package."""

from __future__ import annotations

from typing import Any

import pytest

from rochdale_protocol.core.canonical import encode
from rochdale_protocol.core.errors import DecodeError, Refused
from rochdale_protocol.minutes.execute import found
from rochdale_protocol.minutes.minute import SignedCharter
from tests.protocol.definitions import canonical
from tests.vectors.files import load

CHARTERS = load("charters")


def name_of(case: dict[str, Any]) -> str:
    return str(case["name"])


@pytest.mark.parametrize("case", CHARTERS["valid"], ids=name_of)
def test_a_valid_charter(case: dict[str, Any]) -> None:
    """A charter gives the id and the state that the vector says (MIN-10, RFD-1, RFD-2)."""
    signed = SignedCharter.from_bytes(encode(case["signed"]))
    signed.check()
    assert signed.charter.coop() == case["coop"]
    state, _, _, _ = found(signed.charter, case["coop"])
    assert state.need("coop") == case["state"]


@pytest.mark.parametrize("case", CHARTERS["invalid"], ids=name_of)
def test_an_invalid_charter(case: dict[str, Any]) -> None:
    """What is no charter, or not signed by all as it stands, has the vector's code."""
    with pytest.raises((DecodeError, Refused)) as caught:
        SignedCharter.from_bytes(canonical(case["signed"])).check()
    assert caught.value.code == case["code"]
