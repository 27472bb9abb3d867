"""Finding nodes on one network, over loopback."""

from __future__ import annotations

import asyncio
import secrets

from structlog.testing import capture_logs

from rochdale_node.links.mdns import Neighbour, Neighbourhood, short_hash

from .mill import PATIENCE_S

COOP, THIRD, OTHER, FARM, MILL = (secrets.token_hex(32) for _ in range(5))
"""New each time: whoever else runs these tests on this machine is heard here too."""


class _Ear:
    """Collects what was found and lets a test wait for it."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[Neighbour] = asyncio.Queue()

    def __call__(self, neighbour: Neighbour) -> None:
        self.heard.put_nowait(neighbour)


async def test_nodes_with_the_same_book_find_each_other() -> None:
    """Two nodes find each other's address by the co-op that both hold, and only by it."""
    ears = _Ear(), _Ear()
    farm = Neighbourhood(FARM, 4001, [COOP, THIRD], ears[0], interfaces=["127.0.0.1"])
    mill = Neighbourhood(MILL, 4002, [OTHER, COOP], ears[1], interfaces=["127.0.0.1"])
    await farm.start()
    await mill.start()
    try:
        async with asyncio.timeout(PATIENCE_S):
            found = await ears[0].heard.get(), await ears[1].heard.get()
    finally:
        await farm.close()
        await mill.close()
    assert found == (
        Neighbour(COOP, MILL[:16], "127.0.0.1:4002"),
        Neighbour(COOP, FARM[:16], "127.0.0.1:4001"),
    )


async def test_a_book_begun_later_is_announced_and_sought() -> None:
    """A co-op that is joined while the node runs is found by those who hold it, and finds them."""
    ears = _Ear(), _Ear()
    farm = Neighbourhood(FARM, 4003, [], ears[0], interfaces=["127.0.0.1"])
    mill = Neighbourhood(MILL, 4004, [COOP], ears[1], interfaces=["127.0.0.1"])
    await mill.start()
    await farm.start()
    await farm.add(COOP)
    try:
        async with asyncio.timeout(PATIENCE_S):
            found = await ears[0].heard.get(), await ears[1].heard.get()
    finally:
        await farm.close()
        await mill.close()
    assert found == (
        Neighbour(COOP, MILL[:16], "127.0.0.1:4004"),
        Neighbour(COOP, FARM[:16], "127.0.0.1:4003"),
    )


async def test_a_network_that_refuses_stops_nothing() -> None:
    """Where no socket can be opened, start and close return and nothing is found."""
    ear = _Ear()
    alone = Neighbourhood(FARM, 4001, [COOP], ear, interfaces=["192.0.2.1"])
    with capture_logs() as logs:
        await alone.start()
        await alone.close()
    assert [line["log_level"] for line in logs] == ["warning"]
    assert ear.heard.empty()


def test_a_stranger_learns_no_id() -> None:
    """What stands for a co-op is a hash of its id, cut to 16 digits."""
    assert len(short_hash(COOP)) == 16
    assert short_hash(COOP) not in COOP
    assert short_hash(COOP) != short_hash(OTHER)
