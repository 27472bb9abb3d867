"""``rochdale device``: your devices."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from .acts import Wait, act
from .client import connect, home_path
from .files import read_json, write_json
from .frame import Commands, Exit, Stop, settings
from .ids import find
from .joining import enrol as enrol_here
from .show import answer, can_ask, confirm, facts, minutes_text, note, say, table

__all__ = ["app"]

app = Commands()


@app.command("list")
def list_(
    everyone: Annotated[bool, typer.Option("--all", help="Those of all members.")] = False,
) -> None:
    """List your devices."""
    with connect("device list") as client:
        mine = client.get("/v1/status")
        rows = [
            {**device, "member": member["member"], "name": member["name"]}
            for member in client.get("/v1/members")
            for device in member["devices"]
            if everyone or member["member"] == mine["member"]
        ]
    if answer(rows):
        return
    table(
        rows,
        [
            ("Device", lambda row: row["device"][:16]),
            ("Member", "name"),
            ("Label", "label"),
            ("Status", "status"),
            ("Since", lambda row: minutes_text(row["since"])),
            ("Records", "seq"),
            ("Here", lambda row: "this one" if row["device"] == mine["device"] else ""),
        ],
        "The book knows no device of yours yet.",
    )


@app.command()
def request(
    member: Annotated[
        str, typer.Option(help="The member's full id; this home's if not said.")
    ] = "",
    out: Annotated[Path | None, typer.Option(help="Write it into this file.")] = None,
) -> None:
    """Ask to be added: run this on the new device, then device add on one that you have."""
    from rochdale_protocol.core.hashes import Tag
    from rochdale_protocol.membership.rules import recovery_claim

    from ..home import Home
    from .secret import open_home_keys

    coop = settings().coop
    if len(coop) != 64:
        raise Stop(
            Exit.USAGE,
            "usage",
            "A new device's home may not hold the co-op yet, so its full id is needed.",
            "Say it with --coop; rochdale coop show prints it on your other device.",
        )
    identity = Home(home_path()).identity
    owner = member or identity.member
    claim = recovery_claim(coop, owner, identity.device)
    asked = {
        "coop": coop,
        "member": owner,
        "device": identity.device,
        "label": identity.label,
        "device_sig": open_home_keys(home_path()).device.sign(Tag.SIGN_DEVICE, claim).hex(),
    }
    if out is not None:
        write_json(out, asked)
    if answer(asked):
        return
    if out is None:
        typer.echo(json.dumps(asked))
    note("Next, on a device that you have: rochdale device add FILE. Then carry the book over:")
    note("rochdale sync export there, rochdale sync import here; or add it as a peer.")


@app.command()
def add(
    file: Annotated[Path, typer.Argument(help="The request of the new device, or - to paste it.")],
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    wait: Wait = 0,
) -> None:
    """Let another device sign for your member."""
    asked = _read_request(file)
    with connect("device add", signs=True) as client:
        mine: dict[str, Any] = client.get("/v1/status", coop=asked["coop"])
        if asked["member"] != mine["member"]:
            raise Stop(
                Exit.REFUSED,
                "MEM-4",
                "The request is for another member than yours.",
                f"On the new device: rochdale device request --member {mine['member']}",
            )
        if not yes and can_ask():
            facts([("Adds", asked["label"]), ("Device", asked["device"])])
        confirm(
            "Let this device sign for your member?",
            yes=yes,
            instead="Compare the device's id on both, then add --yes.",
        )
        settings().coop = asked["coop"]
        body = {name: asked[name] for name in ("device", "label", "device_sig")}
        act(client, "device.add", body, wait, f"Added {asked['label']}")


def _read_request(file: Path) -> dict[str, Any]:
    asked = read_json(file)
    names = ("coop", "member", "device", "label", "device_sig")
    if not isinstance(asked, dict) or any(not isinstance(asked.get(n), str) for n in names):
        raise Stop(
            Exit.USAGE,
            "API-11",
            f"{file} is not the request of a device.",
            "Make it on the new device: rochdale device request --coop ID",
        )
    return asked


@app.command()
def enrol() -> None:
    """Take up your membership on this new home, once the members gave you its recovery key."""
    with connect("device enrol", signs=True) as client:
        coop = client.get("/v1/coop")["coop"]
        done = {"coop": coop, **enrol_here(client, coop)}
    if not answer(done):
        say(f"This device is enrolled ({done['record'][:8]}). It is sent while the node runs.")
        note("Next: rochdale witness ready, and rochdale backup create.")


@app.command()
def revoke(
    device: Annotated[str, typer.Argument(help="Its id.")],
    reason: Annotated[str, typer.Option(help="Why; all members read it.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    wait: Wait = 0,
) -> None:
    """End another of your devices, for good."""
    with connect("device revoke", signs=True) as client:
        wanted = find(client, device, "device")
        confirm(
            f"End device {wanted[:16]} for good?", yes=yes, instead="Add --yes if you are sure."
        )
        body = {"device": wanted, "reason": reason}
        act(client, "device.revoke", body, wait, f"Revoked {wanted[:8]}")
        note("If it was a witness, run rochdale witness ready on the device that takes its place.")
