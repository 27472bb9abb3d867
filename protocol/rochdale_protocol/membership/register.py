"""The register of members: joining, leaving, suspension and new keys.

MEM-1, MEM-2, MEM-3, MEM-10, MEM-15, MEM-16 and MEM-22. What a decision does here has a
function, which raises Refused where it has become impossible; the caller drops what it
wrote before.
"""

from __future__ import annotations

from ..core.errors import Refused
from ..core.hashes import Tag
from ..core.keys import check_signature
from ..core.registry import Act
from ..state.state import ReadState, State, Value
from . import records
from .devices import check_new_device, device_entry, recovery_claim, revoke_devices
from .franchise import gain_vote, lose_vote
from .mandates import check_mandate
from .offices import end_offices
from .vouches import count_vouches
from .witnesses import end_witness

__all__ = [
    "admit",
    "apply",
    "check_not_suspended",
    "expel",
    "found_member",
    "invite",
    "is_member",
    "rekey",
    "resign",
    "restore",
    "suspend",
]


def found_member(state: State, member: str, name: str, entity: str) -> None:
    """Enter a founder, who has the vote since roll 0 (MEM-14)."""
    entry = _new_entry(name, entity, member, 0)
    entry["spells"].append([0, 0])
    state.put(f"member/{member}", entry)
    state.add("members")


def _new_entry(name: str, entity: str, recovery: str, height: int) -> Value:
    return {
        "name": name,
        "entity": entity,
        "status": "active",
        "joined": height,
        "left": 0,
        "earlier": [],
        "spells": [],
        "suspensions": [],
        "recovery": recovery,
        "former_keys": [],
        "profile": "",
        "particulars": "",
        "stake": "",
        "capability": "",
    }


def invite(state: State, act: Act) -> None:
    """Carry out a ``member.invite``."""
    body: records.MemberInvite = act.body
    life = int(state.need("coop")["rules"]["invite_ms_max"])
    if state.get(f"invite/{body.token}") is not None:
        raise Refused("MEM-1", why="token used before")
    if not act.time < body.expires <= act.time + life:
        raise Refused("MEM-1", why="expires out of range", invite_ms_max=life)
    state.put(f"invite/{body.token}", {"member": act.member, "expires": body.expires, "used": ""})


def apply(state: State, act: Act) -> None:
    """Carry out a ``member.apply``."""
    body: records.MemberApply = act.body
    check_new_device(state, act.header.device)
    claim = recovery_claim(act.header.coop, body.recovery, act.header.device)
    invited = state.get(f"invite/{body.token}")
    if invited is None or invited["used"] or act.time >= invited["expires"]:
        raise Refused("MEM-1", why="no such invite, or it was used, or it expired")
    if state.need(f"member/{invited['member']}")["status"] != "active":
        raise Refused("MEM-1", why="who invited you is no active member now")
    check_signature(body.token, Tag.SIGN_INVITE, claim, bytes.fromhex(body.token_sig), "MEM-2")
    check_signature(
        body.recovery, Tag.SIGN_RECOVERY, claim, bytes.fromhex(body.recovery_sig), "MEM-2"
    )
    member = _who_joins(state, body.recovery)
    invited["used"] = act.record
    state.put(f"invite/{body.token}", invited)
    state.put(
        f"application/{act.record}",
        {
            "name": body.name,
            "entity": body.entity,
            "member": member,
            "device": act.header.device,
            "sponsor": invited["member"],
            "status": "open",
            "at": act.height,
        },
    )
    state.put(
        f"device/{act.header.device}",
        device_entry(member, body.name, "applying", act.height),
    )


def _who_joins(state: State, recovery: str) -> str:
    """Return the id of whoever applies with a key: a new one's, or a former member's (MEM-3)."""
    rekeyed = state.get(f"rekeyed/{recovery}")
    member = recovery if rekeyed is None else str(rekeyed["member"])
    entry = state.get(f"member/{member}")
    if entry is not None and (is_member(entry) or entry["recovery"] != recovery):
        raise Refused("MEM-3", member=member)
    return member


def is_member(entry: Value) -> bool:
    """Say whether somebody of the register is a member now, suspended or not."""
    return entry["status"] in {"active", "suspended"}


