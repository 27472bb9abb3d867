"""The members decide a dispute: who votes, and what comes of it (DIS-12, GOV-6, GOV-9)."""

from __future__ import annotations

from rochdale_protocol.disputes.records import DisputeRefer, DisputeWithdraw
from rochdale_protocol.governance.effects import Settle
from rochdale_protocol.governance.records import BallotCast, Choice, ProposalNew, ProposalWithdraw
from rochdale_protocol.membership.records import MemberResign
from rochdale_protocol.state.state import Value
from tests.protocol.coops import VOTE_MS, Coop
from tests.protocol.forging import refusal

from .cases import Case


def referred(coop: Coop) -> Case:
    """Return a dispute of farm 0 with farm 1 that waits for the members."""
    case = Case(coop)
    case.answer(1)
    coop.write(0, DisputeRefer(dispute=case.id))
    return case


def finding(case: Case) -> ProposalNew:
    """Return the proposal that farm 1 delivers after all."""
    return ProposalNew(
        title="Farm 1 delivers",
        text="",
        business="ordinary",
        opens=0,
        closes=case.coop.wall + VOTE_MS,
        election=None,
        effect=Settle(case=case.id, finding="Farm 1 delivers by Friday."),
    )


def ballot(proposal: str, choice: Choice) -> BallotCast:
    return BallotCast(principal=None, proposal=proposal, choice=choice, reason="")


def closed(case: Case, proposal: str, votes: dict[int, Choice]) -> Value:
    """Return a proposal after the votes of some farms and its close."""
    for number, choice in votes.items():
        case.coop.write(number, ballot(proposal, choice))
    case.coop.pass_time(2 * VOTE_MS)
    return case.coop.nodes[0].ledger.final.need(f"proposal/{proposal}")


def test_the_members_decide_without_the_parties() -> None:
    """Neither party has a ballot, nor who joined since; the others' finding ends the dispute."""
    coop = Coop(6)
    case = referred(coop)
    newcomer = coop.admit()
    proposal = coop.write(0, finding(case)).id
    assert case.entry["proposal"] == proposal
    for number in (0, 1, newcomer):
        assert refusal(coop, number, ballot(proposal, "for")) == "GOV-6"
    entry = closed(case, proposal, {2: "for", 3: "for", 4: "against"})
    assert (entry["electors"], entry["for"], entry["against"]) == (4, 2, 1)
    assert (entry["status"], entry["effect_code"]) == ("carried", "")
    assert (case.status, case.entry["closed"]) == ("decided", entry["closed"])


def test_who_left_before_the_notice_is_not_waited_for() -> None:
    """The electorate is of those who could vote before the case and still can (GOV-2)."""
    coop = Coop(6)
    case = referred(coop)
    coop.write(5, MemberResign(reason=""))
    proposal = coop.write(0, finding(case)).id
    coop.write(4, MemberResign(reason=""))
    entry = closed(case, proposal, {2: "for", 3: "for"})
    assert (entry["electors"], entry["status"]) == (3, "carried")


def test_a_finding_that_is_lost_leaves_room_for_another() -> None:
    """While one proposal is open another is DIS-12; lost or withdrawn, it isn't in the way."""
    coop = Coop(6)
    case = referred(coop)
    first = coop.write(2, finding(case)).id
    assert refusal(coop, 3, finding(case)) == "DIS-12"
    assert closed(case, first, {2: "against", 3: "against"})["status"] == "lost"
    assert (case.status, case.entry["proposal"]) == ("referred", "")
    second = coop.write(3, finding(case)).id
    coop.write(3, ProposalWithdraw(proposal=second))
    third = coop.write(4, finding(case)).id
    assert closed(case, third, {2: "for", 3: "for"})["status"] == "carried"
    assert case.entry["proposal"] == third


def test_a_dispute_that_is_not_referred_is_not_decided() -> None:
    """A proposal on a dispute still open is DIS-12, on none DIS-3."""
    coop = Coop(4)
    case = Case(coop)
    assert refusal(coop, 2, finding(case)) == "DIS-12"
    case.id = "ab" * 32
    assert refusal(coop, 2, finding(case)) == "DIS-3"


def test_what_the_parties_settled_the_members_do_not_decide() -> None:
    """A settlement or a withdrawal during the vote stands; the effect is recorded as DIS-12."""
    for settles in (True, False):
        coop = Coop(6)
        case = referred(coop)
        proposal = coop.write(2, finding(case)).id
        if settles:
            settlement = coop.write(0, case.settlement()).id
            for number in (0, 1):
                coop.write(number, case.agree(settlement))
        else:
            coop.write(0, DisputeWithdraw(dispute=case.id))
        ended = case.entry
        entry = closed(case, proposal, {2: "for", 3: "for"})
        assert (entry["status"], entry["effect_code"]) == ("carried", "DIS-12")
        assert case.entry == ended
        assert (ended["status"], ended["proposal"]) == (
            ("settled", "") if settles else ("withdrawn", "")
        )
