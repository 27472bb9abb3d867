"""``rochdale up``: run this node in the foreground."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .client import home_path, take_lock
from .frame import Commands
from .show import note

if TYPE_CHECKING:
    from ..home import Home
    from ..node import Node

__all__ = ["app", "up"]

app = Commands()


@app.command()
def up(
    listen: Annotated[
        str,
        typer.Option(
            help="Where other nodes may dial in, HOST:PORT; if not said, as this device's own"
            " address in the book asks, else 0.0.0.0:1844."
        ),
    ] = "",
    no_listen: Annotated[bool, typer.Option("--no-listen", help="Only dial out.")] = False,
    no_neighbours: Annotated[
        bool, typer.Option("--no-neighbours", help="Don't look for nodes on this network.")
    ] = False,
    address: Annotated[
        list[str] | None,
        typer.Option(help="Where others reach this node, HOST:PORT; written into the book."),
    ] = None,
    http: Annotated[
        int | None,
        typer.Option(help="Serve the local API on this port of 127.0.0.1 too, with a token."),
    ] = None,
) -> None:
    """Run this node in the foreground until it is stopped with Ctrl-C or a signal."""
    from ..home import Home
    from ..links.address import parse_address
    from .secret import open_home_keys

    chosen = parse_address(listen) if listen else None
    home = Home(home_path())
    home.check_original()
    lock = take_lock(home, "up", lambda: False)
    assert lock is not None
    with lock:
        signer = open_home_keys(home.path).device

        async def main() -> None:
            from ..log import log_to
            from ..node import Node

            log_to(home.log_path)
            node = Node(home, signer)
            where = None if no_listen else chosen or _own_place(node, address or [])
            try:
                await node.start(listen=where, neighbours=not no_neighbours)
                await _serve(node, home, address or [], http)
            finally:
                await node.stop()

        asyncio.run(main())


def _own_place(node: Node, addresses: list[str]) -> tuple[str, int]:
    """Return where to listen so that others reach this node where its address says.

    On all of the machine's addresses, for the one in the book may be a router's or a name;
    but one of loopback is for this machine alone.
    """
    from ..links.address import DEFAULT_PORT, parse_address

    own = f"address/{node.home.identity.device}"
    known = [book.ahead.get(own) for book in node.books.values()]
    said = [*addresses, *(one for entry in known if entry for one in entry["addresses"])]
    if not said:
        return "0.0.0.0", DEFAULT_PORT  # noqa: S104 -- a node is there to be reached
    host, port = parse_address(said[0])
    if host in ("localhost", "::1") or host.startswith("127."):
        return host, port
    return ("::" if ":" in host else "0.0.0.0"), port  # noqa: S104


async def _serve(node: Node, home: Home, addresses: list[str], http: int | None) -> None:
    from ..api.server import ApiServer
    from ..api.service import Service

    server = ApiServer(Service(node), home.socket_path, loopback=http)
    await server.start()
    try:
        for coop in list(node.books):
            _announce(node, coop, addresses)
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        port = "" if node.server is None else f", listening on port {node.server.port}"
        names = ", ".join(book.name for book in node.books.values()) or "no co-op yet"
        note(f"{home.identity.name}: the node runs ({names}{port}). Stop it with Ctrl-C.")
        if http is not None:
            note(f"Local API: http://127.0.0.1:{server.port}, token in {home.path / 'api.token'}")
        await _until(stop, node)
        note("Stopping.")
    finally:
        await server.close()


async def _until(stop: asyncio.Event, node: Node) -> None:
    """Wait until the node is to stop; raises what ended one of its books (STO-10)."""
    assert node.failed is not None
    asked = asyncio.ensure_future(stop.wait())
    either: set[asyncio.Future[Any]] = {asked, node.failed}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    asked.cancel()
    if node.failed.done():
        raise node.failed.result()


def _announce(node: Node, coop: str, addresses: list[str]) -> None:
    """Write where this node is into the book, if it says something else."""
    from rochdale_protocol.core.errors import LocalError, Refused
    from rochdale_protocol.membership.records import MemberAddress

    from ..links.address import format_address, parse_address

    wanted = [format_address(*parse_address(address)) for address in addresses]
    book = node.books[coop]
    stands = book.ahead.get(f"address/{node.home.identity.device}")
    told = not wanted or (stands is not None and stands["addresses"] == wanted)
    if told or book.ledger.successor:
        return
    try:
        book.act(MemberAddress(addresses=wanted))
    except (Refused, LocalError) as error:
        note(f"{book.name}: the address could not be written yet ({error}).")
