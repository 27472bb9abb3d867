"""Membership: who joins, who leaves, which devices sign and who attests (MEM-n)."""

from __future__ import annotations

import pytest

from rochdale_protocol.core.errors import Refused
from rochdale_protocol.core.hashes import Tag
from rochdale_protocol.core.keys import SeedSigner
from rochdale_protocol.core.records import Verified
from rochdale_protocol.core.ruleset import standard_rules
from rochdale_protocol.governance.effects import Expel, Rekey
from rochdale_protocol.governance.records import BallotCast, ProposalNew
from rochdale_protocol.membership.records import (
    DeviceAdd,
    DeviceEnrol,
    DeviceRevoke,
    Erase,
    MemberAddress,
    MemberApply,
    MemberInvite,
    MemberProfile,
    MemberResign,
    WitnessReady,
)
from rochdale_protocol.membership.rules import recovery_claim
from rochdale_protocol.minutes.ledger import Ledger
from tests.protocol.coops import VOTE_MS, Coop, device, recovery
from tests.protocol.forging import deliver, forge, refusal

TOKEN = SeedSigner(bytes([77]) * 32)
LAPTOP = SeedSigner(bytes([78]) * 32)
PROFILE = MemberProfile(contact="Ann, 01751 000000", about="sheep", salt="00" * 16)


def invite(coop: Coop, token: SeedSigner = TOKEN, *, life: int = 10_000) -> MemberInvite:
    return MemberInvite(token=token.public, expires=coop.wall + life)


def application(coop: Coop, number: int, token: SeedSigner = TOKEN) -> MemberApply:
    """Return the application of farm ``number`` with all its proofs."""
    claim = recovery_claim(coop.id, recovery(number).public, device(number).public)
    return MemberApply(
        name=f"Farm {number}",
        entity="organisation",
        recovery=recovery(number).public,
        token=token.public,
        recovery_sig=recovery(number).sign(Tag.SIGN_RECOVERY, claim).hex(),
        token_sig=token.sign(Tag.SIGN_INVITE, claim).hex(),
    )


def added(coop: Coop, number: int, new: SeedSigner = LAPTOP) -> DeviceAdd:
    claim = recovery_claim(coop.id, recovery(number).public, new.public)
    signature = new.sign(Tag.SIGN_DEVICE, claim).hex()
    return DeviceAdd(device=new.public, label="laptop", device_sig=signature)


def enrolled(coop: Coop, number: int, new: SeedSigner = LAPTOP) -> DeviceEnrol:
    claim = recovery_claim(coop.id, recovery(number).public, new.public)
    signature = recovery(number).sign(Tag.SIGN_RECOVERY, claim).hex()
    return DeviceEnrol(member=recovery(number).public, label="spare", recovery_sig=signature)


def second_device(coop: Coop, signer: SeedSigner = LAPTOP) -> Ledger:
    """Return a ledger on farm 0's book for another device; it only tries what it may sign."""
    return Ledger(coop.nodes[0].shelf, signer, coop.now)


def verdict(coop: Coop, number: int, body: MemberApply | DeviceEnrol) -> str:
    """Return what the first farm's book says of a record, minuted next."""
    return coop.nodes[0].ledger.would_refuse(forge(coop, number, body))


def everywhere(coop: Coop, record: Verified) -> None:
    """Make a record of a device that no farm's ledger signs for final."""
    for node in coop.nodes:
        node.ledger.add_record(record)
    coop.pump()


def expel(coop: Coop, number: int) -> None:
    coop.decide(
        ProposalNew(
            opens=0,
            election=None,
            title="Expel",
            text="",
            business="special",
            closes=coop.wall + VOTE_MS,
            effect=Expel(member=recovery(number).public, reasons="x"),
        )
    )


def test_an_invited_farm_is_admitted_and_attests() -> None:
    """An applicant with a good invite is admitted by vote and becomes a witness (MEM-2, MEM-7)."""
    coop = Coop(4)
    number = coop.admit()
    state = coop.nodes[0].ledger.final
    assert state.need(f"member/{recovery(number).public}")["status"] == "active"
    assert state.count("members") == 5
    assert coop.nodes[0].ledger.roster.places.keys() >= {device(number).public}
    assert len({node.ledger.tip.id for node in coop.nodes}) == 1


