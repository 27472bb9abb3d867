"""From the draft to the opening: notice, amendments, discussion, interests (GOV-12 to GOV-19)."""

from __future__ import annotations

import pytest

from rochdale_protocol.core.limits import DAY_MS, DRAFT_MS
from rochdale_protocol.core.ruleset import standard_rules
from rochdale_protocol.governance.effects import Admit, Appoint, ChangeRules, Expel
from rochdale_protocol.governance.records import (
    AmendmentAccept,
    AmendmentOffer,
    CommentMake,
    Election,
    InterestDeclare,
    ProposalAmend,
    ProposalNotice,
    ProposalWithdraw,
)
from rochdale_protocol.membership.records import MemberResign, OfficeResign
from tests.protocol.coops import VOTE_MS
from tests.protocol.forging import refusal
from tests.protocol.governance.assembly import Assembly, ballot, bent, member
from tests.protocol.governance.test_rules import applied

SALT = "5a" * 16


def test_a_draft_is_put_later() -> None:
    """A draft takes no ballots; its author gives notice of it, and then it is voted on (GOV-15)."""
    coop = Assembly(4)
    draft = coop.put(closes=0)
    assert coop.entry(draft)["status"] == "draft"
    assert refusal(coop, 1, ballot(draft)) == "GOV-5"
    notice = ProposalNotice(proposal=draft, opens=0, closes=coop.wall + VOTE_MS)
    assert refusal(coop, 1, notice) == "GOV-10"
    coop.write(0, notice)
    assert refusal(coop, 0, notice) == "GOV-5"
    coop.vote(draft, "ff--")
    coop.close()
    assert coop.entry(draft)["status"] == "carried"


def test_who_is_no_officer_any_more_puts_no_draft() -> None:
    """A draft doesn't outlive the office that its author needed: GOV-13."""
    coop = Assembly(4, bent("special", proposers=["chair"]))
    chair = Appoint(office="chair", members=[member(0)], until=0)
    assert coop.decided("ffff", "ordinary", chair)["effect_code"] == ""
    draft = coop.put("special", closes=0)
    coop.write(0, OfficeResign(office="chair"))
    notice = ProposalNotice(proposal=draft, opens=0, closes=coop.wall + VOTE_MS)
    assert refusal(coop, 0, notice) == "GOV-13"


def test_a_draft_lapses_in_the_end() -> None:
    """After ninety days a draft lapses, and nothing is left to be done (GOV-15)."""
    coop = Assembly(2)
    draft = coop.put(closes=0)
    coop.pass_time(DRAFT_MS - 1)
    assert coop.entry(draft)["status"] == "draft"
    coop.pass_time(1)
    assert coop.entry(draft)["status"] == "lapsed"
    assert not [*coop.state.scan("deadline/"), *coop.state.scan("live/")]


def test_a_draft_is_withdrawn() -> None:
    """Its author takes a draft back, and its deadline with it (GOV-10)."""
    coop = Assembly(2)
    draft = coop.put(closes=0)
    assert refusal(coop, 1, ProposalWithdraw(proposal=draft)) == "GOV-10"
    coop.write(0, ProposalWithdraw(proposal=draft))
    assert coop.entry(draft)["status"] == "withdrawn"
    assert not list(coop.state.scan("deadline/"))


@pytest.mark.parametrize(("days", "code"), [(0, "GOV-14"), (2, "GOV-14"), (3, "")])
def test_clear_days_lie_between(days: int, code: str) -> None:
    """Neither the day of the notice nor that of the opening counts (GOV-14): 2 days are asked."""
    coop = Assembly(2, bent(notice_days=2))
    coop.pass_time(10 * DAY_MS + 5 * 3_600_000 - coop.wall)
    opens = (10 + days) * DAY_MS + 1 if days else 0
    body = coop.motion(opens=opens)
    if code:
        assert refusal(coop, 0, body) == code
    else:
        proposal = coop.write(0, body).id
        assert coop.entry(proposal)["status"] == "notice"


