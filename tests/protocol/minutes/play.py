"""One machine, played by a test that says what the others signed."""

from __future__ import annotations

from collections.abc import Iterable

from rochdale_protocol.core.hashes import ZERO_ID
from rochdale_protocol.minutes.machine import Machine, Sign, Step, Verdict
from rochdale_protocol.minutes.votes import Vote, VoteKind
from tests.protocol.minutes.grounds import ground, key

__all__ = ["A", "B", "F", "P", "Play", "T", "X"]

A, B = "aa" * 32, "bb" * 32
P, T, X, F = VoteKind.PROPOSE, VoteKind.NOTARIZE, VoteKind.NULLIFY, VoteKind.FINALIZE


class Play:
    """One machine, to which a test tells what others signed.

    Witnesses lead views 1, 2, ... in the order of their numbers.
    """

    def __init__(self, count: int = 4, me: int | None = 3) -> None:
        self.ground = ground(count)
        self.count = count
        leaders = tuple(key(number).public for number in range(count))
        self.machine = Machine(self.ground, leaders, None if me is None else key(me).public)
        self.me = me

    def hear(
        self, kind: VoteKind, view: int, who: Iterable[int], minute: str = A, parent: int = 0
    ) -> Play:
        """Let witnesses have signed this."""
        minute = ZERO_ID if kind is X else minute
        for number in who:
            self.machine.add(Vote(5, kind, view, parent, minute, key(number).public, bytes(64)))
        return self

    def hold(self, minute: str = A, verdict: Verdict = Verdict.VALID, leader: int = 0) -> Play:
        self.machine.hold(minute, verdict, key(leader).public)
        return self

    def step(self, *, waiting: bool = True, over: bool = False) -> Step | None:
        return self.machine.step(waiting=waiting, patience_over=over)

    def sign(self, *, waiting: bool = True, over: bool = False) -> list[tuple[str, int, str, int]]:
        """Sign all that may be signed, and return it in short."""
        assert self.me is not None
        signed: list[tuple[str, int, str, int]] = []
        while True:
            step = self.step(waiting=waiting, over=over)
            if not isinstance(step, Sign):
                return signed
            self.hear(step.kind, step.view, [self.me], step.minute, step.parent)
            signed.append((step.kind.name, step.view, step.minute[:2], step.parent))

    def nullified(self, *views: int) -> Play:
        for view in views:
            self.hear(X, view, range(self.ground.roster.quorum))
        return self
