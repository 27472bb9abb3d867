"""Finding nodes on the same network by mDNS (RFC 6762, RFC 6763; LNK-14).

What is told to the network: a port, the first digits of the device key, and a short hash of
the co-op's id, by which its members know each other and a stranger learns nothing. What is
heard is only an address to dial: the handshake says who is there. If the network doesn't
let us, the node goes on without.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from ..log import Logger
from .address import format_address

if TYPE_CHECKING:
    from zeroconf import ServiceStateChange, Zeroconf
    from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

__all__ = ["Neighbour", "Neighbourhood", "short_hash"]

SERVICE: Final = "_rochdale._tcp.local."
_PREFIX: Final = 16
_RESOLVE_MS: Final = 3_000
_RESOLVING_MAX: Final = 64
"""Neighbours that are being asked at once: a crowded network, not a flood."""

_log = Logger()


def short_hash(coop: str) -> str:
    """Return what stands for a co-op on the network, 16 hexadecimal digits."""
    return sha256(bytes.fromhex(coop)).hexdigest()[:_PREFIX]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A node that says it is on this network and holds this co-op's book."""

    coop: str
    device_prefix: str
    address: str


class Neighbourhood:
    """Announces this node's books and reports others that hold the same.

    Args:
        device: this device's public key in hexadecimal.
        coops: ids of the co-ops whose books are here.
        found: told of each neighbour, again when its address changes.
        interfaces: addresses to use; None for all.
    """

    def __init__(
        self,
        device: str,
        port: int,
        coops: Sequence[str],
        found: Callable[[Neighbour], None],
        *,
        interfaces: Sequence[str] | None = None,
    ) -> None:
        self._prefix = device[:_PREFIX]
        self._port = port
        self._coops = {short_hash(coop): coop for coop in coops}
        self._found = found
        self._interfaces = interfaces
        self._zeroconf: AsyncZeroconf | None = None
        self._browser: AsyncServiceBrowser | None = None
        self._resolving: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Announce and listen; where the network refuses, log it and do nothing."""
        from zeroconf import Error, InterfaceChoice
        from zeroconf.asyncio import AsyncServiceBrowser, AsyncZeroconf

        try:
            chosen = InterfaceChoice.Default if self._interfaces is None else [*self._interfaces]
            self._zeroconf = AsyncZeroconf(interfaces=chosen)
            for mark in self._coops:
                await self._zeroconf.async_register_service(
                    self._info(mark), cooperating_responders=True
                )
            self._browser = AsyncServiceBrowser(
                self._zeroconf.zeroconf, SERVICE, handlers=[self._heard]
            )
        except (OSError, Error, RuntimeError) as error:
            _log.warning("no mDNS on this network", error=str(error))
            await self.close()

    async def add(self, coop: str) -> None:
        """Announce one more book, and look for others that hold it."""
        from zeroconf import Error
        from zeroconf.asyncio import AsyncServiceBrowser

        mark = short_hash(coop)
        self._coops[mark] = coop
        if self._zeroconf is None:
            return
        try:
            await self._zeroconf.async_register_service(
                self._info(mark), cooperating_responders=True
            )
            # Those who were heard before, when their book was none of ours, are told anew.
            if self._browser is not None:
                await self._browser.async_cancel()
            self._browser = AsyncServiceBrowser(
                self._zeroconf.zeroconf, SERVICE, handlers=[self._heard]
            )
        except (OSError, Error, RuntimeError) as error:
            _log.warning("a book could not be announced", error=str(error))

    async def close(self) -> None:
        """Say goodbye and stop."""
        from zeroconf import Error

        zeroconf, self._zeroconf = self._zeroconf, None
        for task in self._resolving:
            task.cancel()
        if zeroconf is None:
            return
        try:
            if self._browser is not None:
                await self._browser.async_cancel()
            await zeroconf.async_unregister_all_services()
            await zeroconf.async_close()
        except (OSError, Error, RuntimeError) as error:
            _log.warning("mDNS did not end well", error=str(error))

    def _info(self, mark: str) -> AsyncServiceInfo:
        from zeroconf import get_all_addresses  # type: ignore[attr-defined]  # not in __all__
        from zeroconf.asyncio import AsyncServiceInfo

        addresses = self._interfaces
        if addresses is None:
            found = get_all_addresses()
            addresses = [each for each in found if not ip_address(each).is_loopback]
        return AsyncServiceInfo(
            SERVICE,
            f"{self._prefix}-{mark}.{SERVICE}",
            port=self._port,
            properties={"coop": mark, "device": self._prefix},
            server=f"rochdale-{self._prefix}.local.",
            parsed_addresses=list(addresses),
        )

    def _heard(
        self, zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange
    ) -> None:
        gone = state_change.name == "Removed"
        if gone or name.startswith(self._prefix) or len(self._resolving) >= _RESOLVING_MAX:
            return
        task = asyncio.create_task(self._resolve(zeroconf, name))
        self._resolving.add(task)
        task.add_done_callback(self._resolving.discard)

    async def _resolve(self, zeroconf: Zeroconf, name: str) -> None:
        from zeroconf import Error
        from zeroconf.asyncio import AsyncServiceInfo

        try:
            info = AsyncServiceInfo(SERVICE, name)
            known = await info.async_request(zeroconf, _RESOLVE_MS)
        except (OSError, Error) as error:
            _log.info("a neighbour could not be resolved", error=str(error))
            return
        told = info.decoded_properties
        coop, device = self._coops.get(told.get("coop") or ""), told.get("device") or ""
        plain = len(device) == _PREFIX and not device.strip("0123456789abcdef")
        if not known or coop is None or not plain or not info.port:
            return
        for host in info.parsed_scoped_addresses()[:1]:
            self._found(Neighbour(coop, device, format_address(host, info.port)))
