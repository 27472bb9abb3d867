"""Elections whose results others published."""

from __future__ import annotations

from pathlib import Path

from rochdale_protocol.governance.counting.blt import decode_blt
from rochdale_protocol.governance.counting.report import Count, count_json, decimal
from rochdale_protocol.governance.counting.stv import count_stv

from .elections import election, named, stage

FILES = Path(__file__).parent / "files"

ZEROS = "7.80300 3.56060 9.24240 Q 2.69696 Q 12.72720 1.42424 18.54544"

STEERING_COMMITTEE = (
    "6.00000 3.00000 8.00000 22.00000 2.00000 33.00000 1.00000 1.00000 18.00000",
    "6.84848 3.42424 8.42424 22.00000 2.42424 Q 12.45448 1.42424 18.00000",
    *[ZEROS] * 5,
    "7.80300 3.56060 9.24240 Q 2.69696 Q 14.15144 - 18.54544",
    "8.80300 3.69696 9.24240 Q - Q 14.57568 - 19.68180",
    "9.01084 3.95360 9.45496 Q - Q 14.57568 - Q",
    "9.36448 - 10.59132 Q - Q 15.61032 - Q",
    "- - 16.62204 Q - Q 16.59988 - Q",
    "- - 18.59172 Q - Q - - Q",
)
"""Votes by droop: Q is the quota, - is nothing; without the four whom nobody put first."""


def counted(name: str) -> Count:
    found = decode_blt((FILES / name).read_bytes())
    return count_stv(found, found.seats, b"")


def elected(count: Count) -> list[tuple[int, str, str]]:
    """Return the stage at which each was elected, who, and why."""
    return [
        (number, count.names[each], event.reason)
        for number, stage in enumerate(count.rounds, 1)
        for event in stage.events
        if event.kind == "elected"
        for each in event.candidates
    ]


def test_kilmarnock_south_2022() -> None:
    """The ward elected Todd and Mabon in the first round and Maitland in the second.

    Ballots: East Ayrshire Council's preference profile of 5 May 2022, as collected in
    mggg/scot-elex, which kept its spreadsheet's quotation marks. Result: stv.vote, East Ayrshire
    2022, Kilmarnock South: 3,036 valid, quota 760.
    """
    found = decode_blt((FILES / "kilmarnock-south-2022.blt").read_bytes())
    assert found.title == "Ward 5 - Kilmarnock South"
    assert found.names[5] == "Keyrin James VON-DÖRING"
    count = count_stv(found, found.seats, b"")
    assert [found.names[each] for each in count.elected] == [
        "Jim TODD",
        "Peter MABON",
        "Clare MAITLAND",
    ]
    assert (count.valid, count.invalid, count.lot) == (3036, 0, ())
    assert count_json(count)["quota"] == "760.00000"
    shares = [round(1000 * votes / 100_000 / count.valid) for votes in count.rounds[0].votes]
    assert shares == [122, 314, 207, 19, 326, 13]
    # Rule 48(3) by hand: Todd's surplus is 230 of 990, so each paper is worth 0.23232, and 868
    # papers name Maitland next: 627 + 868 x 0.23232.
    assert decimal(count.rounds[1].votes[2]) == "828.65376"


def test_dennistoun_2022() -> None:
    """The ward's three stages are those that were published, in whole votes.

    Wikipedia, "Dennistoun (ward)", 2022: 5,464 valid, quota 1,367; two surpluses, the larger first.
    """
    count = counted("dennistoun-2022.blt")
    assert (count.valid, count.quota) == (5464, 1367_00000)
    assert elected(count) == [
        (1, "Elaine MCDOUGALL", "quota"),
        (1, "Anthony CARROLL", "quota"),
        (3, "Allan CASEY", "quota"),
    ]
    stages = [[round(votes / 100_000) for votes in stage.votes] for stage in count.rounds]
    assert stages == [
        [1431, 1337, 339, 84, 582, 96, 1595],
        [1431, 1362, 370, 109, 609, 143, 1367],
        [1367, 1388, 370, 117, 626, 148, 1367],
    ]


def test_annick_2012() -> None:
    """Six stages: two exclusions that bring two the quota, their surpluses, one more exclusion.

    Wikipedia, "2012 East Ayrshire Council election": Freel (independent) won the seat of the
    Conservative; the council's one Liberal Democrat had 68 votes. The rest is by hand: MacColl has
    281 above the quota of 4,180 // 4 + 1, of 1,327 votes, and 1060 - 1046 is McGhee's surplus.
    """
    count = counted("annick-2012.blt")
    assert (count.valid, count.quota) == (4180, 1046_00000)
    assert elected(count) == [
        (3, "Eòghann MACCOLL (SNP)", "quota"),
        (3, "John MCGHEE (Lab)", "quota"),
        (6, "Ellen FREEL (Ind)", "quota"),
    ]
    assert count.rounds[0].votes[1] == 68_00000
    assert [stage.events[0].amount for stage in count.rounds[3:5]] == [281_00000, 14_00000]


def test_the_steering_committee_2005() -> None:
    """Every stage is what the counter droop finds by its Scottish rule, to five decimal places.

    Two surpluses at the first stage, four candidates without a vote who leave one by one, a
    surplus made of transfers, and the last vacancy without the quota.
    """
    count = counted("gpus-2005.blt")
    assert elected(count) == [
        (1, "Rebecca Rotzler", "quota"),
        (1, "Pat LaMarche", "quota"),
        (9, "Steve Kramer", "quota"),
        (13, "Tom Sevigny", "last"),
    ]
    shown = [[decimal(votes) for votes in stage.votes] for stage in count.rounds]
    zero, full = "0.00000", "19.00000"
    assert all(stage[5] == stage[9] == stage[10] == stage[11] == zero for stage in shown)
    others = [[*stage[:5], *stage[6:9], stage[12]] for stage in shown]
    assert others == [
        line.replace("-", zero).replace("Q", full).split() for line in STEERING_COMMITTEE
    ]


def test_the_food_election() -> None:
    """Wikipedia, "Single transferable vote": 20 guests choose 3 of 5 foods, the quota is 6.

    Chocolate has 12; of its surplus of 6, strawberries get 4 and sweets 2. Pears go to oranges,
    which then have 6, and sweets last, so that strawberries are the third.
    """
    found = count_stv(election("4 O; 2 P O; 8 C S; 4 C H; 1 S; 1 H"), 3, b"")
    assert decimal(found.quota or 0) == "6.00000"
    assert stage(found, 2) == {
        "C": "6.00000",
        "H": "3.00000",
        "O": "4.00000",
        "P": "2.00000",
        "S": "5.00000",
    }
    assert stage(found, 3)["O"] == "6.00000"
    assert named(found) == "COS"
