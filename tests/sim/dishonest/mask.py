"""What a dishonest node does besides, or instead of, what its exchange says."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rochdale_protocol.core.hashes import ZERO_ID
from rochdale_protocol.minutes.votes import Vote, VoteKind
from rochdale_protocol.sync.exchange import Effect
from rochdale_protocol.sync.messages import Empty, Kind, Message

if TYPE_CHECKING:
    from ..node import Node

__all__ = ["Mask", "say_votes", "vote"]


class Mask:
    """The base of all dishonest witnesses.

    Attributes:
        signs: its exchange attests by the rules; else it only reads, and the mask signs.
    """

    signs: ClassVar[bool] = True

    def bend(self, node: Node, effects: list[Effect]) -> list[Effect]:
        """Return what it does in the place of what its exchange asks for."""
        return effects

    def heard(self, node: Node, peer: str, data: bytes) -> None:
        """A peer's message is about to be read."""

    def stepped(self, node: Node) -> None:
        """A step is over: add to it with ``node.say``."""


def vote(node: Node, kind: VoteKind, view: int, minute: str = ZERO_ID, parent: int = 0) -> Vote:
    """Sign anything for the height under way."""
    return Vote.sign(node.signer, node.ledger.machine.ground, kind, view, minute, parent)


def say_votes(node: Node, peer: str, *votes: Vote) -> None:
    """Send votes to one peer."""
    blobs = tuple(each.to_bytes() for each in votes)
    node.say(peer, Message(Kind.VOTES, Empty(), blobs))
