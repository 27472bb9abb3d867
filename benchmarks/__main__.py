"""Runs the figures, prints them beside their floors and keeps the run."""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import orjson
from rich.console import Console
from rich.table import Table

from . import (
    coldsync,
    commands,
    counting,
    finality,
    minutes,
    proposals,
    proving,
    records,
    voting,
)
from .figures import Figure

FIGURES: dict[str, Callable[..., Iterator[Figure]]] = {
    "records": records.measure,
    "coldsync": coldsync.measure,
    "finality": finality.measure,
    "commands": commands.measure,
    "counting": counting.measure,
    "proposals": proposals.measure,
    "voting": voting.measure,
    "minutes": minutes.measure,
    "proving": proving.measure,
}
RESULTS = Path(__file__).parent / "results"


def main() -> None:
    """Measure what is asked for; a missed target is shown, and is no error."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", choices=FIGURES, help="one group of figures, nothing kept")
    parser.add_argument("--quick", action="store_true", help="small amounts, nothing kept")
    asked = parser.parse_args()
    console = Console(stderr=True, highlight=False)
    table = Table("figure", "value", "floor", "unit", "beside", "target", "", title="make bench")
    found: list[Figure] = []
    for name in [asked.only] if asked.only else FIGURES:
        with console.status(f"measuring {name}"):
            for figure in FIGURES[name](quick=asked.quick):
                found.append(figure)
                table.add_row(*_row(figure))
    console.print(table)
    for figure in found:
        if figure.says:
            console.print(f"{figure.name}: {figure.says}")
    result = {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "versions": {name: version(name) for name in ("pynacl", "orjson", "pydantic", "aiohttp")},
        "figures": [figure.as_json() for figure in found],
    }
    data = orjson.dumps(result, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    if not asked.only and not asked.quick:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "latest.json").write_bytes(data)
    print(data.decode())


def _row(figure: Figure) -> tuple[str, ...]:
    mark = {True: "reached", False: "MISSED", None: ""}[figure.reached]
    return (
        figure.name,
        f"{figure.value:,.4g}",
        f"{figure.floor:,.4g}",
        figure.unit,
        f"{figure.ratio:.3g}",
        figure.target,
        mark,
    )


if __name__ == "__main__":
    main()
