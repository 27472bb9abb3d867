"""The minutes of the height under way: what is held, lacking, and found by re-execution."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..core.errors import DecodeError, Refused
from ..core.limits import CLOCK_AHEAD_MAX_MS
from .execute import Carried
from .holdings import Holdings
from .machine import Machine, Verdict
from .minute import Minute
from .page import Page

__all__ = ["Contents"]


class Contents:
    """The contents of proposed minutes; tells the machine what re-execution says of each.

    Attributes:
        carried: what carrying out each valid one gives, by minute id.
    """

    def __init__(self, holdings: Holdings, page: Page, machine: Machine) -> None:
        self.carried: dict[str, Carried] = {}
        self._holdings = holdings
        self._page = page
        self._machine = machine
        self._held: dict[str, Minute] = {}
        self._lacking: dict[str, set[str]] = {}
        self._later: set[str] = set()

    def __len__(self) -> int:
        return len(self._held)

    def __iter__(self) -> Iterator[Minute]:
        """Yield the minutes by id."""
        return (self._held[name] for name in sorted(self._held))

    def __contains__(self, minute: str) -> bool:
        return minute in self._held

    def __getitem__(self, minute: str) -> Minute:
        return self._held[minute]

    def get(self, minute: str) -> Minute | None:
        """Return a minute, or None if it is not held."""
        return self._held.get(minute)

    def lacking(self, minutes: Iterable[str]) -> list[str]:
        """Return the records that one of these minutes lists and that are not held, sorted."""
        return sorted(set().union(*(self._lacking.get(name, ()) for name in minutes)))

    def is_needed(self, record: str) -> bool:
        """Say whether a minute that votes name lists a record and lacks it (POO-5)."""
        lists = [name for name, lacking in self._lacking.items() if record in lacking]
        return bool(lists) and not set(lists).isdisjoint(self._machine.named())

    def add(self, minute: Minute, wall_ms: int) -> None:
        """Hold a minute, and judge it as soon as its records are there."""
        self._held[minute.id] = minute
        self._judge(minute.id, wall_ms)

    def arrived(self, record: str, wall_ms: int) -> None:
        """A record is held now; judge what lacked nothing else."""
        for name in sorted(self._lacking):
            self._lacking[name].discard(record)
            if not self._lacking[name]:
                self._judge(name, wall_ms)

    def dropped(self, record: str) -> None:
        """A record is held no more; a minute that lists it is to be judged again."""
        for name, minute in self._held.items():
            if any(record == listed for listed, _ in minute.records):
                self._lacking.setdefault(name, set()).add(record)
                self._later.discard(name)
                self.carried.pop(name, None)
                self._machine.release(name)

    def look_again(self, wall_ms: int) -> None:
        """Time has passed: what was ahead of the clock may be so no longer."""
        for name in sorted(self._later):
            self._set_verdict(self._held[name], wall_ms)

    def due(self) -> list[int]:
        """Return the times, since 1970, from which each is ahead of the clock no longer."""
        return [self._held[name].header.time - CLOCK_AHEAD_MAX_MS for name in sorted(self._later)]

    def _judge(self, name: str, wall_ms: int) -> None:
        minute = self._held[name]
        lacking = {record for record, _ in minute.records if not self._holdings.holds(record)}
        if lacking:
            self._lacking[name] = lacking
            return
        self._lacking.pop(name, None)
        records = [self._holdings.record(record) for record, _ in minute.records]
        try:
            self.carried[name] = self._page.check(minute, [r for r in records if r is not None])
        except (Refused, DecodeError):
            self._machine.hold(name, Verdict.INVALID, minute.header.proposer)
            return
        self._set_verdict(minute, wall_ms)

    def _set_verdict(self, minute: Minute, wall_ms: int) -> None:
        header = minute.header
        ahead = header.time > wall_ms + CLOCK_AHEAD_MAX_MS
        if ahead and header.time != self._holdings.tip.header.time + 1:
            self._later.add(minute.id)
            self._machine.hold(minute.id, Verdict.LATER, header.proposer)
        else:
            self._later.discard(minute.id)
            self._machine.hold(minute.id, Verdict.VALID, header.proposer)
