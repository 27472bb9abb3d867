"""Differences between rosters, and ways from one to another."""

from __future__ import annotations

import contextlib
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rochdale_protocol.core.errors import Refused
from rochdale_protocol.minutes.roster import Roster
from rochdale_protocol.minutes.shelf import height_key
from rochdale_protocol.proofs.build import prove_agreement
from rochdale_protocol.proofs.rosters import Difference, RosterStep, Skip, vouched
from rochdale_protocol.proofs.verify import verify_proof
from tests.protocol.proofs.books import File, renewed, roster_of, to_bytes
from tests.protocol.proofs.forged import leapt

NONE = Difference(added=[], removed=[])

rosters = st.dictionaries(st.integers(0, 9), st.integers(0, 9), min_size=1, max_size=6).filter(
    lambda roster: len({*roster.values()}) == len(roster)
)


@given(rosters, rosters)
def test_a_difference_leads_from_one_roster_to_the_other(
    before: dict[int, int], after: dict[int, int]
) -> None:
    """What was found between two rosters makes the second of the first, and is none if same."""
    first, second = roster_of(before), roster_of(after)
    difference = Difference.between(first, second)
    assert difference.apply(first) == second
    assert (difference == NONE) == (first == second)


pairs = st.sampled_from([[f"{member:064x}", f"{by:064x}"] for member in range(4) for by in (1, 2)])


@given(st.lists(pairs, max_size=3), st.lists(pairs.map(lambda pair: pair[0]), max_size=3))
def test_a_difference_has_one_form(added: list[list[str]], removed: list[str]) -> None:
    """Any difference is refused, or is the one that is found between the two rosters."""
    before = Roster.from_bytes(b'[["%064x","%064x"],["%064x","%064x"]]' % (0, 1, 1, 2))
    difference = Difference(added=added, removed=removed)
    with contextlib.suppress(Refused):
        after = difference.apply(before)
        assert Difference.between(before, after) == difference
        assert len({each.device for each in after.witnesses}) == len(after) > 0


@cache
def way() -> File:
    """Return a file that takes every change of the witnesses, without a skip."""
    coop, agreement = renewed()
    ledger = coop.ledgers[6]
    steps = []
    for start, following in ledger.rosters[1:]:
        height = start - 1
        minute, certificate = ledger.minute(height), ledger.desk["finals"].get(height_key(height))
        assert minute is not None
        assert certificate is not None
        step = RosterStep(
            header=minute.header,
            certificate=certificate.hex(),
            signers=NONE,
            next=Difference.between(ledger.roster_at(height), following),
        )
        steps.append(step.model_dump())
    proof = prove_agreement(ledger, agreement).model_dump()
    return {**proof, "steps": steps, "signers": NONE.model_dump()}


def test_a_way_through_every_change_needs_no_skip() -> None:
    """Where each change is there, a quorum of the witnesses before has certified it."""
    verdict = verify_proof(to_bytes(way()))
    assert verdict.ok, verdict.summary
    assert verdict.skips == []
    assert "skips" not in {each.name for each in verdict.caveats}
    assert len(way()["steps"]) == 7


@given(st.data())
def test_steps_left_out_doubled_or_exchanged(data: st.DataObject) -> None:
    """Without one of its steps, with one twice, or out of order, a way is refused."""
    steps = way()["steps"]
    places = st.integers(0, len(steps) - 1)
    first, second = data.draw(places), data.draw(places)
    exchanged = list(steps)
    exchanged[first], exchanged[second] = steps[second], steps[first]
    changed = [
        [*steps[:first], *steps[first + 1 :]],
        [*steps[:first], steps[second], *steps[first:]],
        exchanged,
        [*steps[:first], steps[first] | {"next": steps[second]["next"]}, *steps[first + 1 :]],
        [*steps[:first], steps[first] | {"signers": steps[second]["next"]}, *steps[first + 1 :]],
    ]
    same = first == second
    for place, each in enumerate(changed):
        verdict = verify_proof(to_bytes({**way(), "steps": each}))
        assert verdict.ok == (same and place in (2, 3)), place
        if not verdict.ok:
            assert next(step for step in verdict.checked if not step.ok).code != "PRF-0"


def test_more_than_a_third_vouch() -> None:
    """Two of three founders are enough to believe other witnesses; the verdict names the skip."""
    verdict = verify_proof(to_bytes(leapt({0: 0, 1: 1, 9: 9})))
    assert verdict.ok, verdict.summary
    assert verdict.skips == [Skip(from_height=0, to_height=5, signed=2, witnesses=3)]
    skips = next(each.detail for each in verdict.caveats if each.name == "skips")
    assert "minute 5 because 2 of the 3 whom minute 0 named" in skips


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6, 7, 10])
def test_where_a_third_ends(count: int) -> None:
    """A skip needs one more than f of the trusted roster, so that one of them is honest."""
    trusted = roster_of({number: number for number in range(count)})
    assert trusted.faulty_max == (count - 1) // 3
    for signed in range(count + 1):
        signers = roster_of({number: number for number in [*range(signed), 10]})
        found = vouched(trusted, frozenset(signers.witnesses))
        assert found == (signed if signed > trusted.faulty_max and 3 * signed > count else 0)
