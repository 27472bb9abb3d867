"""How ids, names and times read on a screen."""

from __future__ import annotations

import difflib
from datetime import datetime

from rich.cells import cell_len, set_cell_size

__all__ = [
    "age",
    "clock",
    "crop",
    "differences",
    "label",
    "minute",
    "moment",
    "named",
    "parse_deadline",
    "parse_moment",
    "short",
    "until",
]

MINUTE_MS = 60_000
HOUR_MS = 3_600_000
DAY_MS = 86_400_000


def short(identity: str) -> str:
    """Return the first 8 characters of an id or key, or "none"."""
    return identity[:8] if identity.strip("0") else "none"


def label(letter: str, number: int, identity: str) -> str:
    """Return ``P-3``, or the short id while the record is pending and has no number."""
    return f"{letter}-{number}" if number else short(identity)


def minute(height: int) -> str:
    """Return ``M1842``, or ``--`` for a height that isn't known."""
    return f"M{height}" if height >= 0 else "--"


def crop(text: str, width: int, ellipsis: str = "…") -> str:
    """Return ``text`` in at most ``width`` cells of a terminal."""
    if cell_len(text) <= width:
        return text
    if width <= cell_len(ellipsis):
        return set_cell_size(text, max(width, 0))
    return set_cell_size(text, width - cell_len(ellipsis)).rstrip() + ellipsis


def differences(older: str, newer: str) -> list[str]:
    """Return the lines that differ between two texts, ``- `` before and ``+ `` after.

    Unchanged lines near a change begin with two spaces; ``...`` stands for the others.
    """
    before, after = older.splitlines(), newer.splitlines()
    lines: list[str] = []
    compared = difflib.SequenceMatcher(None, before, after)
    for index, group in enumerate(compared.get_grouped_opcodes(1)):
        if index:
            lines.append("...")
        for tag, i, j, k, m in group:
            if tag == "equal":
                lines += [f"  {line}" for line in before[i:j]]
            else:
                lines += [f"- {line}" for line in before[i:j]]
                lines += [f"+ {line}" for line in after[k:m]]
    return lines


def named(name: str, key: str, width: int = 0, ellipsis: str = "…") -> str:
    """Return a name with the first 8 characters of its key, which are never cropped."""
    if not width:
        return f"{name} {short(key)}".strip()
    return f"{crop(name, width - 9, ellipsis)} {short(key)}".strip()


def clock(at: int, now: int) -> str:
    """Return ``14:03`` for a time of today, ``03-12`` of this year, ``2027-03`` of another."""
    if at <= 0:
        return "--"
    then, today = datetime.fromtimestamp(at / 1000), datetime.fromtimestamp(now / 1000)
    if then.date() == today.date():
        return then.strftime("%H:%M")
    if then.year == today.year:
        return then.strftime("%m-%d")
    return then.strftime("%Y-%m")


def moment(at: int) -> str:
    """Return a date and a time in full."""
    return "--" if at <= 0 else datetime.fromtimestamp(at / 1000).strftime("%Y-%m-%d %H:%M")


def _span(span: int) -> str:
    if span < MINUTE_MS:
        return f"{span // 1000} s"
    if span < HOUR_MS:
        return f"{span // MINUTE_MS} min"
    if span < 2 * DAY_MS:
        return f"{span // HOUR_MS} h"
    return f"{span // DAY_MS} d"


def until(due: int, now: int) -> str:
    """Return how long there is: ``3 h``, ``late 2 d``, or ``--`` without a deadline."""
    if due <= 0:
        return "--"
    return _span(due - now) if due >= now else f"late {_span(now - due)}"


def age(at: int, now: int) -> str:
    """Return how long ago: ``now``, ``4 min``, or ``never``."""
    if at <= 0:
        return "never"
    return "now" if now - at < 5_000 else _span(now - at)


def parse_deadline(text: str, now: int) -> int:
    """Return the time that ``7d``, ``48h`` or ``2027-03-12 18:00`` names.

    Raises:
        ValueError: it is none of these, or not in the future.
    """
    text = text.strip()
    if text[-1:] in ("d", "h") and text[:-1].isdigit():
        at = now + int(text[:-1]) * (DAY_MS if text[-1] == "d" else HOUR_MS)
    else:
        at = int(datetime.fromisoformat(text).timestamp() * 1000)
    if not now < at < now + 10_000 * DAY_MS:
        raise ValueError("not in the future")
    return at


def parse_moment(text: str, now: int) -> int:
    """Return the time that ``now`` or ``2027-03-12 18:00`` names, rounded to minutes.

    Raises:
        ValueError: it is neither, or before 1970.
    """
    if text.strip().lower() in ("", "now"):
        return now // MINUTE_MS * MINUTE_MS
    at = int(datetime.fromisoformat(text.strip()).timestamp() * 1000)
    if at < 0:
        raise ValueError("before 1970")
    return at
