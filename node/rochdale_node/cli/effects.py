"""What a decision is to do, from the options of a command."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from .client import Client
from .files import read_text
from .frame import Exit, Stop
from .ids import find
from .quantity import canonical_quantity
from .times import deadline_ms

__all__ = ["read_effect"]

_MEMBERS: Final = ("suspend", "restore", "expel")
"""Effects on one member."""

_FULL_KEY: Final = 64


def read_effect(
    client: Client, asked: Mapping[str, str], reasons: str, until: str, refer: str
) -> dict[str, Any]:
    """Return the effect that the options ask for.

    Args:
        asked: the value of each option that names an effect, "" where it wasn't given.
        reasons: of a suspension or an expulsion; the finding on a dispute.
        until: when an appointment ends, "" for never.
        refer: the class of business to which the matter is referred, "" for none.
    Raises:
        Stop: there are several, or one is not understood.
    """
    given = [(name, value) for name, value in asked.items() if value]
    if len(given) > 1:
        raise Stop(Exit.USAGE, "usage", "One proposal, one effect.", "Make two proposals.")
    effect: dict[str, Any] = {"type": "none"}
    if given:
        effect = _effect(client, *given[0], reasons, until)
    return {"type": "refer", "business": refer, "effect": effect} if refer else effect


def _effect(client: Client, name: str, value: str, reasons: str, until: str) -> dict[str, Any]:
    if name in _MEMBERS:
        body: dict[str, Any] = {"member": find(client, value, "member")}
        if name != "restore":
            body["reasons"] = _need(reasons, f"Say why with --reasons: {name} needs them.")
        return {"type": name, **body}
    match name:
        case "admit":
            return {"type": name, "application": find(client, value, "application")}
        case "rekey":
            return _rekey(client, value)
        case "rules":
            from .rules import chosen_rules

            return {"type": name, "rules": chosen_rules(value).model_dump(mode="json")}
        case "appoint":
            return _appoint(client, value, until)
        case "vacate":
            office, _, member = value.partition("=")
            return {"type": name, "office": office, "member": find(client, member, "member")}
        case "adopt" | "end":
            return _agreement(client, name, value)
        case "spend" | "distribute":
            return _money(name, value)
        case "settle":
            finding = _need(reasons, "Say the finding with --reasons.")
            return {"type": name, "case": find(client, value, "dispute"), "finding": finding}
        case "dissolve":
            return {"type": name}
        case _:
            return _json(value)


def _need(text: str, message: str) -> str:
    if not text.strip():
        raise Stop(Exit.USAGE, "usage", message)
    return text


def _rekey(client: Client, value: str) -> dict[str, Any]:
    member, _, recovery = value.partition("=")
    if len(recovery) != _FULL_KEY:
        raise Stop(
            Exit.USAGE,
            "usage",
            "Write --rekey MEMBER=KEY with the whole of its new recovery key.",
            "The member reads it on its own machine: rochdale device request",
        )
    return {"type": "rekey", "member": find(client, member, "member"), "recovery": recovery}


def _appoint(client: Client, value: str, until: str) -> dict[str, Any]:
    office, _, names = value.partition("=")
    return {
        "type": "appoint",
        "office": office,
        "members": [find(client, name.strip(), "member") for name in names.split(",")],
        "until": deadline_ms(until) if until else 0,
    }


def _agreement(client: Client, name: str, value: str) -> dict[str, Any]:
    label, _, version = value.partition(" v")
    wanted = find(client, label, "agreement")
    if name == "end":
        return {"type": name, "agreement": wanted}
    rows = client.get("/v1/agreements")
    newest = next(row["version"] for row in rows if row["agreement"] == wanted)
    if version and not version.isdigit():
        raise Stop(Exit.USAGE, "usage", f"{version} is no version.", 'Write --adopt "A-1 v2".')
    return {"type": name, "agreement": wanted, "version": int(version or newest)}


def _money(name: str, value: str) -> dict[str, Any]:
    amount, _, rest = value.partition(" ")
    currency, _, words = rest.partition(" ")
    if not words.strip():
        form = "AMOUNT CURRENCY PAYEE" if name == "spend" else "AMOUNT CURRENCY BASIS"
        raise Stop(Exit.USAGE, "usage", f'Write --{name} "{form}".')
    about = {"payee": words, "purpose": ""} if name == "spend" else {"basis": words}
    amount = canonical_quantity(amount)
    return {"type": name, "amount": amount, "currency": currency.upper(), **about}


def _json(value: str) -> dict[str, Any]:
    text = value if value.lstrip().startswith("{") else read_text(Path(value))
    try:
        effect: dict[str, Any] = dict(json.loads(text))
    except (ValueError, TypeError):
        raise Stop(
            Exit.USAGE, "API-11", "--effect is neither JSON nor a file of it.", "Check it."
        ) from None
    return effect
