"""Evidence against witnesses, and what nodes keep so that a fork leaves some."""

from __future__ import annotations

from itertools import combinations

import pytest

from rochdale_protocol.core.errors import Refused
from rochdale_protocol.core.hashes import ZERO_ID
from rochdale_protocol.core.limits import GROUNDS_SIZE_MAX, PATIENCE_MS
from rochdale_protocol.membership.records import MemberAddress, WitnessEvidence
from rochdale_protocol.minutes.evidence import check_evidence, contradictions
from rochdale_protocol.minutes.votes import Certificate, Vote, VoteKind
from tests.protocol.coops import Coop, device
from tests.protocol.forging import refusal
from tests.protocol.minutes.grounds import COOP, PREV, certificate, ground, vote
from tests.protocol.minutes.play import A, B, F, P, T, X

HERE = MemberAddress(addresses=["farm.example:4000"])
ON = ground(4)
ROSTER = ON.roster.hash


def proved(*votes: Vote, coop: str = COOP, height: int = 5) -> tuple[Vote, Vote]:
    """Check two votes, in the order of their bytes."""
    first, second = sorted(one.to_bytes() for one in votes)
    return check_evidence(coop, height, PREV, ROSTER, (first, second))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((F, 1, A, 0), (X, 1, ZERO_ID, 0)),
        ((T, 2, A, 0), (T, 2, B, 0)),
        ((F, 2, A, 0), (F, 2, B, 0)),
        ((P, 3, A, 0), (P, 3, A, 1)),
    ],
)
def test_contradictory_votes_are_evidence(
    one: tuple[VoteKind, int, str, int], other: tuple[VoteKind, int, str, int]
) -> None:
    """Two votes that VOT-6 names prove who signed them (EVD-1, EVD-2)."""
    pair = (vote(ON, 1, *one), vote(ON, 1, *other))
    assert {each.device for each in proved(*pair)} == {pair[0].device}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (vote(ON, 1, T, 1, A), vote(ON, 1, F, 1, A)),
        (vote(ON, 1, T, 1, A), vote(ON, 1, X, 1, ZERO_ID)),
        (vote(ON, 1, T, 1, A), vote(ON, 1, T, 2, B)),
        (vote(ON, 1, T, 1, A), vote(ON, 2, T, 1, B)),
        (vote(ON, 1, T, 1, A), vote(ON, 1, T, 1, A)),
        (vote(ON, 1, F, 1, A), vote(ground(4, 6), 1, F, 1, B)),
    ],
)
def test_what_an_honest_witness_may_sign_is_none(one: Vote, other: Vote) -> None:
    """Votes that agree, of two witnesses, views or heights, are refused with EVD-1."""
    with pytest.raises(Refused, match="EVD-1"):
        proved(one, other)


def test_evidence_has_one_form() -> None:
    """The pair the other way round is EVD-1, and so is what is no vote."""
    first, second = sorted(vote(ON, 1, F, 1, minute).to_bytes() for minute in (A, B))
    with pytest.raises(Refused, match="EVD-1"):
        check_evidence(COOP, 5, PREV, ROSTER, (second, first))
    with pytest.raises(Refused, match="EVD-1"):
        check_evidence(COOP, 5, PREV, ROSTER, (first, second[:-1]))


def test_forged_evidence_convicts_nobody() -> None:
    """Votes that the device didn't sign on what is named are EVD-2."""
    pair = (vote(ON, 1, F, 1, A), vote(ON, 1, F, 1, B))
    with pytest.raises(Refused, match="EVD-2"):
        proved(*pair, coop="dd" * 32)
    forged = Vote(5, F, 1, 0, B, pair[0].device, pair[0].signature)
    with pytest.raises(Refused, match="EVD-2"):
        proved(pair[0], forged)


@pytest.mark.parametrize("count", [4, 5, 6, 7, 10])
@pytest.mark.parametrize(
    ("one", "other"),
    [((F, 1, A), (F, 1, B)), ((F, 1, A), (X, 1, ZERO_ID)), ((T, 1, A), (T, 1, B))],
)
def test_two_quorums_convict_more_than_a_third(
    count: int, one: tuple[VoteKind, int, str], other: tuple[VoteKind, int, str]
) -> None:
    """Whichever quorums signed against each other, they convict f + 1, and only both's (EVD-4)."""
    on = ground(count)
    first = certificate(on, range(on.roster.quorum), *one)
    second = certificate(on, range(count - on.roster.quorum, count), *other)
    both = range(count - on.roster.quorum, on.roster.quorum)
    pairs = list(contradictions([first], [second], on.roster))
    assert {pair[0].device for pair in pairs} == {on.roster.witnesses[n].device for n in both}
    assert len(pairs) >= on.roster.faulty_max + 1
    for pair in pairs:
        low, high = sorted(each.to_bytes() for each in pair)
        check_evidence(COOP, 5, PREV, on.roster.hash, (low, high))


