"""IRV, Schulze, approval and score, on published examples and by hand (CNT-14 to CNT-17)."""

from __future__ import annotations

from rochdale_protocol.governance.counting.ballots import Election
from rochdale_protocol.governance.counting.irv import count_irv
from rochdale_protocol.governance.counting.schulze import count_schulze
from rochdale_protocol.governance.counting.scores import count_approval, count_score

from .elections import election, named, stage

SEED = b"seed"

# Wikipedia, "Schulze method": 45 voters rank 5 candidates; the result is E > A > C > B > D.
SCHULZE = "5 A C B E D; 5 A D E C B; 8 B E D A C; 3 C A B E D; 7 C A E B D; 2 C B A D E; 7 D C E B A; 8 E B A D C"  # noqa: E501  # fmt: skip

# Wikipedia, "Instant-runoff voting": the capital of Tennessee. Knoxville wins in round 3.
TENNESSEE = "42 M N C K; 26 N C K M; 15 C K N M; 17 K C N M"


def test_schulze_ranks_the_published_example() -> None:
    """CNT-15: the ranking, the pairs and the strongest paths are the published ones."""
    found = count_schulze(election(SCHULZE), 1, SEED)
    assert "".join(found.names[each] for each in found.ranking) == "EACBD"
    assert (named(found), found.lot) == ("E", ())
    assert found.pairs == (
        (0, 20, 26, 30, 22),
        (25, 0, 16, 33, 18),
        (19, 29, 0, 17, 24),
        (15, 12, 28, 0, 14),
        (23, 27, 21, 31, 0),
    )
    assert found.paths == (
        (0, 28, 28, 30, 24),
        (25, 0, 28, 33, 24),
        (25, 29, 0, 29, 24),
        (25, 28, 28, 0, 24),
        (25, 28, 28, 31, 0),
    )


def test_schulze_takes_shared_ranks_as_equal_and_the_unnamed_as_last() -> None:
    """CNT-3: 3 A=B says nothing between A and B; whoever isn't named comes after all who are."""
    found = count_schulze(election("3 A=B C; 2 B; 1 C - A", names="ABCD"), 2, SEED)
    assert found.pairs == ((0, 1, 3, 4), (2, 0, 5, 5), (1, 1, 0, 4), (0, 0, 0, 0))
    assert named(found) == "BA"


def test_schulze_uses_winning_votes() -> None:
    """CNT-15: a link is as strong as its voters, however many are against it.

    B beats A by 6 to 3, A beats C by 5 to 4, C beats B by 4 to 2. The weakest by its voters is
    C's, so B wins; by the difference it would be A's, and C would.
    """
    found = count_schulze(election("4 C B; 3 A; 2 B A C"), 1, SEED)
    assert found.pairs == ((0, 3, 5), (6, 0, 2), (4, 4, 0))
    assert (named(found), found.lot) == ("B", ())


def test_a_tie_of_schulze_is_drawn_and_told() -> None:
    """CNT-6, CNT-15: nobody beats either, so the lot ranks them, and the report says so."""
    found = count_schulze(election("1 A B; 1 B A"), 1, SEED)
    first = found.rounds[0].events[0]
    assert (first.kind, first.candidates, first.reason) == ("tie", (0, 1), "lot")
    assert first.chosen == found.lot[0] == found.elected[0]


def test_irv_elects_the_published_winner() -> None:
    """CNT-14: Chattanooga, then Nashville go; Knoxville has 58 of 100."""
    found = count_irv(election(TENNESSEE, names="MNCK"), SEED)
    assert named(found) == "K"
    assert [stage(found, number)["K"] for number in (1, 2, 3)] == [
        "17.00000",
        "32.00000",
        "58.00000",
    ]
    assert [event.candidates for each in found.rounds for event in each.events
            if event.kind == "excluded"] == [(2,), (1,)]  # fmt: skip


def test_irv_stops_at_half_of_what_still_counts() -> None:
    """CNT-14: exhausted ballots count for nobody, so 4 of 7 is enough although 10 voted."""
    found = count_irv(election("4 A; 3 B; 2 C; 1 D"), SEED)
    assert (named(found), found.rounds[-1].exhausted) == ("A", 300_000)
    assert found.rounds[-1].events[-1].reason == "majority"


def test_half_is_not_more_than_half() -> None:
    """CNT-14, CNT-6: 3 of 6 go on; 3 to 3 falls to A, who had more in stage 1."""
    found = count_irv(election("3 A; 2 B; 1 C B"), SEED)
    assert (named(found), len(found.rounds), found.lot) == ("A", 3, ())


def test_irv_excludes_by_the_latest_stage_that_differs() -> None:
    """CNT-6: B and C have 4 each in stage 2; B had 4 and C 3 in stage 1, so C goes."""
    found = count_irv(election("5 A; 4 B; 3 C; 1 D C"), SEED)
    tie = found.rounds[2].events[0]
    assert (tie.kind, tie.candidates, tie.chosen, tie.stage) == ("tie", (1, 2), 2, 1)
    assert found.lot == ()


def test_approval_counts_whoever_is_named() -> None:
    """CNT-16: ranks don't matter, and those who are shared or behind a gap count too."""
    found = count_approval(election("3 A B; 2 B=C; 1 - C", 2), 2, SEED)
    assert stage(found, 1) == {"A": "3.00000", "B": "5.00000", "C": "3.00000"}
    assert (found.elected[0], found.valid) == (1, 6)
    tie = found.rounds[0].events[1]
    assert (tie.kind, tie.candidates, tie.reason) == ("tie", (0, 2), "lot")
    assert found.elected[1] == tie.chosen == next(each for each in found.lot if each in (0, 2))


def test_score_sums_and_takes_none_for_0() -> None:
    """CNT-17: 2 x 5 + 3 x 1 for A, 3 x 4 for B, 2 x 9 for C, who withdrew."""
    scored = {((0, 5), (2, 9)): 2, ((0, 1), (1, 4)): 3, (): 1, ((2, 7),): 1}
    found = count_score(Election(("A", "B", "C"), 1, scored=scored, withdrawn=(2,)), 1, SEED)
    assert stage(found, 1) == {"A": "13.00000", "B": "12.00000", "C": "0.00000"}
    assert (named(found), found.valid, found.invalid) == ("A", 5, 2)
