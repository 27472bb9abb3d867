"""Votes and proposals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rochdale_protocol.core.errors import LocalError
from rochdale_protocol.core.limits import DAY_MS
from rochdale_protocol.core.ruleset import BusinessClass, Election
from rochdale_protocol.governance.plain import class_line
from rochdale_protocol.governance.typed import opening_after, read_ranks, read_scores
from rochdale_protocol.governance.views import (
    BallotView,
    ProposalDetail,
    ProposalView,
    ProxyView,
)
from rochdale_protocol.views import StatusView

from ..phrases import label, moment, named, short, until
from .review import FormError, Review, command, signer

__all__ = [
    "Ballot",
    "ballot_words",
    "proposal_label",
    "read_ballot",
    "review_ballot",
    "review_proposal",
    "review_withdraw",
    "voting_times",
    "why_not_vote",
    "why_not_withdraw",
]


@dataclass(frozen=True, slots=True)
class Ballot:
    """A ballot as it was typed.

    Attributes:
        asked: what the node is asked for.
        said: the vote in words.
        words: how a command line says it.
    """

    asked: dict[str, Any]
    said: str
    words: tuple[str, ...]


def proposal_label(proposal: ProposalView) -> str:
    """Return ``P-3``."""
    return label("P", proposal.number, proposal.proposal)


def ballot_words(ballot: BallotView, names: list[str]) -> str:
    """Return a ballot in words; ``names`` are those of the ballot paper."""
    if ballot.form == "ranks":
        ranks = (" = ".join(names[each - 1] for each in rank) for rank in ballot.ranks)
        return ", ".join(ranks) or "nobody"
    if ballot.form == "scores":
        return ", ".join(f"{names[each - 1]} {mark}" for each, mark in ballot.scores) or "nobody"
    return ballot.choice or ballot.form


def why_not_vote(proposal: ProposalView, now: int) -> str:
    """Say why no ballot can be cast on a proposal."""
    if proposal.status == "notice":
        return f"voting opens at {moment(proposal.opens)}"
    if proposal.status != "open":
        return f"it is {proposal.status}"
    if not proposal.number:
        return "it waits for its minute"
    if proposal.closes <= now:
        return f"its deadline passed at {moment(proposal.closes)}"
    return ""


def read_ballot(proposal: ProposalDetail, values: dict[str, str]) -> Ballot:
    """Return the ballot that was typed into a form; raises FormError."""
    name = proposal_label(proposal)
    if "choice" in values:
        choice, reason = values["choice"], values.get("reason", "")
        words = ["cast", name, choice, *(["--reason", reason] if reason else [])]
        return Ballot({"choice": choice, "reason": reason}, choice.upper(), tuple(words))
    names = [each.name for each in proposal.candidates]
    field = "ranks" if "ranks" in values else "scores"
    text = values[field]
    if not text:
        raise FormError(field, "Name candidates, by number or name.")
    try:
        if field == "ranks":
            ranks = read_ranks(text, names)
            said = ", ".join(" = ".join(names[each - 1] for each in rank) for rank in ranks)
            return Ballot({"ranks": ranks}, said, ("rank", name, text))
        scores = read_scores(text, names)
    except LocalError as error:
        raise FormError(field, f"{str(error.fields['why']).capitalize()}.") from None
    said = ", ".join(f"{names[each - 1]} {mark}" for each, mark in scores)
    asked = [{"candidate": each, "score": mark} for each, mark in scores]
    return Ballot({"scores": asked}, said, ("score", name, text))


def review_ballot(
    proposal: ProposalDetail,
    ballot: Ballot,
    status: StatusView,
    now: int,
    proxy: ProxyView | None = None,
) -> Review:
    """Prepare a ballot of this member, or of whom it is proxy."""
    name = proposal_label(proposal)
    names = [each.name for each in proposal.candidates]
    voter = status.member if proxy is None else proxy.principal
    mine = next((each for each in proposal.ballots if each.member == voter), None)
    earlier = "nothing"
    if mine is not None:
        whose = "your" if proxy is None else "its"
        earlier = f"{whose} ballot {ballot_words(mine, names).upper()}"
    means = "all members see it"
    if proposal.secrecy == "sealed":
        means = "sealed: nobody reads it before the close, then all members do"
    reason = ballot.asked.get("reason", "")
    body, words = {"proposal": proposal.proposal, **ballot.asked}, ballot.words
    whose = "your own"
    if proxy is not None:
        body["principal"] = proxy.principal
        words = (*words, "--for", short(proxy.principal))
        whose = f"of {named(proxy.principal_name, proxy.principal)}, as its proxy"
    return Review(
        title="CAST BALLOT",
        kind="ballot",
        body=body,
        confirm="Cast",
        command=command("ballot", *words),
        rows=(
            ("On", f"{name} {proposal.title}"),
            ("Ballot", whose),
            ("Vote", ballot.said),
            *([("Reason", reason)] if reason else []),
            ("As", signer(status)),
            ("Replaces", earlier),
            ("So far", f"{proposal.voted} of {proposal.electors} cast, quorum {proposal.quorum}"),
            ("Closes", f"{moment(proposal.closes)}, in {until(proposal.closes, now)}"),
            ("Means", f"counted if a minute holds it before the close; {means}"),
            ("Undo", "cast again before the close: the later ballot counts"),
        ),
        obstacle=why_not_vote(proposal, now),
        done=f"Ballot {ballot.said} on {name} signed",
        endpoint="ballots",
    )


def why_not_withdraw(proposal: ProposalView, status: StatusView | None) -> str:
    """Say why a proposal can't be withdrawn."""
    if proposal.status not in ("draft", "notice", "open"):
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


def voting_times(rule: BusinessClass, closes: int, now: int) -> tuple[int, int]:
    """Return opening and close; time for the notice that the class asks for is added."""
    if not rule.notice_days:
        return 0, closes
    opens = opening_after(rule.notice_days, now)
    return opens, closes + opens - now


def review_proposal(
    title: str,
    text: str,
    business: str,
    rule: BusinessClass,
    closes: int,
    status: StatusView,
    now: int,
) -> Review:
    """Prepare a resolution without an effect of its own; ``closes`` counts from the opening."""
    opens, closes = voting_times(rule, closes, now)
    words = ["proposal", "new", title, "--business", business]
    words += ["--opens", moment(opens)] if opens else []
    words += ["--closes", moment(closes)]
    if text:
        words += ["--text", text]
    starts = "with the minute that holds it"
    if opens:
        starts = f"{moment(opens)}, after {rule.notice_days} clear days of notice"
    return Review(
        title="PUT A PROPOSAL",
        kind="proposal.new",
        body={
            "title": title,
            "text": text,
            "business": business,
            "opens": opens,
            "closes": closes,
            "effect": {"type": "none"},
            "election": None,
        },
        confirm="Propose",
        command=command(*words),
        rows=(
            ("Title", title),
            ("Text", f"{len(text)} characters" if text else "none, the title is all"),
            ("Business", class_line(business, rule)),
            ("Opens", starts),
            ("Closes", f"{moment(closes)}, in {until(closes, now)}"),
            ("As", signer(status)),
            ("Means", "who may vote now may vote on it, and nobody else"),
            ("Undo", "withdraw it before the close"),
        ),
        obstacle=_too_short(rule, closes - max(opens, now)),
        done="Proposal signed",
    )


def _too_short(rule: BusinessClass, length: int) -> str:
    if isinstance(rule.test, Election):
        return "such business elects: call an election instead"
    if length < rule.voting_ms_min:
        return f"such a vote is open for {rule.voting_ms_min / DAY_MS:g} days or more"
    return ""
