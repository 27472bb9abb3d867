"""One of more than a third who mean to split the book: signs all that helps its side.

It notarises and finalises whatever is proposed there and nullifies the view as well, at
once. The same key does so on a machine at the other side, and neither tells the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rochdale_protocol.minutes.votes import VoteKind
from rochdale_protocol.sync.messages import Empty, Kind, Message

from .mask import Mask, say_votes, vote

if TYPE_CHECKING:
    from ..node import Node


class Accomplice(Mask):
    """See the module.

    Args:
        nullifies: one view in so many is nullified besides, and where others did so.
    """

    signs: ClassVar[bool] = False

    def __init__(self, nullifies: int) -> None:
        self._nullifies = nullifies
        self._said: set[tuple[str, int, int, VoteKind, str]] = set()
        self._proposed: set[tuple[int, int]] = set()

    def stepped(self, node: Node) -> None:
        if node.exchange is None:
            return
        machine = node.ledger.machine
        self._propose(node)
        others = {v.view for v in machine.votes() if v.kind is VoteKind.NULLIFY}
        named = {(v.view, v.minute) for v in machine.votes() if v.kind is not VoteKind.NULLIFY}
        for peer in sorted(node.links):
            for view, minute in sorted(named):
                self._say(node, peer, VoteKind.NOTARIZE, view, minute)
                self._say(node, peer, VoteKind.FINALIZE, view, minute)
            if machine.view % self._nullifies == 0 or machine.view in others:
                self._say(node, peer, VoteKind.NULLIFY, machine.view, "0" * 64)

    def _say(self, node: Node, peer: str, kind: VoteKind, view: int, minute: str) -> None:
        said = (peer, node.ledger.height, view, kind, minute)
        if said not in self._said:
            self._said.add(said)
            say_votes(node, peer, vote(node, kind, view, minute))

    def _propose(self, node: Node) -> None:
        ledger, machine = node.ledger, node.ledger.machine
        if machine.leader(machine.view) != node.public:
            return
        if (ledger.height, machine.view) in self._proposed:
            return
        wall = node.clock.now(node.world.now).wall
        minute = ledger._page.draw_up(ledger.pool, node.public, wall)
        if minute is None:
            return
        self._proposed.add((ledger.height, machine.view))
        for peer in sorted(node.links):
            node.say(peer, Message(Kind.CONTENTS, Empty(), (minute.to_bytes(),)))
            say_votes(node, peer, vote(node, VoteKind.PROPOSE, machine.view, minute.id))
