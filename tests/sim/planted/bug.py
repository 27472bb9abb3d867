"""A bug, and the hunt for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pytest

from ..run import run_seed

__all__ = ["BUGS", "SEEDS_MAX", "Bug", "Caught", "Patch", "bug", "hunt"]

SEEDS_MAX = 1_000

Patch = pytest.MonkeyPatch


@dataclass(frozen=True, slots=True)
class Bug:
    """A mistake; ``plant`` makes it in the code of this process.

    Attributes:
        seed: one that is known to break, for who would not search again.
    """

    plant: Callable[[Patch], None]
    liar: str
    seed: int

    @property
    def name(self) -> str:
        return self.plant.__name__.replace("_", " ")

    @property
    def what(self) -> str:
        """What is wrong, in a line."""
        return (self.plant.__doc__ or "").strip()


@dataclass(frozen=True, slots=True)
class Caught:
    """The seed that broke, the last line of what was said of it, and what the hunt took."""

    seed: int
    error: str
    cpu_s: float


BUGS: list[Bug] = []


def hunt(planted: Bug, seeds: Iterable[int] = range(SEEDS_MAX)) -> Caught | None:
    """Play seeds with a bug until one breaks."""
    began = time.process_time()
    with Patch.context() as patch:
        planted.plant(patch)
        for seed in seeds:
            error = run_seed(seed, liar=planted.liar).error
            if error:
                spent = round(time.process_time() - began, 2)
                return Caught(seed, error.strip().splitlines()[-1], spent)
    return None


def bug(
    liar: str = "", seed: int = 0
) -> Callable[[Callable[[Patch], None]], Callable[[Patch], None]]:
    """List a function that plants a bug; its docstring says what is wrong."""

    def listed(plant: Callable[[Patch], None]) -> Callable[[Patch], None]:
        BUGS.append(Bug(plant, liar, seed))
        return plant

    return listed
