"""The forms and reviews that keys open: what they ask, and how answers become a body.

Everything is fetched again before its review is shown, so that what is signed is what
the book holds now and not what a screen showed a while ago.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from pydantic import TypeAdapter, ValidationError

from rochdale_protocol.agreements.queries import AgreementView
from rochdale_protocol.contributions.queries import ContributionView
from rochdale_protocol.contributions.records import Action
from rochdale_protocol.core.fields import Name, Note, Quantity
from rochdale_protocol.core.limits import NOTE_MAX, TEXT_MAX
from rochdale_protocol.membership.queries import MemberView

from .actions import agreements, contributions, membership
from .actions.review import FormError, Review
from .client import ApiError
from .dialogs.form import Field, Form
from .phrases import named, parse_deadline, parse_moment, until
from .store import AGREEMENTS, APPLICATIONS, CONTRIBUTIONS, MEMBERS

if TYPE_CHECKING:
    from .app import RochdaleApp

__all__ = [
    "admit_form",
    "checked",
    "correct_form",
    "deadline",
    "deadline_hint",
    "dispute_form",
    "draft_form",
    "find_member",
    "invite_form",
    "log_form",
    "member_hint",
    "open_confirmation",
    "open_readiness",
    "open_signature",
    "peer_form",
    "revoke_form",
]

T = TypeVar("T")


def _need(items: list[T], key: Callable[[T], str], identity: str) -> T:
    for item in items:
        if key(item) == identity:
            return item
    raise ApiError("gone", "It is no longer in the book.", "r fetches the list again.")


def _seen(items: list[T] | None, key: Callable[[T], str], identity: str) -> T | None:
    return next((item for item in items or () if key(item) == identity), None)


def checked(kind: Any, field: str, value: str, message: str) -> str:
    """Return a value of that type; raises FormError with the message."""
    try:
        return str(TypeAdapter(kind).validate_python(value))
    except ValidationError:
        raise FormError(field, message) from None


def deadline(text: str, now: int) -> int:
    """Return the time that was typed; raises FormError."""
    try:
        return parse_deadline(text, now)
    except (ValueError, OverflowError):
        raise FormError("closes", "Give a deadline such as 7d, 48h or 2027-03-12 18:00.") from None


def deadline_hint(book: RochdaleApp) -> Callable[[str], str]:
    """Return what says how a deadline is understood."""

    def hint(text: str) -> str:
        try:
            now = book.store.now()
            return f"in {until(parse_deadline(text, now), now)}"
        except (ValueError, OverflowError):
            return "7d, 48h or 2027-03-12 18:00"

    return hint


# --- members and devices


def admit_form(book: RochdaleApp, identity: str) -> Form:
    """Ask for the proposal that admits an applicant."""
    client = book.store.client

    async def prepare(values: dict[str, str]) -> Review:
        now = book.store.now()
        closes = deadline(values["closes"], now)
        applications = await client.applications()
        application = _need(applications, lambda each: each.application, identity)
        return membership.review_admit(
            application,
            values["reason"],
            await client.rules(),
            closes,
            await client.status(),
            now,
        )

    fields = (
        Field("closes", "Closes in", value="7d", hint=deadline_hint(book)),
        Field("reason", "You say", "text"),
    )
    seen = _seen(book.store.get(APPLICATIONS), lambda each: each.application, identity)
    about = "" if seen is None else named(seen.name, seen.member)
    return Form(f"admit {identity}", "PROPOSE ADMISSION", fields, prepare, about)


def invite_form(book: RochdaleApp) -> Form:
    """Ask for how long an invitation is good."""

    async def prepare(values: dict[str, str]) -> Review:
        if not values["days"].isdigit() or not 1 <= int(values["days"]) <= 365:
            raise FormError("days", "Give a number of days from 1 to 365.")
        return membership.review_invite(int(values["days"]), await book.store.client.status())

    return Form("invite", "INVITE", (Field("days", "Days", value="7"),), prepare)


def revoke_form(book: RochdaleApp, identity: str) -> Form:
    """Ask why one of this member's devices ends."""

    async def prepare(values: dict[str, str]) -> Review:
        status = await book.store.client.status()
        members = await book.store.client.members()
        devices = [
            device
            for member in members
            for device in member.devices
            if member.member == status.member
        ]
        device = _need(devices, lambda each: each.device, identity)
        reason = checked(Note, "reason", values["reason"], "The reason is too long.")
        return membership.review_revoke(device, reason, status)

    fields = (Field("reason", "Reason", length_max=NOTE_MAX),)
    return Form(f"revoke {identity}", "REVOKE DEVICE", fields, prepare)


