"""Contributions: log, confirm, dispute, correct."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Literal

from rich.text import Text
from textual.binding import BindingType

from rochdale_protocol.contributions.queries import ContributionView

from ..actions.agreements import agreement_label
from ..actions.contributions import (
    contribution_label,
    why_not_confirm,
    why_not_correct,
    why_not_dispute,
)
from ..actions.review import why_not_act
from ..forms import correct_form, dispute_form, log_form, open_confirmation
from ..keys import CONTRIBUTION_KEYS
from ..phrases import moment, named, short
from ..store import AGREEMENTS, CONTRIBUTIONS, MEMBERS, STATUS, Key
from ..widgets import Cell, Column, Who
from .base import Chosen
from .listing import Act, ListScreen, Order

__all__ = ["ContributionsScreen"]

ROLES: dict[str, Literal["ok", "warn", "bad"]] = {
    "logged": "warn",
    "confirmed": "ok",
    "disputed": "bad",
}


class ContributionsScreen(ListScreen[ContributionView]):
    """Who provided what to whom."""

    MODE = "contributions"
    TABS = ("All", "To confirm", "Mine")
    ORDERS: ClassVar[tuple[Order, ...]] = (
        Order("newest"),
        Order("status", lambda item: item.status),
        Order("provider", lambda item: item.provider_name.casefold()),
        Order("when", lambda item: -item.happened),
    )
    BINDINGS: ClassVar[list[BindingType]] = [*CONTRIBUTION_KEYS]

    def wants(self) -> Iterable[Key[Any]]:
        """The contributions, and what the log form looks up."""
        return (CONTRIBUTIONS, AGREEMENTS, MEMBERS)

    def heading(self) -> str:
        """Return the tabs."""
        return self.tabs_title().plain

    def source(self) -> Sequence[ContributionView] | None:
        """Return the contributions of the tab."""
        held, status = self.store.get(CONTRIBUTIONS), self.store.get(STATUS)
        if held is None or self.tab == 0:
            return held
        me = "" if status is None else status.member
        if self.tab == 1:
            return [each for each in held if each.receiver == me and each.status != "confirmed"]
        return [each for each in held if me in (each.provider, each.receiver)]

    def key_of(self, item: ContributionView) -> str:
        """Return the contribution's id."""
        return item.contribution

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        return (Column("", 2), Column("no", 8), Column("from"), Column("to"),
                Column("how much", 12), Column("what"), Column("status", 9))  # fmt: skip

    def cells(self, item: ContributionView) -> tuple[Cell, ...]:
        """Return the row of a contribution."""
        paint, role = self.paint, ROLES[item.status]
        return (
            paint.mark(role),
            paint.text(contribution_label(item), "accent"),
            Who(item.provider_name, item.provider),
            Who(item.receiver_name, item.receiver),
            paint.text(f"{item.quantity} {item.unit}"),
            paint.text(item.resource),
            paint.text(item.status if item.standing == "final" else "pending", role),
        )

    def haystack(self, item: ContributionView) -> str:
        """Return everything that is words."""
        who = named(item.provider_name, item.provider) + named(item.receiver_name, item.receiver)
        label = contribution_label(item)
        return f"{label} {who} {item.action} {item.resource} {item.unit} {item.note} {item.status}"

    def detail(self, item: ContributionView) -> Text:
        """Return everything about a contribution."""
        paint = self.paint
        corrected = f", corrected {item.corrections} times" if item.corrections else ""
        rows: list[tuple[str, str | Text]] = [
            ("from", named(item.provider_name, item.provider)),
            ("to", named(item.receiver_name, item.receiver)),
            ("quantity", f"{item.quantity} {item.unit}{corrected}"),
            ("when", f"{moment(item.happened)}"),
            ("status", paint.text(f"{item.status}, {item.standing}", ROLES[item.status])),
        ]
        if item.reason:
            rows.append(("disputed", paint.text(item.reason, "bad")))
        rows.append(("under", self._agreement(item.agreement)))
        rows.append(("note", item.note or "none"))
        rows.append(("logged as", short(item.contribution)))
        text = paint.heading(f"{contribution_label(item)} {item.action}: {item.resource}\n")
        text.append_text(paint.facts(rows))
        text.append("\n")
        return text

    def _agreement(self, identity: str) -> str:
        if not identity:
            return "no agreement"
        held = self.store.get(AGREEMENTS)
        for each in held.views if held is not None else ():
            if each.agreement == identity:
                return f"{agreement_label(each)} {each.title}"
        return short(identity)

    def nothing(self) -> str:
        """Say which key logs."""
        return (
            "Nothing was logged yet. C logs what you provided.",
            "Nothing waits for your confirmation. ] shows more.",
            "You neither gave nor received anything yet. C logs what you provided.",
        )[self.tab]

    def acts(self, item: ContributionView | None) -> list[Act]:
        """Confirm, dispute, correct, log."""
        status, key = self.store.get(STATUS), self.book.key_of
        blocked = why_not_act(status, self.store.link)
        acts = []
        if item is not None and status is not None:
            identity = item.contribution
            acts = [
                Act("confirm", key("contribution.confirm"), "Confirm",
                    blocked or why_not_confirm(item, status),
                    lambda: open_confirmation(self.book, identity)),
                Act("dispute", key("contribution.dispute"), "Dispute",
                    blocked or why_not_dispute(item, status),
                    lambda: self.book.open_form(dispute_form(self.book, identity))),
                Act("correct", key("contribution.correct"), "Correct",
                    blocked or why_not_correct(item, status),
                    lambda: self.book.open_form(correct_form(self.book, identity))),
            ]  # fmt: skip
        return [
            *acts,
            Act("log", key("contribution.log"), "Log", blocked,
                lambda: self.book.open_form(log_form(self.book)), about=False),
        ]  # fmt: skip

    def reveal(self, identity: str) -> None:
        """Select a contribution among all."""
        self.tab = 0
        super().reveal(identity)

    def chosen(self) -> Chosen | None:
        """Return the selected contribution."""
        item = self.item()
        if item is None:
            return None
        label = contribution_label(item)
        text = f"{label} {item.action}: {item.quantity} {item.unit} {item.resource}"
        data = item.model_dump(mode="json")
        return Chosen(label, item.contribution, item.contribution, text, data)
