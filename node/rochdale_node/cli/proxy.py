"""``rochdale proxy``: let another member vote for yours, on one proposal."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from .acts import Wait, act
from .client import connect
from .frame import Commands
from .ids import find
from .resolution import proxy_lines
from .show import answer, say

__all__ = ["app"]

app = Commands()

Proposal = Annotated[str, typer.Argument(help="P-3, or its id.")]


@app.command()
def appoint(
    proposal: Proposal,
    holder: Annotated[str, typer.Argument(help="Who votes for you: a member's id or name.")],
    vote: Annotated[
        Literal["for", "against", "abstain"] | None,
        typer.Option(help="How it must vote; else it decides."),
    ] = None,
    wait: Wait = 0,
) -> None:
    """Make a member your proxy; a ballot of your own still goes first."""
    with connect("proxy appoint", signs=True) as client:
        body = {
            "proposal": find(client, proposal, "proposal"),
            "holder": find(client, holder, "member"),
            "instruction": vote,
        }
        act(client, "proxy.appoint", body, wait, f"{holder} votes for you on {proposal}")


@app.command()
def revoke(proposal: Proposal, wait: Wait = 0) -> None:
    """Have no proxy any more; a ballot that it cast for you is taken out."""
    with connect("proxy revoke", signs=True) as client:
        body = {"proposal": find(client, proposal, "proposal")}
        act(client, "proxy.revoke", body, wait, f"You have no proxy on {proposal}")


@app.command("list")
def list_(proposal: Proposal) -> None:
    """List who votes for whom on a proposal."""
    with connect("proxy list") as client:
        row = client.get("/v1/proposal", proposal=find(client, proposal, "proposal"))
    if answer(row["proxies"]):
        return
    for line in proxy_lines(row):
        say(line)
    if not row["proxies"]:
        say(f"Nobody has a proxy. Appoint one: rochdale proxy appoint {proposal} MEMBER")
