"""Records: filter, verify, trace, and look at the bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Final, Literal

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import DataTable, Input

from rochdale_protocol.views import Checked, RecordView

from ..client import PAGE_MAX, RecordQuery
from ..keys import RECORD_KEYS
from ..phrases import clock, crop, minute, moment, named, short
from ..search import parse_query
from ..store import MEMBERS, Key, checks_of, raw_of, record_of, records_like
from ..widgets import BookTable, Cell, Column, Pane, Row, Who
from .base import Chosen
from .listing import ListScreen

__all__ = ["RecordsScreen"]

TEXT, JSON, HEX = range(3)
TIMES: Final = frozenset({"at", "closes", "expires", "happened"})
"""Fields of bodies that are times in milliseconds."""

HEX_LINES_MAX: Final = 512
"""8 KiB in the hex view; export has them all."""

ROLES: dict[str, Literal["ok", "muted", "bad"]] = {
    "final": "ok",
    "pending": "muted",
    "refused": "bad",
}


class RecordsScreen(ListScreen[RecordView]):
    """Everything that was ever signed in this book."""

    MODE = "records"
    TABS = ("Text", "JSON", "Hex")
    PANES = ("list", "verify", "links", "content")
    FILTER_HINT = "type:ballot author:elm since:7d state:refused words"
    BINDINGS: ClassVar[list[BindingType]] = [*RECORD_KEYS]

    def __init__(self) -> None:
        super().__init__()
        self.query_now = RecordQuery()
        self.trail: list[str] = []
        """Records that were followed from the selected one, the one shown last."""

    @property
    def subject(self) -> str | None:
        """The record that the panes are about."""
        return self.trail[-1] if self.trail else self.selected

    def wants(self) -> Iterable[Key[Any]]:
        """A page of records, and the one shown with its checks."""
        keys: list[Key[Any]] = [records_like(self.query_now), MEMBERS]
        if self.subject is not None:
            if self._listed(self.subject) is None:
                keys.append(record_of(self.subject))
            keys.append(checks_of(self.subject))
            if self.tab == HEX:
                keys.append(raw_of(self.subject))
        return keys

    def body(self) -> ComposeResult:
        """Make the list, and three panes about one record."""
        yield Input(id="filter", placeholder=self.FILTER_HINT, compact=True)
        yield BookTable(id="list")
        yield Pane(id="verify")
        yield Pane(id="content")
        yield BookTable(id="links")

    def heading(self) -> str:
        """Return the list's name."""
        return "RECORDS"

    def source(self) -> Sequence[RecordView] | None:
        """Return the page that is here."""
        page = self.store.get(records_like(self.query_now))
        return None if page is None else page.records

    def items(self) -> list[RecordView] | None:
        """Return the page: the node filtered it."""
        source = self.source()
        return None if source is None else list(source)

    def key_of(self, item: RecordView) -> str:
        """Return the record's id."""
        return item.record

    def columns(self) -> Sequence[Column]:
        """Return the columns."""
        kind = 20 if self.size.width >= 110 else 9
        return (Column("", 2), Column("when", 7), Column("type", kind), Column("author"))

    def cells(self, item: RecordView) -> tuple[Cell, ...]:
        """Return the row of a record."""
        paint = self.paint
        return (
            paint.mark(ROLES[item.state]),
            paint.text(clock(item.at, self.store.now()), "muted"),
            paint.text(item.kind if self.size.width >= 110 else _brief(item.kind)),
            Who(item.name, item.member or item.device),
        )

    def haystack(self, item: RecordView) -> str:
        """Return nothing: the node filters."""
        return item.summary

    def nothing(self) -> str:
        """Say why there is none."""
        return "There is no record yet beyond the charter."

    def detail(self, item: RecordView) -> Text:
        """Return the checks, the list's neighbour."""
        return self._verify(item)

    def _listed(self, identity: str) -> RecordView | None:
        for record in self.source() or ():
            if record.record == identity:
                return record
        return None

    def item(self) -> RecordView | None:
        """Return the record that the panes are about."""
        if self.subject is None:
            return None
        return self._listed(self.subject) or self.store.get(record_of(self.subject))

    # --- drawing

    def show(self) -> None:
        """Fill the list and the three panes."""
        table = self.query_one("#list", BookTable)
        verify = self.query_one("#verify", Pane)
        self.adopt_move()
        items = self.items()
        if items is None:
            self._show_absent(table, verify)
            self._show_record(None)
            return
        keys = [item.record for item in items]
        if self.selected not in keys and not self.trail:
            self._near = min(self._near, max(0, len(keys) - 1))
            self.selected = keys[self._near] if keys else None
            self.update_watch()
        elif self.selected in keys:
            self._near = keys.index(self.selected)
        rows = [Row(item.record, self.cells(item)) for item in items]
        table.fill(self.columns(), rows, self.selected)
        page = self.store.get(records_like(self.query_now))
        total = 0 if page is None else page.total
        table.border_title = self._title(total, self.query_now.offset, len(rows))
        self._show_record(self.item())

    def _show_record(self, item: RecordView | None) -> None:
        verify, content = self.query_one("#verify", Pane), self.query_one("#content", Pane)
        content.border_title = self.tabs_title()
        if item is None:
            content.write(Text())
            self.query_one("#links", BookTable).fill((), (), None)
            if self.items() is not None:
                verify.border_title = Content("VERIFY")
                verify.write(self._absent())
            return
        trail = f", {len(self.trail)} followed" if self.trail else ""
        verify.border_title = Content(f"VERIFY {short(item.record)} {self._verdict(item)}{trail}")
        verify.write(self._verify(item))
        content.write((self._text, self._json, self._hex)[self.tab](item))
        self._show_links(item)

    def _absent(self) -> Text:
        if self.subject is None:
            return self.paint.text(self._why_empty(), "muted")
        error = self.store.errors.get(record_of(self.subject))
        if error is not None:
            return self.paint.text(str(error), "bad")
        return self.paint.text("Fetching.", "muted")

    def _verdict(self, item: RecordView) -> str:
        checks = self.store.get(checks_of(item.record))
        if checks is None:
            return ""
        return "ok" if all(check.ok for check in checks) else "NOT OK"

    def _verify(self, item: RecordView) -> Text:
        paint, key = self.paint, checks_of(item.record)
        checks = self.store.get(key)
        if checks is None:
            error = self.store.errors.get(key)
            return paint.text(str(error) if error else "Checking.", "bad" if error else "muted")
        return Text("\n").join([self._check(check) for check in checks])

    def _check(self, check: Checked) -> Text:
        paint = self.paint
        line = paint.mark("ok" if check.ok else "bad")
        line.append_text(paint.text(f" {check.name:<12}", "plain" if check.ok else "bad"))
        if check.ok:
            # One line each where all is well; a pane alone on the screen has room for all.
            room = self.query_one("#verify", Pane).scrollable_content_region.width - 17
            detail = crop(check.detail, max(room, 20), paint.glyphs.ellipsis)
            line.append_text(paint.text(detail, "muted"))
        else:
            code = f" ({check.code})" if check.code else ""
            line.append_text(paint.text(f"{check.detail}{code}", "bad"))
        return line

    def _text(self, item: RecordView) -> Text:
        paint = self.paint
        where = f"{minute(item.height)}, no {item.index}" if item.height else "not in a minute yet"
        state: Text = paint.text(item.state, ROLES[item.state])
        if item.code:
            state.append_text(paint.text(f": {item.code}", "bad"))
        rows: list[tuple[str, str | Text]] = [
            ("what", item.summary),
            ("kind", item.kind),
            ("by", named(item.name, item.member)),
            ("device", f"{short(item.device)}, its record no {item.seq}"),
            ("at", moment(item.at)),
            ("state", state),
            ("where", where),
            ("size", f"{item.size} bytes"),
            ("id", item.record),
        ]
        text = paint.facts(rows)
        if item.body is None:
            text.append_text(paint.text("\n\nIts body was erased; the chain still holds.", "warn"))
            return text
        text.append_text(paint.heading("\n\nBody\n"))
        fields = [(name, _plain(name, value)) for name, value in item.body.items()]
        width = max((len(name) for name, _ in fields), default=0)
        text.append_text(paint.facts(list(fields), min(width, 16)))
        return text

    def _json(self, item: RecordView) -> Text:
        data = item.model_dump(mode="json")
        return self.paint.text(json.dumps(data, indent=2, ensure_ascii=False))

    def _hex(self, item: RecordView) -> Text:
        raw = self.store.get(raw_of(item.record))
        if raw is None:
            error = self.store.errors.get(raw_of(item.record))
            return self.paint.text(str(error) if error else "Fetching.", "muted")
        parts = [("header", raw["header"]), ("body", raw["body"] or "")]
        text = Text()
        for name, part in parts:
            data = part.encode("utf-8", "surrogatepass")
            text.append_text(self.paint.heading(f"{name}, {len(data)} bytes\n"))
            text.append_text(self.paint.text("\n".join(_dump(data, self._dump_width())) + "\n"))
        return text

    def _dump_width(self) -> int:
        room = self.query_one("#content", Pane).scrollable_content_region.width
        return 16 if room >= 70 else 8

    # --- links

    def _links(self, item: RecordView) -> list[tuple[str, str]]:
        links = [("about", ref) for ref in item.refs]
        if item.prev.strip("0"):
            links.append(("previous", item.prev))
        if item.height:
            links.append(("minute", minute(item.height)))
        return links

    def _show_links(self, item: RecordView) -> None:
        paint, table = self.paint, self.query_one("#links", BookTable)
        links = self._links(item)
        rows = [
            Row(f"{name} {target}", (paint.text(name, "muted"), paint.text(target[:16], "accent")))
            for name, target in links
        ]
        table.fill((Column("", 9), Column("")), rows, table.selected)
        table.show_header = False
        table.border_title = Content(f"LINKS {len(links)}")

    @on(DataTable.RowSelected, "#links")
    def _followed(self, event: DataTable.RowSelected) -> None:
        event.stop()
        if event.row_key.value is not None:
            self.follow(event.row_key.value.rpartition(" ")[2])

    def follow(self, target: str) -> None:
        """Go to a record or a minute."""
        if target.startswith("M"):
            self.book.go_to("federation", target)
            return
        self.trail.append(target)
        self.update_watch()
        self.draw()

    def action_previous(self) -> None:
        """Go to the record before, of the same device."""
        item = self.item()
        if item is None or not item.prev.strip("0"):
            self.say("It is the first record of its device.")
        else:
            self.follow(item.prev)

    def go_back(self) -> bool:
        """Go back along the trail, then clear the filter."""
        if self.trail:
            self.trail.pop()
            return True
        return super().go_back()

    def selection_moved(self) -> None:
        """Leave the trail: the panes are about the selected record again."""
        self.trail.clear()
        self.query_one("#content", Pane).scroll_home(animate=False)

    def tab_changed(self) -> None:
        """Begin at the top of the other view."""
        self.query_one("#content", Pane).scroll_home(animate=False)

    def reveal(self, identity: str) -> None:
        """Show any record, listed or not."""
        if self._listed(identity) is not None:
            self.trail.clear()
            self.selected = identity
        else:
            self.trail = [identity]
        if self.is_mounted:
            self.focus_pane(1 if self.alone else 0)
            self.update_watch()
            self.draw()

    # --- filter and pages

    def filter_changed(self) -> None:
        """Ask the node for what matches."""
        members = self.store.get(MEMBERS) or []
        query, problem = parse_query(self.query_text, members, self.store.now())
        self.notice = problem
        self.query_now = query
        self.trail.clear()
        self.selected, self._near = None, 0
        self.update_watch()
        self.draw()

    def action_page(self, step: int) -> None:
        """Ask the node for another page."""
        page = self.store.get(records_like(self.query_now))
        offset = self.query_now.offset + step * PAGE_MAX
        if page is None or not 0 <= offset < max(page.total, 1):
            self.say("There is no further page.")
            return
        old = self.query_now
        self.query_now = RecordQuery(old.kind, old.author, old.since, old.text, old.state, offset)
        self.selected, self._near = None, 0
        self.trail.clear()
        self.update_watch()
        self.draw()

    def action_order(self) -> None:
        """There is one order: as they came."""
        self.say("Records are listed as they came, the newest first.")

    def action_verify(self) -> None:
        """Check the record again, now."""
        self.store.refresh()
        self.say("Checking again.")

    def chosen(self) -> Chosen | None:
        """Return the record that the panes are about."""
        item = self.item()
        if item is None:
            return None
        return Chosen(item.kind, item.record, item.record, item.summary,
                      item.model_dump(mode="json"))  # fmt: skip


def _brief(kind: str) -> str:
    area, _, act = kind.partition(".")
    return area if act in ("cast", "new") else act


def _plain(name: str, value: Any) -> str:
    if name in TIMES and isinstance(value, int):
        return moment(value)
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _dump(data: bytes, width: int) -> list[str]:
    lines = []
    for start in range(0, min(len(data), HEX_LINES_MAX * width), width):
        row = data[start : start + width]
        seen = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in row)
        lines.append(f"{start:05x} {row.hex(' '):<{3 * width}} {seen}")
    if len(data) > HEX_LINES_MAX * width:
        lines.append(f"and {len(data) - HEX_LINES_MAX * width} bytes more: x exports all")
    return lines
