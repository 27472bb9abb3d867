"""Proposes and attests by the rules, yet never shows the content of a minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rochdale_protocol.sync.exchange import Effect, Send
from rochdale_protocol.sync.messages import Kind

from .mask import Mask

if TYPE_CHECKING:
    from ..node import Node


class Withholder(Mask):
    """See the module."""

    def bend(self, node: Node, effects: list[Effect]) -> list[Effect]:
        return [
            effect
            for effect in effects
            if not (isinstance(effect, Send) and effect.data[0] == Kind.CONTENTS)
        ]
