"""Simplex for one height, rule by rule: what may be signed, and what never (SIM-n)."""

from __future__ import annotations

from itertools import pairwise

import pytest

from rochdale_protocol.core.hashes import ZERO_ID
from rochdale_protocol.core.limits import CONFLICTS_MAX, VIEWS_AHEAD_MAX
from rochdale_protocol.minutes.machine import Final, ProposeFresh, Sign, Verdict
from rochdale_protocol.minutes.votes import Vote, VoteKind
from tests.protocol.minutes.grounds import key
from tests.protocol.minutes.play import A, B, F, P, Play, T, X

# SIM-1 and SIM-8: final ----------------------------------------------------------------


@pytest.mark.parametrize("count", range(1, 8))
def test_a_quorum_finalises(count: int) -> None:
    """SIM-1: with FINALIZE of a quorum and the minute held it is final, with one less not."""
    play = Play(count, me=None).hold()
    enough = play.ground.roster.quorum
    play.hear(F, 1, range(enough - 1))
    assert play.step() is None
    play.hear(F, 1, [enough - 1])
    final = play.step()
    assert isinstance(final, Final)
    assert (final.view, final.minute, len(final.certificate.signers)) == (1, A, enough)


def test_a_minute_that_is_not_held_waits() -> None:
    """SIM-1: a certificate finalises nothing before its minute is here, and then does."""
    play = Play(me=None).hear(F, 3, range(3))
    assert play.step() is None
    assert play.machine.named() == [A]
    assert isinstance(play.hold().step(), Final)


def test_votes_for_different_minutes_finalise_nothing() -> None:
    """SIM-1: two and two FINALIZE of different minutes, or of different views, are no quorum."""
    play = Play(me=None).hold().hold(B)
    play.hear(F, 1, [0, 1]).hear(F, 1, [2, 3], B).hear(F, 2, [2, 3])
    assert play.step() is None


def test_after_the_end_nothing_is_signed() -> None:
    """SIM-8: with the finalisation held the only step is Final, whatever else could be signed."""
    play = Play(me=0).hold().hear(F, 1, [1, 2, 3]).hear(T, 1, [1, 2, 3]).hear(X, 1, [1, 2])
    assert isinstance(play.step(over=True), Final)
    assert play.sign(over=True) == []


# SIM-2: my view ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("notarised", "nullified", "view"),
    [
        ([], [], 1),
        ([], [1], 2),
        ([], [1, 2, 3], 4),
        ([], [2], 1),
        ([], [1, 3], 2),
        ([1], [], 2),
        ([3], [], 4),
        ([1, 3], [], 4),
        ([2], [1], 3),
        ([2], [3, 4], 5),
        ([2], [4], 3),
        ([1], [1, 2], 3),
        ([5], [1, 2, 6, 8], 7),
    ],
)
def test_the_view(notarised: list[int], nullified: list[int], view: int) -> None:
    """SIM-2: one past the highest notarised view, then past nullified ones without a gap."""
    forward, backward = Play(), Play()
    for play, flip in ((forward, 1), (backward, -1)):
        for at in notarised[::flip]:
            play.hear(T, at, range(3))
        play.nullified(*nullified[::flip])
        assert play.machine.view == view


@pytest.mark.parametrize("count", range(1, 8))
def test_less_than_a_quorum_moves_nobody(count: int) -> None:
    """SIM-2: one vote less than a quorum leaves the view."""
    play = Play(count, me=None)
    few = range(play.ground.roster.quorum - 1)
    assert play.hear(T, 1, few).hear(X, 1, few).machine.view == 1
    assert play.nullified(1).machine.view == 2


def test_votes_far_ahead_are_not_kept() -> None:
    """SIM-2: a vote more than VIEWS_AHEAD_MAX past my view is dropped, one less far is kept."""
    play = Play()
    far = Vote(5, X, 1 + VIEWS_AHEAD_MAX + 1, 0, ZERO_ID, key(0).public, bytes(64))
    assert play.machine.add(far) == (False, None)
    near = Vote(5, X, 1 + VIEWS_AHEAD_MAX, 0, ZERO_ID, key(0).public, bytes(64))
    assert play.machine.add(near) == (True, None)


