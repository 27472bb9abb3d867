"""The node's log: a file that stays small, and never stops the node when it can't be written."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

__all__ = ["LOG_SIZE_MAX", "LogFile", "Logger", "log_to"]

LOG_SIZE_MAX: Final = 10_000_000
"""Bytes, then a new file is begun and one old one kept: strangers can cause lines at will."""


class LogFile:
    """A file of lines, readable by its user alone."""

    def __init__(self, path: Path, size_max: int = LOG_SIZE_MAX) -> None:
        self._path = path
        self._size_max = size_max
        self._fd = -1
        self._open()

    def _open(self) -> None:
        self._fd = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def info(self, line: str) -> None:
        """Write a line; one that the disk doesn't take is lost."""
        with suppress(OSError):
            os.write(self._fd, line.encode() + b"\n")
            if os.fstat(self._fd).st_size > self._size_max:
                self._path.replace(self._path.with_name(self._path.name + ".1"))
                full = self._fd
                self._open()
                os.close(full)

    debug = warning = error = critical = exception = info


class Logger:
    """What a module logs with; structlog is loaded with the first line.

    It takes a tenth of a second, which a command that has nothing to log need not wait.
    """

    def info(self, event: str, **fields: Any) -> None:
        self._log("info", event, fields)

    def warning(self, event: str, **fields: Any) -> None:
        self._log("warning", event, fields)

    def error(self, event: str, **fields: Any) -> None:
        self._log("error", event, fields)

    def exception(self, event: str, **fields: Any) -> None:
        """Tell of an error with the traceback of the exception that is being handled."""
        self._log("exception", event, fields)

    def critical(self, event: str, **fields: Any) -> None:
        self._log("critical", event, fields)

    def _log(self, level: str, event: str, fields: dict[str, Any]) -> None:
        import structlog

        getattr(structlog.get_logger(), level)(event, **fields)


def log_to(path: Path) -> None:
    """Log to a file from now on, one line of JSON each."""
    import structlog

    file = LogFile(path)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: file,
    )
