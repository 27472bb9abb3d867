"""Carrying records out: chains of devices, forks, bodies and outcomes (EXE-n, CHN-n)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rochdale_protocol.agreements.records import AgreementDraft
from rochdale_protocol.core.errors import Refused
from rochdale_protocol.core.hashes import ZERO_ID
from rochdale_protocol.core.keys import SeedSigner
from rochdale_protocol.core.limits import PATIENCE_MS
from rochdale_protocol.core.records import Verified, author_record
from rochdale_protocol.governance.records import BallotCast
from rochdale_protocol.membership.records import (
    DeviceRevoke,
    MemberAddress,
    MemberProfile,
    MemberResign,
)
from rochdale_protocol.minutes.execute import Session, Unlistable, chain_key
from tests.protocol.coops import Coop, device, recovery
from tests.protocol.forging import deliver, forge, refusal

HERE = MemberAddress(addresses=["farm.example:4000"])
THERE = MemberAddress(addresses=["barn.example:4000"])


def hostile() -> Coop:
    """Return a co-op of four whose farm 3 signs what it likes and hears nothing."""
    coop = Coop(4)
    coop.nodes[3].linked = False
    return coop


def code_of(coop: Coop, record: Verified) -> str | None:
    """Return the code with which the book holds a record, None where no minute lists it."""
    codes = set()
    for ledger in coop.ledgers[:3]:
        place = ledger.desk["places"].get(record.id)
        codes.add(None if place is None else place.decode().split(" ")[2])
    assert len(codes) == 1
    return codes.pop()


def minuted(coop: Coop, record: Verified) -> str | None:
    """Return the code with which the book takes a record in, if it does within a view or two."""
    deliver(coop, record)
    coop.pump()
    if code_of(coop, record) is None:
        coop.pass_time(PATIENCE_MS)  # farm 3, which is silent, may lead the first view
    return code_of(coop, record)


def status(coop: Coop, number: int) -> str:
    entry = coop.nodes[0].ledger.final.need(f"device/{device(number).public}")
    return str(entry["status"])


def test_a_lawful_record_stands() -> None:
    """A record that breaks no rule is listed without a code and moves its device's chain on."""
    coop = hostile()
    record = forge(coop, 3, HERE)
    assert minuted(coop, record) == ""
    entry = coop.nodes[0].ledger.final.need(f"device/{device(3).public}")
    assert (entry["seq"], entry["tip"]) == (1, record.id)


def test_an_unknown_device_is_never_listed() -> None:
    """A record of a device that nobody enrolled is CHN-1 and waits in vain."""
    coop = hostile()
    record = forge(coop, 9, HERE)
    assert coop.nodes[0].ledger.would_refuse(record) == "CHN-1"
    assert minuted(coop, record) is None
    assert coop.nodes[0].ledger.height == 0


def test_a_revoked_device_is_never_listed() -> None:
    """A record of a revoked device is CHN-2, and is not even kept."""
    coop = Coop(4)
    record = forge(coop, 3, HERE, seq=2)
    coop.write(3, MemberResign(reason=""))
    with pytest.raises(Refused, match="CHN-2"):
        coop.nodes[0].ledger.add_record(record)
    assert coop.nodes[0].ledger.would_refuse(record) == "CHN-2"
    assert not coop.nodes[0].ledger.holds(record.id)


def test_what_a_revoked_device_left_pending_is_dropped() -> None:
    """Records that can never be listed any more don't stay (POO-3)."""
    coop = Coop(4)
    ledger = coop.nodes[0].ledger
    far = forge(coop, 3, HERE, seq=5, prev="ab" * 32)
    ledger.add_record(far)
    coop.write(3, MemberResign(reason=""))
    assert not ledger.holds(far.id)
    assert ledger.desk["pending"].get(far.id) is None


def test_a_gap_waits() -> None:
    """A record whose predecessor is missing is CHN-4 and listed once the gap is filled."""
    coop = hostile()
    first = forge(coop, 3, HERE)
    second = forge(coop, 3, THERE, seq=2, prev=first.id)
    assert coop.nodes[0].ledger.would_refuse(second) == "CHN-4"
    assert minuted(coop, second) is None
    assert minuted(coop, first) == ""
    assert code_of(coop, second) == ""


def test_a_fork_is_caught() -> None:
    """Of two records with one ``seq`` the one minuted first stands; the other is CHN-5.

    It freezes the device, takes it off the roster and stays in the book as evidence.
    """
    coop = hostile()
    first, second = forge(coop, 3, HERE), forge(coop, 3, THERE)
    assert minuted(coop, first) == ""
    assert minuted(coop, second) == "CHN-5"
    state = coop.nodes[0].ledger.final
    assert status(coop, 3) == "frozen"
    evidence = state.need(f"evidence/record/{device(3).public}")
    assert (evidence["first"], evidence["second"]) == (first.id, second.id)
    assert state.need(f"address/{device(3).public}")["addresses"] == HERE.addresses
    assert device(3).public not in coop.nodes[0].ledger.roster.places
    assert coop.nodes[1].ledger.record(second.id) == second