# SIM-3: finalize -----------------------------------------------------------------------


def test_a_notarised_minute_is_finalised() -> None:
    """SIM-3: with the certificate and the minute held, FINALIZE is signed, once."""
    play = Play().hear(T, 1, range(3))
    assert play.sign() == []
    assert play.hold().sign() == [("FINALIZE", 1, "aa", 0)]
    assert play.sign() == []


def test_who_nullified_never_finalises_that_view() -> None:
    """SIM-3: after my NULLIFY(v) I never sign FINALIZE(v), but may in a later view."""
    play = Play(count=5, me=3).hold()
    assert play.sign(over=True) == [("NULLIFY", 1, "00", 0)]
    play.hear(T, 1, [0, 1, 2, 4])
    assert play.sign(over=False) == []
    play.hear(P, 2, [1], parent=1)
    assert play.sign() == [("NOTARIZE", 2, "aa", 0)]
    play.hear(T, 2, [0, 1, 2])
    assert play.sign() == [("FINALIZE", 2, "aa", 0)]


def test_an_older_view_is_finalised_too() -> None:
    """SIM-3: a notarised view below mine that I did not nullify is still finalised."""
    play = Play().hold().hold(B).nullified(1, 2).hear(T, 1, range(3))
    assert play.machine.view == 3
    assert play.step() == Sign(F, 1, A, 0)


# SIM-4: propose ------------------------------------------------------------------------


def test_the_leader_proposes_once() -> None:
    """SIM-4: the leader of my view draws up a minute where records wait, and only once."""
    play = Play(me=0)
    assert play.step() == ProposeFresh(1)
    play.hear(P, 1, [0]).hold()
    assert play.step() == Sign(T, 1, A, 0)


def test_who_does_not_lead_does_not_propose() -> None:
    """SIM-4: others wait for the leader."""
    assert Play(me=1).step() is None
    assert Play(me=1).nullified(1).step() == ProposeFresh(2)


def test_a_notarised_minute_is_proposed_again() -> None:
    """SIM-4: the next leader proposes the notarised minute, never a fresh one over it."""
    play = Play(me=1).hold().hear(T, 1, [0, 2, 3])
    assert play.sign()[:2] == [("FINALIZE", 1, "aa", 0), ("PROPOSE", 2, "aa", 1)]


def test_the_highest_notarised_minute_is_the_parent() -> None:
    """SIM-4: of two notarised views the higher one is the parent."""
    play = Play(count=7, me=3).hold().hold(B, leader=1)
    play.nullified(1).hear(T, 1, range(5)).hear(T, 2, range(5), B).nullified(3)
    assert ("PROPOSE", 4, "bb", 2) in play.sign()


def test_no_fresh_minute_over_a_notarised_one_that_is_not_held() -> None:
    """SIM-4: a leader that lacks the notarised minute, not nullified, proposes nothing."""
    play = Play(me=1).hear(T, 1, [0, 2, 3])
    assert play.machine.view == 2
    assert play.step() is None


def test_a_nullified_notarised_minute_that_is_not_held_may_be_passed() -> None:
    """SIM-4: where the notarised view is nullified too and its minute is not held, a fresh one."""
    play = Play(me=1).hear(T, 1, [0, 2, 3]).nullified(1)
    assert play.step() == ProposeFresh(2)
    held = Play(me=1).hold().hear(T, 1, [0, 2, 3]).nullified(1)
    assert ("PROPOSE", 2, "aa", 1) in held.sign()


def test_a_gap_in_nullifications_forbids_a_fresh_minute() -> None:
    """SIM-4: a view between that is neither notarised nor nullified stops the leader."""
    play = Play(count=7, me=4).hear(T, 3, range(5)).nullified(1, 4)
    assert play.machine.view == 5
    assert play.step() is None
    play.nullified(3)
    assert play.step() is None
    assert play.nullified(2).step() == ProposeFresh(5)


