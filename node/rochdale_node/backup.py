"""One encrypted file that holds what a member can't get back from others (BAK-1 to BAK-4).

It holds the member's recovery key, the public identity and exports of the books, never a
device key: restoring enrols a new device, so that no restored copy can sign twice.

The file: a line that names the format, a line of JSON with the parameters of Argon2id and
the stream's header, then frames of 4 bytes of length and a chunk of libsodium's
secretstream (XChaCha20-Poly1305). The first chunk is a manifest and covers the line of JSON
as well; a book's last chunk carries the tag PUSH, and the last of all the tag FINAL, so that
a file that was cut short or put together anew is refused.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

import orjson
from nacl import bindings as sodium
from nacl.pwhash import argon2id
from nacl.utils import random
from pydantic import ValidationError

from rochdale_protocol.core.errors import LocalError
from rochdale_protocol.core.keys import SEED_SIZE, SeedSigner

from .durable import write_whole
from .home import Identity
from .vault import Strength, derive_key

__all__ = ["Backup", "BackupSummary", "check_backup", "create_backup", "open_backup"]

_MAGIC: Final = b"rochdale/1/backup\n"
_LINE_MAX: Final = 1_024
_CHUNK: Final = 65_536
_MORE: Final = sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_END: Final = sodium.crypto_secretstream_xchacha20poly1305_TAG_PUSH
_FINAL: Final = sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL
_OVERHEAD: Final = sodium.crypto_secretstream_xchacha20poly1305_ABYTES


@dataclass(frozen=True, slots=True)
class BackupSummary:
    """What a backup holds, as far as it may be shown; ``books`` are sizes in bytes."""

    identity: Identity
    books: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Backup:
    """All that a backup holds."""

    identity: Identity
    recovery_seed: bytes = field(repr=False)
    books: tuple[bytes, ...] = field(repr=False)


def create_backup(
    path: Path,
    passphrase: str,
    recovery_seed: bytes,
    identity: Identity,
    books: Iterable[bytes | Path],
    strength: Strength = Strength.NORMAL,
) -> None:
    """Write a backup; an older one of that name is replaced only once this is whole.

    Args:
        books: exports of books, as they are or in files.
    Raises:
        LocalError: KEY-4, the passphrase is empty; BAK-3, the file can't be written.
    """
    if not passphrase:
        raise LocalError("KEY-4")
    assert SeedSigner(recovery_seed).public == identity.member
    try:
        write_whole(path, _seal(passphrase, recovery_seed, identity, books, strength))
    except OSError as error:
        raise LocalError("BAK-3", path=str(path), detail=error.strerror or "") from error


def open_backup(path: Path, passphrase: str) -> Backup:
    """Return what a backup holds.

    Raises:
        LocalError: BAK-1, it is no backup, or damaged, or cut short; BAK-2, a newer version
            made it; KEY-1, the passphrase is wrong.
    """
    with path.open("rb") as file, closing(_chunks(file, path, passphrase)) as chunks:
        identity, seed = _read_manifest(next(chunks)[0], path)
        books: list[bytes] = []
        parts: list[bytes] = []
        for data, tag in chunks:
            parts.append(data)
            if tag == _END:
                books.append(b"".join(parts))
                parts.clear()
    return Backup(identity, seed, tuple(books))


def check_backup(path: Path, passphrase: str) -> BackupSummary:
    """Read a backup to its end, keeping no secret, and return what it holds.

    Raises:
        LocalError: as ``open_backup``.
    """
    with path.open("rb") as file, closing(_chunks(file, path, passphrase)) as chunks:
        identity, _ = _read_manifest(next(chunks)[0], path)
        sizes: list[int] = []
        size = 0
        for data, tag in chunks:
            size += len(data)
            if tag == _END:
                sizes.append(size)
                size = 0
    return BackupSummary(identity, tuple(sizes))


def _seal(
    passphrase: str,
    recovery_seed: bytes,
    identity: Identity,
    books: Iterable[bytes | Path],
    strength: Strength,
) -> Iterator[bytes]:
    operations, memory = strength.value
    salt = random(argon2id.SALTBYTES)
    key = derive_key(passphrase, salt, operations, memory)
    state = sodium.crypto_secretstream_xchacha20poly1305_state()
    header = sodium.crypto_secretstream_xchacha20poly1305_init_push(state, key)
    line = orjson.dumps(
        {"operations": operations, "memory": memory, "salt": salt.hex(), "header": header.hex()}
    )

    def frame(data: bytes, tag: int, covered: bytes | None = None) -> bytes:
        sealed = sodium.crypto_secretstream_xchacha20poly1305_push(state, data, covered, tag)
        return len(sealed).to_bytes(4, "big") + sealed

    yield _MAGIC + line + b"\n"
    manifest = {"recovery": recovery_seed.hex(), "identity": identity.model_dump()}
    yield frame(orjson.dumps(manifest), _MORE, line + b"\n")
    for book in books:
        for data in _pieces(book):
            yield frame(data, _MORE)
        yield frame(b"", _END)
    yield frame(b"", _FINAL)


def _pieces(book: bytes | Path) -> Iterator[bytes]:
    if isinstance(book, bytes):
        for start in range(0, len(book), _CHUNK):
            yield book[start : start + _CHUNK]
        return
    with book.open("rb") as file:
        while data := file.read(_CHUNK):
            yield data


def _chunks(file: BinaryIO, path: Path, passphrase: str) -> Generator[tuple[bytes, int]]:
    """Yield the chunks and their tags up to the final one, which has nothing after it."""
    state, covered = _begin(file, path, passphrase)
    code = "KEY-1"
    while True:
        size = int.from_bytes(_read(file, 4, path), "big")
        if not _OVERHEAD <= size <= _CHUNK + _OVERHEAD:
            raise LocalError("BAK-1", path=str(path), detail="frame")
        sealed = _read(file, size, path)
        try:
            data, tag = sodium.crypto_secretstream_xchacha20poly1305_pull(state, sealed, covered)
        except RuntimeError:
            raise LocalError(code, path=str(path)) from None
        code, covered = "BAK-1", None
        if tag == _FINAL:
            if file.read(1):
                raise LocalError("BAK-1", path=str(path), detail="more after the end")
            return
        yield data, tag


def _begin(
    file: BinaryIO, path: Path, passphrase: str
) -> tuple[sodium.crypto_secretstream_xchacha20poly1305_state, bytes | None]:
    magic, line = file.readline(_LINE_MAX), file.readline(_LINE_MAX)
    if magic != _MAGIC:
        newer = magic.startswith(b"rochdale/") and magic.endswith(b"/backup\n")
        raise LocalError("BAK-2" if newer else "BAK-1", path=str(path))
    state = sodium.crypto_secretstream_xchacha20poly1305_state()
    try:
        told = orjson.loads(line)
        salt, header = bytes.fromhex(told["salt"]), bytes.fromhex(told["header"])
        key = derive_key(passphrase, salt, int(told["operations"]), int(told["memory"]))
        sodium.crypto_secretstream_xchacha20poly1305_init_pull(state, header, key)
    except (ValueError, TypeError, KeyError, LocalError):
        raise LocalError("BAK-1", path=str(path), detail="parameters") from None
    return state, line


def _read(file: BinaryIO, size: int, path: Path) -> bytes:
    data = file.read(size)
    if len(data) != size:
        raise LocalError("BAK-1", path=str(path), detail="cut short")
    return data


def _read_manifest(data: bytes, path: Path) -> tuple[Identity, bytes]:
    try:
        manifest = orjson.loads(data)
        identity = Identity.model_validate(manifest["identity"])
        seed = bytes.fromhex(manifest["recovery"])
    except (ValueError, TypeError, KeyError, ValidationError):
        raise LocalError("BAK-2", path=str(path)) from None
    if len(seed) != SEED_SIZE:
        raise LocalError("BAK-1", path=str(path), detail="recovery key")
    return identity, seed
