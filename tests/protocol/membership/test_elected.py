"""Who attests where the members elect the witnesses (MEM-18)."""

from __future__ import annotations

from rochdale_protocol.core.keys import SeedSigner
from rochdale_protocol.core.limits import DAY_MS
from rochdale_protocol.membership.records import MemberResign, WitnessReady
from rochdale_protocol.membership.rules import (
    elect_witnesses,
    expel,
    may_attest,
    rekey,
    retire_dormant,
    suspend,
)
from tests.protocol.coops import recovery
from tests.protocol.membership.hall import Hall, member

SPARE = SeedSigner(bytes([180]) * 32)


def elected(hall: Hall) -> list[str]:
    """Return who is elected, in the order of their ids."""
    return [key for key, _ in hall.state.scan("elected/")]


def test_where_all_attest_nobody_is_elected() -> None:
    """An election of witnesses is MEM-18 under rules by which all attest."""
    hall = Hall(3)
    assert hall.decide(elect_witnesses, [member(0)]) == "MEM-18"
    assert may_attest(hall.state, member(2))


def test_who_is_not_elected_attests_no_more() -> None:
    """An election takes the others off the roster and keeps them off: MEM-18."""
    hall = Hall(4, witnesses="elected")
    assert hall.decide(elect_witnesses, [member(1), member(2)]) == ""
    assert hall.witnesses() == sorted([member(1), member(2)])
    assert hall.state.count("witnesses") == 2
    assert hall.act(0, WitnessReady()) == "MEM-18"
    assert not may_attest(hall.state, member(0))


def test_an_election_takes_the_place_of_the_last() -> None:
    """Who was elected before and is not again attests no more once the new ones do."""
    hall = Hall(4, witnesses="elected")
    assert hall.decide(elect_witnesses, [member(1)]) == ""
    assert hall.decide(elect_witnesses, [member(2)]) == ""
    assert elected(hall) == [member(2)]
    assert hall.witnesses() == [member(1)]
    assert hall.act(2, WitnessReady()) == ""
    assert hall.witnesses() == [member(2)]


def test_the_old_ones_attest_until_a_quorum_of_the_new_does() -> None:
    """Three of four elected must attest before those they replace are let go (MEM-18)."""
    hall = Hall(6, witnesses="elected")
    assert hall.decide(elect_witnesses, [member(0), member(1)]) == ""
    assert hall.decide(elect_witnesses, [member(2), member(3), member(4), member(5)]) == ""
    for number in (2, 3):
        assert hall.act(number, WitnessReady()) == ""
        assert member(0) in hall.witnesses()
    assert hall.act(4, WitnessReady()) == ""
    assert hall.witnesses() == sorted(member(number) for number in (2, 3, 4))


def test_only_those_who_could_attest_are_elected() -> None:
    """Who left, is suspended or has no device is passed over; an election of none is MEM-18."""
    hall = Hall(5, witnesses="elected")
    assert hall.decide(expel, member(1)) == ""
    assert hall.decide(suspend, member(2)) == ""
    unable = [member(1), member(2), "ab" * 32]
    assert hall.decide(elect_witnesses, unable) == "MEM-18"
    assert hall.decide(elect_witnesses, []) == "MEM-18"
    assert elected(hall) == []
    assert hall.decide(elect_witnesses, [*unable, member(4)]) == ""
    assert elected(hall) == [member(4)]


def test_while_nobody_is_elected_all_may_attest() -> None:
    """Before the first election, and once all who were elected left, nobody is kept out."""
    hall = Hall(3, witnesses="elected")
    assert len(hall.witnesses()) == 3
    assert hall.enrol(0, recovery(0), SPARE) == ""
    assert hall.act(SPARE, WitnessReady()) == ""
    assert hall.decide(elect_witnesses, [member(1)]) == ""
    assert hall.witnesses() == [member(1)]
    assert hall.act(2, WitnessReady()) == "MEM-18"
    assert hall.decide(elect_witnesses, [member(2)]) == ""
    assert hall.decide(expel, member(2)) == ""
    assert hall.act(0, WitnessReady()) == ""
    assert hall.witnesses() == sorted([member(0), member(1)])


def asleep(hall: Hall) -> int:
    """Let the first witness go dormant, as after weeks; returns which farm's it is."""
    retire_dormant(hall.state, hall.height + 10_000, hall.now + 100 * DAY_MS)
    ((sleeper, _),) = hall.state.scan("dormant/")
    return next(number for number in range(4) if member(number) == sleeper)


def test_who_sleeps_and_is_not_elected_is_waited_for_no_more() -> None:
    """An election forgets the dormant witnesses of others, and keeps those of the elected."""
    hall = Hall(4, witnesses="elected")
    number = asleep(hall)
    others = [member(each) for each in range(4) if each != number]
    assert hall.decide(elect_witnesses, [member(number), *others]) == ""
    assert hall.state.get(f"dormant/{member(number)}") is not None
    assert hall.decide(elect_witnesses, others) == ""
    assert hall.state.get(f"dormant/{member(number)}") is None


def test_who_leaves_asleep_is_waited_for_no_more() -> None:
    """A dormant witness is forgotten when its member leaves or is re-keyed (MEM-10, MEM-16)."""
    for end in ("leave", "rekey"):
        hall = Hall(4)
        number = asleep(hall)
        if end == "leave":
            assert hall.decide(expel, member(number)) == ""
        else:
            assert hall.decide(rekey, member(number), SPARE.public) == ""
        assert list(hall.state.scan("dormant/")) == []


def test_the_last_of_the_elected_stays() -> None:
    """The only witness resigns no more than where all attest: MEM-8."""
    hall = Hall(3, witnesses="elected")
    assert hall.decide(elect_witnesses, [member(1)]) == ""
    assert hall.act(1, MemberResign(reason="")) == "MEM-8"
    assert hall.act(0, MemberResign(reason="")) == ""
