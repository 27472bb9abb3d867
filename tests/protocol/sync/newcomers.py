"""A co-op with a past, and a newcomer who fetches its book from peers that may lie."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rochdale_protocol.contributions.records import ContributionLog
from rochdale_protocol.core.errors import CodedError
from rochdale_protocol.core.keys import Signer
from rochdale_protocol.core.records import Verified, author_record
from rochdale_protocol.membership.records import Erase, MemberProfile
from rochdale_protocol.minutes.founding import found_book
from rochdale_protocol.minutes.ledger import Ledger, Now
from rochdale_protocol.minutes.shelf import COLLECTIONS, MemoryShelf
from rochdale_protocol.sync.exchange import Close, Effect, Exchange, Send, Store, WakeAt
from rochdale_protocol.sync.messages import Message, decode_message, encode_message

from ..coops import Coop, device, recovery

__all__ = ["PROFILE", "Newcomer", "contents_of", "delivery", "old_book"]

PROFILE = MemberProfile(contact="at home", about="hill farm", salt="a" * 32)
"""What the first record of ``old_book`` said before its body was erased."""

Tamper = Callable[[Message], Message | None]


def delivery(number: int) -> ContributionLog:
    """Return a delivery to the farm of that number."""
    return ContributionLog(
        action="transfer",
        receiver=recovery(number).public,
        resource="lambs",
        quantity="3",
        unit="head",
        happened=0,
        agreement=None,
        note="",
    )


def old_book() -> Coop:
    """Return a co-op whose book holds all that a cold sync must get right.

    A roster that grew, a body that was erased, a refused record, and a forked chain.
    """
    coop = Coop(4)
    profile = coop.write(1, PROFILE)
    coop.admit()
    coop.write(1, Erase(record=profile.id))
    refused = coop.author(0, delivery(1))
    for number in range(4):
        coop.write(number, delivery((number + 1) % 4))
    ledger = coop.ledgers[3]
    entry = ledger.final.need(f"device/{device(3).public}")
    for note in ("one", "two"):
        fork = author_record(
            device(3),
            delivery(0).model_copy(update={"note": note}),
            coop=coop.id,
            seq=entry["seq"] + 1,
            prev=entry["tip"],
            seen=ledger.tip.id,
            at=coop.wall,
        )
        coop.ledgers[0].add_record(Verified(fork))
        coop.pump()
    assert refused.id in {record for each in coop.finals for record, _ in each.minute.records}
    assert "CHN-5" in {code for each in coop.finals for _, code in each.minute.records}
    assert len(coop.ledgers[0].rosters) == 3
    return coop


def contents_of(shelf: MemoryShelf) -> dict[str, dict[str, bytes]]:
    """Return all that a shelf holds but how far its owner has re-checked signatures."""
    held = {name: dict(shelf.maps[name].scan("")) for name in COLLECTIONS}
    held["meta"].pop("rechecked", None)
    return held


class Newcomer:
    """A node at height 0 and the peers that it is linked to, on a network in memory.

    Attributes:
        closed: why the newcomer cut peers off, in order.
        asked: what it sent.
    """

    def __init__(self, coop: Coop, signer: Signer | None = None) -> None:
        self.coop = coop
        self.shelf = MemoryShelf()
        self.shelf.commit(found_book(coop.signed))
        self.me = device(0).public if signer is None else signer.public
        self.signer = signer
        self.closed: list[CodedError] = []
        self.asked: list[Message] = []
        self.peers: dict[str, tuple[Exchange, MemoryShelf, Tamper]] = {}
        self.boot()

    def boot(self) -> None:
        """Start on what the shelf holds; links are gone."""
        self.exchange = Exchange(Ledger(self.shelf, self.signer, self.now))
        self.inbox: list[tuple[str, bytes]] = []
        self.wakes = False
        self.peers = {}

    @property
    def now(self) -> Now:
        return Now(self.coop.wall, self.coop.wall)

    @property
    def ledger(self) -> Ledger:
        return self.exchange.ledger

    def link(self, number: int, tamper: Tamper = lambda message: message) -> None:
        """Link to a farm whose messages pass through ``tamper`` (None: it is lost)."""
        peer = device(number).public
        node = self.coop.nodes[number]
        node.ledger.signer = None
        self.peers[peer] = (Exchange(node.ledger), node.shelf, tamper)
        self.answer(peer, self.peers[peer][0].linked(self.me, self.now))
        self.carry_out(self.exchange.linked(peer, self.now))

    def unlink(self, number: int) -> None:
        """Lose the link to a farm."""
        peer = device(number).public
        del self.peers[peer]
        self.inbox = [each for each in self.inbox if each[0] != peer]
        self.carry_out(self.exchange.unlinked(peer, self.now))

    def answer(self, peer: str, effects: list[Effect]) -> None:
        """Carry out what a peer does."""
        _, shelf, tamper = self.peers[peer]
        for effect in effects:
            if isinstance(effect, Store):
                shelf.commit(effect.changes)
            elif isinstance(effect, Send):
                message = tamper(decode_message(effect.data))
                if message is not None:
                    self.inbox.append((peer, encode_message(message)))

    def carry_out(self, effects: list[Effect]) -> None:
        """Carry out what the newcomer does."""
        for effect in effects:
            if isinstance(effect, Store):
                self.shelf.commit(effect.changes)
            elif isinstance(effect, Send) and effect.peer in self.peers:
                self.asked.append(decode_message(effect.data))
                exchange = self.peers[effect.peer][0]
                self.answer(effect.peer, exchange.received(self.me, effect.data, self.now))
            elif isinstance(effect, Close):
                self.closed.append(effect.error)
                self.peers.pop(effect.peer, None)
                self.inbox = [each for each in self.inbox if each[0] != effect.peer]
            elif isinstance(effect, WakeAt):
                self.wakes = 0 < effect.mono <= self.now.mono

    def step(self) -> bool:
        """Let one thing happen; returns whether there was anything to do."""
        if self.wakes:
            self.wakes = False
            self.carry_out(self.exchange.tick(self.now))
        elif self.inbox:
            peer, data = self.inbox.pop(0)
            self.carry_out(self.exchange.received(peer, data, self.now))
        else:
            return False
        return True

    def run(self) -> None:
        """Let everything happen that is due."""
        while self.step():
            pass


def with_blob(message: Message, index: int, blob: bytes) -> Message:
    """Return a message with another blob in one place."""
    blobs = list(message.blobs)
    blobs[index] = blob
    return replace(message, blobs=tuple(blobs))
