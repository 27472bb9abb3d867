"""Run the formal model and replay what it did: ``python -m tests.model --samples 20``.

Exit code 1 where an invariant breaks that must hold, one holds that must break, or the
code's machine does anything else than the model.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from tests.protocol.minutes.replay import Replay, events_of, projected

from .quint import SAFETY, Outcome, Play, install, play, scenarios, typecheck

EACH = 2
"""Traces that are kept of each play."""

SCENARIOS = ("scenarios", "fork", "forkOverAGap")
SAMPLES_BROKEN_MAX = 1000
"""Runs in which a planted bug must be found; each was found in fewer than 100."""

HOLDS = tuple(
    Play("configurations.qnt", module, step, steps)
    for module, step, steps in (
        ("four", "step", 60),
        ("four", "calm", 80),
        ("fourOneLies", "step", 60),
        ("fourOneLies", "calm", 80),
        ("fourOneLies", "divided", 60),
        ("sevenTwoLie", "step", 80),
        ("sevenTwoLie", "calm", 120),
        ("growing", "step", 60),
    )
)
FORKS = (
    Play("configurations.qnt", "fourTwoLie", "divided", 50, ("accountability",)),
    Play("configurations.qnt", "fourTwoLie", "divided", 50, ("agreement",), breaks=True),
)
BUGS = (
    "quorumOf2f",
    "signersCountedTwice",
    "notarisedPassesForNullified",
    "finalizeAfterNullify",
    "nullifyAfterFinalize",
    "notarizeTwice",
    "gapNotChecked",
    "parentNotChecked",
    "signAfterTheEnd",
    "votesOfAnyHeight",
    "journalLost",
)
BROKEN = tuple(Play("broken.qnt", bug, "step", 60, breaks=True) for bug in BUGS)


def _said(wanted: Play, outcome: Outcome) -> str:
    if outcome.broken:
        verdict = f"{', '.join(outcome.broken)} broken in run {outcome.runs}"
        return f"{verdict}: found, as it must be" if wanted.breaks else f"BROKEN: {verdict}"
    if wanted.breaks:
        return f"NOT FOUND in {outcome.runs} runs"
    claim = "safety" if wanted.invariants == SAFETY else ", ".join(wanted.invariants)
    seen = ", ".join(f"{name} {runs}" for name, runs in outcome.seen.items() if runs)
    return f"{claim} holds in {outcome.runs} runs x {wanted.steps} steps (with {seen})"


def _replayed(trace: Path, kept: Path, source: str) -> Counter[str]:
    """Keep a trace's events, and return what machines do in it as the model did.

    Raises:
        AssertionError: a machine differs.
    """
    path = kept / trace.name
    path.write_bytes(projected(trace.read_bytes(), source))
    replay = Replay()
    for number, event in enumerate(events_of(path)):
        try:
            replay.play(event)
        except AssertionError as error:
            error.add_note(f"{trace.name}: the machine differs from the model in step {number}")
            raise
    return Counter(replay.done)


def _try_all(asked: argparse.Namespace, folder: Path, console: Console) -> tuple[bool, list[Path]]:
    """Run every play; return whether each came out as it must, and traces of the sound ones."""
    sound = True
    traces: list[Path] = []
    for wanted in (*HOLDS, *FORKS, *BROKEN):
        began = time.monotonic()
        samples = SAMPLES_BROKEN_MAX if wanted.breaks else asked.samples
        name = f"{wanted.module}-{wanted.step}"
        files = [] if wanted.breaks else [folder / f"{name}-{n}.itf.json" for n in range(EACH)]
        outcome = play(wanted, samples, asked.seed, files)
        sound &= bool(outcome.broken) == wanted.breaks
        said = f"{name}: {_said(wanted, outcome)}, {time.monotonic() - began:.0f} s"
        console.print(said, markup=False, highlight=False, soft_wrap=True)
        traces += files
    return sound, traces


def main() -> int:
    """Run everything and say what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.model", description=__doc__)
    parser.add_argument(
        "--samples", type=int, default=20, help=f"runs of each configuration, {EACH} at least"
    )
    parser.add_argument("--seed", type=int, default=1, help="other seeds, other runs")
    parser.add_argument("--traces", type=Path, help="keep the traces in this folder")
    asked = parser.parse_args()
    if asked.samples < EACH:
        parser.error(f"--samples must be {EACH} or more: so many traces are replayed")
    console = Console()
    install()
    for file in ("minutes.qnt", "configurations.qnt", "broken.qnt", "scenarios.qnt"):
        typecheck(file)
    with TemporaryDirectory() as name:
        folder, kept = Path(name), asked.traces or Path(name)
        shown = [
            trace for module in SCENARIOS for trace in scenarios("scenarios.qnt", module, folder)
        ]
        for trace in shown:
            console.print(f"{trace.name.partition('.')[0]}: as it must be", highlight=False)
        sound, traces = _try_all(asked, folder, console)
        done: Counter[str] = Counter()
        for trace in shown:
            # The machine does not break the rule that this one's witnesses break.
            if not trace.name.startswith("forkOverAGap"):
                done += _replayed(trace, kept, "scenarios.qnt")
        for trace in traces:
            done += _replayed(trace, kept, "configurations.qnt")
    acts = ", ".join(f"{count} {act}" for act, count in sorted(done.items()))
    console.print(f"Replayed on the code, step by step the same: {acts}", highlight=False)
    console.print("The model holds." if sound else "The model does NOT hold.")
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
