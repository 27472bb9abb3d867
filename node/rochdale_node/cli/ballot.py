"""``rochdale ballot``: vote."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer

from .acts import Wait, report, sign
from .client import Client, connect
from .frame import Commands
from .ids import find

__all__ = ["app"]

app = Commands()

Proposal = Annotated[str, typer.Argument(help="P-3, or its id.")]
Principal = Annotated[
    str, typer.Option("--for", help="Vote for this member, who made you its proxy.")
]


@app.callback()
def _group() -> None:
    """Vote."""


@app.command()
def cast(
    proposal: Proposal,
    choice: Annotated[Literal["for", "against", "abstain"], typer.Argument(help="Your vote.")],
    reason: Annotated[str, typer.Option(help="Why; all members read it.")] = "",
    principal: Principal = "",
    wait: Wait = 0,
) -> None:
    """Vote on a proposal; a later ballot replaces an earlier one until the close."""
    with connect("ballot cast", signs=True) as client:
        asked = {"proposal": find(client, proposal, "proposal"), "choice": choice, "reason": reason}
        _vote(client, asked, principal, wait, f"Voted {choice} on {proposal}")


@app.command()
def rank(
    proposal: Proposal,
    ranking: Annotated[
        str, typer.Argument(help='Names or numbers, the best first; equals with =: "Ann, Bob=Cy".')
    ],
    principal: Principal = "",
    wait: Wait = 0,
) -> None:
    """Rank the candidates of an election, as many as you like."""
    from rochdale_protocol.governance.typed import read_ranks

    with connect("ballot rank", signs=True) as client:
        wanted = find(client, proposal, "proposal")
        asked = {"proposal": wanted, "ranks": read_ranks(ranking, _names(client, wanted))}
        _vote(client, asked, principal, wait, f"Ranked the candidates of {proposal}")


@app.command()
def score(
    proposal: Proposal,
    scores: Annotated[list[str], typer.Argument(help="NAME=SCORE, for as many as you like.")],
    principal: Principal = "",
    wait: Wait = 0,
) -> None:
    """Give the candidates of an election scores."""
    from rochdale_protocol.governance.typed import read_scores

    with connect("ballot score", signs=True) as client:
        wanted = find(client, proposal, "proposal")
        marks = read_scores(",".join(scores), _names(client, wanted))
        pairs = [{"candidate": each, "score": mark} for each, mark in marks]
        asked = {"proposal": wanted, "scores": pairs}
        _vote(client, asked, principal, wait, f"Scored the candidates of {proposal}")


def _names(client: Client, proposal: str) -> list[str]:
    row = client.get("/v1/proposal", proposal=proposal)
    return [each["name"] for each in row["candidates"]]


def _vote(client: Client, asked: dict[str, Any], principal: str, wait: int, done: str) -> None:
    if principal:
        asked["principal"] = find(client, principal, "member")
        done += f" for {principal}"
    report(client, sign(client, "/v1/ballots", asked, wait), done)
