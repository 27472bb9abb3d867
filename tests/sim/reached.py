"""That no record is lost which reached an honest node that stays in touch."""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from rochdale_protocol.minutes.shelf import Changes

from .checks import Check
from .node import Node
from .trace import Broken

__all__ = ["Reached"]


class Reached(Check):
    """Each such record is in a minute in the end, carried out or refused with a code.

    Not so one whose author was not believed: its device was ended, or signed two with one
    number, or never let in; nor one that follows on what went down with its author's machine.
    """

    def __init__(self) -> None:
        self._holders: dict[str, set[int]] = {}
        self._headers: dict[str, tuple[str, int]] = {}

    def stored(self, node: Node, changes: Changes) -> None:
        if node.mask is not None:
            return
        for record, turn in changes.get("pending", {}).items():
            if turn is not None:
                self._holders.setdefault(record, set()).add(node.number)
                frame = node.disk.get("records", record)
                if frame is not None:
                    header = orjson.loads(frame[2 : 2 + int.from_bytes(frame[:2], "big")])
                    self._headers[record] = (header["device"], header["seq"])

    def check_all(self, members: Iterable[Node]) -> None:
        """Raise Broken for one that reached any of these and is in no minute of theirs."""
        nodes = list(members)
        present = {node.number for node in nodes}
        for record, (device, seq) in self._headers.items():
            if present.isdisjoint(self._holders[record]) or not _is_believed(nodes[0], device, seq):
                continue
            for node in nodes:
                if node.disk.get("places", record) is None:
                    raise Broken(f"{node.name} has lost {record[:8]} of {device[:8]}")


def _is_believed(node: Node, device: str, seq: int) -> bool:
    author = node.world.node_of(device)
    entry = node.ledger.final.get(f"device/{device}")
    if author is None or author.forked or author.mask is not None:
        return False
    if entry is None or entry["status"] != "active":
        return False
    return not author.gone or bool(seq <= entry["seq"] + 1)
