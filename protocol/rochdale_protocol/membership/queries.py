"""What can be asked about membership."""

from __future__ import annotations

from typing import Literal

from ..core.fields import Entity, Model
from ..core.reading import Reading, Standing, standing

__all__ = ["ApplicationView", "DeviceView", "MemberView", "applications", "devices", "members"]


class DeviceView(Model):
    """A device of a member; ``seq`` is its last minuted record's number."""

    device: str
    label: str
    status: Literal["active", "revoked", "frozen", "applying"]
    seq: int
    since: int
    addresses: list[str]


class MemberView(Model):
    """An entry of the register; heights are of minutes, 0 for the charter's or for none."""

    member: str
    name: str
    entity: Entity
    status: Literal["active", "resigned", "expelled"]
    joined: int
    left: int
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
        profile = reading.body(value["profile"]) if value["profile"] else None
        witness = reading.ahead.get(f"witness/{key}")
        views.append(
            MemberView(
                member=key,
                name=value["name"],
                entity=value["entity"],
                status=value["status"],
                joined=value["joined"],
                left=value["left"],
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
        sponsor = reading.ahead.get(f"member/{value['sponsor']}")
        views.append(
            ApplicationView(
                application=key,
                name=value["name"],
                entity=value["entity"],
                member=value["member"],
                device=value["device"],
                sponsor=value["sponsor"],
                sponsor_name="" if sponsor is None else sponsor["name"],
                status=value["status"],
                at=value["at"],
                standing=standing(reading, f"application/{key}"),
            )
        )
    return sorted(views, key=lambda view: (-view.at, view.application))
