"""The local API without its wire: one method for each endpoint, models in, models out."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import orjson
from pydantic import ValidationError

from rochdale_protocol.areas import kinds
from rochdale_protocol.core.errors import DecodeError, LocalError, Refused
from rochdale_protocol.core.fields import Body
from rochdale_protocol.core.keys import SEED_SIZE, SeedSigner
from rochdale_protocol.core.registry import Query
from rochdale_protocol.membership.records import MemberInvite
from rochdale_protocol.views import (
    Alert,
    Attention,
    Checked,
    CoopView,
    EvidenceView,
    MinuteView,
    PeerView,
    RecordPage,
    RecordView,
    Signed,
    StatusView,
    WitnessView,
)

from .. import __version__
from ..invite import Invite
from . import models, refounding
from .alerts import alerts
from .checks import verify
from .evidence import evidence, file_of
from .names import resolve
from .pages import (
    member_of,
    minute_view,
    minutes,
    name_of,
    need_record,
    raw_record,
    record_view,
    records,
)
from .peers import find_addresses, peers, ping
from .witnesses import witnesses

if TYPE_CHECKING:
    from ..book import Book
    from ..node import Node
    from .voting import BallotAsked

__all__ = ["BACKUP_NOTE", "Service"]

BACKUP_NOTE: Final = "backup.json"
"""Beside the book: when a backup was last made, so that it can be asked for."""

DAY_MS: Final = 86_400_000
_STATES: Final = ("", "pending", "final", "refused")


class Service:
    """What a node answers. Methods raise coded errors; the caller finds the words."""

    def __init__(self, node: Node) -> None:
        self.node = node

    def book(self, coop: str) -> Book:
        """Return the book that is meant: by the beginning of its id, or the only one that goes on.

        Raises:
            LocalError: API-5 no such co-op, API-7 several, API-13 none at all.
        """
        books = self.node.books
        found = [book for key, book in books.items() if key.startswith(coop)]
        if not coop:  # one that this device refounded is asked for by its id
            found = [book for book in found if not book.ledger.successor] or found
        if len(found) == 1:
            return found[0]
        if not books:
            raise LocalError("API-13")
        if not found:
            raise LocalError("API-5", coop=coop[:64])
        names = ", ".join(f"{book.coop[:8]} {book.name}" for book in found)
        raise LocalError("API-7", coops=names)

    # The book -------------------------------------------------------------------------

    async def ask(self, coop: str, query: Query, *args: Any) -> Any:
        """Answer an area's query."""
        return query(self.book(coop), *args)

    async def status(self, coop: str) -> StatusView:
        book = self.book(coop)
        ledger, state = book.ledger, book.final
        device = self.node.home.identity.device
        member = member_of(book, device) or self.node.home.identity.member
        entry, own = state.get(f"member/{member}"), state.get(f"device/{device}")
        applies = own is None and any(
            record.header.kind == "member.apply" for record in ledger.pool.of_device(device)
        )
        unknown = "applying" if applies else "unknown"
        shown = peers(self.node, book)
        tip = ledger.tip
        open_ones = [value["status"] for _, value in state.scan("application/")]
        votes = [state.need(f"proposal/{key}")["status"] for key, _ in state.scan("live/")]
        return StatusView.model_validate(
            {
                "coop": book.coop,
                "name": book.name,
                "refounds": book.ledger.charter.charter.refounds,
                "successors": refounding.successors(self.node, book),
                "member": member,
                "member_name": name_of(book, member) or self.node.home.identity.name,
                "member_status": _standing_of(entry, own, applies=applies),
                "device": device,
                "device_status": unknown if own is None else own["status"],
                "height": ledger.height,
                "minute": tip.id,
                "minute_time": tip.header.time,
                "state_root": tip.header.state_root,
                "members": state.count("members"),
                "applications": open_ones.count("open"),
                "proposals_open": votes.count("open"),
                "pending": len(ledger.pool),
                "peers": len(shown),
                "peers_up": sum(peer.link != "down" for peer in shown),
                "witnesses": len(ledger.roster),
                "quorum": ledger.roster.quorum,
                "faults": len(evidence(book)),
                "witness": device in ledger.roster.places,
                "rechecking": self._unchecked(book),
                "version": __version__,
            }
        )

    def _unchecked(self, book: Book) -> int:
        """Count the records of minutes whose signatures this node has not checked itself."""
        ledger = book.ledger
        left = 0
        for height in range(ledger.rechecked + 1, ledger.height + 1):
            minute = ledger.minute(height)
            assert minute is not None
            left += minute.header.count
        return left

    async def show_coop(self, coop: str) -> CoopView:
        book = self.book(coop)
        charter = book.ledger.charter
        identity = self.node.home.identity
        member = member_of(book, identity.device) or identity.member
        return CoopView(
            coop=book.coop,
            name=charter.charter.name,
            purpose=charter.charter.purpose,
            founded=charter.charter.at,
            charter=charter.model_dump(mode="json"),
            refounds=charter.charter.refounds,
            successors=refounding.successors(self.node, book),
            member=member,
            member_name=name_of(book, member) or identity.name,
            device=identity.device,
        )

    async def attention(self, coop: str) -> list[Attention]:
        from .attention import attention

        book = self.book(coop)
        member = member_of(book, self.node.home.identity.device)
        note = self.node.home.path / BACKUP_NOTE
        return attention(book, member, backed_up=note.exists())

    async def peers(self, coop: str) -> list[PeerView]:
        return peers(self.node, self.book(coop))

    async def witnesses(self, coop: str) -> list[WitnessView]:
        return witnesses(self.book(coop), self.node.home.identity.device)

    async def evidence(self, coop: str) -> list[EvidenceView]:
        return evidence(self.book(coop))

    async def evidence_file(self, coop: str, device: str) -> bytes:
        return file_of(self.book(coop), device)

    async def alerts(self, coop: str) -> list[Alert]:
        return alerts(self.book(coop))

    async def minutes(self, coop: str, before: int, limit: int) -> list[MinuteView]:
        return minutes(self.book(coop), before, limit)

    async def minute(self, coop: str, height: str) -> MinuteView:
        book = self.book(coop)
        plain = height.isascii() and height.isdigit() and len(height) <= 12
        minute = book.ledger.minute(int(height)) if plain else None
        if minute is None:
            raise LocalError("API-3", type="minute", id=height[:64])
        return minute_view(book, minute)

    async def checkpoint(self, coop: str, height: str) -> bytes:
        from .proving import checkpoint_of

        return checkpoint_of(self.book(coop).ledger, height)

    async def resolve(self, coop: str, text: str, types: str) -> list[models.Found]:
        return resolve(self.book(coop), text, frozenset(types.split(",")))

    # Records --------------------------------------------------------------------------

    async def records(self, coop: str, **wanted: Any) -> RecordPage:
        if wanted["state"] not in _STATES:
            raise LocalError("API-2", why="'state' is pending, final or refused")
        return records(self.book(coop), **{**wanted, "state": wanted["state"] or None})

    async def record(self, coop: str, record: str) -> RecordView:
        book = self.book(coop)
        return record_view(book, need_record(book, record))

    async def raw(self, coop: str, record: str) -> models.RawRecord:
        return raw_record(need_record(self.book(coop), record))

    async def verify(self, coop: str, record: str) -> list[Checked]:
        book = self.book(coop)
        return verify(book, need_record(book, record))

    async def proof(self, coop: str, subject: str, claim: str, since: str) -> bytes:
        from .proving import proof_of

        return proof_of(self.book(coop).ledger, subject, claim, since)

    async def recount(self, coop: str, proposal: str) -> bytes:
        from rochdale_protocol.proofs.decisions import hold

        held = hold(self.book(coop).ledger, proposal)
        # A thousand sealed ballots take seconds to open.
        return (await asyncio.to_thread(held.recount)).to_bytes()

    # Acts -----------------------------------------------------------------------------

    async def act(self, coop: str, asked: models.ActAsked, wait: int) -> Signed:
        book = self.book(coop)
        signed = book.act(read_act(asked.kind, asked.body))
        return await book.settled(signed.record, wait) if wait else signed

    async def vote(self, coop: str, asked: BallotAsked, wait: int) -> Signed:
        from .voting import ballot_of

        book = self.book(coop)
        signed = book.act(ballot_of(book, self.node.home.identity.device, asked))
        return await book.settled(signed.record, wait) if wait else signed

    async def invite(self, coop: str, asked: models.InviteAsked) -> models.Invited:
        book = self.book(coop)
        secret = secrets.token_bytes(SEED_SIZE)
        token = SeedSigner(secret)
        expires = time.time_ns() // 1_000_000 + asked.days * DAY_MS
        signed = book.act(MemberInvite(token=token.public, expires=expires))
        device = self.node.home.identity.device
        known = book.ahead.get(f"address/{device}")
        addresses = [] if known is None else known["addresses"]
        if not addresses and self.node.server is not None:
            addresses = [f"127.0.0.1:{self.node.server.port}"]
        tip = book.ledger.tip
        invite = Invite(
            coop=book.coop,
            name=book.name,
            secret=secret.hex(),
            height=tip.header.height,
            minute=tip.id,
            device=device,
            expires=expires,
            addresses=addresses,
        )
        return models.Invited(
            link=invite.to_link(), token=token.public, expires=expires, record=signed.record
        )

    async def add_peer(self, coop: str, asked: models.AddressAsked) -> models.PeerAdded:
        from ..links.address import format_address, parse_address

        address = format_address(*parse_address(asked.address))
        self.node.add_peer(self.book(coop), address)
        return models.PeerAdded(address=address)

    async def retry(self, coop: str, device: str) -> models.Nothing:
        book = self.book(coop)
        find_addresses(self.node, book, device)
        self.node.retry(book, device)
        return models.Nothing()

    async def ping(self, coop: str, asked: models.AddressAsked) -> models.Ping:
        ms = await ping(self.node, self.book(coop), asked.address)
        return models.Ping(peer=asked.address, ms=ms)

    # Co-ops ---------------------------------------------------------------------------

    async def list_books(self) -> list[models.BookBegun]:
        return [self._begun(book) for book in self.node.books.values()]

    def _begun(self, book: Book) -> models.BookBegun:
        return models.BookBegun(
            coop=book.coop,
            name=book.name,
            height=book.ledger.height,
            refounds=book.ledger.charter.charter.refounds,
            successors=refounding.successors(self.node, book),
        )

    async def fetch_charter(self, asked: models.LinkAsked) -> models.CharterShown:
        invite = Invite.from_link(asked.link)
        if invite.expires <= time.time_ns() // 1_000_000:
            raise LocalError("API-14", expires=invite.expires)
        signed = await self.node.fetch_charter(invite)
        return models.CharterShown(coop=invite.coop, charter=signed)

    async def begin_book(self, asked: models.BookAsked) -> models.BookBegun:
        invite = Invite.from_link(asked.link) if asked.link else None
        if invite is not None and invite.coop != asked.charter.charter.coop():
            raise Refused("SYN-4", coop=asked.charter.charter.coop())
        return self._begun(self.node.add_book(asked.charter, invite))

    async def refound(self, coop: str, asked: models.RefoundAsked) -> models.Refounding:
        """Draw up the charter by which members refound this book."""
        drafted = refounding.draft(self.node, self.book(coop), asked)
        return await self.check_refounding(models.CharterAsked(charter=drafted))

    async def check_refounding(self, asked: models.CharterAsked) -> models.Refounding:
        cited = asked.charter.charter.refounds
        held = cited is not None and cited.coop in self.node.books
        witnesses = await self.witnesses(cited.coop) if cited is not None and held else []
        return refounding.examine(self.node, asked.charter, witnesses)

    def export(self, coop: str, start: int) -> Iterator[bytes]:
        """Yield a file of a book, from a minute on."""
        return self.book(coop).export(max(1, start))

    async def import_book(self, pieces: Iterable[bytes]) -> models.Imported:
        """Take in an exported file, beginning the book if it isn't here yet.

        Raises:
            DecodeError: SYN-10, SYN-1; Refused: what its contents break. What was good
                before that is kept.
        """
        from rochdale_protocol.minutes.minute import SignedCharter
        from rochdale_protocol.sync.file import split_file
        from rochdale_protocol.sync.messages import Kind, decode_message

        messages = split_file(pieces)
        first = next(messages, b"")
        opening = decode_message(first)
        if opening.kind is not Kind.CHARTER or len(opening.blobs) != 1:
            raise DecodeError("SYN-10", why="no charter")
        signed = SignedCharter.from_bytes(opening.blobs[0])
        book = self.node.books.get(signed.charter.coop()) or self.node.add_book(signed)
        before = _amounts(book)
        for message in chain((first,), messages):
            book.read_file([message])
            await asyncio.sleep(0)  # a long file does not keep the others waiting
        after = _amounts(book)
        minutes, records, votes = (max(0, b - a) for a, b in zip(before, after, strict=True))
        return models.Imported(coop=book.coop, minutes=minutes, records=records, votes=votes)


def read_act(kind: str, body: dict[str, Any]) -> Body:
    """Return the body of an act; raises Refused REC-7 or REC-8."""
    known = kinds().get(kind)
    if known is None:
        raise Refused("REC-7", kind=kind[:40])
    try:
        return known.body.model_validate_json(orjson.dumps(body))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        why = first["msg"].removeprefix("Value error, ")
        raise Refused("REC-8", kind=kind, why=f"{where}: {why}") from None


def _standing_of(
    entry: dict[str, Any] | None, device: dict[str, Any] | None, *, applies: bool
) -> str:
    if entry is not None:
        return str(entry["status"])
    applying = applies or (device is not None and device["status"] == "applying")
    return "applying" if applying else "outside"


def _amounts(book: Book) -> tuple[int, int, int]:
    ledger = book.ledger
    total, _ = book.shelf.search(limit=0)
    return ledger.height, total, sum(1 for _ in ledger.machine.votes())
