"""Minutes of meetings: approving them."""

from __future__ import annotations

from collections.abc import Mapping

from rochdale_protocol.governance.views import MeetingView, ProposalView
from rochdale_protocol.views import StatusView

from ..phrases import minute, moment, named, short
from .governance import proposal_label
from .review import Review, command, signer

__all__ = ["approval", "meeting_label", "review_approval", "votes_of", "why_not_approve"]


def meeting_label(meeting: MeetingView) -> str:
    """Return the number of a meeting, or the short id while it is pending."""
    return str(meeting.number) if meeting.number else short(meeting.meeting)


def approval(meeting: MeetingView) -> str:
    """Return how many have approved, and since when that is enough."""
    by = f"{len(meeting.approved)} of {len(meeting.present)} present"
    if meeting.approved_at:
        return f"approved in {minute(meeting.approved_at)} by {by}"
    return f"approved by {by}"


def votes_of(meeting: MeetingView, member: str, proposals: Mapping[str, ProposalView]) -> list[str]:
    """Return what the minutes say that a member voted, one line for each proposal."""
    lines = []
    for proposal, votes in sorted(meeting.votes.items()):
        if member in votes:
            known = proposals.get(proposal)
            what = short(proposal)
            if known is not None:
                what = f"{proposal_label(known)} {known.title}"
            lines.append(f"{votes[member].upper()} on {what}")
    return lines


def why_not_approve(meeting: MeetingView, status: StatusView | None) -> str:
    """Say why this member can't approve the minutes."""
    if status is None or status.member not in meeting.present:
        return "you were not there"
    return "you approved them" if status.member in meeting.approved else ""


def review_approval(
    meeting: MeetingView, proposals: Mapping[str, ProposalView], status: StatusView
) -> Review:
    """Prepare the approval of minutes, and so the votes that they hold of this member."""
    name = meeting_label(meeting)
    votes = votes_of(meeting, status.member, proposals)
    return Review(
        title="APPROVE MINUTES",
        kind="meeting.approve",
        body={"meeting": meeting.meeting},
        confirm="Approve",
        command=command("meeting", "approve", name),
        rows=(
            ("Meeting", f"{name} {meeting.title}"),
            ("Held", f"{moment(meeting.held)} {meeting.place}".strip()),
            ("Written by", named(meeting.author_name, meeting.author)),
            ("Your votes", "\n".join(votes) or "none in these minutes"),
            ("As", signer(status)),
            ("Means", "they say what happened; those votes are your ballots where still open"),
            ("Undo", "none; a ballot of your own before the close takes a vote's place"),
        ),
        obstacle=why_not_approve(meeting, status),
        done=f"Approval of the minutes of {meeting.title} signed",
    )
