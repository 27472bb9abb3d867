"""Traces of the formal model, played to real machines with real signatures.

A trace is one run of ``specs/model/minutes.qnt`` in the Informal Trace Format. Of its
states only the variable ``event`` counts: what a witness of the model heard, what was then
due by the rules, and whether it did it. The machine that is told the same must find the
same due, each time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest

from rochdale_protocol.core.errors import Refused
from rochdale_protocol.minutes.machine import Final, Machine, ProposeFresh, Sign, Step, Verdict
from rochdale_protocol.minutes.roster import Roster, Witness
from rochdale_protocol.minutes.votes import Ground, Vote, VoteKind
from tests.protocol.minutes.grounds import COOP, key

__all__ = ["Replay", "events_of", "projected"]

INVALID = 9
"""The last digit of a minute of the model that re-execution finds invalid."""


def _plain(value: Any) -> Any:
    """Return a value of the Informal Trace Format as Python's, records as dicts."""
    match value:
        case {"#bigint": str(number)}:
            return int(number)
        case {"#set": list(items)} | {"#tup": list(items)}:
            return [_plain(item) for item in items]
        case {"#map": list(pairs)}:
            return [(_plain(name), _plain(item)) for name, item in pairs]
        case dict():
            return {name: _plain(item) for name, item in value.items()}
        case list():
            return [_plain(item) for item in value]
        case _:
            return value


def _small(value: Any) -> Any:
    """Return the same value with small integers as plain numbers, which the format allows."""
    match value:
        case {"#bigint": str(number)}:
            return int(number)
        case dict():
            return {name: _small(item) for name, item in value.items()}
        case list():
            return [_small(item) for item in value]
        case _:
            return value


def projected(trace: bytes, source: str) -> bytes:
    """Return a trace with its events alone, and nothing of the machine that made it."""
    read = orjson.loads(trace)
    (name,) = (each for each in read["vars"] if each.split("::")[-1] == "event")
    states = [{"event": _small(state[name])} for state in read["states"]]
    meta = {"format": "ITF", "source": source}
    return orjson.dumps({"#meta": meta, "vars": ["event"], "states": states}) + b"\n"


def events_of(path: Path) -> list[dict[str, Any]]:
    """Return the events of a projected trace, in order."""
    return [_plain(state["event"]) for state in orjson.loads(path.read_bytes())["states"]]


def _id(minute: int) -> str:
    """Return a minute's id; ids are in the order of the model's, and its 0 is ZERO_ID."""
    return f"{minute:064x}"


def _device(witness: int) -> str:
    return key(witness).public


def _votes(
    pairs: Iterable[tuple[dict[str, Any], list[int]]],
) -> Iterator[tuple[dict[str, Any], int]]:
    for answer, signers in pairs:
        for signer in sorted(signers):
            yield answer, signer


@dataclass(frozen=True, slots=True)
class _Place:
    """A ground of the model as the machine's, and who leads there."""

    ground: Ground
    leaders: tuple[str, ...]

    @classmethod
    def of(cls, event: dict[str, Any]) -> _Place:
        roster = Roster(
            tuple(Witness(f"{witness:064x}", _device(witness)) for witness in event["roster"])
        )
        ground = Ground(COOP, event["height"], _id(event["prev"]), roster)
        return cls(ground, roster.leaders(ground.height, ()))

    def sign(self, witness: int, answer: dict[str, Any]) -> Vote:
        kind = VoteKind[answer["kind"].upper()]
        minute, parent = _id(answer["minute"]), answer["parent"]
        return Vote.sign(key(witness), self.ground, kind, answer["view"], minute, parent)


