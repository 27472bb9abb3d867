"""The tab of standing delegations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from rich.text import Text

from rochdale_protocol.governance.views import DelegationView

from ..actions.delegations import why_not_end_delegation
from ..delegating import delegation_key, open_delegation, open_end_of_delegation
from ..phrases import named
from ..store import DELEGATIONS, MEMBERS, Key
from ..widgets import Cell, Column, Who
from .base import Chosen
from .listing import Act, Order
from .tabs import Tab

__all__ = ["DelegationsTab"]


class DelegationsTab(Tab[DelegationView]):
    """Whose ballot counts where a member doesn't vote."""

    AREAS = ("delegation.",)
    ORDERS: ClassVar[tuple[Order, ...]] = (
        Order("business"),
        Order("member", lambda item: item.name.casefold()),
        Order("holder", lambda item: item.holder_name.casefold()),
    )

    def wants(self, selected: str | None) -> Iterable[Key[Any]]:
        """The delegations, and to whom one may be given."""
        del selected
        return (DELEGATIONS, MEMBERS)

    def source(self) -> Sequence[DelegationView] | None:
        """Return the delegations."""
        return self.store.get(DELEGATIONS)

    def key_of(self, item: DelegationView) -> str:
        """Return the business with the member."""
        return delegation_key(item)

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        return (Column("", 2), Column("business", 16), Column("member"), Column("delegates to"),
                Column("standing", 8))  # fmt: skip

    def cells(self, item: DelegationView) -> tuple[Cell, ...]:
        """Return the row of a delegation."""
        paint, final = self.paint, item.standing == "final"
        return (
            paint.mark("ok" if final else "muted"),
            paint.text(item.business, "accent"),
            Who(item.name, item.member),
            Who(item.holder_name, item.holder),
            paint.text(item.standing, "ok" if final else "muted"),
        )

    def haystack(self, item: DelegationView) -> str:
        """Return business and names."""
        return f"{item.business} {item.name} {item.member} {item.holder_name} {item.holder}"

    def detail(self, item: DelegationView) -> Text:
        """Return everything about a delegation."""
        paint, who = self.paint, named(item.name, item.member)
        text = paint.heading(f"{item.business}: {who}\n")
        return text.append_text(
            paint.facts(
                [
                    ("to", named(item.holder_name, item.holder)),
                    ("standing", item.standing),
                    ("means", f"where {who} doesn't vote on it, that member's own ballot counts"),
                ]
            )
        )

    def nothing(self) -> str:
        """Say what a delegation is for, and which key gives one."""
        return (
            f"Nobody delegates. {self.book.key_of('delegation.give')} lets another member's"
            " ballot count where you don't vote, if the rules allow it."
        )

    def acts(self, item: DelegationView | None) -> list[Act]:
        """Give one, end one."""
        blocked, book = self.blocked(), self.book
        give = self.act("delegation.give", "Delegate", blocked, lambda: open_delegation(book),
                        about=False)  # fmt: skip
        if item is None:
            return [give]
        identity = delegation_key(item)
        why_not = blocked or why_not_end_delegation(item, self.status)
        return [
            self.act("delegation.end", "End this delegation", why_not,
                     lambda: open_end_of_delegation(book, identity)),
            give,
        ]  # fmt: skip

    def chosen(self, item: DelegationView) -> Chosen:
        """Return a delegation."""
        text = f"{item.business}: {named(item.name, item.member)}"
        return Chosen(text, item.member, "", text, item.model_dump(mode="json"))
