"""The tab of meetings: minutes of what was said in a room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar

from rich.text import Text

from rochdale_protocol.governance.views import MeetingView

from ..actions.governance import proposal_label
from ..actions.meetings import approval, meeting_label, why_not_approve
from ..meetings import open_approval
from ..phrases import clock, moment, named, short
from ..store import MEETINGS, PROPOSALS, Key
from ..widgets import Cell, Column, Who
from .base import Chosen
from .listing import Act, Order
from .tabs import Tab

__all__ = ["MeetingsTab"]

NAMES_SHOWN = 100
"""Of those present, and of votes on one proposal."""


class MeetingsTab(Tab[MeetingView]):
    """Minutes of meetings."""

    AREAS = ("meeting.",)
    ORDERS: ClassVar[tuple[Order, ...]] = (
        Order("newest"),
        Order("title", lambda item: item.title.casefold()),
    )

    def wants(self, selected: str | None) -> Iterable[Key[Any]]:
        """The meetings, and the proposals on which they voted."""
        del selected
        return (MEETINGS, PROPOSALS)

    def source(self) -> Sequence[MeetingView] | None:
        """Return the meetings."""
        return self.store.get(MEETINGS)

    def key_of(self, item: MeetingView) -> str:
        """Return the meeting's id."""
        return item.meeting

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        return (Column("", 2), Column("no", 8), Column("title"), Column("held", 7),
                Column("chair"), Column("approved", 9))  # fmt: skip

    def cells(self, item: MeetingView) -> tuple[Cell, ...]:
        """Return the row of a meeting."""
        paint = self.paint
        waits = not why_not_approve(item, self.status)
        done = bool(item.approved_at)
        return (
            paint.mark("warn" if waits else "ok" if done else "muted"),
            paint.text(meeting_label(item), "accent"),
            paint.text(item.title),
            paint.text(clock(item.held, self.store.now()), "muted"),
            Who(item.chair_name, item.chair),
            paint.text(f"{len(item.approved)}/{len(item.present)}", "ok" if done else "plain"),
        )

    def haystack(self, item: MeetingView) -> str:
        """Return title, place and who was there."""
        who = f"{item.chair_name} {item.author_name} {' '.join(item.present_names)}"
        return f"{meeting_label(item)} {item.title} {item.place} {who}"

    def detail(self, item: MeetingView) -> Text:
        """Return the minutes: who was there, how they voted, and the words."""
        paint = self.paint
        rows: list[tuple[str, str | Text]] = [
            ("held", f"{moment(item.held)} {item.place}".strip()),
            ("chair", named(item.chair_name, item.chair)),
            ("by", f"{named(item.author_name, item.author)}, {item.standing}"),
            ("minutes", paint.text(approval(item), "ok" if item.approved_at else "warn")),
        ]
        text = paint.heading(f"{meeting_label(item)} {item.title}\n")
        text.append_text(paint.facts(rows))
        if item.text:
            text.append_text(paint.text(f"\n\n{item.text.rstrip()}"))
        text.append_text(Text("").join(self._votes(item)))
        text.append_text(paint.heading(f"\n\nPresent {len(item.present)}\n"))
        text.append_text(Text("\n").join(self._present(item)))
        return text

    def _votes(self, item: MeetingView) -> Iterator[Text]:
        paint = self.paint
        names = dict(zip(item.present, item.present_names, strict=True))
        known = {each.proposal: each for each in self.store.get(PROPOSALS) or ()}
        for proposal, votes in sorted(item.votes.items()):
            found = known.get(proposal)
            title = short(proposal)
            if found is not None:
                title = f"{proposal_label(found)} {found.title}"
            yield paint.heading(f"\n\n{title}")
            for member, choice in sorted(votes.items())[:NAMES_SHOWN]:
                waits = "" if member in item.approved else "  not approved: not cast"
                yield paint.text(f"\n{choice:<8}{named(names.get(member, ''), member)}")
                yield paint.text(waits, "muted")
            if len(votes) > NAMES_SHOWN:
                yield paint.text(f"\nand {len(votes) - NAMES_SHOWN} more", "muted")

    def _present(self, item: MeetingView) -> Iterator[Text]:
        paint, approved = self.paint, set(item.approved)
        present = list(zip(item.present, item.present_names, strict=True))
        for member, name in present[:NAMES_SHOWN]:
            line = paint.mark("ok" if member in approved else "muted")
            line.append_text(paint.text(named(name, member)))
            yield line.append_text(paint.text("  approved" if member in approved else "", "ok"))
        if len(present) > NAMES_SHOWN:
            yield paint.text(
                f"and {len(present) - NAMES_SHOWN} more: rochdale meeting show", "muted"
            )

    def nothing(self) -> str:
        """Say how minutes come here."""
        return "No minutes of a meeting are recorded. In a shell: rochdale meeting record FILE"

    def acts(self, item: MeetingView | None) -> list[Act]:
        """Approve."""
        if item is None:
            return []
        identity, book = item.meeting, self.book
        return [
            self.act("meeting.approve", "Approve the minutes",
                     self.blocked() or why_not_approve(item, self.status),
                     lambda: open_approval(book, identity))
        ]  # fmt: skip

    def chosen(self, item: MeetingView) -> Chosen:
        """Return a meeting with its minutes."""
        text = f"{meeting_label(item)} {item.title}\n\n{item.text}".rstrip()
        data = item.model_dump(mode="json")
        return Chosen(item.title, item.meeting, item.meeting, text, data)
