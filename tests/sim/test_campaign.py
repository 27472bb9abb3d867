"""What the command for many seeds keeps of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from . import campaign
from .campaign import Campaign, Failure, Tally, play_chunk, record, total

BROKEN = Tally(50, 50, 7, 8, 9, 4_000, 2.5, "cd" * 8, {"mesh": 1}, (Failure(51, "4 nodes", "no"),))
SOUND = Tally(0, 50, 1, 2, 3, 5_000, 1.5, "ab" * 8, {"mesh": 2, "ring": 1})


def test_a_run_goes_on_where_it_was_interrupted(tmp_path: Path) -> None:
    """Kept chunks are not played again, and a line that was cut short counts as not kept."""
    run = Campaign(tmp_path, 0, 150)
    kept = tmp_path / f"{campaign.tree_hash()}.jsonl"
    cut = SOUND.to_line()[:40]
    kept.write_text(f"{BROKEN.to_line()}\n{cut}", "utf-8")
    assert run.waiting == [0, 50, 100]
    again = Campaign(tmp_path, 0, 150)
    assert again.played == {50: BROKEN}
    assert again.waiting == [0, 100]
    assert Campaign(tmp_path, 100, 50).waiting == [100]


def test_a_run_plays_what_waits_and_keeps_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chunks that other processes play are the same as here, and are there the next time."""
    monkeypatch.setattr(campaign, "CHUNK", 2)
    told: list[Tally] = []
    run = Campaign(tmp_path, 0, 4)
    run.play(2, told.append)
    assert sorted(tally.first for tally in told) == [0, 2]
    assert run.played[2].traces == play_chunk(2, 2).traces
    assert Campaign(tmp_path, 0, 4).played == run.played


def test_other_code_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was played on other code doesn't count, and the user is told."""
    monkeypatch.setattr(campaign, "tree_hash", lambda: "before")
    (tmp_path / "before.jsonl").write_text(f"{SOUND.to_line()}\n", "utf-8")
    assert not Campaign(tmp_path, 0, 50).waiting
    monkeypatch.setattr(campaign, "tree_hash", lambda: "after")
    run = Campaign(tmp_path, 0, 50)
    assert run.is_new
    assert run.waiting == [0]


def test_a_record_names_what_broke_and_how_to_see_it() -> None:
    """Chunks add up in the order of their seeds, and each broken seed has its line."""
    both = total([BROKEN, SOUND])
    assert (both.first, both.seeds, both.minutes, both.settled_ms_max) == (0, 100, 8, 5_000)
    assert both.cast == {"mesh": 3, "ring": 1}
    page = record(both, 9.0, 2)
    assert "python -m tests.sim --seed 51 --trace" in page
    assert "0 to 99 (100)" in page
