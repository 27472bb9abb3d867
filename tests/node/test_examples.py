"""The rule sets that ship."""

from __future__ import annotations

import pytest

from rochdale_node.examples import EXAMPLES, example_rules
from rochdale_protocol.core.errors import LocalError
from rochdale_protocol.core.ruleset import Majority, check_rules, standard_rules
from rochdale_protocol.governance.plain import rules_page


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_sound_and_names_its_source(name: str) -> None:
    """Each can be founded with and read; all but the standard one say what they are made from."""
    rules = example_rules(name)
    check_rules(rules)
    assert bool(rules.source) is (name != "standard")
    assert rules_page(rules)[0].title == rules.title


def test_the_standard_rules_are_among_them() -> None:
    """What one gets who chooses nothing can be read like the others."""
    assert example_rules("standard") == standard_rules()


@pytest.mark.parametrize("name", ["worker", "consortium"])
def test_the_figures_of_the_model_articles(name: str) -> None:
    """Co-operatives UK's model articles: 14 days, half or two, 3/4, five proxies, 21 days."""
    rules = example_rules(name)
    ordinary, special = rules.classes["ordinary"], rules.classes["special"]
    for kind in (ordinary, special):
        assert (kind.notice_days, kind.proxies, kind.quorum_least) == (14, 5, 2)
        assert [kind.quorum_of(electors) for electors in (1, 2, 3, 4, 5, 21)] == [1, 2, 2, 2, 3, 11]
    assert isinstance(ordinary.test, Majority)
    assert isinstance(special.test, Majority)
    assert (ordinary.test.share.over, ordinary.test.share.under, ordinary.test.above) == (
        1,
        2,
        True,
    )
    assert (special.test.share.over, special.test.share.under, special.test.above) == (3, 4, False)
    assert rules.expulsion_days == 21
    assert rules.effects["expel"] == rules.effects["dissolve"] == ["special"]


def test_a_pact_can_part_from_who_is_gone() -> None:
    """Where all must agree, two thirds of all can still let go of a member that is silent."""
    pact = example_rules("pact")
    (name,) = pact.effects["expel"]
    test = pact.classes[name].test
    assert isinstance(test, Majority)
    assert (test.of, test.share.of(3), test.share.of(4)) == ("electors", 2, 3)


def test_there_is_no_other() -> None:
    """A name that isn't known is refused with those that are."""
    with pytest.raises(LocalError) as caught:
        example_rules("guild")
    assert caught.value.code == "API-19"
    assert "consortium" in str(caught.value.fields["names"])
