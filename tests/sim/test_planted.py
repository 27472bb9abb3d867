"""The simulator is no ornament: each bug that is planted in the real code is found."""

from __future__ import annotations

from itertools import chain

import pytest

from .planted import BUGS, SEEDS_MAX, Bug, hunt


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_is_found(bug: Bug) -> None:
    """Some seed breaks, and soon; of some bugs it takes a witness that makes use of them."""
    # Where its seed is out of date, the search tells the new one.
    caught = hunt(bug, chain([bug.seed], range(SEEDS_MAX)))
    assert caught is not None
    assert caught.seed < SEEDS_MAX
