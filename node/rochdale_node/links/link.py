"""A link to one peer, whoever dialled: messages out, messages in, an end with a reason.

Sending never waits for the network unless much is queued already, and a peer that takes
nothing for a while is closed (LNK-7): no member's node can hold up another's.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final, Protocol

from aiohttp import WSCloseCode, WSMsgType

from rochdale_protocol.core.errors import CodedError
from rochdale_protocol.core.limits import MESSAGE_SIZE_MAX

from ..errors import LinkError
from ..log import Logger

__all__ = [
    "CLOSE_S",
    "HANDSHAKE_S",
    "HEARTBEAT_S",
    "PATH",
    "Link",
    "LinkHandler",
    "Socket",
    "receive",
    "run_link",
]

PATH: Final = "/v1/link/"
"""The WebSocket's path; the co-op's id follows."""

HEARTBEAT_S: Final = 20.0
"""Seconds of silence before a ping: well under the 30 seconds of the hastiest home routers."""

HANDSHAKE_S: Final = 10.0
"""Seconds that a peer has to prove its key: several round trips of the slowest link."""

STALL_S: Final = 30.0
"""Seconds in which a peer must take one message: 4 MiB at a poor 1 Mbit/s."""

CLOSE_S: Final = 2.0
"""Seconds that a peer has to answer a close."""

QUEUE_SIZE_MAX: Final = 2 * MESSAGE_SIZE_MAX
"""Bytes that may wait to be sent: one message under way and one behind it."""

_REASON_SIZE_MAX: Final = 123
"""Bytes: RFC 6455 section 5.5.1."""

_log = Logger()


class Socket(Protocol):
    """What both of aiohttp's WebSockets can do."""

    async def send_bytes(self, data: bytes) -> None: ...
    async def receive(self) -> Any: ...
    async def close(self, *, code: int = ..., message: bytes = ...) -> bool: ...


async def receive(socket: Socket) -> bytes:
    """Return the next message.

    Raises:
        LinkError: LNK-1, it is not binary; LNK-6, it is too large; LNK-9, the link ended.
    """
    message = await socket.receive()
    if message.type is WSMsgType.BINARY:
        data: bytes = message.data
        return data
    if message.type is WSMsgType.TEXT:
        raise LinkError("LNK-1", detail="text")
    if message.type is WSMsgType.ERROR:
        if getattr(message.data, "code", None) == WSCloseCode.MESSAGE_TOO_BIG:
            raise LinkError("LNK-6", size_max=MESSAGE_SIZE_MAX)
        raise LinkError("LNK-9", why=type(message.data).__name__)
    said = str(message.extra or "") if message.type is WSMsgType.CLOSE else ""
    raise LinkError("LNK-9", why="".join(filter(str.isprintable, said)) or "lost")


class Link:
    """A link whose peer has proved its device key.

    Iterate over it to receive; the iteration ends with the link, ``why`` then says why.

    Attributes:
        peer: the device at the other end, in hexadecimal.
        coop: id of the co-op that the link is about.
        incoming: whether the peer dialled.
        address: ``host:port`` of the other end as seen from here.
        why: the reason why it ended, "" while it is open.
    """

    def __init__(
        self,
        socket: Socket,
        *,
        peer: str,
        coop: str,
        incoming: bool,
        address: str,
        stall_s: float = STALL_S,
    ) -> None:
        self.peer = peer
        self.coop = coop
        self.incoming = incoming
        self.address = address
        self.why = ""
        self._socket = socket
        self._stall_s = stall_s
        self._queue: deque[bytes] = deque()
        self._queue_size = 0
        self._more = asyncio.Event()
        self._writer = asyncio.create_task(self._write())

    @property
    def is_open(self) -> bool:
        """Whether messages can still be sent."""
        return not self.why

    def post(self, data: bytes) -> None:
        """Queue a message, at most MESSAGE_SIZE_MAX; nothing happens once the link ended.

        The session asks before it sends much, so that a queue beyond QUEUE_SIZE_MAX means
        a peer that does not read: the link ends with LNK-7.
        """
        assert len(data) <= MESSAGE_SIZE_MAX, len(data)
        if not self.is_open:
            return
        if self._queue_size >= QUEUE_SIZE_MAX:
            self._drop(LinkError("LNK-7", queued=self._queue_size))
            # It may be stuck in a message that the peer doesn't take.
            self._writer.cancel()
            return
        self._queue.append(data)
        self._queue_size += len(data)
        self._more.set()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self.is_open:
            try:
                yield await receive(self._socket)
            except LinkError as error:
                self._drop(error)

    async def close(self, reason: str = "") -> None:
        """Send what is queued, then end the link; the peer is told the reason.

        What the peer doesn't take within CLOSE_S is dropped.
        """
        self.why = self.why or reason or "closed"
        self._more.set()
        done, _ = await asyncio.wait({self._writer}, timeout=CLOSE_S)
        if not done:
            self._writer.cancel()
            await asyncio.wait({self._writer})

    def _drop(self, error: LinkError) -> None:
        """End the link without sending what is queued."""
        self.why = self.why or str(error)
        self._queue.clear()
        self._more.set()

    async def _write(self) -> None:
        try:
            while self._queue or self.is_open:
                if not self._queue:
                    self._more.clear()
                    await self._more.wait()
                    continue
                data = self._queue.popleft()
                async with asyncio.timeout(self._stall_s):
                    await self._socket.send_bytes(data)
                self._queue_size -= len(data)
        except TimeoutError:
            self._drop(LinkError("LNK-7", seconds=self._stall_s))
        except ConnectionError as error:
            self._drop(LinkError("LNK-9", why=type(error).__name__))
        finally:
            await self._shut()

    async def _shut(self) -> None:
        message = self.why.encode()[:_REASON_SIZE_MAX].decode(errors="ignore").encode()
        try:
            async with asyncio.timeout(CLOSE_S):
                await self._socket.close(code=WSCloseCode.OK, message=message)
        except TimeoutError:
            # Cancelled by the timeout, aiohttp drops the connection.
            pass


LinkHandler = Callable[[Link], Awaitable[None]]
"""What the floor above does with a link; the link ends when it returns."""


async def run_link(link: Link, handler: LinkHandler) -> None:
    """Hand a link up and end it when the handler returns or raises.

    A CodedError of the handler is the peer's fault: it is told the code.
    """
    on = {"peer": link.peer[:16], "coop": link.coop[:16], "incoming": link.incoming}
    _log.info("link up", address=link.address, **on)
    reason = "going away"
    try:
        await handler(link)
        reason = ""
    except CodedError as error:
        reason = error.code
        _log.warning("link refused", error=str(error), **on)
    finally:
        await link.close(reason)
        _log.info("link down", why=link.why, **on)