def test_nothing_is_proposed_when_nothing_waits() -> None:
    """SIM-4: a leader with nothing to list draws up nothing; a notarised minute it carries on."""
    play = Play(me=0).hear(X, 1, [1, 2])
    assert play.step(waiting=False) == Sign(X, 1, ZERO_ID, 0)
    again = Play(me=1).hold().hear(T, 1, [0, 2, 3])
    assert ("PROPOSE", 2, "aa", 1) in again.sign(waiting=False)


# SIM-5: notarize -----------------------------------------------------------------------


def test_a_valid_fresh_minute_is_notarised_once() -> None:
    """SIM-5: the leader's valid minute is notarised; its second one in the view is not."""
    play = Play().hold().hold(B).hear(P, 1, [0])
    assert play.sign() == [("NOTARIZE", 1, "aa", 0)]
    play.hear(P, 1, [0], B)
    assert [kind for kind, *_ in play.sign()] == ["NULLIFY"]


@pytest.mark.parametrize("verdict", [Verdict.INVALID, Verdict.LATER])
def test_what_is_not_valid_is_not_notarised(verdict: Verdict) -> None:
    """SIM-5: an invalid minute, or one ahead of my clock, gets no NOTARIZE."""
    play = Play().hold(verdict=verdict).hear(P, 1, [0])
    assert "NOTARIZE" not in [kind for kind, *_ in play.sign()]


def test_a_clock_that_catches_up_makes_a_minute_valid() -> None:
    """SIM-5: a minute that was ahead of my clock is notarised once it isn't."""
    play = Play().hold(verdict=Verdict.LATER).hear(P, 1, [0])
    assert play.sign() == []
    assert play.hold().sign() == [("NOTARIZE", 1, "aa", 0)]


def test_a_minute_that_is_not_held_is_not_notarised() -> None:
    """SIM-5: a proposal whose minute isn't here is waited for."""
    play = Play().hear(P, 1, [0])
    assert play.sign() == []
    assert play.machine.named() == [A]


def test_only_the_leader_s_proposal_counts() -> None:
    """SIM-5: a proposal by another, or of a minute drawn up by another, is not notarised."""
    assert Play().hold().hear(P, 1, [1]).sign() == []
    foreign = Play().hold(leader=1).hear(P, 1, [0])
    assert [kind for kind, *_ in foreign.sign()] == ["NULLIFY"]


def test_a_proposal_beyond_my_view_waits() -> None:
    """SIM-5: a proposal of a later view is notarised only when that view is mine."""
    play = Play().hold(leader=1).hear(P, 2, [1])
    assert play.sign() == []
    assert play.nullified(1).sign() == [("NOTARIZE", 2, "aa", 0)]


def test_a_fresh_minute_needs_every_earlier_view_nullified() -> None:
    """SIM-5: a fresh minute over a view that is only notarised is never notarised."""
    play = Play().hold().hold(B, leader=1).hear(T, 1, [0, 1, 2])
    play.hear(P, 2, [1], B)
    assert [kind for kind, *_ in play.sign()] == ["FINALIZE"]


def test_a_carried_on_minute_needs_its_certificate() -> None:
    """SIM-5: (v, m) from parent p needs cert(NOTARIZE p, m) and the views between nullified."""
    play = Play(count=7, me=6).hold().hear(P, 4, [3], parent=1).nullified(1, 2, 3)
    assert play.machine.view == 4
    assert play.sign() == []
    play.hear(T, 1, range(5), B)
    assert "NOTARIZE" not in [kind for kind, *_ in play.sign()]
    play.hear(T, 1, range(5))
    assert ("NOTARIZE", 4, "aa", 0) in play.sign()


def test_a_carried_on_minute_needs_no_verdict() -> None:
    """SIM-5: what a quorum notarised is notarised again even where my clock says later."""
    play = Play().hold(verdict=Verdict.LATER).hear(T, 1, [0, 1, 2]).hear(P, 2, [1], parent=1)
    assert ("NOTARIZE", 2, "aa", 0) in play.sign()


