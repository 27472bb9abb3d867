"""Hands on records without their bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rochdale_protocol.sync.exchange import Effect, Send
from rochdale_protocol.sync.messages import Kind, Message, decode_message, encode_message

from .mask import Mask

if TYPE_CHECKING:
    from ..node import Node


class Stripper(Mask):
    """See the module."""

    def bend(self, node: Node, effects: list[Effect]) -> list[Effect]:
        return [_stripped(effect) for effect in effects]


def _stripped(effect: Effect) -> Effect:
    if not isinstance(effect, Send) or effect.data[0] != Kind.RECORDS:
        return effect
    message = decode_message(effect.data)
    frames = tuple(frame[: 66 + int.from_bytes(frame[:2], "big")] for frame in message.blobs)
    return Send(effect.peer, encode_message(Message(message.kind, message.head, frames)))
