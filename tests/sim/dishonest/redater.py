"""Attests by the rules, and hands on what others signed for a height as though for the next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rochdale_protocol.minutes.votes import Vote, VoteKind
from rochdale_protocol.sync.messages import Kind, decode_message

from .mask import Mask, say_votes

if TYPE_CHECKING:
    from ..node import Node

KEPT_MAX = 50


class Redater(Mask):
    """See the module."""

    def __init__(self) -> None:
        self._kept: list[Vote] = []

    def heard(self, node: Node, peer: str, data: bytes) -> None:
        if data[0] == Kind.VOTES and len(self._kept) < KEPT_MAX:
            votes = [Vote.from_bytes(blob) for blob in decode_message(data).blobs]
            self._kept += [vote for vote in votes if vote.kind is VoteKind.NULLIFY]

    def stepped(self, node: Node) -> None:
        random = node.world.random
        if node.exchange is None or not node.links or not self._kept or random.randrange(3):
            return
        height = node.ledger.machine.ground.height
        kept = random.choice(self._kept)
        if kept.height < height:
            say_votes(node, random.choice(sorted(node.links)), replace(kept, height=height))
