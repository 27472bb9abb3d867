"""``rochdale meeting``: minutes of a meeting that was held in a room."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from .acts import Wait, act
from .client import Client, connect
from .files import read_json
from .frame import Commands, Exit, Stop
from .ids import ID_MIN, find
from .show import answer, facts, minutes_text, say, short, table, text, when
from .times import moment_ms

__all__ = ["app"]

app = Commands()

Meeting = Annotated[str, typer.Argument(help="Its number, or its id.")]

_FORM: Final = (
    '{"title": "...", "held": "2026-12-01T18:00", "place": "...", "chair": "NAME", "present":'
    ' ["NAME"], "text": "...", "votes": {"P-3": {"for": ["NAME"], "against": [], "abstain": []}}}'
)


@app.command()
def record(
    file: Annotated[Path, typer.Argument(help="The minutes, as JSON: see meeting record --help.")],
    wait: Wait = 0,
) -> None:
    """Record the minutes of a meeting, with how those present voted.

    The file is {"title", "held", "place", "chair", "present", "text", "votes"}: present is a list
    of members' names or ids, votes are by proposal: {"P-3": {"for": [], "against": [],
    "abstain": []}}. A vote counts once its member has approved the minutes.
    """
    told = read_json(file)
    with connect("meeting record", signs=True) as client:
        try:
            body = _body(client, told)
        except (KeyError, TypeError, AttributeError):
            message = f"{file} is no minutes of a meeting."
            raise Stop(Exit.USAGE, "API-11", message, f"Write {_FORM}") from None
        act(client, "meeting.record", body, wait, f"Recorded: {body['title']}")


def _body(client: Client, told: dict[str, Any]) -> dict[str, Any]:
    def members(names: list[str]) -> list[str]:
        return [find(client, name, "member") for name in names]

    return {
        "title": told["title"],
        "held": moment_ms(told["held"]),
        "place": told["place"],
        "chair": find(client, told["chair"], "member"),
        "present": members(told["present"]),
        "text": told["text"],
        "votes": [
            {
                "proposal": find(client, proposal, "proposal"),
                "voted_for": members(votes.get("for", [])),
                "voted_against": members(votes.get("against", [])),
                "abstained": members(votes.get("abstain", [])),
            }
            for proposal, votes in told.get("votes", {}).items()
        ],
    }


@app.command()
def approve(meeting: Meeting, wait: Wait = 0) -> None:
    """Approve minutes of a meeting you were at, and cast the votes that they hold of you."""
    with connect("meeting approve", signs=True) as client:
        row = _get(client, meeting)
        body = {"meeting": row["meeting"]}
        act(client, "meeting.approve", body, wait, f"Approved the minutes of {row['title']}")


@app.command("list")
def list_() -> None:
    """List the meetings, the newest first."""
    with connect("meeting list") as client:
        rows = client.get("/v1/meetings")
    if answer(rows):
        return
    table(
        rows,
        [
            ("Meeting", _label),
            ("Title", "title"),
            ("Held", lambda row: when(row["held"])),
            ("Chair", "chair_name"),
            ("Minutes", _approval),
        ],
        "No minutes of a meeting are recorded. Record some: rochdale meeting record FILE",
    )


@app.command()
def show(meeting: Meeting) -> None:
    """Show the minutes of a meeting."""
    with connect("meeting show") as client:
        row = _get(client, meeting)
        proposals = {each["proposal"]: each for each in client.get("/v1/proposals")}
    if answer(row):
        return
    facts(
        [
            ("Meeting", f"{_label(row)}  {row['meeting']}"),
            ("Title", row["title"]),
            ("Held", f"{when(row['held'])} {row['place']}".strip()),
            ("Chair", row["chair_name"]),
            ("Present", ", ".join(row["present_names"])),
            ("Written by", row["author_name"]),
            ("Minutes", _approval(row)),
        ]
    )
    names = dict(zip(row["present"], row["present_names"], strict=True))
    for proposal, votes in sorted(row["votes"].items()):
        say("")
        say(f"P-{proposals[proposal]['number']} {proposals[proposal]['title']}")
        for member, choice in sorted(votes.items()):
            approved = "" if member in row["approved"] else " (has not approved)"
            say(f"  {names[member]}: {choice}{approved}")
    if row["text"]:
        say("")
        text(row["text"])


def _label(row: dict[str, Any]) -> str:
    return str(row["number"]) if row["number"] else short(row["meeting"])


def _approval(row: dict[str, Any]) -> str:
    by = f"{len(row['approved'])} of {len(row['present'])} present"
    if row["approved_at"]:
        return f"approved in {minutes_text(row['approved_at'])} by {by}"
    return f"approved by {by}"


def _get(client: Client, name: str) -> dict[str, Any]:
    rows = client.get("/v1/meetings")
    meant = [row for row in rows if str(row["number"]) == name]
    if not meant and len(name) >= ID_MIN:
        meant = [row for row in rows if row["meeting"].startswith(name.lower())]
    if len(meant) != 1:
        message = f"{len(meant) or 'No'} meetings are called {name}."
        raise Stop(Exit.NOT_FOUND, "GOV-29", message, "See rochdale meeting list")
    return dict(meant[0])
