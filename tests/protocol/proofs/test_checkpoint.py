"""Checkpoints, and verifying from one."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from rochdale_protocol.core.errors import CodedError, LocalError
from rochdale_protocol.core.limits import WITNESSES_MAX
from rochdale_protocol.proofs.build import prove_member, prove_record
from rochdale_protocol.proofs.checkpoint import Checkpoint, make_checkpoint
from rochdale_protocol.proofs.verify import verify_proof
from tests.protocol.coops import Coop, recovery, signed_charter
from tests.protocol.proofs.books import address, renewed, to_bytes
from tests.protocol.proofs.checkpoints import at, broken, false, files
from tests.protocol.proofs.spoilt import patched
from tests.protocol.proofs.test_verify import STEPS, check_refused
from tests.vectors.files import load

VECTORS = load("proofs")["begun"]


@pytest.mark.parametrize("vector", VECTORS["cases"], ids=lambda vector: vector["name"])
def test_begun_vectors(vector: dict[str, Any]) -> None:
    """From a checkpoint a file is proved, or refused by the step and with the code that say why."""
    file = patched(orjson.loads(VECTORS["files"][vector["of"]]), vector["patch"])
    given = vector["checkpoint"]
    checkpoint = Checkpoint.from_bytes(given.encode()) if given else None
    verdict = verify_proof(to_bytes(file), checkpoint=checkpoint)
    if vector["code"]:
        check_refused(verdict, vector["step"], vector["code"])
        return
    assert verdict.ok, verdict.summary
    assert [each.name for each in verdict.checked] == STEPS
    assert checkpoint is not None
    assert verdict.checkpoint == checkpoint.height
    assert (verdict.height, verdict.minute) == (file["header"]["height"], at(verdict.height).minute)


@pytest.mark.parametrize(("name", "code", "data"), broken(), ids=lambda value: str(value)[:40])
def test_what_is_no_checkpoint(name: str, code: str, data: bytes) -> None:
    """A checkpoint that is damaged or contradicts itself is refused with its code."""
    with pytest.raises(CodedError) as caught:
        Checkpoint.from_bytes(data)
    assert caught.value.code == code, name


@pytest.mark.parametrize("vector", VECTORS["broken"], ids=lambda vector: vector["name"])
def test_broken_vectors(vector: dict[str, Any]) -> None:
    """What the vectors call no checkpoint is refused with their code."""
    with pytest.raises(CodedError) as caught:
        Checkpoint.from_bytes(vector["checkpoint"].encode())
    assert caught.value.code == vector["code"]


def test_every_minute_makes_a_checkpoint() -> None:
    """The checkpoint of any minute proves what every file from the charter and from it holds."""
    coop, _ = renewed()
    ledger = coop.ledgers[6]
    member = recovery(4).public
    whole = prove_member(ledger, member).to_bytes()
    for height in range(ledger.height + 1):
        checkpoint = make_checkpoint(ledger, height)
        assert Checkpoint.from_bytes(checkpoint.to_bytes()) == checkpoint
        stored = ledger.minute(height)
        assert stored is not None
        assert (checkpoint.minute, checkpoint.coop) == (stored.id, coop.id)
        assert checkpoint.roster == ledger.roster_at(height + 1)
        made = prove_member(ledger, member, checkpoint.minute).to_bytes()
        for file in (whole, made):
            verdict = verify_proof(file, coop=coop.id, checkpoint=checkpoint)
            assert verdict.ok, (height, verdict.summary)
        assert len(made) < len(whole)


def test_a_record_older_than_the_checkpoint() -> None:
    """From a checkpoint any older record is proved, in the newest minute's history."""
    coop, _ = renewed()
    ledger = coop.ledgers[6]
    first = ledger.minute(1)
    assert first is not None
    file = prove_record(ledger, first.records[0][0], at(20).minute).to_bytes()
    verdict = verify_proof(file, checkpoint=at(20))
    assert verdict.ok, verdict.summary
    assert verdict.proved is not None
    assert "minute 1" in verdict.summary


def test_what_a_checkpoint_leaves_unsaid() -> None:
    """The verdict names the checkpoint, its skips, and a history that isn't joined to it."""
    whole, made = (to_bytes(files()[name]) for name in ("charter", "M20"))
    names = {each.name for each in verify_proof(made, checkpoint=at(20)).caveats}
    expected = {"checkpoint", "charter", "later", "witnesses", "skips", "names", "times"}
    assert names == expected
    names = {each.name for each in verify_proof(whole, checkpoint=at(20)).caveats}
    assert names == expected - {"charter"} | {"rules", "history"}
    names = {each.name for each in verify_proof(whole, checkpoint=at(2)).caveats}
    assert "history" not in names


def test_the_co_op_beside_a_checkpoint() -> None:
    """A verifier who names another co-op than its checkpoint's is told so."""
    file = to_bytes(files()["M20"])
    other = signed_charter(2).charter.coop()
    check_refused(verify_proof(file, coop=other, checkpoint=at(20)), "trust", "PRF-3")


def test_a_fork_is_said_aloud() -> None:
    """Two final minutes of one height are called a fork in the summary."""
    verdict = verify_proof(to_bytes(files()["M20"]), checkpoint=false(20))
    assert "A FORK" in verdict.summary


def test_minutes_that_the_book_does_not_hold() -> None:
    """No checkpoint is made of a later minute, nor a proof from one that this book lacks."""
    coop = Coop(1)
    ledger = coop.ledgers[0]
    record = coop.write(0, address(7001))
    for height in (-1, 2):
        with pytest.raises(LocalError, match="PRF-23"):
            make_checkpoint(ledger, height)
    with pytest.raises(LocalError, match="PRF-23"):
        prove_record(ledger, record.id, at(5).minute)
    ledger.desk["heights"].put(at(5).minute, b"5")  # fetched, and not yet taken over
    with pytest.raises(LocalError, match="PRF-23"):
        prove_record(ledger, record.id, at(5).minute)


def test_the_largest_checkpoint_is_read() -> None:
    """A checkpoint of as many witnesses as there may be stays under what a verifier reads."""
    pairs = [[f"{number:064x}", f"{number:064x}"] for number in range(WITNESSES_MAX)]
    most = Checkpoint(v=1, header=at(5).header, witnesses=pairs)
    header = most.header.model_copy(update={"roster_hash": most.roster.hash})
    most = Checkpoint(v=1, header=header, witnesses=pairs)
    assert Checkpoint.from_bytes(most.to_bytes()).roster == most.roster
