"""Who wrote a record, and what a proof claims (PRF-7, PRF-9 to PRF-13).

All values here lie in a certified state, yet whoever made the file may have founded the
co-op as well: nothing may crash on a value that no rule of ours would write.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from ..agreements.records import AgreementDraft, AgreementRevise, AgreementSign
from ..agreements.rules import text_hash
from ..areas import kinds
from ..core.errors import Refused
from ..core.fields import Body, Count, Entity, Id, Name, PublicKey
from ..core.hashes import Tag
from ..core.keys import check_signature, is_valid
from ..core.records import Verified
from ..governance.entry import LIVE
from ..governance.records import AmendmentOffer, MeetingRecord, ProposalAmend, ProposalNew
from ..governance.recount import end_in_words
from ..membership.records import DeviceAdd, DeviceEnrol, MemberApply
from ..membership.rules import recovery_claim
from ..state.state import Value
from .decisions import Held, body_of, people
from .file import Claim, ProofRecord
from .verdict import (
    AgreementProved,
    DecisionProved,
    MemberProved,
    PartyProved,
    Proved,
    RecordProved,
)

__all__ = ["Author", "Evidence", "check_claim", "find_author"]


class _Entry(BaseModel):
    """What is read of a value; later versions of the rules may add to it."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class _Device(_Entry):
    member: PublicKey
    status: str


class _Member(_Entry):
    name: Name
    entity: Entity
    status: str
    joined: Count
    recovery: PublicKey
    former_keys: list[PublicKey]


class _Agreement(_Entry):
    title: Name
    parties: list[PublicKey]
    status: Literal["draft", "in-force"]
    in_force: Count
    force_version: Count


class _Proposal(_Entry):
    number: Count
    title: Name
    text: Id
    author: PublicKey
    status: str
    closed: Count
    effect: dict[str, Any]
    effect_code: str


class _Version(_Entry):
    record: Id
    text_hash: Id


_E = TypeVar("_E", bound=_Entry)


