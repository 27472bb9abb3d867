"""The vectors of rule sets and decisions, on the package."""

from __future__ import annotations

from typing import Any

import pytest

from rochdale_protocol.core.errors import Refused
from rochdale_protocol.core.records import decode_record, verify_record
from rochdale_protocol.core.ruleset import BusinessClass, Rules, check_rules, standard_rules
from rochdale_protocol.governance.closing import outcome
from rochdale_protocol.minutes.execute import Session, found
from rochdale_protocol.minutes.founding import found_book
from rochdale_protocol.minutes.minute import SignedCharter
from rochdale_protocol.minutes.shelf import MemoryShelf
from rochdale_protocol.state.maps import OverlayMap
from tests.protocol.definitions import canonical
from tests.vectors.files import load

VECTORS = load("governance")
RULES = load("rules")


def name_of(case: dict[str, Any]) -> str:
    return str(case["name"])


@pytest.mark.parametrize("case", RULES["valid"], ids=name_of)
def test_rules_that_are_sound(case: dict[str, Any]) -> None:
    """A rule set of the vectors is read and not refused."""
    check_rules(Rules.model_validate(case["rules"]))


@pytest.mark.parametrize("case", RULES["invalid"], ids=name_of)
def test_rules_that_are_refused(case: dict[str, Any]) -> None:
    """A rule set is refused with the vector's code (RUL-4 to RUL-11)."""
    with pytest.raises(Refused) as caught:
        check_rules(Rules.model_validate(case["rules"]))
    assert caught.value.code == case["code"]


@pytest.mark.parametrize("case", RULES["quorums"], ids=str)
def test_a_quorum(case: dict[str, Any]) -> None:
    """So many must vote of so many electors (RUL-2)."""
    value = standard_rules().classes["ordinary"].model_dump()
    value |= {"quorum": {"over": case["over"], "under": case["under"]},
              "quorum_least": case["least"]}  # fmt: skip
    assert BusinessClass.model_validate(value).quorum_of(case["electors"]) == case["quorum"]


@pytest.mark.parametrize("case", RULES["outcomes"], ids=str)
def test_an_outcome(case: dict[str, Any]) -> None:
    """Ballots lead to the vector's end (GOV-7, GOV-8)."""
    numbers = (case[name] for name in ("for", "against", "abstain", "electors", "quorum"))
    assert outcome(case["test"], *numbers) == case["end"]


@pytest.mark.parametrize("story", VECTORS["stories"], ids=name_of)
def test_a_story(story: dict[str, Any]) -> None:
    """Each minute gives each record its code, and leaves the state that the vector tells."""
    signed = SignedCharter.from_bytes(canonical(VECTORS["charter"]))
    signed.check()
    assert signed.charter.coop() == VECTORS["coop"]
    shelf = MemoryShelf()
    shelf.commit(found_book(signed))
    state, chain = OverlayMap(shelf.maps["state"]), OverlayMap(shelf.maps["chain"])
    _, tree, _, roster = found(signed.charter, VECTORS["coop"])
    last_time = signed.charter.at
    for minute in story["minutes"]:
        session = Session(
            state,
            shelf.maps["heights"],
            chain,
            minute["height"],
            minute["time"],
            attested=(),
            last_time=last_time,
            prev=minute["prev"],
        )
        records = [decode_record(bytes.fromhex(each["frame"])) for each in minute["records"]]
        assert [record.id for record in records] == [each["id"] for each in minute["records"]]
        codes = [session.add(verify_record(record, VECTORS["coop"])) for record in records]
        assert codes == minute["codes"], minute["height"]
        for key, fields in minute["state"].items():
            value = session.state.get(key)
            told = value and {name: value.get(name) for name in fields}
            assert told == fields, key
        carried = session.finish(tree, roster)
        state.apply(carried.state)
        tree.apply(carried.tree)
        chain.apply(carried.chain)
        roster, last_time = carried.roster, minute["time"]
