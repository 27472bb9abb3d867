"""What governance records do, and why they may be refused (``specs/07-governance.md``).

The rules stand by topic: ``entry`` (what all share), ``proposals`` (draft, notice, opening),
``voting`` (ballots, proxies, delegations, unsealing), ``meetings``, ``closing`` (outcome, early
close, adjournment, elections) and ``effects`` (what a decision does).
"""

from __future__ import annotations

from ..core.registry import Act, Area, Kind, Rule
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
        Kind(records.ProposalNew, proposals.propose),
        Kind(records.ProposalNotice, proposals.notice),
        Kind(records.ProposalAmend, proposals.amend),
        Kind(records.ProposalWithdraw, proposals.withdraw),
        Kind(records.AmendmentOffer, proposals.offer_amendment),
        Kind(records.AmendmentAccept, proposals.accept_amendment),
        Kind(records.CommentMake, proposals.comment, erasable=True, suspended=True),
        Kind(records.InterestDeclare, proposals.declare_interest),
        Kind(records.CandidateStand, proposals.stand),
        Kind(records.CandidateWithdraw, proposals.stand_down),
        Kind(records.BallotCast, _then_close(voting.cast)),
        Kind(records.BallotRank, voting.rank),
        Kind(records.BallotScore, voting.rank),
        Kind(records.BallotSeal, voting.seal),
        Kind(records.BallotUnseal, unseal, suspended=True),
        Kind(records.ProxyAppoint, voting.appoint_proxy),
        Kind(records.ProxyRevoke, voting.revoke_proxy),
        Kind(records.DelegationGive, voting.delegate),
        Kind(records.DelegationEnd, voting.end_delegation),
        Kind(records.MeetingRecord, meetings.record),
        Kind(records.MeetingApprove, approve_meeting),
    ),
    queries=queries.QUERIES,
    on_deadline=on_deadline,
)
