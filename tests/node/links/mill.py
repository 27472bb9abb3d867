"""A node that listens, and what tests do around it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable

import pytest

from rochdale_node.errors import LinkError
from rochdale_node.links.link import Link, LinkHandler
from rochdale_node.links.server import LinkServer
from rochdale_node.links.tls import ServerTls
from rochdale_protocol.core.keys import SeedSigner

FARM, MILL = SeedSigner(b"f" * 32), SeedSigner(b"m" * 32)
COOP, OTHER = "ab" * 32, "cd" * 32
PATIENCE_S = 120


class Mill:
    """A node that listens; what it does with a link can be changed."""

    def __init__(self, tls: ServerTls, handshake_s: float = 10) -> None:
        self.links: asyncio.Queue[Link] = asyncio.Queue()
        self.handler: LinkHandler = self.echo
        self.server = LinkServer("127.0.0.1", 0, MILL, self._handler, tls, handshake_s=handshake_s)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server.port}"

    def _handler(self, coop: str) -> LinkHandler | None:
        return self._handle if coop == COOP else None

    async def _handle(self, link: Link) -> None:
        self.links.put_nowait(link)
        await self.handler(link)

    @staticmethod
    async def echo(link: Link) -> None:
        async for data in link:
            link.post(data)

    @staticmethod
    async def deaf(link: Link) -> None:
        """Never read, until the node ends."""
        await asyncio.get_running_loop().create_future()


async def ends(link: Link) -> str:
    """Read until the link ends and return why."""
    async with asyncio.timeout(PATIENCE_S):
        async for _ in link:
            pass
    return link.why


async def until(is_so: Callable[[], bool]) -> None:
    """Let the others run until it is so; states have no event of their own to wait for."""
    async with asyncio.timeout(PATIENCE_S):
        while not is_so():  # noqa: ASYNC110
            await asyncio.sleep(0.001)


async def fails(code: str, attempt: Awaitable[object]) -> LinkError:
    with pytest.raises(LinkError) as caught:
        async with asyncio.timeout(PATIENCE_S):
            await attempt
    assert caught.value.code == code
    return caught.value


async def relay(
    port: int, listen: ssl.SSLContext | None, dial: ssl.SSLContext | None
) -> asyncio.Server:
    """Return a relay to a port of this machine, which opens the encryption where it is told."""

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
        except (ConnectionError, ssl.SSLError):
            pass
        writer.close()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", port, ssl=dial)
        await asyncio.gather(pump(reader, back), pump(there, writer))

    return await asyncio.start_server(meet, "127.0.0.1", 0, ssl=listen)
