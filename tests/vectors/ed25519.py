"""Vectors of strict signatures (SIG-1 to SIG-4), each with the verdict of every node.

``speccheck-0`` to ``-11`` are the twelve cases of Chalkias, Garillot and Nikolaenko,
"Taming the many EdDSAs" (2020), from github.com/novifinancial/ed25519-speccheck
(``cases.txt``). ``rfc8032-*`` are from section 7.1 of RFC 8032. The others are made
here with the arithmetic of RFC 8032 in whole numbers.
"""

from __future__ import annotations

from hashlib import sha512
from typing import Any

from nacl.bindings import crypto_sign, crypto_sign_seed_keypair

ORDER = 2**252 + 27742317777372353535851937790883648493
PRIME = 2**255 - 19
CURVE_D = -121665 * pow(121666, -1, PRIME) % PRIME
IDENTITY = (1).to_bytes(32, "little")
SIGN_BIT = 1 << 255

SMALL = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"
MIXED = "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d"
LARGE = "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43"
TWISTED = "442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623"
NEGATIVE_ZERO = "ec" + "ff" * 31

SPECCHECK: list[tuple[str, str, str, str, bool, str]] = [
    (
        "8c93255d71dcab10e8f379c26200f3c7bd5f09d9bc3068d3ef4edeb4853022b6",
        SMALL,
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "0000000000000000000000000000000000000000000000000000000000000000",
        False,
        "S = 0, small A, small R",
    ),
    (
        "9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79",
        SMALL,
        LARGE,
        "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
        False,
        "small A, mixed R",
    ),
    (
        "aebf3f2601a0c8c5d39cc7d8911642f740b78168218da8471772b35f9d35b9ab",
        LARGE,
        SMALL,
        "8c4bd45aecaca5b24fb97bc10ac27ac8751a7dfe1baff8b953ec9f5833ca260e",
        False,
        "mixed A, small R",
    ),
    (
        "9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79",
        MIXED,
        "9046a64750444938de19f227bb80485e92b83fdb4b6506c160484c016cc1852f",
        "87909e14428a7a1d62e9f22f3d3ad7802db02eb2e688b6c52fcd6648a98bd009",
        True,
        "mixed A and R, both equations hold",
    ),
    (
        "e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c",
        MIXED,
        "160a1cb0dc9c0258cd0a7d23e94d8fa878bcb1925f2c64246b2dee1796bed512",
        "5ec6bc982a269b723e0668e540911a9a6a58921d6925e434ab10aa7940551a09",
        False,
        "mixed A and R, only the equation with the cofactor holds",
    ),
    (
        "e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c",
        MIXED,
        "21122a84e0b5fca4052f5b1235c80a537878b38f3142356b2c2384ebad4668b7",
        "e40bc836dac0f71076f9abe3a53f9c03c1ceeeddb658d0030494ace586687405",
        False,
        "mixed A, holds only where 8h is reduced before multiplying",
    ),
    (
        "85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40",
        TWISTED,
        "e96f66be976d82e60150baecff9906684aebb1ef181f67a7189ac78ea23b6c0e",
        "547f7690a0e2ddcd04d87dbc3490dc19b3b3052f7ff0538cb68afb369ba3a514",
        False,
        "S not below the order",
    ),
    (
        "85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40",
        TWISTED,
        "8ce5b96c8f26d0ab6c47958c9e68b937104cd36e13c33566acd2fe8d38aa1942",
        "7e71f98a473474f2f13f06f97c20d58cc3f54b8bd0d272f42b695dd7e89a8c22",
        False,
        "S far above the order",
    ),
    (
        "9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41",
        LARGE,
        NEGATIVE_ZERO,
        "03be9678ac102edcd92b0210bb34d7428d12ffc5df5f37e359941266a4e35f0f",
        False,
        "small R, not canonical",
    ),
    (
        "9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41",
        LARGE,
        NEGATIVE_ZERO,
        "ca8c5b64cd208982aa38d4936621a4775aa233aa0505711d8fdcfdaa943d4908",
        False,
        "small R, not canonical, reduced before hashing",
    ),
    (
        "e96b7021eb39c1a163b6da4e3093dcd3f21387da4cc4572be588fafae23c155b",
        NEGATIVE_ZERO,
        "a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dc",
        "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
        False,
        "small A, not canonical",
    ),
    (
        "39a591f5321bbe07fd5a23dc2f39d025d74526615746727ceefd6e82ae65c06f",
        NEGATIVE_ZERO,
        "a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dc",
        "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
        False,
        "small A, not canonical, reduced before hashing",
    ),
]
"""Message, key, R, S, verdict, what is special."""

