"""Links that this node dials, and tries again when they fail (LNK-8 to LNK-10, LNK-13)."""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from aiohttp import (
    ClientError,
    ClientSession,
    ClientTimeout,
    ClientWSTimeout,
    DummyCookieJar,
    TCPConnector,
    WSServerHandshakeError,
)
from yarl import URL

from rochdale_protocol.core.errors import LocalError
from rochdale_protocol.core.keys import Signer
from rochdale_protocol.core.limits import MESSAGE_SIZE_MAX

from ..errors import LinkError
from .address import parse_address
from .handshake import NONCE_SIZE, ClientHandshake
from .link import CLOSE_S, HANDSHAKE_S, HEARTBEAT_S, PATH, Link, LinkHandler, receive, run_link
from .tls import client_context

__all__ = ["DialState", "Dialer", "backoff_s", "connect", "new_session"]

BACKOFF_S: Final = 1.0
"""First wait after a failure; doubled for each further one."""

BACKOFF_MAX_S: Final = 60.0
"""A peer that comes back is met within a minute, and a dead address costs little."""

STEADY_S: Final = 10.0
"""A link that lasted this long was a success; one that is closed at once is not."""


def new_session() -> ClientSession:
    """Return what all dialling of a node goes through; close it at the end."""
    return ClientSession(
        connector=TCPConnector(ssl=client_context(), limit=0, force_close=True),
        timeout=ClientTimeout(total=None),
        cookie_jar=DummyCookieJar(),
    )


def backoff_s(tries: int, rng: random.Random) -> float:
    """Return how many seconds to wait after so many failures, from half the step to all.

    The jitter keeps nodes that lost the same peer from coming back all at once.
    """
    step = min(BACKOFF_MAX_S, BACKOFF_S * 2.0 ** min(tries - 1, 16))
    return rng.uniform(step / 2, step)


async def connect(
    session: ClientSession,
    address: str,
    coop: str,
    signer: Signer,
    *,
    expected: str | None = None,
    handshake_s: float = HANDSHAKE_S,
) -> Link:
    """Dial once and return a link whose peer has proved its device.

    Args:
        expected: the device that must answer, or None where any will do.
    Raises:
        LocalError: LNK-12, no such form of address.
        LinkError: LNK-1 to LNK-4, the handshake failed; LNK-5, no connection; LNK-8, the
            co-op is not there; LNK-9, it was closed; LNK-10, it took too long.
    """
    host, port = parse_address(address)
    url = URL.build(scheme="https", host=host, port=port, path=PATH + coop)
    try:
        async with asyncio.timeout(handshake_s):
            return await _connect(session, url, address, signer, expected)
    except TimeoutError:
        raise LinkError("LNK-10", seconds=handshake_s) from None
    except WSServerHandshakeError as error:
        code = "LNK-8" if error.status == 404 else "LNK-5"
        raise LinkError(code, detail=f"HTTP status {error.status}") from None
    except (ClientError, OSError) as error:
        raise LinkError("LNK-5", detail=str(error)[:200]) from None


async def _connect(
    session: ClientSession, url: URL, address: str, signer: Signer, expected: str | None
) -> Link:
    socket = await session.ws_connect(
        url,
        timeout=ClientWSTimeout(ws_close=CLOSE_S),
        heartbeat=HEARTBEAT_S,
        compress=0,
        max_msg_size=MESSAGE_SIZE_MAX + 1,  # aiohttp refuses what reaches its maximum
    )
    try:
        certificate = socket.get_extra_info("ssl_object").getpeercert(binary_form=True)
        coop = url.name
        nonce = secrets.token_bytes(NONCE_SIZE)
        handshake = ClientHandshake(signer, coop, certificate, nonce, expected)
        await socket.send_bytes(handshake.start())
        await socket.send_bytes(handshake.receive(await receive(socket)))
    except LinkError as error:
        await socket.close(message=error.code.encode())
        raise
    except BaseException:
        await socket.close()
        raise
    return Link(socket, peer=handshake.peer, coop=coop, incoming=False, address=address)


@dataclass(frozen=True, slots=True)
class DialState:
    """How dialling one address stands.

    ``tries`` counts the failures since the last success; ``next_try`` is in milliseconds
    since the epoch, 0 while connected or not wanted; ``why`` is what went wrong last.
    """

    address: str
    up: bool = False
    tries: int = 0
    next_try: int = 0
    why: str = ""


class Dialer:
    """Keeps a link to one address up, waiting longer after each failure.

    Args:
        handler: gets each link; the link ends when it returns.
        rng: where the jitter comes from.
        expected: the device that must answer (LNK-4), or None.
        is_wanted: asked before each try, such as "unless this peer has dialled us"; after
            a no, or where this very device answered, nothing happens until ``retry_now``.

    Attributes:
        state: how it stands.
        expected: as given.
    """

    def __init__(
        self,
        session: ClientSession,
        address: str,
        coop: str,
        signer: Signer,
        handler: LinkHandler,
        *,
        rng: random.Random,
        expected: str | None = None,
        is_wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        self.state = DialState(address)
        self._session = session
        self._coop = coop
        self._signer = signer
        self.expected = expected
        self._handler = handler
        self._rng = rng
        self._is_wanted = is_wanted
        self._is_own = False
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to dial."""
        assert self._task is None
        self._task = asyncio.create_task(self._run(), name=f"dial {self.state.address}")

    def retry_now(self) -> None:
        """Forget the waiting and try at once, unless connected."""
        self._wake.set()

    async def close(self) -> None:
        """Stop dialling and end the link."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            if self._is_own or not self._is_wanted():
                self.state = replace(self.state, next_try=0)
                await self._wake.wait()
                self._is_own = False
                continue
            began = time.monotonic()
            linked, why = await self._try()
            steady = linked and time.monotonic() - began >= STEADY_S
            tries = 1 if steady else self.state.tries + 1
            wait_s = backoff_s(tries, self._rng)
            next_try = time.time_ns() // 1_000_000 + int(wait_s * 1000)
            self.state = DialState(self.state.address, False, tries, next_try, why)
            try:
                async with asyncio.timeout(wait_s):
                    await self._wake.wait()
            except TimeoutError:
                continue
            self.state = replace(self.state, tries=0)

    async def _try(self) -> tuple[bool, str]:
        """Dial once and stay while the link lasts; return whether it came up, why it ended."""
        try:
            link = await connect(
                self._session,
                self.state.address,
                self._coop,
                self._signer,
                expected=self.expected,
            )
        except (LinkError, LocalError) as error:
            self._is_own = "LNK-3" in (error.code, error.fields.get("why"))
            return False, str(error)
        self.state = replace(self.state, up=True, next_try=0, why="")
        await run_link(link, self._handler)
        return True, link.why
