"""Who attests, who is away, and how many more the book can spare (API-16, API-17).

Nothing here is a rule of the book: it is what a node warns its member of, ahead of time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from ..core.ruleset import Rules
from ..minutes.roster import Roster, Witness
from ..minutes.votes import Vote
from ..state.state import ReadState

__all__ = ["ATTENDED_MINUTES", "Absent", "Attendance", "Dormant", "attendance", "lacking"]

ATTENDED_MINUTES: Final = 10
"""How many of the last minutes are looked at: a quorum is enough for each, so that one who
is merely slow is left out of some, rarely of ten."""


@dataclass(frozen=True, slots=True)
class Absent:
    """A witness that is away, and when it goes dormant unless it attests (MEM-12).

    Attributes:
        day: the first day on which it may, in days since 1970.
        height: it may in no minute before this one.
    """

    member: str
    device: str
    day: int
    height: int


@dataclass(frozen=True, slots=True)
class Dormant:
    """A witness that counts no more, since minute ``since``, until it comes back."""

    member: str
    device: str
    since: int


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who of the witnesses of the next height attests.

    Attributes:
        looked: of how many last minutes those ``away`` attested none.
    """

    witnesses: int
    quorum: int
    looked: int
    away: tuple[Absent, ...]
    dormant: tuple[Dormant, ...]

    @property
    def spare(self) -> int:
        """How many more may go away before the book stands still; below 0 it does already."""
        return self.witnesses - len(self.away) - self.quorum


def attendance(
    state: ReadState,
    roster: Roster,
    height: int,
    attested: Sequence[Collection[str]],
    present: Collection[str] = (),
) -> Attendance:
    """Return who is away: a witness for so long that attested none of the last minutes.

    Args:
        state: after the last final minute, which is at ``height``.
        roster: the witnesses of the next height.
        attested: of each of the last minutes, the devices whose signatures it is known by.
        present: devices that are in touch otherwise. A certificate holds no more signatures
            than a quorum's, so that who answers later than the others may stand in none.
    """
    rules = Rules.model_validate(state.need("coop")["rules"])
    seen = {device for devices in attested for device in devices}.union(present)
    away = []
    for witness in roster.witnesses:
        entry = state.need(f"witness/{witness.member}")
        was_there = entry["since"] <= height - len(attested)
        if attested and was_there and witness.device not in seen:
            noted = state.need(f"attested/{witness.member}")
            away.append(
                Absent(
                    witness.member,
                    witness.device,
                    noted["day"] + rules.dormant_days + 1,
                    noted["height"] + 2 * rules.dormant_minutes,
                )
            )
    dormant = tuple(
        Dormant(member, entry["device"], entry["since"]) for member, entry in state.scan("dormant/")
    )
    return Attendance(len(roster), roster.quorum, len(attested), tuple(away), dormant)


def lacking(roster: Roster, view: int, votes: Iterable[Vote]) -> tuple[int, tuple[Witness, ...]]:
    """Return how many more witnesses a height waits for, and of which no vote is held.

    Args:
        view: this node's view of the height.
        votes: those of the height that it holds.
    Returns:
        0 and nobody where votes of a quorum are held in the view, or were before it.
    """
    voted = [(vote.view, vote.device) for vote in votes]
    for first in (1, view):
        seen = {device for in_view, device in voted if in_view >= first}
        more = roster.quorum - len(seen)
        if more > 0:
            unseen = tuple(each for each in roster.witnesses if each.device not in seen)
            return more, unseen
    return 0, ()
