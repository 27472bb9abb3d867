"""What governance records do, and why they may be refused (``specs/07-governance.md``).

The rules stand by topic: ``entry`` (what all share), ``proposals`` (draft, notice, opening),
``voting`` (ballots, proxies, delegations, unsealing), ``meetings``, ``closing`` (outcome, early
close, adjournment, elections) and ``effects`` (what a decision does).
"""

from __future__ import annotations

from ..core.registry import Act, Area, Kind, Rule
from ..membership.mandates import within
from ..state.state import State
from . import meetings, proposals, queries, records, voting
from .closing import close_early, finish, on_deadline
from .entry import AREA_NAME

__all__ = ["AREA"]


def _then_close(rule: Rule) -> Rule:
    """Return a rule after which the vote may close early (GOV-24)."""

    def carried_out(state: State, act: Act) -> None:
        rule(state, act)
        close_early(state, act.body.proposal, act.height, act.time)

    return carried_out


def unseal(state: State, act: Act) -> None:
    if voting.unseal_ballots(state, act):
        proposal: str = act.body.proposal
        entry = state.need(f"proposal/{proposal}")
        finish(state, proposal, entry, act.height, act.time)


def approve_meeting(state: State, act: Act) -> None:
    meetings.approve(state, act)
    for proposal in sorted(state.need(f"meeting/{act.body.meeting}")["votes"]):
        close_early(state, proposal, act.height, act.time)


AREA = Area(
    name=AREA_NAME,
    kinds=(
        Kind(records.ProposalNew, within("vote", proposals.propose)),
        Kind(records.ProposalNotice, within("vote", proposals.notice)),
        Kind(records.ProposalAmend, within("vote", proposals.amend)),
        Kind(records.ProposalWithdraw, within("vote", proposals.withdraw)),
        Kind(records.AmendmentOffer, proposals.offer_amendment),
        Kind(records.AmendmentAccept, within("vote", proposals.accept_amendment)),
        Kind(records.CommentMake, proposals.comment, erasable=True, suspended=True),
        Kind(records.InterestDeclare, within("vote", proposals.declare_interest)),
        Kind(records.CandidateStand, within("vote", proposals.stand)),
        Kind(records.CandidateWithdraw, within("vote", proposals.stand_down)),
        Kind(records.BallotCast, _then_close(voting.cast)),
        Kind(records.BallotRank, voting.rank),
        Kind(records.BallotScore, voting.rank),
        Kind(records.BallotSeal, voting.seal),
        Kind(records.BallotUnseal, unseal, suspended=True),
        Kind(records.ProxyAppoint, within("vote", voting.appoint_proxy)),
        Kind(records.ProxyRevoke, within("vote", voting.revoke_proxy)),
        Kind(records.DelegationGive, within("vote", voting.delegate)),
        Kind(records.DelegationEnd, within("vote", voting.end_delegation)),
        Kind(records.MeetingRecord, meetings.record),
        Kind(records.MeetingApprove, approve_meeting),
    ),
    queries=queries.QUERIES,
    on_deadline=on_deadline,
)
