"""Proposals: what is decided, what was said in a room, disputes and delegations."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from textual.binding import BindingType

from rochdale_protocol.governance.entry import LIVE

from ..keys import DELEGATION_KEYS, DISPUTE_KEYS, MEETING_KEYS, PROPOSAL_KEYS
from ..store import PROPOSALS
from .delegation_tab import DelegationsTab
from .dispute_tab import DisputesTab
from .meeting_tab import MeetingsTab
from .proposal_tab import ProposalsTab
from .tabs import Tab, TabbedScreen

__all__ = ["ProposalsScreen"]

OPEN, CLOSED, ALL, MEETINGS, DISPUTES, _ = range(6)
TAB_OF: Final = {"meeting": MEETINGS, "case": DISPUTES}
"""Which tab lists what needs a member, where that is no proposal."""


class ProposalsScreen(TabbedScreen):
    """What was and is being decided."""

    MODE = "proposals"
    TABS = ("Open", "Closed", "All", "Meetings", "Disputes", "Delegations")
    BINDINGS: ClassVar[list[BindingType]] = [
        *PROPOSAL_KEYS,
        *MEETING_KEYS,
        *DISPUTE_KEYS,
        *DELEGATION_KEYS,
    ]

    def make_tabs(self) -> tuple[Tab[Any], ...]:
        """Return three tabs of proposals, meetings, disputes and delegations."""
        return (
            ProposalsTab(self, "Open"),
            ProposalsTab(self, "Closed"),
            ProposalsTab(self, "All"),
            MeetingsTab(self),
            DisputesTab(self),
            DelegationsTab(self),
        )

    def reveal(self, identity: str) -> None:
        """Select a proposal in the tab that holds it, or ``meeting ID`` or ``case ID``."""
        what, _, named = identity.partition(" ")
        if what in TAB_OF:
            self.open_tab(TAB_OF[what], named)
            return
        for each in self.store.get(PROPOSALS) or ():
            if each.proposal == identity:
                self.open_tab(OPEN if each.status in LIVE else CLOSED, identity)
                return
        self.open_tab(ALL, identity)
