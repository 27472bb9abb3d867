"""Hashes and their domain tags (HSH-1 to HSH-3 of ``specs/01-canonical.md``).

An id is 64 lower-case hexadecimal digits. A record's id is the bare SHA-256 of its
header bytes, which begin with ``{``; every other purpose has a tag that begins with
``rochdale``, so that no input of one purpose is an input of another.
"""

from __future__ import annotations

from enum import Enum
from hashlib import sha256

from .errors import DecodeError

__all__ = ["ZERO_ID", "Tag", "check_id", "digest", "record_id"]

ZERO_ID = "0" * 64
"""Stands for "none": the ``prev`` of a first record, the root of an empty tree."""


class Tag(bytes, Enum):
    """The purposes of hashes and signatures; the value is what goes before the data."""

    BODY = b"rochdale/1/body\n"
    CHARTER = b"rochdale/1/charter\n"
    RULES = b"rochdale/1/rules\n"
    MINUTE = b"rochdale/1/minute\n"
    ROSTER = b"rochdale/1/roster\n"
    CERTIFICATE = b"rochdale/1/certificate\n"
    LEAF = b"rochdale/1/leaf\n"
    NODE = b"rochdale/1/node\n"
    HISTORY_LEAF = b"rochdale/1/history-leaf\n"
    HISTORY_NODE = b"rochdale/1/history-node\n"
    HISTORY_ROOT = b"rochdale/1/history-root\n"
    STATE_KEY = b"rochdale/1/state-key\n"
    STATE_VALUE = b"rochdale/1/state-value\n"
    STATE_LEAF = b"rochdale/1/state-leaf\n"
    STATE_NODE = b"rochdale/1/state-node\n"
    TEXT = b"rochdale/1/text\n"
    SIGN_RECORD = b"rochdale/1/sign-record\n"
    SIGN_CHARTER = b"rochdale/1/sign-charter\n"
    SIGN_VOTE = b"rochdale/1/sign-vote\n"
    SIGN_DEVICE = b"rochdale/1/sign-device\n"
    SIGN_RECOVERY = b"rochdale/1/sign-recovery\n"
    SIGN_INVITE = b"rochdale/1/sign-invite\n"
    SIGN_LINK = b"rochdale/1/sign-link\n"
    SYNC = b"rochdale/1/sync\n"
    LOT = b"rochdale/1/lot\n"
    AGAIN = b"rochdale/1/again\n"
    LOG = b"rochdale/1/log\n"
    SEAL_CONTEXT = b"rochdale/1/seal-context\n"
    SEAL_SECRET = b"rochdale/1/seal-secret\n"
    SEAL_COEFFICIENT = b"rochdale/1/seal-coefficient\n"
    SEAL_KEY = b"rochdale/1/seal-key\n"
    SEAL_EPHEMERAL = b"rochdale/1/seal-ephemeral\n"
    SEAL_COMMIT = b"rochdale/1/seal-commit\n"
    SEAL_BOX = b"rochdale/1/seal-box\n"
    SEAL_BOXES = b"rochdale/1/seal-boxes\n"


def digest(tag: Tag, *parts: bytes) -> bytes:
    """Return SHA-256 of the tag and the parts, 32 bytes (HSH-2)."""
    return sha256(b"".join((tag, *parts))).digest()


def record_id(header: bytes) -> str:
    """Return the id of a record from its header's canonical bytes (HSH-1)."""
    return sha256(header).hexdigest()


def check_id(value: object, code: str, field: str) -> str:
    """Return ``value`` if it is an id, else raise DecodeError with ``code``."""
    if type(value) is not str or len(value) != 64 or value.strip("0123456789abcdef"):
        raise DecodeError(code, field=field)
    return value
