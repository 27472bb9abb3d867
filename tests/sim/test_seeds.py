"""300 seeds of whole co-ops, and that a seed is a film."""

from __future__ import annotations

import pytest

from tests.sim.run import run_seed

SEEDS = 300
CHUNK = 15


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_no_seed_breaks_a_co_op(first: int) -> None:
    """Whatever goes wrong, one book grows, and all that was said is in it in the end."""
    broken = {
        seed: outcome.error
        for seed in range(first, first + CHUNK)
        if (outcome := run_seed(seed)).error
    }
    again = [f"python -m tests.sim --seed {seed} --trace" for seed in broken]
    assert not broken, "\n".join([*again, *broken.values()])


def test_the_same_seed_gives_the_same_film() -> None:
    """Two runs of a seed agree in every event and byte, shown or not; two seeds do not."""
    first, again, other = run_seed(11), run_seed(11), run_seed(12)
    assert first == again
    assert first.trace != other.trace
