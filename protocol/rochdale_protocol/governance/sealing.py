"""Ballots that nobody can read before the close (SEA-1 to SEA-14 of ``specs/07-sealing.md``).

A voter draws one secret, and everything else in a sealed ballot follows from it by hashing: the
key of the ballot, Shamir shares of the secret, a commitment to each, and a box for each trustee
with that trustee's share. After the close any ``threshold`` good shares give the secret back,
and with it the whole ballot can be made again and compared. So a ballot that is not as these
rules make it is spoilt for every node alike, whichever shares came and whichever boxes were bad.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Final

from nacl.bindings import crypto_scalarmult_base, crypto_secretbox, crypto_secretbox_open
from nacl.exceptions import CryptoError
from pydantic import Field, StringConstraints

from ..core.errors import LocalError, Refused
from ..core.fields import Id, Model
from ..core.hashes import Tag, digest
from ..core.keys import Signer, exchange_key, share_key
from ..core.limits import SEALED_SIZE_MAX, TRUSTEES_MAX

__all__ = [
    "Kept",
    "Sealed",
    "Share",
    "can_be_trustee",
    "can_open",
    "check_form",
    "check_trustees",
    "choose_trustees",
    "context_of",
    "is_share",
    "open_box",
    "seal",
    "threshold",
    "unseal",
]

PRIME: Final = 2**256 - 189
"""The largest prime below 2^256: shares are numbers below it."""

ENTROPY_SIZE: Final = 32
_SIZE: Final = 32
_MAC_SIZE: Final = 16
_NONCE: Final = bytes(24)
"""A ballot's key encrypts once, so that its nonce needs no choice."""

_SUBSETS_MAX: Final = 1_024
"""Subsets of trustees whose weights are remembered: the ballots of a vote share one or a few."""

Share = Annotated[str, StringConstraints(pattern=r"\A[0-9a-f]{64}\z")]
"""A share of a ballot's secret, 32 bytes in lower-case hexadecimal."""

Ciphertext = Annotated[
    str,
    StringConstraints(
        pattern=r"\A([0-9a-f]{2})+\z",
        min_length=2 * (_MAC_SIZE + 1),
        max_length=2 * (_MAC_SIZE + SEALED_SIZE_MAX),
    ),
]


class Kept(Model):
    """What the state keeps of a sealed ballot until it is opened (SEA-10)."""

    ciphertext: Ciphertext
    commits: Annotated[list[Id], Field(min_length=1, max_length=TRUSTEES_MAX)]
    boxes_hash: Id


class Sealed(Model):
    """A ballot that nobody can read before the close; it goes into a record's body."""

    ephemeral: Annotated[str, StringConstraints(pattern=r"\A[0-9a-f]{64}\z")]
    ciphertext: Ciphertext
    commits: Annotated[list[Id], Field(min_length=1, max_length=TRUSTEES_MAX)]
    boxes: Annotated[list[Share], Field(min_length=1, max_length=TRUSTEES_MAX)]

    def keep(self) -> Kept:
        """Return what the state keeps; ``unseal`` needs no more (SEA-10)."""
        boxes = bytes.fromhex(self.ephemeral + "".join(self.boxes))
        return Kept(
            ciphertext=self.ciphertext,
            commits=self.commits,
            boxes_hash=digest(Tag.SEAL_BOXES, boxes).hex(),
        )


@dataclass(frozen=True, slots=True)
class _Polynomial:
    """A secret, shared: its value at 0, and one share at each place from 1 on (SEA-5)."""

    coefficients: tuple[int, ...]

    @classmethod
    def derive(cls, secret: bytes, context: bytes, needed: int) -> _Polynomial:
        others = (
            _number(_derive(Tag.SEAL_COEFFICIENT, secret, place, context))
            for place in range(1, needed)
        )
        return cls((_number(secret), *others))

    def share(self, place: int) -> bytes:
        value = 0
        for coefficient in reversed(self.coefficients):
            value = (value * place + coefficient) % PRIME
        return value.to_bytes(_SIZE, "big")


