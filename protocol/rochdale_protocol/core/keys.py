"""Ed25519 keys and the one check of signatures (SIG-1 to SIG-6 of ``specs/01-canonical.md``).

Whether a signature is valid is a rule of the protocol: it is what ``crypto_sign_open``
of libsodium 1.0.20 says, which refuses S not below the group's order, keys and R of
small order, and encodings that are not canonical, and compares R without the
cofactor. ``specs/vectors/ed25519.json`` pins the verdicts. What is signed is the tag
of the purpose and then the data.

Releases of libsodium after 1.0.20 compare with the cofactor. Two nodes that differ in this
could be driven apart by one crafted signature, so this module does not load there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

from nacl.bindings import (
    crypto_scalarmult,
    crypto_sign,
    crypto_sign_ed25519_pk_to_curve25519,
    crypto_sign_ed25519_sk_to_curve25519,
    crypto_sign_open,
    crypto_sign_seed_keypair,
)
from nacl.exceptions import BadSignatureError
from nacl.exceptions import RuntimeError as SodiumError

from .errors import Refused
from .hashes import Tag, digest
from .limits import CONVERTED_MAX

__all__ = [
    "SEED_SIZE",
    "SeedSigner",
    "Signer",
    "check_signature",
    "exchange_key",
    "is_valid",
    "share_key",
]

SEED_SIZE = 32
"""Bytes of a seed."""

PUBLIC_SIZE = 32
SIGNATURE_SIZE = 64


def is_valid(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether ``signature`` is the key's signature of ``message`` (SIG-2)."""
    # The binding hands pointers to C without looking at the length of the key.
    if len(public) != PUBLIC_SIZE or len(signature) != SIGNATURE_SIZE:
        return False
    try:
        crypto_sign_open(signature + message, public)
    except BadSignatureError:
        return False
    return True


_COFACTORED_ALONE = (
    bytes.fromhex("cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d"),
    bytes.fromhex("e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c"),
    bytes.fromhex(
        "160a1cb0dc9c0258cd0a7d23e94d8fa878bcb1925f2c64246b2dee1796bed512"
        "5ec6bc982a269b723e0668e540911a9a6a58921d6925e434ab10aa7940551a09"
    ),
)
"""Key, message and signature that only a check with the cofactor accepts (speccheck, case 4)."""

if is_valid(*_COFACTORED_ALONE):
    raise ImportError(
        "this libsodium checks signatures by other rules than the book; "
        "install PyNaCl 1.6.2 with the libsodium that it brings"
    )


def check_signature(public: str, tag: Tag, data: bytes, signature: bytes, code: str) -> None:
    """Raise Refused with ``code`` unless the key signed ``data`` for this purpose (SIG-3).

    ``public`` is in lower-case hexadecimal; any other spelling is refused.
    """
    try:
        key = bytes.fromhex(public)
    except ValueError:
        key = b""
    if key.hex() != public or not is_valid(key, tag.value + data, signature):
        raise Refused(code, key=public[: 2 * PUBLIC_SIZE])


@lru_cache(maxsize=CONVERTED_MAX)
def exchange_key(public: str) -> bytes | None:
    """Return the X25519 key of a device's key, or None where it has none (SIG-6)."""
    try:
        key = bytes.fromhex(public)
    except ValueError:
        return None
    if key.hex() != public or len(key) != PUBLIC_SIZE:
        return None
    try:
        # libsodium takes second coordinates that are not reduced, but no point of the prime
        # order has one below 19, so none of them has a second spelling.
        converted: bytes = crypto_sign_ed25519_pk_to_curve25519(key)
    except SodiumError:
        return None
    return converted


def share_key(tag: Tag, secret: bytes, ephemeral: bytes, public: str, data: bytes) -> bytes | None:
    """Return the key that an ephemeral key and a device's key share for this purpose (SIG-6).

    Args:
        secret: the ephemeral X25519 secret, 32 bytes.
        ephemeral: its public key.
        public: the device's key in hexadecimal.
    Returns:
        32 bytes, or None where the device's key can't receive.
    """
    converted = exchange_key(public)
    if converted is None:
        return None
    return _share(tag, secret, converted, ephemeral, bytes.fromhex(public), data)


def _share(
    tag: Tag, secret: bytes, other: bytes, ephemeral: bytes, public: bytes, data: bytes
) -> bytes | None:
    try:
        product = crypto_scalarmult(secret, other)
    except SodiumError:
        return None
    return digest(tag, product, ephemeral, public, data)


class Signer(Protocol):
    """What can sign and receive for one key, wherever the key is kept."""

    @property
    def public(self) -> str:
        """The public key in hexadecimal."""

    def sign(self, tag: Tag, data: bytes) -> bytes:
        """Return the signature of ``data`` for this purpose, 64 bytes."""

    def exchange(self, tag: Tag, ephemeral: bytes, data: bytes) -> bytes | None:
        """Return the key that is shared with who made ``ephemeral``, 32 bytes (SIG-6)."""


@dataclass(frozen=True, slots=True)
class SeedSigner:
    """A signer that holds its key in memory; equal seeds make equal signatures.

    Args:
        seed: SEED_SIZE secret bytes.
    """

    seed: bytes = field(repr=False)
    public: str = field(init=False)
    _secret: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        assert len(self.seed) == SEED_SIZE
        public, secret = crypto_sign_seed_keypair(self.seed)
        object.__setattr__(self, "public", public.hex())
        object.__setattr__(self, "_secret", secret)

    def sign(self, tag: Tag, data: bytes) -> bytes:
        return crypto_sign(tag.value + data, self._secret)[:SIGNATURE_SIZE]

    def exchange(self, tag: Tag, ephemeral: bytes, data: bytes) -> bytes | None:
        # The binding hands pointers to C without looking at the length of the key.
        if len(ephemeral) != PUBLIC_SIZE:
            return None
        secret = crypto_sign_ed25519_sk_to_curve25519(self._secret)
        return _share(tag, secret, ephemeral, ephemeral, bytes.fromhex(self.public), data)
