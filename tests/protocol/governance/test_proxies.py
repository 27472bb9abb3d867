"""Voting for others: proxies and standing delegations (GOV-21, GOV-22)."""

from __future__ import annotations

from typing import Any

import pytest

from rochdale_protocol.governance.records import (
    DelegationEnd,
    DelegationGive,
    InterestDeclare,
    ProxyAppoint,
    ProxyRevoke,
)
from tests.protocol.coops import VOTE_MS
from tests.protocol.forging import refusal
from tests.protocol.governance.assembly import Assembly, ballot, bent, member, ranking
from tests.protocol.governance.test_recount import recounted


def proxy(proposal: str, holder: int, instruction: Any = None) -> ProxyAppoint:
    return ProxyAppoint(proposal=proposal, holder=member(holder), instruction=instruction)


def delegation(holder: int) -> DelegationGive:
    return DelegationGive(business="ordinary", holder=member(holder))


def test_a_proxy_votes_for_its_principal() -> None:
    """The ballot counts for the principal, who is shown to have voted by the holder (GOV-21)."""
    coop = Assembly(4)
    proposal = coop.put()
    assert refusal(coop, 1, ballot(proposal, principal=member(0))) == "GOV-21"
    coop.write(0, proxy(proposal, 1))
    coop.write(1, ballot(proposal, "against", principal=member(0)))
    entry = coop.entry(proposal)
    assert (entry["against"], entry["voted"]) == (1, 1)
    assert coop.state.need(f"ballot/{proposal}/{member(0)}")["by"] == member(1)
    assert refusal(coop, 2, ballot(proposal, principal=member(0))) == "GOV-21"


def test_the_principals_own_ballot_stands() -> None:
    """It replaces the proxy's, and the proxy votes for it no more (GOV-21)."""
    coop = Assembly(4)
    proposal = coop.put()
    coop.write(0, proxy(proposal, 1))
    coop.write(1, ballot(proposal, "against", principal=member(0)))
    coop.write(0, ballot(proposal))
    assert refusal(coop, 1, ballot(proposal, "against", principal=member(0))) == "GOV-21"
    entry = coop.entry(proposal)
    assert (entry["for"], entry["against"], entry["voted"]) == (1, 0, 1)


def test_an_instructed_proxy_votes_as_told() -> None:
    """Another choice than the principal's is refused (GOV-21)."""
    coop = Assembly(4)
    proposal = coop.put()
    coop.write(0, proxy(proposal, 1, "against"))
    assert refusal(coop, 1, ballot(proposal, "for", principal=member(0))) == "GOV-21"
    coop.write(1, ballot(proposal, "against", principal=member(0)))
    assert coop.entry(proposal)["against"] == 1


def test_a_member_votes_for_at_most_so_many() -> None:
    """One more principal than the class lets is GOV-21, until another takes its proxy back."""
    coop = Assembly(5, bent(proxies=2))
    proposal = coop.put()
    for number in (1, 2):
        coop.write(number, proxy(proposal, 0))
    assert refusal(coop, 3, proxy(proposal, 0)) == "GOV-21"
    coop.write(1, proxy(proposal, 4))
    coop.write(3, proxy(proposal, 0))
    assert coop.state.need(f"proxies/{proposal}/{member(0)}") == {"n": 2}
    assert coop.state.need(f"proxies/{proposal}/{member(4)}") == {"n": 1}


def test_a_proxy_goes_no_further() -> None:
    """The proxy's own proxy votes for it alone, not for its principals (GOV-21)."""
    coop = Assembly(4)
    proposal = coop.put()
    coop.write(0, proxy(proposal, 1))
    coop.write(1, proxy(proposal, 2))
    assert refusal(coop, 2, ballot(proposal, principal=member(0))) == "GOV-21"
    coop.write(2, ballot(proposal, principal=member(1)))


def test_a_proxy_taken_back_takes_its_ballot_with_it() -> None:
    """After the revocation the ballot that the proxy cast is gone (GOV-21)."""
    coop = Assembly(4)
    proposal = coop.put()
    assert refusal(coop, 0, ProxyRevoke(proposal=proposal)) == "GOV-21"
    coop.write(0, proxy(proposal, 1))
    coop.write(1, ballot(proposal, principal=member(0)))
    coop.write(0, ProxyRevoke(proposal=proposal))
    assert coop.entry(proposal)["voted"] == 0
    assert not list(coop.state.scan(f"proxies/{proposal}/"))
    assert refusal(coop, 1, ballot(proposal, principal=member(0))) == "GOV-21"


