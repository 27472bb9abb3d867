"""Who may vote: the roll that freezes an electorate (MEM-14)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rochdale_protocol.core.keys import SeedSigner
from rochdale_protocol.membership.franchise import is_elector
from rochdale_protocol.membership.records import MemberResign
from rochdale_protocol.membership.rules import expel, restore, suspend
from tests.protocol.membership.hall import Hall, member

RESIGN = MemberResign(reason="")


def electors(hall: Hall, roll: int) -> list[int]:
    """Return the farms that are of the electorate frozen at a roll."""
    return [
        number
        for number in range(5)
        if (entry := hall.state.get(f"member/{member(number)}")) and is_elector(entry, roll)
    ]


def test_founders_vote_from_the_beginning() -> None:
    """All founders are of roll 0, and nobody else."""
    hall = Hall(3)
    assert hall.state.count("roll") == 0
    assert electors(hall, 0) == [0, 1, 2]
    assert hall.entry(0)["spells"] == [[0, 0]]


def test_an_electorate_stays_as_it_was_frozen() -> None:
    """Whoever comes, goes, is suspended or restored later changes no earlier electorate."""
    hall = Hall(3)
    frozen = {0: [0, 1, 2]}

    def freeze(expected: list[int]) -> None:
        roll = hall.state.count("roll")
        assert roll not in frozen
        frozen[roll] = expected
        assert hall.state.count("members") == len(expected)

    assert hall.join(3) == ""
    freeze([0, 1, 2, 3])
    assert hall.decide(suspend, member(1)) == ""
    freeze([0, 2, 3])
    assert hall.act(2, RESIGN) == ""
    freeze([0, 3])
    assert hall.decide(restore, member(1)) == ""
    freeze([0, 1, 3])
    assert hall.decide(expel, member(3)) == ""
    freeze([0, 1])
    assert {roll: electors(hall, roll) for roll in frozen} == frozen


def test_expelling_one_without_a_vote_does_not_step_the_roll() -> None:
    """A suspended member has lost its vote before; leaving changes no electorate."""
    hall = Hall(3)
    assert hall.decide(suspend, member(2)) == ""
    roll = hall.state.count("roll")
    assert hall.decide(expel, member(2)) == ""
    assert hall.state.count("roll") == roll
    assert hall.state.count("members") == 2


def test_the_last_vote_is_not_lost() -> None:
    """The only member with a vote is neither suspended nor leaves: MEM-14."""
    hall = Hall(2)
    assert hall.decide(suspend, member(1)) == ""
    assert hall.decide(suspend, member(0)) == "MEM-14"
    assert hall.act(0, RESIGN) == "MEM-14"
    assert hall.decide(expel, member(0)) == "MEM-14"
    assert hall.decide(restore, member(1)) == ""
    assert hall.act(0, RESIGN) == ""


@given(st.lists(st.tuples(st.sampled_from("srej"), st.integers(1, 4)), max_size=12))
def test_every_electorate_is_who_could_vote_then(steps: list[tuple[str, int]]) -> None:
    """Whatever happens, the electorate of each roll is who had the vote at that time."""
    hall = Hall(3)
    frozen = {0: [0, 1, 2]}
    for at, (what, number) in enumerate(steps):
        if what == "j":
            hall.join(number, SeedSigner(bytes([150 + at]) * 32))
        else:
            hall.decide({"s": suspend, "r": restore, "e": expel}[what], member(number))
        voting = [
            each
            for each in range(5)
            if (entry := hall.state.get(f"member/{member(each)}")) and entry["status"] == "active"
        ]
        roll = hall.state.count("roll")
        assert frozen.setdefault(roll, voting) == voting
        assert hall.state.count("members") == len(voting)
    assert {roll: electors(hall, roll) for roll in frozen} == frozen
