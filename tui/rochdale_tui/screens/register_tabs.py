"""The tabs of the register: members with their devices, and who applies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from rich.text import Text

from rochdale_protocol.membership.queries import ApplicationView, DeviceView, MemberView

from ..actions.membership import why_not_admit
from ..forms import admit_form, invite_form
from ..phrases import clock, minute, moment, named, short
from ..store import APPLICATIONS, MEMBERS, Key
from ..theme import Role
from ..widgets import Cell, Column, Who
from .base import Chosen
from .listing import Act, Order
from .tabs import Tab

__all__ = ["ApplicationsTab", "RegisterTab"]


class RegisterTab(Tab[MemberView]):
    """Members, present and former."""

    AREAS = ("member.",)
    ORDERS: ClassVar[tuple[Order, ...]] = (
        Order("name"),
        Order("status", lambda item: (item.status, item.name)),
        Order("newest", lambda item: -item.joined),
    )

    def wants(self, selected: str | None) -> Iterable[Key[Any]]:
        """Both lists: an application turns into a member."""
        del selected
        return (MEMBERS, APPLICATIONS)

    def source(self) -> Sequence[MemberView] | None:
        """Return the members."""
        return self.store.get(MEMBERS)

    def key_of(self, item: MemberView) -> str:
        """Return the member's key."""
        return item.member

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        return (Column("", 2), Column("name"), Column("status", 9), Column("joined", 7),
                Column("dev", 3), Column("witness", 7))  # fmt: skip

    def cells(self, item: MemberView) -> tuple[Cell, ...]:
        """Return the row of a member."""
        paint, active = self.paint, item.status == "active"
        frozen = any(device.status == "frozen" for device in item.devices)
        return (
            paint.mark("bad" if frozen else "ok" if active else "muted"),
            Who(item.name, item.member),
            paint.text(item.status if item.standing == "final" else "pending",
                       "ok" if active and item.standing == "final" else "muted"),
            paint.text(minute(item.joined) if item.joined else "founder", "muted"),
            paint.text(str(len(item.devices))),
            paint.text("attests" if item.witness else paint.glyphs.none,
                       "ok" if item.witness else "muted"),
        )  # fmt: skip

    def haystack(self, item: MemberView) -> str:
        """Return name, key and status."""
        return f"{item.name} {item.member} {item.status} {item.entity}"

    def detail(self, item: MemberView) -> Text:
        """Return everything about a member."""
        paint = self.paint
        rows: list[tuple[str, str | Text]] = [
            ("key", item.member),
            ("status", f"{item.status}, {item.entity}, {item.standing}"),
            ("joined", f"with minute {minute(item.joined)}" if item.joined else "as a founder"),
        ]
        if item.left:
            rows.append(("left", f"with minute {minute(item.left)}"))
        rows.append(("contact", item.contact or "none given"))
        if item.about:
            rows.append(("about", item.about))
        text = paint.heading(named(item.name, item.member) + "\n")
        text.append_text(paint.facts(rows))
        text.append_text(paint.heading(f"\nDevices {len(item.devices)}\n"))
        lines = [self._device(device, item.witness) for device in item.devices]
        return text.append_text(Text("\n").join(lines))

    def _device(self, device: DeviceView, witness: str) -> Text:
        paint = self.paint
        role = {"active": "ok", "applying": "muted"}.get(device.status, "bad")
        line = paint.mark(role)  # type: ignore[arg-type]
        line.append_text(paint.text(f"{named(device.label, device.device)}  "))
        line.append_text(paint.text(device.status, role))  # type: ignore[arg-type]
        attests = "  attests" if device.device == witness else ""
        line.append_text(paint.text(f"  {device.seq} records{attests}", "muted"))
        addresses = "  " + " ".join(device.addresses) if device.addresses else ""
        return line.append_text(paint.text(addresses, "muted"))

    def nothing(self) -> str:
        """Say what fills the tab."""
        return "No member yet: the book is not here. r fetches again."

    def acts(self, item: MemberView | None) -> list[Act]:
        """Invite; admit is for applicants."""
        del item
        why_not = "choose an applicant in the tab Applications, ]"
        return [
            self.act("member.admit", "Admit", why_not, lambda: None, about=False),
            _invite(self),
        ]

    def chosen(self, item: MemberView) -> Chosen:
        """Return a member."""
        text = named(item.name, item.member)
        return Chosen(text, item.member, "", text, item.model_dump(mode="json"))


class ApplicationsTab(Tab[ApplicationView]):
    """Who asks to be admitted."""

    AREAS = ("member.",)
    ORDERS: ClassVar[tuple[Order, ...]] = (
        Order("name"),
        Order("status", lambda item: (item.status, item.name)),
        Order("newest", lambda item: -item.at),
    )

    def wants(self, selected: str | None) -> Iterable[Key[Any]]:
        """Both lists: an application turns into a member."""
        del selected
        return (APPLICATIONS, MEMBERS)

    def source(self) -> Sequence[ApplicationView] | None:
        """Return the applications."""
        return self.store.get(APPLICATIONS)

    def key_of(self, item: ApplicationView) -> str:
        """Return the application's id."""
        return item.application

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        return (Column("", 2), Column("name"), Column("status", 8), Column("invited by"),
                Column("when", 7))  # fmt: skip

    def cells(self, item: ApplicationView) -> tuple[Cell, ...]:
        """Return the row of an applicant."""
        paint = self.paint
        role: Role = "warn" if item.status == "open" else "muted"
        return (
            paint.mark("warn" if item.status == "open" else "muted"),
            Who(item.name, item.member),
            paint.text(item.status, role),
            Who(item.sponsor_name, item.sponsor),
            paint.text(clock(item.at, self.store.now()), "muted"),
        )

    def haystack(self, item: ApplicationView) -> str:
        """Return name, key and status."""
        return f"{item.name} {item.member} {item.status} {item.entity}"

    def detail(self, item: ApplicationView) -> Text:
        """Return everything about an applicant."""
        paint = self.paint
        text = paint.heading(named(item.name, item.member) + "\n")
        rows: list[tuple[str, str | Text]] = [
            ("key", item.member),
            ("is", item.entity),
            ("device", short(item.device)),
            ("invited by", named(item.sponsor_name, item.sponsor)),
            ("asked", moment(item.at)),
            ("status", f"{item.status}, {item.standing}"),
        ]
        return text.append_text(paint.facts(rows))

    def nothing(self) -> str:
        """Say what fills the tab."""
        return "Nobody applies. C makes an invitation; whoever uses it appears here."

    def acts(self, item: ApplicationView | None) -> list[Act]:
        """Admit and invite."""
        if item is None:
            return [_invite(self)]
        book, identity = self.book, item.application
        why_not = self.blocked() or why_not_admit(item)
        return [
            self.act("member.admit", "Admit", why_not,
                     lambda: book.open_form(admit_form(book, identity))),
            _invite(self),
        ]  # fmt: skip

    def chosen(self, item: ApplicationView) -> Chosen:
        """Return an application."""
        text = named(item.name, item.member)
        data = item.model_dump(mode="json")
        return Chosen(text, item.application, item.application, text, data)


def _invite(tab: Tab[Any]) -> Act:
    book = tab.book
    return tab.act("member.invite", "Invite", tab.blocked(),
                   lambda: book.open_form(invite_form(book)), about=False)  # fmt: skip
