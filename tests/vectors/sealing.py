"""Vectors of sealed ballots (SEA-1 to SEA-14, SIG-6), made by the definitions themselves.

X25519 is the ladder of RFC 7748, section 5, in whole numbers. XSalsa20-Poly1305 alone is
libsodium's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256, sha512
from typing import Any

from nacl.bindings import crypto_secretbox, crypto_sign_seed_keypair

from tests.vectors.ed25519 import MIXED, SMALL, on_curve, small_orders
from tests.vectors.ed25519 import PRIME as FIELD
from tests.vectors.merkle import hashed

PRIME = 2**256 - 189
BASE = (9).to_bytes(32, "little")
SIZE = 64

Ballot = dict[str, Any]


def seed_of(number: int) -> bytes:
    return sha256(b"trustee %d" % number).digest()


def public_of(seed: bytes) -> str:
    return crypto_sign_seed_keypair(seed)[0].hex()


def some_seeds(count: int) -> list[bytes]:
    """Seeds of trustees in the order of their keys."""
    return sorted(map(seed_of, range(count)), key=public_of)


def x25519(secret: bytes, point: bytes) -> bytes:
    scalar = int.from_bytes(secret, "little") & ~7 & (2**254 - 1) | 2**254
    x1 = int.from_bytes(point, "little") % 2**255 % FIELD
    x2, z2, x3, z3 = 1, 0, x1, 1
    for bit in reversed(range(255)):
        one = scalar >> bit & 1
        if one:
            x2, z2, x3, z3 = x3, z3, x2, z2
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        aa, bb, da, cb = a * a, b * b, d * a, c * b
        x3, z3 = (da + cb) ** 2 % FIELD, x1 * (da - cb) ** 2 % FIELD
        e = aa - bb
        x2, z2 = aa * bb % FIELD, e * (aa + 121665 * e) % FIELD
        if one:
            x2, z2, x3, z3 = x3, z3, x2, z2
    return (x2 * pow(z2, -1, FIELD) % FIELD).to_bytes(32, "little") if z2 else bytes(32)


def converted(public: str) -> bytes:
    """The X25519 key of a device's key."""
    y = int.from_bytes(bytes.fromhex(public), "little") % 2**255
    return ((1 + y) * pow(1 - y, -1, FIELD) % FIELD).to_bytes(32, "little")


def exchange_secret(seed: bytes) -> bytes:
    return sha512(seed).digest()[:32]


def number(value: bytes) -> int:
    return int.from_bytes(value, "big") % PRIME


def four(value: int) -> bytes:
    return value.to_bytes(4, "big")


def xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def context_of(coop: str, proposal: str, member: str) -> bytes:
    return hashed("seal-context", *map(bytes.fromhex, (coop, proposal, member)))


def pad(plain: bytes, size: int = SIZE) -> bytes:
    return (plain + b"\x80").ljust(size, b"\0")


def secret_of(entropy: bytes, context: bytes, padded: bytes) -> bytes:
    return number(hashed("seal-secret", entropy, context, padded)).to_bytes(32, "big")


