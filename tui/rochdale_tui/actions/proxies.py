"""Proxies: who votes for whom, on one proposal."""

from __future__ import annotations

from rochdale_protocol.governance.records import Choice
from rochdale_protocol.governance.views import ProposalDetail, ProposalView, ProxyView
from rochdale_protocol.membership.queries import MemberView
from rochdale_protocol.views import StatusView

from ..phrases import named, short
from .governance import proposal_label
from .review import FormError, Review, command, signer

__all__ = [
    "instructs",
    "principals",
    "proxy_of",
    "review_end_proxy",
    "review_proxy",
    "why_not_end_proxy",
    "why_not_proxy",
]


def proxy_of(whole: ProposalDetail | None, status: StatusView | None) -> ProxyView | None:
    """Return who votes for this member."""
    if whole is None or status is None:
        return None
    return next((each for each in whole.proxies if each.principal == status.member), None)


def principals(whole: ProposalDetail, status: StatusView) -> list[ProxyView]:
    """Return for whom this member may vote: they made it their proxy and didn't vote since."""
    voted = {each.member for each in whole.ballots if not each.by}
    return [
        each
        for each in whole.proxies
        if each.holder == status.member and each.principal not in voted
    ]


def instructs(whole: ProposalDetail) -> bool:
    """Say whether a proxy may be told how to vote."""
    return whole.secrecy != "sealed" and not whole.seats


def why_not_proxy(proposal: ProposalView, whole: ProposalDetail | None, now: int) -> str:
    """Say why nobody can be made this member's proxy, as far as is known."""
    if proposal.status not in ("notice", "open"):
        return f"it is {proposal.status}"
    if proposal.closes <= now:
        return "its deadline passed"
    return "" if whole is None or whole.rule.proxies else "such business takes no proxies"


def review_proxy(
    whole: ProposalDetail,
    holder: MemberView,
    instruction: Choice | None,
    status: StatusView,
    now: int,
) -> Review:
    """Prepare that another member votes for this one."""
    if holder.member == status.member:
        raise FormError("holder", "Name another member: you vote for yourself with Vote.")
    held = [each for each in whole.proxies if each.holder == holder.member]
    others = [each for each in held if each.principal != status.member]
    if len(others) >= whole.rule.proxies:
        raise FormError("holder", f"{holder.name} votes for {len(others)} others, the most.")
    name, earlier = proposal_label(whole), proxy_of(whole, status)
    who = named(holder.name, holder.member)
    words = ["proxy", "appoint", name, short(holder.member)]
    if instruction:
        words += ["--vote", instruction]
    replaces = "nobody"
    if earlier is not None:
        replaces = named(earlier.holder_name, earlier.holder) + "; a ballot it cast is taken out"
    return Review(
        title="GIVE A PROXY",
        kind="proxy.appoint",
        body={"proposal": whole.proposal, "holder": holder.member, "instruction": instruction},
        confirm="Give",
        command=command(*words),
        rows=(
            ("On", f"{name} {whole.title}"),
            ("To", who),
            ("Votes", f"{instruction}, as you instruct" if instruction else "as it decides"),
            ("Replaces", replaces),
            ("As", signer(status)),
            ("Means", "it votes for you on this alone; a ballot of your own goes first"),
            ("Undo", "end it before the close; a ballot that it cast is then taken out"),
        ),
        obstacle=why_not_proxy(whole, whole, now),
        done=f"Proxy for {who} on {name} signed",
    )


def why_not_end_proxy(
    proposal: ProposalView, whole: ProposalDetail | None, status: StatusView | None
) -> str:
    """Say why this member has no proxy to end, as far as is known."""
    if proposal.status not in ("notice", "open"):
        return f"it is {proposal.status}"
    if whole is None or proxy_of(whole, status) is not None:
        return ""
    return "you gave nobody a proxy on this"


def review_end_proxy(whole: ProposalDetail, status: StatusView) -> Review:
    """Prepare the end of this member's proxy."""
    name, proxy = proposal_label(whole), proxy_of(whole, status)
    cast = any(each.member == status.member and each.by for each in whole.ballots)
    return Review(
        title="END YOUR PROXY",
        kind="proxy.revoke",
        body={"proposal": whole.proposal},
        confirm="End",
        command=command("proxy", "revoke", name),
        rows=(
            ("On", f"{name} {whole.title}"),
            ("Of", "nobody" if proxy is None else named(proxy.holder_name, proxy.holder)),
            ("Its ballot", "is taken out" if cast else "was not cast yet"),
            ("As", signer(status)),
            ("Means", "nobody votes for you on this; you still may"),
            ("Undo", "give a proxy again before the close"),
        ),
        obstacle=why_not_end_proxy(whole, whole, status),
        done=f"End of your proxy on {name} signed",
    )
