"""Scottish STV by the rules of SSI 2007/42, in examples worked by hand (CNT-9 to CNT-13)."""

from __future__ import annotations

from rochdale_protocol.governance.counting.report import decimal
from rochdale_protocol.governance.counting.stv import count_stv

from .elections import election, named, stage

SEED = b"seed"


def test_quota() -> None:
    """CNT-9: valid ballots over seats and one, cut off, and one; who has as many is elected."""
    for valid, seats, quota in (
        (5000, 4, 1001),
        (2794, 3, 699),
        (3, 1, 2),
        (4, 1, 3),
        (100, 3, 26),
    ):
        found = count_stv(election(f"{valid - 1} A; 1 B", names="ABCDEFG"), seats, SEED)
        assert found.quota is not None
        assert decimal(found.quota) == f"{quota}.00000"
    found = count_stv(election("2 A; 1 B; 1 C", names="ABCD"), 3, SEED)
    assert (found.quota, found.rounds[0].events[0].reason) == (200_000, "quota")
    assert found.elected[0] == 0


def test_surplus_at_values_cut_off_after_five_places() -> None:
    """CNT-10: rule 48(3): surplus x value / votes, five decimal places, the rest is lost.

    Quota 26 of 100. A has 37: surplus 11, each ballot 11/37 = 0.29729. B gets 20 of them,
    5.94580, and 17 have no next preference: 5.05393. Lost: 11 - 10.99973 = 0.00027.
    """
    found = count_stv(election("20 A B; 17 A; 24 B; 22 C; 17 D"), 3, SEED)
    assert stage(found, 2) == {"A": "26.00000", "B": "29.94580", "C": "22.00000", "D": "17.00000"}
    second = found.rounds[1]
    assert (decimal(second.exhausted), decimal(second.loss)) == ("5.05393", "0.00027")
    # B: surplus 3.94580 of 29.94580. A ballot worth 1 gets 0.13176, one worth 0.29729 0.03917.
    # None of them names another: 24 x 0.13176 + 20 x 0.03917 = 3.94564 is not transferable.
    third = found.rounds[2]
    assert decimal(third.exhausted - second.exhausted) == "3.94564"
    assert decimal(third.loss - second.loss) == "0.00016"
    assert named(found) == "ABC"


def test_a_value_is_the_one_when_received() -> None:
    """CNT-10: rule 48(4): a surplus of ballots that came at a value multiplies that value.

    Quota 26 of 103. A 40: surplus 14, value 0.35; B gets 40 x 0.35 = 14, has 34. B's surplus of
    8: A's ballots 8 x 0.35 / 34 = 0.08235, B's own 8 / 34 = 0.23529.
    """
    found = count_stv(election("40 A B C; 20 B D; 22 C; 21 D"), 3, SEED)
    assert stage(found, 2)["B"] == "34.00000"
    assert stage(found, 3)["C"] == "25.29400"
    assert stage(found, 3)["D"] == "25.70580"


def test_the_largest_surplus_goes_first() -> None:
    """CNT-10: rule 49(1): at the end of each stage, so a later one before a smaller earlier one.

    Quota 11 of 51. A has a surplus of 10, B of 1; A's goes to C, whose 18 are more than B's 12.
    """
    found = count_stv(election("21 A C D; 12 B D; 8 C D; 5 D; 5 E"), 4, SEED)
    moved = [
        event.candidates
        for each in found.rounds
        for event in each.events
        if event.kind == "transferred"
    ]
    assert moved[:2] == [(0,), (2,)]


def test_exclusion_keeps_values() -> None:
    """CNT-11: rule 50(4): an excluded candidate's ballots go on with the value they had.

    Quota 34 of 100: A's surplus of 26 at 26/60 = 0.43333 goes to C, who is excluded first.
    """
    found = count_stv(election("10 A C B; 50 A; 21 B; 19 D", names="ABCD"), 2, SEED)
    assert stage(found, 2)["C"] == "4.33330"
    assert stage(found, 3)["B"] == "25.33330"
    assert stage(found, 3)["C"] == "0.00000"
    assert named(found) == "AB"


def test_last_vacancies() -> None:
    """CNT-12: rule 52: as many candidates as seats are elected at once, surpluses stay."""
    found = count_stv(election("60 A B; 3 B; 2 C"), 3, SEED)
    assert (named(found), len(found.rounds)) == ("ABC", 1)
    assert [event.reason for event in found.rounds[0].events] == ["quota", "last", "last"]
    fewer = count_stv(election("3 A; 2 B"), 4, SEED)
    assert (named(fewer), fewer.unfilled) == ("AB", 2)


def test_order_of_election() -> None:
    """CNT-13: by stages, and in one stage by votes."""
    found = count_stv(election("14 A C; 30 B; 10 C; 9 D"), 3, SEED)
    assert named(found) == "BAC"


def test_withdrawn_are_struck_and_gaps_end_a_ballot() -> None:
    """CNT-3: those behind a candidate who withdrew move up; nothing counts after a gap."""
    found = count_stv(election("5 W A; 4 B; 3 W; 2 - A; 1 A=B; 2 C - B", 1, withdrawn="W"), 1, SEED)
    assert stage(found, 1) == {"A": "5.00000", "B": "4.00000", "C": "2.00000", "W": "0.00000"}
    assert (found.valid, found.invalid) == (11, 6)
    # C's ballots end at the gap.
    assert decimal(found.rounds[1].exhausted) == "2.00000"


def test_nobody_is_elected_without_a_ballot() -> None:
    """CNT-18: no valid ballot elects nobody, by no lot."""
    found = count_stv(election("3 A=B"), 1, SEED)
    assert (found.elected, found.valid, found.invalid, found.lot) == ((), 0, 3, ())
    assert found.rounds[0].events[0].kind == "no_ballots"
