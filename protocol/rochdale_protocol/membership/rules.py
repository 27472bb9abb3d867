"""What membership records do, and why they may be refused (``specs/06-membership.md``).

MEM-1  An invite of an active member is good once, until it expires, at most
       ``invite_ms_max`` ahead.
MEM-2  An application proves that it holds the invite's secret and its recovery key.
MEM-3  The id of a member is its first recovery key; who is a member doesn't apply, and who
       was one applies with the key that it had.
MEM-4  A device belongs to one member for ever; adding one needs its own signature.
MEM-5  A recovery key enrols a device.
MEM-6  A member revokes its own devices, and not the one it signs with.
MEM-7  A witness is an active device of a member; one member, one witness.
MEM-8  The last witness is never removed by revocation or resignation.
MEM-9  Only the member that wrote a record can have its body erased, where its kind allows.
MEM-10 Only members act; an applicant waits. Leaving ends all that a member held.
MEM-11 The book notes once a day, and once in so many minutes, that a witness attests.
MEM-12 Who attested nothing for so long goes dormant by rule, and comes back with MEM-7.
MEM-13 Two contradictory votes are put on record once for each device; nothing follows by rule.
MEM-14 A roll steps with every vote gained or lost, and freezes an electorate; the last vote
       isn't lost.
MEM-15 A suspended member has no vote and does little, but attests on.
MEM-16 A member that lost everything gets a new recovery key, by decision.
MEM-17 An office is held for a term, while its holder is active.
MEM-18 Where the rules say so, those attest whom the members elect.
MEM-19 A mandate is of a device's holder, a named person, and may have an end.
MEM-20 A device with mandates acts for its member only within those that run.
MEM-21 An active member vouches once for an applicant or another member.
MEM-22 An admission needs as many vouches as the rules say.
MEM-23 Papers of a member are its own statements; no rule reads them.
"""

from __future__ import annotations

from ..core.errors import Refused
from ..core.registry import Act, Area, Kind, Rule
from ..state.state import State
from . import queries, records
from .devices import add_device, device_entry, enrol_device, recovery_claim, revoke_device
from .mandates import end_mandate, give_mandate, name_person, within
from .offices import appoint, resign_office, vacate
from .register import (
    admit,
    apply,
    check_not_suspended,
    expel,
    found_member,
    invite,
    rekey,
    resign,
    restore,
    suspend,
)
from .vouches import vouch
from .witnesses import (
    drop_witness,
    elect_witnesses,
    may_attest,
    note_attested,
    put_witness,
    ready,
    retire_dormant,
    witness_evidence,
)

__all__ = [
    "AREA",
    "admit",
    "appoint",
    "check_not_suspended",
    "device_entry",
    "drop_witness",
    "elect_witnesses",
    "expel",
    "found_member",
    "may_attest",
    "note_attested",
    "put_witness",
    "recovery_claim",
    "rekey",
    "restore",
    "retire_dormant",
    "suspend",
    "vacate",
]


def paper(name: str) -> Rule:
    """Return the rule of a kind whose newest record the member's entry names (MEM-23)."""

    def rule(state: State, act: Act) -> None:
        entry = state.need(f"member/{act.member}")
        entry[name] = act.record
        state.put(f"member/{act.member}", entry)

    return rule


def address(state: State, act: Act) -> None:
    """Carry out a ``member.address``."""
    body: records.MemberAddress = act.body
    state.put(f"address/{act.header.device}", {"addresses": list(body.addresses)})


def erase(state: State, act: Act) -> None:
    """Carry out a ``member.erase``."""
    body: records.Erase = act.body
    owner = state.get(f"erasable/{body.record}")
    if owner is None or owner["member"] != act.member:
        raise Refused("MEM-9", record=body.record)
    state.delete(f"erasable/{body.record}")
    state.put(f"erased/{body.record}", {"height": act.height})


AREA = Area(
    name="membership",
    kinds=(
        Kind(records.MemberInvite, invite),
        Kind(records.MemberApply, apply, opens=True),
        Kind(records.MemberProfile, paper("profile"), erasable=True, suspended=True),
        Kind(records.MemberParticulars, paper("particulars"), erasable=True, suspended=True),
        Kind(records.MemberStake, paper("stake"), erasable=True, suspended=True),
        Kind(records.MemberCapability, paper("capability"), erasable=True, suspended=True),
        Kind(records.MemberAddress, address, suspended=True),
        Kind(records.MemberVouch, vouch),
        Kind(records.MemberResign, resign, suspended=True),
        Kind(records.Erase, erase, suspended=True),
        Kind(records.MandatePerson, name_person, erasable=True, suspended=True),
        Kind(records.MandateGive, give_mandate, suspended=True),
        Kind(records.MandateEnd, end_mandate, suspended=True),
        Kind(records.OfficeResign, within("all", resign_office), suspended=True),
        Kind(records.DeviceAdd, add_device, suspended=True),
        Kind(records.DeviceEnrol, enrol_device, opens=True),
        Kind(records.DeviceRevoke, revoke_device, suspended=True),
        Kind(records.WitnessReady, ready, suspended=True),
        Kind(records.WitnessEvidence, witness_evidence, suspended=True),
    ),
    queries=(
        queries.members,
        queries.applications,
        queries.register,
        queries.mandates,
        queries.offices,
        queries.vouches,
        queries.capabilities,
    ),
)
