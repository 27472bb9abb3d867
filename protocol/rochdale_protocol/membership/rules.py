"""What membership records do, and why they may be refused (``specs/06-membership.md``).

MEM-1  An invite is good once, until it expires, at most ``invite_ms_max`` ahead.
MEM-2  An application proves that it holds the invite's secret and its recovery key.
MEM-3  The id of a member is its first recovery key; nobody joins twice with one key.
MEM-4  A device belongs to one member for ever; adding one needs its own signature.
MEM-5  A recovery key enrols a device.
MEM-6  A member revokes its own devices, and not the one it signs with.
MEM-7  A witness is an active device of a member; one member, one witness.
MEM-8  The last witness is never removed by revocation or resignation.
MEM-9  Only the member that wrote a record can have its body erased, where its kind allows.
MEM-10 Only active members act; an applicant waits.
MEM-11  The book notes once a day, and once in so many minutes, that a witness attests.
MEM-12  Who attested nothing for so long goes dormant by rule, and comes back with MEM-7.
MEM-13  Two contradictory votes are put on record once for each device; nothing follows by rule.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..core.errors import Refused
from ..core.hashes import Tag
from ..core.keys import check_signature
from ..core.limits import DAY_MS
from ..core.registry import Act, Area, Kind
from ..core.ruleset import Rules
from ..minutes.evidence import check_evidence
from ..state.state import State
from . import queries, records

__all__ = [
    "AREA",
    "admit",
    "device_entry",
    "drop_witness",
    "expel",
    "member_entry",
    "note_attested",
    "put_witness",
    "recovery_claim",
    "retire_dormant",
]


def device_entry(member: str, label: str, status: str, height: int) -> dict[str, object]:
    """Return the state of a device that has signed nothing yet."""
    return {
        "member": member,
        "label": label,
        "status": status,
        "seq": 0,
        "tip": "",
        "since": height,
    }


def member_entry(name: str, entity: str, recovery: str, height: int) -> dict[str, object]:
    """Return the state of a new member."""
    return {
        "name": name,
        "entity": entity,
        "status": "active",
        "joined": height,
        "left": 0,
        "recovery": recovery,
        "profile": "",
    }


def recovery_claim(coop: str, member: str, device: str) -> bytes:
    """Return what a recovery key signs to vouch for a device (MEM-2, MEM-5)."""
    return bytes.fromhex(coop) + bytes.fromhex(member) + bytes.fromhex(device)


def invite(state: State, act: Act) -> None:
    body: records.MemberInvite = act.body
    rules = Rules.model_validate(state.need("coop")["rules"])
    if state.get(f"invite/{body.token}") is not None:
        raise Refused("MEM-1", why="token used before")
    if not act.time < body.expires <= act.time + rules.invite_ms_max:
        raise Refused("MEM-1", why="expires out of range", invite_ms_max=rules.invite_ms_max)
    state.put(f"invite/{body.token}", {"member": act.member, "expires": body.expires, "used": ""})


def apply(state: State, act: Act) -> None:
    body: records.MemberApply = act.body
    _check_new_device(state, act.header.device)
    claim = recovery_claim(act.header.coop, body.recovery, act.header.device)
    invited = state.get(f"invite/{body.token}")
    if invited is None or invited["used"] or act.time >= invited["expires"]:
        raise Refused("MEM-1", why="no such invite, or it was used, or it expired")
    check_signature(body.token, Tag.SIGN_INVITE, claim, bytes.fromhex(body.token_sig), "MEM-2")
    check_signature(
        body.recovery, Tag.SIGN_RECOVERY, claim, bytes.fromhex(body.recovery_sig), "MEM-2"
    )
    if state.get(f"member/{body.recovery}") is not None:
        raise Refused("MEM-3", member=body.recovery)
    invited["used"] = act.record
    state.put(f"invite/{body.token}", invited)
    state.put(
        f"application/{act.record}",
        {
            "name": body.name,
            "entity": body.entity,
            "member": body.recovery,
            "device": act.header.device,
            "sponsor": invited["member"],
            "status": "open",
            "at": act.height,
        },
    )
    state.put(
        f"device/{act.header.device}",
        device_entry(body.recovery, body.name, "applying", act.height),
    )


def admit(state: State, application: str, height: int) -> None:
    """Carry out a decision to admit; raises Refused MEM-3 if it has become impossible."""
    entry = state.get(f"application/{application}")
    if entry is None or entry["status"] != "open":
        raise Refused("MEM-3", application=application)
    if state.get(f"member/{entry['member']}") is not None:
        raise Refused("MEM-3", member=entry["member"])
    entry["status"] = "admitted"
    state.put(f"application/{application}", entry)
    state.put(
        f"member/{entry['member']}",
        member_entry(entry["name"], entry["entity"], entry["member"], height),
    )
    state.add("members")
    device = state.need(f"device/{entry['device']}")
    device["status"] = "active"
    state.put(f"device/{entry['device']}", device)


def expel(state: State, member: str, height: int) -> None:
    """Carry out a decision to expel; raises Refused MEM-8 or MEM-10 if it can't be."""
    _leave(state, member, "expelled", height)


