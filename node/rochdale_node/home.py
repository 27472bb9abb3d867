"""A member's home folder: who it is, its sealed keys, its books (HOM-1 to HOM-6).

``identity.json`` holds only what is public, and the folder's own identity on this disk, so
that a home that was copied is noticed before the copy signs: two devices with one key would
contradict each other.
"""

from __future__ import annotations

import os
import stat
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Final

import orjson
from pydantic import Field, ValidationError

from rochdale_protocol.core.errors import LocalError
from rochdale_protocol.core.fields import Entity, Id, Model, Name, PublicKey

from .durable import write_whole
from .lock import HomeLock
from .places import SOCKET_NAME, default_path

__all__ = ["Home", "Identity", "default_path"]

VERSION: Final = 1
_MACHINE_ID: Final = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))


class Identity(Model):
    """The public side of a home: the member, and this device of it.

    ``member`` is the recovery key's public half, which names the member for good.
    """

    version: Annotated[int, Field(ge=1)] = VERSION
    member: PublicKey
    device: PublicKey
    name: Name
    label: Name
    entity: Entity


class _Folder(Model):
    """Where on which machine a folder is: a copy of it differs in one of these."""

    disk: int
    inode: int
    machine: Id


class Home:
    """An open home folder.

    Attributes:
        path: the folder, readable by its user alone.
        identity: the public side of it.
    """

    __slots__ = ("_folder", "identity", "path")

    def __init__(self, path: Path) -> None:
        """Open the home at ``path``.

        Raises:
            LocalError: HOM-1, there is none; HOM-2, a newer version made it; HOM-4, it
                belongs to another user.
        """
        self.path = path
        try:
            found = orjson.loads((path / "identity.json").read_bytes())
            version = found["version"]
            if type(version) is int and version > VERSION:
                raise LocalError("HOM-2", path=str(path), version=version)
            self._folder = _Folder.model_validate(found.pop("folder"))
            self.identity = Identity.model_validate(found)
        except PermissionError:
            raise LocalError("HOM-4", path=str(path)) from None
        except (FileNotFoundError, NotADirectoryError):
            raise LocalError("HOM-1", path=str(path)) from None
        except (ValueError, TypeError, KeyError, ValidationError) as error:
            raise LocalError("HOM-1", path=str(path), detail=str(error)[:200]) from None
        _close_to_others(path)

    @classmethod
    def prepare(cls, path: Path) -> None:
        """Make the folder of a home that is about to be created.

        Raises:
            LocalError: HOM-6, it is a home already; HOM-4, it can't be made or isn't ours.
        """
        if (path / "identity.json").exists():
            raise LocalError("HOM-6", path=str(path))
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            _close_to_others(path)
            (path / "books").mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise LocalError("HOM-4", path=str(path), detail=str(error)) from None

    @classmethod
    def create(cls, path: Path, identity: Identity) -> Home:
        """Make a home. Its sealed keys should be there first: this is what makes it a home.

        Raises:
            LocalError: HOM-6, it is a home already; HOM-4, it can't be made or isn't ours.
        """
        cls.prepare(path)
        _write(path, identity, _folder_of(path))
        return cls(path)

    def check_original(self) -> None:
        """Raise LocalError HOM-3 if this folder is a copy of the one that was created."""
        now = _folder_of(self.path)
        if now != self._folder:
            changed = [name for name in _Folder.model_fields if _differ(now, self._folder, name)]
            raise LocalError("HOM-3", path=str(self.path), changed=changed)

    def mark_original(self) -> None:
        """Say that this folder is the one, once its own log was fetched from its peers."""
        self._folder = _folder_of(self.path)
        _write(self.path, self.identity, self._folder)

    def change(self, identity: Identity) -> None:
        """Replace the public side, such as after enrolling a new device."""
        _write(self.path, identity, self._folder)
        self.identity = identity

    def lock(self, command: str) -> HomeLock:
        """Take this home for one process; raises LocalError HOM-5."""
        return HomeLock(self.path / "lock", command)

    @property
    def keys_path(self) -> Path:
        """The sealed keys."""
        return self.path / "keys.sealed"

    @property
    def socket_path(self) -> Path:
        """The socket of the local API."""
        return self.path / SOCKET_NAME

    @property
    def log_path(self) -> Path:
        """What the node did."""
        return self.path / "node.log"

    def book_path(self, coop: str) -> Path:
        """Return where the book of a co-op is or would be."""
        return self.path / "books" / f"{coop}.sqlite"

    def coops(self) -> list[str]:
        """Return the ids of the co-ops whose books are here, sorted."""
        return sorted(file.stem for file in (self.path / "books").glob("*.sqlite"))


def _differ(one: _Folder, other: _Folder, name: str) -> bool:
    return bool(getattr(one, name) != getattr(other, name))


def _write(path: Path, identity: Identity, folder: _Folder) -> None:
    content = {**identity.model_dump(), "folder": folder.model_dump()}
    data = orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    write_whole(path / "identity.json", [data])


def _folder_of(path: Path) -> _Folder:
    found = path.stat()
    machine = b""
    for file in _MACHINE_ID:
        try:
            machine = file.read_bytes().strip()
            break
        except OSError:
            continue
    # Hashed, for a machine's id is nobody else's business and homes get copied around.
    name = sha256(b"rochdale/1/machine\n" + machine).hexdigest()
    return _Folder(disk=found.st_dev, inode=found.st_ino, machine=name)


def _close_to_others(path: Path) -> None:
    found = path.stat()
    if found.st_uid != os.getuid():
        raise LocalError("HOM-4", path=str(path), owner=found.st_uid)
    if stat.S_IMODE(found.st_mode) & 0o077:
        path.chmod(0o700)
