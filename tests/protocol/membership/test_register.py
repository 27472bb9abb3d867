"""The register: who comes, goes, comes back, is suspended or gets new keys."""

from __future__ import annotations

import pytest

from rochdale_protocol.areas import kinds
from rochdale_protocol.core.fields import Body
from rochdale_protocol.core.keys import SeedSigner
from rochdale_protocol.disputes.records import DisputeStatement
from rochdale_protocol.membership.offices import holds_office
from rochdale_protocol.membership.records import (
    DeviceRevoke,
    MandatePerson,
    MemberAddress,
    MemberCapability,
    MemberInvite,
    MemberParticulars,
    MemberProfile,
    MemberResign,
    MemberStake,
    MemberVouch,
    OfficeResign,
    WitnessReady,
)
from rochdale_protocol.membership.rules import (
    admit,
    appoint,
    elect_witnesses,
    expel,
    rekey,
    restore,
    suspend,
)
from tests.protocol.coops import device, recovery
from tests.protocol.membership.hall import SALT, Hall, member

SPARE = SeedSigner(bytes([180]) * 32)
OTHER = SeedSigner(bytes([181]) * 32)
NEW_KEY = SeedSigner(bytes([182]) * 32)

RESIGN = MemberResign(reason="")


def test_who_left_comes_back_with_the_same_key() -> None:
    """A former member applies and is admitted again; both stays are on record (MEM-3)."""
    hall = Hall(3)
    assert hall.act(2, RESIGN) == ""
    left = hall.height
    assert hall.join(2, SPARE) == ""
    entry = hall.entry(2)
    assert entry["status"] == "active"
    assert entry["earlier"] == [[0, left]]
    assert (entry["joined"], entry["left"]) == (hall.height, 0)
    assert hall.state.count("members") == 3
    assert hall.act(SPARE, WitnessReady()) == ""
    assert hall.act(2, MemberAddress(addresses=[])) == "CHN-2"


def test_who_was_expelled_may_ask_again() -> None:
    """An expelled member applies like everyone else: the members decide (MEM-3)."""
    hall = Hall(3)
    assert hall.decide(expel, member(2)) == ""
    assert hall.apply(recovery(2), SPARE) == ""
    assert hall.state.need(f"application/{hall.record}")["member"] == member(2)


def test_a_member_does_not_apply() -> None:
    """Who is a member, suspended or not, can't apply with the same key: MEM-3."""
    hall = Hall(3)
    assert hall.apply(recovery(2), SPARE) == "MEM-3"
    assert hall.decide(suspend, member(2)) == ""
    assert hall.apply(recovery(2), SPARE) == "MEM-3"


def test_of_two_applications_one_is_admitted() -> None:
    """Admitting one application declines the other of the same key: none waits for later."""
    hall = Hall(3)
    assert hall.apply(recovery(3), SPARE) == ""
    first = hall.record
    assert hall.apply(recovery(3), OTHER) == ""
    second = hall.record
    assert hall.decide(admit, second) == ""
    assert hall.state.need(f"application/{first}")["status"] == "declined"
    assert hall.act(OTHER, RESIGN) == ""
    assert hall.decide(admit, first) == "MEM-3"


def test_admission_is_impossible_twice() -> None:
    """An application that isn't there, or was admitted, is MEM-3 and changes nothing."""
    hall = Hall(2)
    assert hall.decide(admit, "ab" * 32) == "MEM-3"
    assert hall.join(2) == ""
    assert hall.decide(admit, hall.record) == "MEM-3"
    assert hall.state.count("members") == 3


@pytest.mark.parametrize("leaves", ["resigned", "expelled", "suspended"])
def test_an_invite_needs_its_member(leaves: str) -> None:
    """Who was invited by one that is no active member now can't apply: MEM-1."""
    hall = Hall(3)
    token = hall.invite(2)
    if leaves == "resigned":
        assert hall.act(2, RESIGN) == ""
    else:
        assert hall.decide(expel if leaves == "expelled" else suspend, member(2)) == ""
    assert hall.apply(recovery(3), SPARE, token) == "MEM-1"
    assert hall.apply(recovery(3), SPARE, hall.invite(0)) == ""


