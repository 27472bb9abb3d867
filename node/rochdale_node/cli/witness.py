"""``rochdale witness``: attest minutes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from .acts import Wait, act
from .client import connect
from .frame import Commands
from .show import answer, minutes_text, say, short, table
from .times import now_ms

__all__ = ["app"]

app = Commands()

DAY_MS_MAX: Final = 2_900_000 * 86_400_000
"""The last day that a date is written for; the days of a co-op's rules may lie far beyond."""


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
        height: int = client.get("/v1/status")["height"]
    if answer(rows):
        return
    table(
        rows,
        [
            ("Member", lambda row: short(row["member"])),
            ("Name", "name"),
            ("Device", lambda row: short(row["device"])),
            ("Since", lambda row: minutes_text(row["since"])),
            ("Last signed", lambda row: minutes_text(row["last"]) if row["last"] else "not lately"),
            ("Linked", lambda row: "yes" if row["linked"] else "no"),
            ("Standing", lambda row: _standing(row, height)),
        ],
        "There are no witnesses.",
    )
    for alert in alerts:
        say(f"{alert['title']}. {alert['detail']}")


def _standing(row: dict[str, Any], height: int) -> str:
    if row["status"] != "away":
        return str(row["status"])
    day, at = min(row["dormant_on"], DAY_MS_MAX), row["dormant_at"]
    when = [f"{datetime.fromtimestamp(day / 1000, UTC):%Y-%m-%d}"] if day > now_ms() else []
    when += [f"M{at} on"] if at > height + 1 else []
    return f"away; may go dormant from {', '.join(when) or 'the next day on'}"