@pytest.mark.parametrize("life", [0, -1, 2_592_000_001])
def test_an_invite_lives_within_bounds(life: int) -> None:
    """An invite that has expired, or would live too long, is MEM-1; the longest passes."""
    coop = Coop(1)
    assert refusal(coop, 0, invite(coop, life=life)) == "MEM-1"
    coop.write(0, invite(coop, life=2_592_000_000))


def test_an_invite_is_made_once() -> None:
    """A token that an invite named before is MEM-1, another one is not."""
    coop = Coop(1)
    coop.write(0, invite(coop))
    assert refusal(coop, 0, invite(coop)) == "MEM-1"
    coop.write(0, invite(coop, SeedSigner(bytes([79]) * 32)))


def test_an_application_needs_an_invite_that_is_good() -> None:
    """An application without an invite, after it was used or after it expired, is MEM-1."""
    coop = Coop(1)
    assert verdict(coop, 1, application(coop, 1)) == "MEM-1"
    coop.write(0, invite(coop))
    assert verdict(coop, 1, application(coop, 1)) == ""
    coop.pass_time(10_000)
    assert verdict(coop, 1, application(coop, 1)) == "MEM-1"


def test_an_invite_is_good_once() -> None:
    """A second application with the same invite is MEM-1."""
    coop = Coop(1)
    coop.write(0, invite(coop))
    coop.nodes[0].ledger.add_record(forge(coop, 1, application(coop, 1)))
    coop.pump()
    assert verdict(coop, 2, application(coop, 2)) == "MEM-1"


@pytest.mark.parametrize("field", ["token_sig", "recovery_sig"])
def test_an_application_proves_both_keys(field: str) -> None:
    """An application whose invite or recovery key did not sign this device is MEM-2."""
    coop = Coop(1)
    coop.write(0, invite(coop))
    other = getattr(application(coop, 2), field)
    stolen = application(coop, 1).model_copy(update={field: other})
    assert verdict(coop, 1, stolen) == "MEM-2"
    assert verdict(coop, 1, application(coop, 1)) == ""


def test_nobody_joins_twice_with_one_key() -> None:
    """An application with the recovery key of a member is MEM-3; a former one applies again."""
    coop = Coop(2)
    coop.write(0, invite(coop))
    claim = recovery_claim(coop.id, recovery(1).public, device(5).public)
    again = application(coop, 5).model_copy(
        update={
            "recovery": recovery(1).public,
            "recovery_sig": recovery(1).sign(Tag.SIGN_RECOVERY, claim).hex(),
            "token_sig": TOKEN.sign(Tag.SIGN_INVITE, claim).hex(),
        }
    )
    assert verdict(coop, 5, again) == "MEM-3"
    coop.write(1, MemberResign(reason=""))
    assert verdict(coop, 5, again) == ""


def test_a_device_of_the_book_does_not_apply_again() -> None:
    """A device that the book knows can't apply or be enrolled for another member: MEM-4."""
    coop = Coop(2)
    coop.write(0, invite(coop))
    claim = recovery_claim(coop.id, recovery(5).public, device(1).public)
    body = application(coop, 5).model_copy(
        update={
            "recovery_sig": recovery(5).sign(Tag.SIGN_RECOVERY, claim).hex(),
            "token_sig": TOKEN.sign(Tag.SIGN_INVITE, claim).hex(),
        }
    )
    assert refusal(coop, 1, body) == "MEM-4"
    claim = recovery_claim(coop.id, recovery(0).public, device(1).public)
    signature = recovery(0).sign(Tag.SIGN_RECOVERY, claim).hex()
    other = DeviceEnrol(member=recovery(0).public, label="x", recovery_sig=signature)
    assert refusal(coop, 1, other) == "MEM-4"
    assert coop.nodes[0].ledger.final.need(f"device/{device(1).public}")["member"] == (
        recovery(1).public
    )


def test_a_second_device_signs_for_its_member() -> None:
    """A device added with its own signature writes for the member (MEM-4)."""
    coop = Coop(1)
    coop.write(0, added(coop, 0))
    ledger = second_device(coop)
    record = ledger.author(MemberAddress(addresses=["farm.example:4000"]))
    ledger.advance(coop.now)
    assert ledger.ahead.need(f"address/{LAPTOP.public}") == {"addresses": ["farm.example:4000"]}
    assert record.header.device == LAPTOP.public


def test_a_device_that_did_not_agree_is_not_added() -> None:
    """A device added without its own signature, or known before, is MEM-4."""
    coop = Coop(2)
    forged = added(coop, 1).model_copy(update={"device_sig": added(coop, 0).device_sig})
    assert refusal(coop, 1, forged) == "MEM-4"
    assert refusal(coop, 1, added(coop, 1, device(0))) == "MEM-4"
    coop.write(1, added(coop, 1))
    assert refusal(coop, 0, added(coop, 0)) == "MEM-4"


