"""Disputes: who complains, answers, mediates, settles and decides (DIS-n)."""

from __future__ import annotations

from typing import Any

import pytest

from rochdale_protocol.core.errors import Refused
from rochdale_protocol.core.fields import Body
from rochdale_protocol.core.limits import DAY_MS
from rochdale_protocol.disputes.case import ANSWER_DAYS, is_mediator
from rochdale_protocol.disputes.records import (
    DisputeAccept,
    DisputeAgree,
    DisputeAnswer,
    DisputeDecline,
    DisputeMediator,
    DisputeOpen,
    DisputeRefer,
    DisputeSettle,
    DisputeWithdraw,
)
from rochdale_protocol.disputes.rules import electorate, put_back, settle, take_up
from rochdale_protocol.membership.records import Erase, MemberProfile, MemberResign
from rochdale_protocol.state.state import State
from tests.protocol.coops import Coop
from tests.protocol.forging import refusal

from .cases import Case, member, statement

ONE, TWO = "1a" * 32, "2b" * 32


def opening(words: str, *against: int) -> DisputeOpen:
    return DisputeOpen(
        respondents=[member(number) for number in against], about=[], statement=words
    )


def code_of(act: Any, *args: Any) -> str:
    """Return the code with which a function on the state refuses."""
    with pytest.raises(Refused) as caught:
        act(*args)
    return caught.value.code


def test_a_dispute_is_opened_answered_and_settled() -> None:
    """From complaint to settlement every farm holds the same, and the way is on record."""
    coop = Coop(4)
    case = Case(coop)
    entry = case.entry
    assert (entry["number"], entry["status"], entry["closed"]) == (1, "open", 0)
    assert (entry["complainant"], entry["respondents"]) == (member(0), [member(1)])
    opened = coop.nodes[0].ledger.minute(entry["opened"])
    assert opened is not None
    assert entry["at"] == opened.header.time
    case.answer(1)
    assert list(case.entry["answers"]) == [member(1)]
    case.mediated(2, 0, 1)
    settlement = coop.write(2, case.settlement()).id
    coop.write(0, case.agree(settlement))
    assert case.status == "open"
    coop.write(1, case.agree(settlement))
    assert (case.status, case.entry["closed"]) == ("settled", coop.nodes[0].ledger.height)
    assert coop.nodes[0].ledger.final.count("disputes") == 1


def test_a_statement_is_ones_own_and_used_once() -> None:
    """Another's statement, a used one, an erased one, no statement at all are DIS-1."""
    coop = Coop(4)
    mine, other = coop.write(0, statement()).id, coop.write(2, statement()).id
    assert refusal(coop, 0, opening(other, 1)) == "DIS-1"
    assert refusal(coop, 0, opening(ONE, 1)) == "DIS-1"
    profile = coop.write(0, MemberProfile(contact="Ann", about="", salt="0f" * 16)).id
    assert refusal(coop, 0, opening(profile, 1)) == "DIS-1"
    case = coop.write(0, opening(mine, 1)).id
    assert refusal(coop, 0, opening(mine, 1)) == "DIS-1"
    assert refusal(coop, 1, DisputeAnswer(dispute=case, statement=mine)) == "DIS-1"
    erased = coop.write(1, statement()).id
    coop.write(1, Erase(record=erased))
    assert refusal(coop, 1, DisputeAnswer(dispute=case, statement=erased)) == "DIS-1"


def test_a_refused_opening_uses_no_statement() -> None:
    """A statement whose dispute was refused (DIS-2) opens another (DIS-1)."""
    coop = Coop(4)
    words = coop.write(0, statement()).id
    assert refusal(coop, 0, opening(words, 0)) == "DIS-2"
    coop.write(0, opening(words, 1))


def test_words_are_erased_and_the_dispute_stays() -> None:
    """A complaint's and an answer's bodies can be erased; the dispute goes on without them."""
    coop = Coop(4)
    case = Case(coop)
    case.answer(1)
    for number, words in ((0, case.entry["statement"]), (1, case.entry["answers"][member(1)])):
        coop.write(number, Erase(record=words))
        for ledger in coop.ledgers:
            record = ledger.record(words)
            assert record is not None
            assert record.body is None
    coop.write(0, DisputeRefer(dispute=case.id))
    assert case.status == "referred"


@pytest.mark.parametrize("against", [[0], [1, 1], [9], [0, 1]])
def test_respondents_are_other_members_named_once(against: list[int]) -> None:
    """Oneself, a member named twice or somebody unknown as respondent is DIS-2."""
    coop = Coop(7)
    words = coop.write(0, statement()).id
    assert refusal(coop, 0, opening(words, *against)) == "DIS-2"


