"""Run seeds of the simulator: ``python -m tests.sim --seeds 1000``."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from .dishonest import KINDS
from .run import Outcome, run_seed


def _report(outcome: Outcome, liar: str) -> None:
    print(f"seed {outcome.seed}: {outcome.plan}\n  BROKEN {outcome.error.strip()}")
    also = f" --liar '{liar}'" if liar else ""
    print(f"  again: python -m tests.sim --seed {outcome.seed}{also} --trace\n")


def main() -> int:
    """Return 1 if any seed breaks."""
    parser = argparse.ArgumentParser(prog="python -m tests.sim", description=__doc__)
    parser.add_argument("--seeds", type=int, default=300, help="how many seeds to run")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--seed", type=int, help="run this one alone, twice")
    parser.add_argument("--liar", default="", choices=sorted(KINDS), help="who is dishonest")
    parser.add_argument("--trace", action="store_true", help="show what happens")
    asked = parser.parse_args()
    if asked.seed is not None:
        outcome = run_seed(asked.seed, shown=asked.trace, liar=asked.liar)
        again = run_seed(asked.seed, liar=asked.liar)
        print(f"{outcome}\ntrace {outcome.trace}, again {again.trace}")
        return int(bool(outcome.error) or outcome.trace != again.trace)
    began = time.monotonic()
    broken, height, votes, slowest = Counter[str](), 0, 0, 0
    for seed in range(asked.first, asked.first + asked.seeds):
        outcome = run_seed(seed, liar=asked.liar)
        height += outcome.height
        votes += outcome.votes
        slowest = max(slowest, outcome.settled_ms)
        if outcome.error:
            broken[outcome.error.strip().splitlines()[-1][:100]] += 1
            _report(outcome, asked.liar)
    spent = time.monotonic() - began
    print(
        f"{asked.seeds} seeds, {sum(broken.values())} broken; {height} minutes, {votes} votes; "
        f"settled in {slowest} ms at most; {spent:.1f} s"
    )
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
