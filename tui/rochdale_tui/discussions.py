"""The forms of a discussion: comment or answer, another text, an interest."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rochdale_protocol.core.fields import Note, Text
from rochdale_protocol.core.limits import NOTE_MAX
from rochdale_protocol.governance.views import ProposalDetail

from .actions import discussion
from .actions.governance import proposal_label
from .actions.review import FormError, Review
from .dialogs.form import Field, Form
from .forms import checked
from .phrases import named, short
from .store import STATUS

if TYPE_CHECKING:
    from .app import RochdaleApp

__all__ = ["open_acceptance", "open_amendment", "open_comment", "open_interest"]


def _about(whole: ProposalDetail) -> str:
    return f"{proposal_label(whole)} {whole.title}"


def open_comment(book: RochdaleApp, identity: str) -> None:
    """Ask for a word in the discussion."""
    client = book.store.client

    async def make() -> Form:
        seen = await client.proposal(identity)
        answers = discussion.has_right_to_answer(seen, book.store.get(STATUS))

        async def prepare(values: dict[str, str]) -> Review:
            text = checked(Text, "text", values["text"], "Say it in 1 to 200,000 characters.")
            whole = await client.proposal(identity)
            return discussion.review_comment(whole, text, await client.status())

        title = "ANSWER" if answers else "COMMENT"
        fields = (Field("text", "You say", "text"),)
        return Form(f"comment {identity}", title, fields, prepare, _about(seen))

    book.open_fetched(make)


def open_amendment(book: RochdaleApp, identity: str) -> None:
    """Ask for another text: its author amends it, another member offers one."""
    client = book.store.client

    async def make() -> Form:
        seen, status = await client.proposal(identity), await client.status()
        own = seen.author == status.member

        async def prepare(values: dict[str, str]) -> Review:
            text = checked(Text, "text", values["text"], "Give the whole text anew.")
            reason = checked(Note, "reason", values.get("reason", ""), "The reason is too long.")
            whole = await client.proposal(identity)
            now = book.store.now()
            return discussion.review_amend(whole, text, reason, await client.status(), now)

        text = Field("text", "Text", "text", value=seen.text.strip())
        reason = Field("reason", "Reason", length_max=NOTE_MAX)
        title = "AMEND" if own else "OFFER ANOTHER TEXT"
        fields = (text,) if own else (text, reason)
        return Form(f"amend {identity}", title, fields, prepare, _about(seen))

    book.open_fetched(make)


def open_acceptance(book: RochdaleApp, identity: str) -> None:
    """Ask which of the texts that are offered is taken."""
    client = book.store.client

    async def make() -> Form:
        seen = await client.proposal(identity)
        names = tuple(short(each.amendment) for each in discussion.offered(seen))

        async def prepare(values: dict[str, str]) -> Review:
            whole = await client.proposal(identity)
            for each in discussion.offered(whole):
                if short(each.amendment) == values["amendment"]:
                    status = await client.status()
                    return discussion.review_accept(whole, each, status, book.store.now())
            raise FormError("amendment", "Choose one with the arrow keys.")

        choice = Field(
            "amendment", "Text", "choice", options=names, value=next(iter(names), ""),
            hint=_offer_hint(seen),
        )  # fmt: skip
        return Form(f"accept {identity}", "TAKE AN AMENDMENT", (choice,), prepare, _about(seen))

    book.open_fetched(make)


def _offer_hint(seen: ProposalDetail) -> Callable[[str], str]:
    def hint(chosen: str) -> str:
        for each in discussion.offered(seen):
            if short(each.amendment) == chosen:
                return f"by {named(each.name, each.member)}: {each.reason or 'gives no reason'}"
        return "none is offered any more"

    return hint


def open_interest(book: RochdaleApp, identity: str) -> None:
    """Ask for an interest of this member in the matter."""
    client = book.store.client

    async def make() -> Form:
        seen = await client.proposal(identity)

        async def prepare(values: dict[str, str]) -> Review:
            if not values["nature"]:
                raise FormError("nature", "Say what it is, such as: our sister firm sells it.")
            nature = checked(Note, "nature", values["nature"], "That is too long.")
            whole = await client.proposal(identity)
            return discussion.review_interest(whole, nature, await client.status())

        fields = (Field("nature", "What it is", length_max=NOTE_MAX),)
        title = "DECLARE AN INTEREST"
        return Form(f"interest {identity}", title, fields, prepare, _about(seen))

    book.open_fetched(make)
