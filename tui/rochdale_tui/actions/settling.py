"""How a dispute ends: a mediator, a settlement, a withdrawal, a referral to the members."""

from __future__ import annotations

from typing import Literal

from rochdale_protocol.disputes.queries import DisputeParty, DisputeView
from rochdale_protocol.membership.queries import MemberView
from rochdale_protocol.views import StatusView

from ..phrases import moment, named, short
from .disputes import dispute_label, sides
from .review import TYPED, FormError, Review, command, signer

__all__ = [
    "End",
    "Word",
    "is_party",
    "review_agreement",
    "review_end",
    "review_mediator",
    "review_settlement",
    "review_word",
    "why_not_agree",
    "why_not_propose",
    "why_not_refer",
    "why_not_settle",
    "why_not_withdraw",
    "why_not_word",
]

Word = Literal["accept", "decline"]
End = Literal["withdraw", "refer"]


def _party(dispute: DisputeView, status: StatusView | None) -> DisputeParty | None:
    member = "" if status is None else status.member
    return next((each for each in dispute.parties if each.member == member), None)


def is_party(dispute: DisputeView, status: StatusView | None) -> bool:
    """Say whether this member complains or is complained about."""
    return _party(dispute, status) is not None


def _mediates(dispute: DisputeView, status: StatusView | None) -> bool:
    return status is not None and dispute.mediates and dispute.mediator == status.member


def _of_party(dispute: DisputeView, status: StatusView | None) -> str:
    if dispute.closed:
        return f"it is {dispute.status}"
    return "" if is_party(dispute, status) else "its parties may"


def _of_party_or_mediator(dispute: DisputeView, status: StatusView | None) -> str:
    obstacle = _of_party(dispute, status)
    if obstacle and not dispute.closed:
        return "" if _mediates(dispute, status) else "its parties or its mediator may"
    return obstacle


def why_not_propose(dispute: DisputeView, status: StatusView | None) -> str:
    """Say why this member can't propose a mediator."""
    return _of_party(dispute, status)


def review_mediator(dispute: DisputeView, mediator: MemberView, status: StatusView) -> Review:
    """Prepare that a mediator is proposed."""
    if any(each.member == mediator.member for each in dispute.parties):
        raise FormError("mediator", "A party can't mediate: name somebody else.")
    name, who = dispute_label(dispute), named(mediator.name, mediator.member)
    earlier = named(dispute.mediator_name, dispute.mediator) if dispute.mediator else "nobody"
    return Review(
        title="PROPOSE A MEDIATOR",
        kind="dispute.mediator",
        body={"dispute": dispute.dispute, "mediator": mediator.member},
        confirm="Propose",
        command=command("dispute", "mediator", name, short(mediator.member)),
        rows=(
            ("In", f"{name} {' against '.join(sides(dispute))}"),
            ("Proposes", who),
            ("Replaces", earlier),
            ("As", signer(status)),
            ("Means", "it mediates once it and all parties accept; you have"),
            ("Undo", "decline, or propose another"),
        ),
        obstacle=why_not_propose(dispute, status),
        done=f"{who} proposed as mediator",
    )


def why_not_word(dispute: DisputeView, word: Word, status: StatusView | None) -> str:
    """Say why this member can't accept or decline the mediator."""
    if dispute.closed:
        return f"it is {dispute.status}"
    if not dispute.mediator:
        return "no mediator is proposed"
    party = _party(dispute, status)
    mine = status is not None and dispute.mediator == status.member
    if party is None and not mine:
        return "its parties may, and who is to mediate"
    accepted = dispute.accepted if party is None else party.accepted
    return "you accepted" if word == "accept" and accepted else ""


def review_word(dispute: DisputeView, word: Word, status: StatusView) -> Review:
    """Prepare that a mediator is accepted or declined, or the task by who is to mediate."""
    name, mine = dispute_label(dispute), dispute.mediator == status.member
    who = named(dispute.mediator_name, dispute.mediator)
    means = "it mediates once all parties and it have accepted"
    if word == "decline":
        means = "it does not mediate; another may be proposed"
    return Review(
        title=f"{word.upper()} {'THE TASK' if mine else 'THE MEDIATOR'}",
        kind=f"dispute.{word}",
        body={"dispute": dispute.dispute, "mediator": dispute.mediator},
        confirm=word.capitalize(),
        command=command("dispute", word, name),
        rows=(
            ("In", f"{name} {' against '.join(sides(dispute))}"),
            ("Mediator", f"you, {who}" if mine else who),
            ("As", signer(status)),
            ("Means", means),
            ("Undo", "decline later" if word == "accept" else "it may be proposed again"),
        ),
        obstacle=why_not_word(dispute, word, status),
        done=f"Word on the mediator of {name} signed",
    )


