"""One co-op on this node: the pure exchange, its shelf, its links and who listens.

The driver decides nothing: it feeds events with the time to ``Exchange`` and carries the
effects out in order. What came in while the loop was busy is one step, hence one commit.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
import structlog

from rochdale_protocol.core.errors import LocalError, Refused
from rochdale_protocol.core.fields import Body
from rochdale_protocol.core.keys import Signer
from rochdale_protocol.core.records import Verified
from rochdale_protocol.membership.records import WitnessReady
from rochdale_protocol.minutes.ledger import Contradiction, Finalised, Ledger, Now
from rochdale_protocol.minutes.shelf import Changes
from rochdale_protocol.state.state import ReadState
from rochdale_protocol.sync.exchange import (
    Close,
    Effect,
    Exchange,
    Rejected,
    Report,
    Send,
    Store,
    WakeAt,
)
from rochdale_protocol.sync.file import export_book
from rochdale_protocol.views import Event, Signed

from .links.link import Link
from .shelf import IndexRow, SqliteShelf

__all__ = ["Book", "clock", "index_rows"]

_EVENTS_MAX = 1_000
"""News that a slow listener may be behind; it then fetches everything anew."""

_log = structlog.get_logger(__name__)


def clock() -> Now:
    """Return the time: monotonic and since 1970, in milliseconds."""
    return Now(time.monotonic_ns() // 1_000_000, time.time_ns() // 1_000_000)


class Book:
    """See the module.

    Args:
        trusted: devices taken for members before the book says so (a newcomer's sponsor).

    Attributes:
        final, ahead: the state after the last final minute, and with what is pending.
        counts: what happened since the start, for metrics.
        on_final: called with each minute that becomes final.
        refusals: why records were not taken in, by id, newest last.
    """

    def __init__(
        self, shelf: SqliteShelf, signer: Signer | None, trusted: frozenset[str] = frozenset()
    ) -> None:
        self.shelf = shelf
        self.ledger = Ledger(shelf, signer, clock())
        self.coop = self.ledger.coop
        self.name = self.ledger.charter.charter.name
        self.links: dict[str, Link] = {}
        self.seen: dict[str, int] = {}
        self.counts: Counter[str] = Counter()
        self.refusals: dict[str, str] = {}
        self.finality_s: list[float] = []
        self._exchange = Exchange(self.ledger, trusted)
        self._inbox: list[tuple[str, bytes]] = []
        self._flush: asyncio.Handle | None = None
        self._wake: asyncio.TimerHandle | None = None
        self._listeners: set[asyncio.Queue[Event | None]] = set()
        self._waiting: dict[str, list[asyncio.Future[None]]] = {}
        self._began: dict[str, float] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self.on_final: Callable[[Finalised], None] = lambda _: None

    def start(self) -> None:
        """Take up where the journal left off."""
        self._carry_out(self._exchange.start(clock()))

    async def close(self) -> None:
        """End all links and close the file; what was committed is there already."""
        for handle in (self._wake, self._flush):
            if handle is not None:
                handle.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*(link.close("going away") for link in list(self.links.values())))
        for listener in self._listeners:
            listener.put_nowait(None)
        self.shelf.close()

    # What can be asked (``Reading``) --------------------------------------------------

    @property
    def final(self) -> ReadState:
        return self.ledger.final

    @property
    def ahead(self) -> ReadState:
        return self.ledger.ahead

    def body(self, record: str) -> dict[str, Any] | None:
        """Return the body of a record, or None if it was erased or is unknown."""
        held = self.ledger.record(record)
        if held is None or held.body is None:
            return None
        body: dict[str, Any] = orjson.loads(held.body)
        return body

    def heights(self) -> dict[str, int]:
        """Return the height that each linked peer is known to have, -1 where unknown."""
        return {peer: session.height for peer, session in self._exchange.sessions.items()}

    # What is done ---------------------------------------------------------------------

    def act(self, body: Body) -> Signed:
        """Sign a record, make it durable and send it.

        Raises:
            Refused: a rule refuses it; LocalError: this device must not sign now.
        """
        record, effects = self._exchange.act(body, clock())
        self._began[record.id] = time.monotonic()
        self._carry_out(effects)
        return self.signed(record)

    def signed(self, record: Verified) -> Signed:
        """Say where a record stands."""
        place = self.ledger.desk["places"].get(record.id)
        code = self.refusals.get(record.id, "") if place is None else _code(place)
        state = "refused" if code else "pending" if place is None else "final"
        header = record.header
        return Signed.model_validate(
            {
                "record": record.id,
                "kind": header.kind,
                "seq": header.seq,
                "state": state,
                "code": code,
            }
        )

    async def settled(self, record: str, timeout_s: float) -> Signed:
        """Wait until a record is minuted or refused, at most so long; say where it stands."""
        held = self.ledger.record(record)
        if held is None:
            raise LocalError("API-4", record=record)
        if self.signed(held).state == "pending":
            future = asyncio.get_running_loop().create_future()
            self._waiting.setdefault(record, []).append(future)
            await asyncio.wait({future}, timeout=timeout_s)
        return self.signed(held)

    def export(self, start: int = 1) -> Iterator[bytes]:
        """Yield a file of the book from a minute on."""
        return export_book(self.ledger, start)

    def read_file(self, messages: Iterable[bytes]) -> None:
        """Take in an exported file; raises DecodeError or Refused, keeping what was good."""
        for message in messages:
            self._carry_out(self._exchange.read_file([message], clock()))

    def set_rechecked(self, height: int) -> None:
        """Note that all signatures up to a height were checked."""
        self.ledger.set_rechecked(height)
        self._carry_out(self._exchange.tick(clock()))

    # Links ----------------------------------------------------------------------------

    async def link(self, link: Link) -> None:
        """Talk over a link until it ends; of two links to one peer one is kept.

        Both ends keep the one that the smaller key dialled, so that they agree.
        """
        me = "" if self.ledger.signer is None else self.ledger.signer.public
        if link.peer == me:
            return
        older = self.links.get(link.peer)
        if older is not None and older.is_open:
            dialled_by = link.peer if link.incoming else me
            if older.incoming != link.incoming and dialled_by != min(me, link.peer):
                return
            self._spawn(older.close("replaced"))
        self.links[link.peer] = link
        self._carry_out(self._exchange.linked(link.peer, clock()))
        self._tell("peer", f"link up: {link.peer[:8]}", link.peer)
        try:
            async for data in link:
                if self.links.get(link.peer) is not link:
                    return
                self.seen[link.peer] = clock().wall
                self.counts["bytes_in"] += len(data)
                self._inbox.append((link.peer, data))
                if self._flush is None:
                    self._flush = asyncio.get_running_loop().call_soon(self._take_in)
        finally:
            if self.links.get(link.peer) is link:
                del self.links[link.peer]
                self._carry_out(self._exchange.unlinked(link.peer, clock()))
                self._tell("peer", f"link lost: {link.peer[:8]} {link.why}", link.peer)

    def _take_in(self) -> None:
        self._flush = None
        inbox, self._inbox = self._inbox, []
        self._carry_out(self._exchange.received_all(inbox, clock()))

    def _tick(self) -> None:
        self._wake = None
        self._carry_out(self._exchange.tick(clock()))

    def _carry_out(self, effects: list[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, Store):
                self.shelf.commit(effect.changes, index_rows(self.shelf, effect.changes))
            elif isinstance(effect, Send):
                self.counts["bytes_out"] += len(effect.data)
                self.counts["messages_out"] += 1
                link = self.links.get(effect.peer)
                if link is not None:
                    link.post(effect.data)
            elif isinstance(effect, Close):
                link = self.links.pop(effect.peer, None)
                if link is not None:
                    _log.warning("peer cut off", peer=effect.peer[:16], error=str(effect.error))
                    self._spawn(link.close(effect.error.code))
            elif isinstance(effect, WakeAt):
                self._wake_at(effect.mono)
            else:
                self._report(effect)

    def _wake_at(self, mono: int) -> None:
        if self._wake is not None:
            self._wake.cancel()
            self._wake = None
        if mono:
            wait_s = max(0, mono - clock().mono) / 1000
            self._wake = asyncio.get_running_loop().call_later(wait_s, self._tick)

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # News -----------------------------------------------------------------------------

    def _report(self, report: Report) -> None:
        news = report.news
        if isinstance(news, Finalised):
            self._final(news)
        elif isinstance(news, Rejected):
            self.refusals[news.record] = news.code
            self.counts[f"rejected {news.code}"] += 1
            self._settle(news.record)
            self._tell("record", f"not taken in: {news.code}", news.record)
        elif isinstance(news, Contradiction):
            device = news.first.device
            self._tell("evidence", f"{device[:8]} signed two votes that contradict", device)
        else:
            header = news.header
            self._tell("record", f"{header.kind} by {header.device[:8]}", news.id)

    def _final(self, news: Finalised) -> None:
        header = news.minute.header
        self.counts["minutes"] += 1
        for record, code in news.minute.records:
            self.counts["refused" if code else "minuted"] += 1
            began = self._began.pop(record, None)
            if began is not None:
                self.finality_s = [*self.finality_s[-499:], time.monotonic() - began]
            self._settle(record)
        for pending in list(self._waiting):
            if not self.ledger.holds(pending):
                self._settle(pending)
        text = f"M{header.height} final: {header.count} records"
        self._tell("minute", text, news.minute.id)
        self.on_final(news)
        self._attest()
        if any(code == "CHN-5" for _, code in news.minute.records):
            self._tell("evidence", "a device contradicted its own chain", news.minute.id)

    def _attest(self) -> None:
        """Become a witness once this device holds the book and its member has none."""
        ledger = self.ledger
        if ledger.signer is None or ledger.doubt or not self.links:
            return
        device = ledger.final.get(f"device/{ledger.signer.public}")
        if device is None or device["status"] != "active":
            return
        behind = any(height > ledger.height for height in self.heights().values())
        if not behind and ledger.ahead.get(f"witness/{device['member']}") is None:
            try:
                self.act(WitnessReady())
            except (Refused, LocalError) as error:
                _log.warning("not ready to attest", error=str(error))

    def _settle(self, record: str) -> None:
        for future in self._waiting.pop(record, []):
            if not future.done():
                future.set_result(None)

    def _tell(self, what: str, text: str, subject: str) -> None:
        event = Event.model_validate(
            {
                "type": what,
                "time": clock().wall,
                "height": self.ledger.height,
                "text": text,
                "id": subject,
            }
        )
        for listener in self._listeners:
            if listener.qsize() < _EVENTS_MAX:
                listener.put_nowait(event)

    @asynccontextmanager
    async def subscribe(self) -> AsyncIterator[AsyncIterator[Event]]:
        """Give the news from now on, until the book closes."""
        queue: asyncio.Queue[Event | None] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            yield _events(queue)
        finally:
            self._listeners.discard(queue)


def index_rows(shelf: SqliteShelf, changes: Changes) -> list[IndexRow]:
    """Return what a search is to know of the records in ``changes``."""
    records, bodies = changes.get("records", {}), changes.get("bodies", {})
    places = changes.get("places", {})
    rows = []
    for key in {**records, **places}:
        stored = records.get(key)
        if stored is None:
            stored = shelf.maps["records"].get(key)
        body = bodies.get(key) if key in bodies else shelf.maps["bodies"].get(key)
        if stored is not None:
            rows.append(_index_row(key, stored, body, places.get(key)))
    return rows


def _code(place: bytes) -> str:
    return place.decode().split(" ")[2]


def _index_row(record: str, stored: bytes, body: bytes | None, place: bytes | None) -> IndexRow:
    end = 2 + int.from_bytes(stored[:2], "big")
    header = orjson.loads(stored[2:end])
    size = end + 62 + header["body_size"]
    text = " ".join(_words(orjson.loads(body))) if body else ""
    row = (record, header["kind"], header["device"], header["seq"], header["at"], size, text)
    if place is None:
        return IndexRow(*row)
    height, index, code = place.decode().split(" ")
    return IndexRow(*row, int(height), int(index), code)


def _words(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _words(item)
    elif isinstance(value, list):
        for item in value:
            yield from _words(item)


async def _events(queue: asyncio.Queue[Event | None]) -> AsyncIterator[Event]:
    while (event := await queue.get()) is not None:
        yield event
