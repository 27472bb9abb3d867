"""``rochdale ballot``: vote."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from .acts import Wait, act
from .client import connect
from .frame import Commands
from .ids import find

__all__ = ["app"]

app = Commands()


@app.callback()
def _group() -> None:
    """Vote."""


@app.command()
def cast(
    proposal: Annotated[str, typer.Argument(help="P-3, or its id.")],
    choice: Annotated[Literal["for", "against", "abstain"], typer.Argument(help="Your vote.")],
    reason: Annotated[str, typer.Option(help="Why; all members read it.")] = "",
    wait: Wait = 0,
) -> None:
    """Vote on a proposal; a later ballot replaces an earlier one until the close."""
    with connect("ballot cast", signs=True) as client:
        wanted = find(client, proposal, "proposal")
        body = {"proposal": wanted, "choice": choice, "reason": reason}
        act(client, "ballot.cast", body, wait, f"Voted {choice} on {proposal}")
