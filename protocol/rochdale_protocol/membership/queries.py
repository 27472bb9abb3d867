"""What can be asked about membership."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from ..core.fields import Entity, Model
from ..core.reading import Reading, Standing, standing
from ..state.state import ReadState, Value
from .records import Holding, MandateScope

__all__ = [
    "ApplicationView",
    "CapabilityView",
    "DeviceView",
    "MandateView",
    "MemberView",
    "OfficeView",
    "RegisterRow",
    "Stay",
    "VouchView",
    "applications",
    "capabilities",
    "devices",
    "mandates",
    "members",
    "name_of",
    "offices",
    "register",
    "vouches",
]


class DeviceView(Model):
    """A device of a member; ``seq`` is its last minuted record's number."""

    device: str
    label: str
    status: Literal["active", "revoked", "frozen", "applying"]
    seq: int
    since: int
    addresses: list[str]


class MemberView(Model):
    """A member, present or former; heights are of minutes, 0 for the charter's or for none.

    ``recovery`` is the key that enrols its devices.
    """

    member: str
    name: str
    entity: Entity
    status: Literal["active", "suspended", "resigned", "expelled"]
    joined: int
    left: int
    recovery: str
    witness: str
    devices: list[DeviceView]
    contact: str
    about: str
    standing: Standing


class ApplicationView(Model):
    """Someone who asks to be admitted; ``sponsor`` is the member who invited them."""

    application: str
    name: str
    entity: Entity
    member: str
    device: str
    sponsor: str
    sponsor_name: str
    status: Literal["open", "admitted", "declined"]
    at: int
    standing: Standing


class Stay(Model):
    """From when to when somebody was a member: heights, and times in milliseconds.

    ``left`` and ``ceased`` are 0 while it lasts. A time is 0 while its minute isn't final.
    """

    joined: int
    left: int
    entered: int
    ceased: int


Given: TypeAlias = Literal["given", "none", "erased"]


class RegisterRow(Model):
    """A member, present or former, as the law wants it in the register.

    ``name``, ``address``, ``member_class`` and ``holdings`` are the member's own statements;
    ``particulars`` says whether it made the first three, else ``name`` is what the book calls it.
    """

    member: str
    name: str
    address: str
    member_class: str
    entity: Entity
    status: Literal["active", "suspended", "resigned", "expelled"]
    stays: list[Stay]
    holdings: list[Holding]
    particulars: Given
    standing: Standing


class MandateView(Model):
    """Who speaks for a member by a device; person and role are "" once they were erased.

    ``until`` is in milliseconds, 0 for no end; ``ended`` a height, 0 while nobody ended it.
    """

    member: str
    name: str
    device: str
    label: str
    scope: MandateScope
    person: str
    role: str
    since: int
    until: int
    ended: int
    standing: Standing


class OfficeView(Model):
    """Who holds an office, or held it last; ``until`` and ``ended`` as in ``MandateView``."""

    office: str
    member: str
    name: str
    since: int
    until: int
    ended: int
    standing: Standing


class VouchView(Model):
    """That a member vouches for an application or another member, and since which height."""

    subject: str
    subject_name: str
    member: str
    name: str
    text: str
    at: int
    standing: Standing


class CapabilityView(Model):
    """One thing that a member offers to do, and how much of it."""

    member: str
    member_name: str
    name: str
    quantity: str
    unit: str


def name_of(state: ReadState, member: str) -> str:
    """Return what a member is called, "" where there is none of that id."""
    found = state.get(f"member/{member}") if member else None
    return "" if found is None else str(found["name"])


def devices(reading: Reading) -> dict[str, list[DeviceView]]:
    """Return the devices of each member, by key."""
    owned: dict[str, list[DeviceView]] = {}
    for key, value in reading.ahead.scan("device/"):
        address = reading.ahead.get(f"address/{key}") or {"addresses": []}
        view = DeviceView(
            device=key,
            label=value["label"],
            status=value["status"],
            seq=value["seq"],
            since=value["since"],
            addresses=address["addresses"],
        )
        owned.setdefault(value["member"], []).append(view)
    return owned


def members(reading: Reading) -> list[MemberView]:
    """Return the register, by name."""
    owned = devices(reading)
    views = []
    for key, value in reading.ahead.scan("member/"):
        profile = _paper(reading, value, "profile")
        witness = reading.ahead.get(f"witness/{key}")
        views.append(
            MemberView(
                member=key,
                name=value["name"],
                entity=value["entity"],
                status=value["status"],
                joined=value["joined"],
                left=value["left"],
                recovery=value["recovery"],
                witness="" if witness is None else witness["device"],
                devices=owned.get(key, []),
                contact="" if profile is None else profile["contact"],
                about="" if profile is None else profile["about"],
                standing=standing(reading, f"member/{key}"),
            )
        )
    return sorted(views, key=lambda view: (view.name, view.member))


