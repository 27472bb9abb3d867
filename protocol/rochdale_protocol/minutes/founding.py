"""Founding: what stands on the shelf of a book that holds its charter alone (MIN-10)."""

from __future__ import annotations

from ..core.hashes import ZERO_ID
from ..core.ruleset import PROTOCOL_VERSION
from ..state.maps import OverlayMap
from . import merkle
from .execute import found
from .minute import Minute, MinuteHeader, SignedCharter, certificate_hash
from .shelf import Changes, MemoryShelf, height_key

__all__ = ["found_book"]


def found_book(signed: SignedCharter) -> Changes:
    """Return what stands on the shelf of a book that holds its charter alone (MIN-10)."""
    charter = signed.charter
    coop = charter.coop()
    state, tree, root, roster = found(charter, coop)
    history = OverlayMap(MemoryShelf().maps["history"])
    header = MinuteHeader(
        v=PROTOCOL_VERSION,
        coop=coop,
        height=0,
        prev=ZERO_ID,
        time=charter.at,
        proposer=ZERO_ID,
        records_root=merkle.records_root(()),
        count=0,
        state_root=root,
        roster_hash=roster.hash,
        history_root=merkle.history_root(history, 0),
        certificate_hash=certificate_hash(b""),
    )
    minute = Minute.make(header, (), b"")
    merkle.append(history, 0, minute.id)
    return {
        "state": dict(state.overlay.changes),
        "tree": dict(tree.changes),
        "history": dict(history.changes),
        "heights": {minute.id: b"0"},
        "minutes": {height_key(0): minute.to_bytes()},
        "meta": {
            "charter": signed.to_bytes(),
            "height": b"0",
            f"roster/{height_key(1)}": roster.to_bytes(),
        },
    }
