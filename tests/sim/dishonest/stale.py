"""Attests by the rules, yet signs for the witnesses of an earlier height."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rochdale_protocol.minutes.roster import Roster
from rochdale_protocol.minutes.votes import Vote
from rochdale_protocol.sync.exchange import Effect, Send
from rochdale_protocol.sync.messages import Kind, Message, decode_message, encode_message

from .mask import Mask

if TYPE_CHECKING:
    from ..node import Node


class Stale(Mask):
    """See the module."""

    def bend(self, node: Node, effects: list[Effect]) -> list[Effect]:
        return [_outdated(node, effect) for effect in effects]


def _outdated(node: Node, effect: Effect) -> Effect:
    if not isinstance(effect, Send) or effect.data[0] != Kind.VOTES:
        return effect
    message = decode_message(effect.data)
    votes = [Vote.from_bytes(blob) for blob in message.blobs]
    blobs = tuple(
        _resigned(node, vote).to_bytes() if vote.device == node.public else vote.to_bytes()
        for vote in votes
    )
    return Send(effect.peer, encode_message(Message(message.kind, message.head, blobs)))


def _resigned(node: Node, vote: Vote) -> Vote:
    ground = node.ledger.machine.ground
    earlier = [roster for _, roster in node.ledger.rosters if roster.hash != ground.roster.hash]
    # Where the witnesses never changed: as if one had joined just now.
    stale = earlier[-1] if earlier else Roster(ground.roster.witnesses[:-1])
    stale_ground = replace(ground, roster=stale, height=vote.height)
    return Vote.sign(node.signer, stale_ground, vote.kind, vote.view, vote.minute, vote.parent)
