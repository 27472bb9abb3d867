"""Votes and certificates: their bytes, and who may have signed what (VOT-n, CRT-n)."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rochdale_protocol.core.errors import DecodeError, Refused
from rochdale_protocol.core.hashes import ZERO_ID
from rochdale_protocol.core.limits import WITNESSES_MAX
from rochdale_protocol.minutes.votes import (
    VOTE_SIZE,
    Certificate,
    Vote,
    VoteKind,
    evidence_between,
)
from tests.protocol.minutes.grounds import COOP, PREV, certificate, ground, key, roster, vote

M = "aa" * 32
FOUR = ground(4)
FINAL = certificate(FOUR, range(3), VoteKind.FINALIZE, 2, M)


def some_vote(kind: VoteKind = VoteKind.NOTARIZE) -> Vote:
    return vote(FOUR, 1, kind, 3, ZERO_ID if kind is VoteKind.NULLIFY else M)


@pytest.mark.parametrize("kind", list(VoteKind))
def test_a_vote_survives_its_bytes(kind: VoteKind) -> None:
    """A vote is 145 bytes, and those of its statement are signed (VOT-1, VOT-2)."""
    one = some_vote(kind)
    assert len(one.to_bytes()) == VOTE_SIZE == 145
    assert Vote.from_bytes(one.to_bytes()) == one
    one.check(FOUR)


def test_what_a_vote_signs() -> None:
    """The statement names the co-op, the height, what came before, the roster and the question."""
    assert (
        FOUR.statement(VoteKind.PROPOSE, 3, M, 1)
        == (
            f'{{"coop":"{COOP}","height":5,"kind":"propose","minute":"{M}","parent":1,'
            f'"prev":"{PREV}","roster":"{FOUR.roster.hash}","view":3}}'
        ).encode()
    )


@pytest.mark.parametrize("size", [0, 144, 146])
def test_a_vote_of_another_size_is_refused(size: int) -> None:
    """Anything but 145 bytes is VOT-2."""
    with pytest.raises(DecodeError, match="VOT-2"):
        Vote.from_bytes((some_vote().to_bytes() * 2)[:size])


@pytest.mark.parametrize(
    "changed",
    [
        {"height": 0},
        {"height": 2**53},
        {"view": 0},
        {"parent": 1},
        {"kind": VoteKind.PROPOSE, "parent": 3},
        {"kind": VoteKind.PROPOSE, "minute": ZERO_ID},
        {"kind": VoteKind.NULLIFY},
        {"kind": VoteKind.FINALIZE, "minute": ZERO_ID},
        {"kind": VoteKind.NULLIFY, "minute": ZERO_ID, "parent": 1},
    ],
    ids=str,
)
def test_a_vote_that_can_not_be_is_refused(changed: dict[str, object]) -> None:
    """Fields out of range, or that the kind doesn't have, are VOT-3."""
    odd = replace(some_vote(), **changed)  # type: ignore[arg-type]
    with pytest.raises(DecodeError, match="VOT-3"):
        Vote.from_bytes(odd.to_bytes())


@pytest.mark.parametrize("kind", [0, 5, 255])
def test_a_vote_of_no_kind_is_refused(kind: int) -> None:
    """A fifth kind of vote is VOT-3."""
    data = bytearray(some_vote().to_bytes())
    data[8] = kind
    with pytest.raises(DecodeError, match="VOT-3"):
        Vote.from_bytes(bytes(data))


def test_a_vote_of_a_foreigner_is_refused() -> None:
    """A vote by no witness, or of another height, is VOT-4."""
    with pytest.raises(Refused, match="VOT-4"):
        vote(FOUR, 4, VoteKind.NOTARIZE, 1, M).check(FOUR)
    with pytest.raises(Refused, match="VOT-4"):
        vote(ground(4, height=6), 1, VoteKind.NOTARIZE, 1, M).check(FOUR)


def test_a_vote_that_is_not_the_witness_s_is_refused() -> None:
    """A vote signed by another, on other ground or changed afterwards is VOT-5."""
    one = some_vote()
    others = [
        replace(one, device=key(2).public),
        replace(one, view=4),
        replace(one, minute="ab" * 32),
        replace(one, kind=VoteKind.FINALIZE),
        replace(one, signature=bytes(64)),
        vote(replace(FOUR, coop="c1" * 32), 1, VoteKind.NOTARIZE, 3, M),
        vote(replace(FOUR, prev="9f" * 32), 1, VoteKind.NOTARIZE, 3, M),
        vote(replace(FOUR, roster=roster(5)), 1, VoteKind.NOTARIZE, 3, M),
    ]
    for other in others:
        with pytest.raises(Refused, match="VOT-5"):
            other.check(FOUR)


@pytest.mark.parametrize(("one", "other"), list(product(VoteKind, VoteKind)))
def test_what_contradicts(one: VoteKind, other: VoteKind) -> None:
    """Two answers to one question are a fault, and so are NULLIFY and FINALIZE of a view (VOT-6).

    To notarise and then nullify or finalise, or to propose besides, is lawful.
    """
    first = replace(some_vote(one), parent=0)
    second = replace(some_vote(other), parent=0)
    both_ends = {one, other} == {VoteKind.NULLIFY, VoteKind.FINALIZE}
    assert evidence_between(first, second) is both_ends
    assert not evidence_between(first, replace(second, view=4))
    if one is other and one is not VoteKind.NULLIFY:
        assert evidence_between(first, replace(second, minute="ab" * 32))
    if one is other is VoteKind.PROPOSE:
        assert evidence_between(first, replace(second, parent=2))