def applications(reading: Reading) -> list[ApplicationView]:
    """Return all applications, the newest first."""
    views = []
    for key, value in reading.ahead.scan("application/"):
        views.append(
            ApplicationView(
                application=key,
                name=value["name"],
                entity=value["entity"],
                member=value["member"],
                device=value["device"],
                sponsor=value["sponsor"],
                sponsor_name=name_of(reading.ahead, value["sponsor"]),
                status=value["status"],
                at=value["at"],
                standing=standing(reading, f"application/{key}"),
            )
        )
    return sorted(views, key=lambda view: (-view.at, view.application))


def _paper(reading: Reading, entry: Value, name: str) -> dict[str, Any] | None:
    return reading.body(entry[name]) if entry[name] else None


def register(reading: Reading) -> list[RegisterRow]:
    """Return the register of members as the law wants it, in the order of entry."""

    def stay(joined: int, left: int) -> Stay:
        ceased = reading.time(left) if left else 0
        return Stay(joined=joined, left=left, entered=reading.time(joined), ceased=ceased)

    rows = []
    for key, entry in reading.ahead.scan("member/"):
        stated = _paper(reading, entry, "particulars")
        stake = _paper(reading, entry, "stake")
        given: Given = "given"
        if stated is None:
            given = "erased" if entry["particulars"] else "none"
        known = stated or {"name": entry["name"], "address": "", "member_class": ""}
        stays = [*entry["earlier"], [entry["joined"], entry["left"]]]
        rows.append(
            RegisterRow(
                member=key,
                name=known["name"],
                address=known["address"],
                member_class=known["member_class"],
                entity=entry["entity"],
                status=entry["status"],
                stays=[stay(joined, left) for joined, left in stays],
                holdings=[] if stake is None else stake["holdings"],
                particulars=given,
                standing=standing(reading, f"member/{key}"),
            )
        )
    return sorted(rows, key=lambda row: (row.stays[0].joined, row.name, row.member))


def _names(reading: Reading) -> dict[str, str]:
    return {key: str(entry["name"]) for key, entry in reading.ahead.scan("member/")}


def mandates(reading: Reading) -> list[MandateView]:
    """Return who speaks for each member, or did, by its name."""
    names = _names(reading)
    views = []
    for key, value in reading.ahead.scan("mandate/"):
        member, device, scope = key.split("/")
        person = reading.body(value["person"])
        views.append(
            MandateView.model_validate(
                {
                    "member": member,
                    "name": names[member],
                    "device": device,
                    "label": reading.ahead.need(f"device/{device}")["label"],
                    "scope": scope,
                    "person": "" if person is None else person["name"],
                    "role": "" if person is None else person["role"],
                    "since": value["since"],
                    "until": value["until"],
                    "ended": value["ended"],
                    "standing": standing(reading, f"mandate/{key}"),
                }
            )
        )
    return sorted(views, key=lambda view: (view.name, view.member, view.label, view.scope))


def offices(reading: Reading) -> list[OfficeView]:
    """Return who holds each office, or held it last, by the office's name."""
    names = _names(reading)
    views = []
    for key, value in reading.ahead.scan("office/"):
        office, _, member = key.partition("/")
        views.append(
            OfficeView(
                office=office,
                member=member,
                name=names[member],
                since=value["since"],
                until=value["until"],
                ended=value["ended"],
                standing=standing(reading, f"office/{key}"),
            )
        )
    return sorted(views, key=lambda view: (view.office, view.ended > 0, view.name, view.member))


def vouches(reading: Reading) -> list[VouchView]:
    """Return who vouches for whom, the newest first."""
    names = _names(reading)
    views = []
    for key, value in reading.ahead.scan("vouch/"):
        subject, _, member = key.partition("/")
        application = reading.ahead.get(f"application/{subject}")
        body = reading.body(value["record"])
        views.append(
            VouchView(
                subject=subject,
                subject_name=names[subject] if application is None else str(application["name"]),
                member=member,
                name=names[member],
                text="" if body is None else str(body["text"]),
                at=value["at"],
                standing=standing(reading, f"vouch/{key}"),
            )
        )
    return sorted(views, key=lambda view: (-view.at, view.subject, view.member))


def capabilities(reading: Reading) -> list[CapabilityView]:
    """Return what the active members offer to do, by what it is."""
    views = []
    for key, entry in reading.ahead.scan("member/"):
        body = _paper(reading, entry, "capability")
        if body is None or entry["status"] != "active":
            continue
        views += [
            CapabilityView(member=key, member_name=entry["name"], **offered)
            for offered in body["capabilities"]
        ]
    return sorted(views, key=lambda view: (view.name, view.member_name, view.member))
