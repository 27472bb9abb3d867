"""Proof files and checkpoints that commands write and read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .client import Client
from .files import read_bytes, write_new
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
    """Return the checkpoint in a file; raises Stop, or DecodeError CAN-n, PRF-2, PRF-19."""
    from rochdale_protocol.core.limits import CHECKPOINT_SIZE_MAX
    from rochdale_protocol.proofs.checkpoint import Checkpoint

    return Checkpoint.from_bytes(read_bytes(path, CHECKPOINT_SIZE_MAX))


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
    held = client.get("/v1/minutes", before=checkpoint.height + 1, limit=1)[0]
    if held["height"] == checkpoint.height and held["minute"] != checkpoint.minute:
        raise Refused("PRF-22", height=checkpoint.height)
    return checkpoint.minute
