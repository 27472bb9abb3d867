"""``rochdale member``: the members and those who apply; what they say is in ``papers``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from . import papers
from .client import connect, until
from .files import read_text
from .frame import Commands
from .ids import find
from .joining import apply
from .proving import Out, Since, export_proof
from .show import answer, facts, minutes_text, say, short, table, text

__all__ = ["app"]

app = Commands()

for _command in (
    papers.register,
    papers.particulars,
    papers.stake,
    papers.profile,
    papers.capability,
    papers.capabilities,
    papers.vouch,
    papers.vouches,
    papers.resign,
    papers.erase,
):
    app.command()(_command)


@app.command("list")
def list_(
    applications: Annotated[
        bool, typer.Option("--applications", help="Those who apply, instead of the members.")
    ] = False,
    wait: Annotated[
        int,
        typer.Option(help="With --applications: seconds to wait until somebody applies.", min=0),
    ] = 0,
) -> None:
    """List the members, or those who apply."""
    path = "/v1/applications" if applications else "/v1/members"
    with connect("member list") as client:
        if applications and client.running:
            until(lambda: any(row["status"] == "open" for row in client.get(path)), wait)
        rows = client.get(path)
        vouches = client.get("/v1/vouches") if applications else []
    if answer(rows):
        return
    if applications:

        def vouched(row: dict[str, Any]) -> str:
            by = [each["name"] for each in vouches if each["subject"] == row["application"]]
            return ", ".join(sorted(by))

        table(
            rows,
            [
                ("Application", lambda row: short(row["application"])),
                ("Name", "name"),
                ("Is", "entity"),
                ("Invited by", "sponsor_name"),
                ("Vouched for by", vouched),
                ("Since", lambda row: minutes_text(row["at"])),
                ("Status", _status),
            ],
            "Nobody applies. Invite someone: rochdale invite new",
        )
        return
    table(
        rows,
        [
            ("Member", lambda row: short(row["member"])),
            ("Name", "name"),
            ("Is", "entity"),
            ("Status", _status),
            ("Joined", lambda row: minutes_text(row["joined"])),
            ("Witness", lambda row: short(row["witness"])),
            ("Devices", _active),
        ],
        "There are no members yet.",
    )


def _status(row: dict[str, Any]) -> str:
    pending = "" if row["standing"] == "final" else " (pending)"
    return f"{row['status']}{pending}"


def _active(row: dict[str, Any]) -> int:
    return sum(device["status"] == "active" for device in row["devices"])


@app.command()
def show(member: Annotated[str, typer.Argument(help="Id, or name.")]) -> None:
    """Show a member's entry in the register."""
    with connect("member show") as client:
        wanted = find(client, member, "member")
        row = next(row for row in client.get("/v1/members") if row["member"] == wanted)
    if answer(row):
        return
    facts(
        [
            ("Member", row["member"]),
            ("Name", row["name"]),
            ("Is", row["entity"]),
            ("Status", _status(row)),
            ("Joined", minutes_text(row["joined"])),
            ("Witness", row["witness"] or "no"),
        ]
    )
    for device in row["devices"]:
        addresses = ", ".join(device["addresses"]) or "no address"
        say(f"  {device['device'][:16]} {device['label']}: {device['status']}, {addresses}")
    for heading in ("contact", "about"):
        if row[heading]:
            say("")
            text(row[heading])


@app.command()
def export(
    member: Annotated[str, typer.Argument(help="Id, or name.")],
    out: Out = None,
    checkpoint: Since = None,
) -> None:
    """Write the proof file that somebody is a member, for rochdale verify anywhere."""
    with connect("member export") as client:
        wanted = find(client, member, "member")
        export_proof(client, "membership", wanted, f"member-{short(wanted)}", out, checkpoint)


@app.command("apply")
def apply_(
    invitation: Annotated[str, typer.Argument(help="The link, or a file that holds it.")],
) -> None:
    """Apply again, with another invitation, to a co-op whose charter is here already."""
    link = invitation if invitation.startswith("rochdale:") else read_text(Path(invitation))
    with connect("member apply", signs=True) as client:
        done = apply(client, link)
    if not answer(done):
        say(f"You applied ({done['record'][:8]}). It is sent while the node runs: rochdale up")
