"""What a count found, stage by stage: one form for every method, the same bytes anywhere.

Votes are whole hundred-thousandths of a vote, ``UNIT`` of them to one (CNT-5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ...core.canonical import Json, JsonObject, encode

__all__ = ["PLACES", "UNIT", "Count", "Event", "Round", "count_bytes", "count_json", "decimal"]

PLACES: Final = 5
UNIT: Final = 10**PLACES
"""SSI 2007/42 rule 48(3): values have five decimal places, the rest is ignored."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened in a round.

    Attributes:
        kind: ``elected``, ``excluded``, ``transferred``, ``tie``, ``reopened`` or
            ``no_ballots``.
        candidates: whom it is about; of a tie, all who are tied.
        reason: why, or how a tie was broken: ``quota``, ``majority``, ``last``, ``most``,
            ``path``, ``fewest``, ``surplus``, ``stage`` or ``lot``.
        chosen: whom a tie was broken for.
        stage: at whose end the tied differed.
        amount: the votes that were moved.
        to: who received how many of them.
        exhausted: what of them nobody could receive.
        loss: what of them the decimal places cut off.
    """

    kind: str
    candidates: tuple[int, ...] = ()
    reason: str = ""
    chosen: int = -1
    stage: int = 0
    amount: int = 0
    to: tuple[tuple[int, int], ...] = ()
    exhausted: int = 0
    loss: int = 0


@dataclass(frozen=True, slots=True)
class Round:
    """How the candidates stood at the end of a stage, and what happened in it.

    The sum of ``votes``, ``exhausted`` and ``loss`` is the valid ballots, in STV and IRV.
    """

    votes: tuple[int, ...]
    exhausted: int
    loss: int
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """The outcome of an election.

    Attributes:
        quota: votes that elect, where the method has a quota.
        elected: in the order of election.
        unfilled: seats that nobody got.
        reopened: whether nominations are to be re-opened for those.
        seed: of the lot, if a lot decided anything; then ``lot`` is the order drawn.
        ranking: all candidates from first to last, where the method ranks them.
        pairs, paths: Schulze: voters who prefer one (row) to another (column), and how strong
            the strongest path is.
    """

    method: str
    names: tuple[str, ...]
    seats: int
    withdrawn: tuple[int, ...]
    valid: int
    invalid: int
    quota: int | None
    elected: tuple[int, ...]
    rounds: tuple[Round, ...]
    reopened: bool = False
    seed: bytes = b""
    lot: tuple[int, ...] = ()
    ranking: tuple[int, ...] = ()
    pairs: tuple[tuple[int, ...], ...] = ()
    paths: tuple[tuple[int, ...], ...] = ()

    @property
    def unfilled(self) -> int:
        return self.seats - len(self.elected)


def decimal(units: int) -> str:
    """Return votes as a decimal number with five places."""
    whole, part = divmod(units, UNIT)
    return f"{whole}.{part:0{PLACES}d}"


def count_bytes(count: Count) -> bytes:
    """Return the canonical bytes of a count (CNT-18)."""
    return encode(count_json(count))


def count_json(count: Count) -> JsonObject:
    """Return a count as canonical JSON; candidates are numbers from 1 (CNT-18)."""
    found: JsonObject = {
        "method": count.method,
        "candidates": list(count.names),
        "withdrawn": _numbers(count.withdrawn),
        "seats": count.seats,
        "valid": count.valid,
        "invalid": count.invalid,
        "quota": None if count.quota is None else decimal(count.quota),
        "elected": _numbers(count.elected),
        "unfilled": count.unfilled,
        "reopened": count.reopened,
        "rounds": [_round_json(each) for each in count.rounds],
    }
    if count.lot:
        found["lot"] = {"seed": count.seed.hex(), "order": _numbers(count.lot)}
    if count.ranking:
        found["ranking"] = _numbers(count.ranking)
    if count.pairs:
        found["pairs"] = [list(row) for row in count.pairs]
        found["paths"] = [list(row) for row in count.paths]
    return found


def _round_json(each: Round) -> Json:
    return {
        "votes": [decimal(votes) for votes in each.votes],
        "non_transferable": decimal(each.exhausted),
        "loss": decimal(each.loss),
        "events": [_event_json(event) for event in each.events],
    }


def _event_json(event: Event) -> Json:
    found: JsonObject = {"event": event.kind, "candidates": _numbers(event.candidates)}
    if event.reason:
        found["reason"] = event.reason
    if event.kind == "tie":
        found["chosen"] = event.chosen + 1
        if event.stage:
            found["stage"] = event.stage
    if event.kind == "transferred":
        found["amount"] = decimal(event.amount)
        found["to"] = [[each + 1, decimal(votes)] for each, votes in event.to]
        found["non_transferable"] = decimal(event.exhausted)
        found["loss"] = decimal(event.loss)
    return found


def _numbers(candidates: Sequence[int]) -> list[Json]:
    return [each + 1 for each in candidates]
