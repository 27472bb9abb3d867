"""Witnesses who are away for long go dormant, and come back (MEM-11, MEM-12)."""

from __future__ import annotations

import pytest

from rochdale_protocol.core.limits import DAY_MS, PATIENCE_MS
from rochdale_protocol.core.ruleset import standard_rules
from rochdale_protocol.membership.records import MemberAddress, WitnessReady
from tests.protocol.coops import Coop, recovery

RULES = standard_rules(voting_ms_min=0, expulsion_days=0, dormant_minutes=2, dormant_days=3)


def write(coop: Coop, count: int, number: int = 0) -> None:
    """Make so many more minutes final, whoever of their leaders is away."""
    for _ in range(count):
        height = coop.nodes[number].ledger.height
        coop.author(number, MemberAddress(addresses=[f"farm.example:{4000 + height}"]))
        coop.pump()
        while coop.nodes[number].ledger.height == height:
            coop.pass_time(PATIENCE_MS)


def members(coop: Coop, area: str) -> list[int]:
    """Return the farms that have an entry ``<area>/<member>`` in the final state."""
    names = {recovery(number).public: number for number in range(len(coop.nodes))}
    return sorted(names[key] for key, _ in coop.nodes[0].ledger.final.scan(f"{area}/"))


@pytest.fixture
def coop() -> Coop:
    """Seven farms with some minutes behind them; farm 6 has gone away."""
    coop = Coop(7, RULES)
    write(coop, 3)
    coop.nodes[6].linked = False
    return coop


def test_who_is_away_for_long_goes_dormant(coop: Coop) -> None:
    """More than dormant_days later, and enough minutes, it is off the roster (EXE-9, MEM-12)."""
    write(coop, 4)
    coop.pass_time(4 * DAY_MS)
    assert members(coop, "dormant") == []
    write(coop, 1)
    assert members(coop, "dormant") == [6]
    assert members(coop, "witness") == [0, 1, 2, 3, 4, 5]
    assert members(coop, "attested") == [0, 1, 2, 3, 4, 5]
    assert coop.nodes[0].ledger.roster.quorum == 5
    assert coop.nodes[0].ledger.final.count("witnesses") == 6


def test_days_alone_make_nobody_dormant(coop: Coop) -> None:
    """Where few minutes were missed nobody goes dormant, however long the book rested."""
    coop.pass_time(300 * DAY_MS)
    write(coop, 1)
    assert members(coop, "dormant") == []


def test_minutes_alone_make_nobody_dormant(coop: Coop) -> None:
    """Within dormant_days nobody goes dormant, however many minutes were missed."""
    write(coop, 20)
    coop.pass_time(3 * DAY_MS)
    write(coop, 1)
    assert members(coop, "dormant") == []


def test_one_attested_minute_begins_the_count_anew(coop: Coop) -> None:
    """Who comes back before it is dormant stays, and is away from then on only (MEM-11)."""
    write(coop, 20)
    coop.pass_time(2 * DAY_MS)
    coop.nodes[6].linked = True
    coop.catch_up(6)
    for number in range(6):
        coop.nodes[number].linked = number not in (0, 5) or number == 0
    coop.nodes[5].linked = False
    write(coop, 2)
    noted = coop.nodes[0].ledger.final.need(f"attested/{recovery(6).public}")
    assert noted["height"] > 3
    coop.nodes[5].linked = True
    coop.catch_up(5)
    coop.nodes[6].linked = False
    write(coop, 6)
    coop.pass_time(3 * DAY_MS)
    write(coop, 1)
    assert members(coop, "dormant") == []
    coop.pass_time(DAY_MS)
    write(coop, 1)
    assert members(coop, "dormant") == [6]


def test_the_dormant_come_back_with_a_record(coop: Coop) -> None:
    """A new ``witness.ready`` puts it on the roster again (MEM-7)."""
    write(coop, 4)
    coop.pass_time(4 * DAY_MS)
    write(coop, 1)
    coop.nodes[6].linked = True
    coop.catch_up(6)
    assert len(coop.nodes[6].ledger.roster) == 6
    coop.write(6, WitnessReady())
    assert members(coop, "dormant") == []
    assert members(coop, "witness") == [0, 1, 2, 3, 4, 5, 6]
    coop.nodes[5].linked = False
    coop.nodes[4].linked = False
    height = coop.nodes[0].ledger.height
    write(coop, 1)  # five of seven: it attests again
    assert coop.nodes[0].ledger.height == height + 1


def test_as_many_go_dormant_as_a_quorum_allows() -> None:
    """Two of seven may go at once; the five who attested go on and may lose one more."""
    coop = Coop(7, RULES)
    write(coop, 3)
    for number in (5, 6):
        coop.nodes[number].linked = False
    write(coop, 4)
    coop.pass_time(4 * DAY_MS)
    write(coop, 1)
    assert members(coop, "dormant") == [5, 6]
    assert coop.nodes[0].ledger.roster.quorum == 4
    coop.nodes[4].linked = False
    write(coop, 1)
    assert coop.nodes[0].ledger.final.count("witnesses") == 5