def test_a_recovery_key_enrols_a_device() -> None:
    """A device whose member's recovery key signed it writes; another's key is MEM-5."""
    coop = Coop(2)
    forged = enrolled(coop, 0, device(5)).model_copy(
        update={"recovery_sig": enrolled(coop, 1, device(5)).recovery_sig}
    )
    assert verdict(coop, 5, forged) == "MEM-5"
    deliver(coop, forge(coop, 5, enrolled(coop, 0, device(5))))
    coop.pump()
    assert coop.nodes[1].ledger.final.need(f"device/{device(5).public}")["status"] == "active"


def test_no_device_is_enrolled_for_a_former_member() -> None:
    """The recovery key of one who has left, or never was, enrols nothing: MEM-10."""
    coop = Coop(2)
    assert verdict(coop, 5, enrolled(coop, 6, device(5))) == "MEM-10"
    coop.write(1, MemberResign(reason=""))
    assert verdict(coop, 5, enrolled(coop, 1, device(5))) == "MEM-10"


def test_a_member_revokes_another_of_its_devices() -> None:
    """A revoked device writes no more, and its member's other device goes on."""
    coop = Coop(1)
    coop.write(0, added(coop, 0))
    coop.write(0, DeviceRevoke(device=LAPTOP.public, reason="lost"))
    assert coop.nodes[0].ledger.final.need(f"device/{LAPTOP.public}")["status"] == "revoked"
    with pytest.raises(Refused, match="CHN-2"):
        second_device(coop).author(WitnessReady())


def test_nobody_revokes_what_is_not_theirs_or_themselves() -> None:
    """Another's device, an unknown one, one revoked before or one's own is MEM-6."""
    coop = Coop(2)
    coop.write(0, added(coop, 0))
    for target in (device(1).public, "ab" * 32, device(0).public):
        assert refusal(coop, 0, DeviceRevoke(device=target, reason="")) == "MEM-6"
    coop.write(0, DeviceRevoke(device=LAPTOP.public, reason=""))
    assert refusal(coop, 0, DeviceRevoke(device=LAPTOP.public, reason="")) == "MEM-6"


def test_a_witness_is_not_made_twice() -> None:
    """The device that attests for its member already is MEM-7; another takes its place."""
    coop = Coop(2)
    assert refusal(coop, 0, WitnessReady()) == "MEM-7"
    coop.write(0, added(coop, 0))
    everywhere(coop, second_device(coop).author(WitnessReady()))
    assert coop.nodes[1].ledger.roster.places.keys() == {LAPTOP.public, device(1).public}


def test_revoking_the_witness_takes_it_off_the_roster() -> None:
    """A revoked device attests no more; the others are the roster of the next height (MEM-6)."""
    coop = Coop(3)
    coop.write(0, added(coop, 0))
    revocation = DeviceRevoke(device=device(0).public, reason="stolen")
    everywhere(coop, second_device(coop).author(revocation))
    assert coop.nodes[1].ledger.roster.places.keys() == {device(1).public, device(2).public}


def test_the_last_witness_stays() -> None:
    """The last witness neither resigns nor is revoked: MEM-8."""
    coop = Coop(1)
    assert refusal(coop, 0, MemberResign(reason="")) == "MEM-8"
    coop.write(0, added(coop, 0))
    with pytest.raises(Refused, match="MEM-8"):
        second_device(coop).author(DeviceRevoke(device=device(0).public, reason=""))


def test_one_who_resigns_is_gone() -> None:
    """A resignation ends membership, devices and witness; no further record is taken (MEM-10)."""
    coop = Coop(4)
    coop.write(3, MemberResign(reason="retired"))
    state = coop.nodes[0].ledger.final
    assert state.need(f"member/{recovery(3).public}")["status"] == "resigned"
    assert state.count("members") == 3
    assert len(coop.nodes[0].ledger.roster) == 3
    assert refusal(coop, 3, MemberAddress(addresses=[])) == "CHN-2"


def test_an_applicant_waits() -> None:
    """A device that has applied writes nothing until it is admitted (MEM-10): CHN-2."""
    coop = Coop(1)
    coop.write(0, invite(coop))
    coop.nodes[0].ledger.add_record(forge(coop, 1, application(coop, 1)))
    coop.pump()
    assert coop.nodes[0].ledger.would_refuse(forge(coop, 1, WitnessReady())) == "CHN-2"


