"""Links between nodes: they come and go, and what is under way when one goes is lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .world import World

__all__ = ["BACKOFF_MS_MAX", "Link", "Manners", "Network"]


@dataclass(frozen=True, slots=True)
class Manners:
    """How the network treats messages.

    Attributes:
        delay_ms_max: longest way of a message, apart from waiting for those before it.
        ordered: a link keeps the order and loses nothing while it is up, as TCP does;
            else each message is delayed, doubled or lost for itself.
        loss: of 1,000 messages, how many are lost (a link that is ordered is reset).
        doubled: of 1,000 messages, how many come twice, where not ordered.
    """

    delay_ms_max: int
    ordered: bool
    loss: int
    doubled: int


LASTING_MS = 10_000
"""A link that broke sooner is dialled again later each time."""

HEARTBEAT_MS_MAX = 20_000
"""By then both ends notice that one of them is not heard."""

TRIES_MAX = 6

BACKOFF_MS_MAX = (2_000 << TRIES_MAX) + 2_000
"""By then, two nodes that can be linked are."""

CALM = Manners(delay_ms_max=60, ordered=True, loss=0, doubled=0)


@dataclass(slots=True, eq=False)
class Link:
    """One connection of two nodes; a new one is made when it breaks."""

    ends: tuple[int, int]
    born_ms: int
    ordered: bool
    alive: bool = True
    last_ms: int = 0
    """No message arrives before this one, where the link is ordered."""

    def other(self, end: int) -> int:
        return self.ends[1] if self.ends[0] == end else self.ends[0]


class Network:
    """All links, and who may be linked to whom."""

    def __init__(self, world: World, manners: Manners) -> None:
        self._world = world
        self.manners = manners
        self._links: dict[tuple[int, int], Link | None] = {}
        self._tries: dict[tuple[int, int], int] = {}
        self._groups: dict[int, int] = {}
        self._muted: frozenset[tuple[int, int]] = frozenset()
        self.bytes_sent = 0

    def calm(self) -> None:
        """Lose nothing any more and let everybody meet everybody.

        Where messages were lost on a link that is up, it is made anew: a real link that
        loses something is broken.
        """
        if not self.manners.ordered:
            for pair in self.pairs:
                self.cut(pair)
        self.manners = CALM
        self._groups = {}
        self._muted = frozenset()
        self._tries = {}

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Those who link whenever they can, sorted."""
        return sorted(self._links)

    def introduce(self, first: int, second: int) -> None:
        """Let two nodes link from now on, whenever they can."""
        pair = (min(first, second), max(first, second))
        if first != second and pair not in self._links:
            self._links[pair] = None
            self._dial_later(pair, 0)

    def part(self, groups: dict[int, int]) -> None:
        """Cut every link between nodes of different groups, until the next ``part``."""
        self._groups = groups
        for pair in self.pairs:
            if self._is_cut(pair):
                self.cut(pair)

    def mute(self, ways: frozenset[tuple[int, int]]) -> None:
        """Let nothing pass from the first to the second of these, until the next ``mute``."""
        self._muted = ways

    def cut(self, pair: tuple[int, int]) -> None:
        """Break the link of a pair; each end notices in its own time."""
        link = self._links[pair]
        if link is not None:
            self.drop(link, noticed_by=link.ends)

    def close(self, link: Link, end: int) -> None:
        """Let one end hang up: what it has said before still arrives, where order is kept."""
        wait = max(1, link.last_ms + 1 - self._world.now)
        self._world.after(wait, lambda: self.drop(link, noticed_by=(link.other(end),)))

    def drop(self, link: Link, noticed_by: tuple[int, ...]) -> None:
        """Break a link; both dial again after a while."""
        if not link.alive:
            return
        link.alive = False
        self._links[link.ends] = None
        random = self._world.random
        for end in noticed_by:
            node = self._world.node(end)
            delay = random.randrange(1, 2_000)
            self._world.after(delay, lambda node=node: node.lost(link))  # type: ignore[misc]
        lasted = self._world.now - link.born_ms
        tries = 0 if lasted > LASTING_MS else self._tries.get(link.ends, 0) + 1
        self._tries[link.ends] = tries
        self._dial_later(link.ends, random.randrange(200, 2_000) << min(tries, TRIES_MAX))

    def _is_cut(self, pair: tuple[int, int]) -> bool:
        muted = pair in self._muted or (pair[1], pair[0]) in self._muted
        return muted or self._groups.get(pair[0], 0) != self._groups.get(pair[1], 0)

    def _dial_later(self, pair: tuple[int, int], delay: int) -> None:
        self._world.after(delay + 1, lambda: self._dial(pair))

    def _dial(self, pair: tuple[int, int]) -> None:
        if self._links[pair] is not None:
            return
        nodes = [self._world.node(number) for number in pair]
        if any(node.gone for node in nodes):
            return
        if self._is_cut(pair) or not all(node.awake for node in nodes):
            self._dial_later(pair, self._world.random.randrange(500, 2_000))
            return
        link = self._links[pair] = Link(pair, self._world.now, self.manners.ordered)
        self._world.trace.note(f"{pair[0]}-{pair[1]}", "link")
        for node in nodes:
            if link.alive:
                node.linked(link)

    def send(self, link: Link, sender: int, data: bytes) -> None:
        """Send a message to the other end."""
        world = self._world
        self.bytes_sent += len(data)
        manners, random = self.manners, world.random
        if manners.loss and random.randrange(1_000) < manners.loss:
            if manners.ordered:
                self.drop(link, noticed_by=link.ends)
            return
        target = world.node(link.other(sender))
        if (sender, target.number) in self._muted:
            if manners.ordered:  # nobody confirms it: the link breaks when that is noticed
                wait = random.randrange(1, HEARTBEAT_MS_MAX)
                world.after(wait, lambda: self.drop(link, noticed_by=link.ends))
            return
        times = 1
        if not manners.ordered and random.randrange(1_000) < manners.doubled:
            times = 2
        for _ in range(times):
            arrival = world.now + random.randrange(1, manners.delay_ms_max + 1)
            if manners.ordered:
                arrival = link.last_ms = max(arrival, link.last_ms)
            world.after(arrival - world.now, lambda: target.deliver(link, data))