def test_a_fresh_minute_may_follow_a_nullified_notarisation() -> None:
    """SIM-5: a view both notarised and nullified doesn't bind: a fresh minute is lawful."""
    play = Play().hold(B, leader=1).hear(T, 1, [0, 1, 2]).nullified(1).hear(P, 2, [1], B)
    assert ("NOTARIZE", 2, "bb", 0) in play.sign()


def test_who_nullified_may_still_notarise() -> None:
    """SIM-5: NOTARIZE after my own NULLIFY of the view is lawful (it is no FINALIZE)."""
    play = Play().hold().hear(X, 1, [1, 2])
    assert play.sign() == [("NULLIFY", 1, "00", 0)]
    play.hear(P, 1, [0])
    assert play.sign() == [("NOTARIZE", 1, "aa", 0)]


# SIM-6: nullify ------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "others"), [(2, 1), (3, 1), (4, 2), (6, 2), (7, 3)])
def test_enough_others_nullified(count: int, others: int) -> None:
    """SIM-6: f+1 NULLIFY of my view are followed, f are not."""
    play = Play(count, me=count - 1)
    assert play.hear(X, 1, range(others - 1)).sign() == []
    assert play.hear(X, 1, [others - 1]).sign() == [("NULLIFY", 1, "00", 0)]


def test_patience_runs_out() -> None:
    """SIM-6: with patience over and nothing notarised, my view is nullified, once."""
    play = Play()
    assert play.sign() == []
    assert play.sign(over=True) == [("NULLIFY", 1, "00", 0)]
    assert play.sign(over=True) == []


def test_who_notarised_waits_until_a_quorum_was_seen() -> None:
    """SIM-6: having notarised, patience alone is not enough: others may be out of touch."""
    play = Play().hold().hear(P, 1, [0])
    assert play.sign(over=True) == [("NOTARIZE", 1, "aa", 0)]
    assert play.hear(T, 1, [0]).sign(over=True) == []
    play.hear(X, 1, [1])
    assert play.sign(over=True) == [("NULLIFY", 1, "00", 0)]


def test_who_finalised_never_nullifies_that_view() -> None:
    """SIM-6: after FINALIZE(v) neither others' NULLIFY nor patience make me sign NULLIFY(v)."""
    play = Play(count=4, me=3).hold()
    # A view finalised by me and still mine: its notarisation is known to me alone as votes.
    play.hear(F, 1, [3])
    assert play.hear(X, 1, [0, 1]).sign(over=True) == []


def test_a_leader_that_contradicts_itself_is_passed_over() -> None:
    """SIM-6: two proposals of one view are reason enough, without waiting."""
    play = Play().hear(P, 1, [0]).hear(P, 1, [0], B)
    assert play.sign() == [("NULLIFY", 1, "00", 0)]


def test_a_leader_with_an_invalid_minute_is_passed_over() -> None:
    """SIM-6: an invalid minute is reason enough; one ahead of my clock is only waited for."""
    play = Play().hear(P, 1, [0])
    assert play.hold(verdict=Verdict.LATER).sign() == []
    assert play.hold(verdict=Verdict.INVALID).sign() == [("NULLIFY", 1, "00", 0)]


def test_only_my_own_view_is_nullified() -> None:
    """SIM-6: NULLIFY of a later view by others is kept and not followed before it is mine."""
    play = Play().hear(X, 2, [0, 1])
    assert play.sign() == []
    play.hear(X, 1, [0, 1])
    assert play.sign() == [("NULLIFY", 1, "00", 0), ("NULLIFY", 2, "00", 0)]


# SIM-7: work ---------------------------------------------------------------------------


def test_without_work_nothing_is_signed() -> None:
    """SIM-7: an idle leader, patient or not, signs nothing at all."""
    for me in range(4):
        assert Play(me=me).sign(waiting=False, over=True) == []
    assert Play(me=0).step(waiting=False) is None


