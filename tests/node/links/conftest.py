"""A node that listens and a session that dials."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession

from rochdale_node.links.dialer import new_session
from rochdale_node.links.tls import ServerTls, make_server_tls

from .mill import PATIENCE_S, Mill


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> ServerTls:
    folder = tmp_path_factory.mktemp("tls")
    made = make_server_tls(folder)
    assert list(folder.iterdir()) == [], "the key is still on the disk"
    return made


@pytest.fixture
async def mill(tls: ServerTls) -> AsyncIterator[Mill]:
    running = Mill(tls)
    await running.server.start()
    yield running
    await running.server.close()


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with asyncio.timeout(3 * PATIENCE_S), new_session() as opened:
        yield opened
