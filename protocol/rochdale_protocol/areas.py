"""The areas of co-op life. A new one is a folder and a line here."""

from __future__ import annotations

from typing import Final

from .agreements.rules import AREA as AGREEMENTS
from .contributions.rules import AREA as CONTRIBUTIONS
from .core.registry import Area, Kind
from .disputes.rules import AREA as DISPUTES
from .governance.rules import AREA as GOVERNANCE
from .membership.rules import AREA as MEMBERSHIP

__all__ = ["AREAS", "KINDS", "area_of_deadline"]

AREAS: Final = (MEMBERSHIP, GOVERNANCE, AGREEMENTS, CONTRIBUTIONS, DISPUTES)

KINDS: Final[dict[str, Kind]] = {kind.body.kind: kind for area in AREAS for kind in area.kinds}


def area_of_deadline(name: str) -> Area:
    """Return the area whose deadlines carry its name in the state."""
    return next(area for area in AREAS if area.name == name)
