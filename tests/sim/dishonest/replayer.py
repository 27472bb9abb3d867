"""Says again, to anybody, what it once heard or said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rochdale_protocol.sync.exchange import Effect, Send

from .mask import Mask

if TYPE_CHECKING:
    from ..node import Node

KEPT_MAX = 200


class Replayer(Mask):
    """See the module."""

    def __init__(self) -> None:
        self._kept: list[bytes] = []

    def heard(self, node: Node, peer: str, data: bytes) -> None:
        self._keep(data)

    def bend(self, node: Node, effects: list[Effect]) -> list[Effect]:
        random = node.world.random
        for effect in effects:
            if isinstance(effect, Send):
                self._keep(effect.data)
        if not self._kept or not node.links or random.randrange(4):
            return effects
        again = Send(random.choice(sorted(node.links)), random.choice(self._kept))
        return [*effects, again]

    def _keep(self, data: bytes) -> None:
        if len(self._kept) < KEPT_MAX:
            self._kept.append(data)
