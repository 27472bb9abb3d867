"""Attests by the rules; of the records that it hands on, it leaves out every other one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rochdale_protocol.sync.exchange import Effect, Send
from rochdale_protocol.sync.messages import Kind, Message, decode_message, encode_message

from .mask import Mask

if TYPE_CHECKING:
    from random import Random

    from ..node import Node


class Skipper(Mask):
    """See the module."""

    def bend(self, node: Node, effects: list[Effect]) -> list[Effect]:
        return [_thinned(effect, node.world.random) for effect in effects]


def _thinned(effect: Effect, random: Random) -> Effect:
    if not isinstance(effect, Send) or effect.data[0] != Kind.RECORDS:
        return effect
    message = decode_message(effect.data)
    frames = tuple(frame for frame in message.blobs if random.randrange(2))
    return Send(effect.peer, encode_message(Message(message.kind, message.head, frames)))
