"""The next page of the book: drawing a minute up, and judging one (MIN-12 to MIN-19).

MIN-12  It stands at the height after the last final minute, on that minute.
MIN-13  Its time is after that minute's.
MIN-14  A witness of its height proposed it.
MIN-15  Each record may stand where it is listed (EXE-3).
MIN-16  Each record has the code that carrying it out gives.
MIN-17  There is something to do in it: a record, or a deadline that its time makes due.
MIN-18  Its roots and its roster are those that carrying it out gives.
MIN-19  Its records with their bodies are not larger than one message may carry.
"""

from __future__ import annotations

from functools import cached_property

from ..core.errors import Refused
from ..core.limits import MINUTE_BYTES_MAX
from ..core.records import Verified
from ..core.ruleset import PROTOCOL_VERSION
from . import merkle
from .execute import Carried, Session, Unlistable
from .minute import Minute, MinuteHeader, certificate_hash
from .pool import Pool
from .roster import Roster
from .shelf import Desk, height_key
from .votes import Certificate

__all__ = ["Page"]


class Page:
    """What the minute after ``tip`` stands on.

    Args:
        desk: the book as it stands, with what is to be written next.
        roster: the witnesses of the new height; ``roster_before`` those of the tip's.
    """

    def __init__(
        self, desk: Desk, coop: str, tip: Minute, roster: Roster, roster_before: Roster
    ) -> None:
        self._desk = desk
        self._coop = coop
        self._tip = tip
        self._roster = roster
        self._roster_before = roster_before

    def session(self, time: int, inside: bytes | None = None) -> Session:
        """Begin carrying out a minute of that time, at the earliest the tip's and one more.

        Args:
            inside: its certificate, which was checked; None for the one that is held.
        """
        desk, tip = self._desk, self._tip.header
        is_held = inside is None or inside == self._certificate
        return Session(
            desk["state"],
            desk["heights"],
            desk["chain"],
            tip.height + 1,
            max(time, tip.time + 1),
            attested=self._held_attested if is_held else self._attested(inside or b""),
            last_time=tip.time,
            prev=self._tip.id,
        )

    @cached_property
    def _certificate(self) -> bytes:
        """What made the tip final as this book holds it, b"" of the charter's minute."""
        return self._desk["finals"].get(height_key(self._tip.header.height)) or b""

    @cached_property
    def _held_attested(self) -> list[tuple[str, str]]:
        return self._attested(self._certificate)

    def _attested(self, inside: bytes) -> list[tuple[str, str]]:
        """Return the members, with their devices, that signed a certificate of the tip."""
        places = Certificate.from_bytes(inside).signers if inside else ()
        witnesses = (self._roster_before.witnesses[place] for place in places)
        return [(witness.member, witness.device) for witness in witnesses]

    def draw_up(self, pool: Pool, proposer: str, wall: int) -> Minute | None:
        tip = self._tip.header
        time = max(tip.time + 1, wall)
        session = self.session(time)
        pool.fill(session)
        if not session.records and not session.closed:
            return None
        carried = session.finish(self._desk["tree"], self._roster)
        certificate = self._certificate
        header = MinuteHeader(
            v=PROTOCOL_VERSION,
            coop=self._coop,
            height=tip.height + 1,
            prev=self._tip.id,
            time=time,
            proposer=proposer,
            records_root=merkle.records_root(carried.records),
            count=len(carried.records),
            state_root=carried.state_root,
            roster_hash=carried.roster.hash,
            history_root=merkle.history_root(self._desk["history"], tip.height + 1),
            certificate_hash=certificate_hash(certificate),
        )
        return Minute.make(header, carried.records, certificate)

    def check_place(self, minute: Minute) -> None:
        """Raise Refused MIN-12 to MIN-14 or CRT-n unless a minute may stand here."""
        header = minute.header
        tip = self._tip.header
        if (header.coop, header.height, header.prev) != (
            self._coop,
            tip.height + 1,
            self._tip.id,
        ):
            raise Refused("MIN-12", height=header.height)
        if header.time <= tip.time:
            raise Refused("MIN-13", time=header.time)
        if header.proposer not in self._roster.places:
            raise Refused("MIN-14", proposer=header.proposer)
        self._check_inside(minute.certificate)

    def check(self, minute: Minute, records: list[Verified]) -> Carried:
        """Carry a minute out; raises Refused MIN-12 to MIN-19 or CRT-n if it isn't valid."""
        self.check_place(minute)
        header = minute.header
        session = self.session(header.time, minute.certificate)
        for record, (_, code) in zip(records, minute.records, strict=True):
            try:
                if session.add(record) != code:
                    raise Refused("MIN-16", record=record.id, listed=code)
            except Unlistable as error:
                raise Refused("MIN-15", record=record.id, unlistable=error.code) from None
        if not records and not session.closed:
            raise Refused("MIN-17")
        if session.size > MINUTE_BYTES_MAX:
            raise Refused("MIN-19", size=session.size, size_max=MINUTE_BYTES_MAX)
        carried = session.finish(self._desk["tree"], self._roster)
        expected = (
            carried.state_root,
            carried.roster.hash,
            merkle.history_root(self._desk["history"], header.height),
        )
        if (header.state_root, header.roster_hash, header.history_root) != expected:
            raise Refused("MIN-18", state_root=carried.state_root)
        return carried

    def _check_inside(self, certificate: bytes) -> None:
        if self._tip.header.height == 0:
            if certificate:
                raise Refused("CRT-5", height=0)
            return
        inside = Certificate.from_bytes(certificate)
        inside.check_final(self._tip.id, self._tip.header.height, self._tip.header.prev)
        if certificate != self._certificate:
            inside.check(self._coop, self._roster_before)
