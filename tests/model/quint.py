"""Quint, as this repository runs it: from npm, with its simulator in TypeScript."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["SAFETY", "Outcome", "Play", "install", "play", "scenarios", "typecheck"]

MODEL = Path(__file__).resolve().parents[2] / "specs" / "model"
QUINT = MODEL / "node_modules" / "@informalsystems" / "quint" / "dist" / "src" / "cli.js"

SAFETY = (
    "agreement",
    "oneFinal",
    "validity",
    "honestNeverAccused",
    "unforgeable",
    "journalled",
    "silentAfterFinal",
    "finalStays",
)
SEEN = ("someFinal", "secondHeight", "newRoster", "lateFinal", "carriedFinal", "forked")


@dataclass(frozen=True, slots=True)
class Play:
    """Runs of one configuration.

    Attributes:
        file: where its module stands.
        step: which action chooses what happens next.
        steps: how long each run is.
        invariants: what is looked at in every state.
        breaks: whether one of them must be seen to break.
    """

    file: str
    module: str
    step: str
    steps: int
    invariants: tuple[str, ...] = SAFETY
    breaks: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a play: the runs looked at, what broke, and how many runs saw what."""

    runs: int
    broken: tuple[str, ...]
    seen: dict[str, int] = field(default_factory=dict)


def install() -> None:
    """Fetch what the lock file names, if it isn't here; nothing of it is run on the way."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        sys.exit("The formal model needs Node.js 18 or later, with npm, on the PATH.")
    lock = MODEL / "package-lock.json"
    if QUINT.exists() and QUINT.stat().st_mtime >= lock.stat().st_mtime:
        return
    subprocess.run(["npm", "ci", "--ignore-scripts", "--no-progress"], cwd=MODEL, check=True)
    QUINT.touch()


def _quint(*arguments: str) -> str:
    """Return what Quint printed; raises RuntimeError where the model itself is at fault."""
    ran = subprocess.run(
        ["node", str(QUINT), *arguments], cwd=MODEL, capture_output=True, text=True, check=False
    )
    printed = ran.stdout + ran.stderr
    if ran.returncode and "[violation]" not in printed:
        raise RuntimeError(printed)
    return printed


def typecheck(file: str) -> None:
    _quint("typecheck", file)


def scenarios(file: str, module: str, folder: Path) -> list[Path]:
    """Run a module's tests, each of which leaves its trace in the folder."""
    form = folder / f"{module}-{{test}}_{{seq}}.itf.json"
    _quint(
        "test",
        file,
        f"--main={module}",
        "--backend=typescript",
        "--max-samples=1",
        f"--out-itf={form}",
    )
    return [
        path.rename(path.with_name(f"{path.name.split('Test_')[0]}.itf.json"))
        for path in sorted(folder.glob(f"{module}-*Test_*.itf.json"))
    ]


def play(wanted: Play, samples: int, seed: int, traces: Sequence[Path] = ()) -> Outcome:
    """Run a play until it breaks, or that many times.

    Args:
        traces: where some of its runs are written, in the Informal Trace Format.
    """
    arguments = [
        f"--main={wanted.module}",
        f"--step={wanted.step}",
        f"--max-samples={samples}",
        f"--max-steps={wanted.steps}",
        f"--seed={seed}",
        "--backend=typescript",
        "--verbosity=1",
    ]
    if traces:
        form = traces[0].with_name(traces[0].name.replace("0", "{seq}"))
        arguments += [f"--n-traces={len(traces)}", f"--out-itf={form}"]
    printed = _quint(
        "run", wanted.file, *arguments, "--invariants", *wanted.invariants, "--witnesses", *SEEN
    )
    # Of a single invariant Quint doesn't say the name.
    broken = tuple(re.findall(r"❌ (\w+)", printed))
    if "[violation]" in printed and not broken:
        broken = wanted.invariants
    seen = re.findall(r"(\w+) was witnessed in (\d+) trace\(s\) out of (\d+)", printed)
    return Outcome(
        runs=int(seen[0][2]),
        broken=broken,
        seen={name: int(runs) for name, runs, _ in seen},
    )
