"""What a search finds of a book that was fetched without carrying it out."""

from __future__ import annotations

from pathlib import Path

import pytest

from rochdale_node.searchable import index_some, store
from rochdale_node.shelf import SqliteShelf
from rochdale_protocol.core.records import pack_record
from rochdale_protocol.membership.records import MemberAddress
from rochdale_protocol.minutes.founding import found_book
from rochdale_protocol.minutes.ledger import Ledger, Now
from rochdale_protocol.minutes.shelf import COLLECTIONS, Changes
from rochdale_protocol.sync.exchange import Exchange, Store
from rochdale_protocol.sync.messages import Kind, Message, Records, encode_message

from ..protocol.coops import Coop, device
from ..protocol.forging import forge
from ..protocol.sync.newcomers import old_book

NOW = Now(1, 5_000)


def test_a_fetched_book_is_made_searchable_behind(tmp_path: Path) -> None:
    """While it is cold a search finds nothing, afterwards what it finds in any book."""
    maps = old_book().nodes[0].shelf.maps
    whole: Changes = {name: dict(maps[name].scan("")) for name in COLLECTIONS}
    cold: Changes = {**whole, "meta": {**whole["meta"], "cold": b"5"}}
    with (
        SqliteShelf(tmp_path / "usual.sqlite", create=True) as usual,
        SqliteShelf(tmp_path / "cold.sqlite", create=True) as fetched,
    ):
        store(usual, whole)
        assert not index_some(usual)
        store(fetched, cold)
        assert fetched.search() == (0, [])
        store(fetched, {"meta": {"cold": None}})
        while index_some(fetched):
            pass
        assert not index_some(fetched)
        assert fetched.maps["meta"].get("unindexed") is None
        for text in (None, "lambs", "hill"):
            for state in (None, "final", "refused", "pending"):
                expected = usual.search(text=text, state=state)
                assert fetched.search(text=text, state=state) == expected
        assert usual.search(text="lambs")[0] > 4


@pytest.mark.parametrize("kind", ["member.address", "un.known"])
@pytest.mark.parametrize("data", [b"\xff", b"{", b"nonsense"])
def test_a_body_that_is_no_json_is_stored(tmp_path: Path, kind: str, data: bytes) -> None:
    """Whatever a member signs as a body, the others' nodes take the record in (REC-7, REC-8)."""
    coop = Coop(4)
    record = forge(coop, 3, MemberAddress(addresses=[]), data=data, kind=kind)
    with SqliteShelf(tmp_path / "b.sqlite", create=True) as shelf:
        shelf.commit(found_book(coop.signed))
        exchange = Exchange(Ledger(shelf, device(0), NOW))
        exchange.linked(device(3).public, NOW)
        message = Message(Kind.RECORDS, Records(more=False), (pack_record(record),))
        for effect in exchange.received(device(3).public, encode_message(message), NOW):
            if isinstance(effect, Store):
                store(shelf, effect.changes)
        assert shelf.maps["pending"].get(record.id) is not None
