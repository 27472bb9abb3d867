"""Votes and proposals."""

from __future__ import annotations

from typing import Final

from rochdale_protocol.governance.views import BallotView, ProposalView
from rochdale_protocol.views import StatusView

from ..phrases import label, moment, until
from .review import Review, command, signer

__all__ = [
    "THRESHOLD",
    "proposal_label",
    "review_ballot",
    "review_proposal",
    "review_withdraw",
    "why_not_vote",
    "why_not_withdraw",
]

THRESHOLD: Final = {
    "ordinary": "carried if more are for than against",
    "special": "carried if at least three quarters of for and against are for",
    "entrenched": "carried if every member is for",
}


def proposal_label(proposal: ProposalView) -> str:
    """Return ``P-3``."""
    return label("P", proposal.number, proposal.proposal)


def why_not_vote(proposal: ProposalView, now: int) -> str:
    """Say why no ballot can be cast on a proposal."""
    if proposal.status != "open":
        return f"it is {proposal.status}"
    if not proposal.number:
        return "it waits for its minute"
    if proposal.closes <= now:
        return f"its deadline passed at {moment(proposal.closes)}"
    return ""


def review_ballot(
    proposal: ProposalView,
    mine: BallotView | None,
    choice: str,
    reason: str,
    status: StatusView,
    now: int,
) -> Review:
    """Prepare a ballot; ``mine`` is the one that it replaces."""
    name = proposal_label(proposal)
    words = ["ballot", "cast", name, choice]
    if reason:
        words += ["--reason", reason]
    cast = proposal.voted_for + proposal.voted_against + proposal.abstained
    return Review(
        title="CAST BALLOT",
        kind="ballot.cast",
        body={"proposal": proposal.proposal, "choice": choice, "reason": reason},
        confirm="Cast",
        command=command(*words),
        rows=(
            ("On", f"{name} {proposal.title}"),
            ("Your vote", choice.upper()),
            ("Reason", reason or "none given"),
            ("As", signer(status)),
            ("Replaces", "nothing" if mine is None else f"your ballot {mine.choice.upper()}"),
            ("So far", f"{cast} of {proposal.electors} cast, quorum {proposal.quorum}"),
            ("Closes", f"{moment(proposal.closes)}, in {until(proposal.closes, now)}"),
            ("Means", "counted if a minute holds it before the close; all members see it"),
            ("Undo", "cast again before the close: the later ballot counts"),
        ),
        obstacle=why_not_vote(proposal, now),
        done=f"Ballot {choice.upper()} on {name} signed",
    )


def why_not_withdraw(proposal: ProposalView, status: StatusView | None) -> str:
    """Say why a proposal can't be withdrawn."""
    if proposal.status != "open":
        return f"it is {proposal.status}"
    if status is None or proposal.author != status.member:
        return "its author may"
    return ""


def review_withdraw(proposal: ProposalView, status: StatusView) -> Review:
    """Prepare the withdrawal of a proposal."""
    name = proposal_label(proposal)
    return Review(
        title="WITHDRAW PROPOSAL",
        kind="proposal.withdraw",
        body={"proposal": proposal.proposal},
        confirm="Withdraw",
        command=command("proposal", "withdraw", name),
        rows=(
            ("Withdraws", f"{name} {proposal.title}"),
            ("As", signer(status)),
            ("Means", "voting ends without a result; the ballots stay on record"),
            ("Undo", "none; it can be proposed again"),
        ),
        obstacle=why_not_withdraw(proposal, status),
        done=f"Withdrawal of {name} signed",
    )


def review_proposal(
    title: str, text: str, business: str, closes: int, status: StatusView, now: int
) -> Review:
    """Prepare a resolution without an effect of its own."""
    words = ["proposal", "new", title, "--business", business, "--closes", moment(closes)]
    if text:
        words += ["--text", text]
    return Review(
        title="PUT A PROPOSAL",
        kind="proposal.new",
        body={
            "title": title,
            "text": text,
            "business": business,
            "closes": closes,
            "effect": {"type": "none"},
        },
        confirm="Propose",
        command=command(*words),
        rows=(
            ("Title", title),
            ("Text", f"{len(text)} characters" if text else "none, the title is all"),
            ("Business", f"{business}: {THRESHOLD[business]}"),
            ("Closes", f"{moment(closes)}, in {until(closes, now)}"),
            ("As", signer(status)),
            ("Means", "voting opens with the minute that holds it; today's members vote"),
            ("Undo", "withdraw it while it is open"),
        ),
        done="Proposal signed",
    )
