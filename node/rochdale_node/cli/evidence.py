"""``rochdale evidence``: who contradicted themselves, and what proves it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from .client import Client, connect
from .files import write_new
from .frame import Commands, Exit, Stop
from .proving import Out
from .show import answer, facts, minutes_text, note, say, short, table, when

__all__ = ["app"]

app = Commands()

Whose = Annotated[
    str, typer.Argument(metavar="DEVICE", help="A device, or its member: a name, digits of an id.")
]

DIGITS_MIN = 4
"""Of an id; fewer would too often be a name."""

_FAIR = (
    "Nothing is punished without a decision of the members. Ask them first: a copied home does"
    " the same."
)
app.info.help = f"Who signed against themselves, and what proves it. {_FAIR}"


@app.command("list")
def list_() -> None:
    """List who signed against themselves."""
    with connect("evidence list") as client:
        rows: list[dict[str, Any]] = client.get("/v1/evidence")
        alerts: list[dict[str, Any]] = client.get("/v1/alerts")
    if answer(rows):
        return
    table(
        rows,
        [
            ("Device", lambda row: short(row["device"])),
            ("Member", lambda row: short(row["member"])),
            ("Name", "name"),
            ("Minute", lambda row: minutes_text(row["height"])),
            ("Time", lambda row: when(row["time"])),
            ("On record", _on_record),
            ("Signed", "detail"),
        ],
        "Nobody is known to have signed against themselves.",
    )
    for alert in alerts:
        if alert["what"] == "fork":
            say(f"{alert['title']}. {alert['detail']}")
    if rows:
        note(f"{_FAIR} More: rochdale evidence show {short(rows[0]['device'])}")


@app.command()
def show(whose: Whose) -> None:
    """Show all evidence against a device."""
    with connect("evidence show") as client:
        rows = _find(client, whose)
    if answer(rows):
        return
    for row in rows:
        facts(
            [
                ("Name", row["name"] or "(not in the register)"),
                ("Member", row["member"]),
                ("Device", row["device"]),
                ("Minute", f"{minutes_text(row['height'])} {when(row['time'])}".rstrip()),
                ("Signed", row["detail"]),
                ("First", row["first"]),
                ("Second", row["second"]),
                ("On record", _on_record(row)),
            ]
        )
        say("")
    _say_next(rows)


def _say_next(rows: list[dict[str, Any]]) -> None:
    if any(row["type"] == "vote" for row in rows):
        say(f"For others to check: rochdale evidence export {short(rows[0]['device'])}")
    for row in rows:
        if row["type"] == "record":
            say(f"For others to check: {_proofs(row)}")
    if rows[0]["member"]:
        say(
            f"{_FAIR} To put it to the vote: rochdale proposal new TITLE --closes 14d"
            f" --expel {short(rows[0]['member'])} --reasons WHY"
        )


@app.command()
def export(whose: Whose, out: Out = None) -> None:
    """Write a file that anyone can verify."""
    with connect("evidence export") as client:
        rows = _find(client, whose)
        devices = sorted({row["device"] for row in rows if row["type"] == "vote"})
        if not devices:
            raise Stop(
                Exit.NOT_FOUND,
                "API-3",
                "There are no contradictory votes of that device.",
                f"Its records stand in the book; prove both: {_proofs(rows[0])}",
            )
        if len(devices) > 1:
            raise _several(whose, devices)
        data = client.get_bytes(f"/v1/evidence/{devices[0]}/file")
    path = out or Path(f"{short(devices[0])}.rochdale-evidence.json")
    write_new(path, data)
    if not answer({"file": str(path), "device": devices[0], "size": len(data)}):
        say(f"Written to {path}. Check it with: rochdale verify {path}")


def _proofs(row: dict[str, Any]) -> str:
    """Return the commands that prove both records of one number."""
    return " and ".join(f"rochdale record export {short(row[one])}" for one in ("first", "second"))


def _on_record(row: dict[str, Any]) -> str:
    if not row["record"]:
        return "not yet: nodes put it there by themselves"
    record = short(row["record"])
    return f"{record} in {minutes_text(row['at'])}" if row["at"] else f"{record}, pending"


def _find(client: Client, whose: str) -> list[dict[str, Any]]:
    """Return all evidence against the one device, or member, that is meant."""
    rows: list[dict[str, Any]] = client.get("/v1/evidence")
    wanted = whose.strip().lower()
    found = [row for row in rows if row["name"].lower() == wanted]
    if not found and len(wanted) >= DIGITS_MIN:
        found = [row for row in rows if row["device"].startswith(wanted)]
        found = found or [row for row in rows if row["member"].startswith(wanted)]
    if not found:
        raise Stop(
            Exit.NOT_FOUND,
            "API-3",
            f"There is no evidence against {whose}.",
            "See rochdale evidence list; of an id, type four digits or more.",
        )
    members = sorted({row["member"] or row["device"] for row in found})
    if len(members) > 1:
        raise _several(whose, members)
    return found


def _several(whose: str, ids: list[str]) -> Stop:
    return Stop(
        Exit.USAGE,
        "API-9",
        f"{whose} may be: {', '.join(one[:12] for one in ids)}.",
        "Type more of it.",
        {"candidates": ids},
    )
