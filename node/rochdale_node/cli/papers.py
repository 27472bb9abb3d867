"""What a member says of itself and of others: commands of ``rochdale member``."""

from __future__ import annotations

import secrets
from typing import Annotated, Any, Literal

import typer

from .acts import Wait, act
from .client import Client, connect
from .frame import Exit, Stop
from .ids import find, find_record
from .quantity import canonical_quantity
from .show import answer, confirm, minutes_text, short, table

__all__ = [
    "capabilities",
    "capability",
    "erase",
    "particulars",
    "profile",
    "register",
    "resign",
    "stake",
    "vouch",
    "vouches",
]


def _salted(**fields: Any) -> dict[str, Any]:
    return {**fields, "salt": secrets.token_hex(16)}


def _mine(client: Client, path: str) -> dict[str, Any]:
    """Return this member's row of a list that has one for each."""
    member = client.get("/v1/coop")["member"]
    found = [row for row in client.get(path) if row["member"] == member]
    if not found:
        raise Stop(Exit.REFUSED, "MEM-10", "You are no member yet.", "See rochdale status.")
    return dict(found[0])


def register() -> None:
    """Show the register of members as the law wants it, former ones too."""
    with connect("member register") as client:
        rows = client.get("/v1/register")
    if answer(rows):
        return
    table(
        rows,
        [
            ("Member", lambda row: short(row["member"])),
            ("Name", "name"),
            ("Address", lambda row: " / ".join(row["address"].split("\n")) or _absent(row)),
            ("Class", "member_class"),
            ("Entered", lambda row: _days(row, "entered")),
            ("Ceased", lambda row: _days(row, "ceased")),
            ("Holds", _holds),
            ("Status", "status"),
        ],
        "There are no members yet.",
    )


def _absent(row: dict[str, Any]) -> str:
    return {"given": "", "none": "not given", "erased": "erased"}[row["particulars"]]


def _days(row: dict[str, Any], field: str) -> str:
    return ", ".join(_day(stay[field]) for stay in row["stays"] if stay[field])


def _day(ms: int) -> str:
    from datetime import UTC, datetime

    try:
        return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%d}"
    except (OverflowError, ValueError, OSError):
        return f"{ms} ms"


def _holds(row: dict[str, Any]) -> str:
    return ", ".join(f"{one['type']} {one['amount']} {one['currency']}" for one in row["holdings"])


def profile(
    contact: Annotated[str | None, typer.Option(help="Whom to talk to, and how.")] = None,
    about: Annotated[str | None, typer.Option(help="What you do.")] = None,
    wait: Wait = 0,
) -> None:
    """Say whom to talk to; what you don't give stays as it was. It can be erased."""
    if contact is None and about is None:
        raise Stop(Exit.USAGE, "usage", "There is nothing to say.", "Give --contact or --about.")
    with connect("member profile", signs=True) as client:
        row = _mine(client, "/v1/members")
        body = _salted(
            contact=row["contact"] if contact is None else contact,
            about=row["about"] if about is None else about,
        )
        act(client, "member.profile", body, wait, "Said who you are")


def particulars(
    name: Annotated[str, typer.Option(help="Your name as in law; as it is if not said.")] = "",
    address: Annotated[str | None, typer.Option(help="Your postal address.")] = None,
    member_class: Annotated[
        str | None, typer.Option("--class", help="Your class of membership, if there are some.")
    ] = None,
    wait: Wait = 0,
) -> None:
    """Give the register your name and address; what you don't give stays. It can be erased."""
    with connect("member particulars", signs=True) as client:
        row = _mine(client, "/v1/register")
        body = _salted(
            name=name or row["name"],
            address=row["address"] if address is None else address,
            member_class=row["member_class"] if member_class is None else member_class,
        )
        act(client, "member.particulars", body, wait, f"Gave the particulars of {body['name']}")


def stake(
    type_: Annotated[Literal["share", "subscription"], typer.Argument(metavar="TYPE")],
    amount: Annotated[str, typer.Argument(help="How much you hold of it; 0 for nothing.")],
    currency: Annotated[str, typer.Argument(help="Three letters: GBP.")],
    wait: Wait = 0,
) -> None:
    """State the shares or subscription that you hold, for information. It can be erased."""
    held, code = canonical_quantity(amount), currency.upper()
    if len(code) != 3 or not (code.isascii() and code.isalpha()):
        raise Stop(Exit.USAGE, "usage", f"{currency} is no currency.", "Write GBP or EUR.")
    with connect("member stake", signs=True) as client:
        row = _mine(client, "/v1/register")
        kept = [one for one in row["holdings"] if (one["type"], one["currency"]) != (type_, code)]
        if held != "0":
            kept.append({"type": type_, "amount": held, "currency": code})
        act(client, "member.stake", _salted(holdings=kept), wait, f"Stated {type_} {held} {code}")


