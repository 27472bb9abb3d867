"""One run of one seed: founding, storm, calm, and rest."""

from __future__ import annotations

import gc
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random

from nacl.bindings import crypto_sign_open

from rochdale_protocol.core import keys
from rochdale_protocol.minutes import ledger
from rochdale_protocol.minutes.founding import found_book

from .certified import Certified
from .checks import OneBook, OneVoice, every_check
from .churn import Churn
from .clock import Clock
from .dishonest import KINDS
from .dishonest.mask import Mask
from .disk import Disk
from .faults import Faults
from .keys import device_key, founded, recovery_key
from .liveness import Liveness
from .node import Node
from .plan import Plan, plan_of
from .reached import Reached
from .trace import Broken, Trace
from .world import World

__all__ = ["Outcome", "Run", "run_seed"]

COLD_MINUTES = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a seed; ``error`` is "" where all held."""

    seed: int
    plan: str
    trace: str
    error: str
    height: int
    events: int
    votes: int
    settled_ms: int


class Run:
    """A seed's world and everybody in it.

    Args:
        random: what draws everything from here on.
        shown: print what happens.

    Attributes:
        is_calm: the storm is over, nobody begins anything new.
    """

    def __init__(self, random: Random, plan: Plan, *, shown: bool = False) -> None:
        self.plan = plan
        self.trace = Trace(shown=shown)
        self.world = World(random, self.plan.manners, self.trace)
        self.book, self.voice = OneBook(), OneVoice()
        self.reached = Reached()
        self.world.checks = [*every_check(self.book, self.voice), Certified(), self.reached]
        self.is_calm = False
        self.settled_ms = 0
        self._next = self.plan.nodes
        self._founded = found_book(founded(self.plan.nodes))
        self.trace.note("all", "plan", str(self.plan))

    def next_number(self) -> int:
        """Return the number of the next node to be."""
        self._next += 1
        return self._next - 1

    def add_node(
        self,
        number: int,
        member: str,
        *,
        trusted: frozenset[str] = frozenset(),
        mask: Mask | None = None,
        key: int | None = None,
        boots: bool = True,
    ) -> Node:
        """Start a node whose disk holds the charter alone; ``key`` is its number if None."""
        random, off = self.world.random, self.plan.clocks_off_ms
        clock = Clock(
            random.randrange(-off, off + 1) if random.randrange(2) else 0,
            random.randrange(-200, 201),
            random.randrange(1, 1_000_000),
        )
        clock.offset_ms += self.world.lapsed_ms
        node = Node(
            self.world,
            number,
            device_key(number if key is None else key),
            member,
            disk=Disk(self._founded),
            clock=clock,
            trusted=trusted,
            mask=mask,
        )
        self.world.add(node)
        if boots:
            node.boot()
        return node

    def honest_awake(self) -> list[Node]:
        """Return the nodes that run and keep the rules, their keys in one hand."""
        return [n for n in self.world.nodes if n.awake and n.mask is None and not n.forked]

    def introduce_all(self, node: Node) -> None:
        """Let a node link to everybody."""
        for other in self.world.nodes:
            self.world.network.introduce(node.number, other.number)

    def play(self) -> None:
        """Play the whole film; raises Broken where something doesn't hold."""
        self._found()
        Faults(self).schedule()
        Churn(self).schedule()
        self.world.run_until(self.plan.span_ms)
        self.is_calm = True
        self.settled_ms = Liveness(self).settle()

    def _found(self) -> None:
        random, count = self.world.random, self.plan.nodes
        liars = dict(
            zip(
                random.sample(range(count), len(self.plan.dishonest)),
                self.plan.dishonest,
                strict=True,
            )
        )
        for number in range(count):
            mask = KINDS[liars[number]]() if number in liars else None
            self.add_node(number, recovery_key(number).public, mask=mask)
        machines: dict[int, tuple[int, ...]] = {number: (number,) for number in range(count)}
        for number, kind in sorted(liars.items()):
            if kind == "twins":
                second = self.next_number()
                member = recovery_key(number).public
                self.add_node(second, member, mask=KINDS[kind](), key=number)
                machines[number] = (number, second)
        for first, second in self._topology(count):
            self.world.network.introduce(
                machines[first][second % len(machines[first])],
                machines[second][first % len(machines[second])],
            )

    def _topology(self, count: int) -> list[tuple[int, int]]:
        random = self.world.random
        match self.plan.topology:
            case "mesh":
                return [(a, b) for b in range(count) for a in range(b)]
            case "ring":
                return [(a, (a + 1) % count) for a in range(count)]
            case "star":
                return [(0, b) for b in range(1, count)]
            case _:
                return [(random.randrange(b), b) for b in range(1, count)]


# All nodes are in one process and check the same signatures: whether one opens is asked of
# libsodium once for all of them, as it depends on nothing but the bytes. Refusals are not kept.
_open_once = lru_cache(maxsize=16_384)(crypto_sign_open)


@contextmanager
def simulated() -> Iterator[None]:
    """Let a newcomer to a short book take it over as one does that joins a long one.

    And check no signature twice, nor look for garbage before a seed is over: that is a fifth
    of its time.
    """
    cold, sign_open = vars(ledger)["COLD_MINUTES_MIN"], vars(keys)["crypto_sign_open"]
    setattr(ledger, "COLD_MINUTES_MIN", min(COLD_MINUTES, cold))  # noqa: B010  a constant
    setattr(keys, "crypto_sign_open", _open_once)  # noqa: B010
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        setattr(ledger, "COLD_MINUTES_MIN", cold)  # noqa: B010
        setattr(keys, "crypto_sign_open", sign_open)  # noqa: B010


def run_seed(seed: int, *, shown: bool = False, liar: str = "") -> Outcome:
    """Run a seed and tell what came of it.

    Args:
        shown: print what happens.
        liar: let one witness in four be this one, whatever the seed's plan says.
    """
    with simulated():
        return _run_seed(seed, shown=shown, liar=liar)


def _run_seed(seed: int, *, shown: bool, liar: str) -> Outcome:
    random = Random(seed)
    plan = plan_of(random)
    if liar:
        plan = replace(plan, nodes=4, dishonest=(liar,), forks=0, gone=0)
        plan = replace(plan, leaves=0, expels=0, absences=0)
    run = Run(random, plan, shown=shown)
    error = ""
    try:
        run.play()
    except Broken as broken:
        error = str(broken)
    except Exception:  # noqa: BLE001  whatever a node raises is a finding
        error = traceback.format_exc()
    if error:
        run.trace.note("all", "broken", error)
    world = run.world
    return Outcome(
        seed,
        str(run.plan),
        run.trace.digest,
        error,
        max(run.book.finals, default=0),
        world.events,
        run.voice.signed,
        run.settled_ms,
    )