def admit(state: State, application: str, height: int) -> None:
    """Carry out a decision to admit, also one who was a member before.

    Raises:
        Refused: MEM-3 the application isn't open, or its key became another member's; MEM-22
            too few members vouch for it.
    """
    asked = state.get(f"application/{application}")
    if asked is None or asked["status"] != "open":
        raise Refused("MEM-3", application=application)
    member = str(asked["member"])
    entry = state.get(f"member/{member}")
    if entry is None and state.get(f"rekeyed/{member}") is not None:
        raise Refused("MEM-3", member=member)
    wanted = int(state.need("coop")["rules"]["vouches"])
    if count_vouches(state, application) < wanted:
        raise Refused("MEM-22", vouches=wanted)
    if entry is None:
        entry = _new_entry(asked["name"], asked["entity"], member, height)
    else:
        entry["earlier"].append([entry["joined"], entry["left"]])
        entry |= {"name": asked["name"], "entity": asked["entity"], "status": "active"}
        entry |= {"joined": height, "left": 0}
    gain_vote(state, entry)
    state.put(f"member/{member}", entry)
    device = state.need(f"device/{asked['device']}")
    device["status"] = "active"
    state.put(f"device/{asked['device']}", device)
    for key, other in list(state.scan("application/")):
        if other["member"] == member and other["status"] == "open":
            other["status"] = "admitted" if key == application else "declined"
            state.put(f"application/{key}", other)


def expel(state: State, member: str, height: int) -> None:
    """Carry out a decision to expel; raises Refused MEM-8, MEM-10 or MEM-14 if it can't be."""
    _leave(state, member, "expelled", height)


def resign(state: State, act: Act) -> None:
    """Carry out a ``member.resign``."""
    check_mandate(state, act.member, act.header.device, "all", act.time)
    _leave(state, act.member, "resigned", act.height)


def _leave(state: State, member: str, status: str, height: int) -> None:
    entry = _need_member(state, member, "MEM-10")
    end_witness(state, member)
    lose_vote(state, entry)
    if state.get(f"elected/{member}") is not None:
        state.delete(f"elected/{member}")
    end_offices(state, member, height)
    _end_suspension(entry, height)
    entry["status"] = status
    entry["left"] = height
    state.put(f"member/{member}", entry)
    revoke_devices(state, member, height)


def _need_member(state: State, member: str, code: str) -> Value:
    entry = state.get(f"member/{member}")
    if entry is None or not is_member(entry):
        raise Refused(code, member=member)
    return entry


def suspend(state: State, member: str, height: int) -> None:
    """Carry out a decision to suspend; raises Refused MEM-14 or MEM-15 if it can't be."""
    entry = _need_member(state, member, "MEM-15")
    if entry["status"] == "suspended":
        raise Refused("MEM-15", member=member)
    lose_vote(state, entry)
    entry["status"] = "suspended"
    entry["suspensions"].append([height, 0])
    state.put(f"member/{member}", entry)


def restore(state: State, member: str, height: int) -> None:
    """Carry out a decision to end a suspension; raises Refused MEM-15 if there is none."""
    entry = _need_member(state, member, "MEM-15")
    if entry["status"] != "suspended":
        raise Refused("MEM-15", member=member)
    gain_vote(state, entry)
    _end_suspension(entry, height)
    entry["status"] = "active"
    state.put(f"member/{member}", entry)


def check_not_suspended(state: ReadState, member: str) -> None:
    """Raise Refused MEM-15 if a member is suspended."""
    if state.need(f"member/{member}")["status"] == "suspended":
        raise Refused("MEM-15", member=member)


def _end_suspension(entry: Value, height: int) -> None:
    if entry["status"] == "suspended":
        entry["suspensions"][-1][1] = height


def rekey(state: State, member: str, recovery: str, height: int) -> None:
    """Carry out a decision to give a member that lost everything a new recovery key.

    It then enrols a device with that key (MEM-5); all those before are revoked.

    Raises:
        Refused: MEM-8 it is the last witness; MEM-16 it is no member, or the key is taken.
    """
    entry = _need_member(state, member, "MEM-16")
    taken = (f"member/{recovery}", f"rekeyed/{recovery}")
    if any(state.get(key) is not None for key in taken):
        raise Refused("MEM-16", why="that key is or was a member's")
    end_witness(state, member)
    revoke_devices(state, member, height)
    entry["former_keys"].append(entry["recovery"])
    entry["recovery"] = recovery
    state.put(f"member/{member}", entry)
    state.put(f"rekeyed/{recovery}", {"member": member, "at": height})