def capability(
    name: Annotated[str, typer.Argument(help="What you can do: joinery.")],
    quantity: Annotated[str, typer.Argument(help="How much of it: 40. Or 0, to take it back.")],
    unit: Annotated[str, typer.Argument(help="In what: hour a week.")] = "",
    wait: Wait = 0,
) -> None:
    """Say what you can do, and how much of it; your other lines stay. It can be erased."""
    amount = canonical_quantity(quantity)
    if amount != "0" and not unit:
        raise Stop(Exit.USAGE, "usage", f"{quantity} of what?", "Add a unit, such as hour.")
    with connect("member capability", signs=True) as client:
        member = client.get("/v1/coop")["member"]
        kept = [
            {field: row[field] for field in ("name", "quantity", "unit")}
            for row in client.get("/v1/capabilities")
            if row["member"] == member and row["name"] != name
        ]
        if amount != "0":
            kept.append({"name": name, "quantity": amount, "unit": unit})
        body = _salted(capabilities=kept)
        act(client, "member.capability", body, wait, f"Said that you offer {amount} {name}")


def capabilities() -> None:
    """List what the members offer to do."""
    with connect("member capabilities") as client:
        rows = client.get("/v1/capabilities")
    if not answer(rows):
        table(
            rows,
            [
                ("What", "name"),
                ("How much", lambda row: f"{row['quantity']} {row['unit']}"),
                ("Member", "member_name"),
            ],
            "Nobody said yet. Begin: rochdale member capability joinery 40 'hour a week'",
        )


def vouch(
    who: Annotated[str, typer.Argument(help="An applicant or member: id, or name.")],
    text: Annotated[str, typer.Option(help="Why; all members read it, for good.")] = "",
    wait: Wait = 0,
) -> None:
    """Vouch for an applicant or another member; it can't be taken back."""
    with connect("member vouch", signs=True) as client:
        applying = {
            row["application"] for row in client.get("/v1/applications") if row["status"] == "open"
        }
        meant = client.get("/v1/resolve", text=who, types="application")
        found = sorted({one["id"] for one in meant} & applying)
        application = found[0] if len(found) == 1 else None
        member = None if application else find(client, who, "member", "application")
        body = {"application": application, "member": member, "text": text}
        act(client, "member.vouch", body, wait, f"Vouched for {who}")


def vouches() -> None:
    """List who vouches for whom."""
    with connect("member vouches") as client:
        rows = client.get("/v1/vouches")
    if not answer(rows):
        table(
            rows,
            [
                ("For", lambda row: f"{row['subject_name']} ({short(row['subject'])})"),
                ("By", "name"),
                ("Since", lambda row: minutes_text(row["at"])),
                ("Why", "text"),
            ],
            "Nobody vouches for anybody. Begin: rochdale member vouch WHO",
        )


def resign(
    reason: Annotated[str, typer.Option(help="Why; all members read it.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    wait: Wait = 0,
) -> None:
    """Leave the co-op; your devices sign nothing more in it."""
    with connect("member resign", signs=True) as client:
        name = client.get("/v1/status")["name"]
        instead = "Add --yes: rochdale member resign --yes"
        confirm(f"Leave {name}? Nobody but the members can let you in again.", yes=yes,
                instead=instead)  # fmt: skip
        act(client, "member.resign", {"reason": reason}, wait, f"Resigned from {name}")


def erase(
    record: Annotated[str, typer.Argument(help="Of your own: its id.")],
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    wait: Wait = 0,
) -> None:
    """Have every node drop what a record of yours says, where its kind allows it."""
    with connect("member erase", signs=True) as client:
        wanted = find_record(client, record)
        instead = f"Add --yes: rochdale member erase {short(wanted)} --yes"
        confirm(f"Erase {short(wanted)} for ever, on every node?", yes=yes, instead=instead)
        act(client, "member.erase", {"record": wanted}, wait, f"Erased {short(wanted)}")
