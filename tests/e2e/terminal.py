"""A terminal that a test types into, and what real processes need around them."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from math import ceil
from types import TracebackType

__all__ = ["PATIENCE_S", "Terminal", "own_environment", "read_until", "voting_s"]

PATIENCE_S = 120
"""Far more than anything here takes, so that a loaded machine passes."""


def voting_s(ask: Callable[[], object]) -> int:
    """Return for how long a vote must be open for two commands, by how long one takes here."""
    began = time.monotonic()
    ask()
    return 8 + ceil(10 * (time.monotonic() - began))


def own_environment() -> dict[str, str]:
    """Return this process's environment without any Rochdale home or passphrase."""
    return {name: value for name, value in os.environ.items() if "ROCHDALE" not in name}


def read_until(source: int, wanted: str) -> str:
    """Read until something is said; fails with what was said instead."""
    end = time.monotonic() + PATIENCE_S
    data = b""
    while wanted.encode() not in data:
        ready, _, _ = select.select([source], [], [], max(0.0, end - time.monotonic()))
        piece = _read(source) if ready else b""
        assert piece, f"{wanted!r} never came: {data.decode(errors='replace')[-3000:]}"
        data += piece
    return data.decode(errors="replace")


def _read(source: int) -> bytes:
    try:
        return os.read(source, 65_536)
    except OSError:  # how Linux tells the end of a terminal
        return b""


class Terminal:
    """``rochdale`` with these words on a terminal of its own; ``end`` is ours of it."""

    def __init__(self, *words: str) -> None:
        self.end, its = pty.openpty()
        fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "rochdale_node.cli.main", *words],
            stdin=its,
            stdout=its,
            stderr=its,
            env={**own_environment(), "TERM": "xterm-256color"},
            preexec_fn=_own_terminal,  # noqa: PLW1509 -- these tests have no threads
        )
        os.close(its)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self.end)

    def until(self, wanted: str) -> str:
        """Read until something is drawn."""
        return read_until(self.end, wanted)

    def type(self, keys: str) -> tuple[str, int]:
        """Type the last keys; return all that is drawn from then on, and the exit code."""
        os.write(self.end, keys.encode())
        data = b""
        end = time.monotonic() + PATIENCE_S
        while select.select([self.end], [], [], max(0.0, end - time.monotonic()))[0]:
            piece = _read(self.end)
            if not piece:
                break
            data += piece
        return data.decode(errors="replace"), self._process.wait(timeout=PATIENCE_S)


def _own_terminal() -> None:
    # So that Ctrl-C typed there is a signal to it, as on a user's terminal.
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    # A job in the background of a script ignores Ctrl-C, and so would all that it starts.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
