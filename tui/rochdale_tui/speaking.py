"""The forms of offices and mandates."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from rochdale_protocol.core.fields import Name
from rochdale_protocol.membership.queries import MandateView, OfficeView
from rochdale_protocol.membership.records import MandateScope

from .actions import speaking
from .actions.review import FormError, Review
from .client import ApiError
from .dialogs.form import Field, Form
from .forms import checked, deadline, deadline_hint
from .phrases import named
from .store import MEMBERS, STATUS

if TYPE_CHECKING:
    from rochdale_protocol.membership.queries import DeviceView, MemberView

    from .app import RochdaleApp

__all__ = ["mandate_form", "mandate_key", "office_key", "open_end_of_mandate", "open_resignation"]


def office_key(office: OfficeView) -> str:
    """Return what tells one term of office from the others."""
    return f"{office.office} {office.member}"


def mandate_key(mandate: MandateView) -> str:
    """Return what tells one mandate from the others."""
    return f"{mandate.device} {mandate.scope}"


def _gone() -> ApiError:
    return ApiError("gone", "It is no longer in the book.", "r fetches the list again.")


def open_resignation(book: RochdaleApp, identity: str) -> None:
    """Open the review of giving up an office."""
    client = book.store.client

    async def prepare() -> Review:
        for office in await client.offices():
            if office_key(office) == identity:
                return speaking.review_resign_office(office, await client.status())
        raise _gone()

    book.open_review(prepare)


def open_end_of_mandate(book: RochdaleApp, identity: str) -> None:
    """Open the review of the end of a mandate."""
    client = book.store.client

    async def prepare() -> Review:
        for mandate in await client.mandates():
            if mandate_key(mandate) == identity:
                return speaking.review_end_mandate(mandate, await client.status())
        raise _gone()

    book.open_review(prepare)


def mandate_form(book: RochdaleApp) -> Form:
    """Ask who speaks for this member by which device."""
    client = book.store.client

    async def prepare(values: dict[str, str]) -> Review:
        now, status = book.store.now(), await client.status()
        device = speaking.own_device(
            _devices(await client.members(), status.member), values["device"]
        )
        scope = cast("MandateScope", values["scope"])
        if scope not in speaking.SCOPES:
            raise FormError("scope", "Choose with the arrow keys in what.")
        until = 0
        if values["until"]:
            try:
                until = deadline(values["until"], now)
            except FormError as error:
                raise FormError("until", error.message) from None
        given = [each for each in await client.mandates() if each.member == status.member]
        person = checked(Name, "person", values["person"], "Name who speaks for you.")
        role = checked(Name, "role", values["role"], "Say what they are, such as director.")
        return speaking.review_mandate(device, person, role, scope, until, given, status, now)

    when = deadline_hint(book)
    fields = (
        Field("device", "Device", hint=_device_hint(book)),
        Field("person", "Who speaks"),
        Field("role", "As", hint=lambda _: "such as director"),
        Field("scope", "In", "choice", options=tuple(speaking.SCOPES), value="all",
              hint=lambda scope: speaking.SCOPES.get(cast("MandateScope", scope), "")),
        Field("until", "Until",
              hint=lambda text: when(text) if text.strip() else "90d, a date, or empty for no end"),
    )  # fmt: skip
    return Form("mandate", "GIVE A MANDATE", fields, prepare)


def _devices(members: list[MemberView], mine: str) -> list[DeviceView]:
    return [device for each in members if each.member == mine for device in each.devices]


def _device_hint(book: RochdaleApp) -> Callable[[str], str]:
    def hint(text: str) -> str:
        status = book.store.get(STATUS)
        mine = "" if status is None else status.member
        devices = _devices(book.store.get(MEMBERS) or [], mine)
        try:
            device = speaking.own_device(devices, text.strip())
        except FormError:
            active = [each for each in devices if each.status == "active"]
            return ", ".join(named(each.label, each.device) for each in active[:3])
        return named(device.label, device.device)

    return hint
