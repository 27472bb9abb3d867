"""A typed client of the node's local API: one function for each endpoint.

Answers are made harmless (``safe``) before they are parsed, so nothing behind this
module holds text that could act on a terminal. The one exception is ``raw``: signed
bytes, which are written to a file and never to a screen.
"""

from __future__ import annotations

import asyncio
import importlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from rochdale_protocol.agreements.queries import AgreementView
from rochdale_protocol.contributions.queries import ContributionView
from rochdale_protocol.core.hashes import Tag, digest
from rochdale_protocol.core.ruleset import Rules
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
    Signed,
    StatusView,
    WitnessView,
)

from .safe import harmless, harmless_tree

if TYPE_CHECKING:
    import aiohttp

__all__ = ["Agreements", "ApiError", "Client", "RecordQuery", "Unreachable"]

T = TypeVar("T")

ANSWER_S_MAX: Final = 30
"""A local node answers in milliseconds; longer means that it hangs."""

SILENCE_S_MAX: Final = 40
"""The event stream carries a comment every 15 s; two missed ones mean that it is dead."""

PAGE_MAX: Final = 500
"""Rows asked for at once: what the API allows and a table shows in a blink."""


class ApiError(Exception):
    """The node refused or could not answer.

    Attributes:
        code: the rule's number, such as ``GOV-5``.
        message: what happened.
        next: what to do next.
    """

    def __init__(self, code: str, message: str, next: str = "") -> None:  # noqa: A002 - the API's word
        super().__init__(code, message, next)
        self.code = code
        self.message = message
        self.next = next

    def __str__(self) -> str:
        return " ".join(part for part in (self.message, self.next, f"({self.code})") if part)


class Unreachable(ApiError):
    """Nothing answers on the socket."""


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """Which records to list; empty fields do not restrict."""

    kind: str = ""
    author: str = ""
    since: int = 0
    text: str = ""
    state: str = ""
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Agreements:
    """All agreements; ``intact`` holds the records of versions whose hash is their text's.

    The hash is computed here, over the text as it was signed, before it is made harmless.
    """

    views: list[AgreementView]
    intact: frozenset[str]


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


def _parse(shape: type[T], data: Any) -> T:
    try:
        parsed: T = _adapter(cast("Any", shape)).validate_python(data)
        return parsed
    except ValidationError as error:
        raise ApiError(
            "answer",
            f"The node's answer was not understood: {harmless(str(error.errors()[0]['loc']))}.",
            "Use the node and the terminal UI of the same version.",
        ) from None


