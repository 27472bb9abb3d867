"""``rochdale delegation``: let another member's ballots count for yours, until you end it."""

from __future__ import annotations

from typing import Annotated

import typer

from .acts import Wait, act
from .client import connect
from .frame import Commands
from .ids import find
from .show import answer, table

__all__ = ["app"]

app = Commands()

Business = Annotated[str, typer.Argument(help="A class of business: rochdale rules show.")]


@app.command()
def give(
    business: Business,
    holder: Annotated[str, typer.Argument(help="Whose ballot counts: a member's id or name.")],
    wait: Wait = 0,
) -> None:
    """Where you don't vote on such business, let a member's ballot count for you as well."""
    with connect("delegation give", signs=True) as client:
        body = {"business": business, "holder": find(client, holder, "member")}
        act(client, "delegation.give", body, wait, f"Delegated {business} business to {holder}")


@app.command()
def end(business: Business, wait: Wait = 0) -> None:
    """Delegate this business no more."""
    with connect("delegation end", signs=True) as client:
        done = f"You delegate {business} business no more"
        act(client, "delegation.end", {"business": business}, wait, done)


@app.command("list")
def list_() -> None:
    """List the standing delegations."""
    with connect("delegation list") as client:
        rows = client.get("/v1/delegations")
    if answer(rows):
        return
    table(
        rows,
        [
            ("Business", "business"),
            ("Member", "name"),
            ("Delegates to", "holder_name"),
            ("Standing", "standing"),
        ],
        "Nobody delegates anything.",
    )
