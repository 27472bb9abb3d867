"""Farms whose real nodes run in this process, and peers that a test speaks for itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import ClientSession

from rochdale_node.book import Book
from rochdale_node.home import Home
from rochdale_node.links.dialer import connect, new_session
from rochdale_node.links.link import Link
from rochdale_node.node import Node
from rochdale_protocol.core.fields import Body
from rochdale_protocol.core.hashes import Tag
from rochdale_protocol.core.keys import SeedSigner, Signer
from rochdale_protocol.core.limits import DAY_MS
from rochdale_protocol.governance.effects import NoEffect
from rochdale_protocol.governance.records import ProposalNew
from rochdale_protocol.membership.records import DeviceAdd
from rochdale_protocol.membership.rules import recovery_claim
from rochdale_protocol.minutes.minute import SignedCharter
from rochdale_protocol.sync.messages import Kind, Message, decode_message, encode_message
from tests.node.homes import farm_keys, make_home, short_folder, sign_charter

__all__ = ["PATIENCE_S", "TABLET", "Farm", "Peer", "Village", "proposal", "until", "village"]

PATIENCE_S = 120
"""For a machine that is busy with other things; nothing waits so long where all is well."""

TABLET = SeedSigner(b"t" * 32)
"""A second device of the first farm, whose key a test holds."""


def proposal(title: str = "Buy a barn", text: str = "") -> ProposalNew:
    """Return a proposal that stays open."""
    return ProposalNew(
        opens=0,
        election=None,
        title=title,
        text=text,
        business="ordinary",
        closes=time.time_ns() // 1_000_000 + 30 * DAY_MS,
        effect=NoEffect(),
    )


async def until(is_so: Callable[[], bool]) -> None:
    """Let the others run until it is so; states have no event of their own to wait for."""
    async with asyncio.timeout(PATIENCE_S):
        while not is_so():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


class Farm:
    """One farm: its home, and its node while it runs."""

    def __init__(self, home: Home, number: int, charter: SignedCharter) -> None:
        self.home = home
        self.key = farm_keys(number).device
        self.coop = charter.charter.coop()
        self._charter = charter
        self.node = Node(home, self.key)

    @property
    def book(self) -> Book:
        return self.node.books[self.coop]

    @property
    def address(self) -> str:
        assert self.node.server is not None
        return f"127.0.0.1:{self.node.server.port}"

    async def start(self) -> None:
        """Start the node, which begins its book the first time."""
        if not self.node.books:
            self.node.add_book(self._charter)
        await self.node.start(listen=("127.0.0.1", 0))

    async def restart(self) -> None:
        """Stop the node and start it anew from what is on the disk."""
        await self.node.stop()
        self.node = Node(self.home, self.key)
        await self.start()

    async def failed(self) -> BaseException:
        """Return what ended the node by itself."""
        assert self.node.failed is not None
        async with asyncio.timeout(PATIENCE_S):
            return await asyncio.shield(self.node.failed)

    async def act(self, body: Body) -> str:
        """Sign a record, wait until it is final and return its id."""
        signed = await self.book.settled(self.book.act(body).record, PATIENCE_S)
        assert signed.state == "final", signed
        return signed.record


class Peer:
    """The other end of a real link to a node, for a test to speak at."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.heard: list[Message] = []

    def say(self, *said: Message | bytes) -> None:
        """Send messages, or bytes as they are."""
        for one in said:
            self.link.post(one if isinstance(one, bytes) else encode_message(one))

    async def hear(self, kind: Kind) -> Message:
        """Return the next message of a kind."""
        async with asyncio.timeout(PATIENCE_S):
            async for data in self.link:
                self.heard.append(decode_message(data))
                if self.heard[-1].kind is kind:
                    return self.heard[-1]
        raise AssertionError(f"no {kind.name} came: {self.link.why}")

    async def cut_off(self) -> str:
        """Read until the node ends the link and return the code that it gives."""
        async with asyncio.timeout(PATIENCE_S):
            async for data in self.link:
                self.heard.append(decode_message(data))
        return self.link.why.removeprefix("LNK-9 (why=").removesuffix(")")


class Village:
    """A folder of farms that founded a co-op together."""

    def __init__(self, folder: Path, count: int, session: ClientSession) -> None:
        homes = [make_home(folder / f"farm-{number}", number) for number in range(count)]
        self.charter = sign_charter(homes)
        self.coop = self.charter.charter.coop()
        self.farms = [Farm(home, number, self.charter) for number, home in enumerate(homes)]
        self._session = session
        self._links: list[Link] = []

    async def start(self, *numbers: int) -> None:
        """Start these farms' nodes, each dialling those before it."""
        for place, number in enumerate(numbers):
            farm = self.farms[number]
            await farm.start()
            for other in numbers[:place]:
                farm.node.add_peer(farm.book, self.farms[other].address)
        running = [self.farms[number].book for number in numbers]
        await until(lambda: all(len(book.links) == len(numbers) - 1 for book in running))

    async def meet(self, farm: Farm, key: Signer) -> Peer:
        """Link to a farm's node as some device."""
        link = await connect(self._session, farm.address, self.coop, key)
        self._links.append(link)
        return Peer(link)

    async def add_tablet(self, farm: Farm) -> None:
        """Make TABLET a device of the first farm."""
        claim = recovery_claim(self.coop, farm.home.identity.member, TABLET.public)
        signature = TABLET.sign(Tag.SIGN_DEVICE, claim).hex()
        await farm.act(DeviceAdd(device=TABLET.public, label="tablet", device_sig=signature))

    async def stop(self) -> None:
        """End all that runs."""
        await asyncio.gather(*(link.close() for link in self._links))
        await asyncio.gather(*(farm.node.stop() for farm in self.farms))


@asynccontextmanager
async def village(count: int) -> AsyncIterator[Village]:
    """Give farms that founded a co-op; none of their nodes runs yet."""
    with short_folder() as folder:
        async with new_session() as session:
            made = Village(folder, count, session)
            try:
                yield made
            finally:
                await made.stop()
