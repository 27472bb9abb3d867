"""Vectors of rule sets (RUL-2 to RUL-11) and of outcomes (GOV-7, GOV-8), written by hand."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from tests.protocol.stories import (
    CLASSES,
    CONSENSUS,
    CONSENT,
    EVERYONE,
    MAJORITY,
    RULES,
    THREE_QUARTERS,
    Json,
    carrying,
)


def changed(name: str, **fields: Any) -> Json:
    """Return the rules of the stories with one class changed."""
    rules = deepcopy(RULES)
    rules["classes"][name] |= fields
    return rules


def refused() -> list[Json]:
    third, all_ = {"over": 1, "under": 3}, {"over": 1, "under": 1}
    officers = {name: kind | {"proposers": ["chair"]} for name, kind in CLASSES.items()}
    cases = [
        ("a class that isn't there", "RUL-4", carrying(expel=["grave"])),
        ("a quorum of more than all", "RUL-5",
         changed("ordinary", quorum={"over": 3, "under": 2})),
        ("more than all votes", "RUL-5",
         changed("ordinary", test=MAJORITY | {"share": all_, "above": True})),
        ("only officers appoint officers", "RUL-6", RULES | {"classes": officers}),
        ("nothing changes the rules", "RUL-7", carrying(rules=[])),
        ("a quorum of one", "RUL-8", changed("quick", quorum_least=1)),
        ("a quorum of half of two", "RUL-8",
         changed("consent", quorum_least=1, quorum={"over": 5, "under": 10})),
        ("a third carries", "RUL-9", changed("ordinary", test=MAJORITY | {"share": third})),
        ("a tie carries", "RUL-9", changed("ordinary", test=MAJORITY | {"above": False})),
        ("an election expels", "RUL-10", carrying(expel=["election"])),
        ("witnesses without election", "RUL-10", carrying(witnesses=["special"])),
        ("elected witnesses, never elected", "RUL-10", RULES | {"witnesses": "elected"}),
        ("sealed and early", "RUL-11", changed("secret", early=True)),
        ("sealed and delegated", "RUL-11", changed("secret", delegation=True)),
    ]  # fmt: skip
    return [{"name": name, "code": code, "rules": rules} for name, code, rules in cases]


def accepted() -> list[Json]:
    cases = [
        ("those of the stories", RULES),
        ("more than half of two is two",
         changed("quick", quorum_least=1, quorum={"over": 501, "under": 1000})),
        ("officers that others appoint", RULES | {"classes": CLASSES | {
            "ordinary": CLASSES["ordinary"] | {"proposers": ["chair"]}}}),
        ("all of electors", changed("special", test=EVERYONE, quorum={"over": 1, "under": 1})),
        ("elected witnesses", carrying(witnesses=["election"]) | {"witnesses": "elected"}),
    ]  # fmt: skip
    return [{"name": name, "rules": rules} for name, rules in cases]


def outcomes() -> list[Json]:
    electors = MAJORITY | {"of": "electors"}
    cases = [
        # test, for, against, abstain, electors, quorum, end
        (MAJORITY, 2, 1, 0, 7, 3, "carried"),
        (MAJORITY, 2, 2, 0, 7, 3, "lost"),
        (MAJORITY, 1, 0, 1, 7, 3, "inquorate"),
        (MAJORITY, 1, 0, 2, 7, 3, "carried"),
        (MAJORITY, 0, 0, 3, 7, 3, "lost"),
        (MAJORITY, 0, 7, 0, 7, 3, "lost"),
        (THREE_QUARTERS, 3, 1, 0, 7, 4, "carried"),
        (THREE_QUARTERS, 5, 2, 0, 7, 4, "lost"),
        (THREE_QUARTERS, 3, 1, 3, 7, 4, "carried"),
        (THREE_QUARTERS, 299, 100, 0, 1000, 334, "lost"),
        (THREE_QUARTERS, 300, 100, 0, 1000, 334, "carried"),
        (electors, 4, 0, 0, 7, 4, "carried"),
        (electors, 3, 0, 4, 7, 4, "lost"),
        (electors, 4, 3, 0, 8, 4, "lost"),
        (EVERYONE, 7, 0, 0, 7, 7, "carried"),
        (EVERYONE, 6, 0, 1, 7, 7, "lost"),
        (EVERYONE, 6, 0, 0, 7, 7, "inquorate"),
        (CONSENT, 1, 0, 3, 7, 4, "carried"),
        (CONSENT, 6, 1, 0, 7, 4, "lost"),
        (CONSENT, 0, 0, 4, 7, 4, "lost"),
        (CONSENSUS, 4, 0, 0, 7, 4, "carried"),
        (CONSENSUS, 3, 0, 0, 7, 4, "inquorate"),
        (CONSENSUS, 4, 1, 0, 7, 4, "lost"),
    ]
    names = ("test", "for", "against", "abstain", "electors", "quorum", "end")
    return [dict(zip(names, case, strict=True)) for case in cases]


def quorums() -> list[Json]:
    cases = [
        # over, under, least, electors, quorum
        (1, 3, 2, 7, 3),
        (1, 3, 2, 6, 2),
        (1, 3, 2, 3, 2),
        (1, 3, 2, 1, 1),
        (1, 2, 2, 5, 3),
        (1, 2, 3, 4, 3),
        (1, 2, 3, 2, 2),
        (1, 1, 2, 7, 7),
        (0, 1, 5, 100, 5),
        (333, 1000, 1, 1000, 333),
    ]
    names = ("over", "under", "least", "electors", "quorum")
    return [dict(zip(names, case, strict=True)) for case in cases]


def build() -> Json:
    """Return the vectors."""
    return {
        "valid": accepted(),
        "invalid": refused(),
        "quorums": quorums(),
        "outcomes": outcomes(),
    }
