"""Elections whose results others published."""

from __future__ import annotations

from pathlib import Path

from rochdale_protocol.governance.counting.blt import decode_blt
from rochdale_protocol.governance.counting.report import count_json, decimal
from rochdale_protocol.governance.counting.stv import count_stv

from .elections import election, named, stage

FILES = Path(__file__).parent / "files"


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
