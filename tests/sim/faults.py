"""What goes wrong around honest nodes: their machines, their links, their clocks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rochdale_protocol.core.records import author_record, pack_record
from rochdale_protocol.governance.effects import NoEffect
from rochdale_protocol.governance.records import ProposalNew
from rochdale_protocol.sync.messages import Kind, Message, Records, encode_message

from . import actors
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
            (plan.one_ways, self._mute),
            (plan.flutters, self._flutter),
            (plan.stalls, self._stall),
            (plan.drifts, self._drift),
            (plan.full_disks, self._fill),
        )
        for count, trouble in troubles:
            for _ in range(count):
                self._world.after(self._random.randrange(1, plan.span_ms), trouble)
        early = plan.span_ms // 3
        for count, beginning in (
            (plan.dozes, self._doze),
            (plan.couriers, self._send_courier),
            (plan.forks, self._fork),
            (plan.gone, self._lose),
        ):
            for _ in range(count):
                self._world.after(self._random.randrange(1, early), beginning)

    def _someone(self) -> Node | None:
        nodes = self._run.honest_awake()
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
        if node.gone:
            return
        node.clock.reboot(self._world.now, self._random)
        if self._random.randrange(3) == 0:  # and once more, on what the crash left
            node.disk.doom = self._random.randrange(20)
            self._world.after(self._random.randrange(100, 4_000), lambda: self._restart(node))
        node.boot()

    def _part(self) -> None:
        groups = {node.number: self._random.randrange(2) for node in self._world.nodes}
        self._world.trace.note("net", "parts", str(groups))
        self._world.network.part(groups)
        self._world.after(self._random.randrange(500, 15_000), self._rejoin)

    def _rejoin(self) -> None:
        self._world.trace.note("net", "rejoins")
        self._world.network.part({})

    def _mute(self) -> None:
        """What some say doesn't reach the others, though they hear them."""
        nodes = self._world.nodes
        some = [node.number for node in nodes if self._random.randrange(2)]
        others = [node.number for node in nodes if node.number not in some]
        self._world.trace.note("net", "mutes", f"{some} to {others}")
        self._world.network.mute(frozenset((a, b) for a in some for b in others))
        self._world.after(self._random.randrange(500, 15_000), self._unmute)

    def _unmute(self) -> None:
        self._world.trace.note("net", "unmutes")
        self._world.network.mute(frozenset())

    def _flutter(self) -> None:
        """A partition that comes and goes, each time along another line."""
        for turn in range(self._random.randrange(3, 7)):
            self._world.after(turn * 1_500, self._flicker)

    def _flicker(self) -> None:
        groups = {node.number: self._random.randrange(2) for node in self._world.nodes}
        self._world.trace.note("net", "parts", str(groups))
        self._world.network.part({} if self._run.is_calm else groups)
        self._world.after(self._random.randrange(100, 1_400), self._rejoin)

    def _send_courier(self) -> None:
        """Nobody has a link but with the one who visits them in turn."""
        courier = self._someone()
        if courier is None:
            return
        others = [node.number for node in self._world.nodes if node is not courier]
        visits = self._random.sample(others, len(others)) * 2
        for turn, number in enumerate(visits):
            self._world.after(3_000 * turn, partial(self._visit, courier.number, number))
        self._world.after(3_000 * len(visits), self._rejoin)

    def _visit(self, courier: int, host: int) -> None:
        if not self._run.is_calm:
            self._world.trace.note("net", "visits", f"{courier} {host}")
            groups = {node.number: node.number for node in self._world.nodes}
            self._world.network.part({**groups, host: courier})

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

    def _drift(self) -> None:
        node = self._someone()
        if node is not None:
            ppm = self._random.choice((-50_000, -1_000, 1_000, 50_000))
            node.clock.drift(ppm, self._world.now)
            self._world.trace.note(node.name, "drifts", f"{ppm} ppm")

    def _stall(self) -> None:
        """It hears all, and what it says stays in its own machine for a while."""
        node = self._someone()
        if node is not None:
            node.stall()
            self._world.after(self._random.choice((1_000, 8_000, 30_000)), node.release)

    def _fill(self) -> None:
        """Its disk is full, until somebody makes room and starts it again."""
        node = self._someone()
        if node is not None:
            node.disk.room = self._random.choice((0, 3_000, 20_000))
            self._world.trace.note(node.name, "fills", f"{node.disk.room} bytes left")
            self._world.after(self._random.randrange(500, 12_000), lambda: self._make_room(node))

    def _make_room(self, node: Node) -> None:
        node.disk.room = None
        if node.exchange is None:
            self._restart(node)

    def _doze(self) -> None:
        """All laptops sleep, and one at a time is awake; then they come back one by one."""
        nodes = [node for node in self._world.nodes if not node.gone]
        for node in nodes:
            node.sleep()
        turns = self._random.sample(nodes, len(nodes)) + self._random.sample(nodes, len(nodes))
        for turn, node in enumerate(turns, start=1):
            self._world.after(1_500 * turn, node.wake)
            if turn <= len(nodes):
                self._world.after(1_500 * (turn + 1) - 1, node.sleep)

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
                    opens=0,
                    election=None,
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
