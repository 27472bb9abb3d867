"""What happened, as lines to read and as one hash that two runs of a seed must share."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

__all__ = ["Broken", "Trace"]


class Broken(AssertionError):
    """Something that must hold does not."""


class Trace:
    """The film of one run.

    Args:
        shown: print each line as it happens.
    """

    def __init__(self, *, shown: bool) -> None:
        self.shown = shown
        self.time = 0
        self._hash = sha256()

    def note(self, who: str, what: str, detail: str = "") -> None:
        """Write a line."""
        self._hash.update(f"{self.time} {who} {what} {detail}".encode())
        self._show(who, what, detail)

    def hear(self, who: str, data: bytes, describe: Callable[[], str]) -> None:
        """Write that a message came; ``describe`` says what it is to those who read along."""
        self._hash.update(f"{self.time} {who} hears ".encode())
        self._hash.update(data)
        if self.shown:
            self._show(who, "hears", describe())

    def _show(self, who: str, what: str, detail: str) -> None:
        if self.shown:
            print(f"{self.time:>8} {who:<4} {what:<9} {detail}")

    @property
    def digest(self) -> str:
        """The hash of all lines so far, shortened."""
        return self._hash.hexdigest()[:16]
