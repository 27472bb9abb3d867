"""Strict signatures: one verdict on every edge case."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.bindings import crypto_scalarmult_base

from rochdale_protocol.core.errors import Refused
from rochdale_protocol.core.hashes import Tag
from rochdale_protocol.core.keys import SeedSigner, check_signature, is_valid, share_key
from tests.vectors.files import load

VECTORS = load("ed25519")
SIGNER = SeedSigner(bytes(range(32)))
KEY = bytes.fromhex(SIGNER.public)


@pytest.mark.parametrize("vector", VECTORS["verify"], ids=lambda vector: vector["name"])
def test_verdicts(vector: dict[str, Any]) -> None:
    """Each edge case has the verdict that the vectors fix."""
    public, message, signature = (
        bytes.fromhex(vector[field]) for field in ("public", "message", "signature")
    )
    assert is_valid(public, message, signature) is vector["valid"]


def test_all_of_speccheck_is_there() -> None:
    """The twelve cases of the paper are among the vectors; one of them is valid."""
    cases = [each for each in VECTORS["verify"] if each["name"].startswith("speccheck-")]
    assert [each["name"] for each in cases if each["valid"]] == ["speccheck-3"]
    assert len(cases) == 12


@pytest.mark.parametrize("vector", VECTORS["sign"], ids=lambda vector: vector["public"][:8])
def test_keys_of_seeds(vector: dict[str, Any]) -> None:
    """A seed gives the public key that RFC 8032 says."""
    assert SeedSigner(bytes.fromhex(vector["seed"])).public == vector["public"]


def test_a_signature_is_good_for_one_purpose() -> None:
    """Data signed under one tag is refused under every other tag, and without one."""
    signature = SIGNER.sign(Tag.SIGN_RECORD, b"data")
    for tag in Tag:
        if tag is Tag.SIGN_RECORD:
            check_signature(SIGNER.public, tag, b"data", signature, "REC-3")
        else:
            with pytest.raises(Refused) as caught:
                check_signature(SIGNER.public, tag, b"data", signature, "REC-3")
            assert caught.value.code == "REC-3"
    assert not is_valid(KEY, b"data", signature)
    assert is_valid(KEY, b"rochdale/1/sign-record\ndata", signature)


@given(st.binary(max_size=200), st.data())
def test_any_flipped_bit_is_refused(message: bytes, data: st.DataObject) -> None:
    """A signature holds for its key and message to the bit."""
    signature = SIGNER.sign(Tag.SIGN_VOTE, message)
    check_signature(SIGNER.public, Tag.SIGN_VOTE, message, signature, "X-1")
    whole = bytearray(KEY + signature + message)
    bit = data.draw(st.integers(0, 8 * len(whole) - 1))
    whole[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Refused):
        check_signature(
            whole[:32].hex(), Tag.SIGN_VOTE, bytes(whole[96:]), bytes(whole[32:96]), "X-1"
        )


@pytest.mark.parametrize(
    "spelling",
    [
        SIGNER.public.upper(),
        SIGNER.public + " ",
        " ".join([SIGNER.public[:32], SIGNER.public[32:]]),
        SIGNER.public[:-2],
        SIGNER.public + "00",
        "",
        "not a key",
        "\u00e9" * 64,
    ],
)
def test_a_key_has_one_spelling(spelling: str) -> None:
    """A key in any spelling but lower-case hexadecimal is refused."""
    assert spelling != SIGNER.public
    with pytest.raises(Refused) as caught:
        check_signature(spelling, Tag.SYNC, b"", SIGNER.sign(Tag.SYNC, b""), "X-1")
    assert caught.value.code == "X-1"


def test_a_signer_keeps_its_secret() -> None:
    """Neither a signer's text nor an error shows the seed; equal seeds sign equally."""
    seed = b"\x07" * 32
    signer = SeedSigner(seed)
    for secret in (seed.hex(), repr(seed), repr(seed)[2:-1]):
        assert secret not in repr(signer)
    assert SeedSigner(seed) == signer
    assert SeedSigner(seed).sign(Tag.SYNC, b"x") == signer.sign(Tag.SYNC, b"x")
    assert len(signer.sign(Tag.SYNC, b"x")) == 64


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_a_seed_has_32_bytes(size: int) -> None:
    """A seed of another size is a mistake of ours, noticed at once."""
    with pytest.raises(AssertionError):
        SeedSigner(bytes(size))


LENIENT = """
import nacl.bindings
nacl.bindings.crypto_sign_open = lambda signed, key: signed[64:]
try:
    import rochdale_protocol.core.keys
except ImportError as error:
    print(error)
"""


def test_another_verdict_of_the_library_is_noticed() -> None:
    """Where the library accepts what the protocol refuses, nothing can be checked at all."""
    done = subprocess.run(
        [sys.executable, "-c", LENIENT], capture_output=True, text=True, check=True
    )
    assert "other rules than the book" in done.stdout


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=100))
def test_both_ends_share_one_key(secret: bytes, data: bytes) -> None:
    """Who makes an ephemeral key and the device that it is for come to the same key (SIG-6)."""
    ephemeral = crypto_scalarmult_base(secret)
    shared = share_key(Tag.SEAL_BOX, secret, ephemeral, SIGNER.public, data)
    assert shared is not None
    assert SIGNER.exchange(Tag.SEAL_BOX, ephemeral, data) == shared


def test_a_shared_key_is_for_one_pair_and_purpose() -> None:
    """Another tag, data, ephemeral key or device gives another shared key (SIG-6)."""
    ephemeral, other = (crypto_scalarmult_base(bytes([n]) * 32) for n in (1, 2))
    keys = [
        SIGNER.exchange(Tag.SEAL_BOX, ephemeral, b"data"),
        SIGNER.exchange(Tag.SEAL_KEY, ephemeral, b"data"),
        SIGNER.exchange(Tag.SEAL_BOX, ephemeral, b"other"),
        SIGNER.exchange(Tag.SEAL_BOX, other, b"data"),
        SeedSigner(bytes(32)).exchange(Tag.SEAL_BOX, ephemeral, b"data"),
    ]
    assert None not in keys
    assert len(set(keys)) == len(keys)
    high = ephemeral[:31] + bytes([ephemeral[31] | 0x80])
    assert SIGNER.exchange(Tag.SEAL_BOX, high, b"data") not in keys


@pytest.mark.parametrize(
    "ephemeral",
    [b"", bytes(31), bytes(33), bytes(32), b"\1" + bytes(31), (2**255 - 20).to_bytes(32, "little")],
    ids=["empty", "short", "long", "zero", "one", "minus-one"],
)
def test_nothing_is_shared_with_a_key_of_small_order(ephemeral: bytes) -> None:
    """A wrong length, or a point that gives zeros whatever the secret, shares no key (SIG-6)."""
    assert SIGNER.exchange(Tag.SEAL_BOX, ephemeral, b"data") is None


def test_nothing_is_shared_with_a_device_that_cannot_receive() -> None:
    """A key with a part of small order can sign but has no shared key (SIG-6)."""
    mixed = "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d"
    assert share_key(Tag.SEAL_BOX, bytes(32), bytes(32), mixed, b"") is None
