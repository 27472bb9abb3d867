"""Mandates: who speaks for a member, by which device and how long (MEM-19, MEM-20)."""

from __future__ import annotations

import pytest

from rochdale_protocol.core.errors import Refused
from rochdale_protocol.core.fields import Body
from rochdale_protocol.core.hashes import Tag
from rochdale_protocol.core.keys import SeedSigner
from rochdale_protocol.membership.mandates import check_mandate
from rochdale_protocol.membership.records import (
    DeviceAdd,
    DeviceRevoke,
    MandateEnd,
    MandateGive,
    MandatePerson,
    MandateScope,
    MemberProfile,
    MemberResign,
    MemberVouch,
)
from rochdale_protocol.membership.rules import recovery_claim
from tests.protocol.coops import device, recovery
from tests.protocol.membership.hall import SALT, Hall, member

SPARE = SeedSigner(bytes([180]) * 32)
OTHER = SeedSigner(bytes([181]) * 32)
FAR = 1_000_000
ANN = MandatePerson(name="Ann Archer", role="director", salt=SALT)


def give(
    hall: Hall,
    key: SeedSigner,
    scope: MandateScope = "all",
    until: int = 0,
    *,
    by: int | SeedSigner = 0,
    person: str = "",
) -> str:
    """Let a device name Ann and give a mandate for a device; returns the code or ""."""
    if not person:
        assert hall.act(by, ANN) == ""
        person = hall.record
    body = MandateGive(device=key.public, scope=scope, until=until, person=person)
    return hall.act(by, body)


def speaks(hall: Hall, scope: MandateScope, *, at: int = 0, key: SeedSigner | None = None) -> bool:
    """Say whether a device of farm 0 may do that for it."""
    try:
        check_mandate(hall.state, member(0), (key or device(0)).public, scope, at or hall.now)
    except Refused as error:
        return error.code != "MEM-20"
    return True


def added(hall: Hall, new: SeedSigner) -> DeviceAdd:
    """Return what adds a device to farm 0."""
    claim = recovery_claim(hall.coop, member(0), new.public)
    signature = new.sign(Tag.SIGN_DEVICE, claim).hex()
    return DeviceAdd(device=new.public, label="laptop", device_sig=signature)


def test_a_device_without_mandates_does_everything() -> None:
    """A small firm needs no mandate: who holds its device speaks for it (MEM-20)."""
    hall = Hall(2)
    for scope in ("all", "vote", "sign"):
        assert speaks(hall, scope)


@pytest.mark.parametrize(
    ("scope", "may"),
    [("all", ["all", "vote", "sign"]), ("vote", ["vote"]), ("sign", ["sign"])],
)
def test_a_device_with_a_mandate_does_what_it_says(scope: MandateScope, may: list[str]) -> None:
    """A mandate for everything covers all, one for votes or signatures that alone (MEM-20)."""
    hall = Hall(2)
    assert give(hall, device(0), scope) == ""
    assert [each for each in ("all", "vote", "sign") if speaks(hall, each)] == may


def test_a_mandate_ends_at_its_end() -> None:
    """At the end that it names, and not before, the device speaks no more: the end has teeth."""
    hall = Hall(2)
    until = hall.now + FAR
    assert give(hall, device(0), "all", until) == ""
    assert speaks(hall, "vote", at=until - 1)
    assert not speaks(hall, "vote", at=until)
    assert not speaks(hall, "all", at=until)


def test_two_mandates_add_up() -> None:
    """A device with one mandate for votes and one for signatures does both, and no more."""
    hall = Hall(2)
    assert hall.act(0, added(hall, SPARE)) == ""
    assert give(hall, SPARE, "vote", hall.now + FAR) == ""
    assert give(hall, SPARE, "sign") == ""
    may = [each for each in ("all", "vote", "sign") if speaks(hall, each, key=SPARE)]
    assert may == ["vote", "sign"]
    assert speaks(hall, "all")


def test_a_mandate_is_ended_once() -> None:
    """Ending what is not given, or ended, is MEM-19; the device doesn't get its freedom back."""
    hall = Hall(2)
    assert hall.act(0, added(hall, SPARE)) == ""
    end = MandateEnd(device=SPARE.public, scope="vote")
    assert hall.act(0, end) == "MEM-19"
    assert give(hall, SPARE, "vote") == ""
    assert hall.act(1, end) == "MEM-19"
    assert hall.act(0, end) == ""
    assert not speaks(hall, "vote", key=SPARE)
    assert hall.act(0, end) == "MEM-19"
    assert give(hall, SPARE, "vote") == ""
    assert speaks(hall, "vote", key=SPARE)


def test_a_mandate_is_for_a_device_and_a_person_of_the_member() -> None:
    """Another's device or person, a revoked device, none, or an end in the past is MEM-19."""
    hall = Hall(2)
    assert hall.act(1, ANN) == ""
    theirs = hall.record
    assert hall.act(0, MemberProfile(contact="", about="", salt=SALT)) == ""
    profile = hall.record
    assert hall.act(0, added(hall, SPARE)) == ""
    assert hall.act(0, DeviceRevoke(device=SPARE.public, reason="")) == ""
    assert give(hall, device(1)) == "MEM-19"
    assert give(hall, OTHER) == "MEM-19"
    assert give(hall, SPARE) == "MEM-19"
    assert give(hall, device(0), person=theirs) == "MEM-19"
    assert give(hall, device(0), person=profile) == "MEM-19"
    assert give(hall, device(0), until=1) == "MEM-19"
    assert give(hall, device(0), until=hall.now + FAR) == ""


def test_only_who_may_do_everything_changes_who_speaks() -> None:
    """A device with a mandate for votes alone votes and vouches, and leaves the rest: MEM-20."""
    hall = Hall(3)
    assert hall.act(0, added(hall, SPARE)) == ""
    assert hall.act(0, ANN) == ""
    person = hall.record
    assert give(hall, SPARE, "vote") == ""
    refused: list[Body] = [
        MandateGive(device=SPARE.public, scope="all", until=0, person=person),
        MandateEnd(device=SPARE.public, scope="vote"),
        added(hall, OTHER),
        DeviceRevoke(device=device(0).public, reason=""),
        MemberResign(reason=""),
    ]
    for body in refused:
        assert hall.act(SPARE, body) == "MEM-20"
    assert hall.act(SPARE, MemberVouch(application=None, member=member(1), text="")) == ""
    assert hall.act(SPARE, MemberProfile(contact="", about="", salt=SALT)) == ""


def test_who_may_only_sign_does_not_vouch() -> None:
    """A vouch is given in the member's name like a vote: MEM-20."""
    hall = Hall(2)
    assert give(hall, device(0), "sign") == ""
    assert hall.act(0, MemberVouch(application=None, member=member(1), text="")) == "MEM-20"


def test_the_recovery_key_helps_a_member_that_locked_itself_out() -> None:
    """A device that the recovery key enrols has no mandate, and so speaks for the member."""
    hall = Hall(2)
    assert give(hall, device(0), "vote", hall.now + FAR) == ""
    assert hall.act(0, MemberResign(reason="")) == "MEM-20"
    assert hall.enrol(0, recovery(0), SPARE) == ""
    assert hall.act(SPARE, DeviceRevoke(device=device(0).public, reason="")) == ""
