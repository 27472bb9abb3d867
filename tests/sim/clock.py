"""The two clocks of one machine, driven by the world's time in milliseconds."""

from __future__ import annotations

from random import Random

from rochdale_protocol.minutes.ledger import Now

from .keys import EPOCH_MS

__all__ = ["Clock"]


class Clock:
    """A wall clock that is off, drifts and jumps; a monotonic one that begins anywhere.

    Attributes:
        offset_ms: how far the wall clock is ahead.
        drift_ppm: how much faster it runs, in millionths.
    """

    def __init__(self, offset_ms: int, drift_ppm: int, mono_ms: int) -> None:
        self.offset_ms = offset_ms
        self.drift_ppm = drift_ppm
        self._mono_ms = mono_ms

    def now(self, world: int) -> Now:
        """Return what the machine's clocks show."""
        wall = EPOCH_MS + world + world * self.drift_ppm // 1_000_000 + self.offset_ms
        return Now(world + self._mono_ms, wall)

    def world_at(self, mono: int) -> int:
        """Return the world's time at which the monotonic clock shows ``mono``."""
        return mono - self._mono_ms

    def drift(self, ppm: int, world: int) -> None:
        """Let the wall clock run faster or slower from now on."""
        self.offset_ms += world * self.drift_ppm // 1_000_000 - world * ppm // 1_000_000
        self.drift_ppm = ppm

    def reboot(self, world: int, random: Random) -> None:
        """Let the monotonic clock begin anew."""
        self._mono_ms = random.randrange(1, 1_000_000) - world

    def slept(self, ms: int) -> None:
        """Let the monotonic clock have stood still, as some systems' clocks do in a suspend."""
        self._mono_ms -= ms
