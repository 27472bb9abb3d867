"""An election of 100,000 ballots, no two alike to speak of, counted by Scottish STV."""

from __future__ import annotations

import random
from collections.abc import Iterator

from rochdale_protocol.governance.counting.blt import decode_blt
from rochdale_protocol.governance.counting.stv import count_stv

from .figures import Figure, at_most, best_of

__all__ = ["measure"]

_CANDIDATES = 20
_SEATS = 5


def measure(*, quick: bool) -> Iterator[Figure]:
    """Yield reading and counting beside one pass over the ballots' numbers."""
    ballots = 2_000 if quick else 100_000
    data = _file(ballots)
    floor = best_of(3, lambda: _pass(data))
    election = decode_blt(data)
    reading = best_of(1 if quick else 3, lambda: decode_blt(data))
    counting = best_of(1 if quick else 3, lambda: count_stv(election, _SEATS, b"bench"))
    size = f"{ballots:,} ballots, {_CANDIDATES} candidates"
    yield at_most(f"read {size}", reading, floor, "s", 10)
    yield at_most(f"STV over {size}", counting, floor, "s", 20)


def _file(ballots: int) -> bytes:
    rng = random.Random(20)
    numbers = range(1, _CANDIDATES + 1)
    lines = [f"{_CANDIDATES} {_SEATS}"]
    for _ in range(ballots):
        ranks = rng.sample(numbers, rng.randint(3, _CANDIDATES))
        lines.append(f"1 {' '.join(map(str, ranks))} 0")
    names = [f'"Candidate {number}"' for number in numbers]
    return "\n".join([*lines, "0", *names, '"Bench"', ""]).encode()


def _pass(data: bytes) -> int:
    """What no counting can do without: each number looked at once."""
    return sum(int(word) for line in data.splitlines()[:-22] for word in line.split())
