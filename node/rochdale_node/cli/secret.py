"""Passphrases: from a file, the keyring, or whoever sits at the keyboard."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from rochdale_protocol.core.errors import LocalError

from .frame import settings

if TYPE_CHECKING:
    from ..vault import Keys

__all__ = ["ask_passphrase", "new_passphrase", "open_home_keys"]


def ask_passphrase(member: str) -> str:
    """Return the passphrase of a home or of a backup; it is typed at most once a run.

    Raises:
        LocalError: KEY-2 the file is not ours alone; KEY-6 there is nobody to ask.
    """
    from ..vault import find_passphrase

    file = settings().passphrase_file
    found = find_passphrase(member=member, file=Path(file) if file else None)
    return _typed() if found is None else found


@cache
def _typed() -> str:
    return _ask("Passphrase")


def new_passphrase(prompt: str = "New passphrase") -> str:
    """Return a passphrase that was typed twice, or that a file holds.

    Raises:
        LocalError: KEY-2, KEY-4, KEY-6; KEY-7 the two differ.
    """
    from ..vault import find_passphrase

    file = settings().passphrase_file
    found = find_passphrase(member="", file=Path(file) if file else None)
    if found is not None:
        return found
    first = _ask(prompt)
    if not first:
        raise LocalError("KEY-4")
    if _ask("The same again") != first:
        raise LocalError("KEY-7")
    return first


def _ask(prompt: str) -> str:
    import getpass

    if not sys.stdin.isatty() or settings().json:
        raise LocalError("KEY-6")
    return getpass.getpass(f"{prompt}: ")


@cache
def open_home_keys(path: Path) -> Keys:
    """Return the keys of a home, asking for its passphrase once.

    Raises:
        LocalError: HOM-n, KEY-n.
    """
    from ..home import Home
    from ..vault import open_keys

    home = Home(path)
    return open_keys(home.keys_path, ask_passphrase(home.identity.member))
