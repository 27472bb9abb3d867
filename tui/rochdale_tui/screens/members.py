"""Members: the register, who applies, offices, and who speaks for a member."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.binding import BindingType

from ..keys import MANDATE_KEYS, MEMBER_KEYS, OFFICE_KEYS
from ..store import APPLICATIONS, MEMBERS
from .office_tabs import MandatesTab, OfficesTab
from .register_tabs import ApplicationsTab, RegisterTab
from .tabs import Tab, TabbedScreen

__all__ = ["MembersScreen"]

REGISTER, APPLYING = 0, 1


class MembersScreen(TabbedScreen):
    """Who the co-op is."""

    MODE = "members"
    TABS = ("Register", "Applications", "Offices", "Mandates")
    BINDINGS: ClassVar[list[BindingType]] = [*MEMBER_KEYS, *OFFICE_KEYS, *MANDATE_KEYS]

    def make_tabs(self) -> tuple[Tab[Any], ...]:
        """Return the register, the applications, the offices and the mandates."""
        return (RegisterTab(self), ApplicationsTab(self), OfficesTab(self), MandatesTab(self))

    def reveal(self, identity: str) -> None:
        """Select a member or an application."""
        number = self.tab
        if any(each.application == identity for each in self.store.get(APPLICATIONS) or ()):
            number = APPLYING
        elif any(each.member == identity for each in self.store.get(MEMBERS) or ()):
            number = REGISTER
        self.open_tab(number, identity)
