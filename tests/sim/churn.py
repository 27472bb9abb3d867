"""Who joins, leaves, is expelled, or is away for days, at any height."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import actors
from .keys import recovery_key, token_key
from .node import Node

if TYPE_CHECKING:
    from .run import Run

__all__ = ["Churn"]

DAY_MS = 86_400_000


class Churn:
    """The scripts of those who come and go, each with what others must do for it."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._world = run.world
        self._random = run.world.random

    def schedule(self) -> None:
        """Begin each script in the first third of the plan's span."""
        plan = self._run.plan
        for count, beginning in (
            (plan.joins, self._invite),
            (plan.devices, self._add_device),
            (plan.leaves, self._leave),
            (plan.expels, self._accuse),
            (plan.absences, self._go_away),
        ):
            for _ in range(count):
                self._world.after(self._random.randrange(1, plan.span_ms // 3), beginning)

    def _someone(self) -> Node | None:
        nodes = self._run.honest_awake()
        return self._random.choice(nodes) if nodes else None

    # Newcomers ------------------------------------------------------------------------

    def _invite(self) -> None:
        if self._run.is_calm:
            return
        sponsor = self._someone()
        number = self._run.next_number()
        if sponsor is None or sponsor.act(actors.invitation(sponsor, number)) is None:
            self._world.after(1_000, self._invite)
            return
        self._world.after(2_000, lambda: self._apply(sponsor, number))

    def _apply(self, sponsor: Node, number: int) -> None:
        if self._run.is_calm:
            return
        invited = sponsor.awake and sponsor.ledger.final.get(f"invite/{token_key(number).public}")
        if not invited:
            self._world.after(1_000, lambda: self._apply(sponsor, number))
            return
        node = self._run.add_node(
            number, recovery_key(number).public, trusted=frozenset((sponsor.public,))
        )
        node.act(actors.application(sponsor.ledger.coop, number))
        self._world.network.introduce(number, sponsor.number)
        self._attend(node)

    def _attend(self, node: Node) -> None:
        """Let members do their duty by a newcomer until it is a witness."""
        if self._run.is_calm:
            return
        self._do_duty()
        if node.awake and node.ledger.is_member(node.public):
            self._run.introduce_all(node)
            if node.ledger.final.get(f"witness/{node.member}") is not None:
                return
        self._world.after(self._random.randrange(500, 2_500), lambda: self._attend(node))

    def _add_device(self) -> None:
        if self._run.is_calm:
            return
        first = self._someone()
        number = self._run.next_number()
        if first is None or first.act(actors.device_addition(first, number)) is None:
            self._world.after(1_000, self._add_device)
            return
        node = self._run.add_node(number, first.member, trusted=frozenset((first.public,)))
        self._world.network.introduce(number, first.number)
        self._world.after(3_000, lambda: self._take_over(node))

    def _take_over(self, node: Node) -> None:
        """A second device, once synced, attests for its member in the place of the first."""
        if self._run.is_calm:
            return
        if node.awake and node.ledger.is_member(node.public):
            self._run.introduce_all(node)
            if self._random.randrange(2):
                node.act(actors.readiness())
            if self._run.plan.leaves:
                self._world.after(2_000, lambda: self._retire(node))
            return
        self._world.after(2_000, lambda: self._take_over(node))

    # Those who leave ------------------------------------------------------------------

    def _leave(self) -> None:
        """A member resigns; its node is cut off as soon as that is minuted."""
        node = self._someone()
        if node is not None and node.ledger.is_member(node.public):
            for each in self._world.nodes:
                each.left = each.left or each.member == node.member
            node.act(actors.resignation())

    def _retire(self, second: Node) -> None:
        """A second device ends the first one of its member."""
        if self._run.is_calm or not second.awake:
            return
        first = next(node for node in self._world.nodes if node.member == second.member)
        first.left = True
        second.act(actors.retirement(first))

    def _accuse(self) -> None:
        """A member moves to expel another, and the others vote."""
        accused = self._someone()
        if self._run.is_calm or accused is None:
            return
        others = [n for n in self._run.honest_awake() if n.member != accused.member]
        mover = self._random.choice(others) if others else None
        if mover is None or mover.act(actors.expulsion(mover, accused.member)) is None:
            self._world.after(1_000, self._accuse)
            return
        for each in self._world.nodes:
            each.left = each.left or each.member == accused.member
        self._vote()

    def _vote(self) -> None:
        """Let members do their duty by what is moved until the calm."""
        if self._run.is_calm:
            return
        self._do_duty()
        self._world.after(self._random.randrange(500, 2_500), self._vote)

    def _do_duty(self) -> None:
        for each in self._run.honest_awake():
            if each.ledger.is_member(each.public):
                body = actors.duty(each, self._random)
                if body is not None:
                    each.act(body)

    # Those who are away for days --------------------------------------------------------

    def _go_away(self) -> None:
        """A laptop sleeps for days in which the others go on; then it comes back."""
        node = self._someone()
        if node is None or self._run.is_calm:
            return
        node.sleep()
        for turn in range(1, 6):
            self._world.after(1_200 * turn, self._pass_day)
        self._world.after(8_000, node.wake)
        self._world.after(8_000, self._vote)  # duty: who was dormant is ready again

    def _pass_day(self) -> None:
        if self._run.is_calm:
            return
        self._world.lapse(DAY_MS)
        node = self._someone()
        if node is not None and node.ledger.is_member(node.public):
            node.act(actors.whim(node, self._random))
