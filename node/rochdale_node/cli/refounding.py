"""Refounding a co-op: who founds anew, what is at stake, and how it is shown ever after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .client import Client, connect
from .files import check_free, write_json
from .frame import Exit, Stop
from .ids import find
from .show import answer, confirm, minutes_text, note, say, short, when

if TYPE_CHECKING:
    from rochdale_protocol.core.fields import Refounds
    from rochdale_protocol.minutes.minute import Founder, SignedCharter

__all__ = ["draft_anew", "mark", "origin", "review_refounding", "succession"]


def origin(refounds: Refounds | Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """Return the line that marks a refounded book, if it is one."""
    if refounds is None:
        return []
    cited = refounds if isinstance(refounds, Mapping) else refounds.model_dump()
    return [("Refounded", f"from {short(cited['coop'])} at minute {cited['height']}")]


def succession(successors: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return the lines that mark a book which others on this node refound."""
    lines = []
    for one in successors:
        by = f"by {one['founders']} of its members"
        end = "; this device signs nothing more here" if one["mine"] else ""
        lines.append(("Refounded", f"as {short(one['coop'])} {one['name']} {by}{end}"))
    return lines


def mark(book: Mapping[str, Any]) -> list[str]:
    """Return what a list of co-ops says beside one."""
    lines = [*origin(book["refounds"]), *succession(book["successors"])]
    return [f"refounded {text}" for _, text in lines]


def draft_anew(
    chosen: list[str], gone: list[str], cards: list[Founder], out: Path, *, yes: bool
) -> None:
    """Draw up the charter by which some members refound their co-op, after a warning."""
    check_free(out)
    with connect("coop refound") as client:
        members = _founders(client, chosen, gone, cards)
        asked = {"members": members, "cards": [card.model_dump() for card in cards]}
        found = client.post("/v1/refoundings", asked)
    _warn(found)
    confirm(
        "Draw up the charter of a new book?",
        yes=yes,
        instead="Read what is at stake, then add --yes.",
    )
    write_json(out, found["charter"])
    if answer({**found, "file": str(out)}):
        return
    founders = found["charter"]["charter"]["founders"]
    say(f"The charter of the new book, with {len(founders)} founders, is in {out}.")
    say("Only they are carried over; all else stays readable and provable in the old book.")
    say(
        f"Next: each founder runs rochdale coop sign {out}, then all run rochdale coop found {out}."
    )


def _founders(
    client: Client, chosen: list[str], gone: list[str], cards: list[Founder]
) -> list[str]:
    if chosen and gone:
        raise Stop(Exit.USAGE, "usage", "Say --with or --without, not both.")
    if gone:
        away = {find(client, name, "member") for name in gone}
        if client.get("/v1/coop")["member"] in away:
            raise Stop(
                Exit.USAGE,
                "usage",
                "You found anew yourself, so you are not among those who are gone.",
                "Let another member draw it up: rochdale coop refound.",
            )
        rows = client.get("/v1/members")
        return [
            row["member"] for row in rows if row["status"] == "active" and row["member"] not in away
        ]
    if not chosen and not cards:
        raise Stop(
            Exit.USAGE,
            "usage",
            "Who founds anew? Nobody is chosen for you.",
            "Name each with --with NAME, or those who are gone with --without NAME;"
            " rochdale coop refound --help, and rochdale member list.",
        )
    return [find(client, name, "member") for name in chosen]


def review_refounding(signed: SignedCharter) -> dict[str, Any]:
    """Check a charter on the old book before it is signed; say and return what is at stake.

    Raises:
        Stop: RFD-3 to RFD-6, and the old book is here.
    """
    with connect("coop sign") as client:
        found: dict[str, Any] = client.post(
            "/v1/refoundings/check", {"charter": signed.model_dump()}
        )
    _warn(found)
    return {name: value for name, value in found.items() if name != "charter"}


def _warn(found: Mapping[str, Any]) -> None:
    """Say what is at stake, in words and numbers, wherever the answer goes."""
    charter = found["charter"]["charter"]
    cited = charter["refounds"]
    at = f"{cited['height']} {cited['minute'][:16]}"
    if not found["held"]:
        note(f"This refounds the co-op {cited['coop'][:16]} at minute {at}.")
        note("That book is not in this home, so nothing of this could be checked here.")
        note("Compare the minute with a founder who holds the old book before you sign.")
        return
    names = ", ".join(founder["name"] for founder in charter["founders"])
    note(f"This refounds {found['name']} at minute {at} of {when(found['time'])}.")
    note(
        f"Witnesses of the old book: {found['witnesses']}; {found['quorum']} must sign;"
        f" {found['attested']} attested its last minute; {found['linked']} in touch now."
    )
    note(f"Found anew ({found['founding']} of them witnesses): {names}")
    note(f"Left out: {', '.join(map(_left, found['left_out'])) or 'nobody'}")
    for name in found["unknown"]:
        note(f"The old book does not know the device of {name}: ask {name} whether it is theirs.")
    for _, again in succession(found["successors"]):
        note(f"It was refounded before, {again}. Go on there, unless that came to nothing.")
    for line in _danger(found):
        note(line)
    if found["voted"]:
        at = minutes_text(found["height"] + 1)
        note(f"This device signed towards {at}, which may be final where you can't see it.")


def _left(member: Mapping[str, Any]) -> str:
    last = f"attested {minutes_text(member['last'])}" if member["last"] else "no minute of late"
    return f"{member['name']} {short(member['member'])} ({last})"


def _danger(found: Mapping[str, Any]) -> tuple[str, ...]:
    """Say what the numbers mean: whether the old book can still go on, and with whom."""
    quorum, founding = found["quorum"], found["founding"]
    others = found["witnesses"] - founding
    if founding >= quorum:
        return (
            f"DON'T: the {founding} founders are enough for the old book to go on.",
            "Run rochdale up, all of you, and expel who is gone.",
        )
    if others >= quorum:
        return (
            f"DANGER: the {others} witnesses left out are enough for the old book to go on.",
            "There would be two books, each with its own truth.",
        )
    alone = (
        f"Neither the {founding} founders nor the {others} left out are enough alone: {quorum} are."
    )
    return (
        alone,
        "Together they are: if those left out may come back, wait for them.",
        "The founders' devices sign nothing more in the old book: it stands still for good.",
    )