def resign(state: State, act: Act) -> None:
    _leave(state, act.member, "resigned", act.height)


def _leave(state: State, member: str, status: str, height: int) -> None:
    entry = state.get(f"member/{member}")
    if entry is None or entry["status"] != "active":
        raise Refused("MEM-10", member=member)
    drop_witness(state, member, "MEM-8")
    wake_dormant(state, member)
    entry["status"] = status
    entry["left"] = height
    state.put(f"member/{member}", entry)
    state.add("members", -1)
    owned = [(key, value) for key, value in state.scan("device/") if value["member"] == member]
    for key, value in owned:
        value["status"] = "revoked"
        state.put(f"device/{key}", value)


def drop_witness(state: State, member: str, code: str) -> None:
    """Take the member off the roster; raises Refused with ``code`` if it is the last one."""
    if state.get(f"witness/{member}") is None:
        return
    if state.count("witnesses") == 1:
        raise Refused(code, why="the book would have no witness left")
    state.delete(f"witness/{member}")
    state.delete(f"attested/{member}")
    state.add("witnesses", -1)


def profile(state: State, act: Act) -> None:
    entry = state.need(f"member/{act.member}")
    entry["profile"] = act.record
    state.put(f"member/{act.member}", entry)


def address(state: State, act: Act) -> None:
    body: records.MemberAddress = act.body
    state.put(f"address/{act.header.device}", {"addresses": list(body.addresses)})


def erase(state: State, act: Act) -> None:
    body: records.Erase = act.body
    owner = state.get(f"erasable/{body.record}")
    if owner is None or owner["member"] != act.member:
        raise Refused("MEM-9", record=body.record)
    state.delete(f"erasable/{body.record}")
    state.put(f"erased/{body.record}", {"height": act.height})


def _check_new_device(state: State, device: str) -> None:
    if state.get(f"device/{device}") is not None:
        raise Refused("MEM-4", device=device)


def add_device(state: State, act: Act) -> None:
    body: records.DeviceAdd = act.body
    _check_new_device(state, body.device)
    claim = recovery_claim(act.header.coop, act.member, body.device)
    check_signature(body.device, Tag.SIGN_DEVICE, claim, bytes.fromhex(body.device_sig), "MEM-4")
    state.put(f"device/{body.device}", device_entry(act.member, body.label, "active", act.height))


def enrol_device(state: State, act: Act) -> None:
    body: records.DeviceEnrol = act.body
    _check_new_device(state, act.header.device)
    entry = state.get(f"member/{body.member}")
    if entry is None or entry["status"] != "active":
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
    body: records.DeviceRevoke = act.body
    entry = state.get(f"device/{body.device}")
    if entry is None or entry["member"] != act.member or entry["status"] == "revoked":
        raise Refused("MEM-6", device=body.device)
    if body.device == act.header.device:
        raise Refused("MEM-6", why="a device can't revoke itself")
    witness = state.get(f"witness/{act.member}")
    if witness is not None and witness["device"] == body.device:
        drop_witness(state, act.member, "MEM-8")
    entry["status"] = "revoked"
    state.put(f"device/{body.device}", entry)