class Client:
    """One book on one node. Every call raises ``ApiError`` when it fails."""

    def __init__(self, socket: str, coop: str | None = None) -> None:
        self.socket = socket
        self.coop = coop
        self._session: aiohttp.ClientSession | None = None

    async def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            # aiohttp takes longer to import than the first screen takes to draw.
            http = await asyncio.to_thread(importlib.import_module, "aiohttp")
            if self._session is None:
                self._session = http.ClientSession(
                    connector=http.UnixConnector(self.socket),
                    timeout=http.ClientTimeout(total=ANSWER_S_MAX),
                )
        return self._session

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    @asynccontextmanager
    async def _request(
        self, method: str, path: str, **options: Any
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        session = await self._open()
        import aiohttp

        params = {name: str(value) for name, value in options.pop("params", {}).items() if value}
        if self.coop:
            params["coop"] = self.coop
        try:
            async with session.request(
                method, f"http://node{path}", params=params, **options
            ) as response:
                if response.status >= 400:
                    raise _error(response.status, await response.read())
                yield response
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Unreachable(
                "away",
                f"No node answers on {harmless(self.socket)}.",
                "Start it with: rochdale up.",
            ) from error

    async def _json(self, method: str, path: str, **options: Any) -> Any:
        async with self._request(method, path, **options) as response:
            data = await response.read()
        try:
            return json.loads(data)
        except ValueError:
            raise ApiError("answer", "The node's answer is not JSON.") from None

    async def _get(self, shape: type[T], path: str, /, **params: object) -> T:
        return _parse(shape, harmless_tree(await self._json("GET", path, params=params)))

    async def status(self) -> StatusView:
        """Where the book stands."""
        return await self._get(StatusView, "/v1/status")

    async def own_coop(self) -> CoopView:
        """The co-op and its charter."""
        return await self._get(CoopView, "/v1/coop")

    async def attention(self) -> list[Attention]:
        """What needs this member, by deadline."""
        return await self._get(list[Attention], "/v1/attention")

    async def members(self) -> list[MemberView]:
        """The register."""
        return await self._get(list[MemberView], "/v1/members")

    async def applications(self) -> list[ApplicationView]:
        """Who asks to be admitted."""
        return await self._get(list[ApplicationView], "/v1/applications")

    async def offices(self) -> list[OfficeView]:
        """Who holds which office, and who did."""
        return await self._get(list[OfficeView], "/v1/offices")

    async def mandates(self) -> list[MandateView]:
        """Who speaks for which member, and who did."""
        return await self._get(list[MandateView], "/v1/mandates")

    async def meetings(self) -> list[MeetingView]:
        """The minutes of meetings, the newest first."""
        return await self._get(list[MeetingView], "/v1/meetings")

    async def delegations(self) -> list[DelegationView]:
        """The standing delegations."""
        return await self._get(list[DelegationView], "/v1/delegations")

    async def disputes(self) -> list[DisputeView]:
        """All disputes, those that run first."""
        return await self._get(list[DisputeView], "/v1/disputes")

    async def proposals(self) -> list[ProposalView]:
        """All proposals with their tallies."""
        return await self._get(list[ProposalView], "/v1/proposals")

    async def proposal(self, proposal: str) -> ProposalDetail:
        """All about one proposal."""
        return await self._get(ProposalDetail, "/v1/proposal", proposal=proposal)

    async def rules(self) -> Rules:
        """The rules that hold now."""
        return await self._get(Rules, "/v1/rules")

    async def agreements(self) -> Agreements:
        """All agreements with their texts, each checked against its hash."""
        data = await self._json("GET", "/v1/agreements")
        views = _parse(list[AgreementView], harmless_tree(data))
        intact = set()
        for agreement in data:
            for version in agreement["versions"]:
                text = version["text"].encode("utf-8", "surrogatepass")
                if digest(Tag.TEXT, text).hex() == version["text_hash"]:
                    intact.add(version["record"])
        return Agreements(views, frozenset(intact))

    async def contributions(self) -> list[ContributionView]:
        """All contributions."""
        return await self._get(list[ContributionView], "/v1/contributions")

    async def peers(self) -> list[PeerView]:
        """The other nodes."""
        return await self._get(list[PeerView], "/v1/peers")

    async def witnesses(self) -> list[WitnessView]:
        """Who attests minutes."""
        return await self._get(list[WitnessView], "/v1/witnesses")

    async def alerts(self) -> list[Alert]:
        """What keeps the book from going on, or soon may."""
        return await self._get(list[Alert], "/v1/alerts")

    async def evidence(self) -> list[EvidenceView]:
        """Who contradicted themselves."""
        return await self._get(list[EvidenceView], "/v1/evidence")

    async def minutes(self, before: int = 0, limit: int = PAGE_MAX) -> list[MinuteView]:
        """Final minutes, the newest first; ``before`` 0 begins with the last."""
        return await self._get(list[MinuteView], "/v1/minutes", before=before, limit=limit)

    async def records(self, query: RecordQuery, limit: int = PAGE_MAX) -> RecordPage:
        """The records that match, the newest first."""
        return await self._get(
            RecordPage,
            "/v1/records",
            kind=query.kind,
            author=query.author,
            since=query.since,
            text=query.text,
            state=query.state,
            offset=query.offset,
            limit=limit,
        )

    async def record(self, record: str) -> RecordView:
        """One record."""
        return await self._get(RecordView, f"/v1/records/{record}")

    async def verify(self, record: str) -> list[Checked]:
        """Every step of a record's verification, done now by the node."""
        return await self._get(list[Checked], f"/v1/records/{record}/verify")

    async def raw(self, record: str) -> dict[str, Any]:
        """The signed bytes as they are: for a file, never for a screen."""
        data: dict[str, Any] = await self._json("GET", f"/v1/records/{record}/raw")
        return data

    async def proof(self, record: str) -> dict[str, Any]:
        """The proof file as it is: for a file, never for a screen."""
        data: dict[str, Any] = await self._json("GET", f"/v1/records/{record}/proof")
        return data

    async def act(self, kind: str, body: dict[str, Any]) -> Signed:
        """Sign a record of this kind and send it."""
        data = await self._json("POST", "/v1/records", json={"kind": kind, "body": body})
        return _parse(Signed, harmless_tree(data))

    async def vote(self, asked: dict[str, Any]) -> Signed:
        """Vote, as the vote takes it."""
        data = await self._json("POST", "/v1/ballots", json=asked)
        return _parse(Signed, harmless_tree(data))

    async def invite(self, days: int) -> str:
        """Make an invitation and return its link."""
        data = await self._json("POST", "/v1/invites", json={"days": days})
        return harmless(str(data["link"]))

    async def add_peer(self, address: str) -> str:
        """Dial another node at ``host:port`` from now on."""
        data = await self._json("POST", "/v1/peers", json={"address": address})
        return harmless(str(data["address"]))

    async def retry(self, device: str) -> None:
        """Dial a peer at once."""
        await self._json("POST", f"/v1/peers/{device}/retry", json={})

    @asynccontextmanager
    async def events(self) -> AsyncIterator[AsyncIterator[Event]]:
        """Open the event stream; it counts as connected once the node has answered."""
        await self._open()
        import aiohttp

        timeout = aiohttp.ClientTimeout(total=None, sock_read=SILENCE_S_MAX)
        async with self._request("GET", "/v1/events", timeout=timeout) as response:
            yield _events(response)


async def _events(response: aiohttp.ClientResponse) -> AsyncIterator[Event]:
    async for line in response.content:
        if line.startswith(b"data:"):
            try:
                data = json.loads(line[5:])
            except ValueError:
                raise ApiError("answer", "The node's event is not JSON.") from None
            yield _parse(Event, harmless_tree(data))


def _error(status: int, data: bytes) -> ApiError:
    try:
        answer = harmless_tree(json.loads(data))
        return ApiError(str(answer["code"]), str(answer["message"]), str(answer["next"]))
    except (ValueError, KeyError, TypeError):
        return ApiError(f"HTTP {status}", "The node could not answer.", "See rochdale doctor.")
