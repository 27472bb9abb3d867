"""More than a third collude and split the book; what is left of it must name them.

f + 1 of 3f + 1 witnesses do as they should until the network parts: half of the honest are at
one side and half at the other. Then each of them copies its home to a second machine, so
that its key is at both sides. Each side has a quorum, so each goes on by itself. Later the
honest meet.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace
from functools import partial
from random import Random

import orjson
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from rochdale_protocol.core.hashes import Tag
from rochdale_protocol.minutes.minute import Minute
from rochdale_protocol.minutes.shelf import Changes
from rochdale_protocol.minutes.votes import Vote, VoteKind

from . import actors
from .checks import Check, OneChain, OneVoice, StillSound
from .dishonest.accomplice import Accomplice
from .dishonest.mask import Mask
from .dishonest.twin import Twin
from .faults import Faults
from .keys import recovery_key
from .node import Node
from .plan import plan_of
from .run import Run, simulated
from .trace import Broken

__all__ = ["ForkOutcome", "play_fork"]

MEETING_MS_MAX = 60_000
"""The bound: a few tries to link, and at each a question for every halving of the height."""


SPLIT_MS = 20_000


@dataclass(frozen=True, slots=True)
class ForkOutcome:
    """What came of a seed.

    Attributes:
        colluders: how many were dishonest, f + 1.
        height: the first at which two minutes are final, 0 if there is none.
        views: the views in which they were finalised, ascending.
        took_ms: how long after the sides met everybody was named.
    """

    colluders: int
    height: int
    views: tuple[int, ...]
    took_ms: int


class Split(Check):
    """Which minutes became final at each height, at honest nodes."""

    def __init__(self) -> None:
        self.finals: dict[int, set[str]] = {}

    def stored(self, node: Node, changes: Changes) -> None:
        if node.mask is None:
            for data in changes.get("minutes", {}).values():
                assert data is not None
                minute = Minute.from_bytes(data)
                self.finals.setdefault(minute.header.height, set()).add(minute.id)

    @property
    def height(self) -> int:
        """The first height with two final minutes, or 0."""
        return min((h for h, minutes in self.finals.items() if len(minutes) > 1), default=0)


class _ForkRun(Run):
    """A seed whose witnesses collude."""

    def __init__(self, random: Random, *, shown: bool) -> None:
        faulty_max = random.choice((1, 1, 1, 2, 2, 3))
        self.colluders = random.sample(range(3 * faulty_max + 1), faulty_max + 1)
        plan = replace(
            plan_of(random),
            nodes=3 * faulty_max + 1,
            span_ms=8_000,
            acts=random.randrange(3, 9),
            partitions=0,
            joins=0,
            devices=0,
            leaves=0,
            expels=0,
            absences=0,
            one_ways=0,
            flutters=0,
            dozes=0,
            couriers=0,
            forks=0,
            gone=0,
            dishonest=(),
        )
        super().__init__(random, plan, shown=shown)
        self.split = Split()
        self.world.checks = [self.split, OneVoice(), OneChain(), StillSound()]

    def play_fork(self) -> ForkOutcome:
        for number in range(self.plan.nodes):
            mask = Mask() if number in self.colluders else None
            self.add_node(number, recovery_key(number).public, mask=mask)
        self._introduce(self.world.nodes)
        Faults(self).schedule()
        self.world.after(self.world.random.randrange(1, self.plan.span_ms), self._split)
        self.world.run_until(self.plan.span_ms + SPLIT_MS)
        self.is_calm = True
        self._meet()
        start = self.world.now
        if not self.world.run_until(start + MEETING_MS_MAX, done=self._is_told):
            named = {node.name: len(self._named(node)) for node in self._honest}
            raise Broken(f"minute {self.split.height} is forked, and these are named: {named}")
        took = self.world.now - start
        return ForkOutcome(len(self.colluders), self.split.height, self._views(), took)

    def _introduce(self, nodes: list[Node]) -> None:
        for node in nodes:
            for other in nodes:
                self.world.network.introduce(node.number, other.number)

    def _split(self) -> None:
        """Part the honest, and copy each colluder's home to a machine at the other side."""
        random = self.world.random
        honest = list(self._honest)
        random.shuffle(honest)
        sides = (honest[::2], honest[1::2])
        nullifies = random.choice((0, 0, 2, 3, 5))
        for number in self.colluders:
            first = self.world.node(number)
            first.crash()
            second = self.add_node(self.next_number(), first.member, key=number, boots=False)
            second.disk = deepcopy(first.disk)
            for node, side in zip((first, second), sides, strict=True):
                node.mask = Accomplice(nullifies) if nullifies else Twin()
                node.gone = False
                node.boot()
                side.append(node)
        groups = {node.number: place for place, side in enumerate(sides) for node in side}
        self.trace.note("net", "splits", str(groups))
        self.world.network.part(groups)
        for side in sides:
            self._introduce(side)
            for wait in range(0, SPLIT_MS, SPLIT_MS // 4):
                self.world.after(wait, partial(self._write, side))

    def _write(self, side: list[Node]) -> None:
        """Let one of the honest at a side give it something to make minutes of."""
        node = next((each for each in side if each.awake and each.mask is None), None)
        if node is not None:
            node.act(actors.whim(node, self.world.random))

    def _meet(self) -> None:
        """Let all honest nodes link, and end the colluders' machines: they will not help."""
        self.trace.note("all", "meets")
        self.world.network.calm()
        for node in self.world.nodes:
            node.disk.doom = None
            if node.mask is not None:
                node.crash()
                node.gone = True
                continue
            if node.exchange is None:
                node.boot()
            if node.asleep:
                node.wake()
        self._introduce(self._honest)

    @property
    def _honest(self) -> list[Node]:
        return [node for node in self.world.nodes if node.mask is None]

    def _is_told(self) -> bool:
        """Whether each honest node has evidence of each colluder, if there was a fork."""
        height = self.split.height
        return all(len(self._named(n)) == len(self.colluders) for n in self._honest if height)

    def _named(self, node: Node) -> set[str]:
        """Who is proved dishonest at the forked height by what is on one disk."""
        named = set()
        for key, data in node.disk.shelf.maps["meta"].scan("contradiction/"):
            _, height, device = key.split("/")
            if not is_proof(node.ledger.coop, device, data):
                raise Broken(f"{node.name} keeps what proves nothing: {data!r}")
            blamed = self.world.node_of(device)
            if blamed is None or blamed.mask is None:
                raise Broken(f"{node.name} blames an honest witness")
            if int(height) == self.split.height:
                named.add(device)
        return named

    def _views(self) -> tuple[int, ...]:
        height = self.split.height
        finals = [
            n.ledger.certificates(height)[0] for n in self._honest if n.ledger.height >= height > 0
        ]
        return tuple(sorted({int.from_bytes(data[9:13], "big") for data in finals}))


def is_proof(coop: str, device: str, data: bytes) -> bool:
    """Say whether two votes prove a device dishonest, with nothing of the code under test.

    Both signatures are checked over a statement that is made here; two answers to one
    question are a fault, and so is to nullify and to finalise one view (VOT-6).
    """
    kept = orjson.loads(data)
    votes = [Vote.from_bytes(bytes.fromhex(kept[name])) for name in ("first", "second")]
    for vote in votes:
        statement = {
            "coop": coop,
            "height": kept["height"],
            "kind": vote.kind.name.lower(),
            "minute": vote.minute,
            "parent": vote.parent,
            "prev": kept["prev"],
            "roster": kept["roster"],
            "view": vote.view,
        }
        message = Tag.SIGN_VOTE.value + orjson.dumps(statement, option=orjson.OPT_SORT_KEYS)
        try:
            VerifyKey(bytes.fromhex(device)).verify(message, vote.signature)
        except BadSignatureError:
            return False
    first, second = votes
    if first.view != second.view:
        return False
    if first.kind is second.kind:
        return (first.minute, first.parent) != (second.minute, second.parent)
    return {first.kind, second.kind} == {VoteKind.NULLIFY, VoteKind.FINALIZE}


def play_fork(seed: int, *, shown: bool = False) -> ForkOutcome:
    """Play a seed; raises Broken if the book forked and not everybody who did it is named."""
    with simulated():
        return _ForkRun(Random(seed), shown=shown).play_fork()
