"""Finalises what is proposed to some and nullifies the same view to others, then swaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rochdale_protocol.minutes.votes import VoteKind

from .mask import Mask, say_votes, vote

if TYPE_CHECKING:
    from ..node import Node


class FinalizeAndNullify(Mask):
    """See the module."""

    signs: ClassVar[bool] = False

    def __init__(self) -> None:
        self._said: set[tuple[str, int, int, str]] = set()

    def stepped(self, node: Node) -> None:
        if node.exchange is None or node.public not in node.ledger.roster.places:
            return
        machine = node.ledger.machine
        height = machine.ground.height
        named = sorted(
            {(v.view, v.minute) for v in machine.votes() if v.kind is not VoteKind.NULLIFY}
        )
        for place, peer in enumerate(sorted(node.links)):
            for view, minute in named:
                kind = VoteKind.FINALIZE if (place + view) % 2 else VoteKind.NULLIFY
                said = (peer, height, view, minute)
                if said in self._said:
                    continue
                self._said.add(said)
                name = minute if kind is VoteKind.FINALIZE else "0" * 64
                say_votes(
                    node,
                    peer,
                    vote(node, VoteKind.NOTARIZE, view, minute),
                    vote(node, kind, view, name),
                )
