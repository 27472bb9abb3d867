"""Proofs of decisions: every record that a vote took in, counted again offline (PRF-24, PRF-25)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from rochdale_protocol.core.canonical import encode
from rochdale_protocol.core.errors import LocalError
from rochdale_protocol.governance.records import AmendmentAccept, AmendmentOffer
from rochdale_protocol.proofs.build import prove_decision
from rochdale_protocol.proofs.checkpoint import make_checkpoint
from rochdale_protocol.proofs.decisions import recount_of
from rochdale_protocol.proofs.verdict import DecisionProved, Verdict
from rochdale_protocol.proofs.verify import verify_proof
from tests.protocol.coops import VOTE_MS
from tests.protocol.governance.assembly import Assembly, ranking
from tests.protocol.proofs.books import File, certified, to_bytes
from tests.protocol.proofs.decided import decided
from tests.protocol.proofs.test_verify import check_refused
from tests.vectors.files import load

VECTORS = load("proofs")["recounts"]


def decision_file() -> bytes:
    """Return the proof of a resolution that carried two to one, one of them in a room."""
    coop, proposal = decided()
    return prove_decision(coop.nodes[1].ledger, proposal).to_bytes()


def proved(verdict: Verdict) -> DecisionProved:
    assert verdict.ok, verdict.summary
    assert isinstance(verdict.proved, DecisionProved)
    return verdict.proved


def test_what_a_decision_proves() -> None:
    """The verdict has the text, the end and the recount, whose bytes are the book's (TAL-5)."""
    coop, proposal = decided()
    verdict = verify_proof(decision_file(), coop=coop.id)
    found = proved(verdict)
    assert verdict.summary == (
        "P-1 'Buy a trailer': carried with 2 for, 1 against, 0 abstained; 3 of 4 voted"
    )
    assert (found.text, found.status, found.effect) == (
        "For 900 pounds.",
        "carried",
        {"type": "none"},
    )
    assert encode(found.recount) == recount_of(coop.nodes[0].ledger, proposal).to_bytes()
    assert set(found.names.values()) == {"Farm 0", "Farm 1", "Farm 2"}
    assert "refused" in {each.name for each in verdict.caveats}
    assert verdict.signatures == 4 + 4 + 5 + 1


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector["name"]))
def test_vectors(vector: dict[str, Any]) -> None:
    """Each file gives the recount that the vector has, to the byte (TAL-5)."""
    verdict = verify_proof(vector["file"].encode())
    assert encode(proved(verdict).recount) == vector["recount"].encode()


def test_a_decision_from_a_checkpoint() -> None:
    """Who trusts a checkpoint needs no charter."""
    coop, proposal = decided()
    ledger = coop.nodes[0].ledger
    checkpoint = make_checkpoint(ledger, 2)
    data = prove_decision(ledger, proposal, checkpoint.minute).to_bytes()
    assert proved(verify_proof(data, checkpoint=checkpoint)).status == "carried"


def test_every_flipped_byte_of_the_votes_is_refused() -> None:
    """One bit changed in any byte of the log, or of the proposal's value: refused."""
    file = bytearray(decision_file())
    log = range(file.index(b'"log":['), file.index(b'"minutes":['))
    value = file.index(b'"value":{', file.index(b'"state":['))
    for place in (*log, *range(value, len(file))):
        file[place] ^= 1
        verdict = verify_proof(bytes(file))
        file[place] ^= 1
        assert not verdict.ok, place
        first = next(each for each in verdict.checked if not each.ok)
        assert first.code, place
        assert not first.detail.startswith("a rule is broken"), (place, first)


def changed(file: File) -> Iterator[tuple[str, str, File]]:
    """Yield files with another log, each with the step and the code that it fails with."""
    log = file["log"]

    def other(*taken: Any) -> File:
        return file | {"log": list(taken)}

    yield "claim", "TAL-1", other(*log[:-1])
    yield "claim", "TAL-1", other()
    yield "claim", "TAL-1", other(*log, log[-1])
    yield "claim", "TAL-1", other(log[0], log[2], log[1], *log[3:])
    swapped = [log[1] | {"member": log[3]["member"]}, log[2], log[3] | {"member": log[1]["member"]}]
    yield "claim", "TAL-1", other(log[0], *swapped, *log[4:])
    yield "records", "REC-5", other(log[0] | {"signature": log[1]["signature"]}, *log[1:])
    yield "records", "REC-6", other(log[0], log[1] | {"body": log[2]["body"]}, *log[2:])
    yield "claim", "TAL-2", file | {"records": []}
    gone = [each for each in file["state"] if each["proof"]["key"] != f"member/{log[1]['member']}"]
    yield "claim", "TAL-2", file | {"state": gone}


def test_another_log_is_refused() -> None:
    """Records left out, added, moved, given to others; minutes and members left out."""
    cases = list(changed(orjson.loads(decision_file())))
    assert len(cases) == 9
    for step, code, file in cases:
        check_refused(verify_proof(to_bytes(file)), step, code)


def test_an_amendment_is_the_text() -> None:
    """What was voted on is the text that the author took, though its record isn't in the log."""
    coop = Assembly(3)
    proposal = coop.put(opens=coop.wall + VOTE_MS)
    offered = coop.write(1, AmendmentOffer(proposal=proposal, text="For 800.", reason="")).id
    coop.write(0, AmendmentAccept(proposal=proposal, amendment=offered))
    coop.pass_time(VOTE_MS)
    coop.vote(proposal, "ff-")
    coop.close()
    file = prove_decision(coop.nodes[2].ledger, proposal).to_bytes()
    assert proved(verify_proof(file)).text == "For 800."
    without = orjson.loads(file) | {"records": []}
    check_refused(verify_proof(to_bytes(without)), "claim", "PRF-9")


def test_an_election_is_proved_with_its_count() -> None:
    """The verdict names who was elected, and its recount holds every stage."""
    coop = Assembly(4)
    election = coop.elect(1, 2)
    for number in range(3):
        coop.write(number, ranking(election, 2))
    coop.close()
    verdict = verify_proof(prove_decision(coop.nodes[0].ledger, election).to_bytes())
    assert verdict.summary.endswith("carried, elected Farm 1; 3 of 4 voted")
    assert proved(verdict).recount["count"]["rounds"]


def test_a_vote_that_goes_on_has_no_proof() -> None:
    """Nothing is decided before the end (PRF-24)."""
    coop = Assembly(2)
    proposal = coop.put()
    with pytest.raises(LocalError, match="PRF-24"):
        prove_decision(coop.nodes[0].ledger, proposal)


@pytest.mark.parametrize(
    ("said", "code"), [({}, ""), ({"for": 1}, "PRF-25"), ({"status": "open"}, "PRF-24")]
)
def test_founders_who_certify_another_tally(said: dict[str, Any], code: str) -> None:
    """Right signatures on a state that isn't what the ballots say prove nothing (PRF-25)."""
    coop = Assembly(2)
    proposal = coop.put()
    coop.vote(proposal, "ff")
    coop.close()
    log = [each.model_dump() for each in prove_decision(coop.nodes[0].ledger, proposal).log]
    values: dict[str, object] = {
        f"member/{name}": value for name, value in coop.state.scan("member/")
    }
    values[f"proposal/{proposal}"] = coop.entry(proposal) | said
    file = certified(("decision", proposal), [], values) | {"log": log}
    verdict = verify_proof(to_bytes(file))
    if code:
        check_refused(verdict, "claim", code)
    else:
        assert proved(verdict).status == "carried"
