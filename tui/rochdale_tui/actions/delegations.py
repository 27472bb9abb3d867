"""Standing delegations: whose ballot counts where a member doesn't vote."""

from __future__ import annotations

from rochdale_protocol.core.ruleset import Rules
from rochdale_protocol.governance.views import DelegationView
from rochdale_protocol.membership.queries import MemberView
from rochdale_protocol.views import StatusView

from ..phrases import named, short
from .review import FormError, Review, command, signer

__all__ = ["delegable", "review_delegation", "review_end_delegation", "why_not_end_delegation"]


def delegable(rules: Rules) -> list[str]:
    """Return the classes of business in which delegations count."""
    return [name for name, rule in sorted(rules.classes.items()) if rule.delegation]


def review_delegation(
    business: str, holder: MemberView, given: list[DelegationView], status: StatusView
) -> Review:
    """Prepare a delegation; ``given`` are those of all members."""
    if holder.member == status.member:
        raise FormError("holder", "Name another member.")
    who = named(holder.name, holder.member)
    earlier = next(
        (each for each in given if each.member == status.member and each.business == business),
        None,
    )
    replaces = "none" if earlier is None else named(earlier.holder_name, earlier.holder)
    return Review(
        title="DELEGATE",
        kind="delegation.give",
        body={"business": business, "holder": holder.member},
        confirm="Delegate",
        command=command("delegation", "give", business, short(holder.member)),
        rows=(
            ("Business", business),
            ("To", who),
            ("Replaces", replaces),
            ("As", signer(status)),
            ("Means", "where neither you nor a proxy of yours votes, its ballot counts for you"),
            ("", "only its own ballot: it can't hand yours on"),
            ("Undo", "end it at any time; votes that have closed stay"),
        ),
        done=f"Delegation of {business} business signed",
    )


def why_not_end_delegation(delegation: DelegationView, status: StatusView | None) -> str:
    """Say why this member can't end a delegation."""
    if status is None or delegation.member != status.member:
        return "the member that gave it may"
    return ""


def review_end_delegation(delegation: DelegationView, status: StatusView) -> Review:
    """Prepare the end of a delegation."""
    business = delegation.business
    return Review(
        title="END DELEGATION",
        kind="delegation.end",
        body={"business": business},
        confirm="End",
        command=command("delegation", "end", business),
        rows=(
            ("Business", business),
            ("Of", named(delegation.holder_name, delegation.holder)),
            ("As", signer(status)),
            ("Means", "where you don't vote, no ballot counts for you, in open votes too"),
            ("Undo", "delegate again"),
        ),
        obstacle=why_not_end_delegation(delegation, status),
        done=f"End of your delegation of {business} business signed",
    )