def ready(state: State, act: Act) -> None:
    witness = state.get(f"witness/{act.member}")
    if witness is not None and witness["device"] == act.header.device:
        raise Refused("MEM-7", why="already a witness")
    if witness is None:
        state.add("witnesses")
    wake_dormant(state, act.member)
    put_witness(state, act.member, act.header.device, act.height, act.time)


def wake_dormant(state: State, member: str) -> None:
    """Forget that a member's witness was dormant, if it was."""
    if state.get(f"dormant/{member}") is not None:
        state.delete(f"dormant/{member}")


def put_witness(state: State, member: str, device: str, height: int, time: int) -> None:
    """Let a device attest for its member from the next height on."""
    state.put(f"witness/{member}", {"device": device, "since": height})
    state.put(f"attested/{member}", {"height": height, "day": time // DAY_MS})


def note_attested(
    state: State, attested: Iterable[tuple[str, str]], height: int, time: int
) -> None:
    """Note who attested the minute before (MEM-11).

    Args:
        attested: members with the devices that signed.
        height, time: of the minute that is carried out.
    """
    minutes = int(state.need("coop")["rules"]["dormant_minutes"])
    for member, device in attested:
        witness = state.get(f"witness/{member}")
        if witness is None or witness["device"] != device:
            continue
        noted = state.need(f"attested/{member}")
        if noted["day"] < time // DAY_MS or noted["height"] + minutes <= height:
            state.put(f"attested/{member}", {"height": height, "day": time // DAY_MS})


def retire_dormant(state: State, height: int, time: int) -> None:
    """Take those off the roster who were away for too long (MEM-12)."""
    rules = Rules.model_validate(state.need("coop")["rules"])
    away = []
    for member, witness in state.scan("witness/"):
        noted = state.need(f"attested/{member}")
        missed = noted["height"] + 2 * rules.dormant_minutes <= height
        if missed and noted["day"] + rules.dormant_days < time // DAY_MS:
            away.append((member, str(witness["device"])))
    count = state.count("witnesses")
    for member, device in away[: count - (2 * count // 3 + 1)]:
        drop_witness(state, member, "MEM-8")
        state.put(f"dormant/{member}", {"device": device, "since": height})


def witness_evidence(state: State, act: Act) -> None:
    body: records.WitnessEvidence = act.body
    votes = (bytes.fromhex(body.first), bytes.fromhex(body.second))
    first, _ = check_evidence(act.header.coop, body.height, body.prev, body.roster, votes)
    device = state.get(f"device/{first.device}")
    if device is None:
        raise Refused("MEM-13", why="the book doesn't know the device", device=first.device)
    if state.get(f"evidence/vote/{first.device}") is not None:
        raise Refused("MEM-13", why="on record already", device=first.device)
    state.put(
        f"evidence/vote/{first.device}",
        {"record": act.record, "height": body.height, "at": act.height},
    )


AREA = Area(
    name="membership",
    kinds=(
        Kind(records.MemberInvite, invite),
        Kind(records.MemberApply, apply, opens=True),
        Kind(records.MemberProfile, profile, erasable=True),
        Kind(records.MemberAddress, address),
        Kind(records.MemberResign, resign),
        Kind(records.Erase, erase),
        Kind(records.DeviceAdd, add_device),
        Kind(records.DeviceEnrol, enrol_device, opens=True),
        Kind(records.DeviceRevoke, revoke_device),
        Kind(records.WitnessReady, ready),
        Kind(records.WitnessEvidence, witness_evidence),
    ),
    queries=(queries.members, queries.applications),
)
