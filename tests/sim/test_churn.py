"""Members come and go at any height, and the book goes on in other hands."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from .plan import turnover
from .run import Run, simulated

SEEDS = 3


def test_newcomers_take_over_from_the_founders() -> None:
    """In most of these books newcomers come to be more than two thirds of the witnesses.

    Nothing breaks on the way, over five rosters and more.
    """
    heirs = 0
    for seed in range(SEEDS):
        random = Random(seed)
        plan = replace(turnover(random), nodes=3, joins=4, leaves=3, expels=1)
        with simulated():
            run = Run(random, plan)
            run.play()
        ledger = max((n.ledger for n in run.honest_awake()), key=lambda book: book.height)
        attesting = {run.world.name_of(device) for device in ledger.roster.places}
        founders = attesting.intersection(f"n{number}" for number in range(plan.nodes))
        heirs += 3 * len(founders) < len(attesting) and len(ledger.rosters) > 4
    assert heirs > SEEDS // 2
