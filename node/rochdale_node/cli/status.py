"""``rochdale status``: where this node's book stands."""

from __future__ import annotations

import time
from typing import Annotated, Any

import typer

from .client import Client, connect, is_running, until
from .frame import Commands, Exit, Stop
from .refounding import origin, succession
from .show import answer, facts, note, say, when

__all__ = ["app", "status"]

app = Commands()


@app.command()
def status(
    wait: Annotated[
        int,
        typer.Option(
            help="Seconds to wait until the node runs, is level with its peers, and nothing of"
            " its waits for a minute.",
            min=0,
        ),
    ] = 0,
) -> None:
    """Show where this node's book stands."""
    if wait:
        _wait(wait)
    with connect("status") as client:
        found: dict[str, Any] = client.get("/v1/status")
        alerts: list[dict[str, Any]] = client.get("/v1/alerts")
        if answer({**found, "running": client.running, "alerts": alerts}):
            return
        running = "runs" if client.running else "does not run (rochdale up)"
    attests = "this device attests" if found["witness"] else "this device does not attest"
    facts(
        [
            ("Co-op", f"{found['name']}  {found['coop'][:16]}"),
            *origin(found["refounds"]),
            *succession(found["successors"]),
            ("Member", f"{found['member_name']}  {found['member'][:16]}, {found['member_status']}"),
            ("Device", f"{found['device'][:16]}, {found['device_status']}"),
            ("Node", f"{running}; {found['peers_up']} of {found['peers']} peers linked"),
            ("Book", f"M{found['height']} {found['minute'][:16]} of {when(found['minute_time'])}"),
            ("State", found["state_root"][:16]),
            ("Pending", found["pending"]),
            ("Members", f"{found['members']}, {found['applications']} more apply"),
            ("Proposals", f"{found['proposals_open']} open"),
            ("Witnesses", f"{found['witnesses']}, {found['quorum']} must sign; {attests}"),
            ("Faults", found["faults"]),
        ]
    )
    for alert in alerts:
        say(f"{alert['title']}. {alert['detail']}")
        say(f"  Next: {alert['next']}")
    if found["rechecking"]:
        note(f"Records still to be re-checked behind: {found['rechecking']}")
    if found["faults"]:
        note("Someone signed against themselves: see rochdale evidence list.")


def _wait(seconds: int) -> None:
    end = time.monotonic() + seconds
    if not until(is_running, seconds):
        raise Stop(Exit.UNREACHABLE, "away", "No node of this home runs.", "Start it: rochdale up")
    with connect("status") as client:
        if not until(lambda: _is_level(client), end - time.monotonic()):
            raise Stop(
                Exit.UNREACHABLE,
                "away",
                f"The node is not level with its peers after {seconds} s.",
                "See rochdale peer list, and rochdale status for what waits.",
            )


def _is_level(client: Client) -> bool:
    found = client.get("/v1/status")
    peers = client.get("/v1/peers")
    in_touch = any(peer["link"] != "down" and peer["height"] >= 0 for peer in peers) or not peers
    behind = any(peer["height"] > found["height"] for peer in peers)
    return in_touch and not behind and found["pending"] == 0