class Replay:
    """The honest witnesses of one trace, as machines.

    Attributes:
        done: what machines did, each as the model did: ``draw up``, ``final``, or the kind
            of a vote.
        refused: codes of votes that came from another ground.
    """

    def __init__(self) -> None:
        self.done: list[str] = []
        self.refused: list[str] = []
        self._machines: dict[int, Machine] = {}
        self._journals: dict[int, dict[str, Vote]] = {}
        self._over: dict[int, int] = {}

    def play(self, event: dict[str, Any]) -> None:
        """Tell a machine what happened; raises AssertionError where it would do otherwise."""
        match event["what"]:
            case "live":
                self._live(event)
            case "crash":
                self._crash(event)
            case other:
                assert other in {"begin", "lie"}, other

    def _live(self, event: dict[str, Any]) -> None:
        who, place = event["who"], _Place.of(event["ground"])
        machine = self._machine(who, place)
        if event["source"] == event["ground"]:
            self._hear(machine, place, event)
        else:
            self._hear_elsewhere(machine, event)
        self._hold(machine, event)
        due, answer = event["due"]["act"], event["due"]["answer"]
        step = machine.step(waiting=event["waiting"], patience_over=event["patienceOver"])
        assert step == self._expected(due, answer, step), event
        if event["acted"]:
            self._act(who, machine, place, due, answer)

    def _machine(self, who: int, place: _Place) -> Machine:
        """Return the machine of a witness at its height, a new one where that begins."""
        machine = self._machines.get(who)
        if machine is None:
            assert place.ground.height == self._over.get(who, 0) + 1
            machine = Machine(place.ground, place.leaders, _device(who))
            self._machines[who], self._journals[who] = machine, {}
        assert machine.ground == place.ground
        return machine

    def _hear(self, machine: Machine, place: _Place, event: dict[str, Any]) -> None:
        for answer, signer in _votes(event["heard"]):
            vote = place.sign(signer, answer)
            vote.check(machine.ground)
            assert machine.add(vote)[0], vote

    def _hear_elsewhere(self, machine: Machine, event: dict[str, Any]) -> None:
        place = _Place.of(event["source"])
        for answer, signer in _votes(event["heard"]):
            with pytest.raises(Refused) as refused:
                place.sign(signer, answer).check(machine.ground)
            self.refused.append(refused.value.code)

    def _hold(self, machine: Machine, event: dict[str, Any]) -> None:
        for minute in event["held"]:
            verdict = Verdict.LATER
            if minute in event["judged"]:
                verdict = Verdict.INVALID if minute % 10 == INVALID else Verdict.VALID
            machine.hold(_id(minute), verdict, _device(minute // 10 % 10))

    def _expected(self, due: str, answer: dict[str, Any], step: Step | None) -> Step | None:
        view, minute = answer["view"], _id(answer["minute"])
        match due:
            case "rest":
                return None
            case "draw up":
                return ProposeFresh(view)
            case "sign":
                return Sign(VoteKind[answer["kind"].upper()], view, minute, answer["parent"])
            case _:
                assert due == "final"
                assert isinstance(step, Final)
                return Final(view, minute, step.certificate)

    def _act(
        self, who: int, machine: Machine, place: _Place, due: str, answer: dict[str, Any]
    ) -> None:
        self.done.append(answer["kind"] if due == "sign" else due)
        if due == "final":
            final = machine.step(waiting=False, patience_over=False)
            assert isinstance(final, Final)
            on = place.ground
            final.certificate.check(on.coop, on.roster)
            final.certificate.check_final(_id(answer["minute"]), on.height, on.prev)
            self._over[who] = on.height
            del self._machines[who]
            return
        if due == "draw up":
            machine.hold(_id(answer["minute"]), Verdict.VALID, _device(who))
        vote = place.sign(who, answer)
        assert machine.add(vote) == (True, None)
        self._journals[who][vote.key()] = vote

    def _crash(self, event: dict[str, Any]) -> None:
        """Make the machine anew of its journal and what else was kept (LED-2)."""
        who, place = event["who"], _Place.of(event["ground"])
        self._machine(who, place)
        machine = Machine(place.ground, place.leaders, _device(who))
        self._machines[who] = machine
        self._hear(machine, place, event)
        self._hold(machine, event)
        own = {vote.key(): vote for vote in machine.votes() if vote.device == _device(who)}
        assert own == self._journals[who]
