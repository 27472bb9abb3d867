"""Disputes while members are suspended, leave, come back and join (DIS-n, MEM-14, MEM-15)."""

from __future__ import annotations

from rochdale_protocol.core.fields import Body
from rochdale_protocol.disputes.case import is_mediator
from rochdale_protocol.disputes.records import (
    DisputeAccept,
    DisputeAgree,
    DisputeAnswer,
    DisputeMediator,
    DisputeOpen,
    DisputeRefer,
    DisputeSettle,
)
from rochdale_protocol.disputes.rules import electorate
from rochdale_protocol.membership.franchise import is_elector
from rochdale_protocol.membership.records import MemberResign
from rochdale_protocol.membership.rules import expel, restore, suspend
from rochdale_protocol.state.state import Value
from tests.protocol.membership.hall import Hall, member

from .cases import statement


def write(hall: Hall, number: int, body: Body) -> str:
    """Let a farm sign what no rule refuses; returns the record."""
    assert hall.act(number, body) == ""
    return hall.record


def opened(hall: Hall, by: int = 0, against: int = 1) -> str:
    """Let a farm complain about another; returns the dispute."""
    words = write(hall, by, statement())
    return write(hall, by, DisputeOpen(respondents=[member(against)], about=[], statement=words))


def answered(hall: Hall, dispute: str, number: int = 1) -> None:
    words = write(hall, number, statement())
    write(hall, number, DisputeAnswer(dispute=dispute, statement=words))


def entry(hall: Hall, dispute: str) -> Value:
    return hall.state.need(f"dispute/{dispute}")


def test_a_suspended_member_is_a_party_like_any_other() -> None:
    """It is complained about, waited for, answers, accepts a mediator and settles (MEM-15)."""
    hall = Hall(4)
    assert hall.decide(suspend, member(1)) == ""
    dispute = opened(hall)
    assert hall.act(0, DisputeRefer(dispute=dispute)) == "DIS-11"
    answered(hall, dispute)
    write(hall, 1, DisputeMediator(dispute=dispute, mediator=member(2)))
    for number in (0, 2):
        write(hall, number, DisputeAccept(dispute=dispute, mediator=member(2)))
    assert is_mediator(hall.state, entry(hall, dispute), member(2))
    settlement = write(hall, 2, DisputeSettle(dispute=dispute, text="We shake hands."))
    write(hall, 0, DisputeAgree(dispute=dispute, settlement=settlement))
    assert entry(hall, dispute)["status"] == "open"
    write(hall, 1, DisputeAgree(dispute=dispute, settlement=settlement))
    assert entry(hall, dispute)["status"] == "settled"


def test_a_suspended_member_complains() -> None:
    """Who is suspended opens a dispute too, and refers it (MEM-15)."""
    hall = Hall(4)
    assert hall.decide(suspend, member(0)) == ""
    dispute = opened(hall)
    answered(hall, dispute)
    write(hall, 0, DisputeRefer(dispute=dispute))
    assert entry(hall, dispute)["status"] == "referred"


def test_a_suspended_member_does_not_mediate() -> None:
    """It can't be proposed (DIS-6), and mediates no more until it is restored (DIS-7)."""
    hall = Hall(4)
    dispute = opened(hall)
    write(hall, 0, DisputeMediator(dispute=dispute, mediator=member(2)))
    for number in (1, 2):
        write(hall, number, DisputeAccept(dispute=dispute, mediator=member(2)))
    assert hall.decide(suspend, member(2)) == ""
    assert not is_mediator(hall.state, entry(hall, dispute), member(2))
    settlement = DisputeSettle(dispute=dispute, text="We shake hands.")
    assert hall.act(2, settlement) == "DIS-8"
    again = DisputeMediator(dispute=dispute, mediator=member(2))
    assert hall.act(0, again) == "DIS-6"
    assert hall.decide(restore, member(2)) == ""
    assert hall.act(2, settlement) == ""


def test_who_may_vote_was_fixed_before_the_dispute() -> None:
    """Of a referred dispute's electorate is who had the vote when it was opened, not who came."""
    hall = Hall(4)
    assert hall.join(4) == ""
    dispute = opened(hall)
    assert hall.join(5) == ""
    answered(hall, dispute)
    write(hall, 0, DisputeRefer(dispute=dispute))
    assert hall.act(2, MemberResign(reason="")) == ""
    roll, parties = electorate(hall.state, dispute)
    assert parties == tuple(sorted([member(0), member(1)]))
    on_roll = [number for number in range(6) if is_elector(hall.entry(number), roll)]
    assert on_roll == [0, 1, 2, 3, 4]
    assert roll < hall.state.count("roll")


def test_an_expelled_party_stays_one_that_is_not_waited_for() -> None:
    """Parties that don't vote include who was expelled; its answer isn't needed (DIS-12)."""
    hall = Hall(4)
    dispute = opened(hall)
    assert hall.decide(expel, member(1)) == ""
    write(hall, 0, DisputeRefer(dispute=dispute))
    assert member(1) in electorate(hall.state, dispute)[1]
