"""Printing: JSON for programs, tables for eyes, plain lines for ears.

Every value passes through ``harmless`` and is never read as markup.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

import typer

from .frame import Exit, Stop, settings
from .safe import harmless

__all__ = [
    "Column",
    "answer",
    "can_ask",
    "confirm",
    "facts",
    "minutes_text",
    "note",
    "progress",
    "say",
    "short",
    "table",
    "text",
    "when",
]

DRAWN_MAX: Final = 500
"""Rows of a drawn table: it takes a millisecond for each, and 3 ms where there are many columns."""

Column = tuple[str, str | Callable[[Any], object]]
"""A heading, and the key of a row's value or what makes it."""


def answer(value: Any) -> bool:
    """Print JSON if it was asked for; says whether it was."""
    if settings().json:
        typer.echo(json.dumps(value))
    return settings().json


def say(line: str) -> None:
    """Print one line."""
    typer.echo(harmless(line))


def text(content: str) -> None:
    """Print text of several lines."""
    typer.echo(harmless(content, lines=True))


def note(line: str) -> None:
    """Print what is not part of the answer, where it doesn't get in a script's way."""
    if not settings().json:
        typer.echo(harmless(line), err=True)


def facts(pairs: Sequence[tuple[str, object]]) -> None:
    """Print names and values, one a line."""
    width = 0 if settings().plain else max((len(name) for name, _ in pairs), default=0) + 2
    for name, value in pairs:
        label = f"{name}:" if name else ""
        typer.echo(f"{label:<{width}} {harmless(str(value))}".rstrip())


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[Column], empty: str) -> None:
    """Print rows under headings; ``empty`` says what to do where there are none."""
    if not rows:
        say(empty)
        return
    cells = [[_cell(row, column) for _, column in columns] for row in rows]
    if settings().plain:
        for line in cells:
            pairs = zip(columns, line, strict=True)
            typer.echo("; ".join(f"{name}: {value}" for (name, _), value in pairs if value))
        return
    if len(rows) > DRAWN_MAX or not sys.stdout.isatty():
        _print_aligned([[name for name, _ in columns], *cells])
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False, markup=False, emoji=False)
    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name, _ in columns:
        drawn.add_column(Text(name), overflow="fold")
    for line in cells:
        drawn.add_row(*(Text(value) for value in line))
    console.print(drawn)


def _print_aligned(lines: list[list[str]]) -> None:
    """Print lines under each other, each as long as it is: a pipe has no edge to break at."""
    from rich.cells import cell_len

    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["-" * width for width in widths])
    for line in lines:
        padded = (
            cell + " " * (width - cell_len(cell)) for cell, width in zip(line, widths, strict=True)
        )
        typer.echo("  ".join(padded).rstrip())


def _cell(row: Mapping[str, Any], column: str | Callable[[Any], object]) -> str:
    value = row[column] if isinstance(column, str) else column(row)
    return harmless("" if value is None else str(value))


def short(identity: str) -> str:
    """Return the first 8 characters of an id."""
    return identity[:8]


def when(ms: int) -> str:
    """Return a time as this machine's clock shows it, "" for none."""
    if ms <= 0:
        return ""
    try:
        return datetime.fromtimestamp(ms / 1000).strftime("%Y-%m-%d %H:%M")  # noqa: DTZ006 -- local
    except (OverflowError, ValueError, OSError):
        return f"{ms} ms"


def minutes_text(height: int) -> str:
    """Return ``M1842``."""
    return f"M{height}"


def can_ask() -> bool:
    """Say whether there is somebody to show something to and to ask."""
    return sys.stdin.isatty() and not settings().json


def confirm(question: str, *, yes: bool, instead: str) -> None:
    """Ask before something that can't be undone.

    Args:
        yes: it was answered on the command line.
        instead: what to type where there is nobody to ask.
    Raises:
        Stop: the answer is no, or there is nobody to ask.
    """
    if yes:
        return
    if not can_ask():
        raise Stop(Exit.USAGE, "confirm", "This needs a yes, and there is nobody to ask.", instead)
    if not typer.confirm(harmless(question)):
        raise Stop(Exit.REFUSED, "aborted", "Nothing was signed.")


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Show progress on standard error while a block runs; calls say how much more is done."""
    if settings().json or settings().plain or not sys.stderr.isatty():
        yield lambda amount: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(harmless(what), total=total)
        yield lambda amount: shown.advance(task, amount)
