"""Canonical JSON: the only bytes that are stored, hashed, signed and sent.

Implements CAN-1 to CAN-7 of ``specs/01-canonical.md``: RFC 8785 restricted to
null, booleans, integers of 53 bits, strings, arrays, and objects whose keys are
ASCII. For this subset the output of orjson with sorted keys is RFC 8785.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import orjson

from .errors import DecodeError
from .limits import DEPTH_MAX, INTEGER_MAX

__all__ = ["Json", "JsonObject", "check_restricted", "decode", "encode"]

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"
JsonObject: TypeAlias = "dict[str, Json]"


_PLAIN = frozenset((str, int, bool, type(None)))


def encode(value: object) -> bytes:
    """Return the canonical bytes of a restricted JSON value.

    Raises:
        DecodeError: CAN-2 to CAN-6, the value is outside the restricted set.
    """
    plain = _encode_plain(value)
    if plain is not None:
        return plain
    check_restricted(value)
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def decode(data: bytes, size_max: int) -> Json:
    """Return the value of canonical bytes.

    Args:
        size_max: bytes allowed; callers take it from ``limits``.
    Raises:
        DecodeError: CAN-1 too large, CAN-2 not JSON in UTF-8, CAN-3 a number that
            is not an integer of 53 bits, CAN-4 too deep, CAN-5 a key that is not
            ASCII, CAN-7 not the canonical bytes of its value.
    """
    if len(data) > size_max:
        raise DecodeError("CAN-1", size=len(data), size_max=size_max)
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise DecodeError("CAN-2", at=error.pos) from None
    encoded = _encode_plain(value)
    if encoded is None:
        check_restricted(value)
        encoded = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    if encoded != data:
        raise DecodeError("CAN-7")
    restricted: Json = value
    return restricted


def _encode_plain(value: object) -> bytes | None:
    """Return the bytes of an ASCII object without containers in it, or None.

    Most objects of a book are such, and here C checks what ``_check_items`` would.
    """
    if type(value) is not dict or not _PLAIN.issuperset(map(type, value.values())):
        return None
    try:
        data = orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER)
    except TypeError:
        return None
    return data if data.isascii() else None


def check_restricted(value: object) -> None:
    """Raise DecodeError unless ``value`` lies in the restricted set (CAN-3 to CAN-6)."""
    _check_items((value,), 0)


def _check_items(items: Iterable[object], depth: int) -> None:
    """Check what stands inside ``depth`` containers; every byte of a book passes here."""
    for item in items:
        kind = type(item)
        if kind is str:
            if not item.isascii():  # type: ignore[attr-defined]
                _check_string(item)  # type: ignore[arg-type]
        elif kind is int:
            if not -INTEGER_MAX <= item <= INTEGER_MAX:  # type: ignore[operator]
                raise DecodeError("CAN-3", value=repr(item)[:40])
        elif kind is dict:
            if depth >= DEPTH_MAX:
                raise DecodeError("CAN-4", depth_max=DEPTH_MAX)
            for key in item:  # type: ignore[attr-defined]
                if type(key) is not str or not key.isascii():
                    raise DecodeError("CAN-5", key=ascii(key)[:80])
            _check_items(item.values(), depth + 1)  # type: ignore[attr-defined]
        elif kind is list or kind is tuple:
            if depth >= DEPTH_MAX:
                raise DecodeError("CAN-4", depth_max=DEPTH_MAX)
            _check_items(item, depth + 1)  # type: ignore[arg-type]
        elif item is not None and kind is not bool:
            raise DecodeError("CAN-3", type=kind.__name__)


def _check_string(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise DecodeError("CAN-6") from None
