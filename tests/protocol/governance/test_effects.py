"""What a carried decision does, by rule (GOV-9, GOV-11)."""

from __future__ import annotations

import pytest

from rochdale_protocol.agreements.records import AgreementDraft, AgreementSign
from rochdale_protocol.agreements.rules import text_hash
from rochdale_protocol.core.ruleset import standard_rules
from rochdale_protocol.governance.effects import (
    AdoptAgreement,
    Appoint,
    ApproveDistribution,
    ApproveSpend,
    ChangeRules,
    Effect,
    ElectWitnesses,
    EndAgreement,
    Refer,
    Rekey,
    Restore,
    Suspend,
    Vacate,
)
from rochdale_protocol.governance.records import Election, ProposalNew
from rochdale_protocol.membership.records import MemberResign
from tests.protocol.forging import refusal
from tests.protocol.governance.assembly import Assembly, ballot, bent, member, ranking

TEXT = "We share the trailer."
SPEND = ApproveSpend(amount="1450", currency="GBP", payee="Ryedale Steel", purpose="A weigh crate.")


def test_a_member_is_suspended_and_restored() -> None:
    """Meanwhile it has no vote, and the electorate of votes put then is without it."""
    coop = Assembly(4)
    suspend = Suspend(member=member(3), reasons="Under inquiry.")
    assert coop.decided("fff-", "special", suspend)["effect_code"] == ""
    proposal = coop.put()
    assert coop.entry(proposal)["electors"] == 3
    assert refusal(coop, 3, ballot(proposal)) == "MEM-15"
    coop.close()
    assert coop.decided("ff--", "ordinary", Restore(member=member(3)))["status"] == "carried"
    assert coop.entry(coop.put())["electors"] == 4


def test_a_member_that_lost_everything_is_keyed_anew() -> None:
    """Its recovery key is another; its devices are revoked (MEM)."""
    coop = Assembly(4)
    new = member(9)
    assert coop.decided("fff-", "special", Rekey(member=member(3), recovery=new))["closed"]
    assert coop.state.need(f"member/{member(3)}")["recovery"] == new


def test_an_office_is_filled_and_vacated() -> None:
    """By an ordinary decision that names who; vacating nobody's office is GOV-11."""
    coop = Assembly(4)
    appoint = Appoint(office="chair", members=[member(1)], until=0)
    assert coop.decided("ff--", "ordinary", appoint)["effect_code"] == ""
    assert coop.state.need(f"office/chair/{member(1)}")["ended"] == 0
    vacate = Vacate(office="chair", member=member(1))
    assert coop.decided("ff--", "ordinary", vacate)["effect_code"] == ""
    assert coop.state.need(f"office/chair/{member(1)}")["ended"] > 0
    other = Vacate(office="chair", member=member(2))
    assert refusal(coop, 0, coop.motion("ordinary", other)) == "GOV-11"


def test_an_agreement_is_adopted_and_ended() -> None:
    """The co-op adopts the newest version of a draft; nobody signs it any more (AGR-8)."""
    coop = Assembly(4)
    parties = [member(0), member(1)]
    draft = coop.write(0, AgreementDraft(title="Trailer", text=TEXT, parties=parties)).id
    end = EndAgreement(agreement=draft)
    assert refusal(coop, 0, coop.motion("ordinary", end)) == "GOV-11"
    adopt = AdoptAgreement(agreement=draft, version=1)
    assert coop.decided("ff--", "ordinary", adopt)["effect_code"] == ""
    assert coop.state.need(f"agreement/{draft}")["status"] == "adopted"
    sign = AgreementSign(agreement=draft, version=1, text_hash=text_hash(TEXT))
    assert refusal(coop, 0, sign) == "AGR-4"
    assert coop.decided("ff--", "ordinary", end)["effect_code"] == ""
    assert coop.state.need(f"agreement/{draft}")["status"] == "ended"


