"""``rochdale status``: where this node's book stands."""

from __future__ import annotations

from typing import Any

from .client import connect
from .frame import Commands
from .show import answer, facts, note, when

__all__ = ["app", "status"]

app = Commands()


@app.command()
def status() -> None:
    """Show where this node's book stands."""
    with connect("status") as client:
        found: dict[str, Any] = client.get("/v1/status")
        if answer({**found, "running": client.running}):
            return
        running = "runs" if client.running else "does not run (rochdale up)"
    attests = "this device attests" if found["witness"] else "this device does not attest"
    if found["witnesses"] < 4:
        attests += f"; with {found['witnesses']} of them, all are needed"
    facts(
        [
            ("Co-op", f"{found['name']}  {found['coop'][:16]}"),
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
    if found["rechecking"]:
        note(f"{found['rechecking']} records are still to be re-checked behind.")
    if found["faults"]:
        note("Someone contradicted themselves: see rochdale doctor.")