def threshold(trustees: int) -> int:
    """Return how many shares open a ballot: more than half of them (SEA-1)."""
    return trustees // 2 + 1


def can_open(trustees: int, unreadable: int) -> bool:
    """Say whether a ballot can still be opened (SEA-14).

    Args:
        unreadable: trustees who said that they have no good share of it.
    """
    return trustees - unreadable >= threshold(trustees)


def can_be_trustee(public: str) -> bool:
    """Say whether boxes can be made for a device's key (SEA-1)."""
    return exchange_key(public) is not None


def choose_trustees(witnesses: Iterable[tuple[int, str]]) -> list[str]:
    """Return the trustees of a vote, in their order (SEA-1).

    Args:
        witnesses: since which height each attests, and its device.
    """
    fit = sorted(each for each in witnesses if can_be_trustee(each[1]))
    return sorted(device for _, device in fit[:TRUSTEES_MAX])


def check_trustees(trustees: Sequence[str]) -> None:
    """Raise Refused SEA-1 unless these can be the trustees of a vote, in this order."""
    if (
        not 1 <= len(trustees) <= TRUSTEES_MAX
        or any(a >= b for a, b in pairwise(trustees))
        or not all(map(can_be_trustee, trustees))
    ):
        raise Refused("SEA-1", trustees=len(trustees), trustees_max=TRUSTEES_MAX)


def context_of(coop: str, proposal: str, member: str) -> bytes:
    """Return what binds a ballot to its vote and its voter (SEA-2); the arguments are ids."""
    return digest(Tag.SEAL_CONTEXT, *map(bytes.fromhex, (coop, proposal, member)))


def seal(
    entropy: bytes, plain: bytes, context: bytes, trustees: Sequence[str], size: int
) -> Sealed:
    """Seal a ballot.

    Args:
        entropy: ENTROPY_SIZE random bytes that are never used again.
        plain: the ballot, shorter than ``size``.
        context: from ``context_of``.
        trustees: keys that pass ``check_trustees``.
        size: bytes that the vote pads every ballot to, at most SEALED_SIZE_MAX.
    Raises:
        LocalError: SEA-4, the ballot is too long.
        Refused: SEA-1, these can't be the trustees of a vote.
    """
    assert len(entropy) == ENTROPY_SIZE
    check_trustees(trustees)
    if not len(plain) < size <= SEALED_SIZE_MAX:
        raise LocalError("SEA-4", size=len(plain), size_max=min(size, SEALED_SIZE_MAX) - 1)
    padded = plain + b"\x80" + bytes(size - 1 - len(plain))
    # Should the machine's randomness ever repeat, different ballots still differ in everything.
    secret = _number(digest(Tag.SEAL_SECRET, entropy, context, padded))
    return _make(secret.to_bytes(_SIZE, "big"), padded, context, trustees)


def check_form(sealed: Sealed, trustees: int, size: int) -> None:
    """Raise Refused SEA-9 unless a sealed ballot has the form that its vote asks for."""
    if (
        len(sealed.ciphertext) != 2 * (size + _MAC_SIZE)
        or len(sealed.commits) != trustees
        or len(sealed.boxes) != trustees
    ):
        raise Refused("SEA-9", trustees=trustees, size=size)


def open_box(sealed: Sealed, place: int, signer: Signer, context: bytes) -> str | None:
    """Return a trustee's share of a ballot, or None where the box holds no good one (SEA-11).

    Args:
        place: of the trustee, from 1.
        signer: what holds the trustee's key.
    """
    if not 1 <= place <= min(len(sealed.boxes), len(sealed.commits)):
        return None
    pad = signer.exchange(Tag.SEAL_BOX, bytes.fromhex(sealed.ephemeral), _place(place) + context)
    if pad is None:
        return None
    share = _xor(bytes.fromhex(sealed.boxes[place - 1]), pad).hex()
    return share if is_share(sealed.commits[place - 1], share, place, context) else None


