"""The forms and reviews of disputes: complain, answer, mediate, settle, withdraw, refer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rochdale_protocol.core.fields import Text
from rochdale_protocol.core.limits import ABOUT_MAX, RESPONDENTS_MAX
from rochdale_protocol.disputes.queries import DisputeView
from rochdale_protocol.membership.queries import MemberView

from .actions import disputes, settling
from .actions.agreements import agreement_label
from .actions.contributions import contribution_label
from .actions.governance import proposal_label
from .actions.review import FormError, Review
from .client import ApiError, Client
from .dialogs.form import Field, Form
from .forms import checked, find_member, member_hint

if TYPE_CHECKING:
    from .app import RochdaleApp

__all__ = [
    "complaint_form",
    "open_agreement",
    "open_answer",
    "open_end",
    "open_mediator",
    "open_settlement",
    "open_word",
]

NAMES_MAX = 4_000
"""Characters of a list of members."""


def complaint_form(book: RochdaleApp) -> Form:
    """Ask against whom, about what, and the complaint in words."""
    client = book.store.client

    async def prepare(values: dict[str, str]) -> Review:
        text = checked(Text, "text", values["text"], "Say what you complain about.")
        status = await client.status()
        members = await client.members()
        respondents: dict[str, MemberView] = {}
        for part in _parts(values["against"]):
            found = find_member(members, "against", part, standing=("active", "suspended"))
            if found.member == status.member:
                raise FormError("against", "You can't complain about yourself.")
            respondents[found.member] = found
        if not 1 <= len(respondents) <= RESPONDENTS_MAX:
            raise FormError("against", f"Name 1 to {RESPONDENTS_MAX} members, by commas.")
        if len(respondents) > 1 and 2 * (1 + len(respondents)) >= status.members:
            few = f"too few of {status.members} who may vote would be left to decide"
            raise FormError("against", f"Name one member, and open several: {few}.")
        about = await _records(client, _parts(values["about"]))
        return disputes.review_complaint(list(respondents.values()), about, text, status)

    fields = (
        Field("against", "Against", length_max=NAMES_MAX, hint=_last(member_hint(book))),
        Field("about", "About", length_max=NAMES_MAX,
              hint=lambda _: "A-1, C-12 or P-3, by commas; or empty"),
        Field("text", "You say", "text"),
    )  # fmt: skip
    return Form("complaint", "COMPLAIN", fields, prepare)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _last(hint: Callable[[str], str]) -> Callable[[str], str]:
    """Return a hint about the last of several names."""
    return lambda text: hint(text.rpartition(",")[2])


async def _records(client: Client, names: list[str]) -> dict[str, str]:
    """Return the records that were named, by their ids; raises FormError."""
    if len(names) > ABOUT_MAX:
        raise FormError("about", f"Name at most {ABOUT_MAX}.")
    labels: dict[str, str] = {}
    if names:
        for proposal in await client.proposals():
            labels[proposal_label(proposal)] = proposal.proposal
        for agreement in (await client.agreements()).views:
            labels[agreement_label(agreement)] = agreement.agreement
        for contribution in await client.contributions():
            labels[contribution_label(contribution)] = contribution.contribution
    about: dict[str, str] = {}
    for name in names:
        if name.upper() not in labels:
            raise FormError("about", f"Nothing is called “{name}”. Name A-1, C-12 or P-3.")
        about[labels[name.upper()]] = name.upper()
    return about


def open_answer(book: RochdaleApp, identity: str) -> None:
    """Ask for the answer to a complaint."""
    client = book.store.client

    async def make() -> Form:
        seen = await _dispute(client, identity)

        async def prepare(values: dict[str, str]) -> Review:
            text = checked(Text, "text", values["text"], "Say it in 1 to 200,000 characters.")
            dispute = await _dispute(client, identity)
            return disputes.review_answer(dispute, text, await client.status())

        fields = (Field("text", "You say", "text"),)
        return Form(f"answer {identity}", "ANSWER COMPLAINT", fields, prepare, _about(seen))

    book.open_fetched(make)


def open_mediator(book: RochdaleApp, identity: str) -> None:
    """Ask who should mediate."""
    client = book.store.client

    async def make() -> Form:
        seen = await _dispute(client, identity)

        async def prepare(values: dict[str, str]) -> Review:
            mediator = find_member(await client.members(), "mediator", values["mediator"])
            dispute = await _dispute(client, identity)
            return settling.review_mediator(dispute, mediator, await client.status())

        fields = (Field("mediator", "Mediator", hint=member_hint(book)),)
        return Form(f"mediator {identity}", "PROPOSE A MEDIATOR", fields, prepare, _about(seen))

    book.open_fetched(make)


def open_settlement(book: RochdaleApp, identity: str) -> None:
    """Ask for the text of a settlement."""
    client = book.store.client

    async def make() -> Form:
        seen = await _dispute(client, identity)

        async def prepare(values: dict[str, str]) -> Review:
            text = checked(Text, "text", values["text"], "Say what the parties are to agree to.")
            dispute = await _dispute(client, identity)
            return settling.review_settlement(dispute, text, await client.status())

        fields = (Field("text", "Settlement", "text"),)
        return Form(f"settle {identity}", "PUT A SETTLEMENT", fields, prepare, _about(seen))

    book.open_fetched(make)


def open_word(book: RochdaleApp, identity: str, word: settling.Word) -> None:
    """Open the review of a word on the mediator."""
    client = book.store.client

    async def prepare() -> Review:
        dispute = await _dispute(client, identity)
        return settling.review_word(dispute, word, await client.status())

    book.open_review(prepare)


def open_agreement(book: RochdaleApp, identity: str) -> None:
    """Open the review of an agreement to the newest settlement."""
    client = book.store.client

    async def prepare() -> Review:
        dispute = await _dispute(client, identity)
        return settling.review_agreement(dispute, await client.status())

    book.open_review(prepare)


def open_end(book: RochdaleApp, identity: str, end: settling.End) -> None:
    """Open the review of a withdrawal or a referral."""
    client = book.store.client

    async def prepare() -> Review:
        dispute = await _dispute(client, identity)
        return settling.review_end(dispute, end, await client.status(), book.store.now())

    book.open_review(prepare)


def _about(dispute: DisputeView) -> str:
    return f"{disputes.dispute_label(dispute)} {' against '.join(disputes.sides(dispute))}"


async def _dispute(client: Client, identity: str) -> DisputeView:
    for each in await client.disputes():
        if each.dispute == identity:
            return each
    raise ApiError("gone", "It is no longer in the book.", "r fetches the list again.")
