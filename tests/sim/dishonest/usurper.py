"""Proposes fresh minutes for all views that it will lead, whatever stands before them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rochdale_protocol.minutes.votes import VoteKind
from rochdale_protocol.sync.messages import Empty, Kind, Message

from .mask import Mask, say_votes, vote

if TYPE_CHECKING:
    from ..node import Node

AHEAD = 4


class Usurper(Mask):
    """See the module. It attests to its own minutes alone."""

    signs: ClassVar[bool] = False

    def __init__(self) -> None:
        self._said: set[tuple[str, int, int, VoteKind]] = set()

    def stepped(self, node: Node) -> None:
        if node.exchange is None or node.public not in node.ledger.roster.places:
            return
        machine = node.ledger.machine
        for view in range(machine.view, machine.view + AHEAD):
            if machine.leader(view) == node.public:
                self._propose(node, view)

    def _attest(self, node: Node, view: int, minute: str) -> None:
        for peer in sorted(node.links):
            for kind in (VoteKind.NOTARIZE, VoteKind.FINALIZE):
                if self._is_new(node, peer, view, kind):
                    say_votes(node, peer, vote(node, kind, view, minute))

    def _propose(self, node: Node, view: int) -> None:
        ledger = node.ledger
        if (node.public, ledger.height, view, VoteKind.PROPOSE) in self._said:
            return
        wall = node.clock.now(node.world.now).wall + view
        minute = ledger._page.draw_up(ledger.pool, node.public, wall)
        if minute is None:
            return
        self._said.add((node.public, ledger.height, view, VoteKind.PROPOSE))
        for peer in sorted(node.links):
            node.say(peer, Message(Kind.CONTENTS, Empty(), (minute.to_bytes(),)))
            say_votes(node, peer, vote(node, VoteKind.PROPOSE, view, minute.id))
        self._attest(node, view, minute.id)

    def _is_new(self, node: Node, peer: str, view: int, kind: VoteKind) -> bool:
        said = (peer, node.ledger.height, view, kind)
        new = said not in self._said
        self._said.add(said)
        return new