def test_both_sides_of_a_fork_in_one_minute() -> None:
    """Two records with one ``seq`` in the same minute: the first listed stands."""
    coop = hostile()
    one, other = forge(coop, 3, HERE), forge(coop, 3, THERE)
    deliver(coop, one)
    deliver(coop, other)
    coop.pump()
    assert coop.nodes[0].ledger.height == 1
    assert {code_of(coop, one), code_of(coop, other)} == {"", "CHN-5"}


def test_an_old_record_is_contradicted() -> None:
    """A second record with a ``seq`` from long ago freezes its device too (EXE-4)."""
    coop = hostile()
    old = forge(coop, 3, HERE)
    minuted(coop, old)
    minuted(coop, forge(coop, 3, THERE))
    again = forge(coop, 3, THERE, seq=1, prev=ZERO_ID)
    assert minuted(coop, again) == "CHN-5"
    assert coop.nodes[0].ledger.final.need(f"evidence/record/{device(3).public}")["first"] == old.id


@pytest.mark.parametrize("seq", [1, 2])
def test_a_prev_that_is_not_the_last_is_a_fork(seq: int) -> None:
    """A next record on another predecessor is CHN-5: its device hides what it signed before."""
    coop = hostile()
    if seq == 2:
        minuted(coop, forge(coop, 3, HERE))
    assert minuted(coop, forge(coop, 3, THERE, prev="ab" * 32)) == "CHN-5"
    assert status(coop, 3) == "frozen"


def test_a_frozen_device_is_never_listed() -> None:
    """After the evidence nothing of the device is listed or kept: CHN-3."""
    coop = hostile()
    minuted(coop, forge(coop, 3, THERE, prev="ab" * 32))
    record = forge(coop, 3, HERE)
    assert coop.nodes[0].ledger.would_refuse(record) == "CHN-3"
    with pytest.raises(Refused, match="CHN-3"):
        coop.nodes[0].ledger.add_record(record)


def test_the_last_witness_is_frozen_and_attests_on() -> None:
    """Where the frozen device is the only witness, the roster keeps it (MEM-8)."""
    coop = Coop(1)
    desk = coop.nodes[0].ledger.desk
    session = Session(
        desk["state"],
        desk["heights"],
        desk["chain"],
        1,
        5_000,
        attested=(),
        last_time=0,
        prev=ZERO_ID,
    )
    assert session.add(forge(coop, 0, HERE)) == ""
    assert session.add(forge(coop, 0, THERE)) == "CHN-5"
    assert session.state.count("witnesses") == 1
    assert session.state.need(f"device/{device(0).public}")["status"] == "frozen"


@pytest.mark.parametrize("seen", ["ab" * 32, ZERO_ID])
def test_a_record_that_saw_another_book_is_refused(seen: str) -> None:
    """``seen`` is a minute of this book, else CHN-6: it was written on another fork (EXE-5)."""
    coop = hostile()
    assert minuted(coop, forge(coop, 3, HERE, seen=seen)) == "CHN-6"
    assert status(coop, 3) == "active"


def test_a_record_that_saw_an_older_minute_stands() -> None:
    """``seen`` may be any earlier minute: its author was offline."""
    coop = hostile()
    founding = coop.nodes[0].ledger.tip.id
    coop.write(0, HERE)
    assert minuted(coop, forge(coop, 3, HERE, seen=founding)) == ""


def test_an_unknown_kind_is_refused() -> None:
    """A kind that this version doesn't know is minuted with REC-7."""
    coop = hostile()
    assert minuted(coop, forge(coop, 3, HERE, kind="magic.spell")) == "REC-7"


@pytest.mark.parametrize(
    "data",
    [
        b"{}",
        b"[]",
        b"7",
        b'{"addresses":[],"more":1}',
        b'{"addresses": []}',
        b'{"addresses":"farm.example:4000"}',
        b'{"addresses":["no port"]}',
        b"\xff",
        b"[" * 20 + b"]" * 20,
        b'{"addresses":[' + b'"a.example:1",' * 8 + b'"a.example:1"]}',
    ],
    ids=lambda data: data[:30].decode("latin-1"),
)
def test_a_body_that_is_not_one_of_its_kind_is_refused(data: bytes) -> None:
    """A body that isn't canonical, or hasn't the fields of its kind, is REC-8."""
    coop = hostile()
    assert minuted(coop, forge(coop, 3, HERE, data=data)) == "REC-8"


@pytest.mark.parametrize("refs", [[], ["ab" * 32, "cd" * 32], ["cd" * 32]])
def test_a_header_that_refers_to_other_records_is_refused(refs: list[str]) -> None:
    """The refs of a header are those of its body, else REC-9."""
    coop = hostile()
    ballot = BallotCast(principal=None, proposal="ab" * 32, choice="for", reason="")
    assert minuted(coop, forge(coop, 3, ballot, refs=refs)) == "REC-9"


