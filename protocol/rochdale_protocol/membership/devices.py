"""The devices that sign for a member (MEM-4, MEM-5, MEM-6)."""

from __future__ import annotations

from typing import Any

from ..core.errors import Refused
from ..core.hashes import Tag
from ..core.keys import check_signature
from ..core.registry import Act
from ..state.state import State
from . import records
from .mandates import check_mandate
from .witnesses import drop_witness

__all__ = [
    "add_device",
    "check_new_device",
    "device_entry",
    "enrol_device",
    "recovery_claim",
    "revoke_device",
    "revoke_devices",
]


def device_entry(member: str, label: str, status: str, height: int) -> dict[str, Any]:
    """Return the state of a device that has signed nothing yet."""
    return {
        "member": member,
        "label": label,
        "status": status,
        "seq": 0,
        "tip": "",
        "since": height,
        "ended": 0,
    }


def recovery_claim(coop: str, member: str, device: str) -> bytes:
    """Return what a recovery key signs to vouch for a device (MEM-2, MEM-5)."""
    return bytes.fromhex(coop) + bytes.fromhex(member) + bytes.fromhex(device)


def check_new_device(state: State, device: str) -> None:
    """Raise Refused MEM-4 if the book knows the device."""
    if state.get(f"device/{device}") is not None:
        raise Refused("MEM-4", device=device)


def add_device(state: State, act: Act) -> None:
    """Carry out a ``device.add``."""
    body: records.DeviceAdd = act.body
    check_mandate(state, act.member, act.header.device, "all", act.time)
    check_new_device(state, body.device)
    claim = recovery_claim(act.header.coop, act.member, body.device)
    check_signature(body.device, Tag.SIGN_DEVICE, claim, bytes.fromhex(body.device_sig), "MEM-4")
    state.put(f"device/{body.device}", device_entry(act.member, body.label, "active", act.height))


def enrol_device(state: State, act: Act) -> None:
    """Carry out a ``device.enrol``."""
    body: records.DeviceEnrol = act.body
    check_new_device(state, act.header.device)
    entry = state.get(f"member/{body.member}")
    if entry is None or entry["status"] not in {"active", "suspended"}:
        raise Refused("MEM-10", member=body.member)
    claim = recovery_claim(act.header.coop, body.member, act.header.device)
    check_signature(
        entry["recovery"], Tag.SIGN_RECOVERY, claim, bytes.fromhex(body.recovery_sig), "MEM-5"
    )
    state.put(
        f"device/{act.header.device}",
        device_entry(body.member, body.label, "active", act.height),
    )


def revoke_device(state: State, act: Act) -> None:
    """Carry out a ``device.revoke``."""
    body: records.DeviceRevoke = act.body
    check_mandate(state, act.member, act.header.device, "all", act.time)
    entry = state.get(f"device/{body.device}")
    if entry is None or entry["member"] != act.member or entry["status"] == "revoked":
        raise Refused("MEM-6", device=body.device)
    if body.device == act.header.device:
        raise Refused("MEM-6", why="a device can't revoke itself")
    witness = state.get(f"witness/{act.member}")
    if witness is not None and witness["device"] == body.device:
        drop_witness(state, act.member, "MEM-8")
    state.put(f"device/{body.device}", entry | {"status": "revoked", "ended": act.height})


def revoke_devices(state: State, member: str, height: int) -> None:
    """Revoke every device of a member."""
    owned = [(key, value) for key, value in state.scan("device/") if value["member"] == member]
    for key, value in owned:
        if value["status"] != "revoked":
            state.put(f"device/{key}", value | {"status": "revoked", "ended": height})
