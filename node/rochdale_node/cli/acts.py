"""What all commands that sign a record share."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from .client import Client
from .frame import Exit, Stop
from .show import answer, progress, say

__all__ = ["Wait", "act", "report", "sign"]

Wait = Annotated[
    int,
    typer.Option(help="Seconds to wait until it is final or refused, where a node runs.", min=0),
]


def act(client: Client, kind: str, body: dict[str, Any], wait: int, done: str) -> dict[str, Any]:
    """Sign a record and say where it stands.

    Args:
        done: what was done, said once it is signed.
    Raises:
        Stop: it was refused, at once or by the minute that was waited for.
    """
    signed = sign(client, "/v1/records", {"kind": kind, "body": body}, wait)
    report(client, signed, done)
    return signed


def sign(client: Client, path: str, asked: dict[str, Any], wait: int) -> dict[str, Any]:
    """Ask for something that signs a record and return where it stands; raises Stop."""
    if not client.running:
        wait = 0  # no minute comes without a node, and the home would be held from one
    try:
        with progress("Waiting for a minute" if wait else "Signing"):
            signed: dict[str, Any] = client.post(path, asked, **({"wait": wait} if wait else {}))
    except KeyboardInterrupt:
        raise Stop(
            Exit.REFUSED,
            "aborted",
            "Stopped waiting. What was signed by then is kept and goes its way.",
            "See it before you do it again: rochdale record list --state pending",
        ) from None
    if signed["state"] == "refused":
        from ..words import words_of

        message, after = words_of(signed["code"], {})
        raise Stop(Exit.REFUSED, signed["code"], message, after, {"record": signed["record"]})
    return signed


def report(client: Client, signed: dict[str, Any], done: str) -> None:
    """Say where a record stands that was signed."""
    if answer({**signed, "sent": client.running}):
        return
    say(f"{done} ({signed['record'][:8]})")
    if signed["state"] == "final":
        say("It is final.")
    elif client.running:
        say(f"It waits for a minute: rochdale record show {signed['record'][:8]}")
    else:
        say("It is signed and kept; it is sent when the node next runs: rochdale up")
