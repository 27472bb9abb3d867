"""Who decides for a member firm: what a device does outside its mandates (MEM-20)."""

from __future__ import annotations

import pytest

from rochdale_protocol.core.fields import Body
from rochdale_protocol.disputes.records import DisputeWithdraw
from rochdale_protocol.governance.records import (
    AmendmentAccept,
    CandidateStand,
    CandidateWithdraw,
    DelegationEnd,
    DelegationGive,
    InterestDeclare,
    ProposalAmend,
    ProposalNotice,
    ProposalWithdraw,
    ProxyAppoint,
    ProxyRevoke,
)
from rochdale_protocol.membership.records import (
    MandateEnd,
    MandateGive,
    MandatePerson,
    MandateScope,
    OfficeResign,
)
from tests.protocol.coops import VOTE_MS, device
from tests.protocol.disputes.cases import Case
from tests.protocol.forging import refusal
from tests.protocol.governance.assembly import Assembly, member


def _give(coop: Assembly, number: int, scope: MandateScope) -> None:
    person = coop.write(number, MandatePerson(name="Ann", role="buyer", salt="00" * 16)).id
    key = device(number).public
    coop.write(number, MandateGive(device=key, scope=scope, until=0, person=person))


def _acts(coop: Assembly, proposal: str) -> list[Body]:
    return [
        coop.motion(),
        ProposalNotice(proposal=proposal, opens=0, closes=coop.wall + VOTE_MS),
        ProposalAmend(proposal=proposal, text=""),
        ProposalWithdraw(proposal=proposal),
        AmendmentAccept(proposal=proposal, amendment="ab" * 32),
        InterestDeclare(proposal=proposal, nature="I sell trailers."),
        CandidateStand(proposal=proposal, statement=""),
        CandidateWithdraw(proposal=proposal),
        ProxyAppoint(proposal=proposal, holder=member(1), instruction=None),
        ProxyRevoke(proposal=proposal),
        DelegationGive(business="ordinary", holder=member(1)),
        DelegationEnd(business="ordinary"),
    ]


@pytest.mark.parametrize("number", range(12))
def test_who_speaks_no_more_gives_no_vote_away(number: int) -> None:
    """A former buyer's device neither decides for its firm nor hands the vote on: MEM-20."""
    coop = Assembly(4)
    proposal = coop.put()
    _give(coop, 0, "all")
    coop.write(0, MandateEnd(device=device(0).public, scope="all"))
    assert refusal(coop, 0, _acts(coop, proposal)[number]) == "MEM-20"


def test_who_votes_for_its_firm_appoints_a_proxy_for_it() -> None:
    """A mandate for votes is enough for it (MEM-20)."""
    coop = Assembly(4)
    proposal = coop.put()
    _give(coop, 0, "vote")
    coop.write(0, ProxyAppoint(proposal=proposal, holder=member(1), instruction=None))
    assert coop.state.get(f"proxy/{proposal}/{member(0)}") is not None


def test_an_office_is_resigned_by_who_speaks_in_all() -> None:
    """Who may only vote for a firm doesn't give up its office: MEM-20."""
    coop = Assembly(4)
    _give(coop, 0, "vote")
    assert refusal(coop, 0, OfficeResign(office="chair")) == "MEM-20"


def test_a_dispute_is_ended_by_who_signs() -> None:
    """A settlement binds like an agreement, so that a mandate for votes isn't enough: MEM-20."""
    coop = Assembly(4)
    case = Case(coop)
    case.answer(1)
    case.mediated(2, 0, 1)
    settlement = coop.write(2, case.settlement()).id
    _give(coop, 0, "vote")
    for body in (case.agree(settlement), DisputeWithdraw(dispute=case.id)):
        assert refusal(coop, 0, body) == "MEM-20"
    _give(coop, 1, "sign")
    coop.write(1, case.agree(settlement))
