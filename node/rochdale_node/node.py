"""A node: a home, its books, and their links to other nodes."""

from __future__ import annotations

import asyncio
import os
import random
import re
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rochdale_protocol.core.errors import CodedError, LocalError, Refused
from rochdale_protocol.core.hashes import Tag
from rochdale_protocol.core.keys import Signer, is_valid
from rochdale_protocol.core.records import Verified
from rochdale_protocol.minutes.founding import found_book
from rochdale_protocol.minutes.minute import Charter, SignedCharter
from rochdale_protocol.minutes.news import Finalised
from rochdale_protocol.minutes.refounding import check_refounding
from rochdale_protocol.minutes.shelf import Changes, height_key
from rochdale_protocol.sync.welcome import knock, read_charter

from .book import Book
from .errors import LinkError
from .home import Home
from .invite import Invite
from .log import Logger
from .shelf import SqliteShelf

if TYPE_CHECKING:
    from aiohttp import ClientSession

    from .links.dialer import Dialer
    from .links.link import Link, LinkHandler
    from .links.mdns import Neighbour, Neighbourhood
    from .links.server import LinkServer

__all__ = ["Node", "open_shelf"]

_RECHECK_MINUTES = 20
_NEIGHBOURS_MAX = 64
"""Addresses heard on this network that are dialled: anybody there can call out more."""
_TOLD = re.compile(r"LNK-9 \(why=((?:MEM|SYN)-[0-9]{1,2})\)")
"""How a link ended whose other end said by a code what it refuses."""

_log = Logger()


def open_shelf(home: Home, coop: str) -> SqliteShelf:
    """Open the book of a co-op; raises LocalError API-5 if this home has none."""
    path = home.book_path(coop)
    if not path.exists():
        raise LocalError("API-5", coop=coop)
    return SqliteShelf(path)


