"""The methods by name: which ballots and how many seats each takes (CNT-4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ...core.errors import Refused
from .ballots import Election, standing
from .irv import count_irv
from .report import Count
from .schulze import count_schulze
from .scores import count_approval, count_score
from .stv import count_stv

__all__ = ["METHODS", "count"]

METHODS: Final = ("scottish-stv", "irv", "schulze", "approval", "score")


def count(
    method: str,
    election: Election,
    *,
    seats: int | None = None,
    seed: bytes,
    reopen: int | None = None,
) -> Count:
    """Count an election.

    Args:
        seats: to fill; those of the election if None, and one by IRV.
        seed: of the lot that breaks ties which nothing else breaks (CNT-7).
        reopen: the candidate "Re-open nominations", if there is one (CNT-8).
    Raises:
        Refused: CNT-4, the method can't count such an election.
    """
    wanted = (1 if method == "irv" else election.seats) if seats is None else seats
    if method not in METHODS:
        raise Refused("CNT-4", why=f"there is no method {method}", fix=_one_of(METHODS))
    if method == "irv" and wanted != 1:
        raise Refused("CNT-4", why="IRV fills one seat", fix="Fill more with scottish-stv")
    if not 0 < wanted <= len(election.names):
        why = f"{wanted} seats can't be filled from {len(election.names)} candidates"
        raise Refused("CNT-4", why=why, fix="Say how many there are to fill, from 1 on")
    if reopen is not None and reopen not in standing(election):
        raise Refused("CNT-8", number=reopen + 1)
    if method == "score" and election.ranked:
        fix = _one_of(METHODS[:-1])
        raise Refused("CNT-4", why="score needs ballots with scores, these rank", fix=fix)
    if method != "score" and election.scored:
        raise Refused("CNT-4", why=f"{method} can't count scores", fix="Count them by score")
    match method:
        case "scottish-stv":
            return count_stv(election, wanted, seed, reopen)
        case "irv":
            return count_irv(election, seed, reopen)
        case "schulze":
            return count_schulze(election, wanted, seed, reopen)
        case "approval":
            return count_approval(election, wanted, seed, reopen)
        case _:
            return count_score(election, wanted, seed, reopen)


def _one_of(names: Sequence[str]) -> str:
    return f"Choose one of {', '.join(names)}"
