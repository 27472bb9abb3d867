"""``rochdale tui``: open the book in the terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from .client import home_path, is_running, socket_path, until
from .frame import Commands, Exit, Stop, settings
from .show import note, progress

__all__ = ["app", "check_terminal", "tui"]

app = Commands()

START_S: Final = 60
"""A large book on a slow disk takes seconds to open."""


@app.command()
def tui() -> None:
    """Open the book; where no node of this home runs, one does for as long."""
    from importlib.metadata import entry_points

    found = list(entry_points(group="rochdale.ui", name="tui"))
    if not found:
        raise Stop(
            Exit.UNREACHABLE,
            "missing",
            "The terminal UI is not installed.",
            "Install the package rochdale-tui.",
        )
    _check_home(home_path())
    check_terminal()
    with _node():
        code = found[0].load()(str(socket_path()), settings().coop or None)
    raise SystemExit(code)


def check_terminal() -> None:
    """Raise Stop where the UI has no terminal to read keys from and to draw on."""
    if not sys.stdin.isatty() or not sys.stderr.isatty():
        raise Stop(
            Exit.USAGE,
            "terminal",
            "The book is drawn on a terminal, and this is none.",
            "Use the commands instead: rochdale --help",
        )


def _check_home(path: Path) -> None:
    from rochdale_protocol.core.errors import LocalError

    from ..home import Home

    home = Home(path)
    if not home.coops():
        raise LocalError("API-13")
    if not is_running():
        home.check_original()


@contextmanager
def _node() -> Iterator[None]:
    """Have a node run while a block does: the one that runs already, or a child of ours."""
    if is_running():
        yield
        return
    with tempfile.TemporaryFile() as said:
        child = _start(said.fileno())
        try:
            with progress("Starting the node"):
                until(lambda: is_running() or child.poll() is not None, START_S)
            if not is_running():
                said.seek(0)
                raise _why(said.read())
            yield
        finally:
            note("Stopping the node.")
            child.terminate()
            child.wait()


def _start(output: int) -> subprocess.Popen[bytes]:
    """Start ``rochdale up``; the passphrase goes through a pipe that nobody else can read.

    Raises:
        LocalError: KEY-n, before anything is started.
    """
    from ..home import Home
    from ..vault import open_keys
    from .secret import ask_passphrase

    home = Home(home_path())
    passphrase = ask_passphrase(home.identity.member)
    open_keys(home.keys_path, passphrase)
    here = [sys.executable, "-m", "rochdale_node.cli.main", "--home", str(home.path)]
    reading, writing = os.pipe()
    with open(reading, "rb"), open(writing, "wb") as pipe:  # noqa: PTH123 -- descriptors
        pipe.write(passphrase.encode() + b"\n")
        pipe.flush()
        return subprocess.Popen(  # noqa: S603 -- this very program
            [*here, "up", "--json"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "ROCHDALE_PASSPHRASE_FILE": f"/dev/fd/{reading}"},
            pass_fds=(reading,),
        )


def _why(answer: bytes) -> Stop:
    """Return why a node ended, from what it answered."""
    try:
        error = json.loads(answer)["error"]
        return Stop(Exit.UNREACHABLE, error["code"], error["message"], error["next"])
    except (ValueError, KeyError, TypeError):
        return Stop(Exit.UNREACHABLE, "away", "The node did not start.", "Try: rochdale up")
