"""``rochdale agreement``: draft, read, sign and export agreements."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from .acts import Wait, act
from .client import Client, connect
from .files import read_text
from .frame import Commands, Exit, Stop
from .ids import find
from .proving import Out, Since, export_proof
from .show import answer, can_ask, confirm, facts, minutes_text, say, short, table, text

__all__ = ["app"]

app = Commands()

Agreement = Annotated[str, typer.Argument(help="A-1, or its id.")]
TextFile = Annotated[Path, typer.Argument(help="The text, in a UTF-8 file.")]

EXPECT_MIN: Final = 4
"""Digits of a text's hash that a signer must name: what one can read out and compare."""


@app.command()
def draft(
    file: TextFile,
    title: Annotated[str, typer.Option(help="One line.")],
    party: Annotated[list[str], typer.Option(help="A party: a member's id or name; repeat it.")],
    wait: Wait = 0,
) -> None:
    """Put forward an agreement between members."""
    with connect("agreement draft", signs=True) as client:
        parties = sorted({find(client, one, "member") for one in party})
        body = {"title": title, "text": read_text(file), "parties": parties}
        act(client, "agreement.draft", body, wait, f"Drafted: {title}")


@app.command()
def revise(agreement: Agreement, file: TextFile, wait: Wait = 0) -> None:
    """Put forward the next version of a draft; all parties then sign anew."""
    with connect("agreement revise", signs=True) as client:
        body = {"agreement": find(client, agreement, "agreement"), "text": read_text(file)}
        act(client, "agreement.revise", body, wait, f"New version of {agreement}")


@app.command("list")
def list_() -> None:
    """List the agreements, the newest first."""
    with connect("agreement list") as client:
        rows = client.get("/v1/agreements")
    if answer(rows):
        return
    table(
        rows,
        [
            ("Agreement", _label),
            ("Title", "title"),
            ("Status", "status"),
            ("Version", "version"),
            ("Signed", _signed),
            ("In force", lambda row: minutes_text(row["in_force"]) if row["in_force"] else ""),
        ],
        "There are no agreements. Draft one: rochdale agreement draft FILE --title T --party P",
    )


def _label(row: dict[str, Any]) -> str:
    return f"A-{row['number']}" if row["number"] else short(row["agreement"])


def _signed(row: dict[str, Any]) -> str:
    signed = sum(party["signed"] == row["version"] for party in row["parties"])
    return f"{signed} of {len(row['parties'])}"


def _get(client: Client, name: str) -> dict[str, Any]:
    wanted = find(client, name, "agreement")
    found = next(row for row in client.get("/v1/agreements") if row["agreement"] == wanted)
    return dict(found)


def _version(row: dict[str, Any], number: int) -> dict[str, Any]:
    """Return a version, its text checked against its hash, whoever serves it.

    Raises:
        Stop: there is none of that number, or text and hash differ.
    """
    from rochdale_protocol.agreements.rules import text_hash

    for version in row["versions"]:
        if version["version"] == number:
            if text_hash(version["text"]) != version["text_hash"]:
                raise Stop(
                    Exit.REFUSED,
                    "PRF-12",
                    "The text is not the one that its hash names.",
                    "Don't sign. Run rochdale doctor and ask another member for the text.",
                )
            return dict(version)
    raise Stop(
        Exit.NOT_FOUND,
        "AGR-3",
        f"There is no version {number}.",
        f"The newest is {row['version']}.",
    )


@app.command()
def show(
    agreement: Agreement,
    version: Annotated[int, typer.Option(help="Which version; 0 for the newest.", min=0)] = 0,
    diff: Annotated[
        bool, typer.Option("--diff", help="Only what changed since the version before.")
    ] = False,
) -> None:
    """Show an agreement: who signed it, and its text."""
    with connect("agreement show") as client:
        row = _get(client, agreement)
    if answer(row):
        return
    chosen = _version(row, version or row["version"])
    force = f"in force since {minutes_text(row['in_force'])}" if row["in_force"] else "draft"
    facts(
        [
            ("Agreement", f"{_label(row)}  {row['agreement']}"),
            ("Title", row["title"]),
            ("Status", force),
            ("Version", f"{chosen['version']} of {row['version']}"),
            ("Text hash", chosen["text_hash"]),
        ]
    )
    for party in row["parties"]:
        signed = f"signed version {party['signed']}" if party["signed"] else "has not signed"
        pending = " (pending)" if party["signed"] and party["standing"] == "pending" else ""
        say(f"  {party['name']} {party['member'][:8]}: {signed}{pending}")
    say("")
    if diff and chosen["version"] > 1:
        text(_changes(_version(row, chosen["version"] - 1), chosen))
    else:
        text(chosen["text"])


def _changes(before: dict[str, Any], after: dict[str, Any]) -> str:
    import difflib

    lines = difflib.unified_diff(
        before["text"].splitlines(),
        after["text"].splitlines(),
        f"version {before['version']}",
        f"version {after['version']}",
        lineterm="",
    )
    return "\n".join(lines)


@app.command()
def sign(
    agreement: Agreement,
    version: Annotated[int, typer.Option(help="The version that you read.", min=1)],
    expect: Annotated[
        str, typer.Option(help="How the hash of the text that you read begins.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Read it here and answer instead.")] = False,
    wait: Wait = 0,
) -> None:
    """Bind your member to one exact version of an agreement."""
    with connect("agreement sign", signs=True) as client:
        row = _get(client, agreement)
        chosen = _version(row, version)
        if expect:
            _check_expected(expect, chosen["text_hash"])
        elif yes or can_ask():
            _review(row, chosen)
        else:
            raise Stop(
                Exit.USAGE,
                "usage",
                "Say which text you read: --expect and the beginning of its hash.",
                f"Read it with rochdale agreement show {_label(row)}, then: {_again(row, chosen)}",
            )
        body = {"agreement": row["agreement"], "version": version,
                "text_hash": chosen["text_hash"]}  # fmt: skip
        act(client, "agreement.sign", body, wait, f"Signed {_label(row)} version {version}")


def _review(row: dict[str, Any], version: dict[str, Any]) -> None:
    if can_ask():
        text(version["text"])
        say("")
        what = f"{_label(row)} {row['title']}, version {version['version']}"
        facts([("You sign", what), ("Text hash", version["text_hash"])])
    question = "Bind your member to exactly this text?"
    confirm(question, yes=False, instead=_again(row, version))


def _again(row: dict[str, Any], version: dict[str, Any]) -> str:
    number = version["version"]
    return f"rochdale agreement sign {_label(row)} --version {number} --expect HASH"


def _check_expected(expect: str, text_hash: str) -> None:
    digits = expect.lower().replace(" ", "")
    if len(digits) < EXPECT_MIN:
        raise Stop(Exit.USAGE, "usage", f"--expect needs {EXPECT_MIN} digits or more.")
    if not text_hash.startswith(digits):
        raise Stop(
            Exit.REFUSED,
            "AGR-3",
            f"The text's hash begins with {text_hash[:8]}, not with {expect}.",
            "It is another text than the one you read. Read it again before you sign.",
            {"text_hash": text_hash},
        )


@app.command()
def export(
    agreement: Agreement,
    out: Out = None,
    checkpoint: Since = None,
) -> None:
    """Write the proof file of an agreement in force, for rochdale verify anywhere."""
    with connect("agreement export") as client:
        row = _get(client, agreement)
        export_proof(client, "agreement", row["agreement"], _label(row), out, checkpoint)