def test_another_version_than_was_voted_on_is_not_adopted() -> None:
    """A draft that went on meanwhile leaves AGR-8 (GOV-9)."""
    coop = Assembly(4)
    parties = [member(0), member(1)]
    draft = coop.write(0, AgreementDraft(title="Trailer", text=TEXT, parties=parties)).id
    adopt = AdoptAgreement(agreement=draft, version=2)
    entry = coop.decided("ff--", "ordinary", adopt)
    assert (entry["status"], entry["effect_code"]) == ("carried", "AGR-8")
    assert coop.state.need(f"agreement/{draft}")["status"] == "draft"


def test_a_spend_is_approved() -> None:
    """What was approved stands in the book, by the proposal's id."""
    coop = Assembly(4)
    share = ApproveDistribution(amount="700.5", currency="GBP", basis="By lambs delivered.")
    for effect in (SPEND, share):
        proposal = coop.put("ordinary", effect)
        coop.vote(proposal, "ff--")
        coop.close()
        assert coop.state.need(f"approved/{proposal}") == effect.model_dump()
    nothing = SPEND.model_copy(update={"amount": "0"})
    assert refusal(coop, 0, coop.motion("ordinary", nothing)) == "GOV-11"


def test_rules_by_which_nobody_could_decide_are_not_put() -> None:
    """A change to rules that are refused is refused with their reason (RUL-7)."""
    coop = Assembly(4)
    rules = standard_rules()
    stuck = rules.model_copy(update={"effects": {**rules.effects, "rules": []}})
    assert refusal(coop, 0, coop.motion("special", ChangeRules(rules=stuck))) == "RUL-7"


def test_witnesses_are_elected_where_the_rules_say_so() -> None:
    """Those elected attest, the others don't; elsewhere it can't be put (GOV-11)."""
    assert refusal(Assembly(1), 0, _call(Assembly(1))) == "GOV-11"
    coop = Assembly(4, bent().model_copy(update={"witnesses": "elected"}))
    election = coop.elect(3, 4, effect=ElectWitnesses())
    for number, first in enumerate((1, 2, 3, 1)):
        coop.author(number, ranking(election, first))
    coop.pump()
    coop.close()
    assert coop.entry(election)["effect_code"] == ""
    witnesses = sorted(key for key, _ in coop.state.scan("witness/"))
    assert witnesses == sorted(member(number) for number in range(3))


def _call(coop: Assembly) -> ProposalNew:
    call = Election(seats=1, options=[])
    return coop.motion("election", ElectWitnesses(), opens=coop.wall + 5, election=call)


def gone(coop: Assembly, effect: Effect, business: str) -> str:
    """Return the code of a decision about farm 3, which leaves before the close."""
    proposal = coop.put(business, effect)
    coop.vote(proposal, "fff-")
    coop.write(3, MemberResign(reason=""))
    coop.close()
    entry = coop.entry(proposal)
    assert entry["status"] == "carried"
    code: str = entry["effect_code"]
    return code


@pytest.mark.parametrize(
    ("business", "effect"),
    [
        ("special", Suspend(member=member(3), reasons="x")),
        ("special", Rekey(member=member(3), recovery=member(9))),
        ("ordinary", Appoint(office="chair", members=[member(3)], until=0)),
        ("ordinary", Appoint(office="chair", members=[member(2), member(3)], until=0)),
    ],
)
def test_what_became_impossible_is_recorded_and_half_done_never(
    business: str, effect: Effect
) -> None:
    """The code is kept, and nothing of the effect is done (GOV-9)."""
    coop = Assembly(4)
    assert gone(coop, effect, business).startswith("MEM-")
    assert not list(coop.state.scan("office/"))


def test_a_referral_of_what_became_impossible_lapses() -> None:
    """The referred vote would open on nothing, so that it lapses at once (GOV-27, GOV-28)."""
    coop = Assembly(4)
    refer = Refer(business="special", effect=Suspend(member=member(3), reasons="x"))
    proposal = coop.put("ordinary", refer)
    coop.vote(proposal, "fff-")
    coop.write(3, MemberResign(reason=""))
    coop.close()
    entry = coop.entry(proposal)
    assert (entry["status"], entry["effect_code"]) == ("carried", "")
    assert coop.entry(entry["continued"])["status"] == "lapsed"