def test_a_body_that_was_cut_off_is_not_taken() -> None:
    """A courier who cuts a body off can't make a node judge the record otherwise (REC-10).

    The whole record is taken afterwards.
    """
    coop = hostile()
    record = forge(coop, 3, HERE)
    for ledger in coop.ledgers[:3]:
        with pytest.raises(Refused, match="REC-10"):
            ledger.add_record(Verified(replace(record, body=None)))
        assert not ledger.holds(record.id)
    assert minuted(coop, record) == ""


def test_a_minute_can_not_list_a_record_without_its_body() -> None:
    """Carried out without its body, a record is refused with REC-10 and changes nothing."""
    coop = hostile()
    desk = coop.nodes[0].ledger.desk
    session = Session(
        desk["state"],
        desk["heights"],
        desk["chain"],
        1,
        5_000,
        attested=(),
        last_time=0,
        prev=ZERO_ID,
    )
    assert session.add(Verified(replace(forge(coop, 3, HERE), body=None))) == "REC-10"
    assert session.state.get(f"address/{device(3).public}") is None


def test_an_erasable_body_may_be_missing() -> None:
    """A profile counts without its body, because no rule reads it (EXE-6)."""
    coop = hostile()
    profile = MemberProfile(contact="Ann", about="", salt="00" * 16)
    record = forge(coop, 3, profile)
    assert minuted(coop, Verified(replace(record, body=None))) == ""
    member = coop.nodes[0].ledger.final.need(f"member/{recovery(3).public}")
    assert member["profile"] == record.id


def test_an_erasable_body_that_can_not_be_read_is_not_kept() -> None:
    """A profile of rubbish is minuted, but no node keeps the rubbish for its readers."""
    coop = hostile()
    profile = MemberProfile(contact="Ann", about="", salt="00" * 16)
    record = forge(coop, 3, profile, data=b'{"contact":5}')
    assert minuted(coop, record) == ""
    for ledger in coop.ledgers[:3]:
        held = ledger.record(record.id)
        assert held is not None
        assert held.body is None


def test_a_refused_record_takes_its_place() -> None:
    """What is refused counts in its device's chain: the next goes on from it (EXE-7)."""
    coop = hostile()
    refused = forge(
        coop, 3, BallotCast(principal=None, proposal="ab" * 32, choice="for", reason="")
    )
    assert minuted(coop, refused) == "GOV-5"
    record = forge(coop, 3, HERE)
    assert (record.header.seq, record.header.prev) == (2, refused.id)
    assert minuted(coop, record) == ""


def test_a_refused_record_changes_nothing_else() -> None:
    """What a rule wrote before it refused is dropped (EXE-2)."""
    coop = hostile()
    before = dict(coop.nodes[0].ledger.final.map.scan(""))
    draft = AgreementDraft(title="x", text="x", parties=[recovery(3).public, "ab" * 32])
    assert minuted(coop, forge(coop, 3, draft)) == "AGR-1"
    after = dict(coop.nodes[0].ledger.final.map.scan(""))
    changed = {key for key in before | after if before.get(key) != after.get(key)}
    assert changed == {f"device/{device(3).public}"}


def test_a_minuted_record_is_not_listed_again() -> None:
    """A record that a minute holds can't stand in another (EXE-3)."""
    coop = hostile()
    record = forge(coop, 3, HERE)
    minuted(coop, record)
    desk = coop.nodes[0].ledger.desk
    session = Session(
        desk["state"],
        desk["heights"],
        desk["chain"],
        2,
        9_000,
        attested=(),
        last_time=0,
        prev=ZERO_ID,
    )
    with pytest.raises(Unlistable, match="CHN-4"):
        session.add(record)
    assert desk["chain"].get(chain_key(device(3).public, 1)) == record.id.encode()


def test_the_roster_follows_the_state() -> None:
    """The witnesses of the next height are those of the state after the minute (EXE-8)."""
    coop = Coop(4)
    coop.write(3, MemberResign(reason=""))
    ledger = coop.nodes[0].ledger
    assert len(ledger.roster_at(1)) == 4
    assert len(ledger.roster_at(2)) == 3
    assert ledger.tip.header.roster_hash == ledger.roster_at(2).hash


def test_a_device_that_signs_for_nobody_stays_out() -> None:
    """An act of a device that only looks like a member's key changes nothing (EXE-3)."""
    coop = hostile()
    stranger = SeedSigner(bytes([99]) * 32)
    record = author_record(
        stranger,
        DeviceRevoke(device=device(0).public, reason=""),
        coop=coop.id,
        seq=1,
        prev=ZERO_ID,
        seen=coop.nodes[0].ledger.tip.id,
        at=0,
    )
    assert minuted(coop, record) is None
    assert refusal(coop, 0, DeviceRevoke(device=stranger.public, reason="")) == "MEM-6"
