"""Links that others dial (LNK-5 to LNK-10)."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable

from aiohttp import WSCloseCode, web

from rochdale_protocol.core.keys import Signer
from rochdale_protocol.core.limits import MESSAGE_SIZE_MAX

from ..errors import LinkError
from ..log import Logger
from .address import format_address
from .handshake import NONCE_SIZE, ServerHandshake
from .link import CLOSE_S, HANDSHAKE_S, HEARTBEAT_S, PATH, Link, LinkHandler, receive, run_link
from .tls import ServerTls

__all__ = ["LINKS_MAX", "LinkServer"]

LINKS_MAX = 256
"""Incoming links at once, proved or not: more than members who dial, less than harm."""

_log = Logger()


class LinkServer:
    """Listens for links about the co-ops that this node holds.

    Args:
        port: 0 takes any free one; ``port`` then says which.
        signer: this device.
        coops: answers a co-op's id with what to do with a link about it, or None where
            this node doesn't hold that co-op.
        tls: made by ``make_server_tls``.
    """

    def __init__(
        self,
        host: str,
        port: int,
        signer: Signer,
        coops: Callable[[str], LinkHandler | None],
        tls: ServerTls,
        *,
        handshake_s: float = HANDSHAKE_S,
    ) -> None:
        self._host = host
        self._port = port
        self._signer = signer
        self._coops = coops
        self._tls = tls
        self._handshake_s = handshake_s
        self._links: set[Link] = set()
        self._serving: set[asyncio.Task[None]] = set()
        app = web.Application()
        app.router.add_get(PATH + "{coop:[0-9a-f]{64}}", self._accept)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=CLOSE_S)

    async def start(self) -> None:
        """Begin to listen.

        Raises:
            LinkError: LNK-11, the address can't be listened on.
        """
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port, ssl_context=self._tls.context)
        try:
            await site.start()
        except OSError as error:
            await self._runner.cleanup()
            address = format_address(self._host, self._port)
            raise LinkError("LNK-11", address=address, detail=str(error)) from error
        self._port = self._runner.addresses[0][1]

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self._port

    async def close(self) -> None:
        """Stop listening and end all links; the peers are told that this node goes away."""
        for site in tuple(self._runner.sites):
            await site.stop()
        await asyncio.gather(*(link.close("going away") for link in tuple(self._links)))
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)
        await self._runner.cleanup()

    async def _accept(self, request: web.Request) -> web.StreamResponse:
        coop = request.match_info["coop"]
        handler = self._coops(coop)
        if handler is None:
            raise web.HTTPNotFound
        if len(self._serving) >= LINKS_MAX:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse(
            timeout=CLOSE_S,
            heartbeat=HEARTBEAT_S,
            compress=False,
            max_msg_size=MESSAGE_SIZE_MAX + 1,  # aiohttp refuses what reaches its maximum
        )
        task = asyncio.create_task(self._serve(request, socket, coop, handler))
        self._serving.add(task)
        try:
            await task
        finally:
            self._serving.discard(task)
        return socket

    async def _serve(
        self,
        request: web.Request,
        socket: web.WebSocketResponse,
        coop: str,
        handler: LinkHandler,
    ) -> None:
        await socket.prepare(request)
        peername = request.transport.get_extra_info("peername") if request.transport else None
        address = format_address(*peername[:2]) if peername else ""
        try:
            async with asyncio.timeout(self._handshake_s):
                peer = await self._prove(socket, coop)
        except (LinkError, TimeoutError, ConnectionError) as error:
            code = error.code if isinstance(error, LinkError) else "LNK-10"
            _log.warning("handshake failed", address=address, error=str(error) or code)
            await socket.close(code=WSCloseCode.POLICY_VIOLATION, message=code.encode())
            return
        link = Link(socket, peer=peer, coop=coop, incoming=True, address=address)
        self._links.add(link)
        try:
            await run_link(link, handler)
        finally:
            self._links.discard(link)

    async def _prove(self, socket: web.WebSocketResponse, coop: str) -> str:
        nonce = secrets.token_bytes(NONCE_SIZE)
        handshake = ServerHandshake(self._signer, coop, self._tls.certificate, nonce)
        reply = handshake.receive(await receive(socket))
        assert reply is not None
        await socket.send_bytes(reply)
        handshake.receive(await receive(socket))
        return handshake.peer
