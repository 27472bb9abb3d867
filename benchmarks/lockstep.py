"""Co-ops in lockstep: what is said in one round is heard in the next, one message delay later.

Real ledgers and exchanges, on shelves in memory, with a network that has no other delay.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from rochdale_protocol.core.fields import Body
from rochdale_protocol.core.records import Verified
from rochdale_protocol.minutes.founding import found_book
from rochdale_protocol.minutes.ledger import Announce, Ledger, Now
from rochdale_protocol.minutes.minute import Minute
from rochdale_protocol.minutes.shelf import MemoryShelf
from rochdale_protocol.minutes.votes import Vote
from rochdale_protocol.sync.exchange import Close, Effect, Exchange, Send, Store, WakeAt
from tests.sim.keys import EPOCH_MS, device_key, founded

__all__ = ["Broadcast", "Linked"]

DELAY_MS = 50
"""How long a message is under way; only patience is measured against it."""


class Broadcast:
    """Ledgers whose own records, votes and minutes reach all others in one delay.

    Nothing is relayed, as if all were linked to all: so two hundred can take part.

    Attributes:
        rounds: message delays so far; ``now`` the time in ms.
        away: who neither speaks nor hears.
        waited: sum of the times for which nothing was under way, in ms.
    """

    def __init__(self, count: int) -> None:
        self.rounds = 0
        self.now = 0
        self.waited = 0
        self.away: frozenset[int] = frozenset()
        self.ledgers: list[Ledger] = []
        self._shelves: list[MemoryShelf] = []
        self._said: list[tuple[int, Verified | Vote | Minute]] = []
        for number in range(count):
            shelf = MemoryShelf()
            shelf.commit(found_book(founded(count)))
            ledger = Ledger(shelf, device_key(number), self._time())
            ledger.linked = True
            self.ledgers.append(ledger)
            self._shelves.append(shelf)

    def _time(self) -> Now:
        return Now(self.now, EPOCH_MS + self.now)

    def leader(self, view: int = 1) -> int:
        """Return the number of who leads a view of the next height."""
        leader = self.ledgers[0].machine.leader(view)
        keys = [device_key(number).public for number in range(len(self.ledgers))]
        return keys.index(leader)

    def write(self, number: int, body: Body) -> None:
        """Let a member sign a record; it leaves with the next round."""
        self.ledgers[number].wall_ms = self._time().wall
        self.ledgers[number].author(body)

    def until_final(self) -> None:
        """Let time pass until the next minute is final everywhere but at those away."""
        there = [n for n in range(len(self.ledgers)) if n not in self.away]
        height = self.ledgers[there[0]].height + 1
        while True:
            wakes = [self._step(number) for number in there]
            if all(self.ledgers[number].height == height for number in there):
                return
            if self._said:
                self.rounds += 1
                self.now += DELAY_MS
                self._deliver(there)
            else:
                wake = min(wake for wake in wakes if wake)
                self.waited += wake - self.now
                self.now = wake

    def _step(self, number: int) -> int:
        ledger = self.ledgers[number]
        wake = ledger.advance(self._time())
        news = [item.what for item in ledger.take_news() if isinstance(item, Announce)]
        self._shelves[number].commit(ledger.desk.take())
        own = device_key(number).public
        self._said += [(number, what) for what in news if _author(what) == own]
        return wake

    def _deliver(self, there: list[int]) -> None:
        said, self._said = self._said, []
        for speaker, what in said:
            for number in there:
                if number == speaker:
                    continue
                ledger = self.ledgers[number]
                if isinstance(what, Minute):
                    ledger.add_minute(what)
                elif not isinstance(what, Vote):
                    ledger.add_record(what)
                elif what.height == ledger.height + 1:
                    ledger.add_vote(what)


def _author(what: Verified | Vote | Minute) -> str:
    if isinstance(what, Vote):
        return what.device
    return what.header.proposer if isinstance(what, Minute) else what.header.device


@dataclass
class Linked:
    """Exchanges that talk over links, one round after the other.

    Attributes:
        rounds: message delays so far; ``now`` the time in ms; ``sent`` bytes.
    """

    count: int
    rounds: int = 0
    now: int = 0
    sent: int = 0
    exchanges: list[Exchange] = field(default_factory=list)
    _shelves: list[MemoryShelf] = field(default_factory=list)
    _links: set[tuple[int, int]] = field(default_factory=set)
    _queue: deque[tuple[int, int, bytes]] = field(default_factory=deque)
    _wakes: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number in range(self.count):
            shelf = MemoryShelf()
            shelf.commit(found_book(founded(self.count)))
            self._shelves.append(shelf)
            ledger = Ledger(shelf, device_key(number), self._time())
            self.exchanges.append(Exchange(ledger))

    def _time(self) -> Now:
        return Now(self.now + 1, EPOCH_MS + self.now)

    def heights(self) -> list[int]:
        return [exchange.ledger.height for exchange in self.exchanges]

    def leader(self) -> int:
        """Return the number of who leads the first view of the next height."""
        leader = self.exchanges[0].ledger.machine.leader(1)
        return next(n for n in range(self.count) if device_key(n).public == leader)

    def link(self, first: int, second: int) -> None:
        """Link two nodes; what they say is heard in the rounds to come."""
        self._links |= {(first, second), (second, first)}
        for one, other in ((first, second), (second, first)):
            public = device_key(other).public
            self._do(one, self.exchanges[one].linked(public, self._time()))

    def cut(self, first: int, second: int) -> None:
        """Cut a link; what is under way on it is lost."""
        self._links -= {(first, second), (second, first)}
        self._queue = deque(each for each in self._queue if (each[0], each[1]) in self._links)
        for one, other in ((first, second), (second, first)):
            public = device_key(other).public
            self._do(one, self.exchanges[one].unlinked(public, self._time()))

    def write(self, number: int, body: Body) -> None:
        """Let a member sign a record."""
        _, effects = self.exchanges[number].act(body, self._time())
        self._do(number, effects)

    def round(self) -> bool:
        """Deliver all that is under way at once; returns whether anything was."""
        if not self._queue:
            return False
        self.rounds += 1
        heard: dict[int, list[tuple[str, bytes]]] = {}
        while self._queue:
            speaker, hearer, data = self._queue.popleft()
            heard.setdefault(hearer, []).append((device_key(speaker).public, data))
        for hearer in sorted(heard):
            batch = heard[hearer]
            self._do(hearer, self.exchanges[hearer].received_all(batch, self._time()))
        return True

    def rest(self) -> None:
        """Let rounds pass until nothing is under way."""
        while self.round():
            pass

    def pass_time(self, ms: int) -> None:
        """Let that many milliseconds pass, with all that falls due."""
        until = self.now + ms
        while True:
            self.rest()
            due = min((wake for wake in self._wakes.values() if wake), default=0)
            if not due or due - 1 > until:
                break
            self.now = max(self.now, due - 1)
            for number in sorted(self._wakes):
                if 0 < self._wakes[number] <= self.now + 1:
                    self._do(number, self.exchanges[number].tick(self._time()))
        self.now = until

    def _do(self, me: int, effects: list[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, Store):
                self._shelves[me].commit(effect.changes)
            elif isinstance(effect, Send):
                peer = next(n for n in range(self.count) if device_key(n).public == effect.peer)
                self.sent += len(effect.data)
                self._queue.append((me, peer, effect.data))
            elif isinstance(effect, WakeAt):
                self._wakes[me] = effect.mono
            elif isinstance(effect, Close):
                raise AssertionError(f"{me} cuts {effect.peer[:8]} off: {effect.error}")
