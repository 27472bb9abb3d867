"""Notarises every minute that anybody names, at once and in each view, read or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rochdale_protocol.minutes.votes import VoteKind

from .mask import Mask, say_votes, vote

if TYPE_CHECKING:
    from ..node import Node


class DoubleNotarizer(Mask):
    """See the module."""

    signs: ClassVar[bool] = False

    def __init__(self) -> None:
        self._said: set[tuple[str, int, int, str]] = set()

    def stepped(self, node: Node) -> None:
        if node.exchange is None or node.public not in node.ledger.roster.places:
            return
        machine = node.ledger.machine
        minutes = sorted(
            {each.minute for each in machine.votes() if each.kind is not VoteKind.NULLIFY}
        )
        for peer in sorted(node.links):
            for view in range(max(1, machine.view - 1), machine.view + 2):
                for minute in minutes:
                    said = (peer, machine.ground.height, view, minute)
                    if said not in self._said:
                        self._said.add(said)
                        say_votes(node, peer, vote(node, VoteKind.NOTARIZE, view, minute))
