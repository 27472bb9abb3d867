"""``rochdale record``: list, read, export and verify records."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

import typer

from .client import connect
from .frame import Commands, Exit
from .ids import find_record
from .proving import Out, Since, export_proof
from .show import answer, facts, minutes_text, note, say, short, table, text, when
from .times import moment_ms
from .verify import print_checks

__all__ = ["app"]

app = Commands()

Record = Annotated[str, typer.Argument(help="Its id, or P-3, A-1, C-12.")]


@app.command("list")
def list_(
    kind: Annotated[str, typer.Option(help="Only this kind, such as ballot.cast.")] = "",
    author: Annotated[str, typer.Option(help="A member or device.")] = "",
    since: Annotated[
        str, typer.Option(help="By the author's clock: a date, or date and time.")
    ] = "",
    words: Annotated[str, typer.Option("--text", help="Words that all occur.")] = "",
    state: Annotated[
        Literal["", "pending", "final", "refused"], typer.Option(help="Where it stands.")
    ] = "",
    limit: Annotated[int, typer.Option(help="How many at most.", min=1, max=500)] = 50,
    offset: Annotated[int, typer.Option(help="How many to leave out.", min=0)] = 0,
) -> None:
    """List the records that match, the newest first."""
    with connect("record list") as client:
        page = client.get(
            "/v1/records",
            kind=kind,
            author=author,
            since=moment_ms(since) if since else 0,
            text=words,
            state=state,
            limit=limit,
            offset=offset,
        )
    if answer(page):
        return
    table(
        page["records"],
        [
            ("Record", lambda row: short(row["record"])),
            ("Kind", "kind"),
            ("By", "name"),
            ("At", lambda row: when(row["at"])),
            ("Minute", lambda row: minutes_text(row["height"]) if row["height"] else ""),
            ("State", lambda row: f"{row['state']} {row['code']}".strip()),
            ("Says", "summary"),
        ],
        "No record matches.",
    )
    shown = offset + len(page["records"])
    if shown < page["total"]:
        note(f"{page['total'] - shown} more: add --offset {shown}")


@app.command()
def show(record: Record) -> None:
    """Show a record, its place and its content."""
    with connect("record show") as client:
        row: dict[str, Any] = client.get(f"/v1/records/{find_record(client, record)}")
    if answer(row):
        return
    place = "pending: no minute holds it yet"
    if row["state"] != "pending":
        place = f"{row['state']} in {minutes_text(row['height'])}, entry {row['index']}"
    if row["code"]:
        from ..words import words_of

        place += f": {row['code']}, {words_of(row['code'], {})[0]}"
    facts(
        [
            ("Record", row["record"]),
            ("Kind", row["kind"]),
            ("By", f"{row['name']}  {row['member'][:16]}"),
            ("Device", f"{row['device']}, its number {row['seq']}"),
            ("At", f"{when(row['at'])} by its own clock"),
            ("State", place),
            ("Before it", row["prev"]),
            ("About", ", ".join(row["refs"]) or "nothing else"),
            ("Size", f"{row['size']} bytes"),
        ]
    )
    say("")
    body = row["body"]
    text("(erased)" if body is None else json.dumps(body, indent=2, ensure_ascii=False))


@app.command()
def export(record: Record, out: Out = None, checkpoint: Since = None) -> None:
    """Write the proof file of a record, for rochdale verify anywhere."""
    with connect("record export") as client:
        wanted = find_record(client, record)
        export_proof(client, "record", wanted, f"record-{short(wanted)}", out, checkpoint)


@app.command()
def verify(record: Record) -> None:
    """Check a record again, step by step, on the bytes in the book."""
    with connect("record verify") as client:
        checks = client.get(f"/v1/records/{find_record(client, record)}/verify")
    good = all(check["ok"] for check in checks)
    if not answer({"ok": good, "checked": checks}):
        print_checks(checks)
    raise typer.Exit(Exit.OK if good else Exit.REFUSED)
