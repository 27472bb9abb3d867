"""From what was typed to the one full id that is meant."""

from __future__ import annotations

from typing import Any, Final

from .client import Client
from .frame import Exit, Stop

__all__ = ["ID_MIN", "find", "find_record"]

_HELP: Final = {
    "member": "rochdale member list",
    "application": "rochdale member list --applications",
    "device": "rochdale device list --all",
    "proposal": "rochdale proposal list",
    "agreement": "rochdale agreement list",
    "contribution": "rochdale contribution list",
    "dispute": "rochdale dispute list",
    "record": "rochdale record list",
    "minute": "rochdale minute list",
}


ID_MIN: Final = 4
"""Digits of an id that name a thing; fewer may be meant as its number."""


def find(client: Client, text: str, *types: str) -> str:
    """Return the full id of what ``text`` means among things of those types.

    Raises:
        Stop: nothing is meant by it, or several things may be.
    """
    kind = " or ".join(types[:2]) if types[0] != "record" else "record"
    if not text.strip():
        raise Stop(Exit.USAGE, "usage", f"Name a {kind}.", f"See {_HELP[types[0]]}.")
    found: list[dict[str, Any]] = client.get("/v1/resolve", text=text, types=",".join(types))
    ids: list[str] = sorted({one["id"] for one in found})
    if len(ids) == 1:
        return ids[0]
    if not found:
        after = f"See {_HELP[types[0]]}; of an id, type four digits or more."
        raise Stop(Exit.NOT_FOUND, "API-3", f"There is no {kind} {text}.", after)
    names = ", ".join(
        " ".join(part for part in (one["label"], one["title"], one["id"][:12]) if part)
        for one in found
    )
    raise Stop(
        Exit.USAGE,
        "API-9",
        f"{text} may be: {names}.",
        "Type more of it.",
        {"candidates": ids},
    )


def find_record(client: Client, text: str) -> str:
    """Return the id of a record, which may also be named by what it began (P-3, A-1, C-12, D-1)."""
    kinds = ("proposal", "agreement", "contribution", "dispute", "application")
    return find(client, text, "record", *kinds)
