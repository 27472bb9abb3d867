"""Homes: who opens what, and what is noticed about a copy."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from rochdale_node.home import Home, Identity, default_path
from rochdale_protocol.core.errors import LocalError

IDENTITY = Identity(
    member="1" * 64, device="2" * 64, name="High Farm", label="laptop", entity="organisation"
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.create(tmp_path / "home", IDENTITY)


def _code(path: Path) -> str:
    with pytest.raises(LocalError) as caught:
        Home(path)
    return caught.value.code


def test_a_home_says_what_it_was_told(home: Home) -> None:
    """What was created is what is opened, closed to other users, with no book in it."""
    again = Home(home.path)
    assert again.identity == IDENTITY
    assert again.coops() == []
    assert stat.S_IMODE(home.path.stat().st_mode) == 0o700
    assert stat.S_IMODE((home.path / "identity.json").stat().st_mode) == 0o600
    again.check_original()


def test_a_folder_that_is_no_home_is_hom_1(tmp_path: Path) -> None:
    """A missing folder, an empty one and a damaged identity are each no home."""
    assert _code(tmp_path / "missing") == "HOM-1"
    assert _code(tmp_path) == "HOM-1"
    for content in (b"", b"[]", b'{"version": 1}', b'{"version": "1", "folder": {}}'):
        (tmp_path / "identity.json").write_bytes(content)
        assert _code(tmp_path) == "HOM-1"


def test_a_newer_home_is_hom_2(home: Home) -> None:
    """A home that a later version made is left alone."""
    file = home.path / "identity.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "version": 2}))
    assert _code(home.path) == "HOM-2"


def test_a_copied_home_is_hom_3_until_it_is_marked(home: Home, tmp_path: Path) -> None:
    """A copy is noticed, names what differs, and is the original once it is marked so."""
    copy = tmp_path / "copy"
    shutil.copytree(home.path, copy)
    with pytest.raises(LocalError) as caught:
        Home(copy).check_original()
    assert caught.value.code == "HOM-3"
    assert caught.value.fields["changed"] == ["inode"]
    home.check_original()
    Home(copy).mark_original()
    Home(copy).check_original()


def test_a_moved_home_is_still_the_same(home: Home, tmp_path: Path) -> None:
    """A folder that was renamed on its disk is no copy."""
    home.path.rename(tmp_path / "moved")
    Home(tmp_path / "moved").check_original()


def test_loose_permissions_are_closed(home: Home) -> None:
    """A home that others could look into is closed to them at opening."""
    home.path.chmod(0o755)
    Home(home.path)
    assert stat.S_IMODE(home.path.stat().st_mode) == 0o700


def test_a_home_that_cannot_be_made_is_hom_4(tmp_path: Path) -> None:
    """Where a file stands in the way, the home is not made."""
    (tmp_path / "file").write_text("")
    with pytest.raises(LocalError) as caught:
        Home.create(tmp_path / "file" / "home", IDENTITY)
    assert caught.value.code == "HOM-4"


def test_a_home_is_made_once(home: Home) -> None:
    """A second creation is refused and leaves the first as it was."""
    with pytest.raises(LocalError) as caught:
        Home.create(home.path, IDENTITY.model_copy(update={"name": "Other"}))
    assert caught.value.code == "HOM-6"
    assert Home(home.path).identity == IDENTITY


def test_the_identity_can_change(home: Home) -> None:
    """A new device is there at the next opening, and the folder is still the original."""
    home.change(IDENTITY.model_copy(update={"device": "3" * 64}))
    assert Home(home.path).identity.device == "3" * 64
    Home(home.path).check_original()


def test_books_are_found_by_their_co_op(home: Home) -> None:
    """Each file in the folder of books is one co-op's."""
    for coop in ("b" * 64, "a" * 64):
        home.book_path(coop).touch()
    assert home.coops() == ["a" * 64, "b" * 64]


def test_where_the_home_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A chosen folder goes before the variable, the variable before the platform's folder."""
    monkeypatch.setenv("ROCHDALE_HOME", str(tmp_path))
    assert default_path(tmp_path / "chosen") == tmp_path / "chosen"
    assert default_path() == tmp_path
    monkeypatch.delenv("ROCHDALE_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert default_path().name == "rochdale"


HOLD = """
import sys
from pathlib import Path
from rochdale_node.lock import HomeLock
lock = HomeLock(Path(sys.argv[1]), "up")
print("held", flush=True)
sys.stdin.read()
"""


def test_one_process_at_a_time(home: Home) -> None:
    """A second process is told who holds the home, and gets it when that one is killed."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home.path / "lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(LocalError) as caught:
        home.lock("status")
    assert caught.value.code == "HOM-5"
    assert caught.value.fields["pid"] == holder.pid
    assert caught.value.fields["command"] == "up"
    holder.kill()
    holder.communicate()
    with home.lock("status"), pytest.raises(LocalError):
        home.lock("up")
    home.lock("up").release()
