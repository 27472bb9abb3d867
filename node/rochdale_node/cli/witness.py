"""``rochdale witness``: attest minutes."""

from __future__ import annotations

from typing import Any

from .acts import Wait, act
from .client import connect
from .frame import Commands
from .show import answer, minutes_text, say, short, table, when

__all__ = ["app"]

app = Commands()


@app.command()
def ready(wait: Wait = 0) -> None:
    """Say that this device holds the book and will attest for your member."""
    with connect("witness ready", signs=True) as client:
        act(client, "witness.ready", {}, wait, "Ready to attest")


@app.command("list")
def list_() -> None:
    """List the witnesses and what they last attested."""
    with connect("witness list") as client:
        rows: list[dict[str, Any]] = client.get("/v1/witnesses")
        alerts: list[dict[str, Any]] = client.get("/v1/alerts")
    if answer(rows):
        return
    table(
        rows,
        [
            ("Member", lambda row: short(row["member"])),
            ("Name", "name"),
            ("Device", lambda row: short(row["device"])),
            ("Since", lambda row: minutes_text(row["since"])),
            ("Last signed", lambda row: minutes_text(row["last"]) if row["last"] else "long ago"),
            ("Linked", lambda row: "yes" if row["linked"] else "no"),
            ("Standing", _standing),
        ],
        "There are no witnesses.",
    )
    for alert in alerts:
        say(f"{alert['title']}. {alert['detail']}")


def _standing(row: dict[str, Any]) -> str:
    if row["status"] != "away":
        return str(row["status"])
    return f"away; may go dormant from {when(row['dormant_on'])[:10]}, M{row['dormant_at']} on"