def why_not_settle(dispute: DisputeView, status: StatusView | None) -> str:
    """Say why this member can't put a settlement."""
    return _of_party_or_mediator(dispute, status)


def review_settlement(dispute: DisputeView, text: str, status: StatusView) -> Review:
    """Prepare a settlement that is put to the parties."""
    name = dispute_label(dispute)
    earlier = "none"
    if dispute.settlement:
        earlier = f"{short(dispute.settlement)}, and whoever agreed to it agrees anew"
    return Review(
        title="PUT A SETTLEMENT",
        kind="dispute.settle",
        body={"dispute": dispute.dispute, "text": text},
        confirm="Put",
        command=command("dispute", "settle", name, "--text", text),
        rows=(
            ("In", f"{name} {' against '.join(sides(dispute))}"),
            ("Text", text),
            ("Replaces", earlier),
            ("As", signer(status)),
            ("Means", "it binds nobody until all parties agree to it, you too"),
            ("Undo", "put another"),
        ),
        obstacle=why_not_settle(dispute, status),
        done=f"Settlement of {name} signed",
    )


def why_not_agree(dispute: DisputeView, status: StatusView | None) -> str:
    """Say why this member can't agree to the newest settlement."""
    if obstacle := _of_party(dispute, status):
        return obstacle
    if not dispute.settlement:
        return "no settlement was put"
    party = _party(dispute, status)
    return "you agreed to it" if party is not None and party.agreed else ""


def review_agreement(dispute: DisputeView, status: StatusView) -> Review:
    """Prepare that a party binds itself to the newest settlement."""
    name = dispute_label(dispute)
    missing = [
        named(each.name, each.member)
        for each in dispute.parties
        if not (each.agreed or each.left or each.member == status.member)
    ]
    return Review(
        title="AGREE TO THE SETTLEMENT",
        kind="dispute.agree",
        body={"dispute": dispute.dispute, "settlement": dispute.settlement},
        confirm="Agree",
        command=command("dispute", "agree", name, "--expect", short(dispute.settlement)),
        rows=(
            ("In", f"{name} {' against '.join(sides(dispute))}"),
            ("Settlement", dispute.settlement[:16]),
            ("Text", dispute.settlement_text),
            ("Waits for", ", ".join(missing) or "nobody else: you are the last"),
            ("As", signer(status)),
            ("Means", "bound to exactly this text once all parties agreed; then it is settled"),
            ("Undo", "none, unless another is put before all agreed"),
        ),
        typed=dispute.settlement[:TYPED],
        typed_label=f"Type the settlement's first {TYPED} characters to enable Agree:",
        obstacle=why_not_agree(dispute, status),
        done=f"Agreement to settle {name} signed",
    )


def why_not_withdraw(dispute: DisputeView, status: StatusView | None) -> str:
    """Say why this member can't take the complaint back."""
    if dispute.closed:
        return f"it is {dispute.status}"
    party = _party(dispute, status)
    left = any(each.left for each in dispute.parties if each.role == "complainant")
    if party is not None and (party.role == "complainant" or (left and dispute.status == "open")):
        return ""
    return "who brought it may"


def why_not_refer(dispute: DisputeView, status: StatusView | None, now: int) -> str:
    """Say why this member can't ask the members to decide."""
    if obstacle := _of_party_or_mediator(dispute, status):
        return obstacle
    if dispute.status == "referred":
        return "it is referred"
    asked = [each for each in dispute.parties if each.role == "respondent" and not each.left]
    if all(each.statement for each in asked) or dispute.answer_by <= now:
        return ""
    return f"not all have answered, and may until {moment(dispute.answer_by)}"


def review_end(dispute: DisputeView, end: End, status: StatusView, now: int) -> Review:
    """Prepare a withdrawal, or a referral to the members."""
    name = dispute_label(dispute)
    means = "it is closed; what was said stays on record"
    undo, obstacle = "none; another may be brought", why_not_withdraw(dispute, status)
    if end == "refer":
        means = "who could vote before it was opened, and is no party, decides a proposal on it"
        undo = "settle it, or withdraw it, before they decide"
        obstacle = why_not_refer(dispute, status, now)
    return Review(
        title="WITHDRAW COMPLAINT" if end == "withdraw" else "REFER TO THE MEMBERS",
        kind=f"dispute.{end}",
        body={"dispute": dispute.dispute},
        confirm=end.capitalize(),
        command=command("dispute", end, name),
        rows=(
            ("In", f"{name} {' against '.join(sides(dispute))}"),
            ("As", signer(status)),
            ("Means", means),
            ("Undo", undo),
        ),
        obstacle=obstacle,
        done=f"{'Withdrawal' if end == 'withdraw' else 'Referral'} of {name} signed",
    )