def open_readiness(book: RochdaleApp) -> None:
    """Open the review of this device's offer to attest."""

    async def prepare() -> Review:
        return membership.review_ready(await book.store.client.status())

    book.open_review(prepare)


def peer_form(book: RochdaleApp) -> Form:
    """Ask for a node's address."""

    async def prepare(values: dict[str, str]) -> Review:
        host, _, port = values["address"].rpartition(":")
        if not host or not port.isdigit() or not 0 < int(port) < 65_536:
            raise FormError("address", "Give host:port, such as farm.example:7843.")
        return membership.review_peer(values["address"])

    del book
    return Form("peer", "ADD PEER", (Field("address", "host:port"),), prepare)


# --- agreements


def open_signature(book: RochdaleApp, identity: str) -> None:
    """Open the review of a signature on an agreement's newest version."""

    async def prepare() -> Review:
        held = await book.store.client.agreements()
        agreement = _need(held.views, lambda each: each.agreement, identity)
        status = await book.store.client.status()
        return agreements.review_agreement(agreement, held.intact, status)

    book.open_review(prepare)


def draft_form(book: RochdaleApp) -> Form:
    """Ask for an agreement's first version, from a file."""
    client = book.store.client

    async def prepare(values: dict[str, str]) -> Review:
        title = checked(Name, "title", values["title"], "Give a title on one line.")
        text = _read_text(values["file"])
        members = await client.members()
        parties: dict[str, str] = {}
        if values["parties"] == "all":
            parties = {each.member: each.name for each in members if each.status == "active"}
        else:
            for part in filter(None, (each.strip() for each in values["parties"].split(","))):
                member = find_member(members, "parties", part)
                parties[member.member] = member.name
        if not parties:
            raise FormError("parties", "Name the parties, by commas, or: all")
        return agreements.review_draft(title, text, parties, values["file"], await client.status())

    fields = (
        Field("title", "Title"),
        Field("file", "Text file", length_max=1_000),
        Field("parties", "Parties", value="all", length_max=4_000),
    )
    return Form("agreement", "DRAFT AGREEMENT", fields, prepare)


def _read_text(path: str) -> str:
    """Return the text of a file, with line feeds.

    Raises:
        FormError: it can't be read, or isn't a text of the allowed size.
    """
    try:
        text = Path(path).expanduser().read_text("utf-8")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise FormError("file", f"{path or 'The file'} was not read: {reason}.") from None
    if not text.strip() or len(text) > TEXT_MAX:
        raise FormError("file", f"The text needs 1 to {TEXT_MAX} characters.")
    return text


# --- contributions


async def _contribution(book: RochdaleApp, identity: str) -> ContributionView:
    held = await book.store.client.contributions()
    return _need(held, lambda each: each.contribution, identity)


def _about(book: RochdaleApp, identity: str) -> str:
    seen = _seen(book.store.get(CONTRIBUTIONS), lambda each: each.contribution, identity)
    return "" if seen is None else contributions.describe(seen)


def open_confirmation(book: RochdaleApp, identity: str) -> None:
    """Open the review of a confirmation."""

    async def prepare() -> Review:
        contribution = await _contribution(book, identity)
        return contributions.review_confirm(contribution, await book.store.client.status())

    book.open_review(prepare)


def dispute_form(book: RochdaleApp, identity: str) -> Form:
    """Ask what is wrong with a contribution."""

    async def prepare(values: dict[str, str]) -> Review:
        if not values["reason"]:
            raise FormError("reason", "Say what is wrong, so that it can be corrected.")
        reason = checked(Note, "reason", values["reason"], "The reason is too long.")
        contribution = await _contribution(book, identity)
        return contributions.review_dispute(contribution, reason, await book.store.client.status())

    fields = (Field("reason", "What is wrong", length_max=NOTE_MAX),)
    return Form(f"dispute {identity}", "DISPUTE", fields, prepare, _about(book, identity))


