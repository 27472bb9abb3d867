"""Where a node can be reached: ``host:port`` (LNK-12)."""

from __future__ import annotations

from typing import Final

from rochdale_protocol.core.errors import LocalError

__all__ = ["DEFAULT_PORT", "format_address", "parse_address"]

DEFAULT_PORT: Final = 1844
"""The year of the Rochdale Pioneers."""

_HOST_SIZE_MAX: Final = 253
_HOST: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-_:%")


def parse_address(text: str) -> tuple[str, int]:
    """Return host and port of ``host``, ``host:port`` or ``[ipv6]:port``.

    Raises:
        LocalError: LNK-12, it is none of these.
    """
    host, colon, port = text.strip().lower().rpartition(":")
    if not colon or port.endswith("]"):
        host, port = text.strip().lower(), str(DEFAULT_PORT)
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        raise LocalError("LNK-12", address=text[:_HOST_SIZE_MAX])
    plain = port.isascii() and port.isdigit() and len(port) <= 5
    if not host or len(host) > _HOST_SIZE_MAX or not set(host) <= _HOST or not plain:
        raise LocalError("LNK-12", address=text[:_HOST_SIZE_MAX])
    if not 0 < int(port) < 65_536:
        raise LocalError("LNK-12", address=text[:_HOST_SIZE_MAX])
    return host, int(port)


def format_address(host: str, port: int) -> str:
    """Return ``host:port``, an IPv6 address in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
