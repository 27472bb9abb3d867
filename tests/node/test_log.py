"""The node's log."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from rochdale_node.log import LogFile


def test_a_log_stays_small(tmp_path: Path) -> None:
    """A full log gives way to a new one, one old one stays, and both are the user's alone."""
    path = tmp_path / "node.log"
    log = LogFile(path, size_max=1_000)
    for number in range(100):
        log.info(str(number).zfill(99))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["node.log", "node.log.1"]
    for file in tmp_path.iterdir():
        assert file.stat().st_size <= 1_100
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "99" in path.read_text().splitlines()[-1]


def test_a_log_that_can_not_be_written_stops_nothing(tmp_path: Path) -> None:
    """A line that the disk doesn't take is lost; later ones are written again."""
    path = tmp_path / "node.log"
    log = LogFile(path)
    full = os.open("/dev/full", os.O_WRONLY)
    kept, log._fd = log._fd, full
    log.critical("lost")
    os.close(full)
    log._fd = kept
    log.warning("kept")
    assert path.read_text() == "kept\n"
