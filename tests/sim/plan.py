"""What a seed stands for: which co-op, which network, which troubles."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from .dishonest import KINDS
from .network import Manners

__all__ = ["Plan", "plan_of", "turnover"]


@dataclass(frozen=True, slots=True)
class Plan:
    """The casting of one run. Counts say how often something happens in ``span_ms``."""

    nodes: int
    span_ms: int
    manners: Manners
    topology: str
    acts: int
    crashes: int
    partitions: int
    flaps: int
    clock_steps: int
    sleeps: int
    joins: int
    devices: int
    leaves: int
    expels: int
    absences: int
    one_ways: int
    flutters: int
    stalls: int
    drifts: int
    full_disks: int
    dozes: int
    couriers: int
    forks: int
    gone: int
    clocks_off_ms: int
    dishonest: tuple[str, ...]

    def __str__(self) -> str:
        troubles = [f"{count} {name}" for name in _NAMES if (count := getattr(self, name))]
        network = "stream" if self.manners.ordered else "datagrams"
        cast = f"{self.nodes} nodes, {self.topology}, {network} loss {self.manners.loss}/1000"
        return ", ".join([cast, f"{self.acts} acts", *troubles, *self.dishonest])


def _manners(random: Random) -> Manners:
    draw = random.randrange(10)
    if draw < 4:
        return Manners(random.choice((5, 50, 400)), ordered=True, loss=0, doubled=0)
    if draw < 7:
        return Manners(random.choice((50, 400)), ordered=True, loss=10, doubled=0)
    return Manners(
        random.choice((50, 500, 3_000)),
        ordered=False,
        loss=random.choice((0, 20, 100)),
        doubled=random.choice((0, 50)),
    )


def plan_of(random: Random) -> Plan:
    """Draw a plan: mostly a small co-op in little trouble, one in 32 a large one in much.

    Some of those change nearly all their witnesses. Small scopes find most bugs, and many of
    them are played in the time of a large one.
    """
    if random.randrange(32):
        return _small(random)
    return _large(random) if random.randrange(8) else turnover(random)


_NAMES = (
    "crashes",
    "partitions",
    "flaps",
    "clock_steps",
    "sleeps",
    "joins",
    "devices",
    "leaves",
    "expels",
    "absences",
    "one_ways",
    "flutters",
    "stalls",
    "drifts",
    "full_disks",
    "dozes",
    "couriers",
    "forks",
    "gone",
)
_TROUBLES = ("crashes", "crashes", *_NAMES, *("dishonest",) * 5)
"""What a small plan draws from: some more often than others."""

_ONCE = frozenset(
    ("joins", "devices", "leaves", "expels", "absences", "dozes", "couriers", "forks", "gone")
)
_LONG = frozenset(("absences", "dozes", "couriers"))
_EVILS = frozenset(("dishonest", "forks", "gone"))
"""What a third may do wrong is spent once: on a liar, a fork, or somebody gone for good."""


_AMONG_SEVERAL = frozenset(
    ("partitions", "flaps", "sleeps", "one_ways", "flutters", "stalls", "dozes", "couriers")
)


def _small(random: Random) -> Plan:
    nodes = random.choice((1, 2, 3, 3, 3, 4, 4, 4, 4, 4, 4, 5))
    drawn = set(random.sample(_TROUBLES, random.choice((1, 1, 2, 2, 3))))
    evils = sorted(drawn.intersection(_EVILS))
    drawn.difference_update(evils if nodes < 4 else evils[1:])
    if nodes < 3 or not drawn.isdisjoint(_EVILS):
        drawn.difference_update(("leaves", "expels", "absences"))
    if nodes < 2:
        drawn.difference_update(_AMONG_SEVERAL)
    counts = {
        name: 0 if name not in drawn else 1 if name in _ONCE else random.choice((1, 1, 2, 3))
        for name in sorted(_NAMES)
    }
    return Plan(
        nodes=nodes,
        span_ms=random.choice((4_000, 8_000)) if drawn.isdisjoint(_LONG) else 24_000,
        manners=_manners(random),
        topology=random.choice(("mesh", "mesh", "ring", "star", "tree")),
        acts=random.choice((1, 1, 2, 2, 3)),
        clocks_off_ms=random.choice((0, 500, 500, 3_600_000)),
        dishonest=(random.choice(sorted(KINDS)),) if "dishonest" in drawn else (),
        **counts,
    )


def turnover(random: Random) -> Plan:
    """Draw a plan in which members come and go, as many as the rules allow."""
    quiet = dict.fromkeys((name for name in _TROUBLES if name != "dishonest"), 0)
    return Plan(
        nodes=random.choice((3, 4, 4, 5)),
        span_ms=60_000,
        manners=_manners(random),
        topology="mesh",
        acts=random.randrange(3, 10),
        clocks_off_ms=500,
        dishonest=(),
        **{
            **quiet,
            "joins": random.choice((2, 3, 4)),
            "leaves": random.choice((1, 2, 3)),
            "expels": random.choice((0, 1)),
            "devices": random.choice((0, 1)),
            "crashes": random.choice((0, 2)),
        },
    )


def _large(random: Random) -> Plan:
    nodes = random.choice((3, 4, 4, 4, 5, 5, 7, 7)) if random.randrange(12) else 10
    faulty_max = (nodes - 1) // 3
    rough = random.randrange(4) if nodes > 1 else 0
    evil = random.choice(("liar", "liar", "liar", "fork", "gone", "")) if faulty_max else ""
    return Plan(
        nodes=nodes,
        span_ms=random.choice((10_000, 25_000)),
        manners=_manners(random),
        topology=random.choice(("mesh", "mesh", "ring", "star", "tree")),
        acts=random.randrange(3, 10),
        crashes=random.choice((0, 0, 1, 2, 4)),
        partitions=random.choice((0, 1, 2)) if rough else 0,
        flaps=random.choice((0, 2, 5)) if rough > 1 else 0,
        clock_steps=random.choice((0, 0, 0, 2)),
        sleeps=random.choice((0, 0, 1, 2)) if rough else 0,
        joins=random.choice((0, 0, 0, 1, 1, 2)),
        devices=1 if random.randrange(6) == 0 else 0,
        leaves=random.choice((0, 1, 1, 2)) if not evil and nodes > 3 else 0,
        expels=random.choice((0, 0, 1)) if not evil and nodes > 2 else 0,
        absences=random.choice((0, 0, 1)) if not evil and nodes > 2 else 0,
        one_ways=random.choice((0, 0, 1, 2)) if rough else 0,
        flutters=random.choice((0, 0, 1)) if rough else 0,
        stalls=random.choice((0, 0, 1, 2)) if rough else 0,
        drifts=random.choice((0, 0, 2)),
        full_disks=random.choice((0, 0, 0, 1, 2)),
        dozes=random.choice((0, 0, 0, 1)) if rough else 0,
        couriers=random.choice((0, 0, 0, 1)) if rough else 0,
        forks=1 if evil == "fork" else 0,
        gone=1 if evil == "gone" else 0,
        clocks_off_ms=random.choice((0, 500, 500, 3_600_000)),
        dishonest=tuple(
            random.choice(sorted(KINDS))
            for _ in range(random.randrange(1, faulty_max + 1) if evil == "liar" else 0)
        ),
    )
