"""Says ever more, each message well-formed and most of it its own to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rochdale_protocol.core.limits import VIEWS_AHEAD_MAX
from rochdale_protocol.minutes.votes import VoteKind
from rochdale_protocol.sync.exchange import Close, Effect
from rochdale_protocol.sync.messages import Empty, Kind, Message, WantContents, WantMinutes

from .mask import Mask, say_votes, vote

if TYPE_CHECKING:
    from ..node import Node

BURST = 6
MESSAGES_MAX = 400
"""The world must come to rest some day; ``test_dishonest`` floods until links break."""


class Flooder(Mask):
    """See the module. It never attests to what others propose."""

    signs: ClassVar[bool] = False

    def __init__(self) -> None:
        self._said = 0

    def bend(self, node: Node, effects: list[Effect]) -> list[Effect]:
        return [effect for effect in effects if not isinstance(effect, Close)]

    def stepped(self, node: Node) -> None:
        if node.exchange is None or node.public not in node.ledger.roster.places:
            return
        random = node.world.random
        for peer in sorted(node.links):
            for _ in range(BURST if self._said < MESSAGES_MAX else 0):
                self._said += 1
                if peer in node.links:
                    random.choice((self._vote, self._content, self._ask))(node, peer)

    def _vote(self, node: Node, peer: str) -> None:
        """Any answer to any question, again and again another."""
        random, machine = node.world.random, node.ledger.machine
        view = machine.view + random.randrange(2 * VIEWS_AHEAD_MAX)
        kind = random.choice(list(VoteKind))
        if kind is VoteKind.NULLIFY:
            say_votes(node, peer, vote(node, kind, view))
        else:
            say_votes(node, peer, vote(node, kind, view, f"{random.randrange(1 << 40):064x}"))

    def _content(self, node: Node, peer: str) -> None:
        """Minutes that nobody asked for, some of them valid."""
        ledger, random = node.ledger, node.world.random
        wall = node.clock.now(node.world.now).wall + random.randrange(1 << 20)
        minute = ledger._page.draw_up(ledger.pool, node.public, wall) or ledger.tip
        node.say(peer, Message(Kind.CONTENTS, Empty(), (minute.to_bytes(),)))

    def _ask(self, node: Node, peer: str) -> None:
        """Questions whose answers are longer than they are."""
        if node.world.random.randrange(2):
            node.say(peer, Message(Kind.WANT_MINUTES, WantMinutes(start=1)))
        else:
            names = [minute.id for minute in node.ledger.contents] or [node.ledger.tip.id]
            node.say(peer, Message(Kind.WANT_CONTENTS, WantContents(minutes=names)))
