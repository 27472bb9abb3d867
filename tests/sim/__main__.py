"""Run seeds of the simulator: ``python -m tests.sim --seeds 1000``."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from textwrap import shorten

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    track,
)
from rich.table import Table

from .campaign import CHUNK, ROOT, Campaign, Tally, again, record, total
from .dishonest import KINDS
from .planted import BUGS, SEEDS_MAX, hunt
from .run import run_seed


def _play(asked: argparse.Namespace, console: Console) -> int:
    campaign = Campaign(ROOT / ".sim", asked.first, asked.seeds, asked.liar)
    if campaign.is_new:
        console.print("The code differs from that of earlier runs: beginning anew.")
    done = sum(tally.seeds for tally in campaign.played.values())
    if done:
        console.print(f"{done:,} of these seeds were played before, and count.")
    began = time.monotonic()
    try:
        _watch(campaign, asked.jobs, console)
    except KeyboardInterrupt:
        console.print("Interrupted. The same command goes on from here.")
        return 130
    seconds = time.monotonic() - began
    tally = total(campaign.played.values())
    console.print(
        f"{tally.seeds:,} seeds, {len(tally.failures)} broken; {tally.minutes:,} minutes, "
        f"{tally.votes:,} votes, {tally.events:,} events; settled in {tally.settled_ms_max:,} ms "
        f"at most; {tally.cpu_s:,.0f} CPU s, {seconds:,.0f} s now; traces {tally.traces}"
    )
    if tally.failures:
        console.print(f"Broken seeds: {campaign.failures_path}")
    if asked.record is not None:
        asked.record.parent.mkdir(parents=True, exist_ok=True)
        asked.record.write_text(record(tally, seconds, asked.jobs), "utf-8")
    return int(bool(tally.failures))


def _watch(campaign: Campaign, jobs: int, console: Console) -> None:
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]:.1f} seeds/s, {task.fields[broken]} broken"),
        TimeRemainingColumn(),
    )
    played = campaign.played.values()
    done = sum(tally.seeds for tally in played)
    broken = sum(len(tally.failures) for tally in played)
    began, new = time.monotonic(), 0
    with Progress(*columns, console=console) as progress:
        seeds = done + len(campaign.waiting) * CHUNK
        bar = progress.add_task("", total=seeds, completed=done, rate=0.0, broken=broken)

        def told(tally: Tally) -> None:
            nonlocal new, broken
            new += tally.seeds
            broken += len(tally.failures)
            for failure in tally.failures:
                progress.console.print(
                    f"seed {failure.seed}: {failure.plan}\n  {failure.error}\n"
                    f"  {again(failure.seed, campaign.liar)}",
                    markup=False,
                )
            rate = new / (time.monotonic() - began)
            progress.update(bar, completed=done + new, rate=rate, broken=broken)

        campaign.play(jobs, told)


def _show(seed: int, liar: str, *, trace: bool) -> int:
    outcome = run_seed(seed, shown=trace, liar=liar)
    second = run_seed(seed, liar=liar)
    print(f"{outcome}\ntrace {outcome.trace}, again {second.trace}")
    return int(bool(outcome.error) or outcome.trace != second.trace)


def _hunt(console: Console) -> int:
    table = Table("bug", "seeds tried", "CPU s", "seed and what was found", show_lines=True)
    missed = 0
    for bug in track(BUGS, "Planting bugs", console=console, transient=True):
        caught = hunt(bug)
        missed += caught is None
        if caught is None:
            told = (f"{SEEDS_MAX:,}", "", "[red]not found[/red]")
        else:
            seed = again(caught.seed, bug.liar).split("--", 1)[1].removesuffix(" --trace")
            found = escape(f"--{seed}\n{shorten(caught.error, 90)}")
            told = (f"{caught.seed + 1:,}", f"{caught.cpu_s:.1f}", found)
        table.add_row(f"{bug.name}\n[dim]{escape(bug.what)}[/dim]", *told)
    console.print(table)
    console.print(f"{len(BUGS) - missed} of {len(BUGS)} found within {SEEDS_MAX:,} seeds each")
    return int(bool(missed))


def _count(least: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if int(text) < least:
            raise argparse.ArgumentTypeError(f"{least} or more")
        return int(text)

    return read


def main() -> int:
    """Return 1 if any seed breaks."""
    parser = argparse.ArgumentParser(prog="python -m tests.sim", description=__doc__)
    parser.add_argument(
        "--seeds", type=_count(1), default=1_000, help=f"how many seeds to play, {CHUNK} at a time"
    )
    parser.add_argument("--first", type=_count(0), default=0, help="the first of them")
    parser.add_argument(
        "--jobs", type=_count(1), default=os.cpu_count() or 1, help="on so many cores"
    )
    parser.add_argument("--record", type=Path, help="write what came of it to this file")
    parser.add_argument("--seed", type=_count(0), help="play this one alone, twice")
    parser.add_argument("--liar", default="", choices=sorted(KINDS), help="who is dishonest")
    parser.add_argument("--trace", action="store_true", help="show what happens in it")
    parser.add_argument(
        "--planted", action="store_true", help="plant bugs, and show the table of what was found"
    )
    asked = parser.parse_args()
    if asked.planted:
        return _hunt(Console())
    if asked.seed is not None:
        return _show(asked.seed, asked.liar, trace=asked.trace)
    return _play(asked, Console())


if __name__ == "__main__":
    sys.exit(main())
