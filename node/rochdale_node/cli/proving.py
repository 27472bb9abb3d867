"""Proof files and checkpoints that commands write and read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .client import Client
from .files import read_bytes, write_new
from .frame import Exit, Stop
from .show import answer, say

if TYPE_CHECKING:
    from rochdale_protocol.proofs.checkpoint import Checkpoint

__all__ = ["Out", "Since", "export_proof", "read_checkpoint"]

Out = Annotated[Path | None, typer.Option(help="Where to write the file.")]
Since = Annotated[
    Path | None,
    typer.Option("--checkpoint", help="Make it, shorter, for whoever trusts this checkpoint."),
]


def read_checkpoint(path: Path) -> Checkpoint:
    """Return the checkpoint in a file; raises Stop with CAN-n, PRF-2 or PRF-19."""
    from rochdale_protocol.core.errors import DecodeError
    from rochdale_protocol.core.limits import CHECKPOINT_SIZE_MAX
    from rochdale_protocol.proofs.checkpoint import Checkpoint

    from ..words import words_of

    try:
        return Checkpoint.from_bytes(read_bytes(path, CHECKPOINT_SIZE_MAX))
    except DecodeError as error:
        # A file to be verified may be there too, and this one is not it.
        message, after = words_of(error.code if error.code == "PRF-2" else "PRF-19", error.fields)
        told = f"{path}: {message}"
        raise Stop(Exit.REFUSED, error.code, told, after, error.fields) from None


def export_proof(
    client: Client, claim: str, subject: str, name: str, out: Path | None, since: Path | None
) -> None:
    """Write the proof file of a record, an agreement or a member.

    Args:
        name: what it is called, also in the file's name if ``out`` is None.
    Raises:
        Refused: PRF-3 the checkpoint is another co-op's, PRF-22 it contradicts the book.
    """
    coop = client.get("/v1/coop")["coop"]
    minute = _minute_of(client, coop, since) if since else ""
    data = client.get_bytes(f"/v1/records/{subject}/proof", claim=claim, since=minute)
    path = out or Path(f"{name}.rochdale.json")
    write_new(path, data)
    if answer({"file": str(path), "type": claim, "id": subject, "coop": coop}):
        return
    say(f"The proof of {name} is in {path}.")
    trusted = f"--checkpoint {since}" if since else f"--coop {coop}"
    say(f"Anyone checks it offline: rochdale verify {path} {trusted}")


def _minute_of(client: Client, coop: str, since: Path) -> str:
    """Return the minute of a checkpoint that this book does not contradict."""
    from rochdale_protocol.core.errors import Refused

    checkpoint = read_checkpoint(since)
    if checkpoint.coop != coop:
        raise Refused("PRF-3", coop=checkpoint.coop)
    height = min(checkpoint.height, client.get("/v1/status")["height"])
    held = client.get("/v1/minutes", before=height + 1, limit=1)[0]
    if held["height"] == checkpoint.height and held["minute"] != checkpoint.minute:
        raise Refused("PRF-22", height=checkpoint.height)
    return checkpoint.minute
