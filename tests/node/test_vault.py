"""Sealed keys, passphrases and backups."""

from __future__ import annotations

import json
from pathlib import Path

import keyring
import keyring.backend
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rochdale_node.backup import _chunks, check_backup, create_backup, open_backup
from rochdale_node.home import Identity
from rochdale_node.vault import (
    Keys,
    Strength,
    find_passphrase,
    open_keys,
    remember_passphrase,
    seal_keys,
)
from rochdale_protocol.core.errors import LocalError
from rochdale_protocol.core.hashes import Tag
from rochdale_protocol.core.keys import check_signature

KEYS = Keys(b"d" * 32, b"r" * 32)
assert KEYS.recovery is not None
IDENTITY = Identity(
    member=KEYS.recovery.public,
    device=KEYS.device.public,
    name="High Farm",
    label="laptop",
    entity="organisation",
)


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    path = tmp_path / "keys.sealed"
    seal_keys(path, KEYS, "correct horse", Strength.WEAK)
    return path


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    path = tmp_path / "farm.backup"
    (tmp_path / "book").write_bytes(b"two" * 70_000)
    books: list[bytes | Path] = [b"one", tmp_path / "book", b""]
    assert KEYS.recovery_seed is not None
    create_backup(path, "correct horse", KEYS.recovery_seed, IDENTITY, books, Strength.WEAK)
    return path


def _code(error: pytest.ExceptionInfo[LocalError]) -> str:
    return error.value.code


def test_what_is_sealed_can_be_opened(sealed: Path) -> None:
    """The right passphrase gives the same keys, which sign as their public halves say."""
    keys = open_keys(sealed, "correct horse")
    assert keys == KEYS
    signature = keys.device.sign(Tag.SIGN_RECORD, b"data")
    check_signature(keys.device.public, Tag.SIGN_RECORD, b"data", signature, "X")


def test_a_second_device_holds_no_recovery_key(tmp_path: Path) -> None:
    """Keys without a recovery seed come back without one."""
    seal_keys(tmp_path / "k", Keys(b"d" * 32, None), "x", Strength.WEAK)
    assert open_keys(tmp_path / "k", "x").recovery is None


def test_a_wrong_passphrase_is_key_1(sealed: Path) -> None:
    """Any other passphrase is refused."""
    with pytest.raises(LocalError) as caught:
        open_keys(sealed, "correct horsf")
    assert _code(caught) == "KEY-1"


def test_no_secret_is_shown_or_stored_plainly(sealed: Path) -> None:
    """Neither the file nor the printed value holds a seed, and only the user reads the file."""
    text = repr(KEYS) + repr(KEYS.device) + sealed.read_text()
    for seed in (b"d" * 32, b"r" * 32):
        assert seed.hex() not in text
        assert repr(seed) not in text
    assert sealed.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "change",
    [
        {"memory": 2**31},
        {"operations": 10**9},
        {"salt": "00"},
        {"box": "xx"},
        {"operations": None},
        {"version": None},
    ],
)
def test_a_damaged_file_is_key_3(sealed: Path, change: dict[str, object]) -> None:
    """Parameters that would cost a fortune, and what isn't hexadecimal, are refused."""
    sealed.write_text(json.dumps({**json.loads(sealed.read_text()), **change}))
    with pytest.raises(LocalError) as caught:
        open_keys(sealed, "correct horse")
    assert _code(caught) == "KEY-3"


def test_a_missing_file_is_key_3_and_a_newer_one_hom_2(sealed: Path) -> None:
    """What isn't there, and what a later version sealed, are told apart."""
    with pytest.raises(LocalError) as caught:
        open_keys(sealed.with_name("other"), "x")
    assert _code(caught) == "KEY-3"
    sealed.write_text(json.dumps({**json.loads(sealed.read_text()), "version": 2}))
    with pytest.raises(LocalError) as caught:
        open_keys(sealed, "x")
    assert _code(caught) == "HOM-2"


def test_an_empty_passphrase_seals_nothing(tmp_path: Path) -> None:
    """KEY-4, and no file is written."""
    with pytest.raises(LocalError) as caught:
        seal_keys(tmp_path / "k", KEYS, "", Strength.WEAK)
    assert _code(caught) == "KEY-4"
    assert not (tmp_path / "k").exists()


class _Ring(keyring.backend.KeyringBackend):
    """A keyring in memory, so that no user's own is touched."""

    priority = 1

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


def test_the_passphrase_comes_from_the_first_place_that_has_it(tmp_path: Path) -> None:
    """Outright, then a file, then the variable's file, then the keyring, then nobody."""
    one, two = tmp_path / "one", tmp_path / "two"
    for file, text in ((one, "from the file\n"), (two, "from the variable")):
        file.write_text(text)
        file.chmod(0o600)
    environ = {"ROCHDALE_PASSPHRASE_FILE": str(two)}
    before = keyring.get_keyring()
    keyring.set_keyring(_Ring())
    try:
        assert find_passphrase(member="m", environ={}) is None
        remember_passphrase("m", "from the ring")
        assert find_passphrase(member="m", environ={}) == "from the ring"
        assert find_passphrase(member="other", environ={}) is None
        assert find_passphrase(member="m", environ=environ) == "from the variable"
        assert find_passphrase(member="m", file=one, environ=environ) == "from the file"
        assert find_passphrase(member="m", explicit="x", file=one, environ=environ) == "x"
    finally:
        keyring.set_keyring(before)