RFC8032: list[tuple[str, str, str, str]] = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf"
            "9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f"
            "11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
]
"""Seed, key, message, signature."""


def on_curve(y: int) -> bool:
    """Whether some point has this second coordinate."""
    square = (y * y - 1) * pow(CURVE_D * y * y + 1, -1, PRIME) % PRIME
    return square == 0 or pow(square, (PRIME - 1) // 2, PRIME) == 1


def small_orders() -> list[bytes]:
    """Every encoding of the eight points of small order, canonical or not."""
    eighth = int.from_bytes(bytes.fromhex(SMALL), "little") % SIGN_BIT
    seconds = [0, 1, PRIME - 1, eighth, PRIME - eighth, PRIME, PRIME + 1]
    return [(y + sign).to_bytes(32, "little") for y in sorted(seconds) for sign in (0, SIGN_BIT)]


def case(name: str, key: bytes, message: bytes, signature: bytes, valid: bool) -> dict[str, Any]:
    return {
        "name": name,
        "public": key.hex(),
        "message": message.hex(),
        "signature": signature.hex(),
        "valid": valid,
    }


def own() -> list[dict[str, Any]]:
    """Cases made from one honest key."""
    seed = bytes(range(32))
    key, secret = crypto_sign_seed_keypair(seed)
    message = b"three hundred lambs"
    good = crypto_sign(message, secret)[:64]
    r, s = good[:32], int.from_bytes(good[32:], "little")
    scalar = int.from_bytes(sha512(seed).digest()[:32], "little")
    scalar = scalar % 2**254 // 8 * 8 + 2**254
    challenge = int.from_bytes(sha512(IDENTITY + key + message).digest(), "little")
    off = next(y for y in range(2, 99) if not on_curve(y)).to_bytes(32, "little")
    beyond = next(y for y in range(2, 19) if on_curve(y))
    wide = (PRIME + beyond).to_bytes(32, "little")

    def with_s(value: int) -> bytes:
        return r + value.to_bytes(32, "little")

    found = [
        case("honest", key, message, good, True),
        case("other-message", key, message + b".", good, False),
        case("s-zero", key, message, with_s(0), False),
        case("s-plus-order", key, message, with_s(s + ORDER), False),
        case("s-plus-eight-orders", key, message, with_s(s + 8 * ORDER), False),
        case("s-is-order", key, message, with_s(ORDER), False),
        case("s-all-ones", key, message, with_s(2**256 - 1), False),
        case("s-top-bit", key, message, with_s(s + 2**255), False),
        case(
            "r-small-equation-holds",
            key,
            message,
            IDENTITY + (challenge * scalar % ORDER).to_bytes(32, "little"),
            False,
        ),
        case("r-not-on-curve", key, message, off + good[32:], False),
        case("r-not-canonical", key, message, wide + good[32:], False),
        case("key-not-on-curve", off, message, good, False),
        case("key-not-canonical", wide, message, good, False),
        case("key-empty", b"", message, good, False),
        case("key-short", key[:31], message, good, False),
        case("key-long", key + b"\0", message, good, False),
        case("signature-empty", key, message, b"", False),
        case("signature-short", key, message, good[:63], False),
        case("signature-long", key, message, good + b"\0", False),
        case("signature-takes-from-message", key, message[1:], good + message[:1], False),
    ]
    for number, point in enumerate(small_orders()):
        # S = 0 with R the identity holds for the identity as key, whatever the message.
        found.append(case(f"key-small-{number}", point, message, IDENTITY + bytes(32), False))
        found.append(case(f"r-small-{number}", key, message, point + good[32:], False))
    return found


def build() -> dict[str, Any]:
    """Return the vectors."""
    cases = [
        {
            "name": f"speccheck-{number}",
            "about": about,
            "public": key,
            "message": message,
            "signature": r + s,
            "valid": valid,
        }
        for number, (message, key, r, s, valid, about) in enumerate(SPECCHECK)
    ]
    cases += [
        {
            "name": f"rfc8032-{number}",
            "public": key,
            "message": message,
            "signature": signature,
            "valid": True,
        }
        for number, (_, key, message, signature) in enumerate(RFC8032, 1)
    ]
    return {
        "verify": cases + own(),
        "sign": [
            {"seed": seed, "public": key, "message": message, "signature": signature}
            for seed, key, message, signature in RFC8032
        ],
    }