def correct_form(book: RochdaleApp, identity: str) -> Form:
    """Ask for another quantity."""

    async def prepare(values: dict[str, str]) -> Review:
        quantity = _quantity(values["quantity"])
        reason = checked(Note, "reason", values["reason"], "The reason is too long.")
        contribution = await _contribution(book, identity)
        return contributions.review_correct(
            contribution, quantity, reason, await book.store.client.status()
        )

    fields = (Field("quantity", "Quantity"), Field("reason", "Reason", length_max=NOTE_MAX))
    return Form(f"correct {identity}", "CORRECT", fields, prepare, _about(book, identity))


def _quantity(text: str) -> str:
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return checked(Quantity, "quantity", text, "Give a number such as 4 or 9.5.")


def log_form(book: RochdaleApp) -> Form:
    """Ask for something that this member provided."""
    client = book.store.client

    async def prepare(values: dict[str, str]) -> Review:
        now = book.store.now()
        status = await client.status()
        receiver = find_member(await client.members(), "receiver", values["receiver"])
        if receiver.member == status.member:
            raise FormError("receiver", "Name another member: what you keep is not logged.")
        agreement = _agreement((await client.agreements()).views, values["agreement"])
        try:
            happened = parse_moment(values["happened"], now)
        except (ValueError, OverflowError):
            raise FormError("happened", "Give now or a date such as 2027-03-12 18:00.") from None
        body = {
            "action": values["action"],
            "receiver": receiver.member,
            "resource": checked(Name, "resource", values["resource"], "Say what it was."),
            "quantity": _quantity(values["quantity"]),
            "unit": checked(Name, "unit", values["unit"], "Say in which unit, such as hour."),
            "happened": happened,
            "agreement": None if agreement is None else agreement.agreement,
            "note": checked(Note, "note", values["note"], "The note is too long."),
        }
        label = "" if agreement is None else agreements.agreement_label(agreement)
        return contributions.review_log(body, receiver.name, label, status)

    fields = (
        Field("action", "Action", "choice", options=get_args(Action), value="work"),
        Field("receiver", "To", hint=member_hint(book)),
        Field("resource", "What"),
        Field("quantity", "Quantity"),
        Field("unit", "Unit", value="hour"),
        Field("happened", "When", value="now"),
        Field("agreement", "Under", hint=_agreement_hint(book)),
        Field("note", "Note", length_max=NOTE_MAX),
    )
    return Form("contribution", "LOG CONTRIBUTION", fields, prepare)


def _matches(
    members: list[MemberView], text: str, standing: tuple[str, ...] = ("active",)
) -> list[MemberView]:
    active = [each for each in members if each.status in standing]
    word = text.casefold()
    if not word:
        return active
    exact = [each for each in active if each.name.casefold() == word]
    by_key = [each for each in active if len(word) >= 4 and each.member.startswith(word)]
    return exact or by_key or [each for each in active if word in each.name.casefold()]


def find_member(
    members: list[MemberView], field: str, text: str, *, standing: tuple[str, ...] = ("active",)
) -> MemberView:
    """Return the one member that is meant, among those of that standing; raises FormError."""
    found = _matches(members, text, standing) if text else []
    if len(found) != 1:
        many = f"{len(found)} members match" if found else "No active member matches"
        raise FormError(field, f"{many} “{text}”. Type more of the name or 4 of the key.")
    return found[0]


def member_hint(book: RochdaleApp) -> Callable[[str], str]:
    """Return what says which members are meant."""

    def hint(text: str) -> str:
        if not text.strip():
            return "a name, or 4 characters of its key"
        found = _matches(book.store.get(MEMBERS) or [], text.strip())
        names = ", ".join(named(each.name, each.member) for each in found[:3])
        return names + (f" and {len(found) - 3} more" if len(found) > 3 else "")

    return hint


def _agreement(held: list[AgreementView], text: str) -> AgreementView | None:
    if not text:
        return None
    for each in held:
        if text.upper() == agreements.agreement_label(each).upper():
            return each
        if len(text) >= 4 and each.agreement.startswith(text.lower()):
            return each
    raise FormError("agreement", f"No agreement is called “{text}”. Leave it empty for none.")


def _agreement_hint(book: RochdaleApp) -> Callable[[str], str]:
    def hint(text: str) -> str:
        held = book.store.get(AGREEMENTS)
        try:
            found = _agreement(held.views if held is not None else [], text.strip())
        except FormError:
            return "A-1, or empty for none"
        return "no agreement" if found is None else found.title

    return hint