@pytest.mark.parametrize("holder", [1, 2])
def test_another_proxy_takes_the_ballot_of_the_earlier_one_with_it(holder: int) -> None:
    """No ballot stands that the principal's instruction of now forbids (GOV-21)."""
    coop = Assembly(4)
    proposal = coop.put()
    coop.write(0, proxy(proposal, 1, "for"))
    coop.write(1, ballot(proposal, principal=member(0)))
    coop.write(0, proxy(proposal, holder, "against"))
    entry = coop.entry(proposal)
    assert (entry["for"], entry["voted"]) == (0, 0)
    coop.write(0, ballot(proposal))
    coop.write(0, proxy(proposal, 1, "against"))
    assert coop.entry(proposal)["for"] == 1  # its own ballot stands
    assert recounted(coop, proposal).differs == []


def test_a_proxy_is_an_elector_and_another() -> None:
    """Neither oneself nor a newcomer holds one, and some classes know none (GOV-21)."""
    coop = Assembly(4)
    proposal = coop.put(closes=coop.wall + 50 * VOTE_MS)
    number = coop.admit()
    assert refusal(coop, 0, proxy(proposal, 0)) == "GOV-21"
    assert refusal(coop, 0, proxy(proposal, number)) == "GOV-6"
    assert refusal(coop, 0, proxy(coop.put("consent"), 1)) == "GOV-21"


def test_an_elections_proxy_decides_itself() -> None:
    """A proxy ranks for its principal; an instruction is a choice, so that it has none (GOV-21)."""
    coop = Assembly(4)
    election = coop.elect(1, 2)
    assert refusal(coop, 0, proxy(election, 1, "for")) == "GOV-21"
    coop.write(0, proxy(election, 1))
    coop.write(1, ranking(election, 2, principal=member(0)))
    assert coop.entry(election)["voted"] == 1


def test_one_who_may_not_vote_votes_for_nobody() -> None:
    """A holder or a principal with an interest has no ballot where the class says so (GOV-18)."""
    coop = Assembly(4, bent(interested="abstain"))
    proposal = coop.put()
    coop.write(0, proxy(proposal, 1))
    coop.write(1, InterestDeclare(proposal=proposal, nature="I sell trailers."))
    assert refusal(coop, 1, ballot(proposal, principal=member(0))) == "GOV-18"


def test_delegation_is_off_unless_the_rules_allow_it() -> None:
    """Standard rules know none (GOV-22)."""
    assert refusal(Assembly(4), 0, delegation(1)) == "GOV-22"


def test_a_standing_delegation_counts_for_who_did_not_vote() -> None:
    """One step: the holder's own ballot, where neither the member nor its proxy voted (GOV-22)."""
    coop = Assembly(6, bent(delegation=True))
    coop.write(0, delegation(1))
    coop.write(2, delegation(0))  # 0 casts no ballot of its own
    coop.write(3, delegation(1))  # votes itself
    coop.write(4, delegation(1))
    coop.write(4, DelegationEnd(business="ordinary"))
    proposal = coop.put()
    coop.vote(proposal, "-f-a--")
    assert coop.entry(proposal)["voted"] == 2
    coop.close()
    entry = coop.entry(proposal)
    assert (entry["for"], entry["against"], entry["voted"]) == (2, 1, 3)
    assert coop.state.need(f"ballot/{proposal}/{member(0)}")["by"] == member(1)
    assert coop.state.get(f"ballot/{proposal}/{member(2)}") is None


def test_a_delegation_is_to_another_active_member() -> None:
    """Not to oneself, nor to nobody; what isn't given can't be ended (GOV-22)."""
    coop = Assembly(4, bent(delegation=True))
    nothing = DelegationGive(business="nothing", holder=member(1))
    assert refusal(coop, 0, delegation(0)) == refusal(coop, 0, nothing) == "GOV-22"
    nobody = DelegationGive(business="ordinary", holder="ab" * 32)
    assert refusal(coop, 0, nobody) == "GOV-22"
    assert refusal(coop, 0, DelegationEnd(business="ordinary")) == "GOV-22"


@pytest.mark.parametrize("late", [True, False])
def test_a_newcomers_delegation_counts_in_later_votes_alone(*, late: bool) -> None:
    """Who was no elector can't have its vote counted through another (GOV-22, GOV-6)."""
    coop = Assembly(4, bent(delegation=True))
    proposal = "" if late else coop.put(closes=coop.wall + 50 * VOTE_MS)
    number = coop.admit()
    coop.write(number, delegation(1))
    if late:
        proposal = coop.put(closes=coop.wall + 50 * VOTE_MS)
    coop.vote(proposal, "ff--")
    coop.pass_time(50 * VOTE_MS)
    assert coop.entry(proposal)["voted"] == (3 if late else 2)
