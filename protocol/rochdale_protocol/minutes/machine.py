"""Simplex for one height: what this witness may sign next (SIM-1 to SIM-9).

The rules are those of Simplex (Chan and Pass, eprint 2023/463), one instance for each
height, as ``specs/03-minutes.md`` numbers them:

SIM-1  final     cert(FINALIZE v, m) and m held: m is the minute of this height.
SIM-2  view      one past the highest notarised view, then past every nullified view
                 that follows on from there.
SIM-3  finalize  (v, m): cert(NOTARIZE v, m), m held, never signed NULLIFY(v).
SIM-4  propose   the leader of my view, once; the highest notarised minute that I hold
                 with all views from it to mine nullified; else, all nullified, a fresh one.
SIM-5  notarize  (v, m), once a view, v not beyond mine: its parent's certificate and all
                 nullifications between; a fresh one must be valid and its leader's own.
SIM-6  nullify   my view v, never after FINALIZE(v): f+1 nullified it; its leader
                 contradicts itself or its minute is invalid; or patience ran out (having
                 notarised v, only once votes of q witnesses in v are seen).
SIM-7  work      without it nothing is signed.
SIM-8  done      holding the finalisation, nothing more is signed for this height.
SIM-9  kept      of a witness that contradicts itself every vote counts; so that a liar
                 can't fill the book, the fourth answer to one question is kept only where
                 a witness that gave no other answer gave it too.

Differs from the paper: a view never passes by time alone, there must be work; several
heights never run at once; a lawful NOTARIZE after my own NULLIFY is allowed.

The machine signs nothing and stores nothing: ``next_step`` says what to do, the ledger
does it, makes it durable, feeds the signed vote back and asks again.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from ..core.hashes import ZERO_ID
from ..core.limits import CONFLICTS_MAX, VIEWS_AHEAD_MAX
from .votes import Certificate, Ground, Vote, VoteKind, evidence_between

__all__ = ["Final", "Machine", "ProposeFresh", "Sign", "Step", "Verdict"]


class Verdict(Enum):
    """What re-execution says of a minute that I hold."""

    VALID = "valid"
    INVALID = "invalid"
    LATER = "later"
    """Its time is ahead of my clock by more than the tolerance: wait."""


@dataclass(frozen=True, slots=True)
class Final:
    """SIM-1: the minute of this height, for ever."""

    view: int
    minute: str
    certificate: Certificate


@dataclass(frozen=True, slots=True)
class Sign:
    """Sign this vote, journal it, send it and feed it back."""

    kind: VoteKind
    view: int
    minute: str
    parent: int


@dataclass(frozen=True, slots=True)
class ProposeFresh:
    """Draw up a minute for this view, feed it back as valid, then sign its PROPOSE."""

    view: int


Step = Final | Sign | ProposeFresh

_Slot = tuple[VoteKind, int]
_Answers = dict[tuple[str, int], dict[str, Vote]]


class Machine:
    """The votes of one height and what follows from them.

    Args:
        ground: the height, the minute before it and its roster.
        leaders: devices in the order in which they lead views 1, 2, ..., round and round.
        me: this device, or None where it is not a witness.
    """

    def __init__(self, ground: Ground, leaders: tuple[str, ...], me: str | None) -> None:
        self.ground = ground
        self.me = me if me in ground.roster.places else None
        self._leaders = leaders
        self._votes: dict[_Slot, _Answers] = {}
        self._mine: dict[_Slot, Vote] = {}
        self._held: dict[str, tuple[Verdict, str]] = {}
        self._view = 1
        self._voted: dict[VoteKind, list[int]] = {kind: [] for kind in VoteKind}

    # What comes in ------------------------------------------------------------------

    def add(self, vote: Vote, *, kept: bool = False) -> tuple[bool, Vote | None]:
        """Take in a vote whose signature was checked.

        Args:
            kept: the journal holds it, so that it was let in before (LED-2).
        Returns:
            Whether it is new and kept, and an earlier vote that it contradicts.
        """
        if not kept and vote.view > self.view + VIEWS_AHEAD_MAX:
            return False, None
        slot = (vote.kind, vote.view)
        if slot not in self._votes:
            insort(self._voted[vote.kind], vote.view)
        answers = self._votes.setdefault(slot, {})
        answer = (vote.minute, vote.parent)
        if vote.device in answers.get(answer, {}):
            return False, None
        crowded = sum(vote.device in voters for voters in answers.values()) >= CONFLICTS_MAX
        if crowded and not kept and not self._is_backed(answers, answer):
            return False, None
        conflict = self._contradicted(vote)
        answers.setdefault(answer, {})[vote.device] = vote
        if vote.device == self.me:
            self._mine.setdefault(slot, vote)
        self._advance()
        return True, conflict

    def hold(self, minute: str, verdict: Verdict, proposer: str) -> None:
        """Say that the content of a minute is held, and what re-execution found."""
        self._held[minute] = (verdict, proposer)

    def release(self, minute: str) -> None:
        """Say that the content of a minute is held whole no more."""
        self._held.pop(minute, None)

    # What can be asked --------------------------------------------------------------

    @property
    def view(self) -> int:
        """My view (SIM-2)."""
        return self._view

    def leader(self, view: int) -> str:
        return self._leaders[(view - 1) % len(self._leaders)]

    def votes(self) -> Iterator[Vote]:
        """Yield all votes that are kept, in the order of view and kind."""
        for slot in sorted(self._votes, key=lambda item: (item[1], item[0])):
            for voters in self._votes[slot].values():
                yield from voters.values()

    def certificates(self) -> Iterator[Certificate]:
        """Yield what notarised and nullified the views of this height, the latest view first."""
        for view in sorted({view for _, view in self._votes}, reverse=True):
            for kind in (VoteKind.NOTARIZE, VoteKind.NULLIFY):
                for _, votes in self._certified(kind, view):
                    yield Certificate.collect(self.ground, votes)

    def named(self) -> list[str]:
        """Return the minutes that votes name so that their content may matter, sorted.

        A leader of a view up to mine proposes it, or more than f witnesses signed for it:
        fewer could be all dishonest, and name minutes without end.
        """
        names = {
            minute
            for view in self._views(VoteKind.PROPOSE)
            if view <= self._view
            for minute, _ in self._proposals(view)
        }
        for kind in (VoteKind.NOTARIZE, VoteKind.FINALIZE):
            for view in self._views(kind):
                for (minute, _), voters in self._votes[kind, view].items():
                    if len(voters) > self.ground.roster.faulty_max:
                        names.add(minute)
        return sorted(names)

    def has_signed(self, kind: VoteKind, view: int) -> bool:
        return (kind, view) in self._mine

    def has_work(self, waiting: bool) -> bool:
        """Say whether there is a reason to sign anything (SIM-7).

        Args:
            waiting: records wait for a minute, or a deadline in the state has passed.
        """
        if waiting or self._nullified_by(self._view) > self.ground.roster.faulty_max:
            return True
        if any(self._notarised(view) for view in self._views(VoteKind.NOTARIZE)):
            return True
        return any(
            self._held.get(minute, (None, ""))[0] is Verdict.VALID
            for view in self._views(VoteKind.PROPOSE)
            for minute, _ in self._proposals(view)
        )

    def step(self, *, waiting: bool, patience_over: bool) -> Step | None:
        """Return what to do next, or None until something comes in.

        After a Final the caller stops asking (SIM-8).
        """
        final = self._final()
        if final is not None or self.me is None or not self.has_work(waiting):
            return final
        return (
            self._finalize()
            or self._propose(waiting)
            or self._notarize()
            or self._nullify(patience_over)
        )

    # The rules ----------------------------------------------------------------------

    def _final(self) -> Final | None:
        for view in self._views(VoteKind.FINALIZE):
            for minute, votes in self._certified(VoteKind.FINALIZE, view):
                if minute in self._held:
                    return Final(view, minute, Certificate.collect(self.ground, votes))
        return None

    def _advance(self) -> None:
        notarised = [v for v in self._views(VoteKind.NOTARIZE) if self._notarised(v)]
        view = max(notarised, default=0) + 1
        while self._is_nullified(view):
            view += 1
        self._view = view

    def _finalize(self) -> Sign | None:
        for view in self._views(VoteKind.NOTARIZE):
            if self.has_signed(VoteKind.NULLIFY, view) or self.has_signed(VoteKind.FINALIZE, view):
                continue
            for minute in self._notarised(view):
                if minute in self._held:
                    return Sign(VoteKind.FINALIZE, view, minute, 0)
        return None

    def _propose(self, waiting: bool) -> Step | None:
        view = self._view
        if self.leader(view) != self.me or self.has_signed(VoteKind.PROPOSE, view):
            return None
        for parent in range(view - 1, 0, -1):
            for minute in self._notarised(parent):
                if minute in self._held:
                    return Sign(VoteKind.PROPOSE, view, minute, parent)
            if not self._is_nullified(parent):
                return None
        return ProposeFresh(view) if waiting else None

    def _notarize(self) -> Sign | None:
        for view in self._views(VoteKind.PROPOSE):
            if view > self._view or self.has_signed(VoteKind.NOTARIZE, view):
                continue
            for minute, parent in self._proposals(view):
                if self._is_justified(view, minute, parent):
                    return Sign(VoteKind.NOTARIZE, view, minute, 0)
        return None

    def _is_justified(self, view: int, minute: str, parent: int) -> bool:
        if not all(self._is_nullified(between) for between in range(parent + 1, view)):
            return False
        if parent:
            return minute in self._notarised(parent)
        verdict, proposer = self._held.get(minute, (None, ""))
        return verdict is Verdict.VALID and proposer == self.leader(view)

    def _nullify(self, patience_over: bool) -> Sign | None:
        view = self._view
        if self.has_signed(VoteKind.NULLIFY, view) or self.has_signed(VoteKind.FINALIZE, view):
            return None
        notarised = self.has_signed(VoteKind.NOTARIZE, view)
        if (
            self._nullified_by(view) > self.ground.roster.faulty_max
            or self._leader_failed(view)
            or (patience_over and (not notarised or self._seen(view) >= self.ground.roster.quorum))
        ):
            return Sign(VoteKind.NULLIFY, view, ZERO_ID, 0)
        return None

    def _leader_failed(self, view: int) -> bool:
        proposals = self._proposals(view)
        if len(proposals) > 1:
            return True
        for minute, parent in proposals:
            verdict, proposer = self._held.get(minute, (None, ""))
            if parent == 0 and verdict is not None:
                return verdict is Verdict.INVALID or proposer != self.leader(view)
        return False

    # Counting -----------------------------------------------------------------------

    def _views(self, kind: VoteKind) -> list[int]:
        return self._voted[kind]

    def _certified(self, kind: VoteKind, view: int) -> list[tuple[str, list[Vote]]]:
        quorum = self.ground.roster.quorum
        return [
            (minute, list(voters.values()))
            for (minute, _), voters in sorted(self._votes.get((kind, view), {}).items())
            if len(voters) >= quorum
        ]

    def _notarised(self, view: int) -> list[str]:
        return [minute for minute, _ in self._certified(VoteKind.NOTARIZE, view)]

    def _is_nullified(self, view: int) -> bool:
        return self._nullified_by(view) >= self.ground.roster.quorum

    def _nullified_by(self, view: int) -> int:
        answers = self._votes.get((VoteKind.NULLIFY, view), {})
        return sum(len(voters) for voters in answers.values())

    def _proposals(self, view: int) -> list[tuple[str, int]]:
        leader = self.leader(view)
        answers = self._votes.get((VoteKind.PROPOSE, view), {})
        return sorted(answer for answer, voters in answers.items() if leader in voters)

    def _seen(self, view: int) -> int:
        return len(
            {
                device
                for kind in VoteKind
                for voters in self._votes.get((kind, view), {}).values()
                for device in voters
            }
        )

    def _is_backed(self, answers: _Answers, answer: tuple[str, int]) -> bool:
        """Say whether a witness that gave no other answer to the question gave this one.

        There are few such answers, and a liar's vote on one may complete a certificate
        that others hold.
        """
        return any(
            sum(device in voters for voters in answers.values()) == 1
            for device in answers.get(answer, {})
        )

    def _contradicted(self, vote: Vote) -> Vote | None:
        for kind in VoteKind:
            for voters in self._votes.get((kind, vote.view), {}).values():
                earlier = voters.get(vote.device)
                if earlier is not None and evidence_between(earlier, vote):
                    return earlier
        return None
