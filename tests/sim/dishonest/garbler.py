"""Attests by the rules; now and then a byte of what it sends is another, or the end is cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rochdale_protocol.sync.exchange import Effect, Send

from .mask import Mask

if TYPE_CHECKING:
    from random import Random

    from ..node import Node


class Garbler(Mask):
    """See the module."""

    def bend(self, node: Node, effects: list[Effect]) -> list[Effect]:
        random = node.world.random
        return [
            Send(effect.peer, _garbled(effect.data, random))
            if isinstance(effect, Send) and random.randrange(8) == 0
            else effect
            for effect in effects
        ]


def _garbled(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data))
    if random.randrange(4) == 0:
        return data[: at + 1]
    return data[:at] + bytes((random.randrange(256),)) + data[at + 1 :]
