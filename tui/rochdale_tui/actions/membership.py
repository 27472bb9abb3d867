"""Admission and devices."""

from __future__ import annotations

from rochdale_protocol.core.ruleset import Rules
from rochdale_protocol.governance.plain import class_line
from rochdale_protocol.governance.typed import usual_class
from rochdale_protocol.membership.queries import ApplicationView, DeviceView
from rochdale_protocol.views import StatusView

from ..phrases import moment, named, short, until
from .governance import voting_times
from .review import TYPED, FormError, Review, command, signer

__all__ = [
    "review_admit",
    "review_invite",
    "review_peer",
    "review_ready",
    "review_revoke",
    "why_not_admit",
    "why_not_ready",
    "why_not_revoke",
]


def why_not_admit(application: ApplicationView) -> str:
    """Say why an applicant can't be proposed for admission."""
    return "" if application.status == "open" else f"already {application.status}"


def review_admit(
    application: ApplicationView,
    reason: str,
    rules: Rules,
    closes: int,
    status: StatusView,
    now: int,
) -> Review:
    """Prepare the proposal that admits an applicant."""
    who = named(application.name, application.member)
    title = f"Admit {application.name}"[:120].strip()
    business = usual_class(rules, "admit")
    if not business:
        raise FormError("closes", "No class of business may admit by these rules.")
    rule = rules.classes[business]
    opens, closes = voting_times(rule, closes, now)
    words = ["proposal", "new", title, "--admit", short(application.application)]
    words += ["--closes", moment(closes)]
    if reason:
        words += ["--text", reason]
    return Review(
        title="PROPOSE ADMISSION",
        kind="proposal.new",
        body={
            "title": title,
            "text": reason,
            "business": business,
            "opens": opens,
            "closes": closes,
            "effect": {"type": "admit", "application": application.application},
            "election": None,
        },
        confirm="Propose",
        command=command(*words),
        rows=(
            ("Applicant", f"{who}, {application.entity}"),
            ("Invited by", named(application.sponsor_name, application.sponsor)),
            ("Says", reason or "no words of yours"),
            ("Business", class_line(business, rule)),
            ("Closes", f"{moment(closes)}, in {until(closes, now)}"),
            ("As", signer(status)),
            ("Means", "if carried, the applicant is a member at once, by rule"),
            ("Undo", "withdraw it while it is open"),
        ),
        obstacle=why_not_admit(application),
        done=f"Proposal to admit {who} signed",
    )


def why_not_revoke(device: DeviceView, own: bool, status: StatusView) -> str:
    """Say why a device can't be revoked by this member."""
    if not own:
        return "only its own member may"
    if device.status == "revoked":
        return "it is revoked"
    return "this device can't end itself; use another" if device.device == status.device else ""


def review_revoke(device: DeviceView, reason: str, status: StatusView) -> Review:
    """Prepare the end of one of this member's devices."""
    words = ["device", "revoke", short(device.device)]
    if reason:
        words += ["--reason", reason]
    return Review(
        title="REVOKE DEVICE",
        kind="device.revoke",
        body={"device": device.device, "reason": reason},
        confirm="Revoke",
        command=command(*words),
        rows=(
            ("Revokes", f"{named(device.label, device.device)}, {device.status}"),
            ("Reason", reason or "none given"),
            ("As", signer(status)),
            ("Means", "whatever that device signs from then on is refused"),
            ("Undo", "none; enrol a new device"),
        ),
        typed=device.device[:TYPED],
        typed_label=f"Type the device's first {TYPED} characters to enable Revoke:",
        obstacle=why_not_revoke(device, True, status),
        done=f"Revocation of {named(device.label, device.device)} signed",
    )


def why_not_ready(status: StatusView | None) -> str:
    """Say why this device can't become a witness."""
    return "it attests already" if status is not None and status.witness else ""


def review_ready(status: StatusView) -> Review:
    """Prepare this device's offer to attest minutes."""
    return Review(
        title="BECOME A WITNESS",
        kind="witness.ready",
        body={},
        confirm="Offer",
        command=command("witness", "ready"),
        rows=(
            ("Device", short(status.device)),
            ("As", signer(status)),
            ("Means", "this node attests minutes for you; leave it running when you can"),
            ("Undo", "a witness that stays away goes dormant by rule"),
        ),
        obstacle=why_not_ready(status),
        done="Offer to attest signed",
    )


def review_invite(days: int, status: StatusView) -> Review:
    """Prepare an invitation, good once."""
    return Review(
        title="INVITE",
        kind="member.invite",
        body={"days": days},
        confirm="Invite",
        command=command("invite", "new", "--days", str(days)),
        rows=(
            ("Makes", f"a link, good once, for {days} days"),
            ("As", signer(status)),
            ("Means", "you vouch for whoever uses it; the members still decide"),
            ("Undo", "none; it ends by itself"),
        ),
        endpoint="invites",
        done="Invitation signed",
    )


def review_peer(address: str) -> Review:
    """Prepare to dial another node from now on."""
    return Review(
        title="ADD PEER",
        kind="peer",
        body={"address": address},
        confirm="Add",
        command=command("peer", "add", address),
        rows=(
            ("Dials", address),
            ("Means", "this node keeps a link to it; it must prove which device it is"),
        ),
        endpoint="peers",
        done=f"Dialling {address}",
    )
