"""Every endpoint as data: what the server serves, the command line calls and OpenAPI tells."""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, get_type_hints

from pydantic import TypeAdapter, ValidationError

from rochdale_protocol.areas import areas
from rochdale_protocol.core.errors import LocalError
from rochdale_protocol.core.fields import Model
from rochdale_protocol.core.registry import Area, Query
from rochdale_protocol.views import (
    Alert,
    Attention,
    Checked,
    CoopView,
    EvidenceView,
    MinuteView,
    PeerView,
    RecordPage,
    RecordView,
    Signed,
    StatusView,
    WitnessView,
)

from . import models

if TYPE_CHECKING:
    from .service import Service

__all__ = ["PAGE_MAX", "Call", "Param", "Route", "find_route", "read_call", "routes", "write"]

PAGE_MAX: Final = 500
"""Rows of one answer: a table of them is drawn in a blink."""

WAIT_S_MAX: Final = 600


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of the query string; numbers lie between 0 and ``most``."""

    name: str
    says: str
    default: str | int | None = None
    most: int = 2**53 - 1

    @property
    def required(self) -> bool:
        return self.default is None


@dataclass(frozen=True, slots=True)
class Call:
    """A request whose form is right."""

    coop: str
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Any


Handle = Callable[["Service", Call], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint.

    Attributes:
        answer: the type of what it gives; None where ``media`` is not JSON.
        body: the model of what it takes, None for nothing.
    """

    method: str
    path: str
    says: str
    answer: Any
    handle: Handle
    params: tuple[Param, ...] = ()
    body: type[Model] | None = None
    media: str = "application/json"

    @property
    def name(self) -> str:
        """What OpenAPI calls the operation."""
        words = re.findall(r"\w+", self.path.removeprefix("/v1/"))
        return "_".join([self.method.lower(), *words])

    def parts_of(self, path: str) -> dict[str, str] | None:
        """Return what stands in a path for the names of this one, None if it is another."""
        named, given = self.path.split("/"), path.split("/")
        if len(named) != len(given):
            return None
        parts: dict[str, str] = {}
        for name, part in zip(named, given, strict=True):
            if name.startswith("{") and part:
                parts[name[1:-1]] = part
            elif name != part:
                return None
        return parts


_PAGE: Final = (
    Param("offset", "how many of the newest to leave out", 0),
    Param("limit", "how many at most", 100, PAGE_MAX),
)

_WAIT: Final = Param("wait", "seconds to wait until it is final or refused", 0, WAIT_S_MAX)


def _query_route(query: Query) -> Route:
    """Return the endpoint of an area's query; its further arguments are parameters."""
    names = list(inspect.signature(query).parameters)[1:]

    async def handle(service: Service, call: Call) -> Any:
        return await service.ask(call.coop, query, *(call.query[name] for name in names))

    return Route(
        "GET",
        f"/v1/{query.__name__}",
        inspect.getdoc(query) or "",
        get_type_hints(query)["return"],
        handle,
        tuple(Param(name, f"the id of the {name}") for name in names),
    )


def _route(
    method: str,
    path: str,
    says: str,
    answer: Any,
    handle: Handle,
    **more: Any,
) -> Route:
    return Route(method, path, says, answer, handle, **more)