def test_one_who_left_is_no_respondent() -> None:
    """A complaint against a former member is DIS-2."""
    coop = Coop(4)
    coop.write(3, MemberResign(reason=""))
    words = coop.write(0, statement()).id
    assert refusal(coop, 0, opening(words, 3)) == "DIS-2"


def test_most_members_are_not_made_parties() -> None:
    """Half of those who may vote as parties is DIS-2, fewer are not, and one always may be."""
    for count, against, refused in ((7, 2, False), (7, 3, True), (6, 2, True), (2, 1, False)):
        coop = Coop(count)
        words = coop.write(0, statement()).id
        body = opening(words, *range(1, against + 1))
        if refused:
            assert refusal(coop, 0, body) == "DIS-2"
        else:
            coop.write(0, body)


def about(dispute: str) -> list[Body]:
    """Return one record of each kind that is about a dispute."""
    return [
        DisputeAnswer(dispute=dispute, statement=ONE),
        DisputeMediator(dispute=dispute, mediator=member(2)),
        DisputeAccept(dispute=dispute, mediator=member(2)),
        DisputeDecline(dispute=dispute, mediator=member(2)),
        DisputeSettle(dispute=dispute, text="We shake hands."),
        DisputeAgree(dispute=dispute, settlement=ONE),
        DisputeWithdraw(dispute=dispute),
        DisputeRefer(dispute=dispute),
    ]


def test_there_is_such_a_dispute() -> None:
    """Whatever is about a dispute that isn't there is DIS-3."""
    coop = Coop(1)
    for body in about(TWO):
        assert refusal(coop, 0, body) == "DIS-3"


def test_what_is_closed_stays_closed() -> None:
    """Whatever is about a dispute that was withdrawn is DIS-4."""
    coop = Coop(4)
    case = Case(coop)
    coop.write(0, DisputeWithdraw(dispute=case.id))
    assert (case.status, case.entry["closed"]) == ("withdrawn", coop.nodes[0].ledger.height)
    for body in about(case.id):
        assert refusal(coop, 0, body) == "DIS-4"


def test_each_respondent_answers_once() -> None:
    """An answer of no respondent or a second one is DIS-5; after a referral one still may."""
    coop = Coop(7)
    case = Case(coop, against=(1, 2))
    for number in (0, 3):
        words = coop.write(number, statement()).id
        assert refusal(coop, number, DisputeAnswer(dispute=case.id, statement=words)) == "DIS-5"
    case.answer(1)
    again = coop.write(1, statement()).id
    assert refusal(coop, 1, DisputeAnswer(dispute=case.id, statement=again)) == "DIS-5"
    coop.pass_time(case.entry["at"] + ANSWER_DAYS * DAY_MS - coop.wall)
    coop.write(0, DisputeRefer(dispute=case.id))
    case.answer(2)
    assert sorted(case.entry["answers"]) == sorted([member(1), member(2)])


def test_a_mediator_is_an_active_member_who_is_no_party() -> None:
    """A party, a stranger or a former member as mediator, or one put by no party, is DIS-6."""
    coop = Coop(7)
    case = Case(coop)
    coop.write(3, MemberResign(reason=""))
    for number in (0, 1, 3, 9):
        assert refusal(coop, 0, case.mediator(number)) == "DIS-6"
    assert refusal(coop, 2, case.mediator(4)) == "DIS-6"
    assert refusal(coop, 2, case.mediator(2)) == "DIS-6"
    coop.write(1, case.mediator(2))
    assert (case.entry["mediator"], case.entry["accepted"]) == (member(2), [member(1)])


def mediates(case: Case, number: int) -> bool:
    return is_mediator(case.coop.nodes[0].ledger.final, case.entry, member(number))


def test_a_mediator_mediates_once_all_accept() -> None:
    """Only with the last party's and its own acceptance one mediates (DIS-7)."""
    coop = Coop(7)
    case = Case(coop, against=(1, 2))
    coop.write(1, case.mediator(3))
    for number in (0, 3):
        coop.write(number, case.accept(3))
        assert not mediates(case, 3)
    coop.write(2, case.accept(3))
    assert mediates(case, 3)
    assert not mediates(case, 4)
    coop.write(0, case.mediator(4))
    for number in (1, 2):
        coop.write(number, case.accept(4))
    assert not mediates(case, 4)
    coop.write(4, case.accept(4))
    assert mediates(case, 4)


def test_a_new_proposal_and_a_decline_end_mediation() -> None:
    """Any party or the mediator declines at any time; another proposal begins anew (DIS-7)."""
    coop = Coop(7)
    case = Case(coop)
    for number in (0, 1, 2):
        case.mediated(2, 0, 1)
        assert mediates(case, 2)
        coop.write(number, case.decline(2))
        assert (case.entry["mediator"], case.entry["accepted"]) == ("", [])
    case.mediated(2, 0, 1)
    coop.write(1, case.mediator(3))
    assert not mediates(case, 2)
    assert case.entry["accepted"] == [member(1)]


