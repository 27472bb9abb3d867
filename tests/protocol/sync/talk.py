"""Farms whose exchanges talk over links in memory; a test may speak for any of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from rochdale_protocol.core.fields import Body
from rochdale_protocol.core.hashes import Tag
from rochdale_protocol.core.keys import SeedSigner
from rochdale_protocol.core.limits import PATIENCE_MS
from rochdale_protocol.core.records import Verified
from rochdale_protocol.governance.effects import Admit
from rochdale_protocol.governance.records import BallotCast, ProposalNew
from rochdale_protocol.membership.records import DeviceAdd, MemberApply, MemberInvite
from rochdale_protocol.membership.rules import recovery_claim
from rochdale_protocol.minutes.founding import found_book
from rochdale_protocol.minutes.ledger import Ledger, Now
from rochdale_protocol.minutes.shelf import MemoryShelf
from rochdale_protocol.sync.exchange import Close, Effect, Exchange, Report, Send, Store, WakeAt
from rochdale_protocol.sync.messages import Kind, Message, decode_message, encode_message

from ..coops import device, recovery, signed_charter

__all__ = ["Talk"]

START_MS = 2_000


class Talk:
    """Farms 0 to ``count - 1``, none linked yet.

    Attributes:
        said: every message that was delivered, as (from, to, bytes).
        closed: every link that an exchange has ended, as (who, peer, code).
        loses: says of (from, to, kind) whether a message gets lost.
    """

    def __init__(self, count: int) -> None:
        self.signed = signed_charter(count)
        self.coop = self.signed.charter.coop()
        self.mono = 1
        self.exchanges: dict[str, Exchange] = {}
        self.shelves: dict[str, MemoryShelf] = {}
        self.names: list[str] = []
        self.said: list[tuple[str, str, bytes]] = []
        self.closed: list[tuple[str, str, str]] = []
        self.reports: list[tuple[str, object]] = []
        self.loses: Callable[[str, str, Kind], bool] = lambda sender, peer, kind: False
        self._wakes: dict[str, int] = {}
        self._queue: deque[tuple[str, str, bytes]] = deque()
        for number in range(count):
            self.open(device(number))

    @property
    def now(self) -> Now:
        return Now(self.mono, START_MS + self.mono)

    def open(self, signer: SeedSigner, trusted: frozenset[str] = frozenset()) -> str:
        """Open a book that holds the charter alone; returns the device."""
        shelf = MemoryShelf()
        shelf.commit(found_book(self.signed))
        self.shelves[signer.public] = shelf
        self.exchanges[signer.public] = Exchange(Ledger(shelf, signer, self.now), trusted)
        self.names.append(signer.public)
        return signer.public

    def ledger(self, number: int) -> Ledger:
        return self.exchanges[self.names[number]].ledger

    def leader(self) -> int:
        """Return the number of the farm that leads the first view of the next height."""
        return self.names.index(self.ledger(0).machine.leader(1))

    def admit(self, sponsor: int, voters: tuple[int, ...]) -> int:
        """Let a newcomer in through a sponsor it is linked to; returns its number."""
        number = len(self.names)
        token, own = SeedSigner(bytes([number + 201]) * 32), device(number)
        self.write(sponsor, MemberInvite(token=token.public, expires=self.now.wall + 600_000))
        self.open(own, frozenset((self.names[sponsor],)))
        claim = recovery_claim(self.coop, recovery(number).public, own.public)
        applied = self.act(
            number,
            MemberApply(
                name=f"Farm {number}",
                entity="organisation",
                recovery=recovery(number).public,
                token=token.public,
                recovery_sig=recovery(number).sign(Tag.SIGN_RECOVERY, claim).hex(),
                token_sig=token.sign(Tag.SIGN_INVITE, claim).hex(),
            ),
        )
        self.link(sponsor, number)
        proposal = ProposalNew(
            opens=0,
            election=None,
            title="Admit",
            text="",
            business="ordinary",
            closes=self.now.wall + 30_000,
            effect=Admit(application=applied.id),
        )
        put = self.write(sponsor, proposal)
        for voter in voters:
            self.write(voter, BallotCast(principal=None, proposal=put.id, choice="for", reason=""))
        while not self.ledger(sponsor).is_member(own.public):
            assert self.mono < 1_000_000
            self.pass_time(PATIENCE_MS)
        return number

    def add_device(self, number: int) -> int:
        """Enrol another device of a farm and open its book; returns its number."""
        own = device(len(self.names) + 20)
        claim = recovery_claim(self.coop, recovery(number).public, own.public)
        signature = own.sign(Tag.SIGN_DEVICE, claim).hex()
        self.write(number, DeviceAdd(device=own.public, label="phone", device_sig=signature))
        self.open(own, frozenset((self.names[number],)))
        return len(self.names) - 1

    def link(self, first: int, second: int) -> None:
        """Link two nodes and let them talk until they have nothing to say."""
        a, b = self.names[first], self.names[second]
        self._do(a, self.exchanges[a].linked(b, self.now))
        self._do(b, self.exchanges[b].linked(a, self.now))
        self.run()

    def link_all(self) -> None:
        for second in range(len(self.names)):
            for first in range(second):
                self.link(first, second)

    def cut(self, first: int, second: int) -> None:
        """Cut a link; what is under way on it was delivered."""
        a, b = self.names[first], self.names[second]
        self._do(a, self.exchanges[a].unlinked(b, self.now))
        self._do(b, self.exchanges[b].unlinked(a, self.now))
        self.run()

    def meet(self, number: int, stranger: str) -> None:
        """Link a node to a device that the test speaks for."""
        name = self.names[number]
        self._do(name, self.exchanges[name].linked(stranger, self.now))

    def tell(self, number: int, peer: str, message: Message | bytes) -> list[Message]:
        """Say something to a node in a peer's name; returns what it answers to that peer."""
        data = message if isinstance(message, bytes) else encode_message(message)
        name = self.names[number]
        effects = self.exchanges[name].received(peer, data, self.now)
        self._do(name, effects)
        return [
            decode_message(effect.data)
            for effect in effects
            if isinstance(effect, Send) and effect.peer == peer
        ]

    def act(self, number: int, body: Body) -> Verified:
        """Let a member sign a record; nothing is delivered yet."""
        name = self.names[number]
        record, effects = self.exchanges[name].act(body, self.now)
        self._do(name, effects)
        return record

    def write(self, number: int, body: Body) -> Verified:
        """Let a member sign a record and make it final, whoever of the leaders is away."""
        record = self.act(number, body)
        self.run()
        while record.id in self.ledger(number).pool:
            assert self.mono < 1_000_000
            self.pass_time(PATIENCE_MS)
        return record

    def pass_time(self, ms: int) -> None:
        """Let that many milliseconds pass for everyone."""
        self.mono += ms
        for name in self.names:
            self._do(name, self.exchanges[name].tick(self.now))
        self.run()

    def run(self) -> None:
        """Deliver, and do what is due now, until nothing is under way."""
        while self._deliver() or self._wake():
            pass

    def _wake(self) -> bool:
        due = [name for name, mono in self._wakes.items() if 0 < mono <= self.mono]
        for name in due:
            self._do(name, self.exchanges[name].tick(self.now))
        return bool(due)

    def _deliver(self) -> bool:
        busy = bool(self._queue)
        while self._queue:
            sender, peer, data = self._queue.popleft()
            if self.loses(sender, peer, decode_message(data).kind):
                continue
            self.said.append((sender, peer, data))
            if peer in self.exchanges:
                self._do(peer, self.exchanges[peer].received(sender, data, self.now))
        return busy

    def _do(self, me: str, effects: list[Effect]) -> None:
        for effect in effects:
            match effect:
                case Store(changes):
                    self.shelves[me].commit(changes)
                case Send(peer, data):
                    self._queue.append((me, peer, data))
                case Close(peer, error):
                    self.closed.append((me, peer, error.code))
                case Report(news):
                    self.reports.append((me, news))
                case WakeAt(mono):
                    self._wakes[me] = mono
