"""Dialling again and again, and the addresses that are dialled."""

from __future__ import annotations

import asyncio
import random

import pytest
from aiohttp import ClientSession
from hypothesis import given
from hypothesis import strategies as st

from rochdale_node.demo.farms import free_port
from rochdale_node.links.address import DEFAULT_PORT, format_address, parse_address
from rochdale_node.links.dialer import BACKOFF_MAX_S, Dialer, backoff_s
from rochdale_node.links.link import Link
from rochdale_node.links.server import LinkServer
from rochdale_node.links.tls import ServerTls
from rochdale_protocol.core.errors import DecodeError, LocalError

from .mill import COOP, FARM, MILL, PATIENCE_S, Mill, until


@given(tries=st.integers(1, 1000), seed=st.integers())
def test_waits_grow_to_a_minute(tries: int, seed: int) -> None:
    """A wait is between half the step and the step; steps double up to a minute."""
    wait_s = backoff_s(tries, random.Random(seed))
    step = min(BACKOFF_MAX_S, 2.0 ** (tries - 1)) if tries < 10 else BACKOFF_MAX_S
    assert step / 2 <= wait_s <= step


def _dialer(session: ClientSession, address: str, links: asyncio.Queue[Link]) -> Dialer:
    async def talk(link: Link) -> None:
        links.put_nowait(link)
        await Mill.echo(link)

    return Dialer(session, address, COOP, FARM, talk, rng=random.Random(1))


async def test_a_dialer_comes_back(tls: ServerTls, session: ClientSession) -> None:
    """It tries until the peer is there, says why it isn't, and tries again when it is lost."""
    port = free_port()
    links: asyncio.Queue[Link] = asyncio.Queue()
    dialer = _dialer(session, f"127.0.0.1:{port}", links)
    dialer.start()
    async with asyncio.timeout(PATIENCE_S):
        await until(lambda: dialer.state.tries == 1)
        assert not dialer.state.up
        assert dialer.state.next_try > 0
        assert dialer.state.why.startswith("LNK-5")
        server = LinkServer("127.0.0.1", port, MILL, lambda _: Mill.echo, tls)
        await server.start()
        dialer.retry_now()
        first = await links.get()
        assert dialer.state.up
        assert (dialer.state.tries, dialer.state.why) == (0, "")
        await until(lambda: bool(server._links))
        await server.close()
        await until(lambda: not dialer.state.up)
        assert first.why == "LNK-9 (why=going away)"
        server = LinkServer("127.0.0.1", port, MILL, lambda _: Mill.echo, tls)
        await server.start()
        dialer.retry_now()
        second = await links.get()
        assert second is not first
        await dialer.close()
        assert not second.is_open
        await server.close()


async def test_a_dialer_that_is_not_wanted_waits(mill: Mill, session: ClientSession) -> None:
    """Nothing is dialled while it isn't wanted; once it is, retry_now sets it going."""
    wanted = False
    asked = asyncio.Event()
    links: asyncio.Queue[Link] = asyncio.Queue()

    def is_wanted() -> bool:
        asked.set()
        return wanted

    async def talk(link: Link) -> None:
        links.put_nowait(link)

    dialer = Dialer(
        session, mill.address, COOP, FARM, talk, rng=random.Random(1), is_wanted=is_wanted
    )
    dialer.start()
    async with asyncio.timeout(PATIENCE_S):
        await asked.wait()
        assert mill.links.empty()
        assert dialer.state.next_try == 0
        wanted = True
        dialer.retry_now()
        await links.get()
        await dialer.close()


async def test_a_peer_that_cuts_us_off_is_backed_off(mill: Mill, session: ClientSession) -> None:
    """A link that is closed at once counts as a failure, with the reason that was given."""

    async def refuse(link: Link) -> None:
        raise DecodeError("SYN-1")

    mill.handler = refuse
    dialer = _dialer(session, mill.address, asyncio.Queue())
    dialer.start()
    async with asyncio.timeout(PATIENCE_S):
        await until(lambda: dialer.state.tries == 2)
    assert dialer.state.why == "LNK-9 (why=SYN-1)"
    await dialer.close()


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("farm.example", ("farm.example", DEFAULT_PORT)),
        (" Farm.Example:80 ", ("farm.example", 80)),
        ("192.0.2.1:65535", ("192.0.2.1", 65_535)),
        ("[::1]:7", ("::1", 7)),
        ("[fe80::1%eth0]", ("fe80::1%eth0", DEFAULT_PORT)),
    ],
)
def test_addresses_that_are_read(text: str, address: tuple[str, int]) -> None:
    """Names and numbers, with and without a port, and back."""
    assert parse_address(text) == address
    assert parse_address(format_address(*address)) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":80",
        "a:0",
        "a:65536",
        "a:x",
        "a:١",
        "::1",
        "a b:1",
        "a/b:1",
        "u@a:1",
        "x" * 300,
        "a:+1",
    ],
)
def test_addresses_that_are_not(text: str) -> None:
    """LNK-12 for each."""
    with pytest.raises(LocalError) as caught:
        parse_address(text)
    assert caught.value.code == "LNK-12"
