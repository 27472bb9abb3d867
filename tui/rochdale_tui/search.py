"""The filter of the records: ``type:ballot author:elm since:7d state:refused words``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from rochdale_protocol.agreements import records as agreements
from rochdale_protocol.contributions import records as contributions
from rochdale_protocol.core.fields import Body
from rochdale_protocol.disputes import records as disputes
from rochdale_protocol.governance import records as governance
from rochdale_protocol.membership import records as membership
from rochdale_protocol.membership.queries import MemberView

from .client import RecordQuery

__all__ = ["parse_query"]

KINDS: Final = tuple(
    sorted(
        body.kind
        for area in (membership, governance, agreements, contributions, disputes)
        for name in area.__all__
        if isinstance(body := getattr(area, name), type) and issubclass(body, Body)
    )
)
"""Every kind of record that this version knows."""

STATES: Final = ("pending", "final", "refused")
SPANS: Final = {"h": 3_600_000, "d": 86_400_000, "w": 7 * 86_400_000}


def parse_query(text: str, members: Sequence[MemberView], now: int) -> tuple[RecordQuery, str]:
    """Return what to ask for, and what of the filter was not understood ("" if all was).

    A field that isn't understood restricts nothing, so that typing goes on undisturbed.
    """
    kind = author = state = problem = ""
    since, words = 0, []
    for part in text.split():
        name, colon, value = part.partition(":")
        if not colon or name not in ("type", "author", "since", "state"):
            words.append(part)
        elif not value:
            continue
        elif name == "type":
            kind, wrong = _kind(value)
            problem = problem or wrong
        elif name == "state":
            state = next((each for each in STATES if each.startswith(value)), "")
            problem = problem or ("" if state else "state: is pending, final or refused")
        elif name == "since":
            since = _since(value, now)
            problem = problem or ("" if since else "since: is 12h, 7d, 2w, 2027-03 or 2027-03-12")
        else:
            author, wrong = _author(value, members)
            problem = problem or wrong
    return RecordQuery(kind, author, since, " ".join(words), state), problem


def _kind(value: str) -> tuple[str, str]:
    """Return the kind that ``ballot``, ``sign`` or ``agreement.sign`` names."""
    word = value.casefold()
    found = [kind for kind in KINDS if kind == word] or [
        kind for kind in KINDS if any(part.startswith(word) for part in (kind, *kind.split(".")))
    ]
    if len(found) == 1:
        return found[0], ""
    return "", f"type: {', '.join(found or KINDS)}"


def _since(value: str, now: int) -> int:
    if value[-1] in SPANS and value[:-1].isdigit():
        return max(1, now - int(value[:-1]) * SPANS[value[-1]])
    try:
        day = f"{value}-01" if len(value) == 7 else value
        return int(datetime.fromisoformat(day).timestamp() * 1000)
    except (ValueError, OverflowError):
        return 0


def _author(value: str, members: Sequence[MemberView]) -> tuple[str, str]:
    word = value.casefold()
    found = [each for each in members if each.member.startswith(word)] if len(word) >= 4 else []
    found = found or [each for each in members if word in each.name.casefold()]
    if len(found) == 1:
        return found[0].member, ""
    return "", f"author: {len(found)} members match “{value}”"
