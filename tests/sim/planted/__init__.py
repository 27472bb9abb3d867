"""Bugs that are planted in the real code, each to be found by the simulator.

A simulator that finds nothing proves nothing: for each of these, some seed must break. Each
is a mistake that somebody could make in one of the rules; some do harm only where a dishonest
witness makes use of them, whom ``liar`` then names.
"""

from __future__ import annotations

from . import carrying, journal, rosters, simplex
from .bug import BUGS, SEEDS_MAX, Bug, Caught, hunt

__all__ = [
    "BUGS",
    "SEEDS_MAX",
    "Bug",
    "Caught",
    "carrying",
    "hunt",
    "journal",
    "rosters",
    "simplex",
]
