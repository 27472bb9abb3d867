"""Offices: appointed, held for a term, ended (MEM-17)."""

from __future__ import annotations

from rochdale_protocol.membership.offices import holds_office
from rochdale_protocol.membership.records import MemberResign, OfficeResign
from rochdale_protocol.membership.rules import appoint, suspend, vacate
from tests.protocol.membership.hall import Hall, member


def test_an_office_is_held_until_its_term_ends() -> None:
    """The last millisecond of a term counts, its end does not; 0 has no end (MEM-17)."""
    hall = Hall(2)
    assert hall.decide(appoint, "treasurer", member(1), 5_000) == ""
    assert hall.decide(appoint, "secretary", member(1), 0) == ""
    assert holds_office(hall.state, "treasurer", member(1), 4_999)
    assert not holds_office(hall.state, "treasurer", member(1), 5_000)
    assert holds_office(hall.state, "secretary", member(1), 2**53 - 1)
    assert not holds_office(hall.state, "secretary", member(0), 0)
    assert not holds_office(hall.state, "chair", member(1), 0)


def test_only_an_active_member_is_appointed() -> None:
    """Who is suspended, left or never was a member is MEM-17."""
    hall = Hall(3)
    assert hall.decide(suspend, member(1)) == ""
    assert hall.act(2, MemberResign(reason="")) == ""
    for subject in (member(1), member(2), "ab" * 32):
        assert hall.decide(appoint, "secretary", subject, 0) == "MEM-17"


def test_an_office_ends_by_decision_or_by_its_holder() -> None:
    """Ending what isn't held, or has ended, is MEM-17; a new term begins anew."""
    hall = Hall(2)
    assert hall.act(1, OfficeResign(office="secretary")) == "MEM-17"
    assert hall.decide(vacate, "secretary", member(1)) == "MEM-17"
    assert hall.decide(appoint, "secretary", member(1), 0) == ""
    assert hall.act(0, OfficeResign(office="secretary")) == "MEM-17"
    assert hall.act(1, OfficeResign(office="secretary")) == ""
    assert not holds_office(hall.state, "secretary", member(1), 0)
    assert hall.decide(vacate, "secretary", member(1)) == "MEM-17"
    assert hall.decide(appoint, "secretary", member(1), 0) == ""
    assert hall.decide(vacate, "secretary", member(1)) == ""
    assert hall.state.need(f"office/secretary/{member(1)}") == {
        "since": hall.height - 1,
        "until": 0,
        "ended": hall.height,
    }
