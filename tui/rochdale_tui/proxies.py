"""The forms of proxies: give one for a proposal, end it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast, get_args

from rochdale_protocol.governance.records import Choice

from .actions import proxies
from .actions.governance import proposal_label
from .actions.review import Review
from .dialogs.form import Field, Form
from .forms import find_member, member_hint

if TYPE_CHECKING:
    from .app import RochdaleApp

__all__ = ["open_end_of_proxy", "open_proxy"]

FREE = "as it decides"


def open_proxy(book: RochdaleApp, identity: str) -> None:
    """Ask who votes for this member on a proposal, and how."""
    client = book.store.client

    async def make() -> Form:
        seen = await client.proposal(identity)

        async def prepare(values: dict[str, str]) -> Review:
            holder = find_member(await client.members(), "holder", values["holder"])
            told = values.get("vote", FREE)
            vote = cast("Choice", told) if told in get_args(Choice) else None
            whole = await client.proposal(identity)
            status = await client.status()
            return proxies.review_proxy(whole, holder, vote, status, book.store.now())

        holder = Field("holder", "To", hint=member_hint(book))
        vote = Field("vote", "Votes", "choice", options=(FREE, *get_args(Choice)), value=FREE)
        fields = (holder, vote) if proxies.instructs(seen) else (holder,)
        about = f"{proposal_label(seen)} {seen.title}"
        return Form(f"proxy {identity}", "GIVE A PROXY", fields, prepare, about)

    book.open_fetched(make)


def open_end_of_proxy(book: RochdaleApp, identity: str) -> None:
    """Open the review of the end of this member's proxy."""
    client = book.store.client

    async def prepare() -> Review:
        return proxies.review_end_proxy(await client.proposal(identity), await client.status())

    book.open_review(prepare)
