"""Dishonest witnesses do what they are there for, and up to a third of them do no harm."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from rochdale_protocol.core.errors import CodedError
from rochdale_protocol.core.limits import CONFLICTS_MAX, CONTENTS_LOOSE_MAX, VIEWS_AHEAD_MAX

from .checks import Check
from .dishonest import KINDS
from .node import Node
from .plan import Plan, plan_of
from .run import Run, run_seed, simulated
from .world import World

SEEDS = 4


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_one_of_four_does_no_harm(kind: str) -> None:
    """Whatever one of four witnesses does, the others agree and come to rest."""
    assert [run_seed(seed, liar=kind).error for seed in range(SEEDS)] == [""] * SEEDS


def _calm_plan(*dishonest: str, nodes: int) -> Plan:
    """A mesh in no trouble but its liars'."""
    drawn = plan_of(Random(0))
    troubles = {name: 0 for name in Plan.__slots__ if type(getattr(drawn, name)) is int}
    quiet = replace(drawn, **troubles)  # type: ignore[arg-type]
    return replace(quiet, nodes=nodes, span_ms=6_000, acts=6, topology="mesh", dishonest=dishonest)


class Watch(Check):
    """What honest nodes make of it, and how much they keep."""

    def __init__(self) -> None:
        self.codes: set[str] = set()
        self.contents_max = self.votes_max = 0

    def closing(self, node: Node, peer: str, error: CodedError) -> None:
        if node.mask is None:
            self.codes.add(error.code)

    def stepped(self, node: Node) -> None:
        if node.mask is None and node.exchange is not None:
            machine = node.ledger.machine
            loose = len(node.ledger.contents) - len(machine.named())
            self.contents_max = max(self.contents_max, loose)
            self.votes_max = max(self.votes_max, sum(1 for _ in machine.votes()))


def _play(seed: int, plan: Plan) -> tuple[Watch, World]:
    watch = Watch()
    with simulated():
        run = Run(Random(seed), plan)
        run.world.checks = [*run.world.checks, watch]
        run.play()
    return watch, run.world


def test_a_flood_is_cut_off_and_fills_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who says thousands of things that bring nothing new loses its links (SYN-8).

    What is kept of it has a bound: a few answers to each question of the next views.
    """
    monkeypatch.setattr("tests.sim.dishonest.flooder.MESSAGES_MAX", 8_000)
    monkeypatch.setattr("tests.sim.dishonest.flooder.BURST", 40)
    monkeypatch.setattr("tests.sim.world.EVENTS_MAX", 10**6)
    watch, _ = _play(1, _calm_plan("flooder", nodes=4))
    assert "SYN-8" in watch.codes
    assert watch.contents_max <= CONTENTS_LOOSE_MAX
    views = VIEWS_AHEAD_MAX + 10
    assert 0 < watch.votes_max <= 4 * views * CONFLICTS_MAX + 4 * 4 * views


def test_twins_come_to_know_it_or_are_known() -> None:
    """One of two machines with one key doubts itself, or the others hold its contradiction."""
    doubts = known = 0
    for seed in range(6):
        _, world = _play(seed, _calm_plan("twins", nodes=4))
        twins = [node for node in world.nodes if node.mask is not None]
        assert len({node.public for node in twins}) == 1
        assert len(twins) == 2
        doubted = any(bool(node.ledger.doubt) for node in twins if node.exchange is not None)
        kept = any(
            key.endswith(twins[0].public)
            for node in world.nodes
            if node.mask is None
            for key, _ in node.disk.shelf.maps["meta"].scan("contradiction/")
        )
        assert doubted or kept
        doubts, known = doubts + doubted, known + kept
    assert doubts > 0
