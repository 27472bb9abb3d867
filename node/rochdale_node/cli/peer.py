"""``rochdale peer``: the other nodes."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from .client import Client, connect
from .frame import Commands, Exit, Stop
from .ids import find
from .show import answer, minutes_text, say, short, table, when

__all__ = ["app"]

app = Commands()


@app.command("list")
def list_() -> None:
    """List the other nodes, whether they are linked, and why not."""
    with connect("peer list") as client:
        rows = client.get("/v1/peers")
    if answer(rows):
        return
    table(
        rows,
        [
            ("Device", lambda row: short(row["device"])),
            ("Name", "name"),
            ("Role", "role"),
            ("Link", "link"),
            ("Height", lambda row: minutes_text(row["height"]) if row["height"] >= 0 else ""),
            ("Behind", lambda row: row["behind"] or ""),
            ("Seen", lambda row: when(row["seen"])),
            ("Address", lambda row: ", ".join(row["addresses"])),
            ("Why", "why"),
        ],
        "No other node is known. Add one: rochdale peer add HOST:PORT",
    )


@app.command()
def add(address: Annotated[str, typer.Argument(help="HOST:PORT of a node.")]) -> None:
    """Dial another node from now on."""
    with connect("peer add") as client:
        added = client.post("/v1/peers", {"address": address})
        running = client.running
    if answer(added):
        return
    then = "It is dialled now." if running else "It is dialled when the node runs: rochdale up"
    say(f"{added['address']} is noted. {then}")


@app.command()
def ping(
    peer: Annotated[str, typer.Argument(help="HOST:PORT, or a member or device.")],
) -> None:
    """Measure how long a node takes to prove its key on a new link."""
    with connect("peer ping", signs=True) as client:
        found = client.post("/v1/ping", {"address": _target(client, peer)})
    if not answer(found):
        say(f"{peer} answered in {found['ms']} ms.")


def _target(client: Client, peer: str) -> str:
    if ":" in peer:
        return peer
    wanted = find(client, peer, "device", "member")
    for member in client.get("/v1/members"):
        devices: list[dict[str, Any]] = member["devices"]
        if wanted == member["member"] or any(one["device"] == wanted for one in devices):
            for device in devices:
                if device["addresses"] and wanted in (device["device"], member["member"]):
                    return str(device["device"])
    raise Stop(Exit.NOT_FOUND, "API-12", f"No address of {peer} is known.", "Give it: HOST:PORT.")
