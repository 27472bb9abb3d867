"""What the TUI remembers is in a private file, and a damaged one costs nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from rochdale_tui.drafts import Memory


def test_drafts_are_kept_at_once(tmp_path: Path) -> None:
    """A draft is in the file as soon as it is kept, and gone as soon as it is dropped."""
    folder = tmp_path / "tui"
    Memory(folder).keep("vote 1", {"reason": "because\n\x1b"})
    assert Memory(folder).draft("vote 1") == {"reason": "because\n\x1b"}
    assert Memory(folder).drafts == ("vote 1",)
    Memory(folder).drop("vote 1")
    assert Memory(folder).drafts == ()


def test_visits_are_by_book(tmp_path: Path) -> None:
    """Where each book was left is remembered apart; one that was never left begins at 0."""
    Memory(tmp_path).leave("a", 12, 99)
    assert Memory(tmp_path).visit("a") == (12, 99)
    assert Memory(tmp_path).visit("b") == (0, 0)


def test_only_the_user_reads_it(tmp_path: Path) -> None:
    """Drafts are nobody else's business: folder 0700, file 0600."""
    memory = Memory(tmp_path / "tui")
    memory.keep("x", {})
    assert memory.path.stat().st_mode & 0o777 == 0o600
    assert memory.path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("text", ["{", "[]", '{"drafts": 3, "visits": {}}', '{"drafts": {"a": 1}}'])
def test_a_damaged_file_counts_as_empty(tmp_path: Path, text: str) -> None:
    """A file that can't be read is said, and the next draft replaces it."""
    (tmp_path / "memory.json").write_text(text)
    memory = Memory(tmp_path)
    assert memory.drafts == ()
    assert "was not read" in memory.problem
    memory.keep("new", {"a": "b"})
    assert Memory(tmp_path).draft("new") == {"a": "b"}


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    """Where nothing can be written drafts live in memory, and that is said."""
    (tmp_path / "file").write_text("")
    memory = Memory(tmp_path / "file" / "tui")
    memory.keep("x", {"a": "b"})
    assert memory.draft("x") == {"a": "b"}
    assert "not kept" in memory.problem
