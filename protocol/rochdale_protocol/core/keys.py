"""Ed25519 keys and the one check of signatures (SIG-1 to SIG-5 of ``specs/01-canonical.md``).

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
from typing import Protocol

from nacl.bindings import crypto_sign, crypto_sign_open, crypto_sign_seed_keypair
from nacl.exceptions import BadSignatureError

from .errors import Refused
from .hashes import Tag

__all__ = ["SEED_SIZE", "SeedSigner", "Signer", "check_signature", "is_valid"]

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


class Signer(Protocol):
    """What can sign for one key, wherever the key is kept."""

    @property
    def public(self) -> str:
        """The public key in hexadecimal."""

    def sign(self, tag: Tag, data: bytes) -> bytes:
        """Return the signature of ``data`` for this purpose, 64 bytes."""


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
