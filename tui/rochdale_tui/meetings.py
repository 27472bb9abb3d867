"""The review of a meeting's minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .actions import meetings
from .actions.review import Review
from .client import ApiError

if TYPE_CHECKING:
    from .app import RochdaleApp

__all__ = ["open_approval"]


def open_approval(book: RochdaleApp, identity: str) -> None:
    """Open the review of an approval."""
    client = book.store.client

    async def prepare() -> Review:
        proposals = {each.proposal: each for each in await client.proposals()}
        for meeting in await client.meetings():
            if meeting.meeting == identity:
                return meetings.review_approval(meeting, proposals, await client.status())
        raise ApiError("gone", "It is no longer in the book.", "r fetches the list again.")

    book.open_review(prepare)
