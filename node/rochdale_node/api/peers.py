"""The other nodes of a book: who they are, whether they are linked, and why not."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rochdale_protocol.core.errors import LocalError
from rochdale_protocol.views import PeerView

from ..words import reason_of
from .pages import name_of

if TYPE_CHECKING:
    from ..book import Book
    from ..node import Node

__all__ = ["find_addresses", "peers", "ping"]


def peers(node: Node, book: Book) -> list[PeerView]:
    """Return every other device that may be linked, and addresses whose device is unknown."""
    me = node.home.identity.device
    addresses = node.addresses(book)
    known = {
        device: entry
        for device, entry in book.final.scan("device/")
        if device != me and entry["status"] in ("active", "applying")
    }
    devices = sorted({*known, *book.links} - {me})
    views = [_peer(node, book, device, addresses) for device in devices]
    linked = {link.address for link in book.links.values()}
    views += [
        _stranger(node, book, address)
        for address, device in sorted(addresses.items())
        if not device and address not in linked
    ]
    return sorted(views, key=lambda view: (view.link == "down", view.name, view.device))


def _peer(node: Node, book: Book, device: str, addresses: dict[str, str]) -> PeerView:
    state = book.final
    entry = state.get(f"device/{device}")
    member = "" if entry is None else str(entry["member"])
    witness = state.get(f"witness/{member}") if member else None
    role = "unknown"
    if entry is not None:
        role = "applying" if entry["status"] == "applying" else "member"
    if witness is not None and witness["device"] == device:
        role = "witness"
    link = book.links.get(device)
    own = [address for address, owner in addresses.items() if owner == device]
    dialled = [node.dialers[book.coop, a].state for a in own if (book.coop, a) in node.dialers]
    height = book.heights().get(device, -1)
    why = ""
    if link is None:
        reasons = [state.why for state in dialled if state.why]
        why = reasons[0] if reasons else "" if own else "no address known: it dials us"
    return PeerView.model_validate(
        {
            "device": device,
            "member": member,
            "name": name_of(book, member),
            "role": role,
            "link": "down" if link is None else "in" if link.incoming else "out",
            "addresses": own or ([link.address] if link is not None else []),
            "height": height,
            "behind": max(0, book.ledger.height - height) if height >= 0 else 0,
            "seen": book.seen.get(device, 0),
            "tries": max((state.tries for state in dialled), default=0) if link is None else 0,
            "next_try": max((state.next_try for state in dialled), default=0),
            "why": reason_of(why),
        }
    )


def _stranger(node: Node, book: Book, address: str) -> PeerView:
    dialer = node.dialers.get((book.coop, address))
    return PeerView(
        device="",
        member="",
        name="",
        role="unknown",
        link="down",
        addresses=[address],
        height=-1,
        behind=0,
        seen=0,
        tries=0 if dialer is None else dialer.state.tries,
        next_try=0 if dialer is None else dialer.state.next_try,
        why="not dialled yet" if dialer is None else reason_of(dialer.state.why),
    )


def find_addresses(node: Node, book: Book, peer: str) -> list[tuple[str, str]]:
    """Return address and expected device of a peer: an address, or a device's id.

    Raises:
        LocalError: API-12 no address of that device is known; LNK-12 it is no address.
    """
    if len(peer) == 64 and not peer.strip("0123456789abcdef"):
        known = [(a, device) for a, device in node.addresses(book).items() if device == peer]
        if not known:
            raise LocalError("API-12", device=peer)
        return known
    from ..links.address import format_address, parse_address

    address = format_address(*parse_address(peer))
    return [(address, node.addresses(book).get(address, ""))]


async def ping(node: Node, book: Book, peer: str) -> float:
    """Dial a peer on a link of its own and return the milliseconds until it proved its key.

    Raises:
        LinkError: it can't be reached. LocalError: API-12, LNK-12, KEY-0.
    """
    from ..links.dialer import connect, new_session

    if node.signer is None:
        raise LocalError("KEY-0")
    address, expected = find_addresses(node, book, peer)[0]
    session = new_session()
    try:
        began = time.monotonic()
        link = await connect(session, address, book.coop, node.signer, expected=expected or None)
        took = time.monotonic() - began
        await link.close("ping")
    finally:
        await session.close()
    return round(took * 1000, 1)