def test_a_vote_opens_by_the_minutes_time() -> None:
    """Before its time a vote takes no ballot; from it on it does, in the very minute (GOV-14)."""
    coop = Assembly(4)
    proposal = coop.put(opens=coop.wall + 500)
    coop.pass_time(499)
    assert refusal(coop, 1, ballot(proposal)) == "GOV-5"
    coop.pass_time(1)
    assert coop.entry(proposal)["status"] == "open"
    coop.write(1, ballot(proposal))
    assert coop.entry(proposal)["for"] == 1


def test_an_expulsion_needs_its_days_of_notice() -> None:
    """21 clear days, whatever the class asks, in which its subject answers (GOV-14, GOV-17)."""
    coop = Assembly(4, bent("special", expulsion_days=21))
    effect = Expel(member=member(3), reasons="Sold our lambs as its own.")
    assert refusal(coop, 0, coop.motion("special", effect)) == "GOV-14"
    short = coop.motion("special", effect, opens=coop.wall + 21 * DAY_MS)
    assert refusal(coop, 0, short) == "GOV-14"
    proposal = coop.put("special", effect, opens=coop.wall + 22 * DAY_MS)
    coop.write(3, CommentMake(proposal=proposal, text="They were mine.", salt=SALT))
    coop.pass_days(22)
    coop.vote(proposal, "fffa")
    coop.close()
    assert coop.entry(proposal)["status"] == "carried"
    assert coop.state.need(f"member/{member(3)}")["status"] == "expelled"


def test_the_electorate_is_frozen_with_the_notice() -> None:
    """Who joins between notice and opening has no ballot; who leaves still counts (GOV-2)."""
    coop = Assembly(4)
    opens = coop.wall + 50_000
    proposal = coop.put(opens=opens)
    number = coop.admit()
    coop.write(3, MemberResign(reason=""))
    coop.pass_time(opens - coop.wall)
    entry = coop.entry(proposal)
    assert (entry["status"], entry["electors"], entry["quorum"]) == ("open", 4, 2)
    assert refusal(coop, number, ballot(proposal)) == "GOV-6"


def test_only_its_author_amends_and_only_before_the_opening() -> None:
    """The text is that of the last amendment by its author, until the vote opens (GOV-16)."""
    coop = Assembly(2)
    proposal = coop.put(opens=coop.wall + 500)
    again = ProposalAmend(proposal=proposal, text="For 800 pounds.")
    assert refusal(coop, 1, again) == "GOV-10"
    record = coop.write(0, again)
    assert coop.entry(proposal)["text"] == record.id
    coop.pass_time(500)
    assert refusal(coop, 0, again) == "GOV-5"


def test_a_special_text_stands_as_it_was_given_notice_of() -> None:
    """Where the class doesn't let it be amended, a text stands from the notice on (GOV-16)."""
    coop = Assembly(2, bent("special", amendable=False))
    draft = coop.put("special", closes=0)
    change = ProposalAmend(proposal=draft, text="other")
    coop.write(0, change)
    closes = coop.wall + 500 + VOTE_MS
    coop.write(0, ProposalNotice(proposal=draft, opens=coop.wall + 500, closes=closes))
    assert refusal(coop, 0, change) == "GOV-16"


def test_an_amendment_is_offered_and_taken() -> None:
    """A member offers a text, the author takes it once (GOV-16)."""
    coop = Assembly(2)
    proposal = coop.put(opens=coop.wall + 500)
    offer = AmendmentOffer(proposal=proposal, text="For 700 pounds.", reason="It is old.")
    offered = coop.write(1, offer).id
    take = AmendmentAccept(proposal=proposal, amendment=offered)
    assert refusal(coop, 1, take) == "GOV-10"
    assert refusal(coop, 0, take.model_copy(update={"amendment": "ab" * 32})) == "GOV-16"
    coop.write(0, take)
    assert coop.entry(proposal)["text"] == offered
    assert refusal(coop, 0, take) == "GOV-16"
    coop.pass_time(500)
    assert refusal(coop, 1, offer) == "GOV-5"


def test_a_comment_is_about_one_proposal() -> None:
    """A comment on nothing is GOV-17; one on a proposal is kept with who made it."""
    coop = Assembly(2)
    assert refusal(coop, 1, CommentMake(proposal="ab" * 32, text="x", salt=SALT)) == "GOV-17"
    proposal = coop.put()
    record = coop.write(1, CommentMake(proposal=proposal, text="Too dear.", salt=SALT))
    kept = coop.state.need(f"comment/{proposal}/{record.id}")
    assert kept == {"member": member(1), "at": coop.nodes[0].ledger.height}
    assert coop.state.get(f"erasable/{record.id}") is not None


