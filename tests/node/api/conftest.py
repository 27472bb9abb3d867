"""One farm that founded a co-op alone, its node in this process, its API on a real socket."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson
import pytest

from rochdale_node.api.server import ApiServer
from rochdale_node.api.service import Service
from rochdale_node.node import Node
from rochdale_protocol.core.limits import DAY_MS
from tests.node.homes import farm_keys, make_home, short_folder, sign_charter


@dataclass(slots=True)
class Farm:
    """A node, its server, and a client of its socket."""

    node: Node
    service: Service
    server: ApiServer
    http: aiohttp.ClientSession

    @property
    def coop(self) -> str:
        return next(iter(self.node.books))

    async def get(self, path: str, status: int = 200) -> Any:
        """Return the JSON that a path answers with that status."""
        async with self.http.get(f"http://node{path}") as answer:
            data = orjson.loads(await answer.read())
            assert answer.status == status, data
            return data

    async def post(self, path: str, body: Any, status: int = 200) -> Any:
        """Return the JSON that a request answers with that status."""
        async with self.http.post(f"http://node{path}", data=orjson.dumps(body)) as answer:
            data = orjson.loads(await answer.read())
            assert answer.status == status, data
            return data

    async def act(self, kind: str, **body: Any) -> str:
        """Sign a record and return its id once it is final."""
        signed = await self.post("/v1/records?wait=60", {"kind": kind, "body": body})
        assert signed["state"] == "final", signed
        record: str = signed["record"]
        return record

    async def propose(self, title: str = "Buy a barn", **effect: Any) -> str:
        """Put a proposal that stays open and return its id."""
        return await self.act(
            "proposal.new",
            title=title,
            text="",
            business="ordinary",
            opens=0,
            closes=time.time_ns() // 1_000_000 + 30 * DAY_MS,
            effect=effect or {"type": "none"},
            election=None,
        )

    async def vote(self, proposal: str, choice: str) -> str:
        """Vote and return the ballot's record once it is final."""
        asked = {"proposal": proposal, "choice": choice}
        signed = await self.post("/v1/ballots?wait=60", asked)
        assert signed["state"] == "final", signed
        record: str = signed["record"]
        return record


@pytest.fixture
async def farm() -> AsyncIterator[Farm]:
    with short_folder() as folder:
        home = make_home(folder / "farm-0")
        node = Node(home, farm_keys(0).device)
        await node.start()
        node.add_book(sign_charter([home]))
        service = Service(node)
        server = ApiServer(service, home.socket_path, loopback=0)
        await server.start()
        connector = aiohttp.UnixConnector(str(home.socket_path))
        async with aiohttp.ClientSession(connector=connector) as http:
            yield Farm(node, service, server, http)
        await server.close()
        await node.stop()
