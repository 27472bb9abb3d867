"""Bugs in the rules by which a witness signs and counts."""

from __future__ import annotations

from collections import Counter

from rochdale_protocol.core.hashes import ZERO_ID
from rochdale_protocol.minutes.machine import Machine, ProposeFresh, Sign, Step, Verdict
from rochdale_protocol.minutes.patience import Patience
from rochdale_protocol.minutes.roster import Roster
from rochdale_protocol.minutes.votes import Vote, VoteKind

from .bug import Patch, bug


@bug(seed=3)
def finalize_after_nullify(patch: Patch) -> None:
    """A witness finalises a view that it has nullified (SIM-3)."""

    def finalize(machine: Machine) -> Sign | None:
        for view in machine._views(VoteKind.NOTARIZE):
            if not machine.has_signed(VoteKind.FINALIZE, view):
                for minute in machine._notarised(view):
                    if minute in machine._held:
                        return Sign(VoteKind.FINALIZE, view, minute, 0)
        return None

    patch.setattr(Machine, "_finalize", finalize)


@bug(seed=28)
def nullify_after_finalize(patch: Patch) -> None:
    """A witness that is out of patience nullifies the view before its own as well (SIM-6)."""
    nullify = Machine._nullify

    def thorough(machine: Machine, patience_over: bool) -> Sign | None:
        before = machine.view - 1
        if patience_over and before and not machine.has_signed(VoteKind.NULLIFY, before):
            return Sign(VoteKind.NULLIFY, before, ZERO_ID, 0)
        return nullify(machine, patience_over)

    patch.setattr(Machine, "_nullify", thorough)


@bug(liar="equivocator", seed=4)
def notarize_twice(patch: Patch) -> None:
    """A witness notarises every minute that is proposed in a view, not one (SIM-5)."""

    def notarize(machine: Machine) -> Sign | None:
        held = {
            (vote.view, vote.minute)
            for vote in machine.votes()
            if vote.device == machine.me and vote.kind is VoteKind.NOTARIZE
        }
        for view in machine._views(VoteKind.PROPOSE):
            for minute, parent in machine._proposals(view):
                if (view, minute) not in held and machine._is_justified(view, minute, parent):
                    return Sign(VoteKind.NOTARIZE, view, minute, 0)
        return None

    patch.setattr(Machine, "_notarize", notarize)


@bug()
def propose_twice(patch: Patch) -> None:
    """A leader proposes again in the same view, a later minute (SIM-4)."""
    propose = Machine._propose
    asked = Counter[tuple[str | None, int, int]]()

    def eager(machine: Machine, waiting: bool) -> Step | None:
        view = machine.view
        if machine.has_signed(VoteKind.PROPOSE, view) and waiting:
            turn = (machine.me, machine.ground.height, view)
            asked[turn] += 1
            if asked[turn] == 4 and machine.leader(view) == machine.me:
                return ProposeFresh(view)
        return propose(machine, waiting)

    patch.setattr(Machine, "_propose", eager)


@bug(liar="usurper")
def gaps_of_nullified_views(patch: Patch) -> None:
    """A proposal counts though a view between it and its parent was not nullified (SIM-5)."""

    def is_justified(machine: Machine, view: int, minute: str, parent: int) -> bool:
        if parent:
            return minute in machine._notarised(parent)
        return machine._held.get(minute, (None, ""))[0] is Verdict.VALID

    patch.setattr(Machine, "_is_justified", is_justified)


@bug(liar="usurper", seed=13)
def fresh_over_a_notarised_minute(patch: Patch) -> None:
    """A leader proposes a fresh minute though one is notarised, and others take it (SIM-4)."""

    def propose(machine: Machine, waiting: bool) -> Step | None:
        view = machine.view
        if machine.leader(view) != machine.me or machine.has_signed(VoteKind.PROPOSE, view):
            return None
        return ProposeFresh(view) if waiting else None

    patch.setattr(Machine, "_propose", propose)
    gaps_of_nullified_views(patch)


@bug(liar="bungler", seed=3)
def invalid_minutes_notarised(patch: Patch) -> None:
    """A minute is notarised whatever carrying it out gave (SIM-5)."""
    is_justified = Machine._is_justified

    def credulous(machine: Machine, view: int, minute: str, parent: int) -> bool:
        if not parent and minute in machine._held:
            return all(machine._is_nullified(between) for between in range(1, view))
        return is_justified(machine, view, minute, parent)

    patch.setattr(Machine, "_is_justified", credulous)


@bug(liar="withholder", seed=1)
def minutes_notarised_unseen(patch: Patch) -> None:
    """A minute is notarised though its content is not held (SIM-5)."""
    is_justified = Machine._is_justified

    def blind(machine: Machine, view: int, minute: str, parent: int) -> bool:
        if not parent and minute not in machine._held:
            return all(machine._is_nullified(between) for between in range(1, view))
        return is_justified(machine, view, minute, parent)

    patch.setattr(Machine, "_is_justified", blind)


@bug()
def quorum_off_by_one(patch: Patch) -> None:
    """Two thirds are a quorum, not more than that (MIN-2)."""
    patch.setattr(Roster, "quorum", property(lambda roster: max(1, 2 * len(roster) // 3)))


@bug(liar="equivocator")
def a_signer_counted_twice(patch: Patch) -> None:
    """The leader's vote counts as two (CRT-3)."""

    def certified(machine: Machine, kind: VoteKind, view: int) -> list[tuple[str, list[Vote]]]:
        leader = machine.leader(view)
        return [
            (minute, list(voters.values()))
            for (minute, _), voters in sorted(machine._votes.get((kind, view), {}).items())
            if len(voters) + (leader in voters) >= machine.ground.roster.quorum
        ]

    patch.setattr(Machine, "_certified", certified)


@bug(liar="equivocator", seed=25)
def votes_for_any_minute_counted(patch: Patch) -> None:
    """Votes for different minutes of one view make a certificate together (CRT-3)."""

    def certified(machine: Machine, kind: VoteKind, view: int) -> list[tuple[str, list[Vote]]]:
        answers = sorted(machine._votes.get((kind, view), {}).items())
        everybody = {device for _, voters in answers for device in voters}
        if len(everybody) < machine.ground.roster.quorum:
            return []
        return [(minute, list(voters.values())) for (minute, _), voters in answers]

    patch.setattr(Machine, "_certified", certified)


@bug(seed=6)
def endless_patience(patch: Patch) -> None:
    """Nobody ever tires of an absent leader (LED-6)."""
    patch.setattr(Patience, "is_over", lambda patience, view: False)
