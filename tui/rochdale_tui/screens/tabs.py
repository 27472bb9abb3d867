"""A section whose tabs list different things: each tab is a class of its own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from rich.text import Text
from textual.binding import Binding

from ..actions.review import why_not_act
from ..store import STATUS, Key
from ..widgets import Cell, Column
from .base import Chosen
from .listing import Act, ListScreen, Order

if TYPE_CHECKING:
    from rochdale_protocol.views import StatusView

    from ..app import RochdaleApp
    from ..store import Store
    from ..theme import Paint

__all__ = ["Tab", "TabbedScreen"]

T = TypeVar("T")


class Tab(ABC, Generic[T]):
    """One list of a section, with what can be done there."""

    AREAS: ClassVar[tuple[str, ...]]
    """The beginnings of the names of the acts that its keys are for."""
    ORDERS: ClassVar[tuple[Order, ...]] = (Order("as the book"),)

    def __init__(self, screen: TabbedScreen) -> None:
        self.screen = screen

    @property
    def book(self) -> RochdaleApp:
        """The app."""
        return self.screen.book

    @property
    def store(self) -> Store:
        """What was fetched."""
        return self.screen.store

    @property
    def paint(self) -> Paint:
        """Colours and glyphs."""
        return self.screen.paint

    @property
    def status(self) -> StatusView | None:
        """Where the book stands."""
        return self.store.get(STATUS)

    @abstractmethod
    def wants(self, selected: str | None) -> Iterable[Key[Any]]:
        """Name what is to be kept fresh, the tab's own list first."""

    @abstractmethod
    def source(self) -> Sequence[T] | None:
        """Return all items, or None while they are not here."""

    @abstractmethod
    def key_of(self, item: T) -> str:
        """Return the id of an item."""

    @abstractmethod
    def columns(self) -> Sequence[Column]:
        """Return the columns."""

    @abstractmethod
    def cells(self, item: T) -> tuple[Cell, ...]:
        """Return the row of an item."""

    @abstractmethod
    def haystack(self, item: T) -> str:
        """Return what a filter looks through."""

    @abstractmethod
    def detail(self, item: T) -> Text:
        """Return everything about an item."""

    @abstractmethod
    def nothing(self) -> str:
        """Say why the list is empty and which key is next."""

    @abstractmethod
    def acts(self, item: T | None) -> list[Act]:
        """Return what can be done to an item, or here without one."""

    @abstractmethod
    def chosen(self, item: T) -> Chosen:
        """Return an item for copying, exporting and verifying."""

    def holds(self, identity: str) -> bool:
        """Say whether something with this id is listed here."""
        return any(self.key_of(each) == identity for each in self.source() or ())

    def blocked(self, *, suspended: bool = False) -> str:
        """Say why this member can sign nothing here now."""
        return why_not_act(self.status, self.store.link, suspended=suspended)

    def act(
        self, name: str, text: str, why_not: str, run: Callable[[], object], *, about: bool = True
    ) -> Act:
        """Return an act with the key that is bound to its name."""
        return Act(name, self.book.key_of(name), text, why_not, run, about)


class TabbedScreen(ListScreen[Any]):
    """A section of several lists."""

    def __init__(self) -> None:
        super().__init__()
        self.tabs = self.make_tabs()

    @abstractmethod
    def make_tabs(self) -> tuple[Tab[Any], ...]:
        """Return the tabs, as many as ``TABS`` names."""

    @property
    def current(self) -> Tab[Any]:
        """The tab that is open."""
        return self.tabs[self.tab]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the acts of the open tab alone: others may have the same keys."""
        if action == "act" and not str(parameters[0]).startswith(self.current.AREAS):
            return False
        return super().check_action(action, parameters)

    def key_groups(self, own: list[Binding]) -> list[tuple[str, list[Binding]]]:
        """Return the open tab's keys first."""
        here = [each for each in own if (each.id or "").startswith(self.current.AREAS)]
        others = [each for each in own if each not in here]
        name = self.MODE.capitalize()
        return [(f"On {name}, {self.TABS[self.tab]}", here), (f"On other tabs of {name}", others)]

    def wants(self) -> Iterable[Key[Any]]:
        """What the tab shows."""
        return self.current.wants(self.selected)

    def heading(self) -> str:
        """Return the tabs."""
        return self.tabs_title().plain

    def tab_changed(self) -> None:
        """Begin at the top, in the tab's own order."""
        super().tab_changed()
        self.order = self._near = 0

    def orders(self) -> tuple[Order, ...]:
        """Return the tab's."""
        return self.current.ORDERS

    def source(self) -> Sequence[Any] | None:
        """Return the tab's."""
        return self.current.source()

    def key_of(self, item: Any) -> str:
        """Return the id of an item of this tab."""
        return self.current.key_of(item)

    def columns(self) -> Sequence[Column]:
        """Return the tab's."""
        return self.current.columns()

    def cells(self, item: Any) -> tuple[Cell, ...]:
        """Return the row of an item of this tab."""
        return self.current.cells(item)

    def haystack(self, item: Any) -> str:
        """Return what a filter looks through."""
        return self.current.haystack(item)

    def detail(self, item: Any) -> Text:
        """Return everything about an item of this tab."""
        return self.current.detail(item)

    def nothing(self) -> str:
        """Return what the tab says when it is empty."""
        return self.current.nothing()

    def acts(self, item: Any | None) -> list[Act]:
        """Return the tab's."""
        return self.current.acts(item)

    def chosen(self) -> Chosen | None:
        """Return the selected item."""
        item = self.item()
        return None if item is None else self.current.chosen(item)

    def open_tab(self, number: int, identity: str) -> None:
        """Select something in a tab, whatever was open."""
        if number != self.tab:
            self.tab, self.order = number, 0
        super().reveal(identity)

    def reveal(self, identity: str) -> None:
        """Select something in the first tab that holds it."""
        found = (number for number, each in enumerate(self.tabs) if each.holds(identity))
        self.open_tab(next(found, self.tab), identity)
