"""The areas of co-op life. A new one is a folder and a line here.

They are imported when they are first asked for: most of what reads a book needs none.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from .core.registry import Area, Kind

__all__ = ["area_of_deadline", "areas", "kinds"]


@cache
def areas() -> tuple[Area, ...]:
    """Return every area."""
    from .agreements.rules import AREA as AGREEMENTS
    from .contributions.rules import AREA as CONTRIBUTIONS
    from .disputes.rules import AREA as DISPUTES
    from .governance.rules import AREA as GOVERNANCE
    from .membership.rules import AREA as MEMBERSHIP

    return (MEMBERSHIP, GOVERNANCE, AGREEMENTS, CONTRIBUTIONS, DISPUTES)


@cache
def kinds() -> Mapping[str, Kind]:
    """Return every kind of record by its name."""
    return {kind.body.kind: kind for area in areas() for kind in area.kinds}


def area_of_deadline(name: str) -> Area:
    """Return the area whose deadlines carry its name in the state."""
    return next(area for area in areas() if area.name == name)
