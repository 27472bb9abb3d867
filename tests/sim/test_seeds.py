"""1,000 seeds of whole co-ops, and that a seed is a film: the same anywhere, at any time."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from .campaign import CHUNK, ROOT, again, play_chunk
from .run import run_seed

SEEDS = 1_000


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_no_seed_breaks_a_co_op(first: int) -> None:
    """Whatever goes wrong, one book grows, and all that was said is in it in the end."""
    failures = play_chunk(first, CHUNK).failures
    told = [f"{again(each.seed)}: {each.error}" for each in failures]
    assert not told, "\n".join(told)


def test_the_same_seed_gives_the_same_film() -> None:
    """Two runs of a seed agree in every event and byte, shown or not; two seeds do not."""
    first, second, other = run_seed(11), run_seed(11), run_seed(12)
    assert first == second
    assert first.trace != other.trace


def test_a_film_does_not_hang_on_the_order_of_sets() -> None:
    """Processes that hash strings differently, hence order sets differently, play the same."""
    play = "from tests.sim.campaign import play_chunk; print(play_chunk(0, 12).traces)"
    told = [
        subprocess.run(
            [sys.executable, "-c", play],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    ]
    assert told[0] == told[1] != ""
