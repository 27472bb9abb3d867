"""As leader, proposes one minute to half of its peers and another to the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rochdale_protocol.minutes.minute import Minute
from rochdale_protocol.minutes.votes import VoteKind
from rochdale_protocol.sync.messages import Empty, Kind, Message

from .mask import Mask, say_votes, vote

if TYPE_CHECKING:
    from ..node import Node


class Equivocator(Mask):
    """See the module. To each half it also notarises and finalises what it proposed there."""

    signs: ClassVar[bool] = False

    def __init__(self) -> None:
        self._said: set[tuple[str, int, int]] = set()
        self._drawn: dict[tuple[int, int], list[Minute]] = {}

    def stepped(self, node: Node) -> None:
        if node.exchange is None or node.public not in node.ledger.roster.places:
            return
        machine = node.ledger.machine
        height, view = machine.ground.height, machine.view
        if machine.leader(view) != node.public:
            return
        minutes = self._drawn.get((height, view)) or self._draw(node)
        if not minutes:
            return
        self._drawn[height, view] = minutes
        for place, peer in enumerate(sorted(node.links)):
            if (peer, height, view) in self._said:
                continue
            self._said.add((peer, height, view))
            minute = minutes[place % len(minutes)]
            node.say(peer, Message(Kind.CONTENTS, Empty(), (minute.to_bytes(),)))
            say_votes(
                node,
                peer,
                vote(node, VoteKind.PROPOSE, view, minute.id),
                vote(node, VoteKind.NOTARIZE, view, minute.id),
                vote(node, VoteKind.FINALIZE, view, minute.id),
            )

    def _draw(self, node: Node) -> list[Minute]:
        ledger = node.ledger
        wall = node.clock.now(node.world.now).wall
        drawn = [ledger._page.draw_up(ledger.pool, node.public, wall + later) for later in (0, 1)]
        return [minute for minute in drawn if minute is not None]
