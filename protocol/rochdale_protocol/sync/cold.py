"""Fetching a newcomer's book from one peer: minutes to check, then the state (COL-10 to COL-14).

COL-10 One peer at a time is asked. When it is cut off or gone, the next one goes on.
COL-11 Of minutes, the next batch is asked for before this one is looked into.
COL-12 When all minutes of the peer are held, its state of that height is asked for.
COL-13 The state comes in the order of keys, each batch behind the last.
COL-14 A peer that no longer has the state of that height says so: what came of it is
       dropped, the minutes since are fetched, then the later state.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ..core.errors import DecodeError, Refused
from ..core.limits import ANSWER_MS_MAX, BATCH_SIZE, STATE_KEY_MAX, STATE_SIZE_MAX
from ..minutes.ledger import Ledger
from . import messages
from .messages import Kind, Message
from .serving import check_full

__all__ = ["ColdSync", "state_from"]


class ColdSync:
    """What one session has asked of its peer for a newcomer's book, and what came.

    Attributes:
        batch: minutes that came and were not looked into yet.
        height: up to which minutes came, looked into or not.
    """

    def __init__(self, ledger: Ledger, peer: str) -> None:
        self._ledger = ledger
        self._peer = peer
        self._start = 0
        self._wants_state = False
        self._asked_at = 0
        self._after = ""
        self._size = 0
        self._state: dict[str, bytes] = {}
        self.batch: Message | None = None

    @property
    def is_owed(self) -> bool:
        """Whether an answer is awaited."""
        return bool(self._start) or self._wants_state

    @property
    def owes_until(self) -> int:
        """The ``mono`` from which on the peer stalls, 0 where no answer is awaited."""
        return self._asked_at + ANSWER_MS_MAX + 1 if self.is_owed else 0

    @property
    def progress(self) -> tuple[int, str]:
        """What changes with every answer that brings something."""
        return self._start, self._after

    def release(self) -> None:
        """Let another peer go on; what was not looked into is lost."""
        if self._ledger.cold_source == self._peer:
            self._ledger.cold_source = ""

    def ask(self, height: int, mono: int) -> Iterator[Message]:
        """Ask a peer of that height for what comes next, unless another one is being asked."""
        cold = self._ledger.cold
        held = 0 if cold is None else cold.height
        if self.is_owed or self.batch is not None or height < held:
            return
        if self._ledger.cold_source not in ("", self._peer):
            return
        self._ledger.cold_source = self._peer
        yield self._question(held, height, mono)

    def _question(self, held: int, height: int, mono: int) -> Message:
        self._asked_at = mono
        if held < height:
            self._start = held + 1
            return Message(Kind.WANT_MINUTES, messages.WantMinutes(start=self._start, rosters=True))
        if not self._wants_state:
            self._state, self._after, self._size = {}, "", 0
        self._wants_state = True
        return Message(Kind.WANT_STATE, messages.WantState(height=held, after=self._after))

    def on_minutes(self, message: Message, mono: int) -> Iterator[Message]:
        """Keep a batch for ``work`` and ask for the next one (COL-11)."""
        head = message.head
        assert isinstance(head, messages.Minutes)
        if not self._start or head.start != self._start:
            raise Refused("SYN-3", start=head.start)
        if sum(head.records) + 2 * len(head.records) + len(head.rosters) != len(message.blobs):
            raise DecodeError("SYN-1", blobs=len(message.blobs))
        if not head.records:
            raise Refused("SYN-7", delivered=head.start - 1)
        self._start = 0
        self.work()
        if not self._ledger.may_go_cold(head.tip):
            self.release()
            return
        self.batch = message
        height = head.start + len(head.records) - 1
        yield self._question(height, max(height, head.tip), mono)

    def work(self) -> None:
        """Look into the minutes that came last; raises what ``ColdBook.add`` does."""
        message, self.batch = self.batch, None
        if message is None:
            return
        head = message.head
        assert isinstance(head, messages.Minutes)
        if not self._ledger.may_go_cold(head.tip):
            return  # meanwhile a minute was carried out, or came in a file
        blobs = message.blobs
        listed = len(blobs) - len(head.rosters)
        rosters = dict(zip(head.rosters, blobs[listed:], strict=True))
        at = 0
        for count in head.records:
            self._ledger.add_cold(blobs[at : at + 2 + count], rosters)
            at += 2 + count
        check_full(message)

    def on_state(self, message: Message, mono: int) -> Iterator[Message]:
        """Take in a part of the state and ask for the next, or take over all of it.

        Raises:
            Refused: SYN-3 it was not asked for, SYN-7 the peer never had that height, COL-6.
        """
        head = message.head
        assert isinstance(head, messages.State)
        if not self._wants_state:
            raise Refused("SYN-3", kind="STATE")
        self.work()
        cold = self._ledger.cold
        if cold is None or head.height == 0:
            self._wants_state = False
            self._ledger.stop_cold()
            self.release()
        elif head.height != cold.height:
            self._wants_state = False
            self._ledger.fail_cold()
            if message.blobs:
                raise Refused("SYN-3", kind="STATE", height=head.height)
            if head.height < cold.height:
                raise Refused("SYN-7", claimed=cold.height, delivered=head.height)
            if self._ledger.cold is not None:
                yield self._question(cold.height, head.height, mono)
        else:
            self._take_in(message.blobs, more=head.more)
            if head.more:
                yield self._question(cold.height, cold.height, mono)
            else:
                self._wants_state = False
                state, self._state = self._state, {}
                self._ledger.finish_cold(state)
                self.release()

    def _take_in(self, blobs: tuple[bytes, ...], *, more: bool) -> None:
        keys = [self._after, *(key.decode("ascii", "replace") for key in blobs[::2])]
        if len(blobs) % 2 or (more and not blobs) or _are_unordered(keys):
            raise Refused("SYN-3", kind="STATE", after=self._after, blobs=len(blobs))
        self._state.update(zip(keys[1:], blobs[1::2], strict=True))
        self._after = keys[-1]
        self._size += sum(map(len, blobs))
        if self._size > STATE_SIZE_MAX:
            self._ledger.stop_cold()
            raise Refused("COL-7", size_max=STATE_SIZE_MAX)


def _are_unordered(keys: list[str]) -> bool:
    return len(keys[-1]) > STATE_KEY_MAX or any(a >= b for a, b in pairwise(keys))


def state_from(ledger: Ledger, peer: str, head: messages.WantState) -> Message:
    """Return the part of the state after a height that is behind a key (COL-12 to COL-14)."""
    state = ledger.lending.lend(peer, head.height, ledger.height)
    if state is None:
        return Message(Kind.STATE, messages.State(height=ledger.height, more=False))
    blobs: list[bytes] = []
    size = 0
    for key, value in state.scan("", head.after):
        if size > BATCH_SIZE:
            return Message(Kind.STATE, messages.State(height=head.height, more=True), tuple(blobs))
        blobs += (key.encode(), value)
        size += len(key) + len(value)
    ledger.lending.end(peer)
    return Message(Kind.STATE, messages.State(height=head.height, more=False), tuple(blobs))
