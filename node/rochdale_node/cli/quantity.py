"""Quantities as people type them."""

from __future__ import annotations

from .frame import Exit, Stop

__all__ = ["canonical_quantity"]


def canonical_quantity(typed: str) -> str:
    """Return a quantity in canonical form, so that 2.50 may be typed; raises Stop."""
    whole, dot, part = typed.strip().partition(".")
    plain = (whole + part).isascii() and (whole + part).isdigit() and bool(part or not dot)
    if not plain or not whole or len(whole) > 15 or len(part.rstrip("0")) > 6:
        raise Stop(Exit.USAGE, "usage", f"{typed} is not a quantity.", "Write 12 or 2.5.")
    whole, part = whole.lstrip("0") or "0", part.rstrip("0")
    return f"{whole}.{part}" if part else whole
