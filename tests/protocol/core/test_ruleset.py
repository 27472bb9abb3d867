"""Rule sets: which are refused and why, and what holds of every set that isn't (RUL-n)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from rochdale_protocol.core.errors import Refused
from rochdale_protocol.core.limits import DAY_MS, VOTE_MS_MAX
from rochdale_protocol.core.ruleset import (
    BusinessClass,
    Consensus,
    Consent,
    Election,
    Fraction,
    Majority,
    Rules,
    check_rules,
    standard_rules,
)
from rochdale_protocol.governance.closing import outcome

HALF, ALL = Fraction(over=1, under=2), Fraction(over=1, under=1)


def changed(name: str = "ordinary", **fields: Any) -> Rules:
    """Return the standard rules with one class changed."""
    rules = standard_rules()
    kind = rules.classes[name].model_copy(update=fields)
    return rules.model_copy(update={"classes": {**rules.classes, name: kind}})


def carrying(**effects: list[str]) -> Rules:
    """Return the standard rules with other classes for some effects."""
    rules = standard_rules()
    return rules.model_copy(update={"effects": {**rules.effects, **effects}})


def majority(over: int, under: int, *, above: bool) -> Majority:
    return Majority(share=Fraction(over=over, under=under), above=above, of="votes")


OFFICERS = {
    name: kind.model_copy(update={"proposers": ["chair"]})
    for name, kind in standard_rules().classes.items()
}
REFUSED: list[tuple[str, str, dict[str, Any], Rules]] = [
    ("a class that isn't there", "RUL-4", {"effect": "expel", "name": "grave"},
     carrying(expel=["grave"])),
    ("a quorum of more than all", "RUL-5",
     {"name": "ordinary", "why": "its quorum is more than all electors"},
     changed(quorum=Fraction(over=3, under=2))),
    ("more than all votes", "RUL-5",
     {"name": "ordinary", "why": "its majority is more than all votes"},
     changed(test=majority(1, 1, above=True))),
    ("four thirds of votes", "RUL-5",
     {"name": "ordinary", "why": "its majority is more than all votes"},
     changed(test=majority(4, 3, above=False))),
    ("only officers propose, and only they appoint", "RUL-6", {"name": "consensus"},
     standard_rules().model_copy(update={"classes": OFFICERS})),
    ("nothing changes the rules", "RUL-7", {}, carrying(rules=[])),
    ("a quorum of one", "RUL-8", {"name": "ordinary"},
     changed(quorum_least=1, quorum=Fraction(over=1, under=3))),
    ("half of two is one", "RUL-8", {"name": "consent"}, changed("consent", quorum_least=1)),
    ("a third carries", "RUL-9", {"name": "ordinary"}, changed(test=majority(1, 3, above=True))),
    ("a tie carries", "RUL-9", {"name": "ordinary"}, changed(test=majority(1, 2, above=False))),
    ("an election that expels", "RUL-10",
     {"effect": "expel", "name": "election", "why": "is carried by an election"},
     carrying(expel=["election"])),
    ("witnesses by show of hands", "RUL-10",
     {"effect": "witnesses", "name": "ordinary", "why": "isn't an election"},
     carrying(witnesses=["ordinary"])),
    ("elected witnesses whom nothing elects", "RUL-10",
     {"effect": "witnesses", "name": "", "why": "is carried by no class"},
     carrying(witnesses=[]).model_copy(update={"witnesses": "elected"})),
    ("sealed, and closed before it can be counted", "RUL-11", {"name": "secret"},
     changed("secret", early=True)),
    ("sealed, and delegated once others can be read", "RUL-11", {"name": "secret"},
     changed("secret", delegation=True)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "fields", "rules"),
    [each[1:] for each in REFUSED],
    ids=[each[0] for each in REFUSED],
)
def test_rules_are_refused_with_their_reason(
    code: str, fields: dict[str, Any], rules: Rules
) -> None:
    """Rules by which members can't govern themselves are refused, and it says why."""
    with pytest.raises(Refused) as caught:
        check_rules(rules)
    assert (caught.value.code, caught.value.fields) == (code, fields)


def test_standard_rules_are_sound() -> None:
    """The rules of a co-op that chose none are not refused."""
    check_rules(standard_rules())


def test_a_quorum_of_more_than_half_needs_no_least() -> None:
    """More than half of two is two, so that nobody decides alone (RUL-8)."""
    check_rules(changed(quorum_least=1, quorum=Fraction(over=501, under=1000)))


