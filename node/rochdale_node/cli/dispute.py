"""``rochdale dispute``: complain, answer, mediate, settle, and ask the members to decide."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from .acts import Wait, act
from .client import Client, connect
from .files import read_text
from .frame import Commands, Exit, Stop
from .ids import find, find_record
from .show import answer as answer_json
from .show import can_ask, confirm, facts, minutes_text, say, short, table, text, when

__all__ = ["app"]

app = Commands()

Dispute = Annotated[str, typer.Argument(help="D-1, or its id.")]
Words = Annotated[str, typer.Option("--text", help="What you have to say.")]
WordsFile = Annotated[Path | None, typer.Option(help="The same, in a UTF-8 file.")]

EXPECT_MIN: Final = 4
"""Digits of a settlement's id that a party must name: what one can read out and compare."""


@app.command("open")
def open_(
    against: Annotated[list[str], typer.Argument(help="Members you complain about: id or name.")],
    words: Words = "",
    file: WordsFile = None,
    about: Annotated[
        list[str] | None, typer.Option(help="A record it is about, such as A-1; repeat it.")
    ] = None,
    wait: Wait = 0,
) -> None:
    """Bring a complaint against other members; all members read it."""
    said = _said(words, file)
    with connect("dispute open", signs=True) as client:
        body = {
            "respondents": sorted({find(client, one, "member") for one in against}),
            "about": sorted({find_record(client, one) for one in about or []}),
            "statement": _state(client, said),
        }
        act(client, "dispute.open", body, wait, f"Complained about {', '.join(against)}")


def _said(words: str, file: Path | None) -> str:
    said = words if file is None else read_text(file)
    if not said.strip():
        raise Stop(Exit.USAGE, "usage", "Say it with --text, or with --file FILE.")
    return said


def _state(client: Client, said: str) -> str:
    """Sign a statement, whose words can be erased, and return its record."""
    body = {"text": said, "salt": secrets.token_hex(16)}
    signed = client.post("/v1/records", {"kind": "dispute.statement", "body": body})
    return str(signed["record"])


@app.command()
def answer(dispute: Dispute, words: Words = "", file: WordsFile = None, wait: Wait = 0) -> None:
    """Answer a complaint against you."""
    said = _said(words, file)
    with connect("dispute answer", signs=True) as client:
        wanted = find(client, dispute, "dispute")
        body = {"dispute": wanted, "statement": _state(client, said)}
        act(client, "dispute.answer", body, wait, f"Answered {dispute}")


@app.command()
def mediator(
    dispute: Dispute,
    member: Annotated[str, typer.Argument(help="Who should mediate: a member's id or name.")],
    wait: Wait = 0,
) -> None:
    """Propose a mediator, in the place of the one proposed before."""
    with connect("dispute mediator", signs=True) as client:
        body = {
            "dispute": find(client, dispute, "dispute"),
            "mediator": find(client, member, "member"),
        }
        act(client, "dispute.mediator", body, wait, f"Proposed {member} as mediator")


@app.command()
def accept(dispute: Dispute, wait: Wait = 0) -> None:
    """Accept the mediator who is proposed, or the task if that is you."""
    _of_mediator("accept", dispute, wait, "Accepted {name} as mediator")


@app.command()
def decline(dispute: Dispute, wait: Wait = 0) -> None:
    """Decline the mediator, or the task if that is you; also later on."""
    _of_mediator("decline", dispute, wait, "Declined {name} as mediator")


def _of_mediator(verb: str, dispute: str, wait: int, done: str) -> None:
    with connect(f"dispute {verb}", signs=True) as client:
        row = _get(client, dispute)
        if not row["mediator"]:
            raise Stop(
                Exit.REFUSED,
                "DIS-7",
                "No mediator is proposed.",
                f"Propose one: rochdale dispute mediator {_label(row)} MEMBER",
            )
        body = {"dispute": row["dispute"], "mediator": row["mediator"]}
        act(client, f"dispute.{verb}", body, wait, done.format(name=row["mediator_name"]))


@app.command()
def settle(dispute: Dispute, words: Words = "", file: WordsFile = None, wait: Wait = 0) -> None:
    """Put a settlement to the parties, in the place of the one before."""
    said = _said(words, file)
    with connect("dispute settle", signs=True) as client:
        body = {"dispute": find(client, dispute, "dispute"), "text": said}
        act(client, "dispute.settle", body, wait, f"Put a settlement of {dispute}")


@app.command()
def agree(
    dispute: Dispute,
    expect: Annotated[str, typer.Option(help="How the settlement's id begins.")] = "",
    wait: Wait = 0,
) -> None:
    """Bind your member to the newest settlement; with all parties, the dispute is settled."""
    with connect("dispute agree", signs=True) as client:
        row = _get(client, dispute)
        if not row["settlement"]:
            raise Stop(
                Exit.REFUSED,
                "DIS-9",
                "There is no settlement to agree to.",
                f"Put one: rochdale dispute settle {_label(row)} --file FILE",
            )
        _check_read(row, expect)
        body = {"dispute": row["dispute"], "settlement": row["settlement"]}
        act(client, "dispute.agree", body, wait, f"Agreed to settle {_label(row)}")


