"""``rochdale invite``: invite a newcomer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from .client import connect
from .files import write_new
from .frame import Commands
from .show import answer, note, say, when

__all__ = ["app"]

app = Commands()


@app.callback()
def _group() -> None:
    """Invite a newcomer."""


@app.command()
def new(
    days: Annotated[int, typer.Option(help="How long it is good.", min=1, max=365)] = 7,
    out: Annotated[Path | None, typer.Option(help="Write the link into this file.")] = None,
) -> None:
    """Make an invitation that is good once: a link, and a QR code on a terminal."""
    with connect("invite new", signs=True) as client:
        made = client.post("/v1/invites", {"days": days})
        running = client.running
    if out is not None:
        write_new(out, made["link"].encode() + b"\n")
    if answer(made):
        return
    if out is None:
        say(made["link"])
    if sys.stdout.isatty():
        import segno

        segno.make_qr(made["link"], error="l").terminal(compact=True)
    note(f"Good once, until {when(made['expires'])}. Whoever holds the link can apply with it.")
    if "&a=" not in made["link"]:
        note("It names no address: start your node with rochdale up --address HOST:PORT first.")
    if not running:
        note("The newcomer can only use it while your node runs: rochdale up")