_BOOK: Final = (
    _route("GET", "/v1/status", "Where this book stands.", StatusView,
           lambda service, call: service.status(call.coop)),
    _route("GET", "/v1/coop", "The co-op, its charter and who I am in it.", CoopView,
           lambda service, call: service.show_coop(call.coop)),
    _route("GET", "/v1/attention", "What needs me, by deadline.", list[Attention],
           lambda service, call: service.attention(call.coop)),
    _route("GET", "/v1/peers", "The other nodes.", list[PeerView],
           lambda service, call: service.peers(call.coop)),
    _route("GET", "/v1/witnesses", "Who attests minutes.", list[WitnessView],
           lambda service, call: service.witnesses(call.coop)),
    _route("GET", "/v1/evidence", "Who contradicted themselves.", list[EvidenceView],
           lambda service, call: service.evidence(call.coop)),
    _route("GET", "/v1/evidence/{device}/file",
           "The file of evidence against a device, as the bytes to keep.",
           None, lambda service, call: service.evidence_file(call.coop, call.path["device"])),
    _route("GET", "/v1/alerts", "What keeps the book from going on, or soon may; the worst first.",
           list[Alert], lambda service, call: service.alerts(call.coop)),
    _route("GET", "/v1/minutes", "Final minutes, the newest first.", list[MinuteView],
           lambda service, call: service.minutes(call.coop, **call.query),
           params=(Param("before", "only those below this height; 0 for all", 0),
                   Param("limit", "how many at most", 100, PAGE_MAX))),
    _route("GET", "/v1/minutes/{height}", "One final minute.", MinuteView,
           lambda service, call: service.minute(call.coop, call.path["height"])),
    _route("GET", "/v1/minutes/{height}/checkpoint",
           "A checkpoint from which proofs are verified, as the bytes to keep.",
           None, lambda service, call: service.checkpoint(call.coop, call.path["height"])),
    _route("GET", "/v1/resolve", "What a shortened id or a name may mean.", list[models.Found],
           lambda service, call: service.resolve(call.coop, call.query["text"],
                                                 call.query["types"]),
           params=(Param("text", "P-3, A-1, C-12, D-1, M184, four digits of an id, or a name"),
                   Param("types", "kinds of thing, separated by commas"))),
)  # fmt: skip

_RECORDS: Final = (
    _route("GET", "/v1/records", "Records that match, the newest first.", RecordPage,
           lambda service, call: service.records(call.coop, **call.query),
           params=(Param("kind", "exactly this kind", ""),
                   Param("author", "a member or device: an id, its beginning, part of a name", ""),
                   Param("since", "by the author's clock, in milliseconds", 0),
                   Param("text", "words that all occur", ""),
                   Param("state", "pending, final or refused", ""),
                   *_PAGE)),
    _route("GET", "/v1/records/{id}", "One record.", RecordView,
           lambda service, call: service.record(call.coop, call.path["id"])),
    _route("GET", "/v1/records/{id}/raw", "The signed bytes of a record.", models.RawRecord,
           lambda service, call: service.raw(call.coop, call.path["id"])),
    _route("GET", "/v1/records/{id}/verify", "Every step of a record's verification, done now.",
           list[Checked],
           lambda service, call: service.verify(call.coop, call.path["id"])),
    _route("GET", "/v1/records/{id}/proof",
           "The proof file of a record, agreement, member or decision, as the bytes to keep.",
           None, lambda service, call: service.proof(call.coop, call.path["id"], **call.query),
           params=(Param("claim", "record, agreement, membership, decision; else what it is", ""),
                   Param("since", "the minute of a checkpoint to begin from, by its id", ""))),
    _route("GET", "/v1/proposals/{id}/recount",
           "A vote counted again from its records: canonical JSON, the same bytes on every node.",
           None, lambda service, call: service.recount(call.coop, call.path["id"])),
)  # fmt: skip