def coefficients_of(secret: bytes, context: bytes, trustees: int) -> list[int]:
    places = range(1, trustees // 2 + 1)
    others = [number(hashed("seal-coefficient", secret, four(j), context)) for j in places]
    return [number(secret), *others]


def shares_of(coefficients: Sequence[int], trustees: int) -> list[bytes]:
    return [
        (sum(a * pow(x, j, PRIME) for j, a in enumerate(coefficients)) % PRIME).to_bytes(32, "big")
        for x in range(1, trustees + 1)
    ]


def commit_of(share: bytes, place: int, context: bytes) -> str:
    return hashed("seal-commit", share, four(place), context).hex()


def encrypt(secret: bytes, padded: bytes, context: bytes) -> str:
    key = hashed("seal-key", secret, four(0), context)
    return crypto_secretbox(padded, bytes(24), key).hex()


def put(
    secret: bytes,
    padded: bytes,
    context: bytes,
    trustees: Sequence[str],
    *,
    shares: Sequence[bytes] | None = None,
    hidden: bytes | None = None,
) -> Ballot:
    """A sealed ballot, with other shares or another ephemeral secret if they are given."""
    if shares is None:
        shares = shares_of(coefficients_of(secret, context, len(trustees)), len(trustees))
    if hidden is None:
        hidden = hashed("seal-ephemeral", secret, four(0), context)
    ephemeral = x25519(hidden, BASE)
    boxes = []
    for place, (public, share) in enumerate(zip(trustees, shares, strict=True), 1):
        product = x25519(hidden, converted(public))
        key = hashed("seal-box", product, ephemeral, bytes.fromhex(public), four(place), context)
        boxes.append(xor(share, key).hex())
    return {
        "ephemeral": ephemeral.hex(),
        "ciphertext": encrypt(secret, padded, context),
        "commits": [commit_of(share, place, context) for place, share in enumerate(shares, 1)],
        "boxes": boxes,
    }


def taken(sealed: Ballot, place: int, seed: bytes, context: bytes) -> bytes:
    """What a trustee finds in its box, good or not."""
    ephemeral = bytes.fromhex(sealed["ephemeral"])
    product = x25519(exchange_secret(seed), ephemeral)
    own = bytes.fromhex(public_of(seed))
    key = hashed("seal-box", product, ephemeral, own, four(place), context)
    return xor(bytes.fromhex(sealed["boxes"][place - 1]), key)


def kept_of(sealed: Ballot) -> Ballot:
    boxes = bytes.fromhex(sealed["ephemeral"] + "".join(sealed["boxes"]))
    return {
        "ciphertext": sealed["ciphertext"],
        "commits": sealed["commits"],
        "boxes_hash": hashed("seal-boxes", boxes).hex(),
    }


def good_shares(sealed: Ballot, seeds: Sequence[bytes], context: bytes) -> dict[str, str]:
    """What honest trustees publish, by place."""
    found = {}
    for place, (seed, commit) in enumerate(zip(seeds, sealed["commits"], strict=True), 1):
        share = taken(sealed, place, seed, context)
        if commit_of(share, place, context) == commit and int.from_bytes(share, "big") < PRIME:
            found[str(place)] = share.hex()
    return found


COOP, PROPOSAL, MEMBER, OTHER = (
    sha256(name).hexdigest() for name in (b"co-op", b"proposal", b"member", b"other member")
)
CONTEXT = context_of(COOP, PROPOSAL, MEMBER)
PLAIN = b'{"choice":"for","reason":""}'
ENTROPY = sha256(b"entropy").digest()


def sealed_cases() -> list[dict[str, Any]]:
    found = []
    for count, plain, size in (
        (1, PLAIN, SIZE),
        (2, b"", 1),
        (3, PLAIN, len(PLAIN) + 1),
        (4, PLAIN + b"\x80\0", SIZE),
        (7, PLAIN, SIZE),
        (21, PLAIN, 256),
    ):
        seeds = some_seeds(count)
        trustees = [public_of(seed) for seed in seeds]
        padded = pad(plain, size)
        secret = secret_of(ENTROPY, CONTEXT, padded)
        sealed = put(secret, padded, CONTEXT, trustees)
        found.append(
            {
                "name": f"{count}-trustees",
                "seeds": [seed.hex() for seed in seeds],
                "trustees": trustees,
                "threshold": count // 2 + 1,
                "entropy": ENTROPY.hex(),
                "plain": plain.hex(),
                "size": size,
                "secret": secret.hex(),
                "sealed": sealed,
                "kept": kept_of(sealed),
                "shares": good_shares(sealed, seeds, CONTEXT),
            }
        )
    return found


def three() -> tuple[list[bytes], list[str], bytes, Ballot]:
    """Seeds and keys of three trustees, a secret, and the ballot that it makes."""
    seeds = some_seeds(3)
    trustees = [public_of(seed) for seed in seeds]
    secret = secret_of(ENTROPY, CONTEXT, pad(PLAIN))
    return seeds, trustees, secret, put(secret, pad(PLAIN), CONTEXT, trustees)


def flipped(text: str, at: int = 0) -> str:
    return text[:at] + f"{int(text[at], 16) ^ 1:x}" + text[at + 1 :]


def badly_made() -> Mapping[str, Ballot]:
    """Ballots of a dishonest voter for three trustees, in every part that he can spoil."""
    _, trustees, secret, good = three()
    commits, boxes = good["commits"], good["boxes"]
    steep = shares_of([*coefficients_of(secret, CONTEXT, 3), 5], 3)
    own = shares_of([number(secret), 5], 3)
    unreduced = [(PRIME + 5).to_bytes(32, "big")] * 3
    other = hashed("seal-secret", b"another").hex()
    return {
        "commit-of-another-share": {**good, "commits": [flipped(commits[0]), *commits[1:]]},
        "commits-exchanged": {**good, "commits": [commits[1], commits[0], commits[2]]},
        "box-with-another-share": {**good, "boxes": [flipped(boxes[0]), *boxes[1:]]},
        "last-box-flipped": {**good, "boxes": [*boxes[:2], flipped(boxes[2], 63)]},
        "ephemeral-of-another": {**good, "ephemeral": x25519(bytes(32), BASE).hex()},
        "ephemeral-of-his-own": put(secret, pad(PLAIN), CONTEXT, trustees, hidden=bytes(32)),
        "ephemeral-with-high-bit": {
            **good,
            "ephemeral": (int(good["ephemeral"], 16) ^ 0x80).to_bytes(32, "big").hex(),
        },
        "ephemeral-of-small-order": {**good, "ephemeral": bytes(32).hex()},
        "ciphertext-flipped": {**good, "ciphertext": flipped(good["ciphertext"])},
        "ciphertext-of-another-secret": {
            **good,
            "ciphertext": encrypt(bytes.fromhex(other), pad(PLAIN), CONTEXT),
        },
        "padding-without-mark": put(secret, bytes(SIZE), CONTEXT, trustees),
        "padding-not-zero": put(secret, pad(PLAIN)[:-1] + b"\1", CONTEXT, trustees),
        "coefficients-of-his-own": put(secret, pad(PLAIN), CONTEXT, trustees, shares=own),
        "degree-too-high": put(secret, pad(PLAIN), CONTEXT, trustees, shares=steep),
        "shares-not-below-p": put(secret, pad(PLAIN), CONTEXT, trustees, shares=unreduced),
    }


def spoilt() -> list[dict[str, Any]]:
    seeds, trustees, _, _ = three()
    found = []
    for name, sealed in badly_made().items():
        shares = good_shares(sealed, seeds, CONTEXT)
        found.append(
            {
                "name": name,
                "seeds": [seed.hex() for seed in seeds],
                "trustees": trustees,
                "sealed": sealed,
                "kept": kept_of(sealed),
                "shares": shares,
                "code": "" if len(shares) > 1 else "SEA-12",
            }
        )
    return found


def exchange_cases() -> list[dict[str, Any]]:
    honest = public_of(seed_of(0))
    y = int.from_bytes(bytes.fromhex(honest), "little")
    off = next(y for y in range(2, 99) if not on_curve(y)).to_bytes(32, "little").hex()
    bad = {
        "mixed-order": MIXED,
        "small-order": SMALL,
        "off-the-curve": off,
        "short": honest[:-2],
        "long": honest + "00",
        "upper-case": honest.upper(),
        "not-hexadecimal": "g" * 64,
        "empty": "",
        **{f"small-order-{at}": key.hex() for at, key in enumerate(small_orders())},
        **{
            f"not-canonical-{y}-{sign > 0:d}": (FIELD + y + sign).to_bytes(32, "little").hex()
            for y in range(2, 19)
            if on_curve(y)
            for sign in (0, 2**255)
        },
    }
    negated = (y ^ 2**255).to_bytes(32, "little").hex()
    return [
        {"name": "honest", "public": honest, "x25519": converted(honest).hex()},
        {"name": "honest-negated", "public": negated, "x25519": converted(honest).hex()},
        *({"name": name, "public": key, "x25519": None} for name, key in bad.items()),
    ]


def trustee_cases() -> list[dict[str, Any]]:
    keys = [public_of(seed) for seed in some_seeds(22)]
    return [
        {"name": "one", "trustees": keys[:1], "code": ""},
        {"name": "most", "trustees": keys[:21], "code": ""},
        {"name": "none", "trustees": [], "code": "SEA-1"},
        {"name": "too-many", "trustees": keys, "code": "SEA-1"},
        {"name": "descending", "trustees": [keys[1], keys[0]], "code": "SEA-1"},
        {"name": "twice", "trustees": [keys[0], keys[0]], "code": "SEA-1"},
        {"name": "not-fit", "trustees": sorted([keys[0], MIXED]), "code": "SEA-1"},
    ]


def form_cases() -> list[dict[str, Any]]:
    _, _, _, good = three()
    commits, boxes, text = good["commits"], good["boxes"], good["ciphertext"]
    bad = {
        "commit-too-few": {**good, "commits": commits[:2]},
        "commit-too-many": {**good, "commits": [*commits, commits[0]]},
        "box-too-few": {**good, "boxes": boxes[:2]},
        "box-too-many": {**good, "boxes": [*boxes, boxes[0]]},
        "ciphertext-short": {**good, "ciphertext": text[:-2]},
        "ciphertext-long": {**good, "ciphertext": text + "00"},
    }
    return [
        {"name": "good", "sealed": good, "code": ""},
        *({"name": name, "sealed": sealed, "code": "SEA-9"} for name, sealed in bad.items()),
    ]


def build() -> dict[str, Any]:
    """Return the vectors."""
    contexts = [
        {"coop": COOP, "proposal": PROPOSAL, "member": MEMBER, "context": CONTEXT.hex()},
        {
            "coop": COOP,
            "proposal": PROPOSAL,
            "member": OTHER,
            "context": context_of(COOP, PROPOSAL, OTHER).hex(),
        },
    ]
    return {
        "prime": f"{PRIME:x}",
        "exchange": exchange_cases(),
        "trustees": trustee_cases(),
        "contexts": contexts,
        "sealed": sealed_cases(),
        "spoilt": spoilt(),
        "form": {"trustees": 3, "size": SIZE, "cases": form_cases()},
    }
