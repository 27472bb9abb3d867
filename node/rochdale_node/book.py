"""One co-op on this node: the pure exchange, its shelf, its links and who listens.

The driver decides nothing: it feeds events with the time to ``Exchange`` and carries the
effects out in order. What came in while the loop was busy is one step, hence one commit.

A step that fails half-way (a full disk, a fault of ours) leaves the memory ahead of the
journal. What is sent from there could be signed a second time after a restart, so the book
is over (STO-10): it sends nothing more, closes its links, and the node stops and says why.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from rochdale_protocol.core.errors import DecodeError, LocalError, Refused
from rochdale_protocol.core.fields import Body
from rochdale_protocol.core.keys import Signer
from rochdale_protocol.core.records import Verified, read_body
from rochdale_protocol.membership.records import WitnessReady
from rochdale_protocol.membership.rules import may_attest
from rochdale_protocol.minutes.ledger import Contradiction, Finalised, Ledger, Now
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

from .api.alerts import is_standing_still
from .errors import StoreError
from .events import STILL_S, frozen_devices, link_lost, link_up, stands_still, told
from .log import Logger
from .searchable import index_rows, index_some, store
from .shelf import SqliteShelf

if TYPE_CHECKING:
    from .links.link import Link

__all__ = ["Book", "clock", "index_rows"]

_EVENTS_MAX = 1_000
"""News that a slow listener may be behind; then its stream ends and it begins anew."""

_INBOX_MAX = 16
"""Messages that wait for the next step; then links are not read, and their peers wait too."""

_STRANGERS_MAX = 32
"""Incoming links of devices that are no members: others must not keep members out (LNK-15)."""

_REFUSALS_MAX = 1_000
"""Records that were not taken in of which the code is remembered."""

_log = Logger()


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
        fault: what ended this book before it was closed, or None.
        on_final: called with each minute that becomes final.
        on_fault: called once with ``fault``.
        refusals: why records were not taken in, by id, newest last.
        seen: when each member's device was last heard, in wall ms.
        parted: whose book has another final minute, and at which height first (SYN-12).
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
        self.parted: dict[str, int] = {}
        self.counts: Counter[str] = Counter()
        self.refusals: dict[str, str] = {}
        self.finality_s: list[float] = []
        self._exchange = Exchange(self.ledger, trusted)
        self._inbox: list[tuple[Link, bytes]] = []
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._flush: asyncio.Handle | None = None
        self._wake: asyncio.TimerHandle | None = None
        self._listeners: set[asyncio.Queue[Event | None]] = set()
        self._waiting: dict[str, set[asyncio.Future[None]]] = {}
        self._began: dict[str, float] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._duty_due = False
        self._still: asyncio.TimerHandle | None = None
        self.fault: BaseException | None = None
        self.on_final: Callable[[Finalised], None] = lambda _: None
        self.on_fault: Callable[[BaseException], None] = lambda _: None

    def start(self) -> None:
        """Take up where the journal left off."""
        self._duty_due = True
        with self._step():
            self._carry_out(self._exchange.start(clock()))

    async def close(self) -> None:
        """End all links and close the file; what was committed is there already."""
        links = list(self.links.values())
        self._end()
        await asyncio.gather(*(link.close("going away") for link in links))
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.shelf.close()

    def _end(self) -> None:
        """Do nothing more, whatever comes in; whoever waits is told."""
        self.links.clear()
        self._inbox.clear()
        self._has_room.set()
        for handle in (self._wake, self._flush, self._still):
            if handle is not None:
                handle.cancel()
        for record in list(self._waiting):
            self._settle(record)
        for listener in self._listeners:
            listener.put_nowait(None)

    @contextmanager
    def _step(self) -> Iterator[None]:
        """Let a step be done whole, or end the book (STO-10).

        What the core refuses (DecodeError, LocalError, Refused) it refuses before it
        changes anything.
        """
        if self.fault is not None:
            raise self.fault
        try:
            yield
        except (DecodeError, LocalError, Refused):
            raise
        except BaseException as error:
            if self.fault is None:
                self._fail(error)
            raise

    def _fail(self, error: BaseException) -> None:
        self.fault = error
        for link in self.links.values():
            self._spawn(link.close("going away"))
        self._end()
        self.on_fault(error)
        _log.critical("the book stops", coop=self.coop[:16], error=str(error), exc_info=error)

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
        return None if held is None else read_body(held.body)

    def time(self, height: int) -> int:
        """Return the time of a final minute in milliseconds, 0 of one that isn't final."""
        minute = self.ledger.minute(height)
        return 0 if minute is None else minute.header.time

    def heights(self) -> dict[str, int]:
        """Return the height that each linked peer is known to have, -1 where unknown."""
        return {peer: session.height for peer, session in self._exchange.sessions.items()}

    # What is done ---------------------------------------------------------------------

    def act(self, body: Body) -> Signed:
        """Sign a record, make it durable and send it.

        Raises:
            Refused: a rule refuses it; LocalError: this device must not sign now.
        """
        with self._step():
            record, effects = self._exchange.act(body, clock())
            self._began[record.id] = time.monotonic()
            self._carry_out(effects)
        return self.signed(record)

    def signed(self, record: Verified) -> Signed:
        """Say where a record stands."""
        place = self.ledger.place(record.id)
        code = self.refusals.get(record.id, "") if place is None else place[2]
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
            waiting = self._waiting.setdefault(record, set())
            waiting.add(future)
            await asyncio.wait({future}, timeout=timeout_s)
            waiting.discard(future)
            if not waiting:
                self._waiting.pop(record, None)
            if self.fault is not None:
                raise self.fault
        return self.signed(held)

    def export(self, start: int = 1) -> Iterator[bytes]:
        """Yield a file of the book from a minute on."""
        return export_book(self.ledger, start)

    def read_file(self, messages: Iterable[bytes]) -> None:
        """Take in an exported file; raises DecodeError or Refused, keeping what was good."""
        for message in messages:
            with self._step():
                try:
                    effects = self._exchange.read_file([message], clock())
                except (DecodeError, Refused):
                    self._carry_out(self._exchange.tick(clock()))
                    raise
                self._carry_out(effects)

    def index_some(self) -> bool:
        """Make some more of what was fetched searchable; returns whether there is more."""
        return self.ledger.cold is None and index_some(self.shelf)

    def set_rechecked(self, height: int, spoilt: Iterable[str] = ()) -> None:
        """Note that all signatures up to a height were checked, and which are wrong (LED-11)."""
        with self._step():
            self.ledger.set_rechecked(height)
            self.ledger.spoil(spoilt)
            self._carry_out(self._exchange.tick(clock()))

    # Links ----------------------------------------------------------------------------

    async def link(self, link: Link) -> None:
        """Talk over a link until it ends; of two links to one peer one is kept.

        Both ends keep the one that the smaller key dialled, so that they agree.
        """
        me = self.ledger.mine
        if link.peer == me or self.fault is not None:
            return
        older = self.links.get(link.peer)
        if older is not None and older.is_open:
            dialled_by = link.peer if link.incoming else me
            if older.incoming != link.incoming and dialled_by != min(me, link.peer):
                return
            self._spawn(older.close("replaced"))
        self._make_room_for(link)
        self.links[link.peer] = link
        try:
            with self._step():
                self._carry_out(self._exchange.linked(link.peer, clock()))
                self._tell("peer", link_up(self, link.peer), link.peer)
            await self._read(link)
        finally:
            if self.links.get(link.peer) is link:
                del self.links[link.peer]
                with self._step():
                    self._carry_out(self._exchange.unlinked(link.peer, clock()))
                    self._tell("peer", link_lost(self, link.peer, link.why), link.peer)

    async def _read(self, link: Link) -> None:
        """Take in what a link brings, no faster than steps can be done."""
        async for data in link:
            if self.links.get(link.peer) is not link:
                return
            if self.ledger.is_member(link.peer):
                self.seen[link.peer] = clock().wall
            self.counts["bytes_in"] += len(data)
            self._inbox.append((link, data))
            if len(self._inbox) >= _INBOX_MAX:
                self._has_room.clear()
            if self._flush is None:
                self._flush = asyncio.get_running_loop().call_soon(self._take_in)
            await self._has_room.wait()

    def _make_room_for(self, link: Link) -> None:
        """End the oldest of too many links of strangers (LNK-15)."""
        if not link.incoming or self.ledger.is_member(link.peer):
            return
        strangers = [
            peer
            for peer, other in self.links.items()
            if other.incoming and not self.ledger.is_member(peer)
        ]
        if len(strangers) >= _STRANGERS_MAX:
            oldest = self.links.pop(strangers[0])
            self._spawn(oldest.close("LNK-15"))
            with self._step():
                self._carry_out(self._exchange.unlinked(oldest.peer, clock()))

    def _take_in(self) -> None:
        self._flush = None
        inbox, self._inbox = self._inbox, []
        self._has_room.set()
        # What a link that was replaced still brought would confuse the talk on the new one.
        current = [(link.peer, data) for link, data in inbox if self.links.get(link.peer) is link]
        self._call_back(lambda: self._exchange.received_all(current, clock()))

    def _tick(self) -> None:
        self._wake = None
        self._call_back(lambda: self._exchange.tick(clock()))

    def _call_back(self, event: Callable[[], list[Effect]]) -> None:
        # Nobody is there to catch a StoreError, and ``_fail`` has told it already.
        with suppress(StoreError), self._step():
            self._carry_out(event())

    def _carry_out(self, effects: list[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, Store):
                store(self.shelf, effect.changes)
            elif isinstance(effect, Send):
                self.counts["bytes_out"] += len(effect.data)
                self.counts["messages_out"] += 1
                link = self.links.get(effect.peer)
                if link is not None:
                    link.post(effect.data)
            elif isinstance(effect, Close):
                if effect.error.code == "SYN-12":
                    self.parted[effect.peer] = int(str(effect.error.fields["height"]))
                link = self.links.pop(effect.peer, None)
                if link is not None:
                    _log.warning("peer cut off", peer=effect.peer[:16], error=str(effect.error))
                    self._spawn(link.close(effect.error.code))
            elif isinstance(effect, WakeAt):
                self._wake_at(effect.mono)
            else:
                self._report(effect)
        # Last, for its effects, such as when to wake, follow on these.
        if self._duty_due:
            self._duty_due = False
            self._duty_due = not self._do_duty()
        self._watch()

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
            self._began.pop(news.record, None)
            if len(self.refusals) > _REFUSALS_MAX:
                del self.refusals[next(iter(self.refusals))]
            self.counts[f"rejected {news.code}"] += 1
            self._settle(news.record)
        elif isinstance(news, Contradiction):
            self._duty_due = True
        self._tell(*told(self, news))

    def _final(self, news: Finalised) -> None:
        self.counts["minutes"] += 1
        for record, code in news.minute.records:
            self.counts["refused" if code else "minuted"] += 1
            began = self._began.pop(record, None)
            if began is not None:
                self.finality_s = [*self.finality_s[-499:], time.monotonic() - began]
            self._settle(record)
        for pending in list(self._waiting):
            if not self.ledger.holds(pending) or self.ledger.place(pending):
                self._settle(pending)
        self.on_final(news)
        self._duty_due = True
        for text, device in frozen_devices(self, news):
            self._tell("evidence", text, device)

    def _do_duty(self) -> bool:
        """Sign what a node signs by itself, and say whether it was time to.

        It says that it attests (MEM-7), brings evidence (LED-10) and opens boxes (GOV-23).
        """
        ledger = self.ledger
        if ledger.signer is None or ledger.doubt or not self._is_in_touch():
            return False
        device = ledger.final.get(f"device/{ledger.signer.public}")
        if device is None or device["status"] != "active":
            return False
        from .unsealing import unsealings

        due: list[Body] = []
        member = str(device["member"])
        witness = ledger.ahead.get(f"witness/{member}")
        if witness is None and may_attest(ledger.ahead, member):
            due.append(WitnessReady())
        evidence = ledger.evidence_due(ledger.ahead)
        if evidence is not None:
            due.append(evidence)
        for body in (*due, *unsealings(ledger)):
            try:
                self.act(body)
            except (Refused, LocalError) as error:
                _log.warning("a duty was not done", kind=body.kind, error=str(error))
        return True

    def _is_in_touch(self) -> bool:
        """Say whether this node holds all that its peers are known to have."""
        # A stranger may claim any height.
        heights = [
            height
            for peer, height in self.heights().items()
            if height >= 0 and self.ledger.is_member(peer)
        ]
        alone = len(self.ledger.roster) == 1
        return max(heights, default=0 if alone else self.ledger.height + 1) <= self.ledger.height

    def _watch(self) -> None:
        """Tell once if the book stands still for long (API-17)."""
        if not is_standing_still(self):
            if self._still is not None:
                self._still.cancel()
                self._still = None
        elif self._still is None and self.fault is None:
            self._still = asyncio.get_running_loop().call_later(STILL_S, self._tell_still)

    def _tell_still(self) -> None:
        self._tell("alert", stands_still(self), "stall")

    def _settle(self, record: str) -> None:
        for future in self._waiting.pop(record, set()):
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
        for listener in list(self._listeners):
            if listener.qsize() >= _EVENTS_MAX:
                self._listeners.discard(listener)
            listener.put_nowait(event if listener in self._listeners else None)

    @asynccontextmanager
    async def subscribe(self) -> AsyncIterator[AsyncIterator[Event]]:
        """Give the news from now on, until the book closes."""
        queue: asyncio.Queue[Event | None] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            yield _events(queue)
        finally:
            self._listeners.discard(queue)


async def _events(queue: asyncio.Queue[Event | None]) -> AsyncIterator[Event]:
    while (event := await queue.get()) is not None:
        yield event
