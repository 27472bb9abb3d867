"""``rochdale sync``: carry the book by file, for machines that never meet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .client import connect
from .frame import Commands, Exit, Stop
from .show import answer, progress, say

__all__ = ["app"]

app = Commands()


@app.command()
def export(
    out: Annotated[Path, typer.Option(help="Where to write it.")] = Path("book.sync"),
    since: Annotated[int, typer.Option(help="Only from this height on.", min=1)] = 1,
) -> None:
    """Write the book into a file that another node can import."""
    from ..durable import write_whole

    with connect("sync export") as client, progress("Writing the book"):
        try:
            write_whole(out, client.export(since))
        except OSError as error:
            raise Stop(
                Exit.USAGE, "file", f"{out} can't be written: {error.strerror}.", "Choose another."
            ) from None
    size = out.stat().st_size
    if not answer({"file": str(out), "size": size}):
        say(f"The book is in {out}, {size} bytes. On the other machine: rochdale sync import")


@app.command("import")
def import_(file: Annotated[Path, typer.Argument(help="What sync export wrote.")]) -> None:
    """Take in a file of another node; begins the book if it isn't here."""
    try:
        opened = file.open("rb")
    except OSError as error:
        raise Stop(
            Exit.NOT_FOUND, "file", f"{file} can't be read: {error.strerror}.", "Check the path."
        ) from None
    with opened, connect("sync import", signs=True) as client, progress("Checking the book"):
        found = client.read_file(opened)
    if not answer(found):
        say(
            f"New: {found['minutes']} minutes, {found['records']} records,"
            f" {found['votes']} votes of the height under way."
        )