@pytest.mark.parametrize(
    ("votes", "work"),
    [
        ([(X, 1, [0])], False),
        ([(X, 1, [0, 1])], True),
        ([(X, 2, [0, 1])], False),
        ([(T, 1, [0, 1])], False),
        ([(T, 1, [0, 1, 2])], True),
        ([(P, 1, [0])], True),
        ([(P, 1, [1])], False),
    ],
)
def test_what_is_work(votes: list[tuple[VoteKind, int, list[int]]], work: bool) -> None:
    """SIM-7: f+1 NULLIFY of my view, a notarised minute or a valid proposal; less is none."""
    play = Play().hold()
    for kind, view, who in votes:
        play.hear(kind, view, who)
    assert play.machine.has_work(waiting=False) is work
    assert play.machine.has_work(waiting=True)


def test_an_invalid_proposal_is_no_work() -> None:
    """SIM-7: a dishonest leader can't make idle witnesses sign."""
    play = Play().hold(verdict=Verdict.INVALID).hear(P, 1, [0])
    assert play.sign(waiting=False, over=True) == []


def test_who_is_no_witness_signs_nothing() -> None:
    """A node outside the roster, or that only reads, follows and signs nothing."""
    for play in (Play(me=None), Play(me=9)):
        play.hold().hear(P, 1, [0]).hear(T, 1, range(3)).hear(X, 2, range(2))
        assert play.step(over=True) is None


# SIM-9: contradictions -----------------------------------------------------------------


def test_every_vote_of_a_liar_is_kept_and_counts() -> None:
    """SIM-9: two NOTARIZE of one witness are both kept, and each may complete a certificate."""
    play = Play(me=None)
    play.hear(T, 1, [1]).hear(T, 1, [0, 1, 2], B)
    assert play.machine.view == 2
    assert len(list(play.machine.votes())) == 4
    play.hear(T, 1, [0, 2])
    assert isinstance(play.hold().hear(F, 1, range(3)).step(), Final)


def test_a_liar_can_not_fill_the_book() -> None:
    """SIM-9: of one witness at most CONFLICTS_MAX answers to one question are kept."""
    play = Play()
    for number in range(10):
        play.hear(T, 1, [0], f"{number:064x}")
    assert len(list(play.machine.votes())) == CONFLICTS_MAX


def test_a_liar_s_vote_beside_an_honest_one_is_always_kept() -> None:
    """SIM-9: a liar can't hide a certificate from those to whom it told other things before.

    Witnesses 1 and 2 notarise A with the liar's help; witness 3 has heard three other
    answers of the liar, and must count its fourth all the same.
    """
    play = Play()
    for number in range(CONFLICTS_MAX):
        play.hear(T, 1, [0], f"{number:064x}")
    play.hear(T, 1, [0])
    assert play.machine.view == 1
    play.hear(T, 1, [1, 2, 0])
    assert play.machine.view == 2


def test_a_contradiction_is_reported() -> None:
    """SIM-9: the earlier vote comes back with the one that contradicts it."""
    machine = Play().machine
    first = Vote(5, X, 1, 0, ZERO_ID, key(0).public, bytes(64))
    second = Vote(5, F, 1, 0, A, key(0).public, bytes(64))
    assert machine.add(first) == (True, None)
    assert machine.add(first) == (False, None)
    assert machine.add(second) == (True, first)


def test_what_a_liar_names_is_not_fetched() -> None:
    """Minutes that f or fewer witnesses name are not wanted: they could be without end."""
    play = Play().hear(T, 1, [0]).hear(F, 2, [1], B).hear(P, 9, [0], B).hear(P, 1, [2], B)
    assert play.machine.named() == []
    assert play.hear(T, 1, [2]).machine.named() == [A]


def test_votes_come_in_the_order_of_views() -> None:
    """What is given to others is ordered so that who reads it never drops a vote as too far."""
    play = Play().nullified(*range(1, 100))
    views = [vote.view for vote in play.machine.votes()]
    assert all(one <= other for one, other in pairwise(views))
    late = Play()
    for vote in play.machine.votes():
        late.machine.add(vote)
    assert late.machine.view == 100
