"""Simulated time: what happens next, and everything that it happens to."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from random import Random
from typing import TYPE_CHECKING

from rochdale_protocol.minutes.votes import Vote
from rochdale_protocol.sync.messages import Kind, decode_message

from .network import Manners, Network
from .trace import Broken, Trace

if TYPE_CHECKING:
    from .checks import Check
    from .node import Node

__all__ = ["EVENTS_MAX", "World"]

EVENTS_MAX = 60_000
"""More events than this mean that nodes never come to rest."""


class World:
    """All machines, their network and the time.

    Attributes:
        now: simulated milliseconds since the beginning.
        lapsed_ms: how much more all wall clocks have gone on: days in which nothing happened.
        is_changed: since ``done`` was asked, a node stored something, or began or ceased to run.
        random: the only source of chance.
    """

    def __init__(self, random: Random, manners: Manners, trace: Trace) -> None:
        self.random = random
        self.trace = trace
        self.now = 0
        self.lapsed_ms = 0
        self.nodes: list[Node] = []
        self._by_number: dict[int, Node] = {}
        self._by_device: dict[str, Node] = {}
        self.network = Network(self, manners)
        self.checks: Sequence[Check] = ()
        self.events = 0
        self.is_changed = False
        self._queue: list[tuple[int, int, Callable[[], None]]] = []
        self._turn = 0

    def after(self, delay: int, call: Callable[[], None]) -> None:
        """Let something happen in ``delay`` milliseconds."""
        assert delay >= 0
        self._turn += 1
        heapq.heappush(self._queue, (self.now + delay, self._turn, call))

    def lapse(self, ms: int) -> None:
        """Let all clocks go on by as much, as if nothing had happened meanwhile."""
        self.trace.note("all", "lapse", f"{ms} ms")
        self.lapsed_ms += ms
        for node in self.nodes:
            node.clock.offset_ms += ms

    def run_until(self, time: int, done: Callable[[], bool] | None = None) -> bool:
        """Let time pass; returns whether ``done`` came true: it is asked after each change."""
        self.is_changed = True
        while self._queue and self._queue[0][0] <= time:
            if done is not None and self.is_changed and self._queue[0][0] != self.now:
                self.is_changed = False
                if done():
                    return True
            at, _, call = heapq.heappop(self._queue)
            self.now = self.trace.time = at
            self.events += 1
            if self.events > EVENTS_MAX:
                raise Broken(f"no rest after {EVENTS_MAX} events")
            call()
        if done is not None and done():
            return True
        self.now = self.trace.time = time
        return False

    def add(self, node: Node) -> None:
        """Put a machine into the world."""
        self.nodes.append(node)
        self._by_number[node.number] = node
        self._by_device[node.public] = node

    def node(self, number: int) -> Node:
        """Return the node of a number."""
        return self._by_number[number]

    def node_of(self, device: str) -> Node | None:
        """Return the node that has a device's key."""
        return self._by_device.get(device)

    def name_of(self, device: str) -> str:
        """Return the name of a device's node."""
        node = self.node_of(device)
        return "?" if node is None else node.name

    def describe(self, peer: str, data: bytes) -> str:
        """Say what a message from a peer is about."""
        message = decode_message(data)
        said = message.kind.name
        if message.kind is Kind.VOTES:
            votes = [Vote.from_bytes(blob) for blob in message.blobs]
            said += " " + ", ".join(
                f"{self.name_of(v.device)} {v.kind.name.lower()} {v.height}.{v.view} {v.minute[:6]}"
                for v in votes
            )
        else:
            said += f" {message.head!r}"[:160] + f" +{len(message.blobs)}"
        return f"{self.name_of(peer)}: {said}"
