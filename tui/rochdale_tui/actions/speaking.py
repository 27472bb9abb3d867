"""Offices, and mandates: who speaks for a member by which device."""

from __future__ import annotations

import secrets
from typing import Final

from rochdale_protocol.membership.queries import DeviceView, MandateView, OfficeView
from rochdale_protocol.membership.records import MandateScope
from rochdale_protocol.views import StatusView

from ..phrases import minute, moment, named, short
from .discussion import SALT_SIZE
from .review import TYPED, FormError, Review, Words, command, signer

__all__ = [
    "SCOPES",
    "mandate_state",
    "office_state",
    "own_device",
    "review_end_mandate",
    "review_mandate",
    "review_resign_office",
    "why_not_end_mandate",
    "why_not_resign",
]

SCOPES: Final[dict[MandateScope, str]] = {
    "all": "in everything",
    "vote": "in votes and vouches",
    "sign": "in signatures of agreements",
}


def office_state(office: OfficeView, now: int) -> str:
    """Return whether an office is held, as a word or two."""
    if office.ended:
        return f"ended {minute(office.ended)}"
    return "expired" if 0 < office.until <= now else "held"


def why_not_resign(office: OfficeView, status: StatusView | None) -> str:
    """Say why this member can't give up an office."""
    if status is None or office.member != status.member:
        return "its holder may"
    return "it has ended" if office.ended else ""


def review_resign_office(office: OfficeView, status: StatusView) -> Review:
    """Prepare that a member gives up its office."""
    ends = moment(office.until) if office.until else "it had no end"
    return Review(
        title="RESIGN OFFICE",
        kind="office.resign",
        body={"office": office.office},
        confirm="Resign",
        command=command("office", "resign", office.office),
        rows=(
            ("Office", office.office),
            ("Since", minute(office.since)),
            ("Until", ends),
            ("As", signer(status)),
            ("Means", "you hold it no more; you stay a member"),
            ("Undo", "none; the members may appoint you again"),
        ),
        obstacle=why_not_resign(office, status),
        done=f"Resignation as {office.office} signed",
    )


def mandate_state(mandate: MandateView, now: int) -> str:
    """Return whether a mandate runs, as a word or two."""
    if mandate.ended:
        return f"ended {minute(mandate.ended)}"
    return "lapsed" if 0 < mandate.until <= now else "runs"


def review_mandate(
    device: DeviceView,
    person: str,
    role: str,
    scope: MandateScope,
    until: int,
    given: list[MandateView],
    status: StatusView,
    now: int,
) -> Review:
    """Prepare a mandate; ``given`` are those that this member gave before."""
    of_device = [each for each in given if each.device == device.device]
    earlier = next((each for each in of_device if each.scope == scope and not each.ended), None)
    words = ["mandate", "give", short(device.device), person, role, "--scope", scope]
    words += ["--until", moment(until)] if until else []
    locks = scope != "all" and not any(
        each.scope == "all" and mandate_state(each, now) == "runs" for each in of_device
    )
    here = locks and device.device == status.device
    means = f"{person} speaks for you by this device {SCOPES[scope]}, and in nothing else by it"
    if scope == "all":
        means = f"{person} speaks for you by this device in everything"
    if here:
        means += "; THIS device then gives and ends no mandates: another of yours must"
    replaces = "none of this scope"
    if earlier is not None:
        replaces = f"that of {earlier.person or '(erased)'}, {earlier.role or 'role erased'}"
    return Review(
        title="GIVE A MANDATE",
        kind="mandate.give",
        body={"device": device.device, "scope": scope, "until": until},
        words=Words(
            kind="mandate.person",
            body={"name": person, "role": role, "salt": secrets.token_hex(SALT_SIZE)},
            field="person",
        ),
        confirm="Give",
        command=command(*words),
        rows=(
            ("Device", named(device.label, device.device)),
            ("Speaks", f"{person}, {role}"),
            ("For", f"{scope}: {SCOPES[scope]}"),
            ("Until", moment(until) if until else "ended by you"),
            ("Replaces", replaces),
            ("As", signer(status)),
            ("Means", means),
            ("Signs", "two records: who it is, which can be erased, and the mandate"),
            ("Undo", "end it; a device that once had a mandate never becomes free"),
        ),
        typed=device.device[:TYPED] if here else "",
        typed_label=f"Type the device's first {TYPED} characters to enable Give:",
        done=f"Mandate of {person} signed",
    )


def own_device(devices: list[DeviceView], text: str) -> DeviceView:
    """Return the active device of that label or key; raises FormError."""
    active = [each for each in devices if each.status == "active"]
    word = text.casefold()
    found = [each for each in active if each.label.casefold() == word] or [
        each for each in active if len(word) >= TYPED and each.device.startswith(word)
    ]
    if len(found) != 1:
        many = f"{len(found)} of your devices match" if found else "No active device of yours is"
        raise FormError("device", f"{many} “{text}”. Type its label or 4 of its key.")
    return found[0]


def why_not_end_mandate(mandate: MandateView, status: StatusView | None) -> str:
    """Say why this member can't end a mandate."""
    if status is None or mandate.member != status.member:
        return "the member that gave it may"
    return "it has ended" if mandate.ended else ""


def review_end_mandate(mandate: MandateView, status: StatusView) -> Review:
    """Prepare the end of a mandate."""
    who = f"{mandate.person or '(erased)'}, {mandate.role or '(erased)'}"
    return Review(
        title="END MANDATE",
        kind="mandate.end",
        body={"device": mandate.device, "scope": mandate.scope},
        confirm="End",
        command=command("mandate", "end", short(mandate.device), "--scope", mandate.scope),
        rows=(
            ("Of", who),
            ("Device", named(mandate.label, mandate.device)),
            ("For", f"{mandate.scope}: {SCOPES[mandate.scope]}"),
            ("As", signer(status)),
            ("Means", "by this device nobody speaks for you in this; it doesn't become free"),
            ("Undo", "give a mandate again, from a device that may do everything"),
        ),
        typed=mandate.device[:TYPED] if mandate.device == status.device else "",
        typed_label=f"This very device. Type its first {TYPED} characters to enable End:",
        obstacle=why_not_end_mandate(mandate, status),
        done=f"End of the mandate of {who} signed",
    )
