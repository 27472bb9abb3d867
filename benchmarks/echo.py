"""A process that sends back what it is sent, over the nodes' own links."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from rochdale_node.links.link import Link
from rochdale_node.links.server import LinkServer
from rochdale_node.links.tls import make_server_tls

from .books import farms


async def serve(folder: Path) -> None:
    """Listen on a free port, print it, and echo until killed."""

    async def echo(link: Link) -> None:
        async for data in link:
            link.post(data)

    server = LinkServer("127.0.0.1", 0, farms()[1].device, lambda _: echo, make_server_tls(folder))
    await server.start()
    print(server.port, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