def test_a_machine_without_a_keyring_asks_the_user() -> None:
    """No keyring is no error when reading and KEY-5 when something is to be kept."""
    assert find_passphrase(member="m", environ={}) is None
    with pytest.raises(LocalError) as caught:
        remember_passphrase("m", "x")
    assert _code(caught) == "KEY-5"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_file_that_others_read_is_key_2(tmp_path: Path, mode: int) -> None:
    """A passphrase file must be readable by its user alone."""
    file = tmp_path / "pass"
    file.write_text("secret")
    file.chmod(mode)
    with pytest.raises(LocalError) as caught:
        find_passphrase(member="m", file=file)
    assert _code(caught) == "KEY-2"
    assert "secret" not in str(caught.value)


def test_a_file_that_says_nothing_is_key_4(tmp_path: Path) -> None:
    """An empty file and one that is no passphrase are KEY-4, a missing one KEY-2."""
    file = tmp_path / "pass"
    for content in (b"", b"\n", b"x" * 5_000):
        file.write_bytes(content)
        file.chmod(0o600)
        with pytest.raises(LocalError) as caught:
            find_passphrase(member="m", file=file)
        assert _code(caught) == "KEY-4"
    with pytest.raises(LocalError) as caught:
        find_passphrase(member="m", file=tmp_path / "none")
    assert _code(caught) == "KEY-2"


def test_a_backup_comes_back_whole(backup: Path) -> None:
    """The recovery key, the identity and every book are as they were."""
    found = open_backup(backup, "correct horse")
    assert found.recovery_seed == KEYS.recovery_seed
    assert found.identity == IDENTITY
    assert found.books == (b"one", b"two" * 70_000, b"")
    summary = check_backup(backup, "correct horse")
    assert (summary.identity, summary.books) == (IDENTITY, (3, 210_000, 0))


def test_a_backup_holds_no_device_key_and_no_plain_text(backup: Path) -> None:
    """The device's seed is nowhere in what was sealed; the file shows nothing at all."""
    with backup.open("rb") as file:
        everything = b"".join(data for data, _ in _chunks(file, backup, "correct horse"))
    assert KEYS.recovery_seed is not None
    assert KEYS.recovery_seed.hex().encode() in everything
    assert KEYS.device_seed not in everything
    assert KEYS.device_seed.hex().encode() not in everything
    assert b"High Farm" not in backup.read_bytes()
    assert backup.stat().st_mode & 0o077 == 0


def test_a_wrong_passphrase_opens_no_backup(backup: Path) -> None:
    """KEY-1 for the wrong one, KEY-4 for none."""
    for read in (open_backup, check_backup):
        with pytest.raises(LocalError) as caught:
            read(backup, "wrong")
        assert _code(caught) == "KEY-1"
    with pytest.raises(LocalError) as caught:
        create_backup(backup, "", b"r" * 32, IDENTITY, [], Strength.WEAK)
    assert _code(caught) == "KEY-4"


@given(data=st.data())
def test_a_backup_with_any_byte_changed_or_cut_is_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Cut anywhere, lengthened, or with one bit flipped, a backup is refused."""
    path = tmp_path_factory.mktemp("backup") / "b"
    create_backup(path, "x", b"r" * 32, IDENTITY, [b"one", b"two"], Strength.WEAK)
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    how = data.draw(st.sampled_from(["cut", "flip", "longer"]))
    if how == "cut":
        path.write_bytes(whole[:at])
    elif how == "longer":
        path.write_bytes(whole + whole[at:])
    else:
        flipped = whole[at] ^ (1 << data.draw(st.integers(0, 7)))
        path.write_bytes(whole[:at] + bytes([flipped]) + whole[at + 1 :])
    with pytest.raises(LocalError) as caught:
        open_backup(path, "x")
    assert _code(caught) in ("BAK-1", "BAK-2", "KEY-1")


def test_a_backup_that_cannot_be_written_leaves_the_old_one(backup: Path) -> None:
    """A book that can't be read leaves the older backup and no half of a new one."""
    before = backup.read_bytes()
    books: list[bytes | Path] = [b"x", backup.with_name("missing")]
    with pytest.raises(LocalError) as caught:
        create_backup(backup, "x", b"r" * 32, IDENTITY, books, Strength.WEAK)
    assert _code(caught) == "BAK-3"
    assert backup.read_bytes() == before
    assert sorted(file.name for file in backup.parent.iterdir()) == ["book", "farm.backup"]
