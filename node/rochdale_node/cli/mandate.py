"""``rochdale mandate``: who speaks for a member, by which device and how long."""

from __future__ import annotations

import secrets
from typing import Annotated, Any, Literal

import typer

from .acts import Wait, act
from .client import connect
from .frame import Commands
from .ids import find
from .show import answer, minutes_text, short, table, when
from .times import deadline_ms, now_ms

__all__ = ["app"]

app = Commands()

Scope = Annotated[
    Literal["all", "vote", "sign"],
    typer.Option(help="Everything, votes and vouches, or signatures of agreements."),
]
Device = Annotated[str, typer.Argument(help="A device of yours: its id, or its label.")]


@app.command()
def give(
    device: Device,
    name: Annotated[str, typer.Argument(help="Who holds the device and speaks for you.")],
    role: Annotated[str, typer.Argument(help="What they are: director.")],
    scope: Scope = "all",
    until: Annotated[
        str, typer.Option(help="When it ends: 90d, or a date. Never if not said.")
    ] = "",
    wait: Wait = 0,
) -> None:
    """Put on record who speaks for you by a device; it then does nothing beyond its mandates."""
    ends = deadline_ms(until) if until else 0
    with connect("mandate give", signs=True) as client:
        wanted = find(client, device, "device")
        who = {"name": name, "role": role, "salt": secrets.token_hex(16)}
        person = client.post("/v1/records", {"kind": "mandate.person", "body": who})
        body = {"device": wanted, "scope": scope, "until": ends, "person": person["record"]}
        act(client, "mandate.give", body, wait, f"{name} speaks for you by {device}")


@app.command()
def end(device: Device, scope: Scope = "all", wait: Wait = 0) -> None:
    """End a mandate; the device doesn't become free by it."""
    with connect("mandate end", signs=True) as client:
        body = {"device": find(client, device, "device"), "scope": scope}
        act(client, "mandate.end", body, wait, f"Ended the mandate of {device} ({scope})")


@app.command("list")
def list_() -> None:
    """List who speaks for which member, and who did."""
    with connect("mandate list") as client:
        rows = client.get("/v1/mandates")
    if answer(rows):
        return
    table(
        rows,
        [
            ("Member", "name"),
            ("Device", lambda row: f"{row['label']} ({short(row['device'])})"),
            ("Speaks", lambda row: row["person"] or "(erased)"),
            ("As", "role"),
            ("For", "scope"),
            ("Since", lambda row: minutes_text(row["since"])),
            ("Status", _status),
        ],
        "Nobody gave a mandate: who holds a member's device speaks for it.",
    )


def _status(row: dict[str, Any]) -> str:
    pending = "" if row["standing"] == "final" else " (pending)"
    if row["ended"]:
        return f"ended at {minutes_text(row['ended'])}{pending}"
    if not row["until"]:
        return f"runs{pending}"
    runs = "runs" if now_ms() < row["until"] else "lapsed,"
    return f"{runs} until {when(row['until'])}{pending}"
