"""What all sections have: bars, panes, and one way to be drawn."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from ..keys import BOOK_KEYS, SECTIONS
from ..phrases import clock, crop, minute, named
from ..refounding import mark_of
from ..store import STATUS, Key
from ..theme import Paint
from ..widgets import Line

if TYPE_CHECKING:
    from ..app import RochdaleApp
    from ..store import Store

__all__ = ["BookScreen", "Chosen"]

NARROW = 80
SHORT = 24
WIDE = 110


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is selected, for copying, exporting and verifying; ``record`` may be ""."""

    label: str
    id: str
    record: str
    text: str
    data: dict[str, Any]


_BARS: Final = ("top", "sections", "notice", "keybar")


class BookScreen(Screen[None]):
    """A section: two bars above, panes, two bars below.

    Below 80x24, or zoomed, one pane is shown at a time.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*BOOK_KEYS]
    AUTO_FOCUS = ""
    MODE: ClassVar[str]
    TABS: ClassVar[tuple[str, ...]] = ()
    PANES: ClassVar[tuple[str, ...]]
    """Ids of the panes, the main one first."""

    def __init__(self) -> None:
        super().__init__()
        self.tab = 0
        self.notice = ""
        self._zoomed = False
        self._pane = 0
        self._sections: list[tuple[int, int, str]] = []

    @property
    def book(self) -> RochdaleApp:
        """The app with its own type."""
        return cast("RochdaleApp", self.app)

    @property
    def store(self) -> Store:
        """What was fetched."""
        return self.book.store

    @property
    def paint(self) -> Paint:
        """Colours and glyphs."""
        return self.book.paint

    @property
    def alone(self) -> bool:
        """Whether one pane is shown at a time."""
        return self._zoomed or self.size.width < NARROW or self.size.height < SHORT

    @property
    def current_pane(self) -> Widget:
        """The pane that has the focus, or is shown alone."""
        return self.query_one(f"#{self.PANES[self._pane]}")

    # --- what a section says

    @abstractmethod
    def wants(self) -> Iterable[Key[Any]]:
        """Name what is to be kept fresh."""

    @abstractmethod
    def body(self) -> ComposeResult:
        """Make the panes."""

    @abstractmethod
    def show(self) -> None:
        """Put what the store has into the panes."""

    def chosen(self) -> Chosen | None:
        """Return what is selected."""
        return None

    def go_back(self) -> bool:
        """Undo one step inside the section, such as a filter; say whether there was one."""
        return False

    def reveal(self, identity: str) -> None:
        """Select something, named by another section."""

    # --- drawing

    def compose(self) -> ComposeResult:
        """Put the bars around the panes."""
        yield from (Line(id=name) for name in _BARS[:2])
        yield Container(*self.body(), id="panes")
        yield from (Line(id=name) for name in _BARS[2:])

    def on_mount(self) -> None:
        """Redraw the key bar whenever the bindings in force change."""
        self.bindings_updated_signal.subscribe(self, lambda _: self._draw_keybar())
        self._arrange()
        self.current_pane.focus()

    def on_screen_resume(self) -> None:
        """Show what may have changed meanwhile."""
        self.notice = ""
        self.update_watch()
        self.draw()

    def on_resize(self, event: events.Resize) -> None:
        """Choose the layout for the size."""
        del event
        self._arrange()
        self.draw()

    def update_watch(self) -> None:
        """Tell the store what this screen needs now."""
        if self.is_current or self.book.base is self:
            self.store.watch(self.wants())

    def draw(self) -> None:
        """Draw everything from the store; cheap when nothing changed."""
        if not self.is_mounted or len(self.query(Line)) < len(_BARS):
            return  # the app is ending, and some of what would be drawn on is gone already
        self._draw_top()
        self._draw_sections()
        self.show()
        self._draw_notice()
        self._draw_keybar()

    def say(self, notice: str) -> None:
        """Show a line at the foot until the next key that does something."""
        self.notice = notice
        self._draw_notice()

    def _draw_top(self) -> None:
        paint, store, width = self.paint, self.store, self.size.width
        status = store.get(STATUS)
        right = Text()
        if store.link == "up" and status is not None:
            when = clock(status.minute_time, store.now())
            right = paint.text(f"{minute(status.height)} final {when}", "ok")
        elif store.link == "connecting":
            right = paint.text("connecting", "warn")
        else:
            right = paint.text(f"NODE AWAY since {clock(store.since, store.now())}", "bad")
        if store.unread:
            right.append_text(paint.text(f"  [! {store.unread}]", "accent"))
        left = Text()
        if status is not None:
            ellipsis = paint.glyphs.ellipsis
            room = max(10, width - right.cell_len - 4)
            me = named(status.member_name, status.member, min(26, room), ellipsis)
            tail = f"  {me}  {status.member_status}"
            mark = mark_of(status) and f"  {mark_of(status)}"
            kept = max(4, room - cell_len(mark) - cell_len(tail))
            left = paint.text(crop(status.name, kept, ellipsis), "strong")
            left.append_text(paint.text(mark, "warn"))
            left.append_text(paint.text(tail))
            left.truncate(room)
        gap = max(1, width - left.cell_len - right.cell_len - 2)
        self.query_one("#top", Line).write(Text(" ") + left + Text(" " * gap) + right)

    def _draw_sections(self) -> None:
        width, line = self.size.width, Text()
        self._sections = []
        for digit, mode, name, brief in SECTIONS:
            here = mode == self.MODE
            word = name if width >= 100 or (here and width >= 40) else brief
            if width < NARROW and not here:
                word = ""
            start = line.cell_len + 1
            line.append(" ")
            if here:
                line.append(f"[{digit}{word}]", self.paint.palette.style("strong"))
            else:
                line.append(f"{digit}{word}", self.paint.palette.muted)
            self._sections.append((start, line.cell_len, mode))
        self.query_one("#sections", Line).write(line)

    def on_click(self, event: events.Click) -> None:
        """Go to the section that was clicked."""
        if event.widget is not None and event.widget.id == "sections":
            for start, end, mode in self._sections:
                if start <= event.x < end:
                    self.book.action_go(mode)

    def _draw_notice(self) -> None:
        paint, store = self.paint, self.store
        if self.notice:
            line = paint.text(self.notice, "warn")
        elif store.error is not None:
            line = paint.text(str(store.error), "bad")
            line.append_text(paint.text(" r tries again."))
        elif error := next(
            (store.errors[key] for key in self.wants() if key in store.errors), None
        ):
            line = paint.text(str(error), "bad")
        else:
            at = f"as of {clock(store.as_of, store.now())}" if store.as_of else ""
            line = paint.text(at, "muted")
        self.query_one("#notice", Line).write(Text(" ") + line)

    def _draw_keybar(self) -> None:
        if not self.is_mounted:
            return
        shown: dict[str, Binding] = {}
        for _, binding, _, _ in self.active_bindings.values():
            if binding.show:
                shown.setdefault(binding.action, binding)
        helps = [each for each in shown.values() if each.action == "help"]
        line, room = Text(), self.size.width - 8
        for binding in self.bar(each for each in shown.values() if each not in helps):
            piece = self._key_piece(binding)
            if line.cell_len + piece.cell_len > room:
                break
            line.append_text(piece)
        for binding in helps:
            line.append_text(self._key_piece(binding))
        self.query_one("#keybar", Line).write(line)

    def key_groups(self, own: list[Binding]) -> list[tuple[str, list[Binding]]]:
        """Return the section's own keys as the help shows them."""
        return [(f"On {self.MODE.capitalize()}", own)]

    def bar(self, bindings: Iterable[Binding]) -> list[Binding]:
        """Return the bindings in the order of the key bar; those at its end may not fit."""
        return list(bindings)

    def _key_piece(self, binding: Binding) -> Text:
        piece = self.paint.text(f" {self.book.key_name(binding)}", "accent")
        piece.append_text(self.paint.text(f" {binding.description} "))
        return piece

    # --- panes

    def _arrange(self) -> None:
        panes = [self.query_one(f"#{name}") for name in self.PANES]
        for index, pane in enumerate(panes):
            pane.display = not self.alone or index == self._pane
        self.set_class(self.size.width >= WIDE, "-wide")
        self.set_class(self.alone, "-alone")

    def focus_pane(self, index: int) -> None:
        """Go to a pane; alone, it takes the place of the other."""
        self._pane = index % len(self.PANES)
        self._arrange()
        self.current_pane.focus()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Notice which pane has the focus, by mouse too."""
        if event.widget.id in self.PANES:
            self._pane = self.PANES.index(event.widget.id)

    def action_pane(self, step: int) -> None:
        """Go to the next pane."""
        self.focus_pane(self._pane + step)

    def action_zoom(self) -> None:
        """Show one pane alone, or all."""
        self._zoomed = not self._zoomed
        self._arrange()
        self.current_pane.focus()

    def action_tab(self, step: int) -> None:
        """Go to the next tab."""
        if self.TABS:
            self.tab = (self.tab + step) % len(self.TABS)
            self.notice = ""
            self.tab_changed()
            self.update_watch()
            self.draw()

    def tab_changed(self) -> None:
        """Prepare for another tab."""

    def tabs_title(self, extra: str = "") -> Content:
        """Return the tabs as a pane's title, the current one in brackets."""
        names = (f"[{name}]" if index == self.tab else name for index, name in enumerate(self.TABS))
        return Content(" ".join(names) + (f"  {extra}" if extra else ""))

    # --- keys that all sections have

    def action_back(self) -> None:
        """Go back one step; the last step stays here."""
        if self.notice:
            self.say("")
        elif self.go_back():
            self.update_watch()
            self.draw()
        elif self._pane and self.alone:
            self.focus_pane(0)
        elif self._zoomed:
            self.action_zoom()
        elif self._pane:
            self.focus_pane(0)
        else:
            self.book.go_back()

    def action_filter(self) -> None:
        """Where there is no filter, say so."""
        self.say("There is nothing to filter here.")

    def action_order(self) -> None:
        """Where there is no order, say so."""
        self.say("There is one order here.")

    def action_page(self, step: int) -> None:
        """Where there are no pages, say so."""
        del step
        self.say("All rows are on this page.")

    def action_verify(self) -> None:
        """Show the record behind what is selected, checked by the node now."""
        chosen = self.chosen()
        if chosen is None or not chosen.record:
            self.say("There is no record to verify here.")
        else:
            self.book.go_to("records", chosen.record)

    def action_copy(self) -> None:
        """Offer what can be copied."""
        chosen = self.chosen()
        if chosen is None:
            self.say("There is nothing to copy here.")
        else:
            self.book.open_copy(chosen)

    def action_export(self) -> None:
        """Offer what can be written to a file."""
        chosen = self.chosen()
        if chosen is None or not chosen.record:
            self.say("There is no record to export here.")
        else:
            self.book.open_export(chosen)
