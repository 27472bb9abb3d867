"""``rochdale office``: who holds which office."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from .acts import Wait, act
from .client import connect
from .frame import Commands
from .show import answer, minutes_text, table, when
from .times import now_ms

__all__ = ["app"]

app = Commands()


@app.command("list")
def list_() -> None:
    """List the offices, with those who hold them and those who did."""
    with connect("office list") as client:
        rows = client.get("/v1/offices")
    if answer(rows):
        return
    table(
        rows,
        [
            ("Office", "office"),
            ("Held by", "name"),
            ("Since", lambda row: minutes_text(row["since"])),
            ("Until", lambda row: when(row["until"])),
            ("Status", _status),
        ],
        "The members have appointed nobody. See rochdale proposal new --help",
    )


def _status(row: dict[str, Any]) -> str:
    pending = "" if row["standing"] == "final" else " (pending)"
    if row["ended"]:
        return f"ended at {minutes_text(row['ended'])}{pending}"
    return ("expired" if 0 < row["until"] <= now_ms() else "held") + pending


@app.command()
def resign(
    office: Annotated[str, typer.Argument(help="The office: secretary.")], wait: Wait = 0
) -> None:
    """Give up an office of yours."""
    with connect("office resign", signs=True) as client:
        act(client, "office.resign", {"office": office}, wait, f"Gave up the office of {office}")