def test_only_parties_and_the_one_proposed_accept_or_decline() -> None:
    """Another member's word, or one about another mediator, is DIS-7."""
    coop = Coop(7)
    case = Case(coop)
    assert refusal(coop, 1, case.accept(2)) == "DIS-7"
    coop.write(0, case.mediator(2))
    for body in (case.accept(2), case.decline(2)):
        assert refusal(coop, 3, body) == "DIS-7"
    for body in (case.accept(3), case.decline(3)):
        assert refusal(coop, 1, body) == "DIS-7"
        assert refusal(coop, 3, body) == "DIS-7"


def test_a_mediator_who_left_mediates_no_more() -> None:
    """Whom all accepted no longer mediates after leaving (DIS-7)."""
    coop = Coop(7)
    case = Case(coop)
    case.mediated(2, 0, 1)
    coop.write(2, MemberResign(reason=""))
    assert not mediates(case, 2)


def test_a_party_or_the_mediator_puts_a_settlement() -> None:
    """One of another member, or of a mediator whom not all accepted, is DIS-8."""
    coop = Coop(7)
    case = Case(coop)
    coop.write(0, case.mediator(2))
    coop.write(2, case.accept(2))
    for number in (2, 3):
        assert refusal(coop, number, case.settlement()) == "DIS-8"
    coop.write(1, case.accept(2))
    for number in (0, 1, 2):
        record = coop.write(number, case.settlement()).id
        assert case.entry["settlement"] == record


def test_a_new_settlement_needs_all_agreements_anew() -> None:
    """Who agreed to the settlement before has not agreed to the next (DIS-8, DIS-9)."""
    coop = Coop(4)
    case = Case(coop)
    first = coop.write(0, case.settlement()).id
    coop.write(1, case.agree(first))
    second = coop.write(0, case.settlement("Farm 1 pays.")).id
    coop.write(0, case.agree(second))
    assert (case.status, case.entry["agreed"]) == ("open", [member(0)])
    assert refusal(coop, 1, case.agree(first)) == "DIS-9"
    coop.write(1, case.agree(second))
    assert case.status == "settled"


def test_only_parties_agree_to_the_newest_settlement() -> None:
    """Agreement of no party, the mediator included, or to nothing, is DIS-9."""
    coop = Coop(4)
    case = Case(coop)
    assert refusal(coop, 0, case.agree(ONE)) == "DIS-9"
    case.mediated(2, 0, 1)
    settlement = coop.write(2, case.settlement()).id
    for number in (2, 3):
        assert refusal(coop, number, case.agree(settlement)) == "DIS-9"
    assert refusal(coop, 0, case.agree(ONE)) == "DIS-9"


def test_who_left_is_waited_for_no_more() -> None:
    """With one of two respondents gone the other's agreement and acceptance are enough (DIS-9)."""
    coop = Coop(7)
    case = Case(coop, against=(1, 2))
    coop.write(0, case.mediator(3))
    for number in (3, 1):
        coop.write(number, case.accept(3))
    settlement = coop.write(0, case.settlement()).id
    for number in (0, 1):
        coop.write(number, case.agree(settlement))
    assert not mediates(case, 3)
    coop.write(2, MemberResign(reason=""))
    assert mediates(case, 3)
    coop.write(1, case.agree(settlement))
    assert case.status == "settled"


def test_nobody_settles_with_nobody() -> None:
    """With one side gone a settlement is DIS-8, and so is agreeing to the last one."""
    for gone, left in ((1, 0), (0, 1)):
        coop = Coop(4)
        case = Case(coop)
        settlement = coop.write(0, case.settlement()).id
        coop.write(gone, MemberResign(reason=""))
        assert refusal(coop, left, case.settlement()) == "DIS-8"
        assert refusal(coop, left, case.agree(settlement)) == "DIS-8"


def test_the_complainant_withdraws() -> None:
    """Another's withdrawal is DIS-10, a respondent's too, before and after the referral."""
    coop = Coop(4)
    case = Case(coop)
    case.answer(1)
    withdrawal = DisputeWithdraw(dispute=case.id)
    for number in (1, 2):
        assert refusal(coop, number, withdrawal) == "DIS-10"
    coop.write(1, DisputeRefer(dispute=case.id))
    assert refusal(coop, 1, withdrawal) == "DIS-10"
    coop.write(0, withdrawal)
    assert case.status == "withdrawn"


