"""What must come true once the trouble is over, and that nothing is said without need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rochdale_protocol.core.hashes import ZERO_ID
from rochdale_protocol.minutes.merkle import records_root
from rochdale_protocol.state.maps import DictMap
from rochdale_protocol.state.tree import update

from .keys import EPOCH_MS
from .network import BACKOFF_MS_MAX
from .node import Node
from .trace import Broken

if TYPE_CHECKING:
    from .run import Run

__all__ = ["EQUAL_BYTES_MAX", "QUIET_MS", "SETTLE_MS_MAX", "Liveness"]

SETTLE_MS_MAX = 240_000
"""The bound: a clock that is looked at again, two views of capped patience, and as long again."""

LOOK_MS = 60_000
"""So often those who have become members meanwhile are introduced to all."""

QUIET_MS = 3_600_000
"""So long nothing may be said where nothing is to be done."""

EQUAL_BYTES_MAX = 70
"""What two nodes with equal books may say to each other when they meet."""


class Liveness:
    """Heals a world and looks whether it settles."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._world = run.world

    def settle(self) -> int:
        """Heal everything, wait until all is final, check it; returns the time it took."""
        start = self._world.now
        self._heal()
        while not self._world.run_until(self._world.now + LOOK_MS, done=self._is_settled):
            start = max(start, self._last_deadline())
            self._introduce()
            if self._world.now < start + SETTLE_MS_MAX:
                continue
            raise Broken(f"not settled after {SETTLE_MS_MAX} ms: {'; '.join(self._unsettled())}")
        took = max(0, self._world.now - start)
        self._world.trace.note("all", "settled", f"after {took} ms")
        self._run.reached.check_all(self._members())
        self._check_state()
        self._check_quiet()
        self._check_meeting()
        return took

    def _heal(self) -> None:
        world = self._world
        world.trace.note("all", "heals")
        world.network.calm()
        for node in world.nodes:
            node.disk.doom = node.disk.room = None
            node.clock.offset_ms = world.lapsed_ms + world.random.randrange(-500, 500)
            node.release()
            node.clock.drift_ppm = 0
            if node.gone:
                continue
            if node.exchange is None:
                node.clock.reboot(world.now, world.random)
                node.boot()
            if node.asleep:
                node.wake()
        self._introduce()

    def _introduce(self) -> None:
        numbers = [node.number for node in (*self._members(), *self._former())]
        for first in numbers:
            for second in numbers:
                self._world.network.introduce(first, second)

    def _last_deadline(self) -> int:
        """The world's time of the last deadline in any book: authors' clocks were off."""
        walls = [
            int(key.split("/")[0])
            for node in self._honest
            for key, _ in node.ledger.final.scan("deadline/")
        ]
        return max(walls, default=EPOCH_MS) - EPOCH_MS - self._world.lapsed_ms

    @property
    def _honest(self) -> list[Node]:
        return [
            n for n in self._world.nodes if not (n.gone or n.forked) and n.mask is None and n.awake
        ]

    def _members(self) -> list[Node]:
        """Honest nodes in good standing by the longest honest book."""
        longest = max(self._honest, key=lambda node: node.ledger.height)
        return [node for node in self._honest if longest.ledger.is_member(node.public)]

    def _former(self) -> list[Node]:
        """Honest nodes whose members have left by the longest honest book."""
        longest = max(self._honest, key=lambda node: node.ledger.height)
        return [node for node in self._honest if longest.ledger.left_at(node.public)]

    def _is_settled(self) -> bool:
        return not self._unsettled()

    def _unsettled(self) -> list[str]:
        members = self._members()
        tips = {node.ledger.tip.id for node in members}
        if len(tips) > 1:
            return [f"{node.name} at {node.ledger.height}" for node in members]
        waiting = []
        for node in members:
            final = node.ledger.final
            if next(final.scan("deadline/"), None) is not None:
                waiting.append(f"{node.name} has an open deadline")
            for record in node.ledger.pool:
                device = final.get(f"device/{record.header.device}")
                author = self._world.node_of(record.header.device)
                parked = device is None or device["status"] != "active"
                if author is not None and device is not None:
                    # What it follows may have gone down with its author's machine.
                    parked = parked or (author.gone and record.header.seq > device["seq"] + 1)
                if not parked and (author is None or not author.forked):
                    waiting.append(f"{node.name} has {record.header.kind} {record.id[:8]}")
        waiting.extend(
            f"{node.name} has not heard that it left"
            for node in self._former()
            if node.ledger.is_member(node.public)
        )
        return waiting

    def _check_state(self) -> None:
        """Each book's state gives the root that its tip names, computed anew."""
        last: dict[str, bytes | None] = {}
        root = ZERO_ID
        for node in self._members():
            state: dict[str, bytes | None] = dict(node.disk.shelf.maps["state"].scan(""))
            if state != last:
                last, root = state, update(DictMap(), state)
            if root != node.ledger.tip.header.state_root:
                raise Broken(f"{node.name} has another state than its tip names")
            header = node.ledger.tip.header
            if records_root(node.ledger.tip.records) != header.records_root:
                raise Broken(f"{node.name} has another list than its tip names")

    def _check_quiet(self) -> None:
        world = self._world
        members = self._members()
        for node in world.nodes:
            if node not in members and node.mask is None:
                node.crash()  # who was cut off goes on dialling, and in vain
                node.gone = True
        world.run_until(world.now + BACKOFF_MS_MAX)
        # What a forked author left may have become final only now, and opened a vote (SIM-7).
        world.run_until(max(world.now, self._last_deadline() + BACKOFF_MS_MAX))
        if any(node.mask is not None for node in world.nodes):
            return
        signed, sent = self._run.voice.signed, world.network.bytes_sent
        world.run_until(world.now + QUIET_MS)
        if self._run.voice.signed != signed:
            raise Broken(f"{self._run.voice.signed - signed} votes without work")
        if world.network.bytes_sent != sent:
            raise Broken(f"{world.network.bytes_sent - sent} bytes without need")

    def _check_meeting(self) -> None:
        world = self._world
        numbers = {node.number for node in self._members()}
        pairs = [pair for pair in world.network.pairs if numbers.issuperset(pair)]
        if not pairs or any(node.mask is not None for node in world.nodes):
            return
        sent = world.network.bytes_sent
        world.network.cut(world.random.choice(pairs))
        world.run_until(world.now + BACKOFF_MS_MAX)
        said = world.network.bytes_sent - sent
        if not 0 < said <= EQUAL_BYTES_MAX:
            raise Broken(f"equal books say {said} bytes when they meet")
