"""The tab of disputes: complaints, answers, and what was put to settle them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar, Final, Literal

from rich.text import Text

from rochdale_protocol.disputes.queries import DisputeParty, DisputeView

from ..actions import settling
from ..actions.disputes import asked_words, dispute_label, sides, why_not_answer
from ..disputing import (
    complaint_form,
    open_agreement,
    open_answer,
    open_end,
    open_mediator,
    open_settlement,
    open_word,
)
from ..phrases import minute, moment, named, short, until
from ..store import DISPUTES, MEMBERS, Key
from ..widgets import Cell, Column, Who
from .base import Chosen
from .listing import Act, Order
from .tabs import Tab

__all__ = ["DisputesTab"]

ROLES: Final[dict[str, Literal["ok", "warn", "bad", "muted"]]] = {
    "open": "warn",
    "referred": "warn",
    "settled": "ok",
    "decided": "ok",
    "withdrawn": "muted",
}


class DisputesTab(Tab[DisputeView]):
    """Disputes between members."""

    AREAS = ("dispute.",)
    ORDERS: ClassVar[tuple[Order, ...]] = (
        Order("those that run first"),
        Order("status", lambda item: item.status),
    )

    def wants(self, selected: str | None) -> Iterable[Key[Any]]:
        """The disputes, and whom a complaint may be against."""
        del selected
        return (DISPUTES, MEMBERS)

    def source(self) -> Sequence[DisputeView] | None:
        """Return the disputes."""
        return self.store.get(DISPUTES)

    def key_of(self, item: DisputeView) -> str:
        """Return the dispute's id."""
        return item.dispute

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        return (Column("", 2), Column("no", 8), Column("complainant"), Column("against"),
                Column("status", 9), Column("answered", 8))  # fmt: skip

    def cells(self, item: DisputeView) -> tuple[Cell, ...]:
        """Return the row of a dispute."""
        paint, role = self.paint, ROLES[item.status]
        complainant = next(each for each in item.parties if each.role == "complainant")
        asked = [each for each in item.parties if each.role == "respondent"]
        answered = sum(bool(each.statement) for each in asked)
        waits = asked_words(item, self.status)
        return (
            paint.mark("bad" if waits else role),
            paint.text(dispute_label(item), "accent"),
            Who(complainant.name, complainant.member),
            Who(asked[0].name, asked[0].member)
            if len(asked) == 1
            else paint.text(f"{len(asked)} members"),
            paint.text(item.status, role),
            paint.text(f"{answered}/{len(asked)}"),
        )

    def haystack(self, item: DisputeView) -> str:
        """Return label, names and status."""
        return f"{dispute_label(item)} {' '.join(sides(item))} {item.status} {item.mediator_name}"

    def detail(self, item: DisputeView) -> Text:
        """Return who said what, who mediates and what was put to settle it."""
        paint = self.paint
        text = paint.heading(f"{dispute_label(item)} {' against '.join(sides(item))}\n")
        text.append_text(paint.facts(list(self._facts(item))))
        for party in item.parties:
            text.append_text(self._party(item, party))
        if item.settlement:
            text.append_text(paint.heading(f"\n\nSettlement {short(item.settlement)}\n"))
            text.append_text(paint.text(item.settlement_text.rstrip()))
        return text

    def _facts(self, item: DisputeView) -> Iterator[tuple[str, str | Text]]:
        paint, now = self.paint, self.store.now()
        if waits := asked_words(item, self.status):
            yield "waits for", paint.text(waits, "bad")
        yield "status", paint.text(f"{item.status}, {item.standing}", ROLES[item.status])
        ended = f", closed with {minute(item.closed)}" if item.closed else ""
        yield "opened", f"with {minute(item.opened)}, {moment(item.at)}{ended}"
        if not item.closed:
            left = until(item.answer_by, now)
            yield "answers", f"until {moment(item.answer_by)}, {left}; then it may be referred"
        yield "about", ", ".join(map(short, item.about)) or "no record of the book"
        yield "mediator", self._mediator(item)
        if item.proposal:
            yield "decided by" if item.closed else "deciding", short(item.proposal)
        if item.status == "referred" and not item.proposal:
            words = f"--settle {dispute_label(item)} --reasons WHY --closes 7d"
            yield "next", f"in a shell: rochdale proposal new TITLE {words}"

    def _mediator(self, item: DisputeView) -> str:
        if not item.mediator:
            return "nobody is proposed"
        who = named(item.mediator_name, item.mediator)
        return who if item.mediates else f"{who} is proposed, not accepted by all"

    def _party(self, item: DisputeView, party: DisputeParty) -> Text:
        paint, notes = self.paint, [str(party.role)]
        if party.left:
            notes.append("has left")
        if item.settlement:
            notes.append("agreed" if party.agreed else "has not agreed")
        text = paint.heading(f"\n\n{named(party.name, party.member)}, {', '.join(notes)}\n")
        said = party.text.rstrip() or ("(erased)" if party.statement else "(no answer yet)")
        return text.append_text(paint.text(said, "plain" if party.text else "muted"))

    def nothing(self) -> str:
        """Say which key complains."""
        return f"There are no disputes. {self.book.key_of('dispute.open')} brings a complaint."

    def acts(self, item: DisputeView | None) -> list[Act]:
        """Complain, answer, come to an end; a suspended member may too."""
        blocked, book = self.blocked(suspended=True), self.book
        new = self.act("dispute.open", "Complain", blocked,
                       lambda: book.open_form(complaint_form(book)), about=False)  # fmt: skip
        if item is None:
            return [new]
        return [*self._replies(item, blocked), *self._ends(item, blocked), new]

    def _replies(self, item: DisputeView, blocked: str) -> list[Act]:
        book, identity, status = self.book, item.dispute, self.status
        respondents = {each.member for each in item.parties if each.role == "respondent"}
        proposed = bool(item.mediator) and not item.closed
        return [
            self.act("dispute.answer", "Answer", blocked or why_not_answer(item, status),
                     lambda: open_answer(book, identity),
                     about=status is not None and status.member in respondents),
            self.act("dispute.agree", "Agree to the settlement",
                     blocked or settling.why_not_agree(item, status),
                     lambda: open_agreement(book, identity),
                     about=bool(item.settlement) and not item.closed),
            self.act("dispute.accept", "Accept the mediator",
                     blocked or settling.why_not_word(item, "accept", status),
                     lambda: open_word(book, identity, "accept"), about=proposed),
            self.act("dispute.decline", "Decline the mediator",
                     blocked or settling.why_not_word(item, "decline", status),
                     lambda: open_word(book, identity, "decline"), about=proposed),
        ]  # fmt: skip

    def _ends(self, item: DisputeView, blocked: str) -> list[Act]:
        book, identity, status = self.book, item.dispute, self.status
        about = not item.closed
        return [
            self.act("dispute.settle", "Put a settlement",
                     blocked or settling.why_not_settle(item, status),
                     lambda: open_settlement(book, identity), about=about),
            self.act("dispute.mediator", "Propose a mediator",
                     blocked or settling.why_not_propose(item, status),
                     lambda: open_mediator(book, identity), about=about),
            self.act("dispute.refer", "Refer to the members",
                     blocked or settling.why_not_refer(item, status, self.store.now()),
                     lambda: open_end(book, identity, "refer"), about=about),
            self.act("dispute.withdraw", "Withdraw",
                     blocked or settling.why_not_withdraw(item, status),
                     lambda: open_end(book, identity, "withdraw"), about=about),
        ]  # fmt: skip

    def chosen(self, item: DisputeView) -> Chosen:
        """Return a dispute with all that was said."""
        label, data = dispute_label(item), item.model_dump(mode="json")
        return Chosen(label, item.dispute, item.dispute, self.detail(item).plain, data)
