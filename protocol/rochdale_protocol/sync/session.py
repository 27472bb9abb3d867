"""One peer, as this node sees it (SYN-2 to SYN-9 of ``specs/10-sync.md``).

SYN-2  On meeting, and again where a height stalls, each says a digest of all it holds.
       Equal: done. Else summaries, and each sends what the other lacks: minutes on request,
       then records, then votes.
SYN-3  What was not asked for (minutes, more records) ends the link.
SYN-4  Minutes come in order, without gaps, and with their own records.
SYN-5  A stranger may knock, and send the first record of its own device. Who takes me for
       a member may have joined after my last minute: I ask it for the minutes since,
       which prove themselves, and tell it nothing else.
SYN-6  Who is no longer a member is cut off, and may ask how it came to leave.
SYN-7  A peer that claims a height and does not deliver it lies.
SYN-8  A peer whose messages bring nothing new, again and again, floods.
SYN-9  A peer that owes an answer for too long stalls.

SYN-11, SYN-12: books that have gone apart, see ``forks``.
SYN-10 The same messages in a file carry a book between machines that never meet.

A session decides what to say; it reads the ledger and hands to it what it receives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..core.errors import DecodeError, Refused
from ..core.hashes import Tag, digest
from ..core.limits import (
    ANSWER_MS_MAX,
    BATCH_SIZE,
    KNOWN_MAX,
    QUEUE_MAX,
    SHORT_ID,
    SUMMARY_IDS_MAX,
    USELESS_MAX,
    USELESS_SIZE,
)
from ..core.records import Record, Verified, decode_record, pack_record, verify_record
from ..minutes.ledger import Ledger
from ..minutes.minute import Minute
from ..minutes.votes import Vote
from . import messages
from .cold import ColdSync, state_from
from .forks import ForkSearch, grounds_of
from .messages import Kind, Message
from .serving import check_full, minutes_from
from .welcome import answer_knock, try_opener

__all__ = ["Session", "book_digest"]


def book_digest(ledger: Ledger) -> str:
    """Return the digest of all that a book holds (SYN-2)."""
    votes = sorted(vote.short for vote in ledger.machine.votes())
    listed = "\n".join((ledger.coop, ledger.tip.id, *ledger.pool.ids(), "", *votes))
    return digest(Tag.SYNC, listed.encode()).hex()


@dataclass
class Session:
    """See the module.

    Args:
        peer: the device at the other end, which has proved its key.
        trusted: the peer is known to be a member though my book is too short to say so.
    """

    ledger: Ledger
    peer: str
    trusted: bool
    height: int = -1
    useless: int = 0
    rejected: list[tuple[str, str]] = field(default_factory=list)
    _asked_summary: bool = False
    _asked_minutes: int = 0
    _asked_at: int = 0
    _known: set[str] = field(default_factory=set)
    _queue: list[str] = field(default_factory=list)
    _awaiting_more: bool = False
    _member: bool = False
    _wanted: frozenset[str] = frozenset()
    cold: ColdSync = field(init=False)
    forks: ForkSearch = field(init=False)

    def __post_init__(self) -> None:
        self.cold = ColdSync(self.ledger, self.peer)
        self.forks = ForkSearch(self.ledger)

    # What this side begins ----------------------------------------------------------

    def begin(self) -> Iterator[Message]:
        """Yield what to say first."""
        self._member = self._is_member()
        if self._member:
            yield from self.compare()
            if not self.ledger.is_member(self.ledger.mine):
                yield from self.offer(self.ledger.pool.of_device(self.ledger.mine))

    def compare(self) -> Iterator[Message]:
        """Yield a digest of all that is held: on meeting, and where a height stalls (SYN-2)."""
        if self._member:
            yield Message(Kind.STATUS, messages.Status(digest=book_digest(self.ledger)))

    def after_final(self) -> Iterator[Message]:
        """Yield what a new final minute makes due; raises Refused SYN-6."""
        was, self._member = self._member, self._is_member()
        if was and not self._member:
            raise Refused("SYN-6")
        if self._member and not was:
            yield from self.compare()
        elif self._member and self.height < self.ledger.height:
            yield Message(
                Kind.TIP, messages.Tip(height=self.ledger.height, minute=self.ledger.tip.id)
            )

    def _is_member(self) -> bool:
        entry = self.ledger.final.get(f"device/{self.peer}")
        unknown = entry is None or entry["status"] == "applying"
        return self.trusted if unknown else self.ledger.is_member(self.peer)

    def announce(self, news: Iterable[Verified | Vote | Minute]) -> Iterator[Message]:
        """Yield what the peer lacks of what is new here, in as few messages as may be."""
        if not self._member:
            return
        votes, contents, records = [], [], []
        height = self.ledger.height + 1
        for item in news:
            if isinstance(item, Vote):
                if item.height == height and self._learn(item.short):
                    votes.append(item.to_bytes())
            elif isinstance(item, Minute):
                if item.header.height == height and self._learn(item.id):
                    contents.append(item.to_bytes())
            else:
                records.append(item)
        yield from self.offer(records)
        yield from _batches(Kind.CONTENTS, contents)
        yield from _batches(Kind.VOTES, votes)

    def offer(self, records: Iterable[Verified]) -> Iterator[Message]:
        """Yield records that the peer lacks; the rest wait for its MORE_RECORDS."""
        self._queue.extend(
            record.id for record in records if record.id[:SHORT_ID] not in self._known
        )
        if len(self._queue) > QUEUE_MAX:
            raise Refused("SYN-9", queued=len(self._queue))
        if not self._awaiting_more:
            yield from self._next_batch()

    def _next_batch(self) -> Iterator[Message]:
        frames: list[bytes] = []
        size = taken = 0
        for record in self._queue:
            if size > BATCH_SIZE:
                break
            taken += 1
            held = self.ledger.record(record)
            if held is not None and self._learn(record[:SHORT_ID]):
                frame = pack_record(held)
                frames.append(frame)
                size += len(frame)
        del self._queue[:taken]
        self._awaiting_more = bool(self._queue)
        if frames:
            yield Message(Kind.RECORDS, messages.Records(more=self._awaiting_more), tuple(frames))

    def _learn(self, name: str) -> bool:
        if name in self._known:
            return False
        if len(self._known) >= KNOWN_MAX:
            self._known.clear()
        self._known.add(name)
        return True

    @property
    def has_asked(self) -> bool:
        """Whether the peer was asked for something that this height needs."""
        return bool(self._wanted)

    def want(self, lacking: tuple[list[str], list[str]]) -> Iterator[Message]:
        """Yield questions for what this height lacks, once for each lack.

        Args:
            lacking: ids of minutes, and of records, that this book needs.
        """
        if not self._member or self.height != self.ledger.height:
            return
        contents, records = (
            [name for name in names if name not in self._wanted][:most]
            for names, most in zip(lacking, (100, 1_000), strict=True)
        )
        still = self._wanted.intersection((*lacking[0], *lacking[1]))
        self._wanted = still.union(contents, records)
        if contents:
            yield Message(Kind.WANT_CONTENTS, messages.WantContents(minutes=contents))
        if records:
            yield Message(Kind.WANT_RECORDS, messages.WantRecords(records=records))

    # What comes in ------------------------------------------------------------------

    def receive(self, data: bytes, mono: int) -> Iterator[Message]:
        """Take in a message and yield the answers.

        Raises:
            DecodeError, Refused: the link is to be closed with this code.
        """
        message = messages.decode_message(data)
        if not self._member and not self._is_member():
            yield from self._receive_stranger(message, mono)
            return
        held = self._progress()
        yield from getattr(self, f"_on_{message.kind.name.lower()}")(message, mono)
        # By size as well, for a large message takes longer; what I asked of several peers is due.
        cost = 1 if message.kind is Kind.MINUTES else 1 + len(data) // USELESS_SIZE
        self.useless = 0 if self._progress() != held else self.useless + cost
        if self.useless > USELESS_MAX:
            raise Refused("SYN-8", useless_max=USELESS_MAX)

    def _progress(self) -> tuple[object, ...]:
        return len(self.ledger.news), self.ledger.height, self.height, self.cold.progress

    def receive_file(self, data: bytes) -> None:
        """Take in one message of an exported file, which answers no question (SYN-10)."""
        message = messages.decode_message(data)
        if isinstance(message.head, messages.Minutes):
            self._take_minutes(message)
        elif message.kind in (Kind.RECORDS, Kind.CONTENTS, Kind.VOTES):
            list(getattr(self, f"_on_{message.kind.name.lower()}")(message, 0))
        elif message.kind is not Kind.CHARTER:
            raise DecodeError("SYN-10", kind=message.kind.name)

    def _receive_stranger(self, message: Message, mono: int) -> Iterator[Message]:
        asked = message.kind in (Kind.MINUTES, Kind.STATE)
        self.useless += not asked
        if self.useless > USELESS_MAX // 10:
            raise Refused("SYN-8", useless_max=USELESS_MAX // 10)
        if message.kind is Kind.KNOCK:
            yield answer_knock(self.ledger, self.peer, message)
        elif message.kind is Kind.RECORDS:
            yield from try_opener(self.ledger, self.peer, message)
        elif message.kind in (Kind.STATUS, Kind.SUMMARY, Kind.TIP):
            yield from self._ask_stranger(mono)
        elif message.kind is Kind.WANT_MINUTES:
            yield self._farewell(message)
        elif message.kind is Kind.WANT_STATE and self.ledger.left_at(self.peer):
            yield Message(Kind.STATE, messages.State(height=0, more=False))
        elif message.kind is Kind.MINUTES:
            yield from self._on_minutes(message, mono)
        elif message.kind is Kind.STATE:
            yield from self._on_state(message, mono)
        else:
            raise Refused("SYN-5", kind=message.kind.name)

    def _farewell(self, message: Message) -> Message:
        """Return the minutes up to the one with which the peer left (SYN-6)."""
        head = message.head
        assert isinstance(head, messages.WantMinutes)
        left = self.ledger.left_at(self.peer)
        if not left or head.start > left + 1:
            raise Refused("SYN-5", kind=message.kind.name)
        return minutes_from(self.ledger, head.start, last=left, rosters=head.rosters)

    def _on_status(self, message: Message, mono: int) -> Iterator[Message]:
        assert isinstance(message.head, messages.Status)
        if message.head.digest == book_digest(self.ledger):
            self.height = self.ledger.height
            self._known.update(name[:SHORT_ID] for name in self.ledger.pool.ids())
            self._known.update(vote.short for vote in self.ledger.machine.votes())
        else:
            yield from self._summarise()

    def _summarise(self, *, asks: bool = True) -> Iterator[Message]:
        self._asked_summary = self._asked_summary or asks
        contents = [m.id for m in self.ledger.contents]
        votes = list(self.ledger.machine.votes())
        yield Message(
            Kind.SUMMARY,
            messages.Summary(
                asks=asks,
                height=self.ledger.height,
                minute=self.ledger.tip.id,
                pool=[name[:SHORT_ID] for name in self.ledger.pool.ids()[:SUMMARY_IDS_MAX]],
                votes=[vote.short for vote in votes[:SUMMARY_IDS_MAX]],
                contents=contents[:1_000],
            ),
        )

    def _on_summary(self, message: Message, mono: int) -> Iterator[Message]:
        head = message.head
        assert isinstance(head, messages.Summary)
        if head.asks and not self._asked_summary:
            yield from self._summarise(asks=False)
        self._asked_summary = False  # two questions that cross answer each other
        if self.forks.differs(head.height, head.minute):
            yield from self.forks.begin(head.height, mono)
            return
        self.height = head.height
        # Votes that came too early for its height are gone there: send them again.
        self._known = {*head.pool, *head.votes, *head.contents}
        self._queue.clear()
        yield from self.offer(self.ledger.pool)
        if head.height > self.ledger.height:
            yield from self._ask_minutes(mono)
        elif head.height == self.ledger.height:
            yield from self.announce((*self.ledger.contents, *self.ledger.machine.votes()))

    def _on_tip(self, message: Message, mono: int) -> Iterator[Message]:
        assert isinstance(message.head, messages.Tip)
        if self.forks.differs(message.head.height, message.head.minute):
            yield from self.forks.begin(message.head.height, mono)
            return
        self.height = max(self.height, message.head.height)
        if self.height > self.ledger.height:
            yield from self._ask_minutes(mono)

    def _ask_minutes(self, mono: int) -> Iterator[Message]:
        if self._asked_minutes or self.cold.is_owed or self.ledger.left_at(self.ledger.mine):
            return
        if self.ledger.may_go_cold(self.height):
            yield from self.cold.ask(self.height, mono)
            return
        yield self._want_minutes(mono)

    def _ask_stranger(self, mono: int) -> Iterator[Message]:
        """Ask one whose height is not known, or is past: its answer says how far it is."""
        cold = self.ledger.cold
        if cold is None or self.height >= cold.height:
            yield from self._ask_minutes(mono)
        elif not self._asked_minutes and not self.cold.is_owed:
            yield self._want_minutes(mono)

    def _want_minutes(self, mono: int) -> Message:
        self._asked_minutes = self.ledger.height + 1
        self._asked_at = mono
        return Message(Kind.WANT_MINUTES, messages.WantMinutes(start=self._asked_minutes))

    def _on_want_minutes(self, message: Message, mono: int) -> Iterator[Message]:
        assert isinstance(message.head, messages.WantMinutes)
        yield minutes_from(self.ledger, message.head.start, rosters=message.head.rosters)
        if not self.ledger.is_member(self.ledger.mine):
            return  # the sponsor of an applicant asks too: it must not be asked in return
        self.height = max(self.height, message.head.start - 1)
        if self.height > self.ledger.height:
            yield from self._ask_minutes(mono)

    def _on_want_state(self, message: Message, mono: int) -> Iterator[Message]:
        assert isinstance(message.head, messages.WantState)
        yield state_from(self.ledger, self.peer, message.head)

    def _on_want_grounds(self, message: Message, mono: int) -> Iterator[Message]:
        assert isinstance(message.head, messages.WantGrounds)
        yield grounds_of(self.ledger, message.head)

    def _on_grounds(self, message: Message, mono: int) -> Iterator[Message]:
        yield from self.forks.on_grounds(message, mono)

    def all_pending(self) -> Iterator[Message]:
        """Yield everything of the height under way, for a file."""
        self._member = True
        yield from self.offer(self.ledger.pool)
        while self._awaiting_more:
            yield from self._next_batch()
        yield from self.announce((*self.ledger.contents, *self.ledger.machine.votes()))

    def _on_minutes(self, message: Message, mono: int) -> Iterator[Message]:
        head = message.head
        assert isinstance(head, messages.Minutes)
        if head.tip < self.height:
            self.ledger.stop_cold()  # no state is given of where they end (SYN-6)
        # With minutes comes how far they go, which is less for who has left.
        self.height = head.tip if head.records else max(self.height, head.tip)
        if self.cold.is_owed:
            yield from self.cold.on_minutes(message, mono)
            yield from self._after_cold(mono)
            return
        if not self._asked_minutes or head.start != self._asked_minutes:
            raise Refused("SYN-3", start=head.start)
        self._asked_minutes = 0
        if self.ledger.may_go_cold(head.tip):
            yield from self._ask_minutes(mono)
            return
        if self._is_of_another_book(message):
            yield from self.forks.begin(self.ledger.height, mono)
            return
        self._take_minutes(message)
        yield from self._after_minutes(mono)

    def _is_of_another_book(self, message: Message) -> bool:
        """Say whether minutes that follow mine stand on another one than my last (SYN-11)."""
        head = message.head
        assert isinstance(head, messages.Minutes)
        height = self.ledger.height
        if not head.records or not message.blobs or height == 0:
            return False
        first = Minute.from_bytes(message.blobs[0]).header
        return first.height == height + 1 and first.prev != self.ledger.tip.id

    def _on_state(self, message: Message, mono: int) -> Iterator[Message]:
        yield from self.cold.on_state(message, mono)
        yield from self._after_cold(mono)

    def _after_cold(self, mono: int) -> Iterator[Message]:
        if not self.cold.is_owed:
            yield from self._after_minutes(mono)

    def _after_minutes(self, mono: int) -> Iterator[Message]:
        self.height = max(self.height, self.ledger.height)
        if self.ledger.height < self.height:
            yield from self._ask_minutes(mono)
        elif self._member:
            yield from self._summarise()

    def go_on(self, mono: int) -> Iterator[Message]:
        """Yield what is due where another peer was asked for a newcomer's book (COL-10)."""
        if self.ledger.height == 0 < self.height:
            yield from self._ask_minutes(mono)

    def _take_minutes(self, message: Message) -> None:
        head = message.head
        assert isinstance(head, messages.Minutes)
        if sum(head.records) + 2 * len(head.records) != len(message.blobs):
            raise DecodeError("SYN-1", blobs=len(message.blobs))
        if not head.records and self.ledger.height < self.height:
            raise Refused("SYN-7", claimed=self.height, delivered=self.ledger.height)
        at = 0
        for offset, count in enumerate(head.records):
            pieces = message.blobs[at : at + 2 + count]
            at += 2 + count
            if head.start + offset > self.ledger.height:
                self._adopt(pieces)
        check_full(message)

    def _adopt(self, pieces: tuple[bytes, ...]) -> None:
        minute = Minute.from_bytes(pieces[0])
        if minute.header.height != self.ledger.height + 1:
            raise Refused("SYN-4", height=minute.header.height)
        records = [decode_record(frame) for frame in pieces[2:]]
        listed = [record for record, _ in minute.records]
        if [record.id for record in records] != listed:
            raise Refused("SYN-4", height=minute.header.height, why="records")
        self.ledger.adopt_final(minute, pieces[1], [Verified(record) for record in records])

    def _on_records(self, message: Message, mono: int) -> Iterator[Message]:
        assert isinstance(message.head, messages.Records)
        for frame in message.blobs:
            record = decode_record(frame)
            self._learn(record.id[:SHORT_ID])
            if self.ledger.is_spoilt(record.id):
                self._mend(record)
                continue
            if self.ledger.holds(record.id):
                continue
            verified = verify_record(record, self.ledger.coop)
            try:
                self.ledger.add_record(verified)
            except Refused as error:
                self.rejected.append((record.id, error.code))
        if message.head.more:
            yield Message(Kind.MORE_RECORDS, messages.Empty())

    def _mend(self, record: Record) -> None:
        """Take in what was asked for anew; who has a bad copy too may not know (LED-11)."""
        try:
            self.ledger.mend(verify_record(record, self.ledger.coop))
        except Refused:
            return

    def _on_more_records(self, message: Message, mono: int) -> Iterator[Message]:
        if not self._awaiting_more:
            raise Refused("SYN-3", kind="MORE_RECORDS")
        yield from self._next_batch()

    def _on_want_records(self, message: Message, mono: int) -> Iterator[Message]:
        assert isinstance(message.head, messages.WantRecords)
        self._known.difference_update(name[:SHORT_ID] for name in message.head.records)
        asked = [name for name in message.head.records if not self.ledger.is_spoilt(name)]
        held = [self.ledger.record(name) for name in asked]
        yield from self.offer(each for each in held if each is not None and self._is_sound(each))

    def _is_sound(self, record: Verified) -> bool:
        """Say whether a record's signature is right, which no final minute's says (LED-11)."""
        if record.id in self.ledger.pool:
            return True
        try:
            verify_record(record, self.ledger.coop)
        except Refused:
            return False
        return True

    def _on_votes(self, message: Message, mono: int) -> Iterator[Message]:
        skipped = []
        for blob in () if self.forks.is_on else message.blobs:
            vote = Vote.from_bytes(blob)
            self._learn(vote.short)
            self.height = max(self.height, vote.height - 1)
            if vote.height > self.ledger.height + 1:
                yield from self._ask_minutes(mono)
            elif vote.height == self.ledger.height + 1 and not self.ledger.add_vote(vote):
                skipped.append(vote)
        for vote in skipped:  # who backs a liar's fourth answer may have come behind it (SIM-9)
            self.ledger.add_vote(vote)

    def _on_contents(self, message: Message, mono: int) -> Iterator[Message]:
        for blob in message.blobs:
            minute = Minute.from_bytes(blob)
            self._learn(minute.id)
            self.ledger.add_minute(minute)
        return iter(())

    def _on_want_contents(self, message: Message, mono: int) -> Iterator[Message]:
        assert isinstance(message.head, messages.WantContents)
        held = [self.ledger.contents.get(name) for name in dict.fromkeys(message.head.minutes)]
        yield from _batches(Kind.CONTENTS, [m.to_bytes() for m in held if m is not None])

    def _on_knock(self, message: Message, mono: int) -> Iterator[Message]:
        yield answer_knock(self.ledger, self.peer, message)

    def _on_charter(self, message: Message, mono: int) -> Iterator[Message]:
        raise Refused("SYN-3", kind="CHARTER")

    def _on_refusal(self, message: Message, mono: int) -> Iterator[Message]:
        assert isinstance(message.head, messages.Refusal)
        # Only who isn't in the book yet is refused at the door; what others are told is a lie.
        mine = {record.id for record in self.ledger.pool.of_device(self.ledger.mine)}
        if message.head.record in mine and not self.ledger.is_member(self.ledger.mine):
            self.rejected.append((message.head.record, message.head.code))
        return iter(())

    @property
    def owes_until(self) -> int:
        """The ``mono`` from which on the peer stalls, 0 where no answer is awaited."""
        if self._asked_minutes:
            return self._asked_at + ANSWER_MS_MAX + 1
        return self.cold.owes_until or self.forks.owes_until

    def check_stalled(self, mono: int) -> None:
        """Raise Refused SYN-9 if the peer owes minutes for too long."""
        if self.owes_until and mono >= self.owes_until:
            raise Refused("SYN-9", height=self._asked_minutes)


def _batches(kind: Kind, blobs: list[bytes]) -> Iterator[Message]:
    """Yield messages of about BATCH_SIZE that carry the blobs."""
    batch: list[bytes] = []
    size = 0
    for blob in blobs:
        batch.append(blob)
        size += len(blob)
        if size > BATCH_SIZE:
            yield Message(kind, messages.Empty(), tuple(batch))
            batch, size = [], 0
    if batch:
        yield Message(kind, messages.Empty(), tuple(batch))
