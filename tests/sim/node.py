"""One machine with a node: the driver that carries out what the real exchange asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rochdale_protocol.core.errors import CodedError
from rochdale_protocol.core.fields import Body
from rochdale_protocol.core.keys import SeedSigner
from rochdale_protocol.core.records import Verified
from rochdale_protocol.minutes.ledger import Ledger, Now
from rochdale_protocol.minutes.shelf import Changes
from rochdale_protocol.sync.exchange import Close, Effect, Exchange, Report, Send, Store, WakeAt
from rochdale_protocol.sync.messages import Message, encode_message

from .clock import Clock
from .disk import Crashed, Disk
from .network import Link

if TYPE_CHECKING:
    from .dishonest.mask import Mask
    from .world import World

__all__ = ["Node"]


class Node:
    """See the module.

    Attributes:
        exchange: the running process, None while it is down.
        gone: down for good.
        left: its member has resigned, or revoked it.
        forked: its device key has signed two records with one seq.
        mask: what a dishonest node does besides, or instead.
    """

    def __init__(
        self,
        world: World,
        number: int,
        signer: SeedSigner,
        member: str,
        *,
        disk: Disk,
        clock: Clock,
        trusted: frozenset[str] = frozenset(),
        mask: Mask | None = None,
    ) -> None:
        self.world = world
        self.number = number
        self.name = f"n{number}"
        self.signer = signer
        self.member = member
        self.disk = disk
        self.clock = clock
        self.mask = mask
        self.exchange: Exchange | None = None
        self.asleep = False
        self.gone = False
        self.left = False
        self.forked = False
        self.links: dict[str, Link] = {}
        self._trusted = trusted
        self._inbox: list[tuple[Link, bytes]] = []
        self._draining = False
        self._held: list[tuple[Link, bytes]] | None = None
        self._wake = 0
        self._writing: Changes | None = None

    @property
    def public(self) -> str:
        return self.signer.public

    @property
    def awake(self) -> bool:
        """Whether it runs and hears."""
        return self.exchange is not None and not self.asleep

    @property
    def ledger(self) -> Ledger:
        """The ledger of the running process."""
        assert self.exchange is not None
        return self.exchange.ledger

    # Its life -----------------------------------------------------------------------

    def boot(self) -> None:
        """Start the process on what the disk holds."""
        self.world.trace.note(self.name, "boot", f"height {self.disk.height}")
        signs = self.mask is None or self.mask.signs
        signer = self.signer if signs else None
        now = self.clock.now(self.world.now)
        self.world.is_changed = True
        try:
            self.disk.open()
        except Crashed:
            self._stop(power=True)
            return
        self.exchange = Exchange(Ledger(self.disk.shelf, signer, now), self._trusted)
        self._find_stored()
        for check in self.world.checks:
            check.booted(self)
        self._step(lambda exchange, now: exchange.start(now))

    def crash(self) -> None:
        """Kill the process, or cut the machine's power: its links are gone as well."""
        if self.exchange is not None:
            self._stop(power=bool(self.world.random.randrange(2)))

    def _stop(self, *, power: bool) -> None:
        self.world.trace.note(self.name, "crash", "power" if power else "process")
        self.world.is_changed = True
        self.exchange = None
        self.disk.crash(self.world.random, power=power)
        self._inbox = []
        self._held = None
        self._wake += 1
        for link in list(self.links.values()):
            self.world.network.drop(link, noticed_by=(link.other(self.number),))
        self.links = {}

    def sleep(self) -> None:
        """Suspend the machine."""
        self.world.trace.note(self.name, "sleep")
        self.asleep = True
        self.world.is_changed = True

    def wake(self) -> None:
        """Go on after a suspend: what came meanwhile is read now."""
        self.world.trace.note(self.name, "wake")
        self.asleep = False
        self.world.is_changed = True
        if self.exchange is not None:
            self.tick()
            self._drain_later()

    def stall(self) -> None:
        """From now on nothing that it says leaves its machine."""
        self.world.trace.note(self.name, "stalls")
        self._held = self._held or []

    def release(self) -> None:
        """Send what a stall held back."""
        held, self._held = self._held or [], None
        for link, data in held:
            if link.alive:
                self.world.network.send(link, self.number, data)

    # What happens to it -------------------------------------------------------------

    def linked(self, link: Link) -> None:
        """A link is up."""
        peer = self.world.node(link.other(self.number)).public
        older = self.links.get(peer)
        self.links[peer] = link
        if older is not None and older.alive:  # one device has one link: the newer
            self.world.network.drop(older, noticed_by=(older.other(self.number),))
        self._step(lambda exchange, now: exchange.linked(peer, now))

    def lost(self, link: Link) -> None:
        """It notices that a link has broken."""
        peer = self.world.node(link.other(self.number)).public
        if self.exchange is None or self.links.get(peer) is not link:
            return
        del self.links[peer]
        self._step(lambda exchange, now: exchange.unlinked(peer, now))

    def deliver(self, link: Link, data: bytes) -> None:
        """A message arrives; it is read in a moment, with others that came as well."""
        if link.alive and self.exchange is not None:
            self._inbox.append((link, data))
            self._drain_later()

    def _drain_later(self) -> None:
        if self._inbox and not self._draining:
            self._draining = True
            self.world.after(self.world.random.randrange(1, 40), self._drain)

    def _drain(self) -> None:
        self._draining = False
        if not self.awake:
            return
        batch = []
        inbox, self._inbox = self._inbox, []
        for link, data in inbox:
            peer = self.world.node(link.other(self.number)).public
            if self.links.get(peer) is link:
                self._note_heard(peer, data)
                batch.append((peer, data))
                if self.mask is not None:
                    self.mask.heard(self, peer, data)
        if batch:
            self._step(lambda exchange, now: exchange.received_all(batch, now))

    def tick(self) -> None:
        """Time has passed."""
        if self.awake:
            self._step(lambda exchange, now: exchange.tick(now))

    def act(self, body: Body) -> Verified | None:
        """Let its member sign a record; returns None where that was not allowed."""
        made: list[Verified] = []

        def sign(exchange: Exchange, now: Now) -> list[Effect]:
            record, effects = exchange.act(body, now)
            made.append(record)
            return effects

        try:
            self._step(sign)
        except CodedError as error:
            self.world.trace.note(self.name, "may not", f"{body.kind}: {error.code}")
            return None
        self.world.trace.note(self.name, "signs", f"{body.kind} {made[0].id[:8]}")
        return made[0]

    def say(self, peer: str, message: Message) -> None:
        """Send what the exchange didn't ask for: dishonest nodes do."""
        self._send(peer, encode_message(message))

    # Carrying out -------------------------------------------------------------------

    def _step(self, call: Callable[[Exchange, Now], list[Effect]]) -> None:
        if self.exchange is None:
            return
        effects = call(self.exchange, self.clock.now(self.world.now))
        if self.mask is not None:
            effects = self.mask.bend(self, effects)
        try:
            for effect in effects:
                self._carry_out(effect)
        except Crashed:
            self._stop(power=bool(self.world.random.randrange(2)))
            return
        except OSError as error:
            # STO-10: nothing more is sent; somebody starts it again.
            self.world.trace.note(self.name, "stops", f"{error}")
            self._stop(power=False)
            return
        for check in self.world.checks:
            check.stepped(self)
        if self.mask is not None:
            self.mask.stepped(self)

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case Store(changes):
                for check in self.world.checks:
                    check.storing(self, changes)
                self._writing = changes
                self.disk.commit(changes)
                self.world.is_changed = True
                self._stored(changes)
            case Send(peer, data):
                self.disk.point()
                self._send(peer, data)
            case Close(peer, error):
                self._close(peer, error)
            case WakeAt(mono):
                self._wake_at(mono)
            case Report(news):
                self.world.trace.note(self.name, "reports", type(news).__name__)
                for check in self.world.checks:
                    check.reported(self, news)

    def _find_stored(self) -> None:
        """Count a commit that a crash cut short, if it is there now that opening synced it."""
        writing, self._writing = self._writing or {}, None
        items = [(name, *item) for name, values in writing.items() for item in values.items()]
        if items and all(self.disk.get(name, key) == value for name, key, value in items):
            self._stored(writing)

    def _stored(self, changes: Changes) -> None:
        self._writing = None
        for check in self.world.checks:
            check.stored(self, changes)

    def _send(self, peer: str, data: bytes) -> None:
        link = self.links.get(peer)
        if link is None or not link.alive:
            return
        for check in self.world.checks:
            check.sending(self, peer, data)
        if self._held is not None:
            self._held.append((link, data))
        else:
            self.world.network.send(link, self.number, data)

    def _close(self, peer: str, error: CodedError) -> None:
        self.world.trace.note(self.name, "closes", f"{self.world.name_of(peer)}: {error}")
        for check in self.world.checks:
            check.closing(self, peer, error)
        link = self.links.pop(peer, None)
        if link is not None:
            self.world.network.close(link, self.number)

    def _wake_at(self, mono: int) -> None:
        self._wake += 1
        if mono:
            ticket = self._wake
            delay = max(1, self.clock.world_at(mono) - self.world.now)
            self.world.after(delay, lambda: self._alarm(ticket))

    def _alarm(self, ticket: int) -> None:
        if ticket == self._wake:
            self.tick()

    def _note_heard(self, peer: str, data: bytes) -> None:
        self.world.trace.hear(self.name, data, lambda: self.world.describe(peer, data))
