"""The vectors of sealed ballots, on the package."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from rochdale_protocol.core.errors import Refused
from rochdale_protocol.core.keys import SeedSigner, exchange_key
from rochdale_protocol.governance.sealing import (
    PRIME,
    Kept,
    Sealed,
    can_be_trustee,
    can_open,
    check_form,
    check_trustees,
    context_of,
    open_box,
    seal,
    threshold,
    unseal,
)
from tests.vectors.files import load
from tests.vectors.sealing import CONTEXT, ENTROPY, PLAIN, SIZE

VECTORS = load("sealing")


def name_of(case: dict[str, Any]) -> str:
    return str(case["name"])


def boxes_opened(sealed: Sealed, seeds: list[str]) -> dict[str, str]:
    """Return the shares that trustees publish, by place as the vectors write it."""
    signers = [SeedSigner(bytes.fromhex(seed)) for seed in seeds]
    found = {place: open_box(sealed, place, each, CONTEXT) for place, each in enumerate(signers, 1)}
    return {str(place): share for place, share in found.items() if share is not None}


def test_prime() -> None:
    """Shares are numbers below the prime of the vectors."""
    assert int(VECTORS["prime"], 16) == PRIME


@pytest.mark.parametrize("case", VECTORS["exchange"], ids=name_of)
def test_who_can_be_a_trustee(case: dict[str, Any]) -> None:
    """A key is fit for exchange, and converts, exactly as the vectors say (SIG-6, SEA-1)."""
    expected = None if case["x25519"] is None else bytes.fromhex(case["x25519"])
    assert exchange_key(case["public"]) == expected
    assert can_be_trustee(case["public"]) is (expected is not None)


@pytest.mark.parametrize("case", VECTORS["trustees"], ids=name_of)
def test_trustees(case: dict[str, Any]) -> None:
    """Trustees are 1 to 21 fit keys in order; others are refused, by seal too (SEA-1)."""
    if not case["code"]:
        check_trustees(case["trustees"])
        return
    with pytest.raises(Refused) as caught:
        check_trustees(case["trustees"])
    assert caught.value.code == case["code"]
    with pytest.raises(Refused):
        seal(ENTROPY, PLAIN, CONTEXT, case["trustees"], SIZE)


@pytest.mark.parametrize("case", VECTORS["contexts"], ids=lambda case: case["context"][:8])
def test_contexts(case: dict[str, Any]) -> None:
    """A context is the digest of co-op, proposal and member (SEA-2)."""
    made = context_of(case["coop"], case["proposal"], case["member"])
    assert made.hex() == case["context"]


@pytest.mark.parametrize("case", VECTORS["sealed"], ids=name_of)
def test_a_sealed_ballot(case: dict[str, Any]) -> None:
    """A ballot is sealed, kept, unboxed and opened as the vectors say.

    Its secret (SEA-3), padding (SEA-4), shares (SEA-5), commitments (SEA-6), ciphertext (SEA-7),
    boxes (SEA-8) and what the state keeps (SEA-10) are those of the definitions.
    """
    trustees, plain = case["trustees"], bytes.fromhex(case["plain"])
    sealed = seal(bytes.fromhex(case["entropy"]), plain, CONTEXT, trustees, case["size"])
    assert sealed.model_dump() == case["sealed"]
    assert sealed.keep().model_dump() == case["kept"]
    check_form(sealed, len(trustees), case["size"])
    assert boxes_opened(sealed, case["seeds"]) == case["shares"]
    needed = threshold(len(trustees))
    assert needed == case["threshold"]
    for places in (range(1, needed + 1), range(len(trustees) - needed + 1, len(trustees) + 1)):
        some = {place: case["shares"][str(place)] for place in places}
        assert unseal(Kept.model_validate(case["kept"]), some, CONTEXT, trustees) == plain


@pytest.mark.parametrize("case", VECTORS["spoilt"], ids=name_of)
def test_a_badly_made_ballot(case: dict[str, Any]) -> None:
    """What a dishonest voter made is spoilt by every choice of shares, or has too few (SEA-13)."""
    sealed = Sealed.model_validate(case["sealed"])
    check_form(sealed, 3, SIZE)
    assert sealed.keep().model_dump() == case["kept"]
    assert boxes_opened(sealed, case["seeds"]) == case["shares"]
    shares = {int(place): share for place, share in case["shares"].items()}
    if case["code"]:
        assert not can_open(3, 3 - len(shares))
        with pytest.raises(Refused) as caught:
            unseal(sealed.keep(), shares, CONTEXT, case["trustees"])
        assert caught.value.code == case["code"]
        return
    for places in [*combinations(shares, 2), tuple(shares)]:
        some = {place: shares[place] for place in places}
        assert unseal(sealed.keep(), some, CONTEXT, case["trustees"]) is None


@pytest.mark.parametrize("case", VECTORS["form"]["cases"], ids=name_of)
def test_form(case: dict[str, Any]) -> None:
    """A sealed ballot has a part for each trustee and its vote's size, or is refused (SEA-9)."""
    sealed = Sealed.model_validate(case["sealed"])
    if not case["code"]:
        check_form(sealed, VECTORS["form"]["trustees"], VECTORS["form"]["size"])
        return
    with pytest.raises(Refused) as caught:
        check_form(sealed, VECTORS["form"]["trustees"], VECTORS["form"]["size"])
    assert caught.value.code == case["code"]
