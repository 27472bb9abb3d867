"""What must hold after every step, whatever goes wrong around it.

None of these asks the code under test whether all is well: each keeps its own books.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

import orjson

from rochdale_protocol.core.errors import CodedError, Refused
from rochdale_protocol.minutes.minute import Minute
from rochdale_protocol.minutes.shelf import Changes, height_key
from rochdale_protocol.minutes.votes import Certificate, Vote, VoteKind
from rochdale_protocol.sync.messages import Kind, decode_message

from .node import Node
from .trace import Broken

__all__ = [
    "Check",
    "NoQuarrel",
    "OneBook",
    "OneChain",
    "OneVoice",
    "StillSound",
    "every_check",
]


class Check:
    """Hooks of a check; all of them see honest and dishonest nodes."""

    def booted(self, node: Node) -> None:
        """A process has opened its book."""

    def storing(self, node: Node, changes: Changes) -> None:
        """These changes are about to be durable."""

    def stored(self, node: Node, changes: Changes) -> None:
        """These changes are durable; after a crash this is told once the book is opened."""

    def sending(self, node: Node, peer: str, data: bytes) -> None:
        """These bytes are about to leave."""

    def closing(self, node: Node, peer: str, error: CodedError) -> None:
        """The protocol ends a link."""

    def reported(self, node: Node, news: object) -> None:
        """The exchange reports something."""

    def stepped(self, node: Node) -> None:
        """A step is over and all its effects are carried out."""


class OneBook(Check):
    """One minute and one state root for each height; what is final stays so.

    Refused records have the same code everywhere, and no height goes back. Each carries the
    signatures that made the one before final.
    """

    def __init__(self) -> None:
        self.finals: dict[int, str] = {}
        self._roots: dict[int, str] = {}
        self._attested: set[int] = set()
        self._places: dict[str, bytes] = {}
        self._heights: dict[int, int] = {}

    def booted(self, node: Node) -> None:
        if node.mask is not None:
            return
        height = node.ledger.height
        if height != self._heights.get(node.number, 0):
            raise Broken(f"{node.name} restarts at height {height}")
        for data in node.disk.values("minutes"):
            self._hold(node, Minute.from_bytes(data))

    def storing(self, node: Node, changes: Changes) -> None:
        if node.mask is not None:
            return
        for collection in ("minutes", "finals", "places", "heights"):
            for key, value in changes.get(collection, {}).items():
                held = node.disk.get(collection, key)
                if held is not None and held != value:
                    raise Broken(f"{node.name} rewrites {collection} {key}")

    def stored(self, node: Node, changes: Changes) -> None:
        if node.mask is not None:
            return
        for record, place in changes.get("places", {}).items():
            assert place is not None
            if self._places.setdefault(record, place) != place:
                raise Broken(f"{node.name} has {record[:8]} at {place!r}")
        for data in changes.get("minutes", {}).values():
            assert data is not None
            self._hold(node, Minute.from_bytes(data))
        height = changes.get("meta", {}).get("height")
        if height is not None:
            before = self._heights.get(node.number, 0)
            if int(height) < before:
                raise Broken(f"{node.name} falls from height {before} to {int(height)}")
            self._heights[node.number] = int(height)

    def _hold(self, node: Node, minute: Minute) -> None:
        height, root = minute.header.height, minute.header.state_root
        if self.finals.setdefault(height, minute.id) != minute.id:
            raise Broken(f"{node.name} holds another minute {height}: {minute.id[:8]}")
        if height > 1 and height not in self._attested:
            self._check_inside(node, minute)
        if self._roots.setdefault(height, root) != root:
            raise Broken(f"{node.name} has another state after minute {height}")

    def _check_inside(self, node: Node, minute: Minute) -> None:
        """Check that the certificate inside is one of the minute before, by its witnesses."""
        inside = Certificate.from_bytes(minute.certificate)
        before = minute.header.height - 1
        try:
            inside.check_final(minute.header.prev, before, inside.prev)
            inside.check(node.ledger.coop, node.ledger.roster_at(before))
        except Refused as error:
            raise Broken(f"{node.name} holds a minute {before + 1} with {error} inside") from None
        self._attested.add(minute.header.height)


Answer = tuple[str, int]

_vote = lru_cache(maxsize=1_024)(Vote.from_bytes)


class OneVoice(Check):
    """No honest device ever signs two votes that contradict, and each is durable first.

    All votes that were stored or sent count, across restarts.
    """

    def __init__(self) -> None:
        self._answers: dict[tuple[str, int, int, VoteKind], Answer] = {}
        self.signed = 0

    def stored(self, node: Node, changes: Changes) -> None:
        if node.mask is not None:
            return
        for key, data in changes.get("votes", {}).items():
            if data is not None and "/v/" in key and node.public in key:
                self._hear(Vote.from_bytes(data))

    def sending(self, node: Node, peer: str, data: bytes) -> None:
        if node.mask is not None or data[0] != Kind.VOTES:
            return
        for blob in decode_message(data).blobs:
            vote = _vote(blob)
            if vote.device != node.public:
                continue
            self._hear(vote)
            is_durable = node.disk.get("votes", vote.key()) == blob
            if not is_durable and vote.height > node.disk.height:
                raise Broken(f"{node.name} sends a vote that is not durable: {vote}")

    def _hear(self, vote: Vote) -> None:
        question = (vote.device, vote.height, vote.view)
        answer = (vote.minute, vote.parent)
        earlier = self._answers.get((*question, vote.kind))
        if earlier is None:
            self.signed += 1
            self._answers[*question, vote.kind] = answer
        elif earlier != answer:
            raise Broken(f"an honest device votes twice: {vote}")
        both = {VoteKind.NULLIFY, VoteKind.FINALIZE}
        if all((*question, kind) in self._answers for kind in both):
            raise Broken(f"an honest device nullifies and finalises: {vote}")


class OneChain(Check):
    """No honest device ever signs two records with one seq, and each is durable first.

    Nor is one ever blamed for it. What is minuted of a device has no gaps.
    """

    def __init__(self) -> None:
        self._chains: dict[tuple[str, int], str] = {}
        self._authors: dict[str, Node] = {}

    def stored(self, node: Node, changes: Changes) -> None:
        if node.mask is not None:
            return
        for record, frame in changes.get("records", {}).items():
            if frame is None:
                continue
            header = orjson.loads(frame[2 : 2 + int.from_bytes(frame[:2], "big")])
            author = node.world.node_of(header["device"])
            if author is not None and not author.forked and author.mask is None:
                self._authors[record] = author
                first = self._chains.setdefault((header["device"], header["seq"]), record)
                if first != record:
                    raise Broken(f"{author.name} forks its chain at {header['seq']}")
        chain = changes.get("chain", {})
        for key in chain:
            device, _, seq = key.partition("/")
            before = f"{device}/{height_key(int(seq) - 1)}"
            if int(seq) > 1 and before not in chain and node.disk.get("chain", before) is None:
                raise Broken(f"{node.name} minutes {int(seq)} of {device[:8]} behind a gap")
        for record, place in changes.get("places", {}).items():
            author = self._authors.get(record)
            if author is None or author.forked or place is None:
                continue
            if place.endswith(b"CHN-5"):
                raise Broken(f"{node.name} takes {record[:8]} of {author.name} for a fork")

    def sending(self, node: Node, peer: str, data: bytes) -> None:
        if node.mask is not None or data[0] != Kind.RECORDS:
            return
        for frame in decode_message(data).blobs:
            header = frame[2 : 2 + int.from_bytes(frame[:2], "big")]
            is_mine = orjson.loads(header)["device"] == node.public
            # Whose device is revoked in this very step drops what waits, and signs no more.
            device = node.ledger.final.get(f"device/{node.public}")
            if not is_mine or (device is not None and device["status"] == "revoked"):
                continue
            if node.disk.get("records", sha256(header).hexdigest()) is None:
                raise Broken(f"{node.name} sends a record that is not durable")


class NoQuarrel(Check):
    """Honest nodes never end a link to each other over links that keep the order.

    Where messages are lost or doubled one by one, what is missing may end it, or an answer that
    comes again, yet what came is sound.
    One who is behind may take one who has joined since for a stranger.
    """

    LAWFUL = frozenset({"SYN-6", "SYN-9"})

    def closing(self, node: Node, peer: str, error: CodedError) -> None:
        other = node.world.node_of(peer)
        if other is None or any(n.mask or n.forked or n.left for n in (node, other)):
            return
        joined = other.number >= len(node.ledger.charter.charter.founders)
        lawful = error.code in self.LAWFUL or (joined and error.code == "SYN-5")
        if not node.links[peer].ordered:
            lawful = lawful or error.code.startswith("SYN-") or error.code == "COL-6"
            # The answer to a question without lists of witnesses, come again for one with them.
            lawful = lawful or (error.code == "COL-2" and "roster" in error.fields)
        if not lawful:
            raise Broken(f"{node.name} closes on honest {other.name}: {error}")


class StillSound(Check):
    """No honest node comes to doubt itself, or takes another honest one for a liar."""

    def stepped(self, node: Node) -> None:
        if node.exchange is None or node.mask is not None or node.forked:
            return
        if node.ledger.doubt:
            raise Broken(f"{node.name} doubts: {node.ledger.doubt}")

    def storing(self, node: Node, changes: Changes) -> None:
        for key in changes.get("meta", {}):
            if key.startswith("contradiction/"):
                blamed = node.world.node_of(key.split("/")[-1])
                if blamed is not None and blamed.mask is None:
                    raise Broken(f"{node.name} finds honest {blamed.name} contradictory")


def every_check(book: OneBook, voice: OneVoice) -> list[Check]:
    """Return all checks of one run."""
    return [book, voice, OneChain(), NoQuarrel(), StillSound()]