class Node:
    """See the module. Make it inside a running event loop when it is to have links.

    Args:
        signer: this device's key, or None for a reader.

    Attributes:
        books: by co-op id.
        dialers: by co-op id and address.
        failed: done, with the error, once a book ended by itself (STO-10); then stop.
    """

    def __init__(self, home: Home, signer: Signer | None) -> None:
        self.home = home
        self.signer = signer
        self.books: dict[str, Book] = {}
        self.dialers: dict[tuple[str, str], Dialer] = {}
        self.server: LinkServer | None = None
        self._session: ClientSession | None = None
        self._neighbourhood: Neighbourhood | None = None
        self._rechecking: asyncio.Task[None] | None = None
        self._unchecked = asyncio.Event()
        self.failed: asyncio.Future[BaseException] | None = None
        self._answered: dict[tuple[str, str], str] = {}
        self._heard: set[tuple[str, str]] = set()
        self._ending: set[asyncio.Task[None]] = set()
        self._dial_due: set[str] = set()
        self._stopping = False
        self._rng = random.Random()  # noqa: S311 -- jitter, not a secret
        for coop in home.coops():
            self._open(coop)
        self._end_refounded()

    def _open(self, coop: str) -> Book:
        shelf = open_shelf(self.home, coop)
        sponsors = (shelf.maps["meta"].get("sponsors") or b"").decode().split()
        book = Book(shelf, self.signer, frozenset(sponsors))
        book.on_fault = self._fail
        self.books[coop] = book
        return book

    def _end_refounded(self) -> None:
        """Let this device sign nothing more in a book that it refounded (RFD-7)."""
        for book in self.books.values():
            old = self._refounded_by(book.ledger.charter.charter)
            if old is not None:
                old.ledger.successor = book.coop

    def _refounded_by(self, charter: Charter) -> Book | None:
        """Return the book here that this device refounds as a founder under a charter."""
        founds = any(founder.device == self.home.identity.device for founder in charter.founders)
        cited = charter.refounds if founds else None
        return None if cited is None else self.books.get(cited.coop)

    def _fail(self, error: BaseException) -> None:
        if self.failed is not None and not self.failed.done():
            self.failed.set_result(error)

    def add_book(self, signed: SignedCharter, invite: Invite | None = None) -> Book:
        """Begin a book with its charter.

        Args:
            invite: of a newcomer, who trusts the inviting device and insists on its minute.
        Raises:
            Refused: MIN-11 a founder has not signed; RFD-n this device is a founder, and the
                book that it refounds is here and says otherwise. LocalError: API-6 it is here
                already.
        """
        signed.check()
        coop = signed.charter.coop()
        if coop in self.books:
            raise LocalError("API-6", coop=coop)
        refounded = self._refounded_by(signed.charter)
        if refounded is not None:
            check_refounding(signed.charter, refounded.ledger)
        changes = found_book(signed)
        if invite is not None:
            changes["meta"]["sponsors"] = invite.device.encode()
            changes["meta"]["addresses"] = " ".join(invite.addresses).encode()
            changes["meta"][f"checkpoint/{height_key(invite.height)}"] = invite.minute.encode()
        _create_book(self.home.book_path(coop), changes)
        book = self._open(coop)
        self._end_refounded()
        if self._session is not None:
            self._start_book(book)
            if self._neighbourhood is not None:
                self._spawn(self._neighbourhood.add(coop))
        return book

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def start(
        self, *, listen: tuple[str, int] | None = None, neighbours: bool = False
    ) -> None:
        """Bring all books to life, listen and dial.

        Args:
            listen: host and port; None only dials out.
            neighbours: look for nodes of the same co-ops on this network.
        Raises:
            LinkError: LNK-11 the address can't be listened on.
        """
        assert self.signer is not None
        self.failed = asyncio.get_running_loop().create_future()
        # Late: a command that only reads the book has no use for links.
        from .links.dialer import new_session

        self._session = new_session()
        port = 0
        if listen is not None:
            from .links.server import LinkServer
            from .links.tls import make_server_tls

            tls = make_server_tls(self.home.path)
            self.server = LinkServer(*listen, self.signer, self._handler, tls)
            await self.server.start()
            port = self.server.port
        for book in list(self.books.values()):
            self._start_book(book)
        if neighbours:
            coops = list(self.books)
            from .links.mdns import Neighbourhood

            self._neighbourhood = Neighbourhood(self.signer.public, port, coops, self._found)
            await self._neighbourhood.start()
        self._rechecking = asyncio.create_task(self._recheck())
        self._rechecking.add_done_callback(self._recheck_ended)

    def _recheck_ended(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._fail(error)

    async def stop(self) -> None:
        """End all links and close all books."""
        self._stopping = True
        if self._rechecking is not None:
            self._rechecking.cancel()
            await asyncio.gather(self._rechecking, return_exceptions=True)
        if self._neighbourhood is not None:
            await self._neighbourhood.close()
        await asyncio.gather(*(dialer.close() for dialer in self.dialers.values()))
        await asyncio.gather(*self._ending, return_exceptions=True)
        if self.server is not None:
            await self.server.close()
        for book in self.books.values():
            await book.close()
        if self._session is not None:
            await self._session.close()

    def _start_book(self, book: Book) -> None:
        book.on_final = lambda news: self._on_final(book, news)
        book.start()
        self.dial_new_addresses(book)

    def _on_final(self, book: Book, news: Finalised) -> None:
        if any(key.startswith(("address/", "device/")) for key in news.carried.state):
            self._dial_soon(book)
        if book.ledger.rechecked < book.ledger.height:
            self._unchecked.set()

    def _dial_soon(self, book: Book) -> None:
        """Look at the addresses once, however many minutes became final in this step."""
        if book.coop not in self._dial_due:
            self._dial_due.add(book.coop)
            asyncio.get_running_loop().call_soon(self._dial_now, book)

    def _dial_now(self, book: Book) -> None:
        self._dial_due.discard(book.coop)
        if not self._stopping and book.fault is None:
            self.dial_new_addresses(book)

    def _handler(self, coop: str) -> LinkHandler | None:
        book = self.books.get(coop)
        return None if book is None else lambda link: self._talk(book, link)

    async def _talk(self, book: Book, link: Link) -> None:
        if not link.incoming:
            self._answered[book.coop, link.address] = link.peer
        try:
            await book.link(link)
        except CodedError:
            raise
        except Exception:  # noqa: BLE001 -- it is told, and only this link ends
            # Where it touched the book, ``Book._fail`` has ended the node before.
            _log.exception("link failed", peer=link.peer[:16])
        finally:
            if link.peer not in book.links:
                self._wake_idle(book)

    def _wake_idle(self, book: Book) -> None:
        """Let dialers that were not wanted look again; one that failed keeps its wait."""
        for (coop, _), dialer in self.dialers.items():
            state = dialer.state
            if coop == book.coop and not state.up and not state.next_try:
                dialer.retry_now()

    # Addresses ------------------------------------------------------------------------

    def addresses(self, book: Book) -> dict[str, str]:
        """Return where to dial: address -> the device expected there, or "" for any.

        Members' own records say where their devices are; the others were given by hand
        or by an invite.
        """
        found = dict.fromkeys(
            (book.shelf.maps["meta"].get("addresses") or b"").decode().split(), ""
        )
        me = "" if self.signer is None else self.signer.public
        for device, entry in book.final.scan("address/"):
            known = book.final.get(f"device/{device}")
            if device != me and known is not None and known["status"] == "active":
                for address in entry["addresses"]:
                    # Of two that claim one address, whoever answers is as good.
                    found[address] = "" if found.get(address) else device
        return found

    def _dial(self, book: Book, address: str, device: str) -> Dialer:
        """Keep dialling an address, where that device answers, or any if it is ""."""
        key = (book.coop, address)
        expected = device or None
        dialer = self.dialers.get(key)
        if dialer is not None:
            if dialer.expected in (None, expected):
                return dialer
            self._spawn(dialer.close())
        assert self._session is not None
        assert self.signer is not None
        from .links.dialer import Dialer

        dialer = Dialer(
            self._session,
            address,
            book.coop,
            self.signer,
            lambda link: self._talk(book, link),
            rng=self._rng,
            expected=expected,
            is_wanted=lambda: (
                (expected or self._answered.get(key)) not in book.links
                and not book.ledger.left_at(book.ledger.mine)
            ),
        )
        self.dialers[key] = dialer
        dialer.start()
        return dialer

    def add_peer(self, book: Book, address: str) -> None:
        """Dial an address from now on, and remember it."""
        known = (book.shelf.maps["meta"].get("addresses") or b"").decode().split()
        if address not in known:
            addresses = " ".join([*known, address]).encode()
            book.shelf.commit({"meta": {"addresses": addresses}})
        if self._session is not None:
            self._dial(book, address, self.addresses(book).get(address, "")).retry_now()

    def retry(self, book: Book, device: str) -> bool:
        """Dial a device now; says whether any address of it is known."""
        wanted = [a for a, owner in self.addresses(book).items() if owner == device]
        for address in wanted:
            self._dial(book, address, device).retry_now()
        return bool(wanted)

    def dial_new_addresses(self, book: Book) -> None:
        """Dial the addresses that the book names now, and no others any more."""
        named = self.addresses(book)
        for address, device in named.items():
            self._dial(book, address, device)
        for key in list(self.dialers):
            if key[0] == book.coop and key[1] not in named and key not in self._heard:
                self._spawn(self.dialers.pop(key).close())
                self._answered.pop(key, None)

    def _found(self, neighbour: Neighbour) -> None:
        book = self.books.get(neighbour.coop)
        me = self.signer.public if self.signer else ""
        if book is None or me.startswith(neighbour.device_prefix):
            return
        key = (book.coop, neighbour.address)
        if key in self._heard or len(self._heard) < _NEIGHBOURS_MAX:
            self._heard.add(key)
            self._dial(book, neighbour.address, self.addresses(book).get(neighbour.address, ""))

    # Joining --------------------------------------------------------------------------

    async def fetch_charter(self, invite: Invite) -> SignedCharter:
        """Ask the member who invited us for the charter.

        Raises:
            LinkError: no address of the invite answers. Refused: with the code that the
                inviting device told (MEM-1). Refused, DecodeError: what answers is not the
                charter of that co-op.
        """
        assert self.signer is not None
        from .links.dialer import new_session

        session = self._session or new_session()
        error = LinkError("LNK-5", detail="the invite names no address")
        try:
            for address in invite.addresses:
                try:
                    return await self._fetch(session, invite, address)
                except LinkError as failed:
                    error = failed
        finally:
            if self._session is None:
                await session.close()
        raise error

    async def _fetch(self, session: ClientSession, invite: Invite, address: str) -> SignedCharter:
        assert self.signer is not None
        from .links.dialer import connect

        link = await connect(session, address, invite.coop, self.signer, expected=invite.device)
        try:
            link.post(knock(invite.token, invite.coop, self.signer.public))
            async for data in link:
                return read_charter(data, invite.coop)
            if (told := _TOLD.fullmatch(link.why)) is not None:
                raise Refused(told[1])
            raise LinkError("LNK-9", why=link.why)
        finally:
            await link.close("done")

    # Re-checking ----------------------------------------------------------------------

    async def _recheck(self) -> None:
        """Check the signatures that a certificate vouched for, behind and in a thread."""
        while True:
            busy = False
            for book in list(self.books.values()):
                busy = await self._recheck_some(book) or book.index_some() or busy
            if not busy:
                self._unchecked.clear()
                await self._unchecked.wait()

    async def _recheck_some(self, book: Book) -> bool:
        ledger = book.ledger
        start = ledger.rechecked + 1
        end = min(ledger.height, start + _RECHECK_MINUTES - 1)
        if start > end:
            return False
        checks = []
        for height in range(start, end + 1):
            minute = ledger.minute(height)
            assert minute is not None
            for name, _ in minute.records:
                record = ledger.record(name)
                assert record is not None
                checks.append(record)
        bad = await asyncio.to_thread(_wrongly_signed, checks)
        if bad:
            _log.warning("records came with wrong signatures", records=len(bad), first=bad[0][:16])
        book.set_rechecked(end, bad)
        return True


def _create_book(path: Path, changes: Changes) -> None:
    """Write a new book beside its place, for half a book would keep the home from opening."""
    beside = path.with_suffix(".new")
    for name in (beside, Path(f"{beside}-wal"), Path(f"{beside}-shm")):
        name.unlink(missing_ok=True)
    with SqliteShelf(beside, create=True) as shelf:
        shelf.commit(changes)
    beside.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _wrongly_signed(records: list[Verified]) -> list[str]:
    prefix = Tag.SIGN_RECORD.value
    return [
        record.id
        for record in records
        if not is_valid(
            bytes.fromhex(record.header.device), prefix + record.header_bytes, record.signature
        )
    ]
