"""Members: the register, who applies, and everyone's devices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from rich.text import Text
from textual.binding import BindingType

from rochdale_protocol.membership.queries import ApplicationView, DeviceView, MemberView

from ..actions.membership import why_not_admit
from ..actions.review import why_not_act
from ..forms import admit_form, invite_form
from ..keys import MEMBER_KEYS
from ..phrases import clock, minute, moment, named, short
from ..store import APPLICATIONS, MEMBERS, STATUS, Key
from ..theme import Role
from ..widgets import Cell, Column, Who
from .base import Chosen
from .listing import Act, ListScreen, Order

__all__ = ["MembersScreen", "device_lines"]

Item = MemberView | ApplicationView


class MembersScreen(ListScreen[Item]):
    """The register and the applications."""

    MODE = "members"
    TABS = ("Register", "Applications")
    ORDERS: ClassVar[tuple[Order, ...]] = (
        Order("name"),
        Order("status", lambda item: (item.status, item.name)),
        Order("newest", lambda item: -getattr(item, "joined", getattr(item, "at", 0))),
    )
    BINDINGS: ClassVar[list[BindingType]] = [*MEMBER_KEYS]

    def wants(self) -> Iterable[Key[Any]]:
        """Both tabs: an application turns into a member."""
        return (MEMBERS, APPLICATIONS) if self.tab == 0 else (APPLICATIONS, MEMBERS)

    def heading(self) -> str:
        """Return the tabs."""
        return self.tabs_title().plain

    def source(self) -> Sequence[Item] | None:
        """Return the items of the tab."""
        return self.store.get(MEMBERS) if self.tab == 0 else self.store.get(APPLICATIONS)

    def key_of(self, item: Item) -> str:
        """Return the member's key or the application's id."""
        return item.member if isinstance(item, MemberView) else item.application

    def columns(self) -> Sequence[Column]:
        """Return the columns of the tab."""
        if self.tab == 0:
            return (Column("", 2), Column("name"), Column("status", 9), Column("joined", 7),
                    Column("dev", 3), Column("witness", 7))  # fmt: skip
        return (Column("", 2), Column("name"), Column("status", 8), Column("invited by"),
                Column("when", 7))  # fmt: skip

    def cells(self, item: Item) -> tuple[Cell, ...]:
        """Return the row of a member or applicant."""
        paint = self.paint
        if isinstance(item, ApplicationView):
            role: Role = "warn" if item.status == "open" else "muted"
            return (
                paint.mark("warn" if item.status == "open" else "muted"),
                Who(item.name, item.member),
                paint.text(item.status, role),
                Who(item.sponsor_name, item.sponsor),
                paint.text(clock(item.at, self.store.now()), "muted"),
            )
        active = item.status == "active"
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

    def haystack(self, item: Item) -> str:
        """Return name, key and status."""
        return f"{item.name} {item.member} {item.status} {item.entity}"

    def detail(self, item: Item) -> Text:
        """Return everything about a member or applicant."""
        if isinstance(item, ApplicationView):
            return self._application(item)
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
        text.append_text(device_lines(self, item.devices, item.witness))
        return text

    def _application(self, item: ApplicationView) -> Text:
        paint = self.paint
        text = paint.heading(named(item.name, item.member) + "\n")
        text.append_text(
            paint.facts(
                [
                    ("key", item.member),
                    ("is", item.entity),
                    ("device", short(item.device)),
                    ("invited by", named(item.sponsor_name, item.sponsor)),
                    ("asked", moment(item.at)),
                    ("status", f"{item.status}, {item.standing}"),
                ]
            )
        )
        return text

    def nothing(self) -> str:
        """Say what fills the tab."""
        if self.tab == 0:
            return "No member yet: the book is not here. r fetches again."
        return "Nobody applies. C makes an invitation; whoever uses it appears here."

    def acts(self, item: Item | None) -> list[Act]:
        """Admit and invite."""
        status = self.store.get(STATUS)
        blocked = why_not_act(status, self.store.link)
        admit = "choose an applicant in the tab Applications, ]"
        if isinstance(item, ApplicationView):
            admit = blocked or why_not_admit(item)
        return [
            Act(
                "admit",
                self.book.key_of("member.admit"),
                "Admit",
                admit,
                lambda: self.book.open_form(admit_form(self.book, self._applicant().application)),
                about=self.tab == 1,
            ),
            Act(
                "invite",
                self.book.key_of("member.invite"),
                "Invite",
                blocked,
                lambda: self.book.open_form(invite_form(self.book)),
                about=False,
            ),
        ]

    def _applicant(self) -> ApplicationView:
        item = self.item()
        assert isinstance(item, ApplicationView)
        return item

    def reveal(self, identity: str) -> None:
        """Select a member or an application."""
        applications = self.store.get(APPLICATIONS) or []
        members = self.store.get(MEMBERS) or []
        if any(each.application == identity for each in applications):
            self.tab = 1
        elif any(each.member == identity for each in members):
            self.tab = 0
        super().reveal(identity)

    def chosen(self) -> Chosen | None:
        """Return the selected member or application."""
        item = self.item()
        if item is None:
            return None
        record = item.application if isinstance(item, ApplicationView) else ""
        text = named(item.name, item.member)
        return Chosen(text, self.key_of(item), record, text, item.model_dump(mode="json"))


def device_lines(screen: ListScreen[Any], devices: Sequence[DeviceView], witness: str = "") -> Text:
    """Return the devices of a member, one on a line."""
    paint, lines = screen.paint, []
    for device in devices:
        role = {"active": "ok", "applying": "muted"}.get(device.status, "bad")
        line = paint.mark(role)  # type: ignore[arg-type]
        line.append_text(paint.text(f"{named(device.label, device.device)}  "))
        line.append_text(paint.text(device.status, role))  # type: ignore[arg-type]
        attests = "  attests" if device.device == witness else ""
        line.append_text(paint.text(f"  {device.seq} records{attests}", "muted"))
        if device.addresses:
            line.append_text(paint.text("  " + " ".join(device.addresses), "muted"))
        lines.append(line)
    return Text("\n").join(lines)
