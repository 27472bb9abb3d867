"""Running the demo: where its homes go, what is shown, and how it ends."""

from __future__ import annotations

import signal
import sys
import tempfile
import time
from importlib.metadata import entry_points
from pathlib import Path

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from .farms import DemoError
from .story import STEPS, Story

__all__ = ["run_demo"]


def run_demo(*, as_json: bool, keep: Path | None, tui: bool) -> int:
    """Play the demo and return the exit code.

    Args:
        as_json: print one JSON object at the end and nothing else on standard output.
        keep: a new or empty folder that keeps the homes; else they go.
        tui: end inside one of the farms.
    """
    if keep is not None:
        folder = keep.expanduser().absolute()
        if folder.exists() and any(folder.iterdir()):
            print(f"{folder} is not empty; name a new folder for --keep", file=sys.stderr)
            return 2
        folder.mkdir(parents=True, exist_ok=True)
        return _play(folder, as_json=as_json, tui=tui, kept=True)
    with tempfile.TemporaryDirectory(prefix="rochdale-demo-") as temporary:
        return _play(Path(temporary), as_json=as_json, tui=tui, kept=False)


def _play(folder: Path, *, as_json: bool, tui: bool, kept: bool) -> int:
    console = Console(stderr=as_json, highlight=False, markup=False)
    story = Story(folder, lambda line: console.print(f"   {line}", soft_wrap=True))
    began = time.monotonic()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))  # stops the nodes
    try:
        _tell(story, console)
        seconds = time.monotonic() - began
        story.report["seconds"] = round(seconds, 1)
        console.print(f"\nAll eight steps done in {seconds:.0f} s.")
        if tui:
            _open_tui(story)
    except DemoError as error:
        console.print(f"\nThe demo failed: {error}")
        return 1
    except KeyboardInterrupt:
        console.print("\nStopped.")
        return 130
    finally:
        story.stop()
    if kept:
        console.print(
            f"The homes are in {folder}; go on with\n"
            f"  rochdale --home {folder}/farm-3 status\n"
            f"What signs asks for the passphrase, which is in {folder}/passphrase."
        )
    if as_json:
        if not kept:
            story.report["proof"] = ""
        sys.stdout.buffer.write(orjson.dumps(story.report) + b"\n")
    return 0


def _tell(story: Story, console: Console) -> None:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("the co-op", total=len(STEPS))
        for number, (name, step) in enumerate(STEPS, 1):
            progress.update(task, description=f"the co-op {name}")
            says = (step.__doc__ or "").strip()
            console.print(f"\n{number}. The co-op {name}: {says}", soft_wrap=True)
            step(story)
            progress.advance(task)


def _open_tui(story: Story) -> None:
    (opener,) = entry_points(group="rochdale.ui", name="tui")
    opener.load()(str(story.farms[2].home.socket_path), None)
