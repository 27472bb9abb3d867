"""Disputes: complaining, and answering a complaint."""

from __future__ import annotations

import secrets

from rochdale_protocol.disputes.queries import Asked, DisputeView, asked_of
from rochdale_protocol.membership.queries import MemberView
from rochdale_protocol.views import StatusView

from ..phrases import label, moment, named, short
from .discussion import SALT_SIZE
from .review import Review, Words, command, signer

__all__ = [
    "asked_words",
    "dispute_label",
    "review_answer",
    "review_complaint",
    "sides",
    "why_not_answer",
]

ASKED: dict[Asked, str] = {
    "answer": "your answer",
    "agree": "your agreement to the settlement",
    "mediate": "your word whether you mediate",
    "accept": "your word on the mediator",
    "propose": "a proposal to the members that decides it",
    "": "",
}


def dispute_label(dispute: DisputeView) -> str:
    """Return ``D-1``."""
    return label("D", dispute.number, dispute.dispute)


def sides(dispute: DisputeView) -> tuple[str, str]:
    """Return the names of who complains, and about whom."""
    complainants, respondents = (
        ", ".join(named(each.name, each.member) for each in dispute.parties if each.role == role)
        for role in ("complainant", "respondent")
    )
    return complainants, respondents


def asked_words(dispute: DisputeView, status: StatusView | None) -> str:
    """Return what a dispute waits for from this member, "" for nothing."""
    return "" if status is None else ASKED[asked_of(dispute, status.member)]


def _statement(text: str) -> Words:
    body = {"text": text, "salt": secrets.token_hex(SALT_SIZE)}
    return Words(kind="dispute.statement", body=body, field="statement")


def review_complaint(
    respondents: list[MemberView], about: dict[str, str], text: str, status: StatusView
) -> Review:
    """Prepare a complaint; ``about`` maps records to how they are named."""
    words = ["dispute", "open", *(short(each.member) for each in respondents)]
    for name in about.values():
        words += ["--about", name]
    words += ["--text", text]
    against = ", ".join(named(each.name, each.member) for each in respondents)
    return Review(
        title="COMPLAIN",
        kind="dispute.open",
        body={
            "respondents": sorted({each.member for each in respondents}),
            "about": sorted(about),
        },
        words=_statement(text),
        confirm="Complain",
        command=command(*words),
        rows=(
            ("Against", against),
            ("About", ", ".join(about.values()) or "no record of the book"),
            ("You say", text),
            ("As", signer(status)),
            ("Means", "all members read it; each it is against is asked to answer"),
            ("Signs", "two records: your words, which can be erased, and the complaint"),
            ("Undo", "withdraw it: rochdale dispute withdraw D-N; it stays on record"),
        ),
        done=f"Complaint against {against} signed",
    )


def why_not_answer(dispute: DisputeView, status: StatusView | None) -> str:
    """Say why this member can't answer a complaint."""
    if dispute.closed:
        return f"it is {dispute.status}"
    member = "" if status is None else status.member
    mine = next((each for each in dispute.parties if each.member == member), None)
    if mine is None or mine.role != "respondent":
        return "those it is against may"
    return "you answered" if mine.statement else ""


def review_answer(dispute: DisputeView, text: str, status: StatusView) -> Review:
    """Prepare the answer to a complaint."""
    name = dispute_label(dispute)
    complainant, _ = sides(dispute)
    return Review(
        title="ANSWER COMPLAINT",
        kind="dispute.answer",
        body={"dispute": dispute.dispute},
        words=_statement(text),
        confirm="Answer",
        command=command("dispute", "answer", name, "--text", text),
        rows=(
            ("To", f"{name} by {complainant}"),
            ("You say", text),
            ("By", moment(dispute.answer_by)),
            ("As", signer(status)),
            ("Means", "all members read it; one answers once"),
            ("Signs", "two records: your words, which can be erased, and the answer"),
            ("Undo", "none; you can have its words erased: rochdale member erase ID"),
        ),
        obstacle=why_not_answer(dispute, status),
        done=f"Answer to {name} signed",
    )
