"""Ties and the lot (CNT-6, CNT-7)."""

from __future__ import annotations

from hashlib import sha256

from rochdale_protocol.governance.counting.stv import count_stv
from rochdale_protocol.governance.counting.ties import Ties, draw

from .elections import election, named, stage


def test_the_lot_is_a_hash_that_anyone_can_compute() -> None:
    """CNT-7: the order of SHA-256 of the tag, the seed and the candidate's number from 1."""

    def rank(candidate: int) -> bytes:
        number = (candidate + 1).to_bytes(4, "big")
        return sha256(b"rochdale/1/lot\n" + b"seed" + number).digest()

    assert draw(b"seed", range(9)) == tuple(sorted(range(9), key=rank))
    assert draw(b"seed", [7, 3]) == tuple(sorted([3, 7], key=rank))
    assert len({draw(b"%d" % seed, range(3)) for seed in range(60)}) == 6


def test_the_lot_elects_the_first_and_excludes_the_last() -> None:
    """CNT-7: luck is one order, for whatever it decides."""
    for seed in (b"a", b"b", b"c"):
        ties = Ties(seed, range(4))
        first, *_, last = draw(seed, range(4))
        assert (ties.most(range(4)), ties.fewest(range(4))) == (first, last)
        assert [event.reason for event in ties.taken()] == ["lot", "lot"]
        assert ties.taken() == []


def test_earlier_stages_come_first_and_leave_fewer() -> None:
    """CNT-6: the latest stage leaves those who had most there, the one before one of them."""
    ties = Ties(b"seed", range(4))
    for votes in ([5, 4, 9, 3], [2, 2, 1, 2]):
        ties.keep(votes)
    assert ties.most([0, 1, 2]) == 0
    assert ties.fewest([0, 1, 3]) == 3
    assert ties.fewest([0, 1, 2]) == 2
    assert [(event.reason, event.stage) for event in ties.taken()] == [
        ("stage", 1),
        ("stage", 1),
        ("stage", 2),
    ]
    assert not ties.is_drawn


def test_the_order_looks_at_the_most_recent_stage_first() -> None:
    """CNT-6: rule 51(2): B had fewest in stage 1, C in stage 2; tied in stage 3, C goes.

    E's 3 lift B from 5 to 8, then D's 4 lift B and C, who has 6, to 9.
    """
    found = count_stv(election("14 A; 5 B; 6 C; 1 D B; 3 D C; 3 E B"), 1, b"seed")
    tie = next(event for each in found.rounds for event in each.events if event.kind == "tie")
    assert (tie.candidates, tie.chosen, tie.reason, tie.stage) == ((1, 2), 2, "stage", 2)
    assert named(found) == "A"


def test_equal_surpluses_go_in_the_order_of_earlier_votes() -> None:
    """CNT-6, CNT-10: rule 49(2): B and C have 8 each in stage 2; C had more in stage 1.

    Quota 7 of 34. A's surplus of 7 at 0.5 lifts B from 4 and C from 5.
    """
    found = count_stv(election("8 A B; 6 A C; 4 B D; 5 C E; 5 D; 6 E"), 4, b"seed")
    assert stage(found, 2) == {
        "A": "7.00000",
        "B": "8.00000",
        "C": "8.00000",
        "D": "5.00000",
        "E": "6.00000",
    }
    tie, moved = found.rounds[2].events[:2]
    assert (tie.candidates, tie.chosen, tie.stage) == ((2, 1), 2, 1)
    assert moved.candidates == (2,)
    assert found.lot == ()
