"""Making proof files from real books."""

from __future__ import annotations

import pytest

from rochdale_protocol.agreements.records import AgreementDraft, AgreementRevise
from rochdale_protocol.core.canonical import encode
from rochdale_protocol.core.errors import LocalError
from rochdale_protocol.core.hashes import ZERO_ID, Tag, record_id
from rochdale_protocol.core.limits import PATIENCE_MS
from rochdale_protocol.core.records import (
    Verified,
    author_record,
    body_hash,
    decode_record,
    verify_record,
)
from rochdale_protocol.governance.records import BallotCast
from rochdale_protocol.membership.records import (
    DeviceAdd,
    DeviceRevoke,
    Erase,
    MemberProfile,
    MemberResign,
)
from rochdale_protocol.membership.rules import recovery_claim
from rochdale_protocol.proofs import build
from rochdale_protocol.proofs.build import prove_agreement, prove_member, prove_record
from rochdale_protocol.proofs.file import Proof
from rochdale_protocol.proofs.verdict import AgreementProved, MemberProved, RecordProved, Verdict
from rochdale_protocol.proofs.verify import verify_proof
from tests.protocol.coops import Coop, device, recovery
from tests.protocol.proofs.books import TEXT, address, agree, agreed, signature

MEMBERS = [recovery(number).public for number in range(3)]


def verified(coop: Coop, proof: Proof) -> Verdict:
    verdict = verify_proof(proof.to_bytes(), coop=coop.id)
    assert verdict.ok, verdict.summary
    return verdict


def record_proved(coop: Coop, record: str) -> RecordProved:
    proved = verified(coop, prove_record(coop.ledgers[0], record)).proved
    assert isinstance(proved, RecordProved)
    assert proved.record == record
    return proved


def test_every_record_of_a_book_can_be_proved() -> None:
    """Each record that any minute holds has a proof that verifies, from any node."""
    coop, _ = agreed()
    for number, ledger in enumerate(coop.ledgers):
        for height in range(1, ledger.height + 1):
            minute = ledger.minute(height)
            assert minute is not None
            for index, (record, _) in enumerate(minute.records):
                proved = verified(coop, prove_record(ledger, record)).proved
                assert isinstance(proved, RecordProved), number
                assert (proved.height, proved.index) == (height, index)


def test_a_newcomer_proves_its_admission() -> None:
    """A farm that joined later proves its membership and its application, by five witnesses."""
    coop = Coop(4)
    number = coop.admit()
    coop.write(0, address(7001))
    ledger = coop.ledgers[number]
    verdict = verified(coop, prove_member(ledger, recovery(number).public))
    proved = verdict.proved
    assert isinstance(proved, MemberProved)
    assert (proved.name, proved.devices) == (f"Farm {number}", [device(number).public])
    assert proved.joined > 0
    applied = next(ledger.final.scan("application/"))[0]
    verdict = verified(coop, prove_record(ledger, applied))
    details = {each.name: each.detail for each in verdict.checked}
    assert details["rosters"] == "0 steps from the founders lead to 4 witnesses"
    assert details["certificate"].endswith("of 5 witnesses")


def test_a_refused_record_is_proved_with_its_code() -> None:
    """That the members refused a record, and why, can be proved as well."""
    coop = Coop(1)
    ledger = coop.ledgers[0]
    record = author_record(
        device(0),
        BallotCast(principal=None, proposal="9" * 64, choice="for", reason=""),
        coop=coop.id,
        seq=1,
        prev="",
        seen=ledger.tip.id,
        at=coop.wall,
    )
    _put(coop, record)
    proved = record_proved(coop, record.id)
    assert proved.code.startswith("GOV-")
    verdict = verify_proof(prove_record(ledger, record.id).to_bytes())
    assert f"refused with {proved.code}" in verdict.summary


def _put(coop: Coop, record: Verified) -> None:
    """Bring farm 0 a record of its own device that its node would never sign."""
    ledger = coop.ledgers[0]
    ledger.signer, signer = None, ledger.signer
    ledger.add_record(record)
    ledger.signer = signer
    coop.pump()


def test_evidence_of_two_records_with_one_seq() -> None:
    """The second record with a device's seq is proved as refused: evidence for anyone."""
    coop = Coop(4)
    records = [_first_record(coop, port) for port in (7001, 7002)]
    for record in records:
        coop.ledgers[0].add_record(record)
        coop.pump()
        coop.pass_time(PATIENCE_MS)  # farm 3 may lead, and it no longer signs
    assert record_proved(coop, records[0].id).code == ""
    assert record_proved(coop, records[1].id).code == "CHN-5"


def _first_record(coop: Coop, port: int) -> Verified:
    """Sign a first record of farm 3's device, behind the back of its own node."""
    return author_record(
        device(3),
        address(port),
        coop=coop.id,
        seq=1,
        prev="",
        seen=coop.ledgers[0].tip.id,
        at=coop.wall,
    )


def test_an_erased_body_leaves_a_proof_that_says_so() -> None:
    """The record is still proved; the verdict says that its body is not in the file."""
    coop = Coop(1)
    profile = coop.write(0, MemberProfile(contact="Ann", about="lambs", salt="0" * 32))
    assert record_proved(coop, profile.id).body is not None
    coop.write(0, Erase(record=profile.id))
    assert record_proved(coop, profile.id).body is None
    verdict = verify_proof(prove_record(coop.ledgers[0], profile.id).to_bytes())
    assert "bodies" in [each.name for each in verdict.caveats]


