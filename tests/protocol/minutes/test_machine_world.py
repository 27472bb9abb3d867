"""Simplex for one height, whole: machines among liars, in any order of delivery."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rochdale_protocol.core.hashes import ZERO_ID
from rochdale_protocol.minutes.machine import Final, Machine, ProposeFresh, Sign, Verdict
from rochdale_protocol.minutes.votes import Vote, VoteKind, evidence_between
from tests.protocol.minutes.grounds import ground, key

VIEWS_LIE_MAX = 6
SEEDS = st.integers(0, 2**32)


class World:
    """Machines 0 to n - 1, of which the last f lie; ``random`` decides who hears what when.

    A liar signs anything and tells it to whom it likes. Honest votes reach everyone,
    in any order, sometimes twice.
    """

    def __init__(self, count: int, liars: int, random: Random) -> None:
        self.random = random
        self.ground = ground(count)
        order = list(range(count))
        random.shuffle(order)
        self.leaders = tuple(key(number).public for number in order)
        self.honest = range(count - liars)
        self.liars = range(count - liars, count)
        self.machines = [
            Machine(self.ground, self.leaders, key(number).public) for number in self.honest
        ]
        self.inboxes: list[list[Vote]] = [[] for _ in self.honest]
        self.signed: list[list[Vote]] = [[] for _ in self.honest]
        self.finals: dict[int, str] = {}
        self.minutes: dict[str, str] = {}

    def vote(self, number: int, kind: VoteKind, view: int, minute: str, parent: int) -> Vote:
        return Vote(5, kind, view, parent, minute, key(number).public, bytes(64))

    def draw_up(self, number: int) -> str:
        """Return a minute of a witness, which every honest machine holds as valid."""
        minute = f"{len(self.minutes) + 1:064x}"
        self.minutes[minute] = key(number).public
        for machine in self.machines:
            machine.hold(minute, Verdict.VALID, key(number).public)
        return minute

    def run(self, number: int, *, over: bool) -> None:
        """Let a machine sign all that it may, and post it."""
        machine = self.machines[number]
        while number not in self.finals:
            step = machine.step(waiting=True, patience_over=over)
            if step is None:
                return
            if isinstance(step, Final):
                self.finals[number] = step.minute
                return
            if isinstance(step, ProposeFresh):
                step = Sign(VoteKind.PROPOSE, step.view, self.draw_up(number), 0)
            vote = self.vote(number, step.kind, step.view, step.minute, step.parent)
            assert machine.add(vote) == (True, None)
            self.signed[number].append(vote)
            for other in self.honest:
                if other != number:
                    self.inboxes[other].append(vote)

    def lie(self) -> None:
        """Let a liar sign something for some of the others."""
        liar = self.random.choice(self.liars)
        kind = self.random.choice(list(VoteKind))
        view = self.random.randint(1, VIEWS_LIE_MAX)
        parent = self.random.randint(0, view - 1) if kind is VoteKind.PROPOSE else 0
        names = [*sorted(self.minutes), ""]
        minute = self.random.choice(names) or self.draw_up(liar)
        if kind is VoteKind.NULLIFY:
            minute = ZERO_ID
        vote = self.vote(liar, kind, view, minute, parent)
        for other in self.honest:
            if self.random.random() < 0.6:
                self.inboxes[other].append(vote)

    def deliver(self, number: int) -> None:
        """Let a machine hear one vote that is under way to it, sometimes without using it up."""
        inbox = self.inboxes[number]
        at = self.random.randrange(len(inbox))
        vote = inbox[at] if self.random.random() < 0.1 else inbox.pop(at)
        self.machines[number].add(vote)
        self.run(number, over=False)

    def tumble(self, steps: int) -> None:
        """Let that many things happen."""
        for _ in range(steps):
            number = self.random.choice(self.honest)
            chance = self.random.random()
            if self.liars and chance < 0.15:
                self.lie()
            elif chance < 0.25:
                self.run(number, over=True)
            elif self.inboxes[number]:
                self.deliver(number)
            else:
                self.run(number, over=False)

    def settle(self) -> None:
        """Deliver everything, with patience where nothing else happens, until all are done.

        Who holds a vote gives it to all others whenever they meet, as nodes do, so that
        what a liar told to some is known to all.
        """
        for _ in range(60):
            for machine in self.machines:
                for inbox in self.inboxes:
                    inbox.extend(machine.votes())
            while any(self.inboxes):
                for number in self.honest:
                    while self.inboxes[number]:
                        self.deliver(number)
            if len(self.finals) == len(self.honest):
                return
            for number in self.honest:
                self.run(number, over=False)
            if not any(self.inboxes):
                for number in self.honest:
                    self.run(number, over=True)

    def check_honest(self) -> None:
        """No honest machine ever signed two votes that no honest one signs."""
        for votes in self.signed:
            assert not any(evidence_between(one, other) for one, other in combinations(votes, 2))

    def check_agreed(self) -> None:
        """No two machines hold different minutes for final."""
        assert len(set(self.finals.values())) <= 1


@settings(max_examples=150)
@given(st.integers(1, 7), SEEDS, st.integers(0, 400))
def test_no_order_of_delivery_makes_an_honest_machine_lie(
    count: int, seed: int, steps: int
) -> None:
    """In any order, among f liars, no machine contradicts itself and no two disagree."""
    world = World(count, (count - 1) // 3, Random(seed))
    world.tumble(steps)
    world.check_honest()
    world.check_agreed()


@settings(max_examples=60)
@given(st.integers(1, 7), SEEDS, st.integers(0, 300))
def test_what_is_delivered_ends(count: int, seed: int, steps: int) -> None:
    """Once the liars fall silent and all is delivered, every honest machine comes to an end."""
    world = World(count, (count - 1) // 3, Random(seed))
    world.tumble(steps)
    world.settle()
    assert sorted(world.finals) == list(world.honest)
    world.check_honest()
    world.check_agreed()


@settings(max_examples=60)
@given(st.integers(2, 7), SEEDS, st.integers(20, 200))
def test_a_machine_that_restarts_does_not_lie(count: int, seed: int, steps: int) -> None:
    """A machine made anew from the votes it kept goes on as if nothing had happened (LED-2)."""
    random = Random(seed)
    world = World(count, 0, random)
    for _ in range(5):
        world.tumble(steps // 5)
        number = random.choice(world.honest)
        old = world.machines[number]
        new = Machine(world.ground, world.leaders, key(number).public)
        for minute, proposer in sorted(world.minutes.items()):
            new.hold(minute, Verdict.VALID, proposer)
        for vote in old.votes():
            new.add(vote)
        assert new.view == old.view
        world.machines[number] = new
    world.settle()
    assert sorted(world.finals) == list(world.honest)
    world.check_honest()
    world.check_agreed()


@pytest.mark.parametrize("count", [4, 7])
def test_one_liar_too_many_can_divide(count: int) -> None:
    """The bound is tight: with f+1 liars two honest machines can be made to disagree.

    This shows that the checks of this module would notice.
    """
    on = ground(count)
    enough, liars = on.roster.quorum, on.roster.faulty_max + 1
    leaders = tuple(key(number).public for number in range(count))
    finals = set()
    for side in (0, 1):
        minute = f"{side + 1:064x}"
        me = key(count - 1 - side).public
        machine = Machine(on, leaders, me)
        machine.hold(minute, Verdict.VALID, key(0).public)
        honest = [number for number in range(liars, count) if number % 2 == side]
        for number in [*range(liars), *honest][:enough]:
            machine.add(Vote(5, VoteKind.FINALIZE, 1, 0, minute, key(number).public, bytes(64)))
        step = machine.step(waiting=True, patience_over=False)
        finals |= {step.minute} if isinstance(step, Final) else set()
    assert len(finals) == 2
