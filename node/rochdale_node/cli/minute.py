"""``rochdale minute``: list and read minutes, and make checkpoints."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from .client import connect
from .files import write_new
from .frame import Commands, Exit, Stop
from .proving import Out
from .show import answer, facts, minutes_text, say, short, table, when

__all__ = ["app"]

app = Commands()

Height = Annotated[str, typer.Argument(help="M184, or 184.")]


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
def show(height: Height) -> None:
    """Show a minute: its records, and who attested it."""
    number = _number(height)
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


def _number(height: str) -> str:
    number = height.removeprefix("M").removeprefix("m")
    if not number.isascii() or not number.isdigit():
        raise Stop(
            Exit.USAGE,
            "usage",
            f"{height} is not a minute.",
            "Write M184; see rochdale minute list.",
        )
    return number


@app.command()
def checkpoint(height: Height = "", out: Out = None) -> None:
    """Write a checkpoint, the newest or of a minute: whoever trusts you verifies from it."""
    from rochdale_protocol.proofs.checkpoint import Checkpoint

    with connect("minute checkpoint") as client:
        newest = client.get("/v1/minutes", limit=1)[0]["height"]
        number = _number(height) if height else newest
        data = client.get_bytes(f"/v1/minutes/{number}/checkpoint")
    made = Checkpoint.from_bytes(data)
    path = out or Path(f"M{made.height}.rochdale-checkpoint.json")
    write_new(path, data)
    about = {"coop": made.coop, "height": made.height, "minute": made.minute}
    if answer({"file": str(path), **about}):
        return
    say(f"The checkpoint of {minutes_text(made.height)} is in {path}.")
    say(f"Whoever trusts it verifies with: rochdale verify FILE --checkpoint {path}")
