"""The discussion of a proposal: comments, other texts, interests."""

from __future__ import annotations

import secrets

from rochdale_protocol.governance.views import AmendmentView, ProposalDetail, ProposalView
from rochdale_protocol.views import StatusView

from ..phrases import differences, named, short
from .governance import proposal_label
from .review import Review, command, signer

__all__ = [
    "has_right_to_answer",
    "offered",
    "review_accept",
    "review_amend",
    "review_comment",
    "review_interest",
    "why_not_accept",
    "why_not_amend",
    "why_not_declare",
    "why_not_edit",
]

SALT_SIZE = 16
"""Bytes by which nobody can guess erased words from what is left of their record."""


def has_right_to_answer(whole: ProposalDetail | None, status: StatusView | None) -> bool:
    """Say whether the decision is about this member, which may answer."""
    if whole is None or status is None:
        return False
    return bool(whole.effect_body.get("member") == status.member)


def review_comment(whole: ProposalDetail, text: str, status: StatusView) -> Review:
    """Prepare a word in the discussion, or the answer of whom the decision is about."""
    name, answers = proposal_label(whole), has_right_to_answer(whole, status)
    means = "all members read it with the proposal"
    if answers:
        means = "it is about you: all members read this as your answer"
    return Review(
        title="ANSWER" if answers else "COMMENT",
        kind="comment.make",
        body={
            "proposal": whole.proposal,
            "text": text,
            "salt": secrets.token_hex(SALT_SIZE),
        },
        confirm="Answer" if answers else "Comment",
        command=command("proposal", "comment", name, "--text", text),
        rows=(
            ("On", f"{name} {whole.title}"),
            ("You say", text),
            ("As", signer(status)),
            ("Means", means),
            ("Undo", "you can have its words erased: rochdale member erase ID"),
        ),
        done=f"{'Answer' if answers else 'Comment'} on {name} signed",
    )


def why_not_edit(proposal: ProposalView, whole: ProposalDetail | None, now: int) -> str:
    """Say why the text of a proposal can't be changed any more, as far as is known."""
    if proposal.status not in ("draft", "notice"):
        return f"it is {proposal.status}"
    fixed = whole is not None and not whole.rule.amendable
    if proposal.status == "notice" and (fixed or proposal.opens <= now):
        return "its text stands as notice of it was given"
    return ""


def why_not_amend(proposal: ProposalView, whole: ProposalDetail | None, text: str, now: int) -> str:
    """Say why this text can't take the place of a proposal's."""
    if whole is not None and text == whole.text.strip():
        return "the text is the same"
    return why_not_edit(proposal, whole, now)


def review_amend(
    whole: ProposalDetail, text: str, reason: str, status: StatusView, now: int
) -> Review:
    """Prepare another text: the author changes it, another member offers it."""
    own, name = whole.author == status.member, proposal_label(whole)
    words = ["proposal", "amend" if own else "offer", name, "--text", text]
    body = {"proposal": whole.proposal, "text": text}
    if not own:
        body["reason"] = reason
        words += ["--reason", reason] if reason else []
    means = "voting will be on this text; earlier ones stay on record"
    return Review(
        title="AMEND PROPOSAL" if own else "OFFER ANOTHER TEXT",
        kind="proposal.amend" if own else "amendment.offer",
        body=body,
        confirm="Amend" if own else "Offer",
        command=command(*words),
        rows=(
            ("Of", f"{name} {whole.title}"),
            ("Changes", _change(whole.text, text)),
            *([] if own or not reason else [("Reason", reason)]),
            ("As", signer(status)),
            ("Means", means if own else f"{named(whole.author_name, whole.author)} may take it"),
            ("Undo", "amend it again before the vote opens" if own else "none; it binds nobody"),
        ),
        obstacle=why_not_amend(whole, whole, text, now),
        done=f"{'Amendment of' if own else 'Text for'} {name} signed",
    )


def _change(older: str, newer: str) -> str:
    return "\n".join(differences(older.strip(), newer)) or "none"


def offered(whole: ProposalDetail | None) -> list[AmendmentView]:
    """Return the texts that wait to be taken."""
    return [] if whole is None else [each for each in whole.amendments if not each.accepted]


def why_not_accept(
    proposal: ProposalView, whole: ProposalDetail | None, status: StatusView | None, now: int
) -> str:
    """Say why none of the texts that are offered can be taken by this member."""
    if status is None or proposal.author != status.member:
        return "its author may"
    if obstacle := why_not_edit(proposal, whole, now):
        return obstacle
    return "" if whole is None or offered(whole) else "no text is offered"


def review_accept(
    whole: ProposalDetail, amendment: AmendmentView, status: StatusView, now: int
) -> Review:
    """Prepare that the author takes a text that was offered."""
    name = proposal_label(whole)
    return Review(
        title="TAKE AN AMENDMENT",
        kind="amendment.accept",
        body={"proposal": whole.proposal, "amendment": amendment.amendment},
        confirm="Take",
        command=command("proposal", "accept", name, short(amendment.amendment)),
        rows=(
            ("Of", f"{name} {whole.title}"),
            ("By", named(amendment.name, amendment.member)),
            ("Reason", amendment.reason or "none given"),
            ("Changes", _change(whole.text, amendment.text.strip())),
            ("As", signer(status)),
            ("Means", "voting will be on this text; earlier ones stay on record"),
            ("Undo", "amend it again before the vote opens"),
        ),
        obstacle=why_not_accept(whole, whole, status, now),
        done=f"Amendment of {name} signed",
    )


def why_not_declare(
    proposal: ProposalView, whole: ProposalDetail | None, status: StatusView | None
) -> str:
    """Say why no interest can be declared by this member, as far as is known."""
    if proposal.status not in ("draft", "notice", "open"):
        return f"it is {proposal.status}"
    if whole is None or status is None:
        return ""
    declared = any(each.member == status.member for each in whole.interests)
    return "you declared one" if declared else ""


def review_interest(whole: ProposalDetail, nature: str, status: StatusView) -> Review:
    """Prepare the declaration of an interest."""
    name = proposal_label(whole)
    means = "all members read it; by the rules you may vote"
    if whole.rule.interested == "abstain":
        means = "you don't vote on it, nor for another; a ballot of yours is taken out"
    return Review(
        title="DECLARE AN INTEREST",
        kind="interest.declare",
        body={"proposal": whole.proposal, "nature": nature},
        confirm="Declare",
        command=command("proposal", "interest", name, nature),
        rows=(
            ("In", f"{name} {whole.title}"),
            ("It is", nature),
            ("As", signer(status)),
            ("Means", means),
            ("Undo", "none; it is declared once"),
        ),
        obstacle=why_not_declare(whole, whole, status),
        done=f"Interest in {name} signed",
    )
