"""The ledger: one co-op's book as a pure machine of records, votes and minutes.

It takes what comes in (a record, a vote, a minute, the time) and returns what is to be
done: what to store, what to announce to peers, when to be woken. It reads a shelf and
never writes it; the driver commits ``desk.take()`` before it sends anything (LED-1).

LED-1  What a step stores is durable before what it announces is sent.
LED-2  After a restart, what the votes collection holds of this height is there again.
LED-3  Votes and minutes of a height are pruned with the commit that makes it final.
LED-4  A device that meets a record or vote of its own that it doesn't hold stops signing.
LED-5  A minute with a certificate is final for those who hold both, whoever sends it.
LED-6  Patience: see ``patience``.
LED-7  A device signs its next record only on top of all that it signed before.
LED-11 A record of a final minute whose signature proves wrong is asked for anew.
LED-8  A newcomer takes in no history but the one with the minute that its invite names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..areas import kinds
from ..core.errors import LocalError, Refused
from ..core.fields import Body
from ..core.hashes import ZERO_ID
from ..core.keys import Signer
from ..core.limits import (
    CLOCK_LOOK_MS,
    COLD_MINUTES_MIN,
    COLD_TRIES_MAX,
    CONTENTS_LOOSE_MAX,
    PENDING_MAX,
)
from ..core.records import Verified, author_record
from ..state.state import ReadState
from . import merkle
from .cold import ColdBook, check_certified
from .contents import Contents
from .execute import Session, Unlistable, due_deadlines, keepable
from .holdings import Holdings
from .lending import Lending
from .machine import Final, Machine, ProposeFresh, Sign
from .minute import Minute
from .news import Announce, Contradiction, Finalised, Fork, News, Now
from .page import Page
from .patience import Patience
from .shelf import Shelf, height_key
from .votes import Certificate, Ground, Vote, VoteKind

__all__ = ["Announce", "Contradiction", "Finalised", "Fork", "Ledger", "News", "Now"]


class Ledger(Holdings):
    """See the module. ``signer`` is None for a reader that signs nothing."""

    def __init__(self, shelf: Shelf, signer: Signer | None, now: Now) -> None:
        super().__init__(shelf)
        self.signer = signer
        self.news: list[News] = []
        self.linked = False
        self.wall_ms = now.wall
        self._mono_ms = now.mono
        self._ahead: Session | None = None
        self.cold_source = ""
        self._cold_tries = 0
        self.lending = Lending(self.desk)
        if self.desk["meta"].get("cold") is not None:
            self.cold = self._cold_book()
        self._begin()
        self._reload_votes()

    def _begin(self) -> None:
        """Begin the height after the tip."""
        height = self.tip.header.height + 1
        self.roster = self.roster_at(height)
        self.machine = Machine(
            Ground(self.coop, height, self.tip.id, self.roster),
            self.roster.leaders(height, self._attesters()),
            None if self.signer is None else self.signer.public,
        )
        self._page = Page(
            self.desk, self.coop, self.tip, self.roster, self.roster_at(max(1, height - 1))
        )
        self.contents = Contents(self, self._page, self.machine)
        self._patience = Patience()
        self._waits = False
        self._waiting: bool | None = None
        self._deadline = next((key for key, _, _ in due_deadlines(self.final, 2**53)), "")
        self._ahead = None

    def _attesters(self) -> tuple[str, ...]:
        places = self.tip.signers()
        if not places:
            return ()
        roster = self.roster_at(self.tip.header.height - 1)
        return tuple(roster.witnesses[place].device for place in places)

    def _reload_votes(self) -> None:
        prefix = f"{height_key(self.height + 1)}/"
        for key, data in self.desk["votes"].scan(prefix):
            if key.startswith(f"{prefix}m/"):
                self._hold_minute(Minute.from_bytes(data))
            else:
                self.machine.add(Vote.from_bytes(data), kept=True)
        self.news.clear()

    # What can be asked --------------------------------------------------------------

    @property
    def mine(self) -> str:
        """This node's device, "" where it has no key."""
        return "" if self.signer is None else self.signer.public

    @property
    def ahead(self) -> ReadState:
        """The final state with everything pending carried out provisionally."""
        return self._ahead_session().state

    def would_refuse(self, record: Verified) -> str:
        """Return the code with which the next minute would refuse a record, or ""."""
        try:
            return self._page.session(self.wall_ms).add(record)
        except Unlistable as error:
            return error.code

    def wanted(self) -> tuple[list[str], list[str]]:
        """Return the minutes, and the records, that are needed here and not held, or spoilt."""
        named = self.machine.named()
        absent = [name for name in named if name not in self.contents]
        return absent, [*self.contents.lacking(named), *self.spoilt()]

    # What comes in ------------------------------------------------------------------

    def author(self, body: Body) -> Verified:
        """Sign a record of this device and take it in.

        Raises:
            LocalError: LED-4 or RFD-7 this device must not sign; KEY-0 there is no key;
                COL-5 the book is still being fetched.
            Refused: a rule refuses it; nothing is kept and nothing is sent.
        """
        signer = self._may_sign()
        session = self._ahead_session()
        mine = self.pool.of_device(signer.public)
        entry = session.state.get(f"device/{signer.public}")
        seq, prev = (entry["seq"], entry["tip"]) if entry else (0, ZERO_ID)
        if mine and mine[-1].header.seq > seq:
            raise LocalError("LED-7", why="an earlier record waits")
        record = author_record(
            signer,
            body,
            coop=self.coop,
            seq=seq + 1,
            prev=prev or ZERO_ID,
            seen=self.tip.id,
            at=self.wall_ms,
        )
        if not (entry is None and kinds()[body.kind].opens):
            self._preview(session, record)
        self._keep(record)
        return record

    def _preview(self, session: Session, record: Verified) -> None:
        """Raise Refused if a rule would refuse the record; a newcomer's book can't tell."""
        try:
            code = session.add(record)
        except Unlistable as error:
            code = error.code
        if code:
            self._ahead = None
            raise Refused(code, **(session.refusal.fields if session.refusal else {}))

    def _may_sign(self) -> Signer:
        if self.signer is None:
            raise LocalError("KEY-0")
        if self.doubt:
            raise LocalError("LED-4", why=self.doubt)
        if self.successor:
            raise LocalError("RFD-7", coop=self.successor)
        if self.cold is not None:
            raise LocalError("COL-5", height=self.cold.height)
        return self.signer

    def add_record(self, record: Verified) -> bool:
        """Take in a record of another node; returns whether it is new.

        Raises:
            Refused: CHN-2 or CHN-3 the device may not write; REC-10 the body is missing;
                POO-1, POO-2, POO-4 too many wait.
        """
        if self.holds(record.id):
            return False
        record = keepable(record)
        device = record.header.device
        entry = self.final.get(f"device/{device}")
        # First, for what it signed itself and may write no more was dropped (POO-3).
        if entry is not None and entry["status"] in ("frozen", "revoked"):
            raise Refused("CHN-3" if entry["status"] == "frozen" else "CHN-2", device=device)
        if self.signer is not None and device == self.signer.public:
            self._doubt("a record of this device that it does not hold")
        self._keep(record)
        if self._ahead is not None:
            try:
                self._ahead.add(record)
            except Unlistable:
                self._ahead = None
        return True

    def _keep(self, record: Verified) -> None:
        stranger = self.is_stranger(record.header.device)
        needed = self.contents.is_needed(record.id)
        if stranger and not needed and not self.pool.is_open and not self.would_refuse(record):
            self._make_room()
        try:
            self.pool.add(record, stranger=stranger, needed=needed)
            self._give_way(record)
        except Refused:
            self._ahead = None  # it may hold my record already
            raise
        self.store_record(record)
        self.desk["pending"].put(record.id, str(self._turn).encode())
        self._turn += 1
        self._waiting = None
        self.news.append(Announce(record))
        self.contents.arrived(record.id, self.wall_ms)

    def _give_way(self, record: Verified) -> None:
        """Drop what waits beyond the limit; raises Refused POO-1 if that is the new record."""
        if not self.pool.is_over:
            return
        gone = self.pool.gives_way(self.mine, self._listed())
        if gone == record.id:
            self.pool.remove(gone)
            raise Refused("POO-1", pending_max=PENDING_MAX)
        if gone is not None:
            self.drop(gone)
            self.contents.dropped(gone)
            self._ahead = None

    def _listed(self) -> set[str]:
        named = self.machine.named()
        under_way = (minute for minute in self.contents if minute.id in named)
        return {name for minute in under_way for name, _ in minute.records}

    def _make_room(self) -> None:
        """Drop the oldest first record that no minute could list (POO-4)."""
        listed = self._listed()
        for name in self.pool.openers():
            held = self.pool.get(name)
            if held is None or held.header.device == self.mine or name in listed:
                continue
            if self.would_refuse(held):
                self.drop(name)
                self.contents.dropped(name)
                return

    def add_vote(self, vote: Vote) -> bool:
        """Take in a vote; returns whether it is new and kept.

        Raises:
            Refused: VOT-4, VOT-5; a vote of another height is VOT-4 as well.
        """
        if vote.device == self.machine.me and not self._holds(vote):
            vote.check(self.machine.ground)
            self._doubt("a vote of this device that it does not hold")
        if self._holds(vote):
            return False
        vote.check(self.machine.ground)
        return self._keep_vote(vote)

    def _holds(self, vote: Vote) -> bool:
        return self.desk["votes"].get(vote.key()) is not None

    def _keep_vote(self, vote: Vote) -> bool:
        new, conflict = self.machine.add(vote)
        if conflict is not None and self.keep_contradiction(conflict, vote, self.machine.ground):
            self.news.append(Contradiction(conflict, vote))
        if new:
            self.desk["votes"].put(vote.key(), vote.to_bytes())
            self.news.append(Announce(vote))
        return new

    def add_minute(self, minute: Minute) -> bool:
        """Take in the content of a minute of this height that a vote names, or few others."""
        if minute.id in self.contents or minute.header.height != self.height + 1:
            return False
        if len(self.contents) >= CONTENTS_LOOSE_MAX and minute.id not in self.machine.named():
            return False
        self._hold_minute(minute)
        return True

    def _hold_minute(self, minute: Minute) -> None:
        self.contents.add(minute, self.wall_ms)
        self.desk["votes"].put(f"{height_key(self.height + 1)}/m/{minute.id}", minute.to_bytes())
        self.news.append(Announce(minute))

    # What is done -------------------------------------------------------------------

    def advance(self, now: Now) -> int:
        """Do all that the rules allow at this moment.

        Returns:
            The ``mono`` at which to be called again if nothing else comes in, 0 for never.
        """
        self._patience.wait(self.machine.view, now.mono - self._mono_ms, counts=self._waits)
        self.wall_ms, self._mono_ms = now.wall, now.mono
        self.contents.look_again(self.wall_ms)
        while True:
            waiting = self._is_waiting()
            step = self.machine.step(
                waiting=waiting, patience_over=self._patience.is_over(self.machine.view)
            )
            if step is None or not self._do(step):
                break
        self._patience.wait(self.machine.view, 0, counts=False)  # a new view's begins now
        self._waits = self.linked and self.machine.has_work(self._is_waiting())
        return self._next_wake()

    def _do(self, step: Final | Sign | ProposeFresh) -> bool:
        if self.cold is not None:
            return False
        if isinstance(step, Final):
            if step.minute not in self.contents.carried:
                self._doubt(f"a quorum finalised {step.minute}, which is invalid here")
                return False
            self._adopt(self.contents[step.minute], step.certificate.to_bytes(), checked=True)
            return True
        if self.doubt or self.successor or self.signer is None:
            return False
        if isinstance(step, ProposeFresh):
            minute = self._page.draw_up(self.pool, self.signer.public, self.wall_ms)
            if minute is None:
                self._waiting = False
                return True
            if minute.id not in self.contents:
                self._hold_minute(minute)  # however many loose ones others have sent
            step = Sign(VoteKind.PROPOSE, step.view, minute.id, 0)
        vote = Vote.sign(
            self.signer, self.machine.ground, step.kind, step.view, step.minute, step.parent
        )
        self._keep_vote(vote)
        return True

    def adopt_final(self, minute: Minute, certificate: bytes, records: list[Verified]) -> None:
        """Take in a final minute from a peer (LED-5).

        Args:
            records: its records in order; the certificate vouches for their signatures.
        Raises:
            Refused: CRT-n, MIN-n, REC-10; nothing is changed.
            DecodeError: CRT-1.
        """
        if [record.id for record in records] != [record for record, _ in minute.records]:
            raise Refused("MIN-8", why="these are not its records")
        self.stop_cold()
        proof = check_certified(self.desk, self.coop, self.roster, self.tip, minute.id, certificate)
        records = [keepable(record) for record in records]
        carried = self.contents.carried.get(minute.id) or self._page.check(minute, records)
        self._check_own(proof, records)
        for record in records:
            if self.desk["records"].get(record.id) is None:
                self.store_record(record)
        self.contents.carried[minute.id] = carried
        self._adopt(minute, certificate, checked=False)

    def _check_own(self, proof: Certificate, records: list[Verified]) -> None:
        """Stop signing where a final minute shows what this device signed and doesn't hold."""
        if self.signer is None:
            return
        mine = self.signer.public
        if any(each.header.device == mine and not self.holds(each.id) for each in records):
            self._doubt("a record of this device that it does not hold")
        if self.machine.me is not None and self.roster.places[mine] in proof.signers:
            vote = Vote(
                proof.height, VoteKind.FINALIZE, proof.view, 0, proof.minute, mine, bytes(64)
            )
            if not self._holds(vote):
                self._doubt("a vote of this device that it does not hold")

    def _adopt(self, minute: Minute, certificate: bytes, *, checked: bool) -> None:
        carried = self.contents.carried[minute.id]
        height = minute.header.height
        key = height_key(height)
        desk = self.desk
        self.lending.keep(carried.state)
        desk["state"].apply(carried.state)
        desk["tree"].apply(carried.tree)
        desk["chain"].apply(carried.chain)
        desk["minutes"].put(key, minute.to_bytes())
        desk["finals"].put(key, certificate)
        self.keep_grounds(height, (one.to_bytes() for one in self.machine.certificates()))
        desk["heights"].put(minute.id, str(height).encode())
        desk["meta"].put("height", str(height).encode())
        if checked and self.rechecked == height - 1:
            desk["meta"].put("rechecked", str(height).encode())
        merkle.append(desk["history"], height, minute.id)
        for index, (record, code) in enumerate(minute.records):
            desk["places"].put(record, f"{height} {index} {code}".encode())
            self.unpend(record)
        for record in carried.erased:
            desk["bodies"].delete(record)
        for name in [name for name, _ in desk["votes"].scan(f"{key}/")]:
            desk["votes"].delete(name)
        if carried.roster.hash != self.roster.hash:
            self.rosters.append((height + 1, carried.roster))
            desk["meta"].put(f"roster/{height_key(height + 1)}", carried.roster.to_bytes())
        self._turn_page(Finalised(minute, certificate, carried))

    def _turn_page(self, final: Finalised) -> None:
        self.tip = final.minute
        self.pool.settle(self.final)
        for record in self.pool.dead(self.final, self.mine):
            self.drop(record)
        self._begin()
        self.news.append(final)

    # A newcomer's book (COL-n), and the state that it is sent -------------------------

    def may_go_cold(self, height: int) -> bool:
        """Say whether minutes up to ``height`` are only to be checked, not carried out."""
        if self.cold is not None:
            return True
        may = self._cold_tries < COLD_TRIES_MAX
        return may and self.height == 0 and height >= COLD_MINUTES_MIN

    def _cold_book(self) -> ColdBook:
        height = int(self.desk["meta"].get("cold") or b"0")
        tip = self.minute(height)
        assert tip is not None
        rosters = self.stored_rosters(height)
        return ColdBook(self.desk, self.coop, rosters, tip, self.mine, self.pool)

    def add_cold(self, pieces: Sequence[bytes], rosters: Mapping[int, bytes]) -> None:
        """Check and store the next minute without carrying it out; raises as ColdBook.add."""
        cold = self.cold or self._cold_book()
        cold.add(pieces, rosters)
        self.cold = cold
        if cold.doubt and not self.doubt:
            self._doubt(cold.doubt)

    def finish_cold(self, state: dict[str, bytes]) -> None:
        """Take over the state, whose minutes are all there; raises Refused COL-6."""
        cold = self.cold
        assert cold is not None
        try:
            carried = cold.finish(state)
        except Refused:
            self.fail_cold()
            raise
        self.cold = None
        self.rosters = cold.rosters
        for record in self.pool.ids():
            if self.desk["places"].get(record) is not None:
                self.unpend(record)
        self._turn_page(Finalised(cold.tip, cold.certificate, carried))

    def fail_cold(self) -> None:
        """Count a state that was wrong or stale; after too many carry out minutes (COL-7)."""
        self._cold_tries += 1
        if self._cold_tries >= COLD_TRIES_MAX:
            self.stop_cold()

    def stop_cold(self) -> None:
        """Begin at height 0 again, to carry out every minute; what is held is kept."""
        self._cold_tries = COLD_TRIES_MAX
        if self.cold is not None:
            self.cold = None
            self.desk["meta"].delete("cold")

    def _doubt(self, why: str) -> None:
        self.doubt = why
        self.desk["meta"].put("doubt", why.encode())

    def keep_fork(self, other: Certificate, ground: Ground, pairs: list[tuple[Vote, Vote]]) -> None:
        """Keep that another minute is final as well, and who signed for both (SYN-12)."""
        for first, second in pairs:
            if self.keep_contradiction(first, second, ground):
                self.news.append(Contradiction(first, second))
        key = f"fork/{height_key(other.height)}"
        if self.desk["meta"].get(key) is None:
            self.desk["meta"].put(key, other.to_bytes())
            self.news.append(Fork(other.height, other.minute))

    def take_news(self) -> list[News]:
        """Return what happened; the driver commits ``desk.take()`` before it acts on it."""
        news, self.news = self.news, []
        return news

    # Time and work ------------------------------------------------------------------

    @property
    def stall(self) -> tuple[int, int, bool] | None:
        """Height, view and whether patience ran out, where this height does not go smoothly."""
        view = self.machine.view
        is_over = self._patience.is_over(view)
        return (self.height, view, is_over) if view > 1 or is_over else None

    def _ahead_session(self) -> Session:
        if self._ahead is not None and self._ahead.time < self._deadline_time() <= self.wall_ms:
            self._ahead = None
        if self._ahead is None:
            self._ahead = self._page.session(self.wall_ms)
            self.pool.fill(self._ahead)
        return self._ahead

    def _deadline_time(self) -> int:
        return int(self._deadline.split("/")[1]) if self._deadline else 0

    def _is_waiting(self) -> bool:
        if self._deadline and self._deadline_time() <= self.wall_ms:
            return True
        if self._waiting is None:
            fresh = self._page.session(self.wall_ms)
            self._waiting = bool(len(self.pool)) and self.pool.is_waiting(fresh)
        return self._waiting

    def _next_wake(self) -> int:
        walls = self.contents.due()
        if self._deadline:
            walls.append(self._deadline_time())
        waits = (wall - self.wall_ms for wall in walls)
        wakes = [min(wait, CLOCK_LOOK_MS) for wait in waits]
        attests = self.linked and self.machine.me is not None
        if attests and self.machine.has_work(self._is_waiting()):
            wakes.append(self._patience.left(self.machine.view))
        return self._mono_ms + min((wake for wake in wakes if wake > 0), default=-self._mono_ms)
