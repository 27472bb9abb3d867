"""Attests by the rules, yet tells only every other peer what is new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rochdale_protocol.sync.exchange import Effect, Send
from rochdale_protocol.sync.messages import Kind

from .mask import Mask

if TYPE_CHECKING:
    from ..node import Node

NEWS = frozenset({Kind.VOTES, Kind.CONTENTS, Kind.RECORDS, Kind.TIP})


class HalfForwarder(Mask):
    """See the module."""

    def bend(self, node: Node, effects: list[Effect]) -> list[Effect]:
        favoured = sorted(node.links)[::2]
        return [
            effect
            for effect in effects
            if not isinstance(effect, Send) or effect.peer in favoured or effect.data[0] not in NEWS
        ]