def test_an_expelled_member_is_gone() -> None:
    """A decision to expel ends the member as a resignation does (MEM-10)."""
    coop = Coop(4)
    expel(coop, 3)
    state = coop.nodes[0].ledger.final
    assert state.need(f"member/{recovery(3).public}")["status"] == "expelled"
    assert len(coop.nodes[0].ledger.roster) == 3


def wait_for(coop: Coop, key: str) -> None:
    """Let time pass until farm 0's book holds a key: patience with a leader that is away."""
    ledger = coop.nodes[0].ledger
    for _ in range(100):
        if ledger.final.get(key) is not None:
            return
        coop.pass_time(1_000)
    raise AssertionError(key)


def test_a_member_that_lost_everything_comes_back_by_decision() -> None:
    """Re-keyed by a vote, it enrols a new device with the new key and attests again (MEM-16)."""
    coop = Coop(4)
    coop.nodes[3].linked = False
    lost, key = recovery(3).public, recovery(9)
    proposal = coop.author(
        0,
        ProposalNew(
            opens=0,
            election=None,
            title="Give Farm 3 new keys",
            text="",
            business="special",
            closes=coop.wall + 60_000,
            effect=Rekey(member=lost, recovery=key.public),
        ),
    )
    wait_for(coop, f"proposal/{proposal.id}")
    for number in range(3):
        ballot = BallotCast(proposal=proposal.id, principal=None, choice="for", reason="")
        coop.author(number, ballot)
    wait_for(coop, f"rekeyed/{key.public}")
    coop.open(4)
    coop.catch_up(4)
    claim = recovery_claim(coop.id, lost, device(4).public)
    signature = key.sign(Tag.SIGN_RECOVERY, claim).hex()
    coop.author(4, DeviceEnrol(member=lost, label="new", recovery_sig=signature))
    wait_for(coop, f"device/{device(4).public}")
    coop.author(4, WitnessReady())
    wait_for(coop, f"witness/{lost}")
    ledger = coop.nodes[0].ledger
    assert ledger.roster.places.keys() == {device(number).public for number in (0, 1, 2, 4)}
    assert ledger.final.count("members") == 4
    coop.write(4, MemberAddress(addresses=[]))
    assert coop.nodes[4].ledger.tip.id == ledger.tip.id


def test_a_member_has_its_own_words_erased() -> None:
    """Erasing drops the body on every node; the record and the chain still verify (MEM-9)."""
    coop = Coop(4)
    profile = coop.write(0, PROFILE)
    assert coop.nodes[3].ledger.desk["bodies"].get(profile.id) is not None
    coop.write(0, Erase(record=profile.id))
    for node in coop.nodes:
        assert node.ledger.desk["bodies"].get(profile.id) is None
        held = node.ledger.record(profile.id)
        assert held is not None
        assert held.header == profile.header
    coop.write(0, MemberAddress(addresses=[]))


def test_nobody_erases_what_is_not_theirs_or_must_stay() -> None:
    """Another's profile, a record that no rule lets go, or one erased before is MEM-9."""
    coop = Coop(2)
    profile = coop.write(0, PROFILE)
    address = coop.write(0, MemberAddress(addresses=[]))
    assert refusal(coop, 1, Erase(record=profile.id)) == "MEM-9"
    assert refusal(coop, 0, Erase(record=address.id)) == "MEM-9"
    coop.write(0, Erase(record=profile.id))
    assert refusal(coop, 0, Erase(record=profile.id)) == "MEM-9"


def test_a_newcomer_catches_up_without_the_erased_body() -> None:
    """Whoever reads the book after the erasure comes to the same state without the body."""
    coop = Coop(4)
    profile = coop.write(0, PROFILE)
    coop.write(0, Erase(record=profile.id))
    number = coop.admit()
    ledger = coop.nodes[number].ledger
    assert ledger.desk["bodies"].get(profile.id) is None
    assert ledger.tip.id == coop.nodes[0].ledger.tip.id


def test_rules_are_those_of_the_charter() -> None:
    """The longest life of an invite is what the founders agreed on (MEM-1)."""
    coop = Coop(1, standard_rules(voting_ms_min=0, expulsion_days=0, invite_ms_max=5))
    assert refusal(coop, 0, invite(coop, life=6)) == "MEM-1"
    coop.write(0, invite(coop, life=5))
