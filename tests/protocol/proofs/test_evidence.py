"""A file of evidence convicts whom it should, and nobody else (EVD-3)."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rochdale_protocol.core.canonical import encode
from rochdale_protocol.core.hashes import ZERO_ID
from rochdale_protocol.membership.records import WitnessEvidence
from rochdale_protocol.minutes.votes import VoteKind
from rochdale_protocol.proofs.evidence import (
    EVIDENCE_SIZE_MAX,
    evidence_file,
    is_evidence,
    verify_evidence,
)
from tests.protocol.minutes.grounds import COOP, PREV, ground, key, vote
from tests.protocol.minutes.play import A, B, F, P, T, X

ON = ground(4)
WHO = key(1).public


def made(one: tuple[VoteKind, str, int] = (F, A, 0), other: tuple[VoteKind, str, int] = (F, B, 0),
         by: tuple[int, int] = (1, 1)) -> bytes:  # fmt: skip
    """Return a file of two votes in view 2 of height 5."""
    both = zip((one, other), by, strict=True)
    votes = [vote(ON, who, kind, 2, minute, parent) for (kind, minute, parent), who in both]
    first, second = sorted(each.to_bytes().hex() for each in votes)
    body = WitnessEvidence(height=5, prev=PREV, roster=ON.roster.hash, first=first, second=second)
    return evidence_file(COOP, body)


FILE = made()


@pytest.mark.parametrize(
    ("one", "other", "says"),
    [
        ((F, A, 0), (F, B, 0), {"declared minute", A[:16], B[:16]}),
        ((F, A, 0), (X, ZERO_ID, 0), {"declared minute", "gave the view up"}),
        ((T, A, 0), (T, B, 0), {"attested minute", A[:16], B[:16]}),
        ((P, A, 0), (P, A, 1), {"proposed minute", "again, from view 1"}),
    ],
)
def test_a_file_says_whom_it_convicts_of_what(
    one: tuple[VoteKind, str, int], other: tuple[VoteKind, str, int], says: set[str]
) -> None:
    """Device, co-op, height and both votes in words; and what it does not prove."""
    verdict = verify_evidence(made(one, other))
    assert verdict.ok
    assert (verdict.device, verdict.coop, verdict.height) == (WHO, COOP, 5)
    assert {each.kind for each in verdict.votes} == {one[0].name.lower(), other[0].name.lower()}
    assert all(words in verdict.summary for words in says)
    assert {each.name for each in verdict.caveats} == {"book", "holder", "purpose", "coop"}


def test_a_named_coop_must_be_the_one() -> None:
    """With the right id the caveat goes; with another the file is refused with PRF-3."""
    assert "coop" not in {each.name for each in verify_evidence(FILE, coop=COOP).caveats}
    other = verify_evidence(FILE, coop="dd" * 32)
    assert (other.ok, other.checked[-1].code) == (False, "PRF-3")


def changed(**fields: object) -> bytes:
    return encode({**json.loads(FILE), **fields})


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (FILE[:-1], "CAN-2"),
        (FILE + b"\n", "CAN-7"),
        (json.dumps(json.loads(FILE), indent=1).encode(), "CAN-7"),
        (b" " * (EVIDENCE_SIZE_MAX + 1), "CAN-1"),
        (b"[]", "EVD-3"),
        (encode({"type": "evidence"}), "EVD-3"),
        (changed(more=1), "EVD-3"),
        (changed(v=2), "EVD-3"),
        (changed(type="proof"), "EVD-3"),
        (changed(device=key(2).public), "EVD-3"),
        (changed(height=0), "EVD-3"),
        (changed(first="00"), "EVD-3"),
        (changed(first=json.loads(FILE)["second"]), "EVD-1"),
        (changed(height=6), "EVD-1"),
        (changed(coop="dd" * 32), "EVD-2"),
        (changed(prev=A), "EVD-2"),
        (changed(roster=A), "EVD-2"),
        (made(by=(1, 2)), "EVD-1"),
        (made((T, A, 0), (F, A, 0)), "EVD-1"),
    ],
)
def test_what_proves_nothing_says_why(data: bytes, code: str) -> None:
    """Each way to be no evidence has its code and a reason, and convicts nobody."""
    verdict = verify_evidence(data)
    assert not verdict.ok
    assert (verdict.checked[-1].code, verdict.device, verdict.caveats) == (code, "", [])
    assert verdict.summary.startswith("not proved: ")
    assert "a rule is broken" not in verdict.summary


@given(at=st.integers(0, len(FILE) - 1), byte=st.integers(0, 255))
@example(at=10, byte=FILE[10] ^ 1)
def test_no_byte_can_be_changed(at: int, byte: int) -> None:
    """A file with one byte changed convicts nobody; nothing but a verdict comes out."""
    spoilt = FILE[:at] + bytes([byte]) + FILE[at + 1 :]
    verdict = verify_evidence(spoilt)
    assert verdict.ok is (spoilt == FILE)


@given(st.binary(max_size=300))
def test_rubbish_is_answered(data: bytes) -> None:
    """Whatever bytes come, the answer is a verdict that convicts nobody."""
    assert not verify_evidence(data).ok


def test_a_file_is_told_from_a_proof() -> None:
    """Evidence is known by its type, also where it was reformatted; a proof is not taken for it."""
    assert is_evidence(FILE)
    assert is_evidence(json.dumps(json.loads(FILE), indent=1).encode())
    assert not is_evidence(b'{"claim":{"type":"record"}}')
    assert not is_evidence(b"")
