"""A simulated machine: when it tells the checks that something is durable."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from rochdale_protocol.membership.records import MemberProfile
from rochdale_protocol.minutes.shelf import Changes

from .checks import Check
from .keys import recovery_key
from .node import Node
from .plan import plan_of
from .run import Run

PROFILE = MemberProfile(contact="at home", about="", salt="a" * 32)


class _Told(Check):
    def __init__(self) -> None:
        self.records: set[str] = set()

    def stored(self, node: Node, changes: Changes) -> None:
        self.records.update(changes.get("records", {}))


@pytest.mark.parametrize("is_cut", [False, True])
def test_what_was_not_synced_counts_once_the_book_is_opened(
    monkeypatch: pytest.MonkeyPatch, *, is_cut: bool
) -> None:
    """A killed process's last commit may go with the power until opening syncs it (STO-12)."""
    random = Random(1)
    run = Run(random, replace(plan_of(random), nodes=3))
    told = _Told()
    run.world.checks = [told]
    node = run.add_node(0, recovery_key(0).public)

    node.disk.doom = 1  # after the write, before the fsync
    monkeypatch.setattr(random, "randrange", lambda *_: 0)  # the process alone is killed
    record = node.act(PROFILE)
    assert record is not None
    assert node.disk.get("records", record.id) is not None
    assert not told.records

    if is_cut:
        node.disk.doom = 0
        monkeypatch.setattr(random, "randrange", lambda *_: 3)  # the power fails: all is lost
        node.boot()
    node.boot()
    is_held = node.disk.get("records", record.id) is not None
    assert is_held is not is_cut
    assert told.records == ({record.id} if is_held else set())
