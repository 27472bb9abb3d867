"""Times as people type them."""

from __future__ import annotations

import re
import time
from datetime import datetime
from typing import Final

from .frame import Exit, Stop

__all__ = ["closing_ms", "deadline_ms", "is_span", "moment_ms", "now_ms", "span_ms"]

_UNITS: Final = {"s": 1_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_SPAN: Final = re.compile(r"([0-9]{1,6})\s*(s|min|h|d|w)")
_LATE_MS_MAX: Final = 600_000


def now_ms() -> int:
    """Return the time, in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def deadline_ms(text: str) -> int:
    """Return the time that ``3d``, ``90min`` or ``2026-12-01T18:00`` names, in the future.

    Raises:
        Stop: it is neither, or it has passed.
    """
    at = now_ms() + span_ms(text) if is_span(text) else moment_ms(text)
    if at <= now_ms():
        raise Stop(Exit.USAGE, "usage", f"{text} has passed.", "Name a time in the future.")
    return at


def is_span(text: str) -> bool:
    """Say whether this is a length of time, such as ``3d``."""
    return _SPAN.fullmatch(text.strip()) is not None


def span_ms(text: str) -> int:
    """Return how long ``3d`` or ``90min`` is; raises Stop."""
    span = _SPAN.fullmatch(text.strip())
    if span is None:
        raise Stop(Exit.USAGE, "usage", f"{text} is not a length of time.", "Write 3d or 90min.")
    return int(span[1]) * _UNITS[span[2]]


def closing_ms(text: str) -> int:
    """Return when a vote closes; a span is taken a hundredth longer, at most ten minutes.

    It is to be open for that long, and opens with the minute that is yet to come: else ``24h``
    would always fall short of a rule that asks for 24 hours. Raises Stop.
    """
    at = deadline_ms(text)
    span = at - now_ms() if is_span(text) else 0
    return at + min(span // 100, _LATE_MS_MAX)


def moment_ms(text: str) -> int:
    """Return the time that a date, or a date and time, names on this machine's clock.

    Raises:
        Stop: it is no such time.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
        at = int(moment.timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        at = -1
    if at < 0:
        raise Stop(
            Exit.USAGE,
            "usage",
            f"{text} is not a time.",
            "Write 3d, 12h or 90min, or a date such as 2026-12-01T18:00.",
        )
    return at