def is_share(commit: str, share: str, place: int, context: bytes) -> bool:
    """Say whether a share is the one that was committed to for this place (SEA-12)."""
    try:
        value = bytes.fromhex(share)
    except ValueError:
        return False
    return (
        value.hex() == share
        and len(value) == _SIZE
        and int.from_bytes(value, "big") < PRIME
        and 1 <= place <= TRUSTEES_MAX
        and _commit(value, place, context) == commit
    )


def unseal(
    kept: Kept, shares: Mapping[int, str], context: bytes, trustees: Sequence[str]
) -> bytes | None:
    """Return the ballot, or None where it is spoilt (SEA-13).

    Every ``threshold`` good shares give the same answer.

    Args:
        shares: by the trustees' places from 1; those that aren't good are passed over.
        trustees: as they were when the ballot was sealed.
    Raises:
        Refused: SEA-12, fewer good shares than the threshold.
    """
    needed = threshold(len(trustees))
    good = [
        place
        for place, commit in enumerate(kept.commits, 1)
        if place in shares and is_share(commit, shares[place], place, context)
    ]
    if len(good) < needed:
        raise Refused("SEA-12", good=len(good), needed=needed)
    places = tuple(good[:needed])
    secret = _join(places, [int(shares[place], 16) for place in places])
    padded = _decrypt(kept.ciphertext, secret, context)
    if padded is None:
        return None
    plain, mark, zeros = padded.rpartition(b"\x80")
    if not mark or any(zeros) or _make(secret, padded, context, trustees).keep() != kept:
        return None
    return plain


def _make(secret: bytes, padded: bytes, context: bytes, trustees: Sequence[str]) -> Sealed:
    """Return the one sealed ballot that a secret and what it seals lead to (SEA-5 to SEA-8)."""
    polynomial = _Polynomial.derive(secret, context, threshold(len(trustees)))
    hidden = _derive(Tag.SEAL_EPHEMERAL, secret, 0, context)
    ephemeral = crypto_scalarmult_base(hidden)
    commits, boxes = [], []
    for place, public in enumerate(trustees, 1):
        share = polynomial.share(place)
        pad = share_key(Tag.SEAL_BOX, hidden, ephemeral, public, _place(place) + context)
        assert pad is not None, "a trustee's key was checked with the notice"
        commits.append(_commit(share, place, context))
        boxes.append(_xor(share, pad).hex())
    key = _derive(Tag.SEAL_KEY, secret, 0, context)
    return Sealed(
        ephemeral=ephemeral.hex(),
        ciphertext=crypto_secretbox(padded, _NONCE, key).hex(),
        commits=commits,
        boxes=boxes,
    )


def _decrypt(ciphertext: str, secret: bytes, context: bytes) -> bytes | None:
    key = _derive(Tag.SEAL_KEY, secret, 0, context)
    try:
        padded: bytes = crypto_secretbox_open(bytes.fromhex(ciphertext), _NONCE, key)
    except CryptoError:
        return None
    return padded


def _commit(share: bytes, place: int, context: bytes) -> str:
    return digest(Tag.SEAL_COMMIT, share, _place(place), context).hex()


def _derive(tag: Tag, secret: bytes, place: int, context: bytes) -> bytes:
    return digest(tag, secret, _place(place), context)


def _join(places: tuple[int, ...], values: Sequence[int]) -> bytes:
    """Return the value at 0 of the polynomial through these points."""
    weights = _weights(places)
    joined = sum(weight * value for weight, value in zip(weights, values, strict=True)) % PRIME
    return joined.to_bytes(_SIZE, "big")


@lru_cache(maxsize=_SUBSETS_MAX)
def _weights(places: tuple[int, ...]) -> tuple[int, ...]:
    """Return Lagrange's coefficients at 0."""
    weights = []
    for here in places:
        above, below = 1, 1
        for other in places:
            if other != here:
                above = above * other % PRIME
                below = below * (other - here) % PRIME
        weights.append(above * pow(below, -1, PRIME) % PRIME)
    return tuple(weights)


def _number(value: bytes) -> int:
    return int.from_bytes(value, "big") % PRIME


def _place(place: int) -> bytes:
    return place.to_bytes(4, "big")


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