def test_a_revised_agreement() -> None:
    """Of a revised agreement the version in force is proved, with its own text."""
    coop = Coop(2)
    draft = coop.write(0, AgreementDraft(title="Supply", text=TEXT, parties=MEMBERS[:2]))
    coop.write(1, signature(draft.id))
    newer = f"{TEXT}And we share the lorry.\n"
    coop.write(1, AgreementRevise(agreement=draft.id, text=newer))
    for number in range(2):
        coop.author(number, signature(draft.id, newer, 2))
    coop.pump()
    proved = verified(coop, prove_agreement(coop.ledgers[0], draft.id)).proved
    assert isinstance(proved, AgreementProved)
    assert (proved.version, proved.text) == (2, newer)


@pytest.mark.parametrize("body", [b"[1]", b"no json", b'{"a":' * 14 + b"1" + b"}" * 14])
def test_a_body_that_the_file_cannot_hold(body: bytes) -> None:
    """A refused record whose body is no object, or too deep, is proved without the body."""
    coop = Coop(1)
    ledger = coop.ledgers[0]
    header = encode(
        {
            "v": 1,
            "coop": coop.id,
            "device": device(0).public,
            "seq": 1,
            "prev": ZERO_ID,
            "seen": ledger.tip.id,
            "refs": [],
            "at": coop.wall,
            "kind": "member.address",
            "body_hash": body_hash(body),
            "body_size": len(body),
        }
    )
    signed = device(0).sign(Tag.SIGN_RECORD, header)
    frame = len(header).to_bytes(2, "big") + header + signed + body
    _put(coop, verify_record(decode_record(frame), coop.id))
    proved = record_proved(coop, record_id(header))
    assert (proved.code, proved.body) == ("REC-8", None)


def test_a_roster_changed_by_the_newest_minute() -> None:
    """The certificate of the newest minute is by the witnesses before its change."""
    coop = Coop(3)
    record = coop.write(0, MemberResign(reason=""))
    verdict = verified(coop, prove_record(coop.ledgers[1], record.id))
    assert verdict.signatures == 3 + 3 + 1


def test_devices_in_a_proof_of_membership() -> None:
    """It shows the member's active devices, and neither revoked ones nor those of others."""
    coop = Coop(2)
    phone, tablet = device(8), device(9)
    for signer in (phone, tablet):
        claim = recovery_claim(coop.id, MEMBERS[0], signer.public)
        accepted = signer.sign(Tag.SIGN_DEVICE, claim).hex()
        coop.write(0, DeviceAdd(device=signer.public, label="phone", device_sig=accepted))
    coop.write(0, DeviceRevoke(device=tablet.public, reason="lost"))
    proof = prove_member(coop.ledgers[1], MEMBERS[0])
    keys = {item.proof.key for item in proof.state}
    devices = {device(0).public, phone.public}
    assert keys == {f"member/{MEMBERS[0]}", *(f"device/{each}" for each in devices)}
    proved = verified(coop, proof).proved
    assert isinstance(proved, MemberProved)
    assert set(proved.devices) == devices


def test_a_proof_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that no verifier would read is not made."""
    coop, agreement = agreed()
    monkeypatch.setattr(build, "PROOF_SIZE_MAX", 5_000)
    with pytest.raises(LocalError, match="PRF-16"):
        prove_agreement(coop.ledgers[0], agreement)


def test_what_is_not_in_force_yet() -> None:
    """An agreement that lacks a signature has no proof; one nobody knows neither."""
    coop = Coop(2)
    ledger = coop.ledgers[0]
    draft = coop.author(0, AgreementDraft(title="Supply", text=TEXT, parties=MEMBERS[:2]))
    with pytest.raises(LocalError, match="PRF-15"):
        prove_agreement(ledger, draft.id)
    coop.pump()
    coop.write(0, signature(draft.id))
    with pytest.raises(LocalError, match="PRF-10"):
        prove_agreement(ledger, draft.id)
    with pytest.raises(LocalError, match="PRF-14"):
        prove_agreement(ledger, "9" * 64)
    coop.write(1, signature(draft.id))
    assert verified(coop, prove_agreement(ledger, draft.id)).ok


def test_what_is_not_final_yet() -> None:
    """A pending record has no proof; one nobody knows neither."""
    coop = Coop(1)
    record = coop.author(0, address(7001))
    with pytest.raises(LocalError, match="PRF-15"):
        prove_record(coop.ledgers[0], record.id)
    with pytest.raises(LocalError, match="PRF-14"):
        prove_record(coop.ledgers[0], "9" * 64)


def test_who_is_no_member() -> None:
    """One who left, and one who never was, get no proof of membership."""
    coop = Coop(2)
    coop.write(1, MemberResign(reason=""))
    with pytest.raises(LocalError, match="PRF-13"):
        prove_member(coop.ledgers[0], MEMBERS[1])
    with pytest.raises(LocalError, match="PRF-14"):
        prove_member(coop.ledgers[0], MEMBERS[2])


def test_a_party_that_left_stays_bound() -> None:
    """An agreement is proved also after a party resigned: the member's name is still shown."""
    coop = Coop(3)
    agreement = agree(coop, [0, 1, 2])
    coop.write(2, MemberResign(reason=""))
    proved = verified(coop, prove_agreement(coop.ledgers[0], agreement)).proved
    assert isinstance(proved, AgreementProved)
    assert "Farm 2" in [party.name for party in proved.parties]
