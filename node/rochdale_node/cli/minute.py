"""``rochdale minute``: list and read minutes."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from .client import connect
from .frame import Commands, Exit, Stop
from .show import answer, facts, minutes_text, say, short, table, when

__all__ = ["app"]

app = Commands()


@app.command("list")
def list_(
    limit: Annotated[int, typer.Option(help="How many at most.", min=1, max=500)] = 20,
    before: Annotated[int, typer.Option(help="Only those below this height.", min=0)] = 0,
) -> None:
    """List the final minutes, the newest first."""
    with connect("minute list") as client:
        rows = client.get("/v1/minutes", before=before, limit=limit)
    if answer(rows):
        return
    table(
        rows,
        [
            ("Minute", lambda row: minutes_text(row["height"])),
            ("Id", lambda row: short(row["minute"])),
            ("Time", lambda row: when(row["time"])),
            ("By", "proposer_name"),
            ("Records", "count"),
            ("Refused", "refused"),
            ("Signed", lambda row: f"{len(row['signers'])} of {row['witnesses']}"),
        ],
        "There are no minutes below that height.",
    )


@app.command()
def show(height: Annotated[str, typer.Argument(help="M184, or 184.")]) -> None:
    """Show a minute: its records, and who attested it."""
    number = height.removeprefix("M").removeprefix("m")
    if not number.isascii() or not number.isdigit():
        raise Stop(
            Exit.USAGE,
            "usage",
            f"{height} is not a minute.",
            "Write M184; see rochdale minute list.",
        )
    with connect("minute show") as client:
        row: dict[str, Any] = client.get(f"/v1/minutes/{number}")
    if answer(row):
        return
    facts(
        [
            ("Minute", f"{minutes_text(row['height'])}  {row['minute']}"),
            ("Time", when(row["time"])),
            ("Proposed by", f"{row['proposer_name']}  {row['proposer'][:16]}"),
            ("Before it", row["prev"]),
            ("State", row["state_root"]),
            ("Records", f"{row['count']}, {row['refused']} of them refused"),
            ("Signed by", f"{len(row['signers'])} of {row['witnesses']}, {row['quorum']} must"),
        ]
    )
    say("  " + ", ".join(row["signers"]))
    for record, code in zip(row["records"], row["codes"], strict=True):
        say(f"  {record}" + (f"  refused: {code}" if code else ""))
