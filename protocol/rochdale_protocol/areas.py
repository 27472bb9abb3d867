"""The areas of co-op life. A new one is a folder and its two lines here.

Each is imported when it is come to: most of what reads a book needs none, or the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from .core.registry import Area, Kind

__all__ = ["area_of_deadline", "areas", "kinds"]


def areas() -> Iterator[Area]:
    """Yield every area; last that of decisions, which are carried out through the others."""
    from .membership.rules import AREA as MEMBERSHIP

    yield MEMBERSHIP
    from .contributions.rules import AREA as CONTRIBUTIONS

    yield CONTRIBUTIONS
    from .agreements.rules import AREA as AGREEMENTS

    yield AGREEMENTS
    from .disputes.rules import AREA as DISPUTES

    yield DISPUTES
    from .governance.rules import AREA as GOVERNANCE

    yield GOVERNANCE


@cache
def kinds() -> Mapping[str, Kind]:
    """Return every kind of record by its name."""
    return {kind.body.kind: kind for area in areas() for kind in area.kinds}


def area_of_deadline(name: str) -> Area:
    """Return the area whose deadlines carry its name in the state."""
    return next(area for area in areas() if area.name == name)