@dataclass(frozen=True, slots=True)
class Author:
    """Whose device signed a record; ``name`` is "" for one who is no member."""

    member: str
    name: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the earlier steps made sure of."""

    claim: Claim
    records: Mapping[str, tuple[Verified, ProofRecord, Author]]
    values: Mapping[str, Value | None]
    coop: str
    log: tuple[tuple[Verified, str], ...]


def find_author(
    record: Verified, place: ProofRecord, values: Mapping[str, Value | None]
) -> tuple[Author, int]:
    """Return whose device signed a record, and how many signatures in its body were checked.

    A device belongs to one member for ever (MEM-4), so the certified state tells it.

    Raises:
        Refused: PRF-7 the file doesn't show it; MEM-2, MEM-4 or MEM-5 a signature inside an
            accepted body is wrong.
    """
    device = _entry(_Device, values, f"device/{record.header.device}", "PRF-7")
    key = f"member/{device.member}"
    if key not in values:
        raise Refused("PRF-7", key=key)
    member = None if values[key] is None else _entry(_Member, values, key, "PRF-7")
    author = Author(device.member, member.name if member else "")
    if place.code or place.body is None:
        return author, 0
    return author, _check_inside(record, place, author.member, member)


def _check_inside(record: Verified, place: ProofRecord, author: str, member: _Member | None) -> int:
    """Check the signatures that an accepted body holds; returns how many."""
    header = record.header
    if header.kind not in (MemberApply.kind, DeviceAdd.kind, DeviceEnrol.kind):
        return 0
    body = _parsed(record, place)
    if isinstance(body, MemberApply):
        claim = recovery_claim(header.coop, body.recovery, header.device)
        token_sig = bytes.fromhex(body.token_sig)
        check_signature(body.token, Tag.SIGN_INVITE, claim, token_sig, "MEM-2")
        recovery_sig = bytes.fromhex(body.recovery_sig)
        check_signature(body.recovery, Tag.SIGN_RECOVERY, claim, recovery_sig, "MEM-2")
        return 2
    if isinstance(body, DeviceAdd):
        claim = recovery_claim(header.coop, author, body.device)
        device_sig = bytes.fromhex(body.device_sig)
        check_signature(body.device, Tag.SIGN_DEVICE, claim, device_sig, "MEM-4")
        return 1
    assert isinstance(body, DeviceEnrol)
    if member is None:
        raise Refused("PRF-7", member=author)
    claim = recovery_claim(header.coop, body.member, header.device)
    recovery_sig = bytes.fromhex(body.recovery_sig)
    for key in member.former_keys:
        if is_valid(bytes.fromhex(key), Tag.SIGN_RECOVERY.value + claim, recovery_sig):
            return 1
    check_signature(member.recovery, Tag.SIGN_RECOVERY, claim, recovery_sig, "MEM-5")
    return 1


def check_claim(evidence: Evidence) -> tuple[Proved, str]:
    """Return what is proved and a line that says so.

    Raises:
        Refused: PRF-9 something that the claim needs is not in the file; PRF-10 to PRF-13.
    """
    check = {
        "record": _record,
        "agreement": _agreement,
        "membership": _membership,
        "decision": _decision,
    }
    return check[evidence.claim.type](evidence)


def _record(evidence: Evidence) -> tuple[Proved, str]:
    record, place, author = _held(evidence, evidence.claim.id)
    header = record.header
    proved = RecordProved(
        record=record.id,
        kind=header.kind,
        device=header.device,
        member=author.member,
        name=author.name,
        at=header.at,
        height=place.height,
        index=place.index,
        code=place.code,
        body=place.body,
    )
    outcome = f"refused with {place.code}" if place.code else "accepted"
    name = author.name or "one who is no member"
    return proved, f"{header.kind} by {name} was {outcome} in minute {place.height}"


def _membership(evidence: Evidence) -> tuple[Proved, str]:
    member = evidence.claim.id
    entry = _entry(_Member, evidence.values, f"member/{member}", "PRF-9")
    if entry.status != "active":
        raise Refused("PRF-13", status=entry.status)
    devices = []
    for key in sorted(key for key in evidence.values if key.startswith("device/")):
        device = _entry(_Device, evidence.values, key, "PRF-9")
        if device.member == member and device.status == "active":
            devices.append(key.removeprefix("device/"))
    proved = MemberProved(
        member=member, name=entry.name, entity=entry.entity, joined=entry.joined, devices=devices
    )
    return proved, f"{entry.name} is a member since minute {entry.joined}"


def _decision(evidence: Evidence) -> tuple[Proved, str]:
    proposal = evidence.claim.id
    entry = _entry(_Proposal, evidence.values, f"proposal/{proposal}", "PRF-9")
    value = evidence.values[f"proposal/{proposal}"]
    assert value is not None
    if entry.status in LIVE:
        raise Refused("PRF-24", status=entry.status)
    meetings = (
        record
        for record, place, _ in evidence.records.values()
        if _stands(record, place, MeetingRecord.kind)
    )
    members = {
        name: evidence.values.get(f"member/{name}") for name in people(entry.author, evidence.log)
    }
    held = Held(evidence.coop, proposal, value, evidence.log, tuple(meetings), members)
    found = held.recount()
    if found.differs:
        raise Refused("PRF-25", differs=found.differs)
    names = {}
    for member in members:
        names[member] = _entry(_Member, evidence.values, f"member/{member}", "PRF-9").name
    proved = DecisionProved(
        proposal=proposal,
        title=entry.title,
        text=_resolution(evidence, entry.text),
        status=entry.status,
        closed=entry.closed,
        effect=entry.effect,
        effect_code=entry.effect_code,
        recount=found.value,
        names=names,
    )
    return proved, f"P-{entry.number} {entry.title!r}: {end_in_words(found.value)}"


def _resolution(evidence: Evidence, name: str) -> str:
    """Return the text that was voted on, from the record that holds it."""
    record = next((record for record, _ in evidence.log if record.id == name), None)
    if record is None:
        record, place, _ = _held(evidence, name)
        if place.code:
            raise Refused("PRF-9", record=name)
    body = body_of(record)
    if not isinstance(body, ProposalNew | ProposalAmend | AmendmentOffer):
        raise Refused("PRF-9", record=name)
    return body.text


def _agreement(evidence: Evidence) -> tuple[Proved, str]:
    name = evidence.claim.id
    entry = _entry(_Agreement, evidence.values, f"agreement/{name}", "PRF-9")
    if entry.status != "in-force":
        raise Refused("PRF-10", status=entry.status)
    number = entry.force_version
    version = _entry(_Version, evidence.values, f"version/{name}/{number:06d}", "PRF-9")
    text = _agreed_text(evidence, entry, version)
    signed: dict[str, PartyProved] = {}
    for record, place, author in evidence.records.values():
        body = _parsed(record, place) if _stands(record, place, AgreementSign.kind) else None
        if isinstance(body, AgreementSign) and (body.agreement, body.version) == (name, number):
            if body.text_hash != version.text_hash:
                raise Refused("PRF-11", member=author.member, text_hash=body.text_hash)
            signed[author.member] = PartyProved(
                member=author.member,
                name=author.name,
                record=record.id,
                height=place.height,
                at=record.header.at,
            )
    missing = [party for party in entry.parties if party not in signed]
    if missing or not entry.parties:
        raise Refused("PRF-11", missing=missing)
    if max(signed[party].height for party in entry.parties) != entry.in_force:
        raise Refused("PRF-10", in_force=entry.in_force)
    proved = AgreementProved(
        agreement=name,
        title=entry.title,
        version=number,
        text=text,
        text_hash=version.text_hash,
        in_force=entry.in_force,
        parties=[signed[party] for party in entry.parties],
    )
    count = len(entry.parties)
    line = f"{entry.title!r}, version {number}, is signed by all {count} parties"
    return proved, f"{line} and in force since minute {entry.in_force}"


def _agreed_text(evidence: Evidence, entry: _Agreement, version: _Version) -> str:
    """Return the text of the version in force, from the record that wrote it."""
    record, place, _ = _held(evidence, version.record)
    if place.code:
        raise Refused("PRF-12", outcome=place.code)
    body = _parsed(record, place)
    if isinstance(body, AgreementDraft):
        of, parties = record.id, sorted(body.parties)
    elif isinstance(body, AgreementRevise):
        of, parties = body.agreement, sorted(entry.parties)
    else:
        raise Refused("PRF-12", kind=record.header.kind)
    if of != evidence.claim.id or parties != sorted(entry.parties):
        raise Refused("PRF-12", agreement=of)
    if text_hash(body.text) != version.text_hash:
        raise Refused("PRF-12", text_hash=version.text_hash)
    return body.text


def _stands(record: Verified, place: ProofRecord, kind: str) -> bool:
    return record.header.kind == kind and not place.code


def _held(evidence: Evidence, record: str) -> tuple[Verified, ProofRecord, Author]:
    held = evidence.records.get(record)
    if held is None:
        raise Refused("PRF-9", record=record)
    return held


def _parsed(record: Verified, place: ProofRecord) -> Body:
    """Return the body of a record; raises Refused PRF-9, REC-7 or REC-8."""
    kind = kinds().get(record.header.kind)
    if kind is None:
        raise Refused("REC-7", kind=record.header.kind)
    if place.body is None:
        raise Refused("PRF-9", record=record.id)
    try:
        return kind.body.model_validate(place.body)
    except ValidationError as error:
        raise Refused("REC-8", kind=record.header.kind, why=error.title) from None


def _entry(model: type[_E], values: Mapping[str, Value | None], key: str, code: str) -> _E:
    """Return a value of the state; raises Refused with ``code`` if it isn't there."""
    try:
        return model.model_validate(values.get(key))
    except ValidationError:
        raise Refused(code, key=key) from None
