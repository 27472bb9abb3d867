"""What a dispute shows, and what it asks of whom."""

from __future__ import annotations

from rochdale_protocol.disputes.queries import DisputeView, asked_of, disputes
from rochdale_protocol.disputes.records import DisputeOpen, DisputeRefer, DisputeWithdraw
from rochdale_protocol.membership.records import Erase, MemberResign
from tests.protocol.coops import Coop

from .cases import Case, LedgerReading, member, statement


def views(coop: Coop) -> list[DisputeView]:
    return disputes(LedgerReading(coop.nodes[0].ledger))


def asked(case: Case) -> dict[int, str]:
    """Return what the dispute asks of farms 0 to 3, without those of whom it asks nothing."""
    (view,) = views(case.coop)
    found = {number: asked_of(view, member(number)) for number in range(4)}
    return {number: what for number, what in found.items() if what}


def test_a_dispute_shows_who_said_what() -> None:
    """Words are those of their party, "" before they are said and once they are erased."""
    case = Case(Coop(4))
    (view,) = views(case.coop)
    said = {party.member: (party.role, party.text) for party in view.parties}
    assert said == {
        member(0): ("complainant", "The lambs never came."),
        member(1): ("respondent", ""),
    }
    case.answer(1)
    (view,) = views(case.coop)
    texts = {party.member: party.text for party in view.parties}
    assert texts == {member(0): "The lambs never came.", member(1): "They did come."}
    case.coop.write(0, Erase(record=case.entry["statement"]))
    (view,) = views(case.coop)
    texts = {party.member: party.text for party in view.parties}
    assert texts == {member(0): "", member(1): "They did come."}
    assert all(party.statement for party in view.parties)


def test_a_dispute_asks_each_for_the_next_step() -> None:
    """Answer, acceptance, mediating, agreement and a proposal are asked of whom they wait for."""
    case = Case(Coop(4))
    coop = case.coop
    assert asked(case) == {1: "answer"}
    case.answer(1)
    assert asked(case) == {}
    coop.write(0, case.mediator(2))
    assert asked(case) == {1: "accept", 2: "mediate"}
    coop.write(2, case.accept(2))
    coop.write(1, case.accept(2))
    assert asked(case) == {}
    settlement = coop.write(2, case.settlement()).id
    assert asked(case) == {0: "agree", 1: "agree"}
    coop.write(1, case.agree(settlement))
    assert asked(case) == {0: "agree"}
    coop.write(0, case.agree(settlement))
    assert asked(case) == {}


def test_a_referred_dispute_asks_its_parties_for_a_proposal() -> None:
    """From the referral to its end the parties see that a proposal is wanted."""
    case = Case(Coop(4))
    case.answer(1)
    case.coop.write(0, DisputeRefer(dispute=case.id))
    assert asked(case) == {0: "propose", 1: "propose"}
    case.coop.write(0, DisputeWithdraw(dispute=case.id))
    assert asked(case) == {}


def test_a_mediator_is_shown_as_one_once_all_accept() -> None:
    """The view says whether the one proposed mediates, and who of the parties has left."""
    coop = Coop(7)
    case = Case(coop, against=(1, 2))
    coop.write(0, case.mediator(3))
    (view,) = views(coop)
    assert (view.mediator_name, view.accepted, view.mediates) == ("Farm 3", False, False)
    coop.write(3, case.accept(3))
    coop.write(1, case.accept(3))
    (view,) = views(coop)
    assert (view.accepted, view.mediates) == (True, False)
    coop.write(2, MemberResign(reason=""))
    (view,) = views(coop)
    assert view.mediates
    assert [party.member for party in view.parties if party.left] == [member(2)]


def test_running_disputes_come_first_and_pending_ones_before_them() -> None:
    """What is closed stands last; what no minute holds yet has no number and stands first."""
    coop = Coop(7)
    for number in (1, 2, 3):
        Case(coop, against=(number,))
    closed = views(coop)[1].dispute
    coop.write(0, DisputeWithdraw(dispute=closed))
    words = coop.author(0, statement()).id
    pending = coop.author(
        0, DisputeOpen(respondents=[member(4)], about=[words], statement=words)
    ).id
    found = views(coop)
    assert [view.number for view in found] == [0, 3, 1, 2]
    assert [view.standing for view in found] == ["pending", "final", "final", "final"]
    assert (found[0].dispute, found[0].about) == (pending, [words])
    assert found[0].closed == 0
    assert found[3].closed == coop.nodes[0].ledger.height
