"""Claims minutes that do not exist, and shows some with signatures that it made up."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rochdale_protocol.core.records import pack_record
from rochdale_protocol.minutes.minute import Minute
from rochdale_protocol.minutes.shelf import height_key
from rochdale_protocol.minutes.votes import Certificate, VoteKind
from rochdale_protocol.sync.exchange import Effect, Send
from rochdale_protocol.sync.messages import (
    Kind,
    Message,
    Minutes,
    Tip,
    WantMinutes,
    decode_message,
)

from .mask import Mask, vote

if TYPE_CHECKING:
    from ..node import Node


class Liar(Mask):
    """See the module."""

    def __init__(self) -> None:
        self._asked: list[tuple[str, int]] = []

    def heard(self, node: Node, peer: str, data: bytes) -> None:
        if data[0] == Kind.WANT_MINUTES:
            head = decode_message(data).head
            assert isinstance(head, WantMinutes)
            if head.start == node.ledger.height + 1:
                self._asked.append((peer, head.start))

    def bend(self, node: Node, effects: list[Effect]) -> list[Effect]:
        return [
            effect
            for effect in effects
            if not (isinstance(effect, Send) and self._asked and effect.data[0] == Kind.MINUTES)
        ]

    def stepped(self, node: Node) -> None:
        asked, self._asked = self._asked, []
        if node.exchange is None:
            return
        height = node.ledger.height + 1
        for peer, start in asked:
            forged = self._forge(node)
            if forged is not None and start == height:
                claim = {"start": start, "tip": start, "records": [len(forged[2:])]}
                head = Minutes.model_validate(claim)
                node.say(peer, Message(Kind.MINUTES, head, forged))
        if node.links and node.world.random.randrange(6) == 0:
            peer = node.world.random.choice(sorted(node.links))
            node.say(peer, Message(Kind.TIP, Tip(height=height, minute="ab" * 32), ()))

    def _forge(self, node: Node) -> tuple[bytes, ...] | None:
        """A minute that is right but for its certificate: one that the liar alone has signed.

        Or one that a quorum has signed, though for the minute before.
        """
        ledger = node.ledger
        wall = node.clock.now(node.world.now).wall
        minute = ledger._page.draw_up(ledger.pool, node.public, wall)
        if minute is None or node.public not in ledger.roster.places:
            return None
        frames = self._frames(node, minute)
        stolen = ledger.desk["finals"].get(height_key(ledger.height))
        if stolen is not None and node.world.random.randrange(2):
            return minute.to_bytes(), stolen, *frames
        final = vote(node, VoteKind.FINALIZE, 1, minute.id)
        alone = Certificate.collect(ledger.machine.ground, [final])
        everybody = tuple(range(len(ledger.roster)))
        forged = replace(alone, signers=everybody, signatures=alone.signatures * len(ledger.roster))
        return minute.to_bytes(), forged.to_bytes(), *frames

    def _frames(self, node: Node, minute: Minute) -> list[bytes]:
        held = [node.ledger.record(record) for record, _ in minute.records]
        return [pack_record(record) for record in held if record is not None]
