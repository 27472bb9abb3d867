"""Nullifies every view it comes to and signs nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rochdale_protocol.minutes.votes import VoteKind

from .mask import Mask, say_votes, vote

if TYPE_CHECKING:
    from ..node import Node


class Nullifier(Mask):
    """See the module."""

    signs: ClassVar[bool] = False

    def __init__(self) -> None:
        self._said: set[tuple[str, int, int]] = set()

    def stepped(self, node: Node) -> None:
        if node.exchange is None:
            return
        machine = node.ledger.machine
        for peer in sorted(node.links):
            said = (peer, machine.ground.height, machine.view)
            if said not in self._said and node.public in machine.ground.roster.places:
                self._said.add(said)
                say_votes(node, peer, vote(node, VoteKind.NULLIFY, machine.view))
