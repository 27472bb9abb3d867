"""A rule set in plain words leaves nothing of it out."""

from __future__ import annotations

from typing import Any

import pytest

from rochdale_protocol.core.limits import DAY_MS
from rochdale_protocol.core.ruleset import EFFECTS, Rules, standard_rules
from rochdale_protocol.governance.plain import class_line, rules_page

SHARE = {"over": 2, "under": 5}
CHANGES: dict[str, Any] = {
    "test": {"type": "consensus"},
    "quorum": SHARE,
    "quorum_least": 3,
    "notice_days": 9,
    "voting_ms_min": 5 * DAY_MS,
    "proposers": ["chair"],
    "amendable": False,
    "secrecy": "sealed",
    "early": True,
    "proxies": 1,
    "delegation": True,
    "interested": "abstain",
    "adjourn_days": 4,
}
"""Another value for each parameter of an ordinary class."""

MAJORITY = {"type": "majority", "share": {"over": 1, "under": 2}, "above": True, "of": "votes"}
TESTS: list[dict[str, Any]] = [
    MAJORITY,
    MAJORITY | {"share": {"over": 3, "under": 5}},
    MAJORITY | {"above": False},
    MAJORITY | {"of": "electors"},
    MAJORITY | {"share": {"over": 1, "under": 1}, "above": False},
    MAJORITY | {"share": {"over": 1, "under": 1}, "above": False, "of": "electors"},
    {"type": "consent"},
    {"type": "consensus"},
    *({"type": "election", "method": method}
      for method in ("scottish-stv", "irv", "schulze", "approval", "score")),
]  # fmt: skip


def page(rules: Rules) -> str:
    """Return a page as text."""
    return "\n".join(line for each in rules_page(rules) for line in (each.title, *each.lines))


def changed(**fields: Any) -> Rules:
    """Return the standard rules with parameters of ordinary business changed."""
    value = standard_rules().model_dump()
    value["classes"]["ordinary"] |= fields
    return Rules.model_validate(value)


def test_each_parameter_of_a_class_is_there() -> None:
    """Whatever changes in a class changes its words, so the page names every parameter."""
    kind = standard_rules().classes["ordinary"]
    assert CHANGES.keys() == type(kind).model_fields.keys()
    pages = [page(standard_rules()), *(page(changed(**{key: CHANGES[key]})) for key in CHANGES)]
    assert len(set(pages)) == len(pages)


def test_each_test_has_its_own_words() -> None:
    """No two ways to carry a motion read alike, on the page and in its line."""
    made = [changed(test=test) for test in TESTS]
    assert len({page(rules) for rules in made}) == len(TESTS)
    assert len({class_line("ordinary", rules.classes["ordinary"]) for rules in made}) == len(TESTS)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "Other rules"),
        ("source", "the barn door"),
        ("expulsion_days", 14),
        ("expulsion_days", 0),
        ("vouches", 1),
        ("witnesses", "elected"),
        ("invite_ms_max", 7 * DAY_MS),
        ("dormant_minutes", 21),
        ("dormant_days", 15),
        *((f"effects.{effect}", []) for effect in EFFECTS),
    ],
)
def test_each_parameter_of_the_set_is_there(field: str, value: Any) -> None:
    """Whatever changes in a set changes the page: who carries what, expulsion, vouches, ..."""
    rules = standard_rules().model_dump()
    outer, _, inner = field.partition(".")
    rules[outer] = rules[outer] | {inner: value} if inner else value
    assert page(Rules.model_validate(rules)) != page(standard_rules())


def test_ordinary_and_special_business_read_as_people_speak() -> None:
    """Shares, counts and days stand in words."""
    special = {
        "test": MAJORITY | {"share": {"over": 75, "under": 100}, "above": False},
        "quorum": {"over": 1, "under": 2},
        "notice_days": 14,
        "voting_ms_min": 3 * DAY_MS,
        "proposers": ["chair", "secretary"],
        "adjourn_days": 7,
    }
    said = page(changed(**special))
    for words in (
        "Ordinary business",
        "Carried when at least three quarters of those who vote for or against are for.",
        "At least half of the members, and never fewer than two, must vote.",
        "14 clear days of notice before the vote opens.",
        "Voting is open for at least three days.",
        "Only chair or secretary may propose.",
        "Without its quorum a vote is held again after seven days, and then two must vote.",
        "Expel a member: special business.",
    ):
        assert words in said
    assert class_line("ordinary", changed(**special).classes["ordinary"]) == (
        "Ordinary: at least three quarters of votes; quorum half, at least two;"
        " 14 clear days of notice"
    )


def test_what_all_classes_share_stands_once() -> None:
    """A sentence that holds for all business isn't said of each; with one class there is none."""
    said = page(standard_rules())
    assert said.count("Standing delegations don't count.") == 1
    rules = standard_rules().model_dump()
    rules["classes"] = {"ordinary": rules["classes"]["ordinary"]}
    rules["effects"] = {"rules": ["ordinary"]}
    titles = [section.title for section in rules_page(Rules.model_validate(rules))]
    assert titles == ["Standard rules", "What may be decided", "Ordinary business",
                      "Members and the book"]  # fmt: skip