def test_a_respondent_ends_what_was_left_behind_unless_it_is_referred() -> None:
    """Once the complainant left, a respondent withdraws an open dispute, no other one (DIS-10)."""
    for referred in (False, True):
        coop = Coop(7)
        case = Case(coop)
        case.answer(1)
        if referred:
            coop.write(0, DisputeRefer(dispute=case.id))
        coop.write(0, MemberResign(reason=""))
        assert refusal(coop, 2, DisputeWithdraw(dispute=case.id)) == "DIS-10"
        if referred:
            assert refusal(coop, 1, DisputeWithdraw(dispute=case.id)) == "DIS-10"
        else:
            coop.write(1, DisputeWithdraw(dispute=case.id))
            assert case.status == "withdrawn"


def test_a_dispute_is_referred_once_all_have_answered() -> None:
    """Before the last answer a referral is DIS-11, and so is a second one."""
    coop = Coop(7)
    case = Case(coop, against=(1, 2))
    referral = DisputeRefer(dispute=case.id)
    assert refusal(coop, 0, referral) == "DIS-11"
    case.answer(1)
    assert refusal(coop, 0, referral) == "DIS-11"
    case.answer(2)
    coop.write(2, referral)
    assert case.status == "referred"
    assert refusal(coop, 0, referral) == "DIS-11"


def test_a_dispute_is_referred_once_respondents_had_time() -> None:
    """Without an answer a referral waits 14 days of the minutes' time, to the millisecond."""
    coop = Coop(4)
    case = Case(coop)
    referral = DisputeRefer(dispute=case.id)
    coop.pass_time(case.entry["at"] + 14 * DAY_MS - 1 - coop.wall)
    assert refusal(coop, 0, referral) == "DIS-11"
    coop.pass_time(1)
    coop.write(0, referral)
    assert case.status == "referred"


def test_who_left_owes_no_answer() -> None:
    """With the respondent gone the members may be asked at once (DIS-11)."""
    coop = Coop(4)
    case = Case(coop)
    coop.write(1, MemberResign(reason=""))
    coop.write(0, DisputeRefer(dispute=case.id))
    assert case.status == "referred"


def test_parties_and_the_mediator_refer() -> None:
    """A referral of another member, or of a mediator whom not all accepted, is DIS-11."""
    coop = Coop(4)
    case = Case(coop)
    case.answer(1)
    coop.write(0, case.mediator(2))
    coop.write(2, case.accept(2))
    for number in (2, 3):
        assert refusal(coop, number, DisputeRefer(dispute=case.id)) == "DIS-11"
    coop.write(1, case.accept(2))
    coop.write(2, DisputeRefer(dispute=case.id))
    assert case.status == "referred"


def referred(count: int = 4) -> tuple[Case, State]:
    """Return a referred dispute, and a state to carry out decisions on."""
    case = Case(Coop(count))
    case.answer(1)
    case.coop.write(0, DisputeRefer(dispute=case.id))
    return case, State(case.coop.nodes[0].ledger.final.map)


def test_only_a_referred_dispute_is_decided_by_one_proposal_at_a_time() -> None:
    """One that isn't there is DIS-3, one not referred or taken up DIS-12, put back it isn't."""
    case = Case(Coop(4))
    state = State(case.coop.nodes[0].ledger.final.map)
    assert code_of(electorate, state, TWO) == "DIS-3"
    assert code_of(electorate, state, case.id) == "DIS-12"
    assert code_of(take_up, state, case.id, ONE) == "DIS-12"
    case, state = referred()
    roll, parties = electorate(state, case.id)
    assert (roll, parties) == (case.entry["roll"], tuple(sorted([member(0), member(1)])))
    take_up(state, case.id, ONE)
    assert code_of(electorate, state, case.id) == "DIS-12"
    assert code_of(take_up, state, case.id, TWO) == "DIS-12"
    put_back(state, case.id)
    take_up(state, case.id, TWO)
    assert state.need(f"dispute/{case.id}")["proposal"] == TWO


def test_a_decision_closes_the_dispute() -> None:
    """The proposal that took it up decides it; another one, or a second time, is DIS-12."""
    case, state = referred()
    assert code_of(settle, state, case.id, ONE, 9) == "DIS-12"
    take_up(state, case.id, ONE)
    assert code_of(settle, state, case.id, TWO, 9) == "DIS-12"
    settle(state, case.id, ONE, 9)
    entry = state.need(f"dispute/{case.id}")
    assert (entry["status"], entry["closed"], entry["proposal"]) == ("decided", 9, ONE)
    assert code_of(settle, state, case.id, ONE, 10) == "DIS-12"
    assert code_of(settle, state, TWO, ONE, 10) == "DIS-3"
