"""One process at a time on a home (HOM-5)."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType

import orjson

from rochdale_protocol.core.errors import LocalError

__all__ = ["HomeLock"]


class HomeLock:
    """A lock that the system gives up by itself when its process ends, however it ends.

    The file says who holds it: ``{"pid": 4711, "command": "up", "since": ms}``.
    """

    __slots__ = ("_fd",)

    def __init__(self, path: Path, command: str) -> None:
        """Take the lock at ``path``.

        Raises:
            LocalError: HOM-5 with ``pid``, ``command`` and ``since`` of who holds it.
        """
        fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            raise LocalError("HOM-5", **_holder(path)) from None
        self._fd = fd
        os.ftruncate(fd, 0)
        since = time.time_ns() // 1_000_000
        os.pwrite(fd, orjson.dumps({"pid": os.getpid(), "command": command, "since": since}), 0)

    def release(self) -> None:
        """Give the lock up; the file stays, for another may be waiting at it."""
        if self._fd >= 0:
            os.ftruncate(self._fd, 0)
            os.close(self._fd)
            self._fd = -1

    def __enter__(self) -> HomeLock:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def _holder(path: Path) -> dict[str, object]:
    try:
        found = orjson.loads(path.read_bytes())
        return {"pid": int(found["pid"]), "command": str(found["command"]), "since": found["since"]}
    except (OSError, ValueError, TypeError, KeyError):
        # It has the lock and is about to write its name.
        return {"pid": 0, "command": "", "since": 0}
