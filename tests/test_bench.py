"""The benchmarks run; their figures are for ``make bench`` and no test's business."""

from __future__ import annotations

import json
import subprocess
import sys


def test_figures_come_with_their_floors() -> None:
    """A quick run measures for real and prints each figure beside a floor that is not zero."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--only", "records"],
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    figures = json.loads(done.stdout)["figures"]
    assert [figure["name"] for figure in figures] == [
        "verify and store, one core",
        "verify and store, both cores",
    ]
    assert all(figure["value"] > 0 and figure["floor"] > 0 for figure in figures)
