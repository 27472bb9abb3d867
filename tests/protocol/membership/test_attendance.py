"""Who is away, how many more the book can spare, and whom a height waits for (API-16, API-17)."""

from __future__ import annotations

import pytest

from rochdale_protocol.core.limits import DAY_MS
from rochdale_protocol.core.ruleset import standard_rules
from rochdale_protocol.membership.attendance import Attendance, attendance, lacking
from rochdale_protocol.membership.records import WitnessReady
from tests.protocol.coops import Coop, device, recovery
from tests.protocol.membership.test_dormancy import write
from tests.protocol.minutes.grounds import ground, key, vote
from tests.protocol.minutes.play import A, B, F, T

RULES = standard_rules(voting_ms_min=0, expulsion_days=0, dormant_minutes=2, dormant_days=3)


def seen(coop: Coop, attested: list[list[int]], present: tuple[int, ...] = ()) -> Attendance:
    """Return who is away on farm 0, given which farms attested each of the last minutes."""
    ledger = coop.nodes[0].ledger
    signers = [{device(number).public for number in farms} for farms in attested]
    there = [device(number).public for number in present]
    return attendance(ledger.final, ledger.roster, ledger.height, signers, there)


def away(found: Attendance) -> list[int]:
    names = {recovery(number).public: number for number in range(10)}
    return sorted(names[one.member] for one in found.away)


@pytest.mark.parametrize(
    ("count", "attested", "absent", "spare"),
    [
        (7, [], [], 2),
        (7, [[0, 1, 2, 3, 4], [2, 3, 4, 5, 6]], [], 2),
        (7, [[0, 1, 2, 3, 4], [0, 1, 2, 3, 5]], [6], 1),
        (7, [[0, 1, 2, 3, 4]] * 2, [5, 6], 0),
        (4, [[1, 2, 3]] * 3, [0], 0),
        (3, [[0, 1, 2]] * 3, [], 0),
        (10, [[0, 1, 2, 3, 4, 5, 6]] * 3, [7, 8, 9], 0),
        (4, [[0, 1]] * 3, [2, 3], -1),
    ],
)
def test_who_attested_none_is_away(
    count: int, attested: list[list[int]], absent: list[int], spare: int
) -> None:
    """One signature in any of the minutes is enough; the spare is what a quorum leaves."""
    coop = Coop(count, RULES)
    write(coop, 3)
    found = seen(coop, attested)
    assert (away(found), found.spare, found.looked) == (absent, spare, len(attested))


def test_who_is_in_touch_is_not_away() -> None:
    """A slow witness that no certificate needed is no absent one."""
    coop = Coop(7, RULES)
    write(coop, 3)
    assert away(seen(coop, [[0, 1, 2, 3, 4]], present=(6,))) == [5]


def test_a_new_witness_has_had_no_time_to_attest() -> None:
    """Who became a witness within the minutes that are looked at is not away (API-16)."""
    coop = Coop(4, RULES)
    write(coop, 3)
    coop.nodes[3].linked = False
    write(coop, 4)
    coop.pass_time(4 * DAY_MS)
    write(coop, 1)
    assert [one.member for one in seen(coop, []).dormant] == [recovery(3).public]
    coop.nodes[3].linked = True
    coop.catch_up(3)
    write(coop, 1)
    come_back(coop)
    found = seen(coop, [[0, 1, 2]] * 3)
    assert (away(found), found.dormant, found.witnesses) == ([], (), 4)
    write(coop, 3)
    assert away(seen(coop, [[0, 1, 2]] * 3)) == [3]


def come_back(coop: Coop) -> None:
    """Let farm 3 attest again."""
    coop.author(3, WitnessReady())
    coop.pump()


def test_the_day_of_dormancy_is_told_ahead() -> None:
    """On the last minute before the day and height that are told nobody is dormant, then it is."""
    coop = Coop(7, RULES)
    write(coop, 3)
    coop.nodes[6].linked = False
    write(coop, 1)
    (absent,) = seen(coop, [[0, 1, 2, 3, 4, 5]]).away
    write(coop, 6)
    ledger = coop.nodes[0].ledger
    assert ledger.height >= absent.height
    days = absent.day - coop.wall // DAY_MS
    coop.pass_time((days - 1) * DAY_MS)
    write(coop, 1)
    assert seen(coop, []).dormant == ()
    coop.pass_time(DAY_MS)
    write(coop, 1)
    (dormant,) = seen(coop, []).dormant
    assert (dormant.member, dormant.device) == (absent.member, absent.device)
    assert dormant.since == ledger.height


@pytest.mark.parametrize(
    ("view", "voted", "more", "unseen"),
    [
        (1, [], 5, [0, 1, 2, 3, 4, 5, 6]),
        (1, [(1, 0), (1, 1), (1, 1)], 3, [2, 3, 4, 5, 6]),
        (1, [(1, n) for n in range(4)], 1, [4, 5, 6]),
        (2, [(1, n) for n in range(4)], 1, [4, 5, 6]),
        (2, [*((1, n) for n in range(5)), (2, 0)], 4, [1, 2, 3, 4, 5, 6]),
        (1, [(1, n) for n in range(5)], 0, []),
        (2, [*((1, n) for n in range(5)), *((2, n) for n in range(5))], 0, []),
    ],
)
def test_a_height_waits_for_those_who_did_not_vote(
    view: int, voted: list[tuple[int, int]], more: int, unseen: list[int]
) -> None:
    """First whoever voted in no view, then whoever did not in the view under way (API-17)."""
    on = ground(7)
    votes = [
        vote(on, who, (F, T)[turn % 2], at, (A, B)[turn % 2])
        for turn, (at, who) in enumerate(voted)
    ]
    found, names = lacking(on.roster, view, votes)
    assert found == more
    assert [witness.device for witness in names] == [key(number).public for number in unseen]
