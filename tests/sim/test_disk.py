"""The simulated disk: what a crash at any write or fsync leaves of a book."""

from __future__ import annotations

from contextlib import suppress
from random import Random
from zlib import crc32

import pytest

from rochdale_protocol.minutes.shelf import Changes

from .disk import CHECKPOINT_SIZE, FRAME_MAX, Crashed, Disk, File

KEYS = ("000001", "000002", "000003", "a/b")


def _drawn(random: Random) -> Changes:
    """A commit of anything from an empty change to several frames."""
    changes: Changes = {}
    for name in random.sample(("votes", "state", "meta"), random.randrange(1, 4)):
        sizes = (0, 10, 700, 2 * FRAME_MAX)
        changes[name] = {
            key: None if random.randrange(4) == 0 else random.randbytes(random.choice(sizes))
            for key in random.sample(KEYS, random.randrange(1, 4))
        }
    return changes


def _all(disk: Disk) -> dict[tuple[str, str], bytes]:
    return {
        (name, key): value for name, one in disk.shelf.maps.items() for key, value in one.scan("")
    }


def _after(changes: Changes, held: dict[tuple[str, str], bytes]) -> dict[tuple[str, str], bytes]:
    after = dict(held)
    for name, values in changes.items():
        for key, value in values.items():
            after.pop((name, key), None)
            if value is not None:
                after[name, key] = value
    return after


def _lives(seed: int) -> tuple[int, int]:
    """Crash a disk again and again; returns how many points struck, how many kept a commit."""
    random = Random(seed)
    disk = Disk({"meta": {"charter": b"{}"}})
    held = _all(disk)
    struck = kept = 0
    for _ in range(40):
        before, after = held, held
        disk.doom = random.choice((None, random.randrange(12), random.randrange(200)))
        try:
            disk.open()
            for _ in range(random.randrange(12)):
                changes = _drawn(random)
                before, after = held, _after(changes, held)
                disk.commit(changes)
                before = held = after
        except Crashed:
            struck += 1
        disk.crash(random, power=bool(random.randrange(2)))
        found = _all(disk)
        assert found in (before, after)
        kept += before != after and found == after
        held = found
        if random.randrange(3) == 0:
            disk.doom = None
            disk.open()
            disk.crash(random, power=True)
            assert _all(disk) == held
    return struck, kept


def _all_live(seeds: int) -> None:
    for seed in range(seeds):
        _lives(seed)


@pytest.mark.parametrize("seed", range(8))
def test_a_commit_is_whole_or_did_not_happen(seed: int) -> None:
    """Wherever a crash strikes, the book stands before the commit under way or behind it.

    What was acknowledged is never lost, in commits of several frames, in checkpoints and
    while it is opened; who has opened the book can lose nothing that it read.
    """
    struck, kept = _lives(seed)
    assert struck > 5
    assert kept > 0


def _header_not_synced(disk: Disk) -> None:
    disk._generation += 1
    generation = disk._generation.to_bytes(4, "big")
    disk._end, disk._checksum = 8, crc32(generation)
    disk._write(disk._log, 0, generation + disk._checksum.to_bytes(4, "big"))


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("syncs", False),
        ("open", lambda disk: None),
        ("_begin_log", _header_not_synced),
    ],
)
def test_each_safeguard_is_needed(
    name: str, broken: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Something is lost where no fsync works, what was read is not synced, or a header is not."""
    monkeypatch.setattr(Disk, name, broken)
    with pytest.raises(AssertionError):
        _all_live(40)


def test_a_commit_is_kept_after_a_crash_at_opening() -> None:
    """Wherever the power goes while a book is opened, what is committed later isn't lost."""
    for seed in range(300):
        random = Random(seed)
        disk = Disk({"meta": {"charter": b"{}"}})
        disk.commit({"state": {"a": b"1"}})
        disk.crash(random, power=False)
        disk.doom = random.randrange(8)
        with suppress(Crashed):
            disk.open()
        disk.crash(random, power=True)
        disk.open()
        disk.commit({"state": {"b": b"2"}})
        disk.crash(random, power=True)
        assert [disk.get("state", key) for key in "ab"] == [b"1", b"2"]


def test_a_full_disk_takes_nothing_of_a_commit() -> None:
    """A commit that finds no room changes nothing; with room, later ones are made."""
    disk = Disk({"meta": {"charter": b"{}"}})
    disk.commit({"state": {"a": b"1"}})
    held = _all(disk)
    disk.room = FRAME_MAX + 100
    with pytest.raises(OSError, match="no space"):
        disk.commit({"state": {"a": b"2" * 3 * FRAME_MAX}})
    disk.crash(Random(1), power=False)
    assert _all(disk) == held
    disk.room = None
    disk.open()
    disk.commit({"state": {"a": b"3"}})
    disk.crash(Random(1), power=True)
    assert disk.get("state", "a") == b"3"


def test_what_was_not_synced_is_kept_lost_torn_or_overtaken() -> None:
    """After a power cut, each of these is found of two writes in a row."""
    outcomes = set()
    for seed in range(400):
        file = File(b"." * 2048)
        file.write(0, b"a" * 1024)
        file.write(1024, b"b" * 1024)
        assert file.read() == b"a" * 1024 + b"b" * 1024
        file.cut_power(Random(seed))
        left = file.read()
        outcomes.add((left.count(b"a") // 512, left.count(b"b") // 512))
        assert set(left) <= set(b"ab.")
    assert outcomes == {(a, b) for a in range(3) for b in range(3)}


def test_a_log_is_written_back_before_it_grows_large() -> None:
    """However much is committed, recovery reads only a short log."""
    disk = Disk({})
    for turn in range(200):
        disk.commit({"state": {"a": turn.to_bytes(2, "big") * 1_000}})
        assert len(disk._log.read()) < CHECKPOINT_SIZE + 2 * FRAME_MAX
    disk.crash(Random(0), power=True)
    assert disk.get("state", "a") == (199).to_bytes(2, "big") * 1_000
