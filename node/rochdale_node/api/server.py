"""The local API on its wire: HTTP on a socket of this user's, or on loopback with a token.

API-8 is who may use it. On the Unix socket: this user's processes, by the socket's mode
and by the peer's credentials where the system tells them. On loopback: who shows the
token, under a host name of loopback, so that no page in a browser can be made to call.
"""

from __future__ import annotations

import asyncio
import hmac
import os
import secrets
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Final

from aiohttp import web

from rochdale_protocol.core.errors import CodedError, LocalError
from rochdale_protocol.views import Event

from ..durable import write_whole
from ..log import Logger
from ..words import status_of, words_of
from .metrics import metrics
from .models import Problem
from .openapi import openapi
from .routes import Route, read_call, routes, write

if TYPE_CHECKING:
    from .service import Service

__all__ = ["ApiServer", "problem_of"]

SILENCE_S: Final = 15
"""A comment goes out after this long without news, so that a dead listener is noticed."""

REQUEST_SIZE_MAX: Final = 2_097_152
"""An agreement of BODY_SIZE_MAX whose JSON escapes every character."""

SOCKET_PATH_MAX: Final = 100
"""Bytes; the smallest bound of the systems we know is 104."""

_PIECE: Final = 1_048_576
_TOKEN_FILE: Final = "api.token"  # noqa: S105 -- the name of a file
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})
_CREDENTIALS: Final = struct.Struct("iII")
_log = Logger()

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def problem_of(error: CodedError) -> Problem:
    """Return an error in words."""
    message, after = words_of(error.code, error.fields)
    fields = {name: _plain(value) for name, value in error.fields.items()}
    return Problem(code=error.code, message=message, next=after, fields=fields)


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | list | None) else str(value)


