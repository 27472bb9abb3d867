"""The simulator is no ornament: each bug that is planted in the core is found."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from rochdale_protocol.core.records import Verified
from rochdale_protocol.minutes import execute
from rochdale_protocol.minutes.ledger import Ledger
from rochdale_protocol.minutes.machine import Machine, ProposeFresh, Sign, Step, Verdict
from rochdale_protocol.minutes.patience import Patience
from rochdale_protocol.minutes.roster import Roster
from rochdale_protocol.minutes.votes import Vote, VoteKind
from rochdale_protocol.sync.exchange import Effect, Exchange, Store
from tests.sim.run import run_seed

SEEDS_MAX = 40
"""A bug that hides longer would hardly be found by the 300 seeds of every test run."""

Plant = Callable[[pytest.MonkeyPatch], None]


def finalize_after_nullify(patch: pytest.MonkeyPatch) -> None:
    def finalize(machine: Machine) -> Sign | None:
        for view in machine._views(VoteKind.NOTARIZE):
            if not machine.has_signed(VoteKind.FINALIZE, view):
                for minute in machine._notarised(view):
                    if minute in machine._held:
                        return Sign(VoteKind.FINALIZE, view, minute, 0)
        return None

    patch.setattr(Machine, "_finalize", finalize)


def notarize_twice(patch: pytest.MonkeyPatch) -> None:
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


def quorum_off_by_one(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Roster, "quorum", property(lambda roster: max(1, 2 * len(roster) // 3)))


def votes_forgotten_at_restart(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Ledger, "_reload_votes", lambda ledger: None)


def sent_before_stored(patch: pytest.MonkeyPatch) -> None:
    finish = Exchange._finish

    def hasty(exchange: Exchange, now: Any) -> list[Effect]:
        effects = finish(exchange, now)
        return sorted(effects, key=lambda effect: isinstance(effect, Store))

    patch.setattr(Exchange, "_finish", hasty)


def fresh_over_a_notarised_minute(patch: pytest.MonkeyPatch) -> None:
    def propose(machine: Machine, waiting: bool) -> Step | None:
        view = machine.view
        if machine.leader(view) != machine.me or machine.has_signed(VoteKind.PROPOSE, view):
            return None
        return ProposeFresh(view) if waiting else None

    patch.setattr(Machine, "_propose", propose)
    gaps_of_nullified_views(patch)


def gaps_of_nullified_views(patch: pytest.MonkeyPatch) -> None:
    def is_justified(machine: Machine, view: int, minute: str, parent: int) -> bool:
        if parent:
            return minute in machine._notarised(parent)
        return machine._held.get(minute, (None, ""))[0] is Verdict.VALID

    patch.setattr(Machine, "_is_justified", is_justified)


def leader_counted_twice(patch: pytest.MonkeyPatch) -> None:
    def certified(machine: Machine, kind: VoteKind, view: int) -> list[tuple[str, list[Vote]]]:
        leader = machine.leader(view)
        return [
            (minute, list(voters.values()))
            for (minute, _), voters in sorted(machine._votes.get((kind, view), {}).items())
            if len(voters) + (leader in voters) >= machine.ground.roster.quorum
        ]

    patch.setattr(Machine, "_certified", certified)


def no_check_for_gaps_in_chains(patch: pytest.MonkeyPatch) -> None:
    add = execute.Session.add

    def careless(session: execute.Session, record: Verified) -> str:
        header = record.header
        device = session.state.get(f"device/{header.device}")
        if device is not None and header.seq > device["seq"] + 1 and device["status"] == "active":
            code = session._try(record, device["member"])
            session._minuted(record, code)
            return code
        return add(session, record)

    patch.setattr(execute.Session, "add", careless)


def endless_patience(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Patience, "is_over", lambda patience, view: False)


def a_rule_that_is_no_function_of_the_book(patch: pytest.MonkeyPatch) -> None:
    attempt = execute.Session._try
    turns = count()

    def moody(session: execute.Session, record: Verified, member: str) -> str:
        return "GOV-5" if next(turns) % 40 == 39 else attempt(session, record, member)

    patch.setattr(execute.Session, "_try", moody)


@pytest.mark.parametrize(
    ("plant", "liar"),
    [
        (finalize_after_nullify, ""),
        (quorum_off_by_one, ""),
        (votes_forgotten_at_restart, ""),
        (sent_before_stored, ""),
        (no_check_for_gaps_in_chains, "skipper"),
        (endless_patience, ""),
        (a_rule_that_is_no_function_of_the_book, ""),
        (notarize_twice, "equivocator"),
        (leader_counted_twice, "equivocator"),
        (gaps_of_nullified_views, "usurper"),
        (fresh_over_a_notarised_minute, "usurper"),
    ],
)
def test_a_planted_bug_is_found(plant: Plant, liar: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of these breaks a seed, and soon; some take a witness that makes use of them."""
    plant(monkeypatch)
    assert any(run_seed(seed, liar=liar).error for seed in range(SEEDS_MAX))