def test_certificates_of_honest_heights_convict_nobody() -> None:
    """Notarised, then final in a later view after a nullified one: nobody is convicted."""
    honest = [
        certificate(ON, range(3), T, 1, A),
        certificate(ON, range(1, 4), X, 1, ZERO_ID),
        certificate(ON, range(3), T, 2, A),
        certificate(ON, range(3), F, 2, A),
    ]
    for one, other in combinations(honest, 2):
        assert list(contradictions([one], [other], ON.roster)) == []


def skipped(coop: Coop) -> int:
    """Make a minute final whose first leader was away; return a farm that was there."""
    leader = coop.nodes[0].ledger.machine.leader(1)
    away = next(n for n in range(4) if device(n).public == leader)
    there = (away + 1) % 4
    coop.nodes[away].linked = False
    coop.author(there, HERE)
    coop.pump()
    coop.pass_time(PATIENCE_MS)
    assert coop.nodes[there].ledger.height == 1
    coop.nodes[away].linked = True
    return there


def test_what_led_to_a_minute_is_kept() -> None:
    """With a final minute its notarisation and the nullified views before it stay (LED-9)."""
    coop = Coop(4)
    ledger = coop.nodes[skipped(coop)].ledger
    held = [Certificate.from_bytes(data) for data in ledger.certificates(1)]
    assert [(one.kind, one.view) for one in held] == [(F, 2), (T, 2), (X, 1)]
    for one in held:
        one.check(coop.id, ledger.roster_at(1))
    assert ledger.certificates(2) == []


def test_what_is_kept_is_bounded() -> None:
    """Of endless failed views the latest stay, up to GROUNDS_SIZE_MAX bytes (LED-9)."""
    coop = Coop(4)
    ledger = coop.nodes[skipped(coop)].ledger
    size = 300_000
    ledger.keep_grounds(1, (bytes([number]) * size for number in range(9)))
    kept = ledger.certificates(1)[1:]
    assert kept == [bytes([number]) * size for number in range(GROUNDS_SIZE_MAX // size)]


def test_evidence_held_is_due_until_it_is_on_record() -> None:
    """What a node holds against a device that the book knows is due once (LED-10, MEM-13)."""
    coop = Coop(4)
    ledger = coop.nodes[0].ledger
    on = ledger.machine.ground
    pair = [Vote.sign(device(3), on, T, 1, minute, 0) for minute in (A, B)]
    stranger = [Vote.sign(device(60), on, T, 1, minute, 0) for minute in (A, B)]
    assert ledger.evidence_due(ledger.ahead) is None
    ledger.keep_contradiction(stranger[0], stranger[1], on)
    assert ledger.evidence_due(ledger.ahead) is None
    ledger.keep_contradiction(pair[0], pair[1], on)
    due = ledger.evidence_due(ledger.ahead)
    assert due is not None
    record = coop.write(0, due)
    assert ledger.evidence_due(ledger.ahead) is None
    held = ledger.final.need(f"evidence/vote/{device(3).public}")
    assert held == {"record": record.id, "height": 1, "at": 1}


def test_evidence_is_on_record_once_and_punishes_nobody() -> None:
    """More against one device is MEM-13, and so is an unknown one; the roster stays."""
    coop = Coop(4)
    ledger = coop.nodes[0].ledger
    on = ledger.machine.ground

    def body(number: int, one: str = A, other: str = B) -> WitnessEvidence:
        votes = (Vote.sign(device(number), on, T, 1, minute, 0) for minute in (one, other))
        first, second = sorted(each.to_bytes().hex() for each in votes)
        return WitnessEvidence(
            height=on.height, prev=on.prev, roster=on.roster.hash, first=first, second=second
        )

    coop.write(0, body(3))
    assert refusal(coop, 1, body(3, "cc" * 32)) == "MEM-13"
    assert refusal(coop, 1, body(60)) == "MEM-13"
    assert refusal(coop, 1, body(2, A, A)) == "EVD-1"
    assert refusal(coop, 1, body(2).model_copy(update={"prev": "ab" * 32})) == "EVD-2"
    assert [len(each.roster) for each in coop.ledgers] == [4] * 4
    assert ledger.is_member(device(3).public)
