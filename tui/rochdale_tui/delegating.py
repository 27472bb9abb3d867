"""The forms of standing delegations: give one, end it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rochdale_protocol.governance.views import DelegationView

from .actions import delegations
from .actions.review import FormError, Review
from .client import ApiError
from .dialogs.form import Field, Form
from .forms import find_member, member_hint

if TYPE_CHECKING:
    from .app import RochdaleApp

__all__ = ["delegation_key", "open_delegation", "open_end_of_delegation"]


def delegation_key(delegation: DelegationView) -> str:
    """Return what tells one delegation from the others."""
    return f"{delegation.business} {delegation.member}"


def open_delegation(book: RochdaleApp) -> None:
    """Ask what is delegated and to whom, if the rules let anything be."""
    client = book.store.client

    async def make() -> Form:
        names = tuple(delegations.delegable(await client.rules()))
        if not names:
            raise ApiError(
                "GOV-22", "By the co-op's rules no delegation counts.", "See rochdale rules show."
            )

        async def prepare(values: dict[str, str]) -> Review:
            if values["business"] not in delegations.delegable(await client.rules()):
                raise FormError("business", "Choose the business with the arrow keys.")
            holder = find_member(await client.members(), "holder", values["holder"])
            given = await client.delegations()
            status = await client.status()
            return delegations.review_delegation(values["business"], holder, given, status)

        fields = (
            Field("business", "Business", "choice", options=names, value=names[0]),
            Field("holder", "To", hint=member_hint(book)),
        )
        return Form("delegation", "DELEGATE", fields, prepare)

    book.open_fetched(make)


def open_end_of_delegation(book: RochdaleApp, identity: str) -> None:
    """Open the review of the end of a delegation."""
    client = book.store.client

    async def prepare() -> Review:
        for each in await client.delegations():
            if delegation_key(each) == identity:
                return delegations.review_end_delegation(each, await client.status())
        raise ApiError("gone", "It is no longer in the book.", "r fetches the list again.")

    book.open_review(prepare)
