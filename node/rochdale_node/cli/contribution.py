"""``rochdale contribution``: log, confirm, dispute and correct what members provide."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer

from .acts import Wait, act
from .client import Client, connect
from .frame import Commands, Exit, Stop
from .ids import find
from .quantity import canonical_quantity
from .show import answer, short, table, when
from .times import moment_ms, now_ms

__all__ = ["app"]

app = Commands()

Contribution = Annotated[str, typer.Argument(help="C-12, or its id.")]
Action = Literal[
    "work", "use", "cite", "consume", "produce", "deliverService", "transfer", "transferCustody",
    "transferAllRights",
]  # fmt: skip


@app.command()
def log(  # noqa: PLR0913, PLR0917 -- a command's options
    action: Annotated[Action, typer.Argument(help="What you did, in the terms of ValueFlows.")],
    resource: Annotated[str, typer.Option(help="Of what: lambs, mending walls.")],
    quantity: Annotated[str, typer.Option(help="How much, such as 12 or 2.5.")],
    unit: Annotated[str, typer.Option(help="In what: head, hour, kg.")],
    receiver: Annotated[str, typer.Argument(help="Who got it: a member's id or name.")] = "",
    to: Annotated[str, typer.Option(help="The same, as an option.")] = "",
    happened: Annotated[str, typer.Option(help="When; now if not said.")] = "",
    agreement: Annotated[str, typer.Option(help="Under which agreement, such as A-1.")] = "",
    note: Annotated[str, typer.Option(help="A note that all members read.")] = "",
    wait: Wait = 0,
) -> None:
    """Log what your member provided to another."""
    if bool(receiver) == bool(to):
        raise Stop(Exit.USAGE, "usage", "Name one receiver.", "See rochdale member list.")
    with connect("contribution log", signs=True) as client:
        body = {
            "action": action,
            "receiver": find(client, receiver or to, "member"),
            "resource": resource,
            "quantity": canonical_quantity(quantity),
            "unit": unit,
            "happened": moment_ms(happened) if happened else now_ms(),
            "agreement": find(client, agreement, "agreement") if agreement else None,
            "note": note,
        }
        act(client, "contribution.log", body, wait, f"Logged {quantity} {unit} {resource}")


def _get(client: Client, name: str) -> dict[str, Any]:
    wanted = find(client, name, "contribution")
    rows = client.get("/v1/contributions")
    return dict(next(row for row in rows if row["contribution"] == wanted))


@app.command()
def confirm(
    contribution: Contribution,
    quantity: Annotated[
        str, typer.Option(help="The quantity that you confirm; the one that stands if not said.")
    ] = "",
    wait: Wait = 0,
) -> None:
    """Confirm that you received what another member logged."""
    with connect("contribution confirm", signs=True) as client:
        row = _get(client, contribution)
        amount = canonical_quantity(quantity) if quantity else row["quantity"]
        body = {"contribution": row["contribution"], "quantity": amount}
        what = f"{amount} {row['unit']} {row['resource']} from {row['provider_name']}"
        act(client, "contribution.confirm", body, wait, f"Confirmed {what}")


@app.command()
def dispute(
    contribution: Contribution,
    reason: Annotated[str, typer.Option(help="Why; all members read it.")],
    wait: Wait = 0,
) -> None:
    """Say that what another member logged is not what you received."""
    with connect("contribution dispute", signs=True) as client:
        body = {"contribution": _get(client, contribution)["contribution"], "reason": reason}
        act(client, "contribution.dispute", body, wait, f"Disputed {contribution}")


@app.command()
def correct(
    contribution: Contribution,
    quantity: Annotated[str, typer.Option(help="The right quantity.")],
    reason: Annotated[str, typer.Option(help="Why; all members read it.")] = "",
    wait: Wait = 0,
) -> None:
    """Put another quantity in place of one that you logged; the old one stays on record."""
    with connect("contribution correct", signs=True) as client:
        row = _get(client, contribution)
        amount = canonical_quantity(quantity)
        body = {"contribution": row["contribution"], "quantity": amount, "reason": reason}
        done = f"Corrected {contribution} to {amount} {row['unit']}"
        act(client, "contribution.correct", body, wait, done)


@app.command("list")
def list_() -> None:
    """List the contributions, the newest first."""
    with connect("contribution list") as client:
        rows = client.get("/v1/contributions")
    if answer(rows):
        return
    table(
        rows,
        [
            ("Contribution", _label),
            ("From", "provider_name"),
            ("To", "receiver_name"),
            ("Action", "action"),
            ("What", lambda row: f"{row['quantity']} {row['unit']} {row['resource']}"),
            ("When", lambda row: when(row["happened"])),
            ("Status", _status),
        ],
        "There are none. Log one: rochdale contribution log work MEMBER --resource R ...",
    )


def _label(row: dict[str, Any]) -> str:
    return f"C-{row['number']}" if row["number"] else short(row["contribution"])


def _status(row: dict[str, Any]) -> str:
    reason = f": {row['reason']}" if row["status"] == "disputed" else ""
    corrected = f", corrected {row['corrections']} times" if row["corrections"] else ""
    pending = "" if row["standing"] == "final" else " (pending)"
    return f"{row['status']}{reason}{corrected}{pending}"