def test_leaving_ends_what_a_member_held() -> None:
    """Offices, the witness, devices and a seat among the elected end with the stay (MEM-10)."""
    hall = Hall(4, witnesses="elected")
    for office in ("secretary", "treasurer"):
        assert hall.decide(appoint, office, member(3), 0) == ""
    assert hall.act(3, OfficeResign(office="treasurer")) == ""
    ended = hall.height
    assert hall.decide(elect_witnesses, [member(1), member(2), member(3)]) == ""
    assert hall.act(3, RESIGN) == ""
    state = hall.state
    assert not holds_office(state, "secretary", member(3), hall.now)
    assert state.need(f"office/secretary/{member(3)}")["ended"] == hall.height
    assert state.need(f"office/treasurer/{member(3)}")["ended"] == ended
    assert state.get(f"elected/{member(3)}") is None
    assert state.need(f"device/{device(3).public}")["status"] == "revoked"
    assert member(3) not in hall.witnesses()
    assert hall.join(3, SPARE) == ""
    assert not holds_office(state, "secretary", member(3), hall.now)


def test_leaving_is_impossible_twice() -> None:
    """Expelling one who left, or nobody, is MEM-10."""
    hall = Hall(3)
    assert hall.act(2, RESIGN) == ""
    assert hall.decide(expel, member(2)) == "MEM-10"
    assert hall.decide(expel, "ab" * 32) == "MEM-10"
    assert hall.entry(2)["status"] == "resigned"


SUSPENDED_MAY: list[Body] = [
    MemberProfile(contact="", about="", salt=SALT),
    MemberParticulars(name="F", address="", member_class="", salt=SALT),
    MemberStake(holdings=[], salt=SALT),
    MemberCapability(capabilities=[], salt=SALT),
    MandatePerson(name="Ann", role="partner", salt=SALT),
    MemberAddress(addresses=[]),
    OfficeResign(office="secretary"),
    DeviceRevoke(device=SPARE.public, reason=""),
    DisputeStatement(text="I object.", salt=SALT),
    RESIGN,
]


def suspended_hall() -> Hall:
    """Return a co-op of three whose last member has an office, a spare device and no vote."""
    hall = Hall(3)
    assert hall.enrol(2, recovery(2), SPARE) == ""
    assert hall.decide(appoint, "secretary", member(2), 0) == ""
    assert hall.decide(suspend, member(2)) == ""
    return hall


@pytest.mark.parametrize("body", SUSPENDED_MAY, ids=lambda body: str(body.kind))
def test_a_suspended_member_keeps_its_own_house(body: Body) -> None:
    """What concerns the member alone is taken from a suspended one (MEM-15)."""
    assert suspended_hall().act(2, body) == ""


def test_a_suspended_member_attests_on() -> None:
    """Finality doesn't hang on a quarrel: the witness stays, and may move (MEM-15)."""
    hall = suspended_hall()
    assert hall.witnesses() == sorted(member(each) for each in range(3))
    assert hall.act(SPARE, WitnessReady()) == ""
    assert hall.enrol(2, recovery(2), OTHER) == ""


def test_a_suspended_member_does_nothing_in_the_co_ops_name() -> None:
    """Inviting and vouching are MEM-15 for a suspended member, and its office rests."""
    hall = suspended_hall()
    assert hall.act(2, MemberInvite(token=OTHER.public, expires=hall.now + 9_000)) == "MEM-15"
    body = MemberVouch(application=None, member=member(0), text="")
    assert hall.act(2, body) == "MEM-15"
    assert not holds_office(hall.state, "secretary", member(2), hall.now)
    assert hall.decide(restore, member(2)) == ""
    assert hall.act(2, body) == ""
    assert holds_office(hall.state, "secretary", member(2), hall.now)


@pytest.mark.parametrize(
    ("area", "may"),
    [
        ("agreement.", set()),
        ("ballot.", {"ballot.unseal"}),
        ("comment.", {"comment.make"}),
        ("contribution.", set()),
        ("dispute.", {name for name in kinds() if name.startswith("dispute.")}),
        ("proposal.", set()),
    ],
)
def test_a_suspended_member_is_heard_elsewhere(area: str, may: set[str]) -> None:
    """It answers in disputes, joins a discussion and opens sealed ballots, and no more (MEM-15)."""
    of_area = {name: kind for name, kind in kinds().items() if name.startswith(area)}
    assert of_area
    assert {name for name, kind in of_area.items() if kind.suspended} == may


