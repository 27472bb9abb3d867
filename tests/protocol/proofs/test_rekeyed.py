"""Proofs about a member whose recovery key the others replaced (PRF-7, MEM-16)."""

from __future__ import annotations

from rochdale_protocol.core.hashes import Tag
from rochdale_protocol.governance.effects import Rekey
from rochdale_protocol.governance.records import ProposalNew
from rochdale_protocol.membership.records import DeviceEnrol
from rochdale_protocol.membership.rules import recovery_claim
from rochdale_protocol.proofs.build import prove_record
from rochdale_protocol.proofs.verify import verify_proof
from tests.protocol.coops import VOTE_MS, Coop, device, recovery
from tests.protocol.forging import deliver, forge


def test_what_the_old_key_vouched_for_stays_proved() -> None:
    """An enrolment of before the re-keying verifies in a state that holds the new key."""
    coop = Coop(4)
    member = recovery(3).public
    claim = recovery_claim(coop.id, member, device(9).public)
    signature = recovery(3).sign(Tag.SIGN_RECOVERY, claim).hex()
    enrolment = forge(coop, 9, DeviceEnrol(member=member, label="x", recovery_sig=signature))
    deliver(coop, enrolment)
    coop.pump()
    coop.decide(
        ProposalNew(
            opens=0,
            election=None,
            title="New keys",
            text="",
            business="special",
            closes=coop.wall + VOTE_MS,
            effect=Rekey(member=member, recovery=recovery(8).public),
        )
    )
    ledger = coop.ledgers[0]
    assert ledger.final.need(f"member/{member}")["recovery"] == recovery(8).public
    verdict = verify_proof(prove_record(ledger, enrolment.id).to_bytes(), coop=coop.id)
    assert verdict.ok, verdict.summary
