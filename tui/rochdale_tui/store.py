"""What was fetched from the node, and how it is kept fresh.

A screen says what it *watches*; the store fetches that, listens to the event stream,
fetches again what an event made stale, and tells. What nobody looks at is only marked.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, Generic, Literal, TypeVar, cast

from rochdale_protocol.contributions.queries import ContributionView
from rochdale_protocol.disputes.queries import DisputeView
from rochdale_protocol.governance.views import (
    DelegationView,
    MeetingView,
    ProposalDetail,
    ProposalView,
)
from rochdale_protocol.membership.queries import (
    ApplicationView,
    MandateView,
    MemberView,
    OfficeView,
)
from rochdale_protocol.views import (
    Alert,
    Attention,
    Checked,
    CoopView,
    Event,
    EvidenceView,
    MinuteView,
    PeerView,
    RecordPage,
    RecordView,
    StatusView,
    WitnessView,
)

from .client import Agreements, ApiError, Client, RecordQuery

__all__ = [
    "AGREEMENTS",
    "ALERTS",
    "APPLICATIONS",
    "ATTENTION",
    "CONTRIBUTIONS",
    "COOP",
    "DELEGATIONS",
    "DISPUTES",
    "EVIDENCE",
    "MANDATES",
    "MEETINGS",
    "MEMBERS",
    "OFFICES",
    "PEERS",
    "PROPOSALS",
    "STATUS",
    "WITNESSES",
    "Key",
    "News",
    "Store",
    "checks_of",
    "minutes_before",
    "proposal_of",
    "raw_of",
    "record_of",
    "records_like",
]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Key(Generic[T]):
    """The name of something that the node can be asked for, with its argument."""

    name: str
    arg: Any = None


STATUS: Final[Key[StatusView]] = Key("status")
COOP: Final[Key[CoopView]] = Key("coop")
ATTENTION: Final[Key[list[Attention]]] = Key("attention")
MEMBERS: Final[Key[list[MemberView]]] = Key("members")
APPLICATIONS: Final[Key[list[ApplicationView]]] = Key("applications")
OFFICES: Final[Key[list[OfficeView]]] = Key("offices")
MANDATES: Final[Key[list[MandateView]]] = Key("mandates")
MEETINGS: Final[Key[list[MeetingView]]] = Key("meetings")
DELEGATIONS: Final[Key[list[DelegationView]]] = Key("delegations")
DISPUTES: Final[Key[list[DisputeView]]] = Key("disputes")
PROPOSALS: Final[Key[list[ProposalView]]] = Key("proposals")
AGREEMENTS: Final[Key[Agreements]] = Key("agreements")
CONTRIBUTIONS: Final[Key[list[ContributionView]]] = Key("contributions")
PEERS: Final[Key[list[PeerView]]] = Key("peers")
WITNESSES: Final[Key[list[WitnessView]]] = Key("witnesses")
EVIDENCE: Final[Key[list[EvidenceView]]] = Key("evidence")
ALERTS: Final[Key[list[Alert]]] = Key("alerts")


def proposal_of(proposal: str) -> Key[ProposalDetail]:
    """Return the key of all about a proposal."""
    return Key("proposal", proposal)


def minutes_before(height: int) -> Key[list[MinuteView]]:
    """Return the key of the minutes below a height, 0 for the newest."""
    return Key("minutes", height)


def records_like(query: RecordQuery) -> Key[RecordPage]:
    """Return the key of the records that match."""
    return Key("records", query)


def record_of(record: str) -> Key[RecordView]:
    """Return the key of one record."""
    return Key("record", record)


def raw_of(record: str) -> Key[dict[str, Any]]:
    """Return the key of a record's signed bytes, to be shown as hexadecimal only."""
    return Key("raw", record)


def checks_of(record: str) -> Key[list[Checked]]:
    """Return the key of a record's verification."""
    return Key("verify", record)


FETCH: Final[dict[str, Callable[[Client, Any], Awaitable[Any]]]] = {
    "status": lambda client, _: client.status(),
    "coop": lambda client, _: client.own_coop(),
    "attention": lambda client, _: client.attention(),
    "members": lambda client, _: client.members(),
    "applications": lambda client, _: client.applications(),
    "offices": lambda client, _: client.offices(),
    "mandates": lambda client, _: client.mandates(),
    "meetings": lambda client, _: client.meetings(),
    "delegations": lambda client, _: client.delegations(),
    "disputes": lambda client, _: client.disputes(),
    "proposals": lambda client, _: client.proposals(),
    "proposal": lambda client, arg: client.proposal(arg),
    "agreements": lambda client, _: client.agreements(),
    "contributions": lambda client, _: client.contributions(),
    "peers": lambda client, _: client.peers(),
    "witnesses": lambda client, _: client.witnesses(),
    "evidence": lambda client, _: client.evidence(),
    "alerts": lambda client, _: client.alerts(),
    "minutes": lambda client, arg: client.minutes(arg),
    "records": lambda client, arg: client.records(arg),
    "record": lambda client, arg: client.record(arg),
    "verify": lambda client, arg: client.verify(arg),
    "raw": lambda client, arg: client.raw(arg),
}

