"""The pieces that all screens are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

from rich.text import Text
from textual import events
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import DataTable, Static

from .keys import TABLE_KEYS, TEXT_KEYS
from .phrases import named

if TYPE_CHECKING:
    from .app import RochdaleApp

__all__ = ["BookTable", "Cell", "Choice", "Column", "Line", "Pane", "Row", "Who", "app_of"]


def app_of(widget: Widget) -> RochdaleApp:
    """Return the app with its own type."""
    return cast("RochdaleApp", widget.app)


@dataclass(frozen=True, slots=True)
class Who:
    """A name in a table: its key stays whole however narrow the column is."""

    name: str
    key: str


Cell = Text | Who


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``width`` in cells, 0 for a share of what is left."""

    title: str
    width: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A row, by the id of what it shows."""

    key: str
    cells: tuple[Cell, ...]


class BookTable(DataTable[Text]):
    """A table whose cursor stays on its record, whatever happens to the rows around it."""

    BINDINGS: ClassVar[list[BindingType]] = [*TABLE_KEYS]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id, cursor_type="row", cell_padding=0)
        self._shown: tuple[tuple[Column, ...], tuple[Row, ...], int] | None = None
        self._placed: str | None = None

    @property
    def moved(self) -> str | None:
        """The row that the user went to since the rows were last filled in, if any."""
        selected = self.selected
        return None if selected == self._placed else selected

    @property
    def selected(self) -> str | None:
        """The id of the row under the cursor."""
        if not self.row_count:
            return None
        return self.coordinate_to_cell_key(self.cursor_coordinate).row_key.value

    def fill(self, columns: Sequence[Column], rows: Sequence[Row], selected: str | None) -> None:
        """Show these rows with the cursor on ``selected``.

        If that one is gone the cursor stays near where it was.
        """
        shown = (tuple(columns), tuple(rows), self.scrollable_content_region.width)
        keys = [row.key for row in rows]
        near = self.cursor_row
        if shown != self._shown:
            self._shown = shown
            scroll = self.scroll_offset
            self.clear(columns=True)
            widths = self._widths(columns)
            for column, width in zip(columns, widths, strict=True):
                self.add_column(Text(column.title), width=width)
            keys = _distinct(keys)
            for row, key in zip(rows, keys, strict=True):
                cells = (
                    self._fit(cell, width) for cell, width in zip(row.cells, widths, strict=True)
                )
                self.add_row(*cells, key=key)
            self.scroll_to(scroll.x, scroll.y, animate=False, immediate=True)
        if keys:
            index = keys.index(selected) if selected in keys else min(near, len(keys) - 1)
            if index != self.cursor_row:
                self.move_cursor(row=index, animate=False, scroll=True)
        self._placed = self.selected

    def _widths(self, columns: Sequence[Column]) -> list[int]:
        whole = (self.scrollable_content_region.width or self.size.width or 78) - 1
        spare = whole - sum(column.width + 1 for column in columns)
        shares = [column for column in columns if not column.width]
        share = max(8, spare // len(shares)) if shares else 0
        return [(column.width or share) + 1 for column in columns]

    def _fit(self, cell: Cell, width: int) -> Text:
        paint = app_of(self).paint
        if isinstance(cell, Who):
            text = named(cell.name, cell.key, width - 1, paint.glyphs.ellipsis)
            return Text(text, no_wrap=True, end="")
        fitted = cell.copy()
        if fitted.cell_len > width - 1:
            fitted.truncate(width - 1 - len(paint.glyphs.ellipsis))
            fitted.append(paint.glyphs.ellipsis)
        fitted.no_wrap = True
        return fitted

    def on_resize(self, event: events.Resize) -> None:
        """Fit the columns to the new width, keeping the row."""
        del event
        if self._shown is not None and self._shown[2] != self.scrollable_content_region.width:
            columns, rows, _ = self._shown
            self.fill(columns, rows, self.selected)


def _distinct(keys: Sequence[str]) -> list[str]:
    """Return the keys, repeated ones with a number: an id may stand in two rows."""
    seen: dict[str, int] = {}
    distinct = []
    for key in keys:
        seen[key] = seen.get(key, 0) + 1
        distinct.append(key if seen[key] == 1 else f"{key} {seen[key]}")
    return distinct


class Pane(VerticalScroll):
    """A pane of text that scrolls and can have the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [*TEXT_KEYS]

    def __init__(self, *, id: str, title: str = "") -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self.border_title = Content(title)
        self._static = Static(markup=False)
        self._text: Text | None = None

    def compose(self) -> list[Widget]:
        """Hold one text."""
        return [self._static]

    def write(self, text: Text) -> None:
        """Show another text; the place stays if it is the same."""
        if text != self._text:
            self._text = text
            self._static.update(text)

    @property
    def text(self) -> str:
        """What is shown, without its style."""
        return "" if self._text is None else self._text.plain


class Line(Static):
    """One line of a bar."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id, markup=False)
        self._text: Text | None = None

    def write(self, text: Text) -> None:
        """Show another text; a new layout, which is slow, only if its lines change."""
        if text != self._text:
            was = "" if self._text is None else self._text.plain
            self._text = text
            wide = self.size.width or 1
            self.update(text, layout=text.cell_len > wide or len(was) > wide)


OPTIONS_MAX = 5
"""Options that fit on a line beside a label at 80 columns."""


class Choice(Static, can_focus=True):
    """One of a few words, chosen with the arrow keys, or space for the next.

    Nothing is chosen at first unless ``value`` says so.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("left,h", "move(-1)", "Previous choice"),
        ("right,l,space", "move(1)", "Next choice"),
    ]

    value: reactive[str] = reactive("")

    class Changed(Message):
        """Another option was chosen."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

        @property
        def control(self) -> Choice:
            """The widget."""
            return self.choice

    def __init__(self, options: Sequence[str], value: str = "", *, id: str) -> None:  # noqa: A002
        super().__init__(id=id, markup=False)
        self.options = tuple(options)
        self.set_reactive(Choice.value, value)

    def render(self) -> Text:
        """Show all options, the chosen one marked; of many, the chosen one alone."""
        if len(self.options) > OPTIONS_MAX:
            number = self.options.index(self.value) + 1 if self.value else 0
            return Text(f"< {self.value} >  {number} of {len(self.options)}")
        marks = ((f"({'x' if option == self.value else ' '}) {option}") for option in self.options)
        return Text("  ".join(marks))

    def watch_value(self) -> None:
        """Tell whoever listens."""
        self.post_message(self.Changed(self))

    def action_move(self, step: int) -> None:
        """Choose the next or previous option."""
        if self.value in self.options:
            index = (self.options.index(self.value) + step) % len(self.options)
        else:
            index = 0 if step > 0 else len(self.options) - 1
        self.value = self.options[index]

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked."""
        if len(self.options) > OPTIONS_MAX:
            self.action_move(1)
            return
        start = 0
        for option in self.options:
            end = start + len(option) + 4
            if start <= event.x < end:
                self.value = option
            start = end + 2
