"""What a search finds of a book that was fetched without carrying it out."""

from __future__ import annotations

from pathlib import Path

from rochdale_node.searchable import index_some, store
from rochdale_node.shelf import SqliteShelf
from rochdale_protocol.minutes.shelf import COLLECTIONS, Changes

from ..protocol.sync.newcomers import old_book


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