class ApiServer:
    """Serves one node.

    Args:
        loopback: a port of 127.0.0.1 to listen on as well, 0 for any, None for none.
    """

    def __init__(self, service: Service, path: Path, *, loopback: int | None = None) -> None:
        self._service = service
        self._path = path
        self._loopback = loopback
        self._token = ""
        self._runners: list[web.AppRunner] = []
        self.port = 0

    async def start(self) -> None:
        """Begin to listen; the home's lock has made sure that no other node does.

        Raises:
            LocalError: API-15 the path is too long for a socket.
        """
        if len(os.fsencode(self._path)) > SOCKET_PATH_MAX:
            raise LocalError("API-15", path=str(self._path))
        with suppress(FileNotFoundError):
            self._path.unlink()  # a node that was killed left it
        runner = await self._runner(_own_user_only)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        mask = os.umask(0o177)
        try:
            listener.bind(str(self._path))
        finally:
            os.umask(mask)
        await web.SockSite(runner, listener).start()
        if self._loopback is not None:
            await self._listen_on_loopback(self._loopback)

    async def _listen_on_loopback(self, port: int) -> None:
        self._token = secrets.token_urlsafe(32)
        write_whole(self._path.with_name(_TOKEN_FILE), [self._token.encode()])
        runner = await self._runner(self._token_only)
        await web.TCPSite(runner, "127.0.0.1", port).start()
        self.port = runner.addresses[0][1]

    async def close(self) -> None:
        """Stop listening and end the streams."""
        for runner in self._runners:
            await runner.cleanup()
        with suppress(FileNotFoundError):
            self._path.unlink()

    async def _runner(self, guard: Callable[[web.Request], None]) -> web.AppRunner:
        @web.middleware
        async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
            try:
                guard(request)
                return await handler(request)
            except CodedError as error:
                return _answer(problem_of(error).model_dump_json().encode(), status_of(error))
            except web.HTTPClientError as refused:
                missing = LocalError("API-1", path=request.path[:200], method=request.method)
                data = problem_of(missing).model_dump_json().encode()
                return _answer(data, refused.status)

        app = web.Application(middlewares=[check], client_max_size=REQUEST_SIZE_MAX)
        for route in routes():
            app.router.add_route(route.method, route.path, self._handler(route))
        app.router.add_get("/v1/events", self._events)
        app.router.add_get("/v1/export", self._export)
        app.router.add_post("/v1/import", self._import)
        app.router.add_get("/v1/openapi.json", self._openapi)
        app.router.add_get("/metrics", self._metrics)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        self._runners.append(runner)
        return runner

    def _handler(self, route: Route) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                body = await request.read() if route.body is not None else b""
            except web.HTTPRequestEntityTooLarge:
                why = f"a body has at most {REQUEST_SIZE_MAX} bytes"
                raise LocalError("API-2", why=why) from None
            call = read_call(route, request.match_info, request.query, body)
            answer = await route.handle(self._service, call)
            return _answer(write(route, answer), 200)

        return handle

    def _token_only(self, request: web.Request) -> None:
        host = request.host.rpartition(":")[0] or request.host
        if host not in _LOOPBACK:
            raise LocalError("API-8", why="the Host header is not of loopback")
        origin = request.headers.get("Origin")
        if origin is not None and origin != f"http://{request.host}":
            raise LocalError("API-8", why="it comes from another origin")
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(shown.encode(), self._token.encode()):
            raise LocalError("API-8", why=f"it does not show the token in {_TOKEN_FILE}")

    # Streams --------------------------------------------------------------------------

    async def _events(self, request: web.Request) -> web.StreamResponse:
        book = self._service.book(request.query.get("coop", ""))
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        async with book.subscribe() as events:
            await response.prepare(request)
            with suppress(ConnectionResetError):  # the listener left, as it may
                await response.write(b": connected\n\n")
                async for data in _with_signs_of_life(events):
                    await response.write(data)
        return response

    async def _export(self, request: web.Request) -> web.StreamResponse:
        query = request.query
        start = query.get("since", "1")
        if not start.isascii() or not start.isdigit() or len(start) > 12:
            raise LocalError("API-2", why="'since' is a height")
        pieces = self._service.export(query.get("coop", ""), int(start))
        response = web.StreamResponse(headers={"Content-Type": "application/octet-stream"})
        await response.prepare(request)
        for piece in pieces:
            await response.write(piece)
        return response

    async def _import(self, request: web.Request) -> web.StreamResponse:
        with TemporaryFile() as file:
            async for piece in request.content.iter_chunked(_PIECE):
                file.write(piece)
            file.seek(0)
            answer = await self._service.import_book(iter(lambda: file.read(_PIECE), b""))
        return _answer(answer.model_dump_json().encode(), 200)

    async def _openapi(self, request: web.Request) -> web.StreamResponse:
        import orjson

        return _answer(orjson.dumps(openapi()), 200)

    async def _metrics(self, request: web.Request) -> web.StreamResponse:
        return web.Response(body=metrics(self._service.node), content_type="text/plain")


def _answer(data: bytes, status: int) -> web.Response:
    return web.Response(
        body=data,
        status=status,
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


def _own_user_only(request: web.Request) -> None:
    """Raise LocalError API-8 unless this very user's process is at the other end."""
    if "Origin" in request.headers:
        raise LocalError("API-8", why="it comes from a browser")
    transport = request.transport
    connection = None if transport is None else transport.get_extra_info("socket")
    if connection is None or not hasattr(socket, "SO_PEERCRED"):
        return
    data = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    _, user, _ = _CREDENTIALS.unpack(data)
    if user not in (os.getuid(), 0):
        raise LocalError("API-8", why="it comes from another user")


async def _with_signs_of_life(events: AsyncIterator[Event]) -> AsyncIterator[bytes]:
    """Yield events as lines of the stream, and a comment whenever there was none for long."""
    waiting = asyncio.ensure_future(anext(events, None))
    try:
        while True:
            done, _ = await asyncio.wait({waiting}, timeout=SILENCE_S)
            if not done:
                yield b": alive\n\n"
                continue
            event = waiting.result()
            if event is None:
                return
            yield b"data: " + event.model_dump_json().encode() + b"\n\n"
            waiting = asyncio.ensure_future(anext(events, None))
    finally:
        waiting.cancel()
