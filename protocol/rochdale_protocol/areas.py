"""The areas of co-op life. A new one is a folder and its name here.

Each is imported when it is come to: most of what reads a book needs none, or the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Final

from .core.registry import Area, Kind

__all__ = ["area_of_deadline", "areas", "kinds"]

AREAS: Final = (
    "membership",
    "contributions",
    "agreements",
    "disputes",
    "governance",
)
"""Folders; last that of decisions, which are carried out through the others."""


def areas() -> Iterator[Area]:
    """Yield every area."""
    for name in AREAS:
        area: Area = import_module(f".{name}.rules", __package__).AREA
        yield area


@cache
def kinds() -> Mapping[str, Kind]:
    """Return every kind of record by its name."""
    return {kind.body.kind: kind for area in areas() for kind in area.kinds}


def area_of_deadline(name: str) -> Area:
    """Return the area whose deadlines carry its name in the state."""
    return next(area for area in areas() if area.name == name)
