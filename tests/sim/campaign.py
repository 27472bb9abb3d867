"""Many seeds on all cores: chunk by chunk, each kept when it is done, so that a run resumes.

What was played is kept in ``.sim/``, one file for each state of the code: a line for each
chunk, in any order. A run on other code finds no such file and begins anew. Beside it stands
a line for each seed that broke, with the command that repeats it.
"""

from __future__ import annotations

import json
import platform
import re
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from functools import partial
from hashlib import sha256
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

from .run import Outcome, run_seed

__all__ = [
    "CHUNK",
    "Campaign",
    "Failure",
    "Tally",
    "again",
    "play_chunk",
    "record",
    "total",
    "tree_hash",
]

ROOT = Path(__file__).parents[2]
CHUNK = 50
"""Seeds that are played and kept together: a few seconds, which Ctrl-C may lose."""

TASKS_MAX = 100
"""Chunks after which a process is replaced: what it remembers of signatures goes with it."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A seed that broke."""

    seed: int
    plan: str
    error: str


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of the seeds from ``first`` on.

    Attributes:
        cast: how many seeds had each kind of network, trouble and liar.
        traces: hash over the seeds' traces, the same on any machine.
    """

    first: int
    seeds: int
    minutes: int = 0
    votes: int = 0
    events: int = 0
    settled_ms_max: int = 0
    cpu_s: float = 0.0
    traces: str = ""
    cast: dict[str, int] = field(default_factory=dict)
    failures: tuple[Failure, ...] = ()

    def to_line(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_line(cls, line: str) -> Tally:
        held = json.loads(line)
        failures = tuple(Failure(**failure) for failure in held.pop("failures"))
        return cls(**held, failures=failures)


def again(seed: int, liar: str = "") -> str:
    """Return the command that shows a seed."""
    return f"python -m tests.sim --seed {seed}{f' --liar {liar}' if liar else ''} --trace"


def play_chunk(first: int, count: int, liar: str = "") -> Tally:
    """Play seeds one after the other."""
    began = time.process_time()
    outcomes = [run_seed(seed, liar=liar) for seed in range(first, first + count)]
    return Tally(
        first,
        count,
        sum(outcome.height for outcome in outcomes),
        sum(outcome.votes for outcome in outcomes),
        sum(outcome.events for outcome in outcomes),
        max(outcome.settled_ms for outcome in outcomes),
        round(time.process_time() - began, 3),
        _hash(outcome.trace for outcome in outcomes),
        dict(Counter(word for outcome in outcomes for word in _cast(outcome.plan))),
        tuple(_failure(outcome) for outcome in outcomes if outcome.error),
    )


def total(tallies: Iterable[Tally]) -> Tally:
    """Add up chunks."""
    chunks = sorted(tallies, key=lambda tally: tally.first)
    cast = Counter[str]()
    for chunk in chunks:
        cast.update(chunk.cast)
    return Tally(
        chunks[0].first,
        sum(chunk.seeds for chunk in chunks),
        sum(chunk.minutes for chunk in chunks),
        sum(chunk.votes for chunk in chunks),
        sum(chunk.events for chunk in chunks),
        max(chunk.settled_ms_max for chunk in chunks),
        round(sum(chunk.cpu_s for chunk in chunks), 1),
        _hash(chunk.traces for chunk in chunks),
        dict(sorted(cast.items())),
        tuple(failure for chunk in chunks for failure in chunk.failures),
    )


def _hash(hashes: Iterable[str]) -> str:
    return sha256(" ".join(hashes).encode()).hexdigest()[:16]


def _cast(plan: str) -> set[str]:
    """Return the words of a plan without its numbers."""
    return {re.sub(r"^\d+ | loss .*", "", part) for part in plan.split(", ")}


def _failure(outcome: Outcome) -> Failure:
    return Failure(outcome.seed, outcome.plan, outcome.error.strip().splitlines()[-1])


def tree_hash() -> str:
    """Return the hash of the code that is tried and of the simulator."""
    names = [*ROOT.glob("protocol/rochdale_protocol/**/*.py"), *ROOT.glob("tests/sim/**/*.py")]
    read = sha256(f"{platform.python_version()} {version('pynacl')}".encode())
    for name in sorted(names):
        read.update(name.relative_to(ROOT).as_posix().encode() + b"\0")
        read.update(sha256(name.read_bytes()).digest())
    return read.hexdigest()[:16]


class Campaign:
    """A range of seeds, what was played of it, and what is still to be played.

    Args:
        folder: where what was played is kept.
        first, seeds: the range; whole chunks of CHUNK are played.

    Attributes:
        played: what came of each chunk, by its first seed; ``waiting`` are the others.
        is_new: nothing is kept of this state of the code, though of others.
    """

    def __init__(self, folder: Path, first: int, seeds: int, liar: str = "") -> None:
        self.liar = liar
        name = f"{tree_hash()}-{liar}" if liar else tree_hash()
        self._path = folder / f"{name}.jsonl"
        self.failures_path = folder / f"{name}.failures.txt"
        folder.mkdir(exist_ok=True)
        self.is_new = not self._path.exists() and any(folder.iterdir())
        starts = range(first - first % CHUNK, first + seeds, CHUNK)
        self.played = {t.first: t for t in self._kept() if t.first in starts}
        self.waiting = [start for start in starts if start not in self.played]

    def _kept(self) -> Iterator[Tally]:
        if not self._path.exists():
            return
        for line in self._path.read_text("utf-8").splitlines():
            try:
                yield Tally.from_line(line)
            except ValueError:
                continue  # the line that a killed run was writing

    def play(self, jobs: int, told: Callable[[Tally], None]) -> None:
        """Play what waits on ``jobs`` processes; ``told`` hears of each chunk when it is kept."""
        context = get_context("spawn")
        play = partial(play_chunk, count=CHUNK, liar=self.liar)
        pool = context.Pool(jobs, initializer=_leave_interrupts, maxtasksperchild=TASKS_MAX)
        with pool, self._path.open("a", encoding="utf-8") as kept:
            for tally in pool.imap_unordered(play, self.waiting):
                # A line of its own, whatever a killed run left behind.
                kept.write(f"\n{tally.to_line()}\n")
                kept.flush()
                self._log(tally.failures)
                self.played[tally.first] = tally
                told(tally)
        self.waiting = []

    def _log(self, failures: Iterable[Failure]) -> None:
        with self.failures_path.open("a", encoding="utf-8") as log:
            for each in failures:
                told = again(each.seed, self.liar)
                log.write(f"{each.seed} | {each.plan} | {each.error} | {told}\n")


def _leave_interrupts() -> None:
    """Let Ctrl-C reach the first process alone, which ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def record(tally: Tally, seconds: float, jobs: int) -> str:
    """Return what came of a run as a page to be kept."""
    rows = {
        "seeds": f"{tally.first} to {tally.first + tally.seeds - 1} ({tally.seeds:,})",
        "broken": f"{len(tally.failures):,}",
        "minutes final": f"{tally.minutes:,}",
        "votes of honest witnesses": f"{tally.votes:,}",
        "events": f"{tally.events:,}",
        "longest time to settle, simulated": f"{tally.settled_ms_max:,} ms",
        "CPU time": f"{tally.cpu_s:,.0f} s, {1000 * tally.cpu_s / tally.seeds:.1f} ms a seed",
        "this machine": f"{jobs} processes, {tally.seeds / tally.cpu_s:.1f} seeds a CPU second",
        "last part of it": f"{seconds:,.0f} s by the clock",
        "hash of all traces": f"`{tally.traces}`",
        "code": f"commit `{_commit()}`, tree `{tree_hash()}`",
        "with": f"Python {platform.python_version()}, PyNaCl {version('pynacl')}, "
        f"pydantic {version('pydantic')}, orjson {version('orjson')}",
        "on": f"{platform.system()} {platform.machine()}",
    }
    lines = [f"# {tally.seeds:,} simulated co-ops", ""]
    lines += [f"Again: `make sim SEEDS={tally.seeds}`", "", "| | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in rows.items()]
    lines += ["", "Seeds with each network, trouble and liar:", "", "| | seeds |", "|---|---|"]
    lines += [f"| {word} | {count:,} |" for word, count in tally.cast.items()]
    if tally.failures:
        lines += ["", "Broken:", ""]
        lines += [f"- `{again(each.seed)}`: {each.error} ({each.plan})" for each in tally.failures]
    return "\n".join(lines) + "\n"


def _commit() -> str:
    asked = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    return told.stdout.strip() or "unknown"
