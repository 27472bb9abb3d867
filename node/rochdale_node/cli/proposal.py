"""``rochdale proposal``: put resolutions to the members and read them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from .acts import Wait, act
from .client import Client, connect, until
from .files import read_text
from .frame import Commands, Exit, Stop
from .ids import find
from .show import answer, facts, minutes_text, say, short, table, text, when
from .times import closing_ms

__all__ = ["app"]

app = Commands()

Proposal = Annotated[str, typer.Argument(help="P-3, or its id.")]


@app.command()
def new(
    title: Annotated[str, typer.Argument(help="One line.")],
    closes: Annotated[
        str,
        typer.Option(help="When the vote closes: after 3d or 36h, or at 2026-12-01T18:00."),
    ],
    words: Annotated[str, typer.Option("--text", help="The resolution.")] = "",
    file: Annotated[Path | None, typer.Option(help="The resolution, in a file.")] = None,
    business: Annotated[
        Literal["ordinary", "special", "entrenched"], typer.Option(help="Its class.")
    ] = "ordinary",
    admit: Annotated[str, typer.Option(help="Admit this applicant, if carried.")] = "",
    expel: Annotated[str, typer.Option(help="Expel this member, if carried.")] = "",
    wait: Wait = 0,
) -> None:
    """Put a resolution to the members."""
    if admit and expel:
        raise Stop(Exit.USAGE, "usage", "One resolution, one effect.", "Make two proposals.")
    with connect("proposal new", signs=True) as client:
        effect: dict[str, Any] = {"type": "none"}
        if admit:
            effect = {"type": "admit", "application": find(client, admit, "application")}
        elif expel:
            effect = {"type": "expel", "member": find(client, expel, "member")}
        body = {
            "title": title,
            "text": words if file is None else read_text(file),
            "business": business,
            "closes": closing_ms(closes),
            "effect": effect,
        }
        act(client, "proposal.new", body, wait, f"Proposed: {title}")


@app.command()
def withdraw(proposal: Proposal, wait: Wait = 0) -> None:
    """Take an open proposal of yours back."""
    with connect("proposal withdraw", signs=True) as client:
        wanted = find(client, proposal, "proposal")
        act(client, "proposal.withdraw", {"proposal": wanted}, wait, "Withdrawn")


@app.command("list")
def list_(
    open_only: Annotated[bool, typer.Option("--open", help="Only what can be voted on.")] = False,
) -> None:
    """List the proposals, the open ones first."""
    with connect("proposal list") as client:
        rows = client.get("/v1/proposals")
    if open_only:
        rows = [row for row in rows if row["status"] == "open"]
    if answer(rows):
        return
    table(
        rows,
        [
            ("Proposal", _label),
            ("Title", "title"),
            ("Business", "business"),
            ("Status", "status"),
            ("Closes", lambda row: when(row["closes"])),
            ("For", "voted_for"),
            ("Against", "voted_against"),
            ("Abstain", "abstained"),
            ("Quorum", lambda row: f"{row['quorum']} of {row['electors']}"),
        ],
        "There are no proposals. Make one: rochdale proposal new TITLE --closes 3d",
    )


def _label(row: dict[str, Any]) -> str:
    return f"P-{row['number']}" if row["number"] else short(row["proposal"])


def _get(client: Client, proposal: str) -> dict[str, Any]:
    rows = client.get("/v1/proposals")
    return dict(next(row for row in rows if row["proposal"] == proposal))


@app.command()
def show(
    proposal: Proposal,
    wait: Annotated[int, typer.Option(help="Seconds to wait until the vote is closed.", min=0)] = 0,
) -> None:
    """Show a proposal, its tally and its ballots."""
    with connect("proposal show") as client:
        wanted = find(client, proposal, "proposal")
        if client.running:
            until(lambda: _get(client, wanted)["status"] != "open", wait)
        row = _get(client, wanted)
        ballots = client.get("/v1/ballots", proposal=wanted)
    if answer({**row, "ballots": ballots}):
        return
    effect = row["effect"] if row["effect"] == "none" else f"{row['effect']} {row['subject'][:16]}"
    voted = row["voted_for"] + row["voted_against"] + row["abstained"]
    tally = f"{row['voted_for']} for, {row['voted_against']} against, {row['abstained']} abstain"
    facts(
        [
            ("Proposal", f"{_label(row)}  {row['proposal']}"),
            ("Title", row["title"]),
            ("By", f"{row['author_name']}  {row['author'][:16]}"),
            ("Business", row["business"]),
            ("Effect", effect),
            ("Opened", minutes_text(row["opened"]) if row["number"] else "pending"),
            ("Closes", when(row["closes"])),
            ("Status", row["status"] + (f" ({row['effect_code']})" if row["effect_code"] else "")),
            ("Voted", f"{voted} of {row['electors']}, {row['quorum']} are needed"),
            ("Tally", tally),
        ]
    )
    for ballot in ballots:
        changed = f", changed {ballot['replaced']} times" if ballot["replaced"] else ""
        pending = "" if ballot["standing"] == "final" else " (pending)"
        say(f"  {ballot['name']} {ballot['member'][:8]}: {ballot['choice']}{changed}{pending}")
    if row["text"]:
        say("")
        text(row["text"])