def test_an_interest_is_declared_once() -> None:
    """It is shown, and by itself takes no vote away (GOV-18)."""
    coop = Assembly(4)
    proposal = coop.put()
    interest = InterestDeclare(proposal=proposal, nature="I sell trailers.")
    coop.write(1, interest)
    assert refusal(coop, 1, interest) == "GOV-18"
    coop.vote(proposal, "-f--")
    assert coop.entry(proposal)["for"] == 1


def test_who_has_an_interest_abstains_where_the_class_says_so() -> None:
    """Its ballot is taken out and it has none any more; the electorate stays (GOV-18)."""
    coop = Assembly(4, bent(interested="abstain"))
    proposal = coop.put()
    coop.vote(proposal, "ff--")
    coop.write(1, InterestDeclare(proposal=proposal, nature="I sell trailers."))
    entry = coop.entry(proposal)
    assert (entry["for"], entry["voted"], entry["electors"]) == (1, 1, 4)
    assert refusal(coop, 1, ballot(proposal)) == "GOV-18"


def test_a_class_carries_what_the_rules_let_it() -> None:
    """Another class, one that isn't there, an election without a call for it: GOV-12."""
    coop = Assembly(4)
    expel = Expel(member=member(3), reasons="x")
    assert refusal(coop, 0, coop.motion("ordinary", expel)) == "GOV-12"
    assert refusal(coop, 0, coop.motion("unheard-of")) == "GOV-12"
    assert refusal(coop, 0, coop.motion("election")) == "GOV-12"
    call = Election(seats=1, options=["Red", "Blue"])
    assert refusal(coop, 0, coop.motion("ordinary", election=call)) == "GOV-12"
    twice = Election(seats=1, options=["Red", "Red"])
    assert refusal(coop, 0, coop.motion("options", election=twice)) == "GOV-12"
    appoint = Appoint(office="chair", members=[], until=0)
    assert refusal(coop, 0, coop.motion("election", appoint, election=call)) == "GOV-12"
    coop.put("options", election=call)


def test_only_officers_propose_where_the_class_says_so() -> None:
    """Who holds the office may, while the term runs (GOV-13)."""
    rules = bent("special", proposers=["chair"])
    coop = Assembly(4, rules)
    assert refusal(coop, 0, coop.motion("special")) == "GOV-13"
    until = coop.wall + 10 * VOTE_MS
    coop.decided("fff-", "ordinary", Appoint(office="chair", members=[member(0)], until=until))
    coop.put("special")
    coop.pass_time(until - coop.wall)
    assert refusal(coop, 0, coop.motion("special")) == "GOV-13"


def test_a_vote_whose_subject_is_gone_lapses() -> None:
    """An applicant admitted by an earlier vote isn't voted on again (GOV-28)."""
    coop = Assembly(4)
    name = applied(coop)
    first = coop.put("ordinary", Admit(application=name))
    second = coop.put("ordinary", Admit(application=name), opens=coop.wall + 2 * VOTE_MS)
    coop.vote(first, "ff--")
    coop.pass_time(2 * VOTE_MS)
    assert coop.entry(first)["status"] == "carried"
    entry = coop.entry(second)
    assert (entry["status"], entry["effect_code"]) == ("lapsed", "GOV-11")


def test_rules_that_change_leave_open_votes_alone() -> None:
    """A vote goes on by the rule that held when notice of it was given (RUL-1, GOV-12)."""
    coop = Assembly(4)
    harder = standard_rules(voting_ms_min=5 * VOTE_MS)
    change = coop.put("special", ChangeRules(rules=harder))
    older = coop.put("ordinary", closes=coop.wall + 3 * VOTE_MS)
    coop.vote(change, "ffff")
    coop.close()
    assert coop.entry(change)["status"] == "carried"
    assert coop.state.need("coop")["rules"] == harder.model_dump()
    assert refusal(coop, 0, coop.motion()) == "GOV-1"
    coop.vote(older, "ff--")
    coop.pass_time(2 * VOTE_MS)
    assert coop.entry(older)["status"] == "carried"
