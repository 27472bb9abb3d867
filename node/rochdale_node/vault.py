"""The keys of a home at rest, and where the passphrase comes from (KEY-1 to KEY-5).

The seeds are sealed with XSalsa20-Poly1305 under a key that Argon2id makes of the
passphrase. Nothing here is logged, and no value shows a secret when it is printed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Final

import orjson
from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id
from nacl.secret import SecretBox
from nacl.utils import random

from rochdale_protocol.core.errors import LocalError
from rochdale_protocol.core.keys import SEED_SIZE, SeedSigner

from .durable import write_whole

__all__ = [
    "Keys",
    "Strength",
    "derive_key",
    "find_passphrase",
    "open_keys",
    "remember_passphrase",
    "seal_keys",
]

FILE_VARIABLE: Final = "ROCHDALE_PASSPHRASE_FILE"
PASSPHRASE_SIZE_MAX: Final = 4_096
"""Bytes; a passphrase file is a line, not a book."""
_SERVICE: Final = "rochdale"
_VERSION: Final = 1


class Strength(Enum):
    """How much work a guess costs: operations and bytes of memory of Argon2id."""

    NORMAL = (argon2id.OPSLIMIT_MODERATE, argon2id.MEMLIMIT_MODERATE)
    WEAK = (argon2id.OPSLIMIT_MIN, argon2id.MEMLIMIT_MIN)
    """For tests and the demo alone."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The secret seeds of a home; a second device of a member holds no recovery seed."""

    device_seed: bytes = field(repr=False)
    recovery_seed: bytes | None = field(repr=False)

    @classmethod
    def generate(cls) -> Keys:
        """Return new random keys of a new member."""
        return cls(random(SEED_SIZE), random(SEED_SIZE))

    @property
    def device(self) -> SeedSigner:
        """What signs for this device."""
        return SeedSigner(self.device_seed)

    @property
    def recovery(self) -> SeedSigner | None:
        """What signs for the member where all devices are lost."""
        return None if self.recovery_seed is None else SeedSigner(self.recovery_seed)


def derive_key(passphrase: str, salt: bytes, operations: int, memory: int) -> bytes:
    """Return the 32 byte key that Argon2id makes of a passphrase.

    Raises:
        LocalError: KEY-3, the stored parameters are not sane.
    """
    if not (
        argon2id.OPSLIMIT_MIN <= operations <= argon2id.OPSLIMIT_SENSITIVE
        and argon2id.MEMLIMIT_MIN <= memory <= argon2id.MEMLIMIT_SENSITIVE
        and len(salt) == argon2id.SALTBYTES
    ):
        raise LocalError("KEY-3", detail="parameters of Argon2id")
    key: bytes = argon2id.kdf(
        SecretBox.KEY_SIZE, passphrase.encode(), salt, opslimit=operations, memlimit=memory
    )
    return key


def seal_keys(
    path: Path, keys: Keys, passphrase: str, strength: Strength = Strength.NORMAL
) -> None:
    """Write the keys of a home, sealed; replaces what was there.

    Raises:
        LocalError: KEY-4, the passphrase is empty.
    """
    if not passphrase:
        raise LocalError("KEY-4")
    operations, memory = strength.value
    salt = random(argon2id.SALTBYTES)
    recovery = keys.recovery_seed
    secret = {
        "device": keys.device_seed.hex(),
        "recovery": None if recovery is None else recovery.hex(),
    }
    box = SecretBox(derive_key(passphrase, salt, operations, memory))
    sealed = {
        "version": _VERSION,
        "kdf": "argon2id",
        "operations": operations,
        "memory": memory,
        "salt": salt.hex(),
        "box": bytes(box.encrypt(orjson.dumps(secret))).hex(),
    }
    write_whole(path, [orjson.dumps(sealed, option=orjson.OPT_INDENT_2)])


def open_keys(path: Path, passphrase: str) -> Keys:
    """Return the keys of a home.

    Raises:
        LocalError: KEY-1, the passphrase is wrong; KEY-3, the file is damaged or missing;
            HOM-2, a newer version wrote it.
    """
    try:
        sealed = orjson.loads(path.read_bytes())
        if sealed["version"] > _VERSION:
            raise LocalError("HOM-2", path=str(path), version=sealed["version"])
        salt, box = bytes.fromhex(sealed["salt"]), bytes.fromhex(sealed["box"])
        operations, memory = int(sealed["operations"]), int(sealed["memory"])
        key = derive_key(passphrase, salt, operations, memory)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise LocalError("KEY-3", path=str(path), detail=str(error)[:200]) from None
    try:
        secret = orjson.loads(SecretBox(key).decrypt(box))
    except (CryptoError, ValueError):
        raise LocalError("KEY-1", path=str(path)) from None
    recovery = secret["recovery"]
    return Keys(
        bytes.fromhex(secret["device"]), None if recovery is None else bytes.fromhex(recovery)
    )


def find_passphrase(
    *,
    member: str,
    explicit: str | None = None,
    file: Path | None = None,
    environ: Mapping[str, str] = os.environ,
) -> str | None:
    """Return the passphrase from the first place that has it, or None: then ask the user.

    The places: given outright, a file, the file that ROCHDALE_PASSPHRASE_FILE names, the
    operating system's keyring.

    Raises:
        LocalError: KEY-2, others can read the file, or it can't be read; KEY-4, it is empty.
    """
    if explicit is not None:
        return explicit
    if file is None and environ.get(FILE_VARIABLE):
        file = Path(environ[FILE_VARIABLE]).expanduser()
    if file is not None:
        return _read_passphrase(file)
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(_SERVICE, member)
    except KeyringError:
        # A server without a desktop has none; the user is asked instead.
        return None


def remember_passphrase(member: str, passphrase: str) -> None:
    """Put the passphrase into the operating system's keyring.

    Raises:
        LocalError: KEY-5, there is no keyring or it refuses.
    """
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(_SERVICE, member, passphrase)
    except KeyringError as error:
        raise LocalError("KEY-5", detail=str(error)[:200]) from None


def _read_passphrase(path: Path) -> str:
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            mode = stat.S_IMODE(found.st_mode)
            if found.st_uid not in (os.getuid(), 0) or mode & 0o077:
                raise LocalError("KEY-2", path=str(path), mode=f"{mode:o}")
            data = file.read(PASSPHRASE_SIZE_MAX + 1)
        passphrase = data.decode().removesuffix("\n").removesuffix("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise LocalError("KEY-2", path=str(path), detail=type(error).__name__) from None
    if not passphrase or len(data) > PASSPHRASE_SIZE_MAX:
        raise LocalError("KEY-4", path=str(path))
    return passphrase
