"""``rochdale demo``: seven farms found a co-op, agree, and prove it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .frame import Commands, settings

__all__ = ["app", "demo"]

app = Commands()


@app.command()
def demo(
    keep: Annotated[
        Path | None, typer.Option(help="A new folder that keeps the eight homes.")
    ] = None,
    tui: Annotated[bool, typer.Option("--tui", help="End inside one of the farms.")] = False,
) -> None:
    """Seven farms found a co-op on this machine, agree, and prove it."""
    from ..demo.main import run_demo
    from .tui import check_terminal

    if tui:
        check_terminal()
    raise typer.Exit(run_demo(as_json=settings().json, keep=keep, tui=tui))
