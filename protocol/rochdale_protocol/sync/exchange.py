"""One ledger and all its peers: the whole of a node's part in a book, as a pure machine.

It takes events (linked, unlinked, received, act, tick) with the time, and gives effects
in the order in which the driver must carry them out: what is stored is durable before
anything is sent (LED-1).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..core.errors import CodedError, DecodeError, Refused
from ..core.fields import Body
from ..core.records import Verified
from ..minutes.ledger import Announce, Contradiction, Finalised, Fork, Ledger, Now
from ..minutes.shelf import Changes
from .messages import Message, encode_message
from .session import Session

__all__ = ["Close", "Effect", "Exchange", "Rejected", "Report", "Send", "Store", "WakeAt"]


@dataclass(frozen=True, slots=True)
class Store:
    """Make these changes durable, all or none, before any later effect."""

    changes: Changes


@dataclass(frozen=True, slots=True)
class Send:
    """Send these bytes to a peer that is linked."""

    peer: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Close:
    """Cut the link to a peer and say why."""

    peer: str
    error: CodedError


@dataclass(frozen=True, slots=True)
class WakeAt:
    """Call ``tick`` at this monotonic time in ms, unless a later WakeAt says otherwise.

    ``mono`` is 0 where nothing is to be waited for.
    """

    mono: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record was not taken in, here or (my own first one) at the peer."""

    record: str
    code: str


@dataclass(frozen=True, slots=True)
class Report:
    """Something that users may want to know."""

    news: Finalised | Contradiction | Fork | Rejected | Verified


Effect = Store | Send | Close | WakeAt | Report


class Exchange:
    """See the module.

    Args:
        trusted: devices taken for members before the book says so: a newcomer's sponsor.
    """

    def __init__(self, ledger: Ledger, trusted: frozenset[str] = frozenset()) -> None:
        self.ledger = ledger
        self.sessions: dict[str, Session] = {}
        self._trusted = trusted
        self._out: list[Effect] = []
        self._stall: tuple[int, int, bool] | None = None

    def start(self, now: Now) -> list[Effect]:
        """Take up where the journal left off (LED-2)."""
        return self._finish(now)

    def linked(self, peer: str, now: Now) -> list[Effect]:
        """A link is up to a device that has proved its key; an older one is replaced."""
        self._forget(peer)
        session = Session(self.ledger, peer, peer in self._trusted)
        self.sessions[peer] = session
        self._say(session, session.begin())
        return self._finish(now)

    def unlinked(self, peer: str, now: Now) -> list[Effect]:
        """The link to a peer is gone."""
        self._forget(peer)
        return self._finish(now)

    def received(self, peer: str, data: bytes, now: Now) -> list[Effect]:
        """A peer sent a message."""
        return self.received_all([(peer, data)], now)

    def received_all(self, messages: Iterable[tuple[str, bytes]], now: Now) -> list[Effect]:
        """Peers sent messages: one step, hence one commit, for all of them."""
        self.ledger.wall_ms = now.wall
        for peer, data in messages:
            session = self.sessions.get(peer)
            if session is None:
                continue
            try:
                self._say(session, session.receive(data, now.mono))
            except (DecodeError, Refused) as error:
                self._close(session, error)
        return self._finish(now)

    def act(self, body: Body, now: Now) -> tuple[Verified, list[Effect]]:
        """Sign a record of this device; raises Refused or LocalError and keeps nothing."""
        self.ledger.wall_ms = now.wall
        record = self.ledger.author(body)
        return record, self._finish(now)

    def read_file(self, data: Iterable[bytes], now: Now) -> list[Effect]:
        """Take in what another node exported (SYN-10); the file is a peer that only speaks.

        Raises:
            DecodeError, Refused: what the file holds from there on is not taken in.
        """
        self.ledger.wall_ms = now.wall
        session = Session(self.ledger, "", trusted=True)
        for message in data:
            session.receive_file(message)
        return self._finish(now)

    def tick(self, now: Now) -> list[Effect]:
        """Time has passed."""
        for session in list(self.sessions.values()):
            try:
                session.cold.work()
                session.check_stalled(now.mono)
            except (DecodeError, Refused) as error:
                self._close(session, error)
        return self._finish(now)

    def _say(self, session: Session, answers: Iterable[Message]) -> None:
        for message in answers:
            self._out.append(Send(session.peer, encode_message(message)))

    def _forget(self, peer: str) -> None:
        session = self.sessions.pop(peer, None)
        if session is not None:
            session.cold.release()
        self.ledger.lending.end(peer)

    def _close(self, session: Session, error: CodedError) -> None:
        self._forget(session.peer)
        self._out.append(Close(session.peer, error))

    def _finish(self, now: Now) -> list[Effect]:
        self.ledger.linked = bool(self.sessions) or len(self.ledger.roster) == 1
        wake = self.ledger.advance(now)
        news = self.ledger.take_news()
        fresh = [item.what for item in news if isinstance(item, Announce)]
        finals = [item for item in news if isinstance(item, Finalised)]
        lacking = self.ledger.wanted()
        lacks = any(lacking)
        stalled = self.ledger.stall not in (None, self._stall)
        self._stall = self.ledger.stall
        for session in list(self.sessions.values()):
            try:
                if fresh:
                    self._say(session, session.announce(fresh))
                if finals:
                    self._say(session, session.after_final())
                if stalled:
                    self._say(session, session.compare())
                if lacks or session.has_asked:
                    self._say(session, session.want(lacking))
                if self.ledger.height == 0:
                    self._say(session, session.go_on(now.mono))
            except Refused as error:
                self._close(session, error)
        changes = self.ledger.desk.take()
        effects: list[Effect] = [Store(changes)] if changes else []
        effects.extend(self._out)
        self._out = []
        effects.extend(Report(item) for item in news if not isinstance(item, Announce))
        effects.extend(
            Report(item.what)
            for item in news
            if isinstance(item, Announce) and not hasattr(item.what, "to_bytes")
        )
        wakes = [wake]
        for session in self.sessions.values():
            if session.rejected:
                effects.extend(Report(Rejected(*pair)) for pair in session.rejected)
                session.rejected.clear()
            wakes.append(session.owes_until)
            if session.cold.batch is not None:
                wakes.append(max(1, now.mono))
        effects.append(WakeAt(min((mono for mono in wakes if mono), default=0)))
        return effects
