"""Asking a node's local API."""

from __future__ import annotations

import http.client
import socket
from pathlib import Path
from typing import Any

import orjson

__all__ = ["call", "call_text"]


def call_text(path: Path, url: str) -> str:
    """Return what the API answers; raises OSError where no node runs."""
    connection = http.client.HTTPConnection("localhost", timeout=60)
    connection.sock = socket.socket(socket.AF_UNIX)
    try:
        connection.sock.connect(str(path))
        connection.request("GET", url)
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def call(path: Path, url: str) -> Any:
    """Return the JSON that the API answers."""
    return orjson.loads(call_text(path, url))
