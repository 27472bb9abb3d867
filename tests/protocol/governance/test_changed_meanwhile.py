"""What changed while a proposal went on never stops the book: it ends, or is refused."""

from __future__ import annotations

import pytest

from rochdale_protocol.core.ruleset import Election as ByElection
from rochdale_protocol.core.ruleset import Method
from rochdale_protocol.disputes.records import DisputeWithdraw
from rochdale_protocol.governance.effects import ChangeRules, NoEffect, Refer, Settle
from rochdale_protocol.governance.records import Election, ProposalNotice
from tests.protocol.coops import VOTE_MS
from tests.protocol.disputes.test_decided import referred
from tests.protocol.forging import refusal

from .assembly import Assembly, bent


def test_a_draft_is_not_put_where_its_class_elects_now() -> None:
    """A motion can't be voted on by a class that has become an election (GOV-12)."""
    coop = Assembly(4)
    draft = coop.put("consent", closes=0)
    changed = bent("consent", test=ByElection(method="approval"))
    changed = changed.model_copy(update={"effects": {"rules": ["special"]}})
    assert coop.decided("ffff", "special", ChangeRules(rules=changed))["effect_code"] == ""
    notice = ProposalNotice(proposal=draft, opens=0, closes=coop.wall + VOTE_MS)
    assert refusal(coop, 0, notice) == "GOV-12"


@pytest.mark.parametrize("method", ["irv", ""])
def test_an_election_is_not_put_where_its_class_can_not_count_it(method: Method | str) -> None:
    """Two seats aren't filled by IRV, nor any by a show of hands, though they were drafted."""
    coop = Assembly(4)
    draft = coop.put("options", closes=0, election=Election(seats=2, options=["a", "b", "c"]))
    test = ByElection(method="irv") if method else bent().classes["ordinary"].test
    coop.decided("ffff", "special", ChangeRules(rules=bent("options", test=test)))
    notice = ProposalNotice(proposal=draft, opens=0, closes=coop.wall + VOTE_MS)
    assert refusal(coop, 0, notice) == "GOV-12"


def test_nothing_is_referred_to_an_election() -> None:
    """What is referred is voted on; where the class elects, the effect is impossible (GOV-27)."""
    coop = Assembly(4)
    entry = coop.decided("ffff", "ordinary", Refer(business="options", effect=NoEffect()))
    assert (entry["status"], entry["effect_code"]) == ("carried", "GOV-12")
    assert entry["continued"] == ""


def test_rules_that_were_changed_meanwhile_are_not_changed_back() -> None:
    """Of two sets of rules put at once the second would undo the first unseen: RUL-12."""
    coop = Assembly(4)
    first = coop.put("special", ChangeRules(rules=bent(notice_days=3)))
    again = coop.put("special", ChangeRules(rules=bent("consent", notice_days=3)))
    for each in (first, again):
        coop.vote(each, "fff-")
    coop.close()
    codes = [coop.entry(each)["effect_code"] for each in (first, again)]
    assert sorted(codes) == ["", "RUL-12"]
    carried = bent(notice_days=3) if codes[0] == "" else bent("consent", notice_days=3)
    assert coop.state.need("coop")["rules"] == carried.model_dump()
    entry = coop.decided("fff-", "special", ChangeRules(rules=bent("consent", notice_days=3)))
    assert entry["effect_code"] == ""


def test_a_dispute_that_was_withdrawn_is_not_adjourned() -> None:
    """Where no notice can be given any more, an inquorate vote ends as it is (GOV-25)."""
    coop = Assembly(6, bent(adjourn_days=1))
    case = referred(coop)
    proposal = coop.put(effect=Settle(case=case.id, finding="Farm 1 delivers."))
    coop.write(0, DisputeWithdraw(dispute=case.id))
    coop.close()
    entry = coop.entry(proposal)
    assert (entry["status"], entry["effect_code"]) == ("inquorate", "DIS-12")
    assert entry["continued"] == ""
    other = coop.put()
    coop.close()
    assert coop.entry(other)["status"] == "adjourned"
