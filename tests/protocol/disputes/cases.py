"""A co-op of farms with a dispute between some of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from rochdale_protocol.disputes.records import (
    DisputeAccept,
    DisputeAgree,
    DisputeAnswer,
    DisputeDecline,
    DisputeMediator,
    DisputeOpen,
    DisputeSettle,
    DisputeStatement,
)
from rochdale_protocol.minutes.ledger import Ledger
from rochdale_protocol.state.state import ReadState, Value
from tests.protocol.coops import Coop, recovery

__all__ = ["Case", "LedgerReading", "member", "statement"]


def member(number: int) -> str:
    """Return a farm's member id."""
    return recovery(number).public


def statement(text: str = "The lambs never came.") -> DisputeStatement:
    """Return words of a party."""
    return DisputeStatement(text=text, salt="0f" * 16)


@dataclass(frozen=True, slots=True)
class LedgerReading:
    """A ledger as it can be asked."""

    ledger: Ledger

    @property
    def final(self) -> ReadState:
        return self.ledger.final

    @property
    def ahead(self) -> ReadState:
        return self.ledger.ahead

    def body(self, record: str) -> dict[str, Any] | None:
        found = self.ledger.record(record)
        if found is None or found.body is None:
            return None
        body: dict[str, Any] = orjson.loads(found.body)
        return body

    def time(self, height: int) -> int:
        minute = self.ledger.minute(height)
        return 0 if minute is None else minute.header.time


class Case:
    """A dispute that farm 0 opened, against farm 1 if not said otherwise."""

    def __init__(self, coop: Coop, *, by: int = 0, against: Iterable[int] = (1,)) -> None:
        self.coop = coop
        complaint = coop.write(by, statement()).id
        self.id = coop.write(
            by,
            DisputeOpen(
                respondents=[member(number) for number in against], about=[], statement=complaint
            ),
        ).id

    @property
    def entry(self) -> Value:
        """The dispute in the final state, the same on every linked farm."""
        key = f"dispute/{self.id}"
        found = [node.ledger.final.need(key) for node in self.coop.nodes if node.linked]
        assert all(each == found[0] for each in found)
        return found[0]

    @property
    def status(self) -> str:
        return str(self.entry["status"])

    def answer(self, number: int) -> None:
        """Let a respondent answer."""
        words = self.coop.write(number, statement("They did come.")).id
        self.coop.write(number, DisputeAnswer(dispute=self.id, statement=words))

    def mediator(self, number: int) -> DisputeMediator:
        return DisputeMediator(dispute=self.id, mediator=member(number))

    def accept(self, number: int) -> DisputeAccept:
        """Return what a party signs to accept that farm, or that farm itself."""
        return DisputeAccept(dispute=self.id, mediator=member(number))

    def decline(self, number: int) -> DisputeDecline:
        return DisputeDecline(dispute=self.id, mediator=member(number))

    def mediated(self, number: int, *by: int) -> None:
        """Let the first party propose a farm as mediator, and the others and that farm accept."""
        self.coop.write(by[0], self.mediator(number))
        for each in (*by[1:], number):
            self.coop.write(each, self.accept(number))

    def settlement(self, text: str = "Farm 1 delivers on Friday.") -> DisputeSettle:
        return DisputeSettle(dispute=self.id, text=text)

    def agree(self, settlement: str) -> DisputeAgree:
        return DisputeAgree(dispute=self.id, settlement=settlement)
