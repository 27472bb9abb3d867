"""That a quorum signed for each final minute, by a reading of certificates of its own."""

from __future__ import annotations

from functools import lru_cache

import orjson
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from rochdale_protocol.core.hashes import Tag, digest
from rochdale_protocol.minutes.minute import Minute
from rochdale_protocol.minutes.shelf import Changes, height_key

from .checks import Check
from .node import Node
from .trace import Broken

__all__ = ["Certified"]

_FINALIZE = 4
_FIXED = 111
"""Bytes before the signers' bits: kind, height, view, three hashes and the roster's size."""


@lru_cache(maxsize=16_384)
def _has_signed(device: str, message: bytes, signature: bytes) -> bool:
    try:
        VerifyKey(bytes.fromhex(device)).verify(message, signature)
    except BadSignatureError:
        return False
    return True


class Certified(Check):
    """More than two thirds of the witnesses that the minute before names have finalised each.

    The rosters come from honest disks and are known by their hashes, as minutes name them.
    """

    def __init__(self) -> None:
        self._rosters: dict[str, list[tuple[str, str]]] = {}
        self._sound: set[bytes] = set()

    def stored(self, node: Node, changes: Changes) -> None:
        if node.mask is not None:
            return
        self._learn(changes)
        for key, certificate in changes.get("finals", {}).items():
            if certificate in self._sound or certificate is None:
                continue
            before = node.disk.get("minutes", height_key(int(key) - 1))
            data = node.disk.get("minutes", key)
            if before is None or data is None:
                raise Broken(f"{node.name} has a certificate of no minute {key}")
            self._check(node, Minute.from_bytes(before), Minute.from_bytes(data), certificate)
            self._sound.add(certificate)

    def booted(self, node: Node) -> None:
        self._learn({"meta": dict(node.disk.shelf.maps["meta"].scan("roster/"))})

    def _learn(self, changes: Changes) -> None:
        for key, value in changes.get("meta", {}).items():
            if key.startswith("roster/") and value is not None:
                self._rosters[digest(Tag.ROSTER, value).hex()] = orjson.loads(value)

    def _check(self, node: Node, before: Minute, minute: Minute, certificate: bytes) -> None:
        height = minute.header.height
        roster = self._rosters.get(before.header.roster_hash)
        if roster is None:
            raise Broken(f"{node.name} knows no roster for minute {height}")
        count = len(roster)
        bits = int.from_bytes(certificate[_FIXED : _FIXED + -(-count // 8)], "little")
        signers = [device for place, (_, device) in enumerate(roster) if bits >> place & 1]
        signatures = certificate[_FIXED + -(-count // 8) :]
        statement = {
            "coop": minute.header.coop,
            "height": height,
            "kind": "finalize",
            "minute": minute.id,
            "parent": 0,
            "prev": before.id,
            "roster": before.header.roster_hash,
            "view": int.from_bytes(certificate[9:13], "big"),
        }
        message = Tag.SIGN_VOTE.value + orjson.dumps(statement, option=orjson.OPT_SORT_KEYS)
        if certificate[0] != _FINALIZE or 3 * len(set(signers)) <= 2 * count:
            raise Broken(f"{len(signers)} of {count} signed for minute {height} of {node.name}")
        for place, device in enumerate(signers):
            if not _has_signed(device, message, signatures[64 * place : 64 * place + 64]):
                raise Broken(f"{device[:8]} did not sign for minute {height} of {node.name}")
