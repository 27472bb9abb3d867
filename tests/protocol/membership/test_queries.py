"""What can be asked about members: the register, offices, mandates, vouches, capabilities."""

from __future__ import annotations

import pytest

from rochdale_protocol.core.fields import Body
from rochdale_protocol.core.keys import SeedSigner
from rochdale_protocol.membership.queries import (
    capabilities,
    mandates,
    members,
    offices,
    register,
    vouches,
)
from rochdale_protocol.membership.records import (
    Capability,
    Erase,
    Holding,
    MandateEnd,
    MandateGive,
    MandatePerson,
    MemberCapability,
    MemberParticulars,
    MemberProfile,
    MemberResign,
    MemberStake,
    MemberVouch,
)
from rochdale_protocol.membership.rules import appoint, suspend, vacate
from tests.protocol.coops import device, recovery
from tests.protocol.membership.hall import SALT, Hall, member

SPARE = SeedSigner(bytes([180]) * 32)
ADDRESS = MemberParticulars(name="Moor Farm Ltd", address="1 Lane", member_class="A", salt=SALT)
WORK = Capability(name="joinery", quantity="40", unit="hour a week")


def test_the_register_keeps_each_stay_with_its_dates() -> None:
    """One who left and came back has both stays; a former member stays in the register."""
    hall = Hall(2)
    assert hall.join(2) == ""
    joined = hall.height
    assert hall.act(2, MemberResign(reason="")) == ""
    left = hall.height
    former = register(hall)[2]
    assert (former.member, former.status) == (member(2), "resigned")
    assert hall.join(2, SPARE) == ""
    stays = register(hall)[2].stays
    assert [(stay.joined, stay.left) for stay in stays] == [(joined, left), (hall.height, 0)]
    assert stays[0].entered == hall.time(joined)
    assert stays[0].ceased == hall.time(left)
    assert (stays[1].entered, stays[1].ceased) == (hall.now, 0)
    assert [row.stays[0].joined for row in register(hall)] == [0, 0, joined]


def test_the_register_says_what_the_member_stated() -> None:
    """The newest particulars and holdings stand there, and no longer once they are erased."""
    hall = Hall(1)
    (row,) = register(hall)
    assert (row.name, row.particulars, row.holdings) == ("Farm 0", "none", [])
    share = Holding(type="share", amount="250", currency="GBP")
    assert hall.act(0, MemberStake(holdings=[share], salt=SALT)) == ""
    assert hall.act(0, ADDRESS) == ""
    (row,) = register(hall)
    assert (row.name, row.address, row.member_class) == ("Moor Farm Ltd", "1 Lane", "A")
    assert (row.particulars, row.holdings) == ("given", [share])
    assert hall.act(0, Erase(record=hall.record)) == ""
    (row,) = register(hall)
    assert (row.name, row.address, row.particulars) == ("Farm 0", "", "erased")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (MemberProfile(contact="", about="", salt=SALT), "profile"),
        (ADDRESS, "particulars"),
        (MemberStake(holdings=[], salt=SALT), "stake"),
        (MemberCapability(capabilities=[WORK], salt=SALT), "capability"),
    ],
)
def test_a_paper_is_named_by_its_members_entry(body: Body, field: str) -> None:
    """Each paper sets one field of the author's entry and changes nothing else of it (MEM-23)."""
    hall = Hall(2)
    before = hall.entry(0)
    assert hall.act(0, body) == ""
    assert hall.entry(0) == before | {field: hall.record}
    assert hall.state.get(f"erasable/{hall.record}") == {"member": member(0)}


def test_a_suspended_member_is_in_the_register() -> None:
    """Its status says so, and it offers nothing meanwhile."""
    hall = Hall(2)
    assert hall.act(1, MemberCapability(capabilities=[WORK], salt=SALT)) == ""
    assert [view.member for view in capabilities(hall)] == [member(1)]
    assert hall.decide(suspend, member(1)) == ""
    assert {view.status for view in members(hall)} == {"active", "suspended"}
    assert capabilities(hall) == []


def test_offices_show_who_holds_them_first() -> None:
    """Of one office, who holds it comes before who held it."""
    hall = Hall(3)
    for number in (1, 2):
        assert hall.decide(appoint, "chair", member(number), 0) == ""
    assert hall.decide(vacate, "chair", member(1)) == ""
    assert [(view.name, view.ended) for view in offices(hall)] == [
        ("Farm 2", 0),
        ("Farm 1", hall.height),
    ]


def test_mandates_name_the_person_until_it_is_erased() -> None:
    """Person and role are read from the erasable record, the mandate stays without them."""
    hall = Hall(1)
    assert hall.act(0, MandatePerson(name="Ann", role="director", salt=SALT)) == ""
    person = hall.record
    give = MandateGive(device=device(0).public, scope="all", until=0, person=person)
    assert hall.act(0, give) == ""
    (view,) = mandates(hall)
    assert (view.person, view.role, view.scope, view.ended) == ("Ann", "director", "all", 0)
    assert hall.act(0, Erase(record=person)) == ""
    assert hall.act(0, MandateEnd(device=device(0).public, scope="all")) == ""
    (view,) = mandates(hall)
    assert (view.person, view.role, view.ended) == ("", "", hall.height)


def test_vouches_are_listed_newest_first() -> None:
    """A vouch names both sides, whether it is for an applicant or a member."""
    hall = Hall(2)
    assert hall.apply(recovery(2), device(2)) == ""
    application = hall.record
    assert hall.act(0, MemberVouch(application=None, member=member(1), text="fair")) == ""
    assert hall.act(1, MemberVouch(application=application, member=None, text="")) == ""
    assert [(view.name, view.subject_name, view.text) for view in vouches(hall)] == [
        ("Farm 1", "A Farm", ""),
        ("Farm 0", "Farm 1", "fair"),
    ]