def test_suspension_and_its_end_are_on_record() -> None:
    """Each suspension has its two heights; what can't be suspended or restored is MEM-15."""
    hall = Hall(3)
    assert hall.decide(restore, member(2)) == "MEM-15"
    assert hall.decide(suspend, member(2)) == ""
    first = hall.height
    assert hall.decide(suspend, member(2)) == "MEM-15"
    assert hall.decide(restore, member(2)) == ""
    assert hall.entry(2)["suspensions"] == [[first, hall.height]]
    assert hall.entry(2)["status"] == "active"
    assert hall.decide(suspend, "ab" * 32) == "MEM-15"
    assert hall.decide(suspend, member(2)) == ""
    assert hall.decide(expel, member(2)) == ""
    assert hall.entry(2)["suspensions"][1] == [hall.height - 1, hall.height]
    assert hall.decide(restore, member(2)) == "MEM-15"
    assert hall.state.count("members") == 2


def test_a_member_that_lost_everything_gets_new_keys() -> None:
    """After a re-keying the new key enrols, the old key and devices do nothing (MEM-16)."""
    hall = Hall(3)
    assert hall.decide(rekey, member(2), NEW_KEY.public) == ""
    assert member(2) not in hall.witnesses()
    assert hall.state.need(f"device/{device(2).public}")["status"] == "revoked"
    assert hall.enrol(2, recovery(2), SPARE) == "MEM-5"
    assert hall.enrol(2, NEW_KEY, SPARE) == ""
    assert hall.act(SPARE, WitnessReady()) == ""
    entry = hall.entry(2)
    assert (entry["status"], entry["joined"]) == ("active", 0)
    assert entry["former_keys"] == [member(2)]
    assert hall.state.count("members") == 3


def test_a_key_is_of_one_member() -> None:
    """A key that is or was a member's, and one who is no member, can't be re-keyed: MEM-16."""
    hall = Hall(3)
    assert hall.decide(rekey, member(2), member(1)) == "MEM-16"
    assert hall.decide(rekey, member(2), member(2)) == "MEM-16"
    assert hall.decide(rekey, member(2), NEW_KEY.public) == ""
    assert hall.decide(rekey, member(1), NEW_KEY.public) == "MEM-16"
    assert hall.decide(rekey, "ab" * 32, OTHER.public) == "MEM-16"
    assert hall.act(1, RESIGN) == ""
    assert hall.decide(rekey, member(1), OTHER.public) == "MEM-16"


def test_a_lost_key_joins_nobody() -> None:
    """Who was re-keyed and left applies with the new key as the same member; the old is MEM-3."""
    hall = Hall(3)
    assert hall.decide(rekey, member(2), NEW_KEY.public) == ""
    assert hall.apply(NEW_KEY, SPARE) == "MEM-3"
    assert hall.decide(expel, member(2)) == ""
    assert hall.apply(recovery(2), SPARE) == "MEM-3"
    assert hall.apply(NEW_KEY, SPARE) == ""
    assert hall.decide(admit, hall.record) == ""
    assert hall.entry(2)["status"] == "active"
    assert hall.state.get(f"member/{NEW_KEY.public}") is None


def test_an_applicants_key_that_was_given_away_joins_nobody() -> None:
    """An application whose key became another member's meanwhile can't be admitted: MEM-3."""
    hall = Hall(3)
    assert hall.apply(NEW_KEY, SPARE) == ""
    application = hall.record
    assert hall.decide(rekey, member(2), NEW_KEY.public) == ""
    assert hall.decide(admit, application) == "MEM-3"


def test_the_last_witness_is_not_rekeyed() -> None:
    """The only witness keeps its device: MEM-8."""
    hall = Hall(1)
    assert hall.decide(rekey, member(0), NEW_KEY.public) == "MEM-8"
    assert hall.entry(0)["recovery"] == member(0)
