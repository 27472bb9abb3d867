"""Keys: this member's devices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from rich.text import Text
from textual.binding import BindingType

from rochdale_protocol.membership.queries import DeviceView, MemberView

from ..actions.membership import why_not_ready, why_not_revoke
from ..actions.review import why_not_act
from ..forms import open_readiness, revoke_form
from ..keys import DEVICE_KEYS
from ..phrases import minute, named
from ..store import MEMBERS, STATUS, Key
from ..widgets import Cell, Column, Who
from .base import Chosen
from .listing import Act, ListScreen

__all__ = ["KeysScreen"]


class KeysScreen(ListScreen[DeviceView]):
    """What signs for this member."""

    MODE = "keys"
    BINDINGS: ClassVar[list[BindingType]] = [*DEVICE_KEYS]

    def wants(self) -> Iterable[Key[Any]]:
        """The register holds the devices."""
        return (MEMBERS,)

    def heading(self) -> str:
        """Return the list's name."""
        return "YOUR DEVICES"

    def _me(self) -> MemberView | None:
        status = self.store.get(STATUS)
        for member in self.store.get(MEMBERS) or ():
            if status is not None and member.member == status.member:
                return member
        return None

    def source(self) -> Sequence[DeviceView] | None:
        """Return this member's devices."""
        if self.store.get(MEMBERS) is None or self.store.get(STATUS) is None:
            return None
        me = self._me()
        return [] if me is None else me.devices

    def key_of(self, item: DeviceView) -> str:
        """Return the device's key."""
        return item.device

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        return (Column("", 2), Column("device"), Column("status", 9), Column("since", 8),
                Column("records", 8), Column("this one", 8))  # fmt: skip

    def cells(self, item: DeviceView) -> tuple[Cell, ...]:
        """Return the row of a device."""
        paint, status = self.paint, self.store.get(STATUS)
        good = item.status == "active"
        here = status is not None and status.device == item.device
        return (
            paint.mark("ok" if good else "bad"),
            Who(item.label, item.device),
            paint.text(item.status, "ok" if good else "bad"),
            paint.text(minute(item.since) if item.since else "founder", "muted"),
            paint.text(str(item.seq)),
            paint.text("here" if here else ""),
        )

    def haystack(self, item: DeviceView) -> str:
        """Return label and key."""
        return f"{item.label} {item.device} {item.status}"

    def detail(self, item: DeviceView) -> Text:
        """Return everything about a device."""
        paint, me, status = self.paint, self._me(), self.store.get(STATUS)
        attests = me is not None and me.witness == item.device
        rows: list[tuple[str, str | Text]] = [
            ("device", item.device),
            ("status", item.status),
            ("attests", "yes" if attests else "no"),
            ("addresses", " ".join(item.addresses) or "none: it dials others"),
        ]
        if status is not None:
            rows.append(("member", status.member))
        text = paint.heading(f"{named(item.label, item.device)}\n")
        text.append_text(paint.facts(rows))
        text.append_text(
            paint.text(
                "\n\nIn a shell: rochdale device add, rochdale backup create|test|restore."
                "\nA backup never holds a device key: restoring enrols a new device.\n",
                "muted",
            )
        )
        return text

    def nothing(self) -> str:
        """Say why there is none."""
        return "You have no device in this book: you are not a member of it yet."

    def acts(self, item: DeviceView | None) -> list[Act]:
        """Attest and revoke."""
        status = self.store.get(STATUS)
        blocked = why_not_act(status, self.store.link)
        acts = []
        if item is not None and status is not None:
            identity = item.device
            acts = [
                Act("revoke", self.book.key_of("device.revoke"), "Revoke",
                    blocked or why_not_revoke(item, True, status),
                    lambda: self.book.open_form(revoke_form(self.book, identity)))
            ]  # fmt: skip
        return [
            Act("ready", self.book.key_of("device.ready"), "Attest",
                blocked or why_not_ready(status), lambda: open_readiness(self.book)),
            *acts,
        ]  # fmt: skip

    def chosen(self) -> Chosen | None:
        """Return the selected device."""
        item = self.item()
        if item is None:
            return None
        text = named(item.label, item.device)
        return Chosen(text, item.device, "", text, item.model_dump(mode="json"))
