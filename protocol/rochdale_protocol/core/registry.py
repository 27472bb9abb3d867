"""What an area of co-op life gives to the book: kinds of record and their rules (REC-7).

``rochdale_protocol.areas`` lists the areas; that line is all that a new one adds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..state.state import State
from .fields import Body
from .records import Header

__all__ = ["Act", "Area", "Kind", "Moment", "OnDeadline", "Query", "Rule"]


@dataclass(frozen=True, slots=True)
class Act:
    """A record as its rule sees it.

    Attributes:
        record: its id.
        header: its signed header.
        body: its body, validated. For an erasable kind, rules must not read it.
        member: the author's member id; "" for the first record of an unknown device.
        height: of the minute that carries it out.
        time: of that minute, in milliseconds.
    """

    record: str
    header: Header
    body: Any
    member: str
    height: int
    time: int


Rule = Callable[[State, Act], None]
"""Carries a record out on the state, or raises Refused and leaves the state to its caller."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The minute that is carried out: its height, its time in milliseconds.

    ``prev`` is the id of the minute before, which nobody knew while that one was open.
    """

    height: int
    time: int
    prev: str


OnDeadline = Callable[[State, str, Moment], None]
"""Takes the state, the id whose deadline passed, and the minute that finds it passed."""

Query = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record.

    Attributes:
        body: its model; the model's ``kind`` is its name.
        rule: what it does to the state.
        erasable: its body may be erased, so its rule never reads it.
        opens: it may be the first record of a device that the book doesn't know.
        suspended: a suspended member may sign it (MEM-15).
    """

    body: type[Body]
    rule: Rule
    erasable: bool = False
    opens: bool = False
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """One folder of co-op life: its kinds, what it does at a deadline, what can be asked."""

    name: str
    kinds: tuple[Kind, ...]
    queries: tuple[Query, ...]
    on_deadline: OnDeadline | None = None
