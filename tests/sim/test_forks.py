"""Beyond a third: agreement may break, yet nobody breaks it unnamed."""

from __future__ import annotations

import pytest

from rochdale_protocol.minutes.evidence import contradictions
from rochdale_protocol.sync import forks

from .forks import ForkOutcome, play_fork
from .trace import Broken

SEEDS = 24


def test_every_fork_leaves_evidence_that_names_all_who_made_it() -> None:
    """Each honest node that meets the other side comes to hold proof against f + 1 members.

    No proof blames an honest one, and each is checked here with nothing of the code under
    test. Both ways of forking occur: within a view, and across nullified ones.
    """
    outcomes = [play_fork(seed) for seed in range(SEEDS)]
    forked = [outcome for outcome in outcomes if outcome.height]
    assert len(forked) >= SEEDS * 3 // 4
    assert {len(outcome.views) for outcome in forked} == {1, 2}
    assert {outcome.colluders for outcome in forked} == {2, 3, 4}
    assert max(outcome.height for outcome in forked) > 2


def _first_fork() -> ForkOutcome:
    return next(outcome for seed in range(SEEDS) if (outcome := play_fork(seed)).height)


def test_one_who_is_not_named_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Evidence against all but one of them is not enough."""
    monkeypatch.setattr(forks, "contradictions", lambda *sets: list(contradictions(*sets))[1:])
    with pytest.raises(Broken, match="forked"):
        _first_fork()