LINKS: Final = frozenset({"peers", "status", "witnesses", "alerts", "attention"})
STALE_BY: Final[dict[str, frozenset[str]]] = {
    "minute": frozenset(FETCH) - {"coop", "raw"},
    "record": frozenset(FETCH) - {"coop", "raw", "minutes", "peers", "witnesses"},
    "peer": LINKS,
    "evidence": frozenset({"evidence", "status", "attention", "members", "alerts"}),
    "alert": frozenset({"alerts", "attention", "witnesses"}),
    "sync": LINKS | {"minutes"},
}
"""What each type of event may have changed."""

RETRY_S_MIN: Final = 0.25
RETRY_S_MAX: Final = 8.0
"""A node that restarts is back within seconds; asking a socket costs nothing."""

PAUSE_S: Final = 0.15
"""Between two rounds of fetching: a burst of events becomes one fetch."""

NEWS_MAX: Final = 500
"""Lines of the log: a long evening; the book itself forgets nothing."""

KEPT_MAX: Final = 64
"""Answers with an argument that are kept for going back to."""


@dataclass(frozen=True, slots=True)
class News:
    """A line of the log."""

    at: int
    role: Literal["ok", "warn", "bad", "muted"]
    text: str


class Store:
    """The book as last seen, and whether the node answers."""

    def __init__(self, client: Client, now: Callable[[], int]) -> None:
        self.client = client
        self.now = now
        self.link: Literal["connecting", "up", "down"] = "connecting"
        self.since = now()
        self.errors: dict[Key[Any], ApiError] = {}
        self.error: ApiError | None = None
        self.as_of = 0
        self.news: deque[News] = deque(maxlen=NEWS_MAX)
        self.unread = 0
        self.on_change: Callable[[], None] = lambda: None
        self.on_news: Callable[[Event], None] = lambda event: None
        self._values: dict[Key[Any], Any] = {}
        self._stale: set[Key[Any]] = set()
        self._watched: tuple[Key[Any], ...] = ()
        self._wake = asyncio.Event()
        self._again = asyncio.Event()

    def get(self, key: Key[T]) -> T | None:
        """Return what was last fetched, or None."""
        return cast("T | None", self._values.get(key))

    def watch(self, keys: Iterable[Key[Any]]) -> None:
        """Keep these fresh, and no others."""
        self._watched = tuple(dict.fromkeys((STATUS, *keys)))
        if any(key not in self._values or key in self._stale for key in self._watched):
            self._wake.set()

    def refresh(self) -> None:
        """Fetch everything watched again; dial the node at once if it is away."""
        self._stale.update(self._values)
        self.errors.clear()
        self._wake.set()
        self._again.set()

    def tell(self, role: Literal["ok", "warn", "bad", "muted"], text: str) -> None:
        """Write a line to the log."""
        self.news.append(News(self.now(), role, text))
        self.unread += 1

    async def run(self) -> None:
        """Stay connected for ever."""
        # A task group: should either half fail by a bug of ours, the app ends with it.
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen_forever())
            tasks.create_task(self._fetch_forever())

    async def _listen_forever(self) -> None:
        pause = RETRY_S_MIN
        while True:
            try:
                async with self.client.events() as stream:
                    self._set_link("up", None)
                    pause = RETRY_S_MIN
                    self.refresh()
                    async for event in stream:
                        self._take(event)
                self._set_link("down", ApiError("away", "The node closed the connection."))
            except ApiError as error:
                self._set_link("down", error)
            self._again.clear()
            try:
                await asyncio.wait_for(self._again.wait(), pause)
            except TimeoutError:
                pause = min(pause * 2, RETRY_S_MAX)

    def _set_link(self, link: Literal["up", "down"], error: ApiError | None) -> None:
        self.error = error
        if link != self.link:
            if link == "down":
                self.tell("bad", str(error))
            elif self.link == "down":
                self.tell("ok", "The node answers again.")
            self.link = link
            self.since = self.now()
        self.on_change()

    def _take(self, event: Event) -> None:
        names = STALE_BY[event.type]
        self._stale.update(key for key in self._values if key.name in names)
        self.errors = {key: error for key, error in self.errors.items() if key.name not in names}
        role: Literal["ok", "warn", "bad", "muted"] = {
            "evidence": "bad",
            "alert": "bad",
            "peer": "muted",
            "sync": "muted",
        }.get(event.type, "ok")  # type: ignore[assignment]
        if event.text:
            self.news.append(News(event.time, role, event.text))
            self.unread += 1
        self.on_news(event)
        self._wake.set()

    async def _fetch_forever(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            if self.link == "up":
                for key in self._watched:
                    missing = key not in self._values and key not in self.errors
                    if missing or key in self._stale:
                        await self._fetch(key)
                self._evict()
            self.on_change()
            await asyncio.sleep(PAUSE_S)

    async def _fetch(self, key: Key[Any]) -> None:
        # Cleared first: an event that comes while we fetch makes it stale again.
        self._stale.discard(key)
        try:
            self._values[key] = await FETCH[key.name](self.client, key.arg)
            self.errors.pop(key, None)
            self.as_of = self.now()
        except ApiError as error:
            self.errors[key] = error
        if key in self._watched:
            self.on_change()

    def _evict(self) -> None:
        loose = [key for key in self._values if key.arg is not None and key not in self._watched]
        for key in loose[: max(0, len(loose) - KEPT_MAX)]:
            del self._values[key]
            self._stale.discard(key)