_ACTS: Final = (
    _route("POST", "/v1/records", "Sign a record, keep it and send it.", Signed,
           lambda service, call: service.act(call.coop, call.body, call.query["wait"]),
           params=(_WAIT,), body=models.ActAsked),
    _route("POST", "/v1/invites", "Invite a newcomer.", models.Invited,
           lambda service, call: service.invite(call.coop, call.body),
           body=models.InviteAsked),
    _route("POST", "/v1/peers", "Dial another node from now on.", models.PeerAdded,
           lambda service, call: service.add_peer(call.coop, call.body),
           body=models.AddressAsked),
    _route("POST", "/v1/peers/{device}/retry", "Dial a peer at once.", models.Nothing,
           lambda service, call: service.retry(call.coop, call.path["device"])),
    _route("POST", "/v1/ping", "Measure how long a peer takes to answer.", models.Ping,
           lambda service, call: service.ping(call.coop, call.body),
           body=models.AddressAsked),
    _route("POST", "/v1/charters", "Fetch the charter that an invitation names.",
           models.CharterShown,
           lambda service, call: service.fetch_charter(call.body),
           body=models.LinkAsked),
    _route("POST", "/v1/books", "Begin the book of a co-op with its signed charter.",
           models.BookBegun,
           lambda service, call: service.begin_book(call.body),
           body=models.BookAsked),
    _route("POST", "/v1/refoundings", "Draw up a charter that refounds this book.",
           models.Refounding,
           lambda service, call: service.refound(call.coop, call.body),
           body=models.RefoundAsked),
    _route("POST", "/v1/refoundings/check",
           "Check a charter on the book that it refounds, and say what is at stake.",
           models.Refounding,
           lambda service, call: service.check_refounding(call.body),
           body=models.CharterAsked),
    _route("GET", "/v1/books", "The co-ops that this node holds.", list[models.BookBegun],
           lambda service, call: service.list_books()),
)  # fmt: skip


@cache
def _queries_of(area: Area) -> tuple[Route, ...]:
    return tuple(map(_query_route, area.queries))


@cache
def _ballots() -> Route:
    from .voting import BallotAsked

    return _route(
        "POST", "/v1/ballots",
        "Vote: the record is of the form that the vote takes, and sealed where it asks for it.",
        Signed, lambda service, call: service.vote(call.coop, call.body, call.query["wait"]),
        params=(_WAIT,), body=BallotAsked,
    )  # fmt: skip


def routes() -> Iterator[Route]:
    """Yield every endpoint of JSON; the streams (events, export, import, metrics) are the server's.

    What needs an area comes last, so that only who asks for it imports it.
    """
    yield from (*_BOOK, *_RECORDS, *_ACTS)
    for area in areas():
        yield from _queries_of(area)
    yield _ballots()


def find_route(method: str, path: str) -> tuple[Route, dict[str, str]]:
    """Return the endpoint and the parts of the path; raises LocalError API-1."""
    for route in routes():
        if route.method == method:
            parts = route.parts_of(path)
            if parts is not None:
                return route, parts
    raise LocalError("API-1", path=path[:200])


def read_call(route: Route, path: Mapping[str, str], query: Mapping[str, str], body: bytes) -> Call:
    """Return a request, parsed once; raises LocalError API-2."""
    known = {param.name for param in route.params} | {"coop"}
    unknown = sorted(query.keys() - known)
    if unknown:
        raise LocalError("API-2", why=f"no parameter {unknown[0][:40]!r}")
    values = {param.name: _value(param, query.get(param.name)) for param in route.params}
    return Call(query.get("coop", ""), path, values, _body(route, body))


def _value(param: Param, text: str | None) -> str | int:
    if text is None or text == "":
        if param.default is None:
            raise LocalError("API-2", why=f"parameter {param.name!r} is missing")
        return param.default
    if not isinstance(param.default, int):
        return text
    if not text.isascii() or not text.isdigit() or int(text[:20]) > param.most:
        raise LocalError("API-2", why=f"{param.name!r} is a number up to {param.most}")
    return int(text)


def _body(route: Route, data: bytes) -> Any:
    if route.body is None:
        return None
    try:
        return route.body.model_validate_json(data or b"{}")
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise LocalError("API-2", why=f"{where or 'body'}: {first['msg']}") from None


@cache
def _adapter(path: str, method: str) -> TypeAdapter[Any]:
    route, _ = find_route(method, path)
    return TypeAdapter(route.answer)


def write(route: Route, answer: Any) -> bytes:
    """Return an answer as JSON; the bytes of a file to keep pass as they are."""
    if route.answer is None:
        assert isinstance(answer, bytes)
        return answer
    return _adapter(route.path, route.method).dump_json(answer)