def _check_read(row: dict[str, Any], expect: str) -> None:
    """Raise Stop unless the user says which settlement it is, or reads it here and says yes."""
    instead = f"rochdale dispute agree {_label(row)} --expect ID"
    if not expect:
        if not can_ask():
            raise Stop(
                Exit.USAGE,
                "usage",
                "Say which settlement you read: --expect and the beginning of its id.",
                f"Read it with rochdale dispute show {_label(row)}, then: {instead}",
            )
        text(row["settlement_text"])
        say("")
        facts([("You settle", _label(row)), ("Settlement", row["settlement"])])
        confirm("Bind your member to exactly this settlement?", yes=False, instead=instead)
        return
    digits = expect.lower()
    if len(digits) < EXPECT_MIN:
        raise Stop(Exit.USAGE, "usage", f"--expect needs {EXPECT_MIN} digits or more.")
    if not row["settlement"].startswith(digits):
        raise Stop(
            Exit.REFUSED,
            "DIS-9",
            f"The newest settlement's id begins with {short(row['settlement'])}, not {expect}.",
            "It is another one than you read. Read it again before you agree.",
            {"settlement": row["settlement"]},
        )


@app.command()
def withdraw(dispute: Dispute, wait: Wait = 0) -> None:
    """Take your complaint back."""
    _only("withdraw", dispute, wait, "Withdrawn")


@app.command()
def refer(dispute: Dispute, wait: Wait = 0) -> None:
    """Ask the members to decide; those who could vote before it was opened do."""
    _only("refer", dispute, wait, "Referred to the members")


def _only(verb: str, dispute: str, wait: int, done: str) -> None:
    with connect(f"dispute {verb}", signs=True) as client:
        body = {"dispute": find(client, dispute, "dispute")}
        act(client, f"dispute.{verb}", body, wait, done)


@app.command("list")
def list_() -> None:
    """List the disputes, those that run first."""
    with connect("dispute list") as client:
        rows = client.get("/v1/disputes")
    if answer_json(rows):
        return
    table(
        rows,
        [
            ("Dispute", _label),
            ("Complainant", lambda row: _names(row, "complainant")),
            ("Respondents", lambda row: _names(row, "respondent")),
            ("Status", "status"),
            ("Answered", _answered),
            ("Mediator", lambda row: row["mediator_name"] if row["mediates"] else ""),
        ],
        "There are no disputes.",
    )


def _label(row: dict[str, Any]) -> str:
    return f"D-{row['number']}" if row["number"] else short(row["dispute"])


def _names(row: dict[str, Any], role: str) -> str:
    return ", ".join(party["name"] for party in row["parties"] if party["role"] == role)


def _answered(row: dict[str, Any]) -> str:
    asked = [party for party in row["parties"] if party["role"] == "respondent"]
    return f"{sum(bool(party['statement']) for party in asked)} of {len(asked)}"


def _get(client: Client, name: str) -> dict[str, Any]:
    wanted = find(client, name, "dispute")
    return dict(next(row for row in client.get("/v1/disputes") if row["dispute"] == wanted))


@app.command()
def show(dispute: Dispute) -> None:
    """Show a dispute: who said what, who mediates, and what was put to settle it."""
    with connect("dispute show") as client:
        row = _get(client, dispute)
    if answer_json(row):
        return
    status = row["status"] + (" (pending)" if row["standing"] == "pending" else "")
    pairs = [
        ("Dispute", f"{_label(row)}  {row['dispute']}"),
        ("Status", status),
        ("Opened", minutes_text(row["opened"]) if row["number"] else "pending"),
        ("Answers until", when(row["answer_by"])),
        ("About", ", ".join(map(short, row["about"]))),
        ("Mediator", _mediator(row)),
        ("Settlement", row["settlement"]),
        ("Decided by" if row["closed"] else "Being decided", row["proposal"]),
        ("Closed", minutes_text(row["closed"]) if row["closed"] else ""),
    ]
    facts([(name, value) for name, value in pairs if value])
    for party in row["parties"]:
        say("")
        say(f"{party['name']} {short(party['member'])}, {_party(row, party)}")
        text(party["text"] or ("(erased)" if party["statement"] else "(no answer yet)"))
    if row["settlement"]:
        say("")
        say("Settlement")
        text(row["settlement_text"])


def _mediator(row: dict[str, Any]) -> str:
    if not row["mediator"]:
        return ""
    if row["mediates"]:
        return str(row["mediator_name"])
    missing = [
        party["name"] for party in row["parties"] if not (party["accepted"] or party["left"])
    ]
    missing += [] if row["accepted"] else ["the mediator"]
    return f"{row['mediator_name']} is proposed; not yet accepted by {', '.join(missing)}"


def _party(row: dict[str, Any], party: dict[str, Any]) -> str:
    notes = [party["role"]]
    if party["left"]:
        notes.append("has left")
    if row["settlement"]:
        notes.append("agreed to the settlement" if party["agreed"] else "has not agreed")
    return ", ".join(notes)