def test_a_certificate_survives_its_bytes() -> None:
    """A certificate of three of four is 111 + 1 + 3 x 64 bytes and checks (CRT-1)."""
    data = FINAL.to_bytes()
    assert len(data) == 111 + 1 + 3 * 64
    assert Certificate.from_bytes(data) == FINAL
    FINAL.check(COOP, FOUR.roster)
    FINAL.check_final(M, 5, PREV)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: data[:110],
        lambda data: data[:-1],
        lambda data: data + bytes(64),
        lambda data: b"\x00" + data[1:],
        lambda data: b"\x05" + data[1:],
        lambda data: data[:1] + bytes(8) + data[9:],
        lambda data: data[:1] + b"\xff" * 8 + data[9:],
        lambda data: data[:9] + bytes(4) + data[13:],
        lambda data: data[:111] + b"\x17" + data[112:],
        lambda data: data[:111] + b"\x0f" + data[112:],
        lambda data: data[:109] + (WITNESSES_MAX + 1).to_bytes(2, "big") + data[111:],
    ],
    ids=["empty", "cut", "signature-cut", "signature-more", "kind-0", "kind-5", "height-0",
         "height-big", "view-0", "signer-past-the-roster", "signer-unsigned", "roster-too-big"],
)  # fmt: skip
def test_a_certificate_out_of_form_is_refused(spoil: object) -> None:
    """Bytes that are no certificate are CRT-1, each without a crash."""
    assert callable(spoil)
    with pytest.raises(DecodeError, match="CRT-1"):
        Certificate.from_bytes(spoil(FINAL.to_bytes()))


@given(st.binary(max_size=400))
def test_no_bytes_crash_the_decoder_of_certificates(data: bytes) -> None:
    """Whatever comes in is a certificate or CRT-1; what is one has the same bytes again."""
    try:
        read = Certificate.from_bytes(data)
    except DecodeError:
        return
    assert read.to_bytes() == data


def test_a_certificate_of_another_roster_is_refused() -> None:
    """A certificate that names other witnesses is CRT-2, whoever signed it."""
    for other in (roster(5), roster(3)):
        with pytest.raises(Refused, match="CRT-2"):
            FINAL.check(COOP, other)
    with pytest.raises(Refused, match="CRT-2"):
        replace(FINAL, roster_size=5).check(COOP, FOUR.roster)


@pytest.mark.parametrize(("count", "enough"), [(1, 1), (2, 2), (3, 3), (4, 3), (6, 5), (7, 5)])
def test_a_certificate_with_too_few_signers_is_refused(count: int, enough: int) -> None:
    """One signer less than a quorum is CRT-3; a quorum and all pass."""
    on = ground(count)
    few = certificate(on, range(enough), VoteKind.FINALIZE, 1, M)
    few.check(COOP, on.roster)
    certificate(on, range(count), VoteKind.FINALIZE, 1, M).check(COOP, on.roster)
    less = replace(few, signers=few.signers[:-1], signatures=few.signatures[:-1])
    with pytest.raises(Refused, match="CRT-3"):
        less.check(COOP, on.roster)


def test_a_repeated_signer_counts_once() -> None:
    """Two signatures of one witness can't be told in the bytes, and are one when collected."""
    votes = [vote(FOUR, number, VoteKind.FINALIZE, 2, M) for number in (0, 1, 1, 0)]
    twice = Certificate.collect(FOUR, votes)
    assert twice.signers == (0, 1)
    with pytest.raises(Refused, match="CRT-3"):
        twice.check(COOP, FOUR.roster)
    stuffed = replace(FINAL, signers=(0, 1, 1), signatures=FINAL.signatures)
    with pytest.raises(DecodeError, match="CRT-1"):
        Certificate.from_bytes(stuffed.to_bytes())


@pytest.mark.parametrize(
    "changed",
    [
        {"minute": "ab" * 32},
        {"view": 3},
        {"height": 6},
        {"prev": "9f" * 32},
        {"kind": VoteKind.NOTARIZE},
        {"signers": (0, 1, 3)},
        {"signatures": (FINAL.signatures[0], FINAL.signatures[2], FINAL.signatures[1])},
        {"signatures": (*FINAL.signatures[:2], vote(FOUR, 4, VoteKind.FINALIZE, 2, M).signature)},
    ],
    ids=["minute", "view", "height", "prev", "kind", "signer", "order", "foreigner"],
)
def test_a_certificate_that_they_did_not_sign_is_refused(changed: dict[str, object]) -> None:
    """A signature that isn't that witness's on this very thing is CRT-4."""
    with pytest.raises(Refused, match="CRT-4"):
        replace(FINAL, **changed).check(COOP, FOUR.roster)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="CRT-4"):
        FINAL.check("c1" * 32, FOUR.roster)


def test_a_certificate_of_something_else_finalises_nothing() -> None:
    """A certificate of another kind, minute, height or predecessor is CRT-5 for this minute."""
    others = [
        certificate(FOUR, range(3), VoteKind.NOTARIZE, 2, M),
        certificate(FOUR, range(3), VoteKind.FINALIZE, 2, "ab" * 32),
        certificate(ground(4, height=6), range(3), VoteKind.FINALIZE, 2, M),
        certificate(replace(FOUR, prev="9f" * 32), range(3), VoteKind.FINALIZE, 2, M),
    ]
    for other in others:
        with pytest.raises(Refused, match="CRT-5"):
            other.check_final(M, 5, PREV)
