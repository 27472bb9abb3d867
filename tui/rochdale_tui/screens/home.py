"""Home: what needs you, by deadline; the co-op; the network; since your last visit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import DataTable

from rochdale_protocol.views import Attention, RecordView, StatusView

from ..client import RecordQuery
from ..departure import departure, has_left
from ..phrases import clock, minute, named, short, until
from ..refounding import mark_of, origin_of
from ..store import ATTENTION, COOP, EVIDENCE, MEMBERS, STATUS, Key, minutes_before, records_like
from ..theme import Role
from ..widgets import BookTable, Column, Pane, Row
from .base import BookScreen, Chosen

__all__ = ["HomeScreen"]

SECTION_OF: Final[dict[str, str]] = {
    "ballot": "proposals",
    "meeting": "proposals",
    "sign": "agreements",
    "confirm": "contributions",
    "dispute": "contributions",
    "case": "proposals",
    "apply": "members",
    "backup": "keys",
    "witness": "keys",
    "fault": "federation",
    "alert": "federation",
}
"""Where each thing that needs a member is done."""

SOON_MS: Final = 24 * 3_600_000
LATEST: Final = records_like(RecordQuery())


class HomeScreen(BookScreen):
    """The first page: what to do, and what happened."""

    MODE = "home"
    PANES = ("needs", "coop", "network", "since")

    def __init__(self) -> None:
        super().__init__()
        self.selected: str | None = None
        self._left = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer no filter: everything here is short."""
        return False if action == "filter" else super().check_action(action, parameters)

    def wants(self) -> Iterable[Key[Any]]:
        """Everything that is summed up here."""
        register = (MEMBERS,) if self._left else ()
        return (ATTENTION, COOP, EVIDENCE, LATEST, minutes_before(0), *register)

    def _departure(self) -> str:
        return departure(self.store.get(STATUS), self.store.get(MEMBERS))

    def body(self) -> ComposeResult:
        """Four panes."""
        yield BookTable(id="needs")
        yield Pane(id="coop", title="CO-OP")
        yield Pane(id="network", title="NETWORK")
        yield BookTable(id="since")

    def show(self) -> None:
        """Draw the four panes."""
        if has_left(self.store.get(STATUS)) is not self._left:
            self._left = not self._left
            self.update_watch()
        self._show_needs()
        self._show_coop()
        self._show_network()
        self._show_since()

    # --- needs you

    def _show_needs(self) -> None:
        table, paint = self.query_one("#needs", BookTable), self.paint
        needs = self.store.get(ATTENTION)
        if not needs:
            error = self.store.errors.get(ATTENTION) or self.store.error
            say = "Nothing needs you now. 3 proposals, 4 agreements, 5 contributions."
            if how := self._departure():
                say = f"{how[:1].upper()}{how[1:]}: there is nothing to sign. It stays readable."
            if needs is None:
                say = str(error) if error else "Fetching."
            table.fill((Column(""),), (Row("", (paint.text(say, "muted"),)),), None)
            table.border_title = Content("NEEDS YOU")
            return
        columns = (
            Column("", 2), Column("due", 8), Column("what", 7), Column("no", 8), Column("about"),
            Column("")
        )  # fmt: skip
        self.selected = table.moved or self.selected
        table.fill(columns, [self._need(need) for need in needs], self.selected)
        table.border_title = Content(f"NEEDS YOU {len(needs)}")

    def _need(self, need: Attention) -> Row:
        paint, now = self.paint, self.store.now()
        role: Literal["ok", "warn", "bad", "muted"] = "muted"
        if need.what in ("fault", "alert") or 0 < need.due < now:
            role = "bad"
        elif 0 < need.due < now + SOON_MS:
            role = "warn"
        plain = "plain" if role == "muted" else role
        return Row(
            f"{need.what} {need.id}",
            (
                paint.mark(role),
                paint.text(until(need.due, now), plain),
                paint.text(need.what),
                paint.text(need.label, "accent"),
                paint.text(need.title, "strong"),
                paint.text(need.detail, "muted"),
            ),
        )

    @on(DataTable.RowHighlighted, "#needs")
    def _moved(self, event: DataTable.RowHighlighted) -> None:
        event.stop()
        self.selected = self.query_one("#needs", BookTable).selected

    @on(DataTable.RowSelected, "#needs")
    def _opened(self, event: DataTable.RowSelected) -> None:
        event.stop()
        need = self._chosen_need()
        if need is not None:
            prefix = f"{need.what} " if need.what in ("meeting", "case") else ""
            self.book.go_to(SECTION_OF[need.what], prefix + need.id)

    def _chosen_need(self) -> Attention | None:
        for need in self.store.get(ATTENTION) or ():
            if f"{need.what} {need.id}" == self.selected:
                return need
        return None

    # --- the co-op and the network

    def _show_coop(self) -> None:
        paint, status, coop = self.paint, self.store.get(STATUS), self.store.get(COOP)
        if status is None:
            text = paint.text("Fetching.", "muted")
        else:
            applying = f", {status.applications} applying" if status.applications else ""
            rows: list[tuple[str, str | Text]] = [
                ("members", f"{status.members}{applying}"),
                ("proposals", f"{status.proposals_open} open"),
                ("pending", f"{status.pending} wait for a minute"),
                ("you", self._departure()
                        or f"{status.member_status}, device {status.device_status}"),
            ]  # fmt: skip
            if coop is not None:
                rows.append(("id", short(coop.coop)))
                rows.append(("purpose", coop.purpose.split("\n", 1)[0]))
            if mark_of(status):
                rows.insert(0, ("refounded", paint.text(origin_of(status), "warn")))
            text = paint.facts(rows)
        self.query_one("#coop", Pane).write(text)

    def _show_network(self) -> None:
        paint, status = self.paint, self.store.get(STATUS)
        if status is None:
            text = paint.text("Fetching.", "muted")
        else:
            minutes = self.store.get(minutes_before(0)) or []
            attest = f"{status.witnesses} witnesses, need {status.quorum}"
            if minutes:
                last = minutes[0]
                attest = f"{len(last.signers)} of {last.witnesses} witnesses, need {last.quorum}"
            up: Role = "ok" if status.peers_up == status.peers else "warn"
            fault = paint.text(str(status.faults), "bad" if status.faults else "ok")
            rows: list[tuple[str, str | Text]] = [
                ("peers", paint.text(f"{status.peers_up}/{status.peers} up", up)),
                ("attested", attest),
                ("final", f"{minute(status.height)} {clock(status.minute_time, self.store.now())}"),
                ("faults", fault),
                ("this node", self._part(status)),
            ]
            if status.rechecking:
                rows.append(("checking", f"{status.rechecking} records still to re-check"))
            text = paint.facts(rows)
        self.query_one("#network", Pane).write(text)

    def _part(self, status: StatusView) -> str:
        if any(one.mine for one in status.successors):
            return "signs no more here"
        if has_left(status):
            return "hears no more"
        return "attests minutes" if status.witness else "follows, 0 S to attest"

    # --- since the last visit

    def _show_since(self) -> None:
        table, paint = self.query_one("#since", BookTable), self.paint
        height, at = self.book.last_visit()
        page = self.store.get(LATEST)
        news = [
            record
            for record in (page.records if page is not None else ())
            if record.state == "pending" or record.height > height
        ]
        # The first visit has nothing to compare with: the newest is then news enough.
        columns = (Column("when", 7), Column("", 2), Column("who", 24), Column("what"))
        rows = [self._news(record) for record in news[:100]]
        if not rows:
            say = "Nothing new." if page is not None else "Fetching."
            columns, rows = (Column(""),), [Row("", (paint.text(say, "muted"),))]  # type: ignore[assignment]
        table.fill(columns, rows, table.selected)
        since = f" {clock(at, self.store.now())}" if at else ""
        title = f"SINCE YOUR LAST VISIT{since}"
        table.border_title = Content(title)

    def _news(self, record: RecordView) -> Row:
        paint = self.paint
        return Row(
            record.record,
            (
                paint.text(clock(record.at, self.store.now()), "muted"),
                state_mark(self, record),
                paint.text(named(record.name, record.member, 24, paint.glyphs.ellipsis)),
                paint.text(record.summary),
            ),
        )

    @on(DataTable.RowSelected, "#since")
    def _opened_news(self, event: DataTable.RowSelected) -> None:
        event.stop()
        if event.row_key.value:
            self.book.go_to("records", event.row_key.value)

    def reveal(self, identity: str) -> None:
        """Select what needs the member."""
        self.selected = identity

    def chosen(self) -> Chosen | None:
        """Return the line that has the focus."""
        if self.PANES[self._pane] == "since":
            page, key = self.store.get(LATEST), self.query_one("#since", BookTable).selected
            for record in page.records if page is not None else ():
                if record.record == key:
                    data = record.model_dump(mode="json")
                    return Chosen(record.summary, key, key, record.summary, data)
            return None
        need = self._chosen_need()
        if need is None:
            return None
        record_of_it = (
            need.id
            if need.what in ("ballot", "sign", "confirm", "dispute", "case", "meeting")
            else ""
        )
        text = f"{need.what} {need.label} {need.title}"
        return Chosen(need.label, need.id, record_of_it, text, need.model_dump(mode="json"))


def state_mark(screen: BookScreen, record: RecordView) -> Text:
    """Return the glyph of a record's state."""
    return screen.paint.mark(
        {"final": "ok", "pending": "muted", "refused": "bad"}[record.state]  # type: ignore[arg-type]
    )
