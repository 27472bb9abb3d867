"""One key on two machines, each with a disk of its own: both do as an honest node would.

Neither knows of the other; each has links to half of the peers, until it meets a vote or a
record of its own that it doesn't hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rochdale_protocol.governance.effects import NoEffect
from rochdale_protocol.governance.records import ProposalNew

from .mask import Mask

if TYPE_CHECKING:
    from ..node import Node

RECORDS_MAX = 3


class Twin(Mask):
    """See the module; ``run`` makes the second machine."""

    def __init__(self) -> None:
        self._written = 0

    def stepped(self, node: Node) -> None:
        random = node.world.random
        if node.exchange is None or self._written >= RECORDS_MAX or random.randrange(30):
            return
        self._written += 1
        closes = node.clock.now(node.world.now).wall + 5_000
        node.act(
            ProposalNew(
                opens=0,
                election=None,
                title=f"As {node.name} sees it",
                text="",
                business="ordinary",
                closes=closes,
                effect=NoEffect(),
            )
        )
