"""What people type about a vote: ballots (GOV-20) and times of notice (GOV-14).

Ballots of elections are ``Ann, Bob=Cy`` or ``Ann=5, Bob=3``. A candidate is named by its number
on the ballot paper, its name, or the beginning of its name that no other has.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from ..core.errors import LocalError
from ..core.limits import DAY_MS
from ..core.ruleset import EffectName, Election, Rules
from .counting.ballots import SCORE_MAX

__all__ = ["find_candidate", "opening_after", "read_ranks", "read_scores", "usual_class"]

_LATE_MS: Final = 600_000
"""A notice that is signed now may be minuted so much later."""


def opening_after(days: int, now: int) -> int:
    """Return the earliest opening that so many clear days of notice allow."""
    return ((now + _LATE_MS) // DAY_MS + days + 1) * DAY_MS


def usual_class(rules: Rules, effect: EffectName | Literal["none"]) -> str:
    """Return the class of business for who names none; "" if none may carry the effect.

    Args:
        effect: its type, "none" of a resolution that is its words alone.
    """
    able = sorted(rules.classes) if effect == "none" else rules.effects.get(effect, [])
    names = [name for name in able if not isinstance(rules.classes[name].test, Election)]
    return "ordinary" if "ordinary" in names else next(iter(names), "")


def read_ranks(text: str, names: Sequence[str]) -> list[list[int]]:
    """Return candidates by rank; commas part the ranks, ``=`` joins equals; raises LocalError."""
    ranks = [
        [find_candidate(each, names) for each in rank.split("=")]
        for rank in text.split(",")
        if rank.strip()
    ]
    _check_once([each for rank in ranks for each in rank], names)
    return ranks


def read_scores(text: str, names: Sequence[str]) -> list[tuple[int, int]]:
    """Return candidates with their scores, parted by commas; raises LocalError GOV-20."""
    scores = []
    for part in text.split(","):
        if not part.strip():
            continue
        name, _, score = part.rpartition("=")
        digits = score.strip()
        if not (digits.isascii() and digits.isdigit()) or int(digits[:9]) > SCORE_MAX:
            why = f"{part.strip()} is not NAME=SCORE with a score up to {SCORE_MAX}"
            raise LocalError("GOV-20", why=why)
        scores.append((find_candidate(name, names), int(digits)))
    _check_once([each for each, _ in scores], names)
    return scores


def find_candidate(text: str, names: Sequence[str]) -> int:
    """Return the number of the candidate that is meant; raises LocalError GOV-20."""
    word = text.strip().casefold()
    folded = [name.casefold() for name in names]
    whole = [number for number, name in enumerate(folded, 1) if name == word]
    if len(whole) == 1:
        return whole[0]
    if word.isascii() and word.isdigit() and 1 <= int(word[:6]) <= len(names):
        return int(word)
    begins = [number for number, name in enumerate(folded, 1) if word and name.startswith(word)]
    if len(begins) == 1:
        return begins[0]
    if begins:
        meant = ", ".join(f"{number} {names[number - 1]}" for number in begins[:9])
        raise LocalError("GOV-20", why=f"{text.strip()} may be {meant}")
    raise LocalError("GOV-20", why=f"no candidate is called {text.strip() or 'nothing'}")


def _check_once(numbers: Sequence[int], names: Sequence[str]) -> None:
    for number in numbers:
        if numbers.count(number) > 1:
            raise LocalError("GOV-20", why=f"{names[number - 1]} is named twice")
