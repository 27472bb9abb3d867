"""Vouches for applicants and members, and admissions that need some (MEM-21, MEM-22)."""

from __future__ import annotations

from rochdale_protocol.membership.records import MemberResign, MemberVouch
from rochdale_protocol.membership.rules import admit, restore, suspend
from tests.protocol.coops import device, recovery
from tests.protocol.membership.hall import Hall, member


def for_application(record: str) -> MemberVouch:
    """Return a vouch for an applicant."""
    return MemberVouch(application=record, member=None, text="good neighbours")


def for_member(number: int) -> MemberVouch:
    """Return a vouch for a farm."""
    return MemberVouch(application=None, member=member(number), text="")


def test_an_admission_waits_for_its_vouches() -> None:
    """One vouch fewer than the rules ask for is MEM-22; with the last one it is carried out."""
    hall = Hall(3, vouches=2)
    assert hall.apply(recovery(3), device(3)) == ""
    application = hall.record
    assert hall.act(0, for_application(application)) == ""
    assert hall.decide(admit, application) == "MEM-22"
    assert hall.state.need(f"application/{application}")["status"] == "open"
    assert hall.act(1, for_application(application)) == ""
    assert hall.decide(admit, application) == ""


def test_the_vouch_of_one_who_left_does_not_count() -> None:
    """Vouches count while those who gave them are active members (MEM-22)."""
    hall = Hall(4, vouches=2)
    assert hall.apply(recovery(4), device(4)) == ""
    application = hall.record
    for number in (1, 2):
        assert hall.act(number, for_application(application)) == ""
    assert hall.decide(suspend, member(1)) == ""
    assert hall.decide(admit, application) == "MEM-22"
    assert hall.decide(restore, member(1)) == ""
    assert hall.act(2, MemberResign(reason="")) == ""
    assert hall.decide(admit, application) == "MEM-22"
    assert hall.act(3, for_application(application)) == ""
    assert hall.decide(admit, application) == ""


def test_a_vouch_for_a_member_admits_nobody() -> None:
    """What was said for a member doesn't count for an application of the same rules."""
    hall = Hall(2, vouches=1)
    assert hall.apply(recovery(2), device(2)) == ""
    application = hall.record
    assert hall.act(0, for_member(1)) == ""
    assert hall.decide(admit, application) == "MEM-22"


def test_one_vouches_once_for_somebody_who_is_there() -> None:
    """Twice, for oneself, for nobody, for two at once or for none is MEM-21."""
    hall = Hall(3)
    assert hall.apply(recovery(3), device(3)) == ""
    application = hall.record
    assert hall.act(0, for_application(application)) == ""
    assert hall.act(0, for_application(application)) == "MEM-21"
    assert hall.act(0, for_application("ab" * 32)) == "MEM-21"
    assert hall.act(0, for_member(0)) == "MEM-21"
    assert hall.act(0, for_member(4)) == "MEM-21"
    assert hall.act(0, MemberVouch(application=None, member=None, text="")) == "MEM-21"
    both = MemberVouch(application=application, member=member(1), text="")
    assert hall.act(2, both) == "MEM-21"
    assert hall.decide(admit, application) == ""
    assert hall.act(1, for_application(application)) == "MEM-21"
    assert hall.act(1, MemberResign(reason="")) == ""
    assert hall.act(0, for_member(1)) == "MEM-21"
