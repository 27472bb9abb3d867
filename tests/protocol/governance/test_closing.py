"""How votes end: consent, early close, adjournment, referral, dissolution (GOV-7, GOV-24 to 31)."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from rochdale_protocol.core.limits import DAY_MS
from rochdale_protocol.core.ruleset import standard_rules
from rochdale_protocol.governance.closing import outcome
from rochdale_protocol.governance.effects import Dissolve, Expel, NoEffect, Refer
from rochdale_protocol.governance.records import ProposalWithdraw
from rochdale_protocol.membership.records import MemberAddress
from tests.protocol.coops import VOTE_MS
from tests.protocol.forging import refusal
from tests.protocol.governance.assembly import Assembly, ballot, bent, member

RULES = standard_rules().classes


@pytest.mark.parametrize(
    ("business", "votes", "status"),
    [
        ("consent", "ff--", "carried"),
        ("consent", "fx--", "carried"),
        ("consent", "xx--", "lost"),
        ("consent", "fffa", "lost"),
        ("consent", "f---", "inquorate"),
        ("consensus", "ffxx", "carried"),
        ("consensus", "fffa", "lost"),
        ("consensus", "xxxx", "lost"),
        ("written", "fff-", "carried"),
        ("written", "ff--", "lost"),
        ("written", "fffa", "carried"),
        ("written", "ffxx", "lost"),
    ],
)
def test_how_other_classes_carry(business: str, votes: str, status: str) -> None:
    """Consent: no objection; consensus: nobody against; written: more than half of all (GOV-7)."""
    coop = Assembly(4)
    proposal = coop.put(business)
    for number, vote in enumerate(votes):
        if vote == "a":
            coop.write(number, ballot(proposal, "against", "It would bind us for years."))
    coop.vote(proposal, votes.replace("a", "-"))
    coop.close()
    assert coop.entry(proposal)["status"] == status


def test_an_objection_has_a_reason() -> None:
    """Under consent a ballot against without a reason is GOV-20; one taken back stands no more."""
    coop = Assembly(4)
    proposal = coop.put("consent")
    assert refusal(coop, 1, ballot(proposal, "against", " \n")) == "GOV-20"
    coop.write(1, ballot(proposal, "against", "Too dear."))
    coop.vote(proposal, "ff--")
    coop.close()
    assert coop.entry(proposal)["status"] == "carried"


def test_the_quorum_is_two_of_two() -> None:
    """However small its share, a quorum is two members where there are two (RUL-2, RUL-8)."""
    coop = Assembly(2)
    assert coop.decided("f-", "ordinary")["status"] == "inquorate"
    assert coop.decided("fx", "ordinary")["status"] == "carried"
    assert Assembly(1).decided("f", "ordinary")["status"] == "carried"


@pytest.mark.parametrize(
    ("business", "votes", "status"),
    [
        ("ordinary", "ffff---", "carried"),
        ("ordinary", "fff----", "open"),
        ("ordinary", "fffa---", "open"),
        ("ordinary", "aaaa---", "lost"),
        ("ordinary", "faxxxxx", "lost"),
        ("special", "aa-----", "open"),
        ("special", "ffffff-", "carried"),
        ("special", "fffff--", "open"),
        ("entrenched", "a------", "open"),
        ("entrenched", "aaaaaaa", "lost"),
        ("written", "ffff---", "carried"),
        ("written", "aaaa---", "lost"),
        ("written", "aaa----", "open"),
        ("consent", "fffffff", "carried"),
        ("consent", "ffffff-", "open"),
    ],
)
def test_a_vote_closes_early(business: str, votes: str, status: str) -> None:
    """Once those who haven't voted can't change the end, where the class says so (GOV-24)."""
    coop = Assembly(7, bent(business, early=True))
    proposal = coop.put(business)
    coop.vote(proposal, votes)
    assert coop.entry(proposal)["status"] == status


def test_no_vote_closes_early_by_standard_rules() -> None:
    """Everybody may still change their mind until the deadline (GOV-24)."""
    coop = Assembly(4)
    proposal = coop.put()
    coop.vote(proposal, "ffff")
    assert coop.entry(proposal)["status"] == "open"


def _ends(business: str, counts: tuple[int, int, int], electors: int) -> str:
    test: dict[str, Any] = RULES[business].test.model_dump()
    return outcome(test, *counts, electors, RULES[business].quorum_of(electors))


@pytest.mark.parametrize(
    "business", ["ordinary", "special", "entrenched", "written", "consent", "consensus"]
)
def test_four_completions_are_all(business: str) -> None:
    """If nobody, all for, all against or all abstaining end alike, so do others (GOV-24)."""
    electors = 6
    for cast in product(range(electors + 1), repeat=3):
        left = electors - sum(cast)
        if left < 0:
            continue
        f, a, x = cast
        extremes = {
            _ends(business, counts, electors)
            for counts in ((f, a, x), (f + left, a, x), (f, a + left, x), (f, a, x + left))
        }
        every = {
            _ends(business, (f + df, a + da, x + dx), electors)
            for df, da, dx in product(range(left + 1), repeat=3)
            if df + da + dx <= left
        }
        assert (len(every) == 1) == (len(extremes) == 1)


def test_an_inquorate_vote_is_held_again() -> None:
    """It ends adjourned; the next one, days later, has the least quorum, and no other (GOV-25)."""
    coop = Assembly(7, bent(adjourn_days=7))
    first = coop.decided("ff-----", "ordinary")
    assert (first["status"], first["quorum"]) == ("adjourned", 3)
    again = first["continued"]
    entry = coop.entry(again)
    assert (entry["status"], entry["quorum"], entry["title"]) == ("notice", 2, first["title"])
    assert entry["text"] == first["text"]
    coop.pass_time(entry["opens"] - coop.wall)
    coop.vote(again, "ff-----")
    coop.close()
    assert coop.entry(again)["status"] == "carried"
    second = coop.decided("f------", "ordinary")["continued"]
    coop.pass_time(coop.entry(second)["closes"] - coop.wall)
    assert coop.entry(second)["status"] == "inquorate"
    assert coop.entry(second)["continued"] == ""


def test_a_matter_is_referred() -> None:
    """The decision puts it again as business of the other class, with its notice (GOV-27)."""
    coop = Assembly(4, bent("special", notice_days=14, expulsion_days=21))
    expel = Expel(member=member(3), reasons="x")
    entry = coop.decided("ff--", "ordinary", Refer(business="special", effect=expel))
    assert (entry["status"], entry["effect_code"]) == ("carried", "")
    put = coop.entry(entry["continued"])
    assert (put["business"], put["status"], put["author"]) == ("special", "notice", entry["author"])
    assert put["effect"] == expel.model_dump()
    opens, noticed = put["opens"] // DAY_MS, coop.wall // DAY_MS
    assert opens - noticed - 1 == 21
    coop.pass_time(put["opens"] - coop.wall)
    coop.vote(entry["continued"], "fff-")
    coop.close()
    assert coop.state.need(f"member/{member(3)}")["status"] == "expelled"


def test_what_the_other_class_may_not_carry_is_not_referred() -> None:
    """The referral is recorded as impossible, and leaves nothing (GOV-27, GOV-9)."""
    coop = Assembly(4)
    expel = Expel(member=member(3), reasons="x")
    entry = coop.decided("ff--", "ordinary", Refer(business="consent", effect=expel))
    assert (entry["status"], entry["effect_code"], entry["continued"]) == ("carried", "GOV-12", "")
    assert not list(coop.state.scan("live/"))
    nowhere = coop.motion("ordinary", Refer(business="nowhere", effect=NoEffect()))
    assert refusal(coop, 0, nowhere) == "GOV-11"


def test_a_dissolved_co_op_does_nothing_more() -> None:
    """Open votes lapse, every later record is refused, the book stays readable (GOV-31, EXE-10)."""
    coop = Assembly(4)
    other = coop.put(closes=coop.wall + 50 * VOTE_MS)
    draft = coop.put(closes=0)
    entry = coop.decided("ffff", "special", Dissolve())
    assert entry["status"] == "carried"
    assert coop.entry(other)["status"] == coop.entry(draft)["status"] == "lapsed"
    assert not [*coop.state.scan("deadline/"), *coop.state.scan("live/")]
    assert refusal(coop, 0, MemberAddress(addresses=[])) == "EXE-10"
    assert refusal(coop, 0, ballot(other)) == "EXE-10"


def test_a_withdrawn_vote_does_nothing_at_its_close() -> None:
    """Nothing waits any more for a vote that was taken back (GOV-10)."""
    coop = Assembly(4)
    proposal = coop.put()
    coop.vote(proposal, "ff--")
    coop.write(0, ProposalWithdraw(proposal=proposal))
    height = coop.nodes[0].ledger.height
    coop.close()
    assert coop.nodes[0].ledger.height == height
    assert coop.entry(proposal)["status"] == "withdrawn"
