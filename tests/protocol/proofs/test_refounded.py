"""Proofs from a book that refounds another say so, and what that does not prove."""

from __future__ import annotations

import orjson

from rochdale_protocol.core.fields import Refounds
from rochdale_protocol.minutes.minute import SignedCharter
from rochdale_protocol.proofs.build import prove_record
from rochdale_protocol.proofs.checkpoint import make_checkpoint
from rochdale_protocol.proofs.verify import verify_proof
from tests.protocol.coops import Coop, device, some_charter

from .books import address, to_bytes

CITED = Refounds(coop="c0" * 32, height=12, minute="12" * 32)


def refounded() -> tuple[Coop, str]:
    """Return a co-op that refounds another, and a record that it made final."""
    charter = some_charter(2).model_copy(update={"refounds": CITED})
    signatures = [charter.sign(device(number)) for number in range(2)]
    coop = Coop(2, signed=SignedCharter(charter=charter, signatures=[*signatures]))
    return coop, coop.write(0, address(7001)).id


def test_the_verdict_names_the_older_book() -> None:
    """What is proved from the charter comes with the mark, and with a caveat (RFD-2)."""
    coop, record = refounded()
    verdict = verify_proof(prove_record(coop.ledgers[1], record).to_bytes(), coop=coop.id)
    assert verdict.ok
    assert verdict.refounds == CITED
    trust = next(each.detail for each in verdict.checked if each.name == "trust")
    assert trust.endswith(f"refounded from {CITED.coop} at minute 12")
    assert "refounded" in {caveat.name for caveat in verdict.caveats}


def test_a_co_op_founded_afresh_bears_no_mark() -> None:
    """Where nothing was refounded, no word of it is said."""
    coop = Coop(2)
    record = coop.write(0, address(7001)).id
    verdict = verify_proof(prove_record(coop.ledgers[1], record).to_bytes())
    assert verdict.ok
    assert verdict.refounds is None
    assert "refounded" not in verdict.model_dump_json().replace("refounds", "")


def test_the_mark_can_not_be_taken_off() -> None:
    """Without the citation it is another co-op's charter, which nobody signed (MIN-11)."""
    coop, record = refounded()
    file = orjson.loads(prove_record(coop.ledgers[1], record).to_bytes())
    file["charter"]["charter"]["refounds"] = None
    verdict = verify_proof(to_bytes(file))
    assert not verdict.ok
    assert next(each.code for each in verdict.checked if not each.ok) == "MIN-11"


def test_a_checkpoint_stands_for_the_charter() -> None:
    """A file that begins from a checkpoint holds no charter, so it says nothing of the mark."""
    coop, record = refounded()
    coop.write(1, address(7002))
    checkpoint = make_checkpoint(coop.ledgers[0], 1)
    data = prove_record(coop.ledgers[0], record, checkpoint.minute).to_bytes()
    verdict = verify_proof(data, checkpoint=checkpoint)
    assert verdict.ok
    assert (verdict.coop_name, verdict.refounds) == ("", None)
