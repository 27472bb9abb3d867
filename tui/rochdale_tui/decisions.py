"""The forms and reviews of decisions: put a resolution, vote, withdraw."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, get_args

from rochdale_protocol.core.fields import Name, Note
from rochdale_protocol.core.limits import NOTE_MAX
from rochdale_protocol.core.ruleset import Election, Rules
from rochdale_protocol.governance.records import Choice
from rochdale_protocol.governance.typed import usual_class
from rochdale_protocol.governance.views import ProposalDetail, ProxyView
from rochdale_protocol.views import StatusView

from .actions import governance, proxies
from .actions.review import FormError, Review
from .dialogs.form import Field, Form
from .forms import checked, deadline, deadline_hint
from .phrases import named

if TYPE_CHECKING:
    from .app import RochdaleApp

__all__ = ["open_proposal", "open_vote", "open_withdrawal"]

OWN = "your own"
"""Whose ballot it is, where one may also vote for others."""

PAPER_MAX = 4_000
"""Characters of a ranking: twice two hundred numbers, and names enough."""


def open_vote(book: RochdaleApp, identity: str) -> None:
    """Ask for a ballot of the form that the vote takes."""

    async def make() -> Form:
        client = book.store.client
        return _vote_form(book, await client.proposal(identity), await client.status())

    book.open_fetched(make)


def _vote_form(book: RochdaleApp, seen: ProposalDetail, me: StatusView) -> Form:
    client = book.store.client

    async def prepare(values: dict[str, str]) -> Review:
        if "choice" in values and values["choice"] not in get_args(Choice):
            raise FormError("choice", "Choose for, against or abstain with the arrow keys.")
        if "reason" in values:
            checked(Note, "reason", values["reason"], "The reason is too long.")
        proposal = await client.proposal(seen.proposal)
        status = await client.status()
        proxy = _proxy(proposal, values.get("whose", OWN), status)
        ballot = governance.read_ballot(proposal, values)
        if proxy is not None and proxy.instruction not in ("", ballot.asked.get("choice")):
            raise FormError("choice", f"You are instructed to vote {proxy.instruction}.")
        return governance.review_ballot(proposal, ballot, status, book.store.now(), proxy)

    fields = _ballot_fields(seen)
    if others := proxies.principals(seen, me):
        names = (OWN, *map(_principal, others))
        fields = (Field("whose", "Ballot", "choice", options=names, value=OWN), *fields)
    about = f"{governance.proposal_label(seen)} {seen.title}"
    return Form(f"vote {seen.proposal}", "VOTE", fields, prepare, about)


def _principal(proxy: ProxyView) -> str:
    return f"for {named(proxy.principal_name, proxy.principal)}"


def _proxy(proposal: ProposalDetail, whose: str, status: StatusView) -> ProxyView | None:
    """Return the proxy by which a ballot is cast, None for one's own; raises FormError."""
    if whose == OWN:
        return None
    for each in proxies.principals(proposal, status):
        if _principal(each) == whose:
            return each
    raise FormError("whose", "You vote for that member no more: choose with the arrow keys.")


def _ballot_fields(seen: ProposalDetail) -> tuple[Field, ...]:
    test = seen.rule.test
    if not isinstance(test, Election):
        choice = Field("choice", "Your vote", "choice", options=get_args(Choice))
        if seen.secrecy == "sealed":
            return (choice,)
        return (choice, Field("reason", "Reason", length_max=NOTE_MAX))
    if test.method == "score":
        field = Field("scores", "Scores", length_max=PAPER_MAX, hint=_hint(seen, "scores"))
    else:
        field = Field("ranks", "Ranking", length_max=PAPER_MAX, hint=_hint(seen, "ranks"))
    return (field,)


def _hint(seen: ProposalDetail, field: str) -> Callable[[str], str]:
    stand = ", ".join(f"{each.number} {each.name}" for each in seen.candidates)
    form = "1=5, 3=2" if field == "scores" else "2, 1=3"

    def hint(text: str) -> str:
        if not text.strip():
            return f"such as {form}, of {stand}"
        try:
            return governance.read_ballot(seen, {field: text.strip()}).said
        except FormError as error:
            return error.message

    return hint


def open_withdrawal(book: RochdaleApp, identity: str) -> None:
    """Open the review of a withdrawal."""

    async def prepare() -> Review:
        proposal = await book.store.client.proposal(identity)
        return governance.review_withdraw(proposal, await book.store.client.status())

    book.open_review(prepare)


def open_proposal(book: RochdaleApp) -> None:
    """Ask for a resolution, of a class of business that the rules know."""

    async def make() -> Form:
        return _proposal_form(book, await book.store.client.rules())

    book.open_fetched(make)


def _proposal_form(book: RochdaleApp, rules: Rules) -> Form:
    client = book.store.client
    usual = usual_class(rules, "none")

    async def prepare(values: dict[str, str]) -> Review:
        now = book.store.now()
        title = checked(Name, "title", values["title"], "Give a title on one line.")
        closes = deadline(values["closes"], now)
        rule = (await client.rules()).classes.get(values["business"])
        if rule is None:
            raise FormError("business", "The rules know no such business any more.")
        return governance.review_proposal(
            title, values["text"], values["business"], rule, closes, await client.status(), now
        )

    others = [
        name
        for name, rule in sorted(rules.classes.items())
        if name != usual and not isinstance(rule.test, Election)
    ]
    fields = (
        Field("title", "Title"),
        Field("business", "Business", "choice", options=(usual, *others), value=usual),
        Field("closes", "Open for", value="7d", hint=deadline_hint(book)),
        Field("text", "Text", "text"),
    )
    return Form("proposal", "PROPOSE", fields, prepare)
