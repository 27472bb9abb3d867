"""Files that people pass around."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

from .frame import Exit, Stop

__all__ = ["read_bytes", "read_json", "read_text", "write_json", "write_new"]

TEXT_SIZE_MAX: Final = 1_048_576
"""Bytes; four times the largest body, so that its own bound says what is wrong."""


def read_text(path: Path) -> str:
    """Return the text in a file, or on standard input for ``-``.

    Raises:
        Stop: it can't be read, is too large or is not UTF-8.
    """
    if str(path) == "-":
        data = sys.stdin.buffer.read(TEXT_SIZE_MAX + 1)
    else:
        data = read_bytes(path, TEXT_SIZE_MAX)
    if len(data) > TEXT_SIZE_MAX:
        raise Stop(Exit.USAGE, "CAN-1", f"{path} is too large.", "Check the path.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Stop(Exit.USAGE, "CAN-6", f"{path} is not UTF-8.", "Save it as UTF-8.") from None


def read_bytes(path: Path, size_max: int) -> bytes:
    """Return the bytes of a file, or one more than ``size_max`` of a larger one; raises Stop."""
    try:
        with path.open("rb") as file:
            return file.read(size_max + 1)
    except OSError as error:
        raise Stop(
            Exit.NOT_FOUND, "file", f"{path} can't be read: {error.strerror}.", "Check the path."
        ) from None


def read_json(path: Path) -> Any:
    """Return what the JSON in a file says; raises Stop."""
    try:
        return json.loads(read_text(path))
    except ValueError:
        raise Stop(Exit.USAGE, "API-11", f"{path} is not JSON.", "Check the path.") from None


def write_json(path: Path, value: Any) -> None:
    """Write JSON that people can read, whole or not at all."""
    write_new(path, json.dumps(value, indent=2).encode() + b"\n")


def check_free(path: Path) -> None:
    """Raise Stop if a charter's file is there: it may hold what others have signed."""
    if path.exists():
        raise Stop(
            Exit.USAGE,
            "file",
            f"{path} is there already, perhaps with signatures.",
            "Choose another with --out, or move it away.",
        )


def write_new(path: Path, data: bytes) -> None:
    """Write a file, whole or not at all; raises Stop."""
    from ..durable import write_whole

    try:
        write_whole(path, [data])
    except OSError as error:
        raise Stop(
            Exit.USAGE, "file", f"{path} can't be written: {error.strerror}.", "Choose another."
        ) from None
