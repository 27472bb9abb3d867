"""A figure, its floor from the same run, and what it should reach."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from rochdale_protocol.core.hashes import Tag
from rochdale_protocol.core.keys import SeedSigner, is_valid

__all__ = ["Figure", "at_least", "at_most", "best_of", "checks_per_s"]

_CHECKS = 2_000


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured beside its floor.

    Attributes:
        value, floor: both in ``unit``; ``ratio`` is the first over the second where the
            target is a ratio, else what is compared with the target.
        reached: None where there is no target.
    """

    name: str
    value: float
    floor: float
    unit: str
    ratio: float
    target: str
    reached: bool | None
    says: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the figure as JSON, rounded to what can be trusted."""
        fields = asdict(self)
        for name in ("value", "floor", "ratio"):
            fields[name] = float(f"{fields[name]:.4g}")
        return fields


def at_least(
    name: str, value: float, floor: float, unit: str, target: float, **more: str
) -> Figure:
    """Return a figure that should be so many times its floor or more."""
    ratio = value / floor
    return Figure(name, value, floor, unit, ratio, f">= {target} x", ratio >= target, **more)


def at_most(name: str, value: float, floor: float, unit: str, target: float, **more: str) -> Figure:
    """Return a figure that should be so many times its floor or less."""
    ratio = value / floor
    return Figure(name, value, floor, unit, ratio, f"<= {target} x", ratio <= target, **more)


def best_of(runs: int, work: Callable[[], object]) -> float:
    """Return the median of the seconds that some work takes."""
    seconds = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return median(seconds)


def checks_per_s(signed: Sequence[tuple[bytes, bytes, bytes]] | None = None) -> float:
    """Return how many bare signature checks libsodium does in a second on one core.

    Args:
        signed: key, message and signature of what is really checked; else 500 byte messages.
    """
    if signed is None:
        signer = SeedSigner(bytes([7]) * 32)
        data = bytes(500)
        message = Tag.SIGN_RECORD.value + data
        one = (bytes.fromhex(signer.public), message, signer.sign(Tag.SIGN_RECORD, data))
        signed = [one] * _CHECKS

    def check() -> None:
        for public, message, signature in signed:
            assert is_valid(public, message, signature)

    return len(signed) / best_of(3, check)
