"""The tabs of offices and mandates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from rich.text import Text

from rochdale_protocol.membership.queries import MandateView, OfficeView

from ..actions.speaking import (
    SCOPES,
    mandate_state,
    office_state,
    why_not_end_mandate,
    why_not_resign,
)
from ..phrases import minute, moment, named, short
from ..speaking import (
    mandate_form,
    mandate_key,
    office_key,
    open_end_of_mandate,
    open_resignation,
)
from ..store import MANDATES, MEMBERS, OFFICES, Key
from ..widgets import Cell, Column, Who
from .base import Chosen
from .listing import Act, Order
from .tabs import Tab

__all__ = ["MandatesTab", "OfficesTab"]


class OfficesTab(Tab[OfficeView]):
    """Who holds which office, and who did."""

    AREAS = ("office.",)
    ORDERS: ClassVar[tuple[Order, ...]] = (
        Order("office"),
        Order("holder", lambda item: item.name.casefold()),
        Order("running first", lambda item: item.ended),
    )

    def wants(self, selected: str | None) -> Iterable[Key[Any]]:
        """The offices."""
        del selected
        return (OFFICES,)

    def source(self) -> Sequence[OfficeView] | None:
        """Return the offices."""
        return self.store.get(OFFICES)

    def key_of(self, item: OfficeView) -> str:
        """Return the office with its holder."""
        return office_key(item)

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        return (Column("", 2), Column("office"), Column("held by"), Column("since", 8),
                Column("until", 10), Column("status", 12))  # fmt: skip

    def cells(self, item: OfficeView) -> tuple[Cell, ...]:
        """Return the row of an office."""
        paint, state = self.paint, office_state(item, self.store.now())
        held = state == "held"
        return (
            paint.mark("ok" if held else "muted"),
            paint.text(item.office, "accent"),
            Who(item.name, item.member),
            paint.text(minute(item.since), "muted"),
            paint.text(moment(item.until)[:10] if item.until else "no end"),
            paint.text(state, "ok" if held else "muted"),
        )

    def haystack(self, item: OfficeView) -> str:
        """Return office, holder and whether it is held."""
        return f"{item.office} {item.name} {item.member} {office_state(item, self.store.now())}"

    def detail(self, item: OfficeView) -> Text:
        """Return everything about a term of office."""
        paint, state = self.paint, office_state(item, self.store.now())
        text = paint.heading(f"{item.office}: {named(item.name, item.member)}\n")
        return text.append_text(
            paint.facts(
                [
                    ("status", f"{state}, {item.standing}"),
                    ("since", f"with minute {minute(item.since)}"),
                    ("until", moment(item.until) if item.until else "no end was set"),
                    ("ended", f"with minute {minute(item.ended)}" if item.ended else "not ended"),
                    ("key", item.member),
                ]
            )
        )

    def nothing(self) -> str:
        """Say how offices are filled."""
        return (
            "The members have appointed nobody. 3 L calls an election to an office; to appoint by"
            " resolution, in a shell: rochdale proposal new TITLE --appoint OFFICE=MEMBER"
        )

    def acts(self, item: OfficeView | None) -> list[Act]:
        """Resign."""
        if item is None:
            return []
        identity, book = office_key(item), self.book
        return [
            self.act("office.resign", "Resign this office",
                     self.blocked() or why_not_resign(item, self.status),
                     lambda: open_resignation(book, identity))
        ]  # fmt: skip

    def chosen(self, item: OfficeView) -> Chosen:
        """Return a term of office."""
        text = f"{item.office}: {named(item.name, item.member)}"
        return Chosen(text, item.member, "", text, item.model_dump(mode="json"))


class MandatesTab(Tab[MandateView]):
    """Who speaks for which member, by which device."""

    AREAS = ("mandate.",)
    ORDERS: ClassVar[tuple[Order, ...]] = (
        Order("member"),
        Order("running first", lambda item: item.ended),
    )

    def wants(self, selected: str | None) -> Iterable[Key[Any]]:
        """The mandates, and the devices that one may be given for."""
        del selected
        return (MANDATES, MEMBERS)

    def source(self) -> Sequence[MandateView] | None:
        """Return the mandates."""
        return self.store.get(MANDATES)

    def key_of(self, item: MandateView) -> str:
        """Return the device with the scope."""
        return mandate_key(item)

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        return (Column("", 2), Column("member"), Column("device"), Column("speaks", 16),
                Column("for", 4), Column("status", 10))  # fmt: skip

    def cells(self, item: MandateView) -> tuple[Cell, ...]:
        """Return the row of a mandate."""
        paint, state = self.paint, mandate_state(item, self.store.now())
        runs = state == "runs"
        return (
            paint.mark("ok" if runs else "muted"),
            Who(item.name, item.member),
            Who(item.label, item.device),
            paint.text(item.person or "(erased)", "plain" if item.person else "muted"),
            paint.text(item.scope),
            paint.text(state, "ok" if runs else "muted"),
        )

    def haystack(self, item: MandateView) -> str:
        """Return names, device, scope and whether it runs."""
        state = mandate_state(item, self.store.now())
        return f"{item.name} {item.member} {item.label} {item.person} {item.role} {state}"

    def detail(self, item: MandateView) -> Text:
        """Return everything about a mandate."""
        paint, state = self.paint, mandate_state(item, self.store.now())
        person = f"{item.person}, {item.role}" if item.person else "(erased)"
        text = paint.heading(f"{person} for {named(item.name, item.member)}\n")
        return text.append_text(
            paint.facts(
                [
                    ("speaks", SCOPES[item.scope]),
                    ("device", named(item.label, item.device)),
                    ("status", f"{state}, {item.standing}"),
                    ("since", f"with minute {minute(item.since)}"),
                    ("until", moment(item.until) if item.until else "no end was set"),
                    ("ended", f"with minute {minute(item.ended)}" if item.ended else "not ended"),
                    ("means", f"device {short(item.device)} speaks for it in its mandates alone"),
                ]
            )
        )  # fmt: skip

    def nothing(self) -> str:
        """Say what holds without mandates, and which key gives one."""
        give = self.book.key_of("mandate.give")
        return f"No mandate yet: who holds a device speaks for its member. {give} gives one."

    def acts(self, item: MandateView | None) -> list[Act]:
        """Give one, end one."""
        blocked, book = self.blocked(), self.book
        give = self.act("mandate.give", "Give a mandate", blocked,
                        lambda: book.open_form(mandate_form(book)), about=False)  # fmt: skip
        if item is None:
            return [give]
        identity = mandate_key(item)
        why_not = blocked or why_not_end_mandate(item, self.status)
        return [
            self.act("mandate.end", "End this mandate", why_not,
                     lambda: open_end_of_mandate(book, identity)),
            give,
        ]  # fmt: skip

    def chosen(self, item: MandateView) -> Chosen:
        """Return a mandate."""
        text = f"{item.person or '(erased)'} for {named(item.name, item.member)}"
        return Chosen(text, item.device, "", text, item.model_dump(mode="json"))
