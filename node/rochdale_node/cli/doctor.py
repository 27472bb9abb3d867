"""``rochdale doctor``: check this home and explain what is wrong."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import typer

from .client import Client, connect, home_path, is_running
from .frame import Commands, Exit, Stop
from .show import answer, say, when
from .times import now_ms

__all__ = ["app", "doctor"]

app = Commands()

DISK_FREE_MIN: Final = 200_000_000
"""Bytes; a book that can't grow can't take part."""

CLOCK_AHEAD_MAX_MS: Final = 600_000
"""As far as a minute may be ahead of a clock."""

BACKUP_AGE_MAX_MS: Final = 90 * 86_400_000


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found; ``next`` is what to do about it."""

    name: str
    ok: bool
    detail: str
    next: str = ""


@app.command()
def doctor() -> None:
    """Check this home, its books and its links, and explain what is wrong."""
    findings = list(_examine())
    good = all(finding.ok for finding in findings)
    if not answer({"ok": good, "checks": [asdict(finding) for finding in findings]}):
        for finding in findings:
            say(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.name}: {finding.detail}")
            if not finding.ok:
                say(f"      Next: {finding.next}")
        say("All is well." if good else "See what to do next above.")
    raise typer.Exit(Exit.OK if good else Exit.REFUSED)


def _examine() -> Iterator[Finding]:
    from rochdale_protocol.core.errors import CodedError

    from ..words import words_of

    version = sys.version.split()[0]
    yield Finding("python", sys.version_info >= (3, 11), version, "Use Python 3.11 or later.")
    path = home_path()
    try:
        yield from _home(path)
        if not is_running():
            yield from _books(path)
        with connect("doctor") as client:
            running = client.running
            yield Finding(
                "node", running, "runs" if running else "does not run", "Start it: rochdale up"
            )
            for book in client.get("/v1/books"):
                yield from _book(client, book)
    except CodedError as error:
        message, after = words_of(error.code, error.fields)
        yield Finding(error.code, False, message, after)
    except Stop as stop:
        yield Finding(stop.code, False, str(stop), stop.after)


def _home(path: Path) -> Iterator[Finding]:
    from ..api.service import BACKUP_NOTE
    from ..home import Home

    home = Home(path)
    home.check_original()
    yield Finding("home", True, f"{path}, {home.identity.name}, the original")
    sealed = home.keys_path.exists()
    yield Finding("keys", sealed, "sealed" if sealed else "missing", "rochdale backup restore")
    free = shutil.disk_usage(path).free
    enough = free >= DISK_FREE_MIN
    yield Finding("disk", enough, f"{free // 1_000_000} MB free", "Make room on the disk.")
    note = path / BACKUP_NOTE
    made = json.loads(note.read_bytes())["at"] if note.exists() else 0
    fresh = made > now_ms() - BACKUP_AGE_MAX_MS
    told = f"made {when(made)}" if made else "none was ever made here"
    yield Finding("backup", fresh, told, "rochdale backup create")


def _books(path: Path) -> Iterator[Finding]:
    """Read the files of the books whole, which only works while no node holds them."""
    from ..home import Home
    from ..node import open_shelf

    home = Home(path)
    with home.lock("doctor"):
        for coop in home.coops():
            with open_shelf(home, coop) as shelf:
                shelf.check()
            yield Finding(f"book {coop[:8]}", True, "every page of it can be read")


def _book(client: Client, book: dict[str, Any]) -> Iterator[Finding]:
    coop = book["coop"]
    name = f"{book['name']} {coop[:8]}"
    status = client.get("/v1/status", coop=coop)
    left = status["member_status"] in ("resigned", "expelled")
    standing = status["member_status"] == "active" and status["device_status"] == "active"
    yield Finding(
        f"{name}: standing",
        standing or left,
        f"member {status['member_status']}, device {status['device_status']}",
        "Wait for the members' decision, or enrol a new device: rochdale device request.",
    )
    ahead = status["minute_time"] - now_ms()
    yield Finding(
        f"{name}: clock",
        ahead <= CLOCK_AHEAD_MAX_MS,
        f"the last minute is of {when(status['minute_time'])}",
        f"This machine's clock is {ahead // 60_000} min behind the book: set it.",
    )
    for item in client.get("/v1/attention", coop=coop):
        if item["what"] == "fault":
            yield Finding(
                f"{name}: {item['title']}", False, item["detail"], "rochdale device request"
            )
    later = next((one for one in status["successors"] if one["mine"]), None)
    if later is not None:
        told = f"as {later['coop'][:8]}; this device signs nothing more here"
        yield Finding(f"{name}: refounded", True, told)
        return
    yield _evidence(client, name, coop)
    for alert in client.get("/v1/alerts", coop=coop):
        goes_on = alert["level"] == "note"
        yield Finding(f"{name}: {alert['title']}", goes_on, alert["detail"], alert["next"])
    if client.running:
        yield from _links(client, name, coop, status)


def _evidence(client: Client, name: str, coop: str) -> Finding:
    """Tell who signed against themselves; it is over once that device was revoked."""
    evidence = client.get("/v1/evidence", coop=coop)
    told = ", ".join(f"{one['name']} {one['device'][:8]} in M{one['height']}" for one in evidence)
    revoked = {
        device["device"]
        for member in client.get("/v1/members", coop=coop)
        for device in member["devices"]
        if device["status"] == "revoked"
    }
    return Finding(
        f"{name}: signed against themselves",
        all(one["device"] in revoked for one in evidence),
        told or "nobody",
        "Ask them; what follows is for the members to decide: rochdale evidence list",
    )


def _links(client: Client, name: str, coop: str, status: dict[str, Any]) -> Iterator[Finding]:
    peers = client.get("/v1/peers", coop=coop)
    up = [peer for peer in peers if peer["link"] != "down"]
    reasons = "; ".join(
        f"{peer['name'] or peer['addresses'][0]}: {peer['why']}"
        for peer in peers
        if peer["link"] == "down" and peer["why"]
    )
    yield Finding(
        f"{name}: links",
        bool(up) or not peers,
        f"{len(up)} of {len(peers)} peers linked" + (f" ({reasons})" if reasons else ""),
        "Check the network; ask a member for an address: rochdale peer add HOST:PORT",
    )
    listed = client.get("/v1/witnesses", coop=coop)
    witnesses = [one for one in listed if one["status"] != "dormant"]
    linked = sum(one["linked"] for one in witnesses)
    yield Finding(
        f"{name}: witnesses",
        linked >= status["quorum"],
        f"{linked} of {len(witnesses)} in touch, {status['quorum']} must sign a minute",
        "Nothing becomes final until more of them are in touch; they need not be all at once.",
    )
