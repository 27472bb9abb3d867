"""A section that is a list with a pane about the selected item."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Generic, TypeVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import DataTable, Input

from ..store import Key
from ..widgets import BookTable, Cell, Column, Pane, Row
from .base import BookScreen

__all__ = ["Act", "ListScreen", "Order"]

T = TypeVar("T")

ROWS_MAX: Final = 500
"""A table takes 0.2 ms a row to build: 500 rows in a blink, 10,000 in two seconds."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done; ``why_not`` is "" if it can be now.

    ``about`` says that it is done to the selected item, so that its pane lists it.
    """

    name: str
    key: str
    text: str
    why_not: str
    run: Callable[[], object]
    about: bool = True


@dataclass(frozen=True, slots=True)
class Order:
    """A way to sort a list; the first one is the node's own and sorts nothing."""

    name: str
    key: Callable[[Any], Any] | None = None


class ListScreen(BookScreen, Generic[T]):
    """A list on one side, its selected item on the other.

    The selection is an id. It stays on its item when rows come and go, when the order
    or the page changes; acts are bound to it, never to a row's number.
    """

    PANES: ClassVar[tuple[str, ...]] = ("list", "detail")
    ORDERS: ClassVar[tuple[Order, ...]] = (Order("as the book"),)
    FILTER_HINT: ClassVar[str] = "words that must all occur; enter keeps, esc clears"
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self) -> None:
        super().__init__()
        self.selected: str | None = None
        self.query_text = ""
        self.order = 0
        self._near = 0

    # --- what a section says

    @abstractmethod
    def source(self) -> Sequence[T] | None:
        """Return all items of this tab, or None while they are not here."""

    @abstractmethod
    def key_of(self, item: T) -> str:
        """Return the id of an item."""

    @abstractmethod
    def columns(self) -> Sequence[Column]:
        """Return the columns of this tab."""

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
    def heading(self) -> str:
        """Return the list's name."""

    def acts(self, item: T | None) -> list[Act]:
        """Return what can be done to an item, or here without one."""
        del item
        return []

    def orders(self) -> tuple[Order, ...]:
        """Return the ways to sort this tab."""
        return self.ORDERS

    def source_key(self) -> Key[Any] | None:
        """Return the key of the list itself, to show its error in its place."""
        return next(iter(self.wants()), None)

    # --- items

    def body(self) -> ComposeResult:
        """Make the list, the detail and the filter."""
        yield Input(id="filter", placeholder=self.FILTER_HINT, compact=True)
        yield BookTable(id="list")
        yield Pane(id="detail")

    def on_mount(self) -> None:
        """Hide the filter until it is asked for."""
        self.query_one("#filter", Input).display = False

    def items(self) -> list[T] | None:
        """Return what matches the filter, in order."""
        source = self.source()
        if source is None:
            return None
        words = self.query_text.casefold().split()
        # An id that is listed twice is one thing: the first mention stands.
        unique: dict[str, T] = {}
        for item in source:
            unique.setdefault(self.key_of(item), item)
        items = [
            item
            for item in unique.values()
            if not words or all(word in self.haystack(item).casefold() for word in words)
        ]
        order = self.orders()[self.order].key
        return items if order is None else sorted(items, key=order)

    def item(self) -> T | None:
        """Return the selected item as it was last fetched."""
        for item in self.source() or ():
            if self.key_of(item) == self.selected:
                return item
        return None

    def show(self) -> None:
        """Fill the list and the pane."""
        table, pane = self.query_one("#list", BookTable), self.query_one("#detail", Pane)
        self.adopt_move()
        items = self.items()
        if items is None:
            self._show_absent(table, pane)
            return
        keys = [self.key_of(item) for item in items]
        if self.selected in keys:
            self._near = keys.index(self.selected)
        elif keys:
            self._near = min(self._near, len(keys) - 1)
            self.selected = keys[self._near]
            self.update_watch()
        else:
            self.selected = None
        first = self._near // ROWS_MAX * ROWS_MAX
        rows = [
            Row(self.key_of(item), self.cells(item)) for item in items[first : first + ROWS_MAX]
        ]
        table.fill(self.columns(), rows, self.selected)
        table.border_title = self._title(len(items), first, len(rows))
        item = self.item()
        if item is None:
            pane.write(self.paint.text(self._why_empty(), "muted"))
        else:
            pane.write(self._with_acts(item))

    def _show_absent(self, table: BookTable, pane: Pane) -> None:
        table.fill((), (), None)
        table.border_title = Content(self.heading())
        key = self.source_key()
        error = self.store.errors.get(key) if key is not None else None
        if error is not None:
            pane.write(self.paint.text(str(error), "bad"))
        elif self.store.error is not None:
            pane.write(self.paint.text(str(self.store.error), "bad"))
        else:
            pane.write(self.paint.text("Fetching.", "muted"))

    def _why_empty(self) -> str:
        if self.query_text:
            return f"Nothing matches “{self.query_text}”. esc clears the filter."
        return self.nothing()

    def _title(self, count: int, first: int, shown: int) -> Content:
        parts = [self.heading(), str(count)]
        if count > shown:
            parts.append(f"rows {first + 1}-{first + shown}, > next page")
        if self.query_text:
            parts.append(f"/ {self.query_text}")
        if self.order:
            parts.append(f"by {self.orders()[self.order].name}")
        return Content("  ".join(parts))

    def _with_acts(self, item: T) -> Text:
        """Put what can be done, and why not, beneath the detail's first line."""
        paint, allowed = self.paint, Text()
        waiting: dict[str, list[str]] = {}
        for act in self.acts(item):
            if act.about and act.why_not:
                waiting.setdefault(act.why_not, []).append(f"{act.key} {act.text}")
            elif act.about:
                allowed.append_text(paint.text(f"{act.key} ", "accent"))
                allowed.append_text(paint.text(f"{act.text}  "))
        blocked = [
            paint.text(f"Not now, {why}: {', '.join(names)}", "muted")
            for why, names in waiting.items()
        ]
        lines = self.detail(item).split("\n", allow_blank=True)
        head, rest = lines[0], lines[1:]
        return Text("\n").join([head, *([allowed] if allowed else []), *blocked, *rest])

    # --- moving

    @on(DataTable.RowHighlighted, "#list")
    def _moved(self, event: DataTable.RowHighlighted) -> None:
        event.stop()
        if self.adopt_move():
            self.draw()

    def adopt_move(self) -> bool:
        """Select the row that the user went to; say whether there was one.

        The table is asked, not the event: rows may have changed since the event was
        sent, and a drawing that comes before the event must not move the cursor back.
        """
        moved = self.query_one("#list", BookTable).moved
        if moved is None or moved == self.selected:
            return False
        self.selected = moved
        self.notice = ""
        self.selection_moved()
        self.update_watch()
        return True

    def selection_moved(self) -> None:
        """Begin reading another item at its top."""
        self.query_one("#detail", Pane).scroll_home(animate=False)

    @on(DataTable.RowSelected, "#list")
    def _opened(self, event: DataTable.RowSelected) -> None:
        event.stop()
        self.focus_pane(1)

    def reveal(self, identity: str) -> None:
        """Select an item, whatever the filter was."""
        self.query_text = ""
        self.selected = identity
        if self.is_mounted:
            self.query_one("#filter", Input).value = ""
            self.focus_pane(1 if self.alone else 0)
            self.update_watch()
            self.draw()

    def action_page(self, step: int) -> None:
        """Select the first row of another page."""
        items = self.items() or []
        first = (self._near // ROWS_MAX + step) * ROWS_MAX
        if 0 <= first < len(items):
            self.selected = self.key_of(items[first])
            self.update_watch()
            self.draw()
        else:
            self.say("There is no further page.")

    def action_order(self) -> None:
        """Sort by the next column."""
        self.order = (self.order + 1) % len(self.orders())
        self.draw()

    def tab_changed(self) -> None:
        """Begin at the top of another tab."""
        self.query_one("#detail", Pane).scroll_home(animate=False)

    # --- filter

    def action_filter(self) -> None:
        """Ask for words."""
        field = self.query_one("#filter", Input)
        field.display = True
        field.focus()

    @on(Input.Changed, "#filter")
    def _filter_changed(self, event: Input.Changed) -> None:
        if event.value != self.query_text:
            self.query_text = event.value
            self.filter_changed()

    def filter_changed(self) -> None:
        """Show what matches now."""
        self.draw()

    @on(Input.Submitted, "#filter")
    def _filter_kept(self) -> None:
        self.query_one("#filter", Input).display = bool(self.query_text)
        self.focus_pane(0)

    def go_back(self) -> bool:
        """Clear the filter."""
        field = self.query_one("#filter", Input)
        if not field.display:
            return False
        field.display = False
        field.value = self.query_text = ""
        self.filter_changed()
        self.focus_pane(0)
        return True

    # --- acting

    def bar(self, bindings: Iterable[Binding]) -> list[Binding]:
        """Put first what can be done, then what can't now; leave out what never fits here."""
        acts = {act.name: act for act in self.acts(self.item())}
        ranked: list[tuple[int, Binding]] = []
        for binding in bindings:
            name = binding.action.removeprefix("act('").removesuffix("')")
            act = acts.get(name)
            if name == binding.action:
                ranked.append((2, binding))
            elif act is not None and (act.about or not act.why_not):
                ranked.append((bool(act.why_not), binding))
        own = [each.id for each in type(self).BINDINGS if isinstance(each, Binding)]
        place = {name: number for number, name in enumerate(own)}
        ranked.sort(key=lambda each: (each[0], place.get(each[1].id, 0)))
        return [binding for _, binding in ranked]

    def action_act(self, name: str) -> None:
        """Do what a capital stands for, or say why not."""
        for act in self.acts(self.item()):
            if act.name == name:
                if act.why_not:
                    self.say(f"{act.key} {act.text}: not now, {act.why_not}.")
                else:
                    self.notice = ""
                    act.run()
                return
        self.say("Nothing is selected for that.")

    def find(self, items: Iterable[T] | None, identity: str) -> T | None:
        """Return the item with an id."""
        return next((item for item in items or () if self.key_of(item) == identity), None)
