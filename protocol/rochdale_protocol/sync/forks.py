"""Two books of one co-op that went apart: where, and who signed both (SYN-11, SYN-12).

SYN-11 Who holds another final minute at a height that I hold is asked for certificates, at
       half the way back each time, down to the first height at which the books differ. A
       certificate there that doesn't hold good is a lie.
SYN-12 One that does shows a fork. The certificates of both sides convict more than a third
       of that height's witnesses (EVD-4); what they prove is kept, the other side is sent
       mine, asked or not, and the link ends.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..core.errors import DecodeError, Refused
from ..core.limits import ANSWER_MS_MAX
from ..minutes.evidence import contradictions
from ..minutes.ledger import Ledger
from ..minutes.votes import Certificate, Ground
from . import messages
from .messages import Kind, Message

__all__ = ["ForkSearch", "grounds_of"]


class ForkSearch:
    """What one session has asked of a peer whose book differs from mine."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._same = 0
        self._other = 0
        self._asked = 0
        self._asked_at = 0

    @property
    def is_on(self) -> bool:
        """Whether a fork is being looked for: what else the peer says of minutes is dropped."""
        return bool(self._asked)

    @property
    def owes_until(self) -> int:
        """The ``mono`` from which on the peer stalls, 0 where no answer is awaited."""
        return self._asked_at + ANSWER_MS_MAX + 1 if self._asked else 0

    def differs(self, height: int, minute: str) -> bool:
        """Say whether a peer's final minute contradicts mine of that height."""
        if not 0 < height <= self._ledger.height:
            return False
        return self._ledger.desk["heights"].get(minute) != str(height).encode()

    def begin(self, height: int, mono: int) -> Iterator[Message]:
        """Look for the first difference, at most at ``height``, which differs."""
        if not self._asked:
            self._same, self._other = 0, height
            yield self._question(mono)

    def _question(self, mono: int) -> Message:
        is_last = self._other == self._same + 1
        self._asked = self._other if is_last else (self._same + self._other) // 2
        self._asked_at = mono
        return Message(Kind.WANT_GROUNDS, messages.WantGrounds(height=self._asked, whole=is_last))

    def on_grounds(self, message: Message, mono: int) -> Iterator[Message]:
        """Take in an answer.

        Raises:
            Refused: SYN-3 it was not asked for and is empty; SYN-11 it proves nothing; SYN-12
                the books have gone apart, which the peer is shown as well.
        """
        head = message.head
        assert isinstance(head, messages.Grounds)
        height, is_asked = head.height, head.height == self._asked
        if not is_asked and not message.blobs:
            raise Refused("SYN-3", kind="GROUNDS")
        repeats = len(set(message.blobs)) < len(message.blobs)
        if not 0 < height <= self._ledger.height or not message.blobs or repeats:
            raise Refused("SYN-11", height=height)
        try:
            theirs = [Certificate.from_bytes(blob) for blob in message.blobs]
        except DecodeError as error:
            raise Refused("SYN-11", height=height, why=error.code) from None
        if not is_asked or height == self._other == self._same + 1:
            self._convict(height, theirs)
            yield grounds_of(self._ledger, messages.WantGrounds(height=height, whole=True))
            raise Refused("SYN-12", height=height, minute=theirs[0].minute)
        if self.differs(height, theirs[0].minute):
            self._other = height
        else:
            self._same = height
        yield self._question(mono)

    def _convict(self, height: int, theirs: list[Certificate]) -> None:
        ledger = self._ledger
        before, mine = ledger.minute(height - 1), ledger.minute(height)
        assert before is not None
        assert mine is not None
        if theirs[0].minute == mine.id:
            raise Refused("SYN-11", height=height)
        ground = Ground(ledger.coop, height, before.id, ledger.roster_at(height))
        try:
            theirs[0].check_final(theirs[0].minute, height, before.id)
            for one in theirs:
                if (one.height, one.prev) != (height, before.id):
                    raise Refused("CRT-5", height=one.height)
                one.check(ledger.coop, ground.roster)
        except Refused as error:
            raise Refused("SYN-11", height=height, why=error.code) from None
        ours = [Certificate.from_bytes(data) for data in ledger.certificates(height)]
        pairs = list(contradictions(ours, theirs, ground.roster))
        ledger.keep_fork(theirs[0], ground, pairs)


def grounds_of(ledger: Ledger, asked: messages.WantGrounds) -> Message:
    """Return the certificates of a height: the final one, and if ``whole`` those before it."""
    blobs = ledger.certificates(asked.height) if asked.height <= ledger.height else []
    blobs = blobs if asked.whole else blobs[:1]
    return Message(Kind.GROUNDS, messages.Grounds(height=asked.height), tuple(blobs))