def test_officers_may_be_needed_where_others_appoint_them() -> None:
    """Classes for officers alone are sound if members can have officers (RUL-6)."""
    rules = standard_rules()
    classes = {**OFFICERS, "election": rules.classes["election"]}
    check_rules(rules.model_copy(update={"classes": classes}))


@pytest.mark.parametrize("count", [0, 17])
def test_a_set_has_1_to_16_classes(count: int) -> None:
    """A rule set without classes, or with more than a page of them, is none (RUL-1)."""
    rules = standard_rules().model_dump()
    kind = rules["classes"]["ordinary"]
    rules["classes"] = {chr(ord("a") + number): kind for number in range(count)}
    with pytest.raises(ValidationError):
        Rules.model_validate(rules)


@pytest.mark.parametrize("field", ["notice_days", "expulsion_days"])
def test_a_notice_can_be_given(field: str) -> None:
    """The longest notice leaves an opening that GOV-1 allows, whatever the hour (RUL-5)."""
    rules = standard_rules().model_dump()
    place = rules["classes"]["ordinary"] if field == "notice_days" else rules
    place[field] = days = 365
    Rules.model_validate(rules)
    for now in (0, 1, DAY_MS - 1):
        assert (now // DAY_MS + days + 1) * DAY_MS <= now + VOTE_MS_MAX
    place[field] = 366
    with pytest.raises(ValidationError):
        Rules.model_validate(rules)


def shares() -> st.SearchStrategy[Fraction]:
    numbers = st.integers(0, 12)
    return st.builds(Fraction, over=numbers, under=numbers.map(lambda number: number + 1))


TESTS = st.one_of(
    st.builds(
        Majority, share=shares(), above=st.booleans(), of=st.sampled_from(["votes", "electors"])
    ),
    st.just(Consent()),
    st.just(Consensus()),
)


@st.composite
def accepted(draw: st.DrawFn) -> BusinessClass:
    """Draw a class that is no election, in a set that isn't refused."""
    fields: dict[str, Any] = {
        "test": draw(TESTS),
        "quorum": draw(shares()),
        "quorum_least": draw(st.integers(1, 4)),
    }
    rules = changed(**fields)
    try:
        check_rules(rules)
    except Refused:
        assume(False)
    return rules.classes["ordinary"]


def ends(kind: BusinessClass, voted_for: int, against: int, abstained: int, electors: int) -> str:
    quorum = kind.quorum_of(electors)
    return outcome(kind.test.model_dump(), voted_for, against, abstained, electors, quorum)


@given(accepted(), st.integers(2, 40))
def test_nobody_decides_alone(kind: BusinessClass, electors: int) -> None:
    """By no accepted class does one ballot carry anything among two electors or more (RUL-8)."""
    assert ends(kind, 1, 0, 0, electors) == "inquorate"
    assert kind.quorum_of(electors) >= 2


@given(accepted(), st.integers(1, 40))
def test_everybody_together_can_decide_anything(kind: BusinessClass, electors: int) -> None:
    """By every accepted class a motion is carried for which all vote (RUL-5)."""
    assert ends(kind, electors, 0, 0, electors) == "carried"


@given(accepted(), st.data())
def test_no_minority_decides(kind: BusinessClass, data: st.DataObject) -> None:
    """What carries has more for it than against it, and its opposite doesn't carry (RUL-9)."""
    electors = data.draw(st.integers(1, 40))
    voted_for = data.draw(st.integers(0, electors))
    against = data.draw(st.integers(0, electors - voted_for))
    abstained = data.draw(st.integers(0, electors - voted_for - against))
    if ends(kind, voted_for, against, abstained, electors) == "carried":
        assert voted_for > against
        assert ends(kind, against, voted_for, abstained, electors) != "carried"


@given(accepted(), st.integers(1, 40))
def test_a_quorum_is_the_least_number_of_its_share(kind: BusinessClass, electors: int) -> None:
    """It is its share rounded up, its least number at least, and at most all (RUL-2)."""
    quorum, share = kind.quorum_of(electors), kind.quorum
    assert quorum <= electors
    assert quorum == electors or quorum * share.under >= electors * share.over
    if quorum > kind.quorum_least:
        assert (quorum - 1) * share.under < electors * share.over


def test_an_election_is_no_majority() -> None:
    """A majority's rules don't touch elections, whose method says who is elected (RUL-3)."""
    check_rules(changed("election", test=Election(method="irv")))
