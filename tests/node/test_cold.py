"""A newcomer's first sync between real nodes, over real links."""

from __future__ import annotations

import pytest

from rochdale_protocol.minutes.shelf import COLLECTIONS
from tests.node.village import proposal, until, village


async def test_a_newcomer_takes_over_the_state(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is usable at once: it holds what the others hold, searches, re-checks and acts."""
    monkeypatch.setattr("rochdale_protocol.minutes.ledger.COLD_MINUTES_MIN", 1)
    monkeypatch.setattr("rochdale_protocol.sync.serving.BATCH_MINUTES_MAX", 2)
    monkeypatch.setattr("rochdale_protocol.sync.cold.BATCH_SIZE", 500)
    async with village(4) as made:
        await made.start(0, 1, 2)
        first, *_, last = made.farms
        for number in range(5):
            await first.act(proposal(f"Barn {number}"))
        await last.start()
        last.node.add_peer(last.book, first.address)
        mine, theirs = last.book.ledger, first.book.ledger
        await until(lambda: mine.tip.id == theirs.tip.id)
        # Five minutes came, of which none but the last was news.
        assert (mine.height, last.book.counts["minutes"]) == (5, 1)
        await until(lambda: mine.rechecked == 5 and not last.book.index_some())
        assert last.book.shelf.search(text="barn") == first.book.shelf.search(text="barn")
        for name in set(COLLECTIONS) - {"meta", "votes", "grounds"}:
            held = dict(last.book.shelf.maps[name].scan(""))
            assert held == dict(first.book.shelf.maps[name].scan("")), name
        await last.act(proposal("Barn of the newcomer"))
        await until(lambda: mine.tip.id == theirs.tip.id)


async def test_a_wrong_signature_that_came_is_fetched_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the re-check finds wrongly signed is asked for of all, until one has it (LED-11)."""
    monkeypatch.setattr("rochdale_protocol.minutes.ledger.COLD_MINUTES_MIN", 1)
    async with village(4) as made:
        await made.start(0, 1, 2)
        first, second, _, last = made.farms
        record = await first.act(proposal("Barn"))
        await until(lambda: second.book.ledger.height == 1)
        good = second.book.shelf.maps["records"].get(record)
        assert good is not None
        bad = good[:-1] + bytes((good[-1] ^ 1,))
        first.book.shelf.commit({"records": {record: bad}})
        await last.start()
        last.node.add_peer(last.book, first.address)
        await until(lambda: last.book.ledger.rechecked == 1)
        assert last.book.ledger.spoilt() == [record]
        assert last.book.shelf.maps["records"].get(record) == bad
        last.node.add_peer(last.book, second.address)
        await until(lambda: last.book.ledger.spoilt() == [])
        assert last.book.shelf.maps["records"].get(record) == good
        assert len(last.book.links) == 2
