"""Logging contributions, and what receivers and providers say about them."""

from __future__ import annotations

from typing import Any

from rochdale_protocol.contributions.queries import ContributionView
from rochdale_protocol.views import StatusView

from ..phrases import label, moment, named, short
from .review import Review, command, signer

__all__ = [
    "contribution_label",
    "describe",
    "review_confirm",
    "review_correct",
    "review_dispute",
    "review_log",
    "why_not_confirm",
    "why_not_correct",
    "why_not_dispute",
]


def contribution_label(contribution: ContributionView) -> str:
    """Return ``C-310``."""
    return label("C", contribution.number, contribution.contribution)


def why_not_confirm(contribution: ContributionView, status: StatusView) -> str:
    """Say why a contribution can't be confirmed by this member."""
    if contribution.status == "confirmed":
        return "it is confirmed"
    if contribution.receiver != status.member:
        return "its receiver may"
    return ""


def why_not_dispute(contribution: ContributionView, status: StatusView) -> str:
    """Say why a contribution can't be disputed by this member."""
    if contribution.status == "disputed":
        return "it is disputed"
    return why_not_confirm(contribution, status)


def why_not_correct(contribution: ContributionView, status: StatusView) -> str:
    """Say why a contribution can't be corrected by this member."""
    if contribution.provider != status.member:
        return "its provider may"
    return "it is confirmed" if contribution.status == "confirmed" else ""


def describe(contribution: ContributionView) -> str:
    """Return ``C-3 work: 4 hour market stall``."""
    name, quantity = contribution_label(contribution), contribution.quantity
    return f"{name} {contribution.action}: {quantity} {contribution.unit} {contribution.resource}"


def review_confirm(contribution: ContributionView, status: StatusView) -> Review:
    """Prepare the receiver's confirmation of the quantity that stands."""
    name = contribution_label(contribution)
    return Review(
        title="CONFIRM CONTRIBUTION",
        kind="contribution.confirm",
        body={"contribution": contribution.contribution, "quantity": contribution.quantity},
        confirm="Confirm",
        command=command("contribution", "confirm", name),
        rows=(
            ("Confirms", describe(contribution)),
            ("From", named(contribution.provider_name, contribution.provider)),
            ("Note", contribution.note or "none"),
            ("As", signer(status)),
            ("Means", "you received exactly this quantity"),
            ("Undo", "none"),
        ),
        obstacle=why_not_confirm(contribution, status),
        done=f"Confirmation of {name} signed",
    )


def review_dispute(contribution: ContributionView, reason: str, status: StatusView) -> Review:
    """Prepare the receiver's dispute."""
    name = contribution_label(contribution)
    return Review(
        title="DISPUTE CONTRIBUTION",
        kind="contribution.dispute",
        body={"contribution": contribution.contribution, "reason": reason},
        confirm="Dispute",
        command=command("contribution", "dispute", name, "--reason", reason),
        rows=(
            ("Disputes", describe(contribution)),
            ("From", named(contribution.provider_name, contribution.provider)),
            ("Reason", reason),
            ("As", signer(status)),
            ("Means", "it does not count until it is corrected and confirmed"),
            ("Undo", "confirm it"),
        ),
        obstacle=why_not_dispute(contribution, status),
        done=f"Dispute of {name} signed",
    )


def review_correct(
    contribution: ContributionView, quantity: str, reason: str, status: StatusView
) -> Review:
    """Prepare the provider's correction of a quantity."""
    name = contribution_label(contribution)
    words = ["contribution", "correct", name, "--quantity", quantity, "--reason", reason]
    return Review(
        title="CORRECT CONTRIBUTION",
        kind="contribution.correct",
        body={
            "contribution": contribution.contribution,
            "quantity": quantity,
            "reason": reason,
        },
        confirm="Correct",
        command=command(*words),
        rows=(
            ("Corrects", describe(contribution)),
            ("To", f"{quantity} {contribution.unit}"),
            ("Reason", reason),
            ("As", signer(status)),
            ("Means", "this quantity stands; the earlier one stays on record"),
            ("Undo", "correct it again before it is confirmed"),
        ),
        obstacle=why_not_correct(contribution, status),
        done=f"Correction of {name} signed",
    )


def review_log(body: dict[str, Any], receiver: str, agreement: str, status: StatusView) -> Review:
    """Prepare the log of something provided; names are for the eye, keys are in ``body``."""
    words = ["contribution", "log", str(body["action"]), short(body["receiver"])]
    for option in ("resource", "quantity", "unit"):
        words += [f"--{option}", str(body[option])]
    words += ["--happened", moment(body["happened"])]
    if body["agreement"]:
        words += ["--agreement", agreement]
    if body["note"]:
        words += ["--note", str(body["note"])]
    return Review(
        title="LOG CONTRIBUTION",
        kind="contribution.log",
        body=body,
        confirm="Log",
        command=command(*words),
        rows=(
            ("Provides", f"{body['action']}: {body['quantity']} {body['unit']} {body['resource']}"),
            ("To", named(receiver, body["receiver"])),
            ("When", moment(body["happened"])),
            ("Under", agreement or "no agreement"),
            ("Note", body["note"] or "none"),
            ("As", signer(status)),
            ("Means", "counts once the receiver confirms it"),
            ("Undo", "correct the quantity, 0 if it never was"),
        ),
        done="Contribution signed",
    )
