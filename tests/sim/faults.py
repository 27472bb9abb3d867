"""What goes wrong around honest nodes, and the scripts of those who join."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rochdale_protocol.core.records import author_record, pack_record
from rochdale_protocol.governance.records import NoEffect, ProposalNew
from rochdale_protocol.sync.messages import Kind, Message, Records, encode_message

from . import actors
from .keys import recovery_key, token_key
from .node import Node

if TYPE_CHECKING:
    from .run import Run

__all__ = ["Faults"]


class Faults:
    """Draws when and where each trouble of a plan strikes."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._world = run.world
        self._random = run.world.random

    def schedule(self) -> None:
        """Spread the troubles of the plan over its span."""
        plan = self._run.plan
        troubles = (
            (plan.acts, self._act),
            (plan.crashes, self._crash),
            (plan.partitions, self._part),
            (plan.flaps, self._flap),
            (plan.clock_steps, self._step_clock),
            (plan.sleeps, self._sleep),
        )
        for count, trouble in troubles:
            for _ in range(count):
                self._world.after(self._random.randrange(1, plan.span_ms), trouble)
        early = plan.span_ms // 3
        for count, beginning in (
            (plan.joins, self._invite),
            (plan.devices, self._add_device),
            (plan.leaves, self._leave),
            (plan.forks, self._fork),
            (plan.gone, self._lose),
        ):
            for _ in range(count):
                self._world.after(self._random.randrange(1, early), beginning)

    def _honest(self) -> list[Node]:
        return [n for n in self._world.nodes if n.awake and n.mask is None and not n.forked]

    def _someone(self) -> Node | None:
        nodes = self._honest()
        return self._random.choice(nodes) if nodes else None

    def _act(self) -> None:
        node = self._someone()
        if node is None:
            return
        for _ in range(self._random.choice((1, 1, 1, 2, 4))):
            if node.awake and node.ledger.is_member(node.public):
                node.act(actors.whim(node, self._random))

    # Machines and links ---------------------------------------------------------------

    def _crash(self) -> None:
        node = self._someone()
        if node is None:
            return
        if self._random.randrange(2):
            node.disk.doom = self._random.choice((6, 30, 150))
            node.disk.doom = self._random.randrange(node.disk.doom)
        else:
            node.crash()
        self._world.after(self._random.randrange(100, 12_000), lambda: self._restart(node))

    def _restart(self, node: Node) -> None:
        if self._run.is_calm:
            return
        node.crash()
        if not node.gone:
            node.clock.reboot(self._world.now, self._random)
            node.boot()

    def _part(self) -> None:
        groups = {node.number: self._random.randrange(2) for node in self._world.nodes}
        self._world.trace.note("net", "parts", str(groups))
        self._world.network.part(groups)
        self._world.after(self._random.randrange(500, 15_000), self._rejoin)

    def _rejoin(self) -> None:
        self._world.trace.note("net", "rejoins")
        self._world.network.part({})

    def _flap(self) -> None:
        pairs = self._world.network.pairs
        if pairs:
            pair = self._random.choice(pairs)
            self._world.trace.note("net", "flaps", str(pair))
            self._world.network.cut(pair)

    def _step_clock(self) -> None:
        node = self._someone()
        if node is not None:
            step = self._random.choice((-3_600_000, -30_000, -1_000, 1_000, 30_000, 3_600_000))
            node.clock.offset_ms += step
            self._world.trace.note(node.name, "clock", f"{step} ms")

    def _sleep(self) -> None:
        node = self._someone()
        if node is None:
            return
        slept = self._random.choice((1_000, 8_000, 30_000))
        stops = self._random.randrange(2)
        node.sleep()

        def wake() -> None:
            if stops:
                node.clock.slept(slept)
            node.wake()

        self._world.after(slept, wake)

    def _lose(self) -> None:
        node = self._random.choice(self._world.nodes[: self._run.plan.nodes])
        self._world.trace.note(node.name, "gone")
        node.crash()
        node.gone = True

    # Forks ----------------------------------------------------------------------------

    def _fork(self) -> None:
        """Somebody else signs with a member's key, and shows it to one node."""
        if self._run.is_calm:
            return
        node = self._someone()
        if node is None or node.number >= self._run.plan.nodes:
            self._world.after(500, self._fork)
            return
        peers = [peer for peer in sorted(node.links) if node.links[peer].alive]
        device = node.ledger.final.get(f"device/{node.public}")
        if not peers or device is None:
            self._world.after(500, self._fork)
            return
        node.forked = True
        for _ in range(self._random.choice((1, 2))):
            record = author_record(
                node.signer,
                ProposalNew(
                    title=f"forged {self._random.randrange(100)}",
                    text="",
                    business="ordinary",
                    closes=node.clock.now(self._world.now).wall + 5_000,
                    effect=NoEffect(),
                ),
                coop=node.ledger.coop,
                seq=device["seq"] + self._random.choice((0, 1, 1, 1)) or 1,
                prev=device["tip"] or "0" * 64,
                seen=node.ledger.tip.id,
                at=0,
            )
            data = encode_message(
                Message(Kind.RECORDS, Records(more=False), (pack_record(record),))
            )
            target = self._world.node_of(self._random.choice(peers))
            assert target is not None
            self._world.trace.note(node.name, "forks", f"{record.id[:8]} to {target.name}")
            target.deliver(target.links[node.public], data)

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
        for each in self._honest():
            if each.ledger.is_member(each.public):
                body = actors.duty(each, self._random)
                if body is not None:
                    each.act(body)
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
