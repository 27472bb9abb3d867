"""Federation: peers, witnesses, minutes, what goes wrong, and who signed against themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Final, Literal

from rich.text import Text
from textual import work
from textual.binding import BindingType
from textual.content import Content

from rochdale_protocol.views import Alert, EvidenceView, MinuteView, PeerView, WitnessView

from ..client import ApiError
from ..departure import departure, has_left
from ..forms import peer_form
from ..keys import FEDERATION_KEYS
from ..phrases import age, clock, minute, moment, named, short, until
from ..refounding import mark_of, origin_of
from ..store import (
    ALERTS,
    EVIDENCE,
    MEMBERS,
    PEERS,
    STATUS,
    WITNESSES,
    Key,
    minutes_before,
)
from ..theme import Role
from ..widgets import Cell, Column, Pane, Who
from .base import Chosen
from .listing import ROWS_MAX, Act, ListScreen, Order

__all__ = ["FederationScreen"]

Item = PeerView | WitnessView | MinuteView | EvidenceView | Alert
Mark = Literal["bad", "warn", "muted"]
PEER, WITNESS, MINUTE, FAULT, ALERT = range(5)
ALERT_ROLES: Final[dict[str, Mark]] = {"bad": "bad", "warn": "warn", "note": "muted"}

MEANS: Final = {
    "record": "both are kept; the first minuted stands, the device is frozen",
    "vote": "both are kept; it proves that its key signed against itself, and no more",
}
NEXT: Final = (
    "nothing is punished without a decision: ask them first (a copied home does the same), then"
    " put a proposal to the members, 3 C; to show it to others: rochdale evidence export"
)


class FederationScreen(ListScreen[Item]):
    """The state of the network."""

    MODE = "federation"
    TABS = ("Peers", "Witnesses", "Minutes", "Faults", "Alerts")
    ORDERS: ClassVar[tuple[Order, ...]] = (
        Order("as the node lists them"),
        Order("lag", lambda item: -_lag(item)),
        Order("name", lambda item: getattr(item, "name", "").casefold()),
    )
    BINDINGS: ClassVar[list[BindingType]] = [*FEDERATION_KEYS]

    def __init__(self) -> None:
        super().__init__()
        self._before = 0

    def wants(self) -> Iterable[Key[Any]]:
        """The tab's list first."""
        register = (MEMBERS,) if has_left(self.store.get(STATUS)) else ()
        return (
            (PEERS, WITNESSES, *register),
            (WITNESSES, PEERS, *register),
            (minutes_before(self._before), *register),
            (EVIDENCE, *register),
            (ALERTS, *register),
        )[self.tab]

    def show(self) -> None:
        """Draw the list, and over the detail whether I left, and how it was refounded."""
        super().show()
        status = self.store.get(STATUS)
        title = departure(status, self.store.get(MEMBERS))
        if status is not None and mark_of(status):
            title = f"{title}  refounded {origin_of(status)}".strip()
        self.query_one("#detail", Pane).border_title = Content(title)

    def heading(self) -> str:
        """Return the tabs."""
        return self.tabs_title().plain

    def source(self) -> Sequence[Item] | None:
        """Return the items of the tab."""
        return (
            self.store.get(PEERS),
            self.store.get(WITNESSES),
            self.store.get(minutes_before(self._before)),
            self.store.get(EVIDENCE),
            self.store.get(ALERTS),
        )[self.tab]

    def tab_changed(self) -> None:
        """Begin at the top, in the list's own order."""
        super().tab_changed()
        self.order = self._before = 0
        self.selected = None

    def key_of(self, item: Item) -> str:
        """Return a device's key or address, ``M12``, both contradictions, or what is wrong."""
        if isinstance(item, MinuteView):
            return minute(item.height)
        if isinstance(item, EvidenceView):
            return f"{item.first} {item.second}"
        if isinstance(item, Alert):
            return f"alert {item.what} {item.id}".rstrip()
        if isinstance(item, PeerView):
            # An address that nobody answers on yet belongs to no device.
            return item.device or " ".join(item.addresses)
        return item.device

    def columns(self) -> Sequence[Column]:
        """Return the columns of the tab."""
        return (
            (Column("", 2), Column("name"), Column("role", 8), Column("link", 5),
             Column("have", 8), Column("behind", 7), Column("seen", 8)),
            (Column("", 2), Column("name"), Column("device", 8),
             Column("last", 8), Column("stands", 9), Column("link", 5)),
            (Column("", 2), Column("no", 8), Column("when", 7), Column("records", 8),
             Column("refused", 7), Column("attested", 9), Column("proposed by")),
            (Column("", 2), Column("name"), Column("signed two", 10), Column("at", 8),
             Column("on record", 9), Column("what")),
            (Column("", 2), Column("what"), Column("about")),
        )[self.tab]  # fmt: skip

    def cells(self, item: Item) -> tuple[Cell, ...]:
        """Return the row of an item."""
        if isinstance(item, PeerView):
            return self._peer_cells(item)
        if isinstance(item, WitnessView):
            return self._witness_cells(item)
        if isinstance(item, MinuteView):
            return self._minute_cells(item)
        paint = self.paint
        if isinstance(item, Alert):
            role = ALERT_ROLES[item.level]
            return (
                paint.mark(role),
                paint.text(item.title, "plain" if role == "muted" else role),
                paint.text(item.detail),
            )
        return (
            paint.mark("bad"),
            Who(item.name, item.device),
            paint.text(f"{item.type}s", "bad"),
            paint.text(minute(item.height) if item.height else paint.glyphs.none),
            paint.text(_on_record(item)),
            paint.text(item.detail),
        )

    def _peer_cells(self, item: PeerView) -> tuple[Cell, ...]:
        paint = self.paint
        down = item.link == "down"
        return (
            paint.mark("bad" if down else "warn" if item.behind else "ok"),
            Who(item.name, item.device) if item.device else paint.text(_called(item)),
            paint.text(item.role),
            paint.text(item.link, "bad" if down else "ok"),
            paint.text(minute(item.height)),
            paint.text(str(item.behind), "warn" if item.behind else "plain"),
            paint.text(age(item.seen, self.store.now()), "muted"),
        )

    def _witness_cells(self, item: WitnessView) -> tuple[Cell, ...]:
        paint, well = self.paint, item.status == "attesting"
        return (
            paint.mark("ok" if well else "warn"),
            Who(item.name, item.member),
            paint.text(short(item.device), "muted"),
            paint.text(minute(item.last) if item.last else "long ago"),
            paint.text(item.status, "plain" if well else "warn"),
            paint.text("up" if item.linked else "down", "ok" if item.linked else "warn"),
        )

    def _minute_cells(self, item: MinuteView) -> tuple[Cell, ...]:
        paint = self.paint
        return (
            paint.mark("warn" if item.refused else "ok"),
            paint.text(minute(item.height), "accent"),
            paint.text(clock(item.time, self.store.now()), "muted"),
            paint.text(str(item.count)),
            paint.text(str(item.refused), "warn" if item.refused else "muted"),
            paint.text(f"{len(item.signers)}/{item.witnesses}"),
            Who(item.proposer_name, item.proposer),
        )

    def haystack(self, item: Item) -> str:
        """Return names and keys."""
        if isinstance(item, MinuteView):
            return f"{minute(item.height)} {item.minute} {item.proposer_name}"
        return " ".join(str(value) for value in item.model_dump().values())

    # --- detail

    def detail(self, item: Item) -> Text:
        """Return everything about an item."""
        if isinstance(item, PeerView):
            return self._peer(item)
        if isinstance(item, WitnessView):
            return self._witness(item)
        if isinstance(item, Alert):
            return self._alert(item)
        return self._minute(item) if isinstance(item, MinuteView) else self._fault(item)

    def _peer(self, item: PeerView) -> Text:
        paint, now = self.paint, self.store.now()
        down = item.link == "down"
        link = {"in": "up, it dialled us", "out": "up, we dialled it", "down": "down"}[item.link]
        rows: list[tuple[str, str | Text]] = [
            ("link", paint.text(link, "bad" if down else "ok")),
            ("why", paint.text(item.why, "bad") if item.why else "nothing is wrong"),
        ]
        if down:
            nexts = f"; next try in {until(item.next_try, now)}" if item.next_try > now else ""
            rows.append(("tries", f"{item.tries} failed{nexts}"))
        lag = f"{item.behind} minutes behind" if item.behind else "level with us"
        rows += [
            ("has", f"{minute(item.height)}, {lag}" if item.height >= 0 else "not said yet"),
            ("effect", self._effect()),
            ("seen", f"{moment(item.seen)}, {age(item.seen, now)}"),
            ("device", item.device or "unknown until it answers"),
            ("addresses", " ".join(item.addresses) or "none known: it has to dial us"),
        ]
        text = paint.heading(f"{_called(item)}, {item.role}\n")
        text.append_text(paint.facts(rows))
        text.append("\n")
        return text

    def _effect(self) -> str:
        status, peers = self.store.get(STATUS), self.store.get(PEERS) or []
        if status is None:
            return "unknown"
        if how := departure(status, self.store.get(MEMBERS)):
            return f"none: {how}, and their minutes no longer come here"
        up = sum(each.role == "witness" and each.link != "down" for each in peers)
        up += status.witness
        if up >= status.quorum:
            return f"{up} of {status.witnesses} witnesses up, {status.quorum} needed: minutes go on"
        return f"{up} of {status.witnesses} witnesses up, {status.quorum} needed: MINUTES WAIT"

    def _witness(self, item: WitnessView) -> Text:
        paint = self.paint
        last = f"attested {minute(item.last)}" if item.last else "long ago"
        role: Role = "ok" if item.status == "attesting" else "warn"
        text = paint.heading(f"{named(item.name, item.member)}\n")
        text.append_text(
            paint.facts(
                [
                    ("device", item.device),
                    ("stands", paint.text(_stands(item), role)),
                    ("since", minute(item.since) if item.since else "the charter"),
                    ("last", last),
                    ("link", "up" if item.linked else "down"),
                    ("effect", self._effect()),
                ]
            )
        )
        return text

    def _minute(self, item: MinuteView) -> Text:
        paint, codes = self.paint, [code for code in item.codes if code]
        signed = f"{paint.gauge(len(item.signers), item.witnesses, 12)} {len(item.signers)}"
        rows: list[tuple[str, str | Text]] = [
            ("final", f"{moment(item.time)}"),
            ("proposed", named(item.proposer_name, item.proposer)),
            ("attested", f"{signed} of {item.witnesses}, {item.quorum} needed"),
            ("by", ", ".join(item.signers)),
            ("records", f"{item.count}, {item.refused} refused {' '.join(codes[:8])}".rstrip()),
            ("id", item.minute),
            ("before", item.prev),
            ("state", item.state_root),
            ("contents", item.records_root),
        ]
        text = paint.heading(f"{minute(item.height)}\n")
        text.append_text(paint.facts(rows))
        shown = " ".join(short(record) for record in item.records[:40])
        more = f" and {len(item.records) - 40} more" if len(item.records) > 40 else ""
        text.append_text(paint.text(f"\n{shown}{more}", "muted"))
        return text

    def _fault(self, item: EvidenceView) -> Text:
        paint = self.paint
        text = paint.heading(f"{named(item.name, item.device)} contradicted itself\n")
        text.append_text(
            paint.facts(
                [
                    ("signed", paint.text(f"two different {item.type}s", "bad")),
                    ("at", f"{minute(item.height)}, {moment(item.time)}" if item.time else "--"),
                    ("what", item.detail),
                    ("on record", _on_record(item)),
                    ("means", MEANS[item.type]),
                    ("next", NEXT),
                    ("member", item.member),
                    ("device", item.device),
                    ("first", item.first),
                    ("second", item.second),
                ]
            )
        )
        return text

    def _alert(self, item: Alert) -> Text:
        paint = self.paint
        text = paint.heading(f"{item.title}\n")
        text.append_text(paint.facts([("about", item.detail), ("next", item.next)]))
        return text

    def nothing(self) -> str:
        """Say why the tab is empty."""
        return (
            "No peer is known. C adds one by its address; an invite brings others.",
            "Nobody attests yet. 0 then S offers this device.",
            "No minute is final yet: nothing was recorded since the charter.",
            "No faults recorded (two contradicting signatures of one device or witness).",
            "All is well: enough witnesses attest, and nobody holds another book.",
        )[self.tab]

    # --- acts

    def acts(self, item: Item | None) -> list[Act]:
        """Retry a link, add a peer. Neither is signed."""
        blocked = "" if self.store.link == "up" else "the node does not answer"
        retry = blocked
        if not isinstance(item, PeerView):
            retry = retry or "choose a peer in the tab Peers"
        elif not item.device:
            retry = retry or "the node dials an address by itself until a device answers"
        elif item.link != "down":
            retry = retry or "its link is up"
        return [
            Act("retry", self.book.key_of("peer.retry"), "Retry", retry, self._retry,
                about=self.tab == PEER),
            Act("add", self.book.key_of("peer.add"), "Add peer", blocked,
                lambda: self.book.open_form(peer_form(self.book)), about=False),
        ]  # fmt: skip

    @work(exclusive=True)
    async def _retry(self) -> None:
        item = self.item()
        if isinstance(item, PeerView):
            try:
                await self.store.client.retry(item.device)
            except ApiError as error:
                self.say(str(error))
            else:
                self.say(f"Dialling {_called(item)} now.")
                self.store.refresh()

    def action_page(self, step: int) -> None:
        """Turn over minutes by height, other lists by rows."""
        if self.tab != MINUTE:
            super().action_page(step)
            return
        minutes = self.store.get(minutes_before(self._before)) or []
        if step > 0 and len(minutes) == ROWS_MAX and minutes[-1].height > 1:
            self._before = minutes[-1].height
        elif step < 0 and self._before:
            self._before = max(0, self._before + ROWS_MAX)
            status = self.store.get(STATUS)
            if status is not None and self._before > status.height:
                self._before = 0
        else:
            self.say("There is no further page.")
            return
        self.selected = None
        self.update_watch()
        self.draw()

    def reveal(self, identity: str) -> None:
        """Select a minute (``M12``), an alert, a fault, or a peer."""
        if identity.startswith("M"):
            self._reveal_minute(int(identity[1:]))
            return
        if identity.startswith("alert "):
            self.tab = ALERT
            super().reveal(identity)
            return
        faults = self.store.get(EVIDENCE) or []
        found = [each for each in faults if identity in (each.first, each.second, each.device)]
        self.tab = FAULT if found else PEER
        super().reveal(self.key_of(found[0]) if found else identity)

    def _reveal_minute(self, height: int) -> None:
        status = self.store.get(STATUS)
        top = height if status is None else status.height
        self.tab, self.order = MINUTE, 0
        self._before = 0 if height > top - ROWS_MAX else height + 1
        super().reveal(minute(height))

    def chosen(self) -> Chosen | None:
        """Return the selected item."""
        item = self.item()
        if item is None:
            return None
        record = item.first if isinstance(item, EvidenceView) and item.type == "record" else ""
        text = self.detail(item).plain
        return Chosen(text.split("\n")[0], self.key_of(item), record, text,
                      item.model_dump(mode="json"))  # fmt: skip


def _stands(item: WitnessView) -> str:
    if item.status == "dormant":
        return f"dormant since {minute(item.since)}; it comes back once its node runs"
    if item.status == "away":
        on = moment(item.dormant_on)[:10]
        return f"away; goes dormant on {on}, from {minute(item.dormant_at)} on, unless it attests"
    return "attesting"


def _on_record(item: EvidenceView) -> str:
    if not item.record:
        return "not yet"
    return minute(item.at) if item.at else "pending"


def _called(item: PeerView) -> str:
    if item.device:
        return named(item.name or "unknown", item.device)
    return " ".join(item.addresses)


def _lag(item: Item) -> int:
    if isinstance(item, PeerView):
        return item.behind
    return -item.last if isinstance(item, WitnessView) else 0
