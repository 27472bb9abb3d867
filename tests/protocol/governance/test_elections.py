"""Elections in the book: standing, ballots, count, lot, offices (GOV-19, GOV-20, GOV-26)."""

from __future__ import annotations

import pytest

from rochdale_protocol.core.ruleset import Election as ByElection
from rochdale_protocol.core.ruleset import Method
from rochdale_protocol.governance.closing import REOPEN, count_election
from rochdale_protocol.governance.effects import Appoint, NoEffect
from rochdale_protocol.governance.records import (
    BallotRank,
    CandidateStand,
    CandidateWithdraw,
    Election,
)
from rochdale_protocol.membership.offices import holds_office
from rochdale_protocol.membership.records import MemberResign
from tests.protocol.coops import VOTE_MS
from tests.protocol.forging import refusal
from tests.protocol.governance.assembly import Assembly, ballot, bent, member, ranking, scoring

DIRECTORS = Appoint(office="director", members=[], until=0)


def elected(coop: Assembly, election: str) -> list[str]:
    entry = coop.entry(election)
    return [entry["candidates"][each - 1]["name"] for each in entry["elected"]]


def test_three_officers_are_elected() -> None:
    """Seven vote by STV for three of four; those elected hold the office (GOV-26)."""
    coop = Assembly(7)
    election = coop.elect(3, 4, effect=DIRECTORS)
    papers = [(1, 2), (1, 2), (2, 1), (2, 3), (3, 2), (3, 1), (4, 3)]
    for number, ranks in enumerate(papers):
        coop.author(number, ranking(election, *ranks))
    coop.pump()
    coop.close()
    assert coop.entry(election)["status"] == "carried"
    assert sorted(elected(coop, election)) == ["Farm 0", "Farm 1", "Farm 2"]
    held = [holds_office(coop.state, "director", member(n), coop.wall) for n in range(4)]
    assert held == [True, True, True, False]


def test_the_lot_is_the_closing_minutes_id() -> None:
    """A tie is broken by the id of the minute that closed the vote (CNT-7)."""
    coop = Assembly(4)
    election = coop.elect(1, 2)
    coop.write(2, ranking(election, 1))
    coop.write(3, ranking(election, 2))
    coop.close()
    entry = coop.entry(election)
    ledger = coop.nodes[0].ledger
    closing = ledger.minute(entry["closed"])
    assert closing is not None
    assert entry["seed"] == closing.id
    assert ledger.height == entry["closed"] + 1
    found = count_election(coop.state, election, entry, bytes.fromhex(closing.id))
    assert found.lot
    assert [each + 1 for each in found.elected] == entry["elected"]


def test_members_stand_before_the_vote_opens() -> None:
    """Only electors, once, between notice and opening; options leave nobody to stand (GOV-19)."""
    coop = Assembly(4)
    call = Election(seats=1, options=[])
    election = coop.put("election", opens=coop.wall + 500, election=call)
    stand = CandidateStand(proposal=election, statement="")
    coop.write(1, stand)
    assert refusal(coop, 1, stand) == "GOV-19"
    assert refusal(coop, 2, CandidateWithdraw(proposal=election)) == "GOV-19"
    coop.write(2, stand)
    coop.write(2, CandidateWithdraw(proposal=election))
    coop.pass_time(500)
    assert refusal(coop, 3, stand) == "GOV-5"
    assert coop.entry(election)["candidates"] == [{"name": "Farm 1", "member": member(1)}]
    choice = Election(seats=1, options=["Red", "Blue"])
    options = coop.put("options", opens=coop.wall + 500, election=choice)
    assert refusal(coop, 1, CandidateStand(proposal=options, statement="")) == "GOV-19"


def test_who_left_stands_no_more() -> None:
    """A candidate who resigned is off the ballot paper when the vote opens (GOV-28)."""
    coop = Assembly(4)
    call = Election(seats=1, options=[])
    election = coop.put("election", opens=coop.wall + 500, election=call)
    for number in (1, 2):
        coop.write(number, CandidateStand(proposal=election, statement=""))
    coop.write(1, MemberResign(reason=""))
    coop.pass_time(500)
    assert [each["member"] for each in coop.entry(election)["candidates"]] == [member(2)]


@pytest.mark.parametrize("others", [1, 0])
def test_who_left_before_the_count_keeps_nobody_else_out(others: int) -> None:
    """Who was elected and left takes no office, the others do; with none left it is MEM-17."""
    coop = Assembly(5)
    election = coop.elect(1 + others, 1 + others, effect=DIRECTORS)
    for number in (1, 2, 3):
        coop.write(number, ranking(election, 1, 2) if others else ranking(election, 1))
    coop.write(0, MemberResign(reason=""))
    coop.close()
    entry = coop.entry(election)
    assert (entry["status"], len(entry["elected"])) == ("carried", 1 + others)
    assert entry["effect_code"] == ("" if others else "MEM-17")
    held = [key for key, _ in coop.state.scan("office/director/")]
    assert held == [member(1)] * others


def test_an_election_without_candidates_lapses() -> None:
    """Where nobody stands nothing is voted on (GOV-28)."""
    coop = Assembly(4)
    election = coop.elect(1, 0)
    assert coop.entry(election)["status"] == "lapsed"
    assert coop.entry(election)["effect_code"] == "GOV-28"


def test_reopening_nominations_elects_nobody() -> None:
    """Where "Re-open nominations" wins the seat stays empty and the decision is lost (CNT-8)."""
    coop = Assembly(4)
    election = coop.elect(1, 2, effect=DIRECTORS)
    for number in range(4):
        coop.author(number, ranking(election, 3))
    coop.pump()
    coop.close()
    entry = coop.entry(election)
    assert (entry["status"], entry["elected"]) == ("lost", [])
    assert not list(coop.state.scan("office/"))
    assert REOPEN not in [each["name"] for each in entry["candidates"]]


def test_too_few_ballots_elect_nobody() -> None:
    """An election below the quorum is inquorate, without a count (GOV-8)."""
    coop = Assembly(7)
    election = coop.elect(1, 2)
    coop.write(0, ranking(election, 1))
    coop.close()
    entry = coop.entry(election)
    assert (entry["status"], entry["voted"], entry["quorum"]) == ("inquorate", 1, 3)
    assert entry["report"] == ""


@pytest.mark.parametrize("method", ["irv", "schulze", "scottish-stv", "approval"])
def test_options_are_chosen_by_every_method_that_ranks(method: Method) -> None:
    """All methods agree that what all put first is chosen (CNT-4)."""
    coop = Assembly(4, bent("options", test=ByElection(method=method)))
    call = Election(seats=1, options=["Red", "Green", "Blue"])
    choice = coop.put("options", election=call)
    for number in range(3):
        coop.author(number, ranking(choice, 2))
    coop.pump()
    coop.close()
    assert elected(coop, choice) == ["Green"]


def test_options_are_scored() -> None:
    """Where a class scores, ballots give scores and no ranks (CNT-17, GOV-20)."""
    coop = Assembly(4, bent("options", test=ByElection(method="score")))
    call = Election(seats=1, options=["Red", "Green"])
    choice = coop.put("options", election=call)
    assert refusal(coop, 0, ranking(choice, 1)) == "GOV-20"
    for number in range(3):
        coop.author(number, scoring(choice, c1=5, c2=4 + 2 * number))
    coop.pump()
    coop.close()
    assert elected(coop, choice) == ["Green"]


@pytest.mark.parametrize("ranks", [[[1], [1]], [[1, 1]], [[4]], [[1], [2], [3], [4]]])
def test_a_ballot_names_candidates_once(ranks: list[list[int]]) -> None:
    """A candidate named twice, or a number that nobody has, is GOV-20; the third is RON here."""
    coop = Assembly(4)
    election = coop.elect(1, 2)
    body = BallotRank(proposal=election, ranks=ranks, principal=None)
    assert refusal(coop, 0, body) == "GOV-20"
    coop.write(0, BallotRank(proposal=election, ranks=[[1], [2, 3]], principal=None))


def test_a_ballot_has_the_form_of_its_vote() -> None:
    """A choice in an election, or ranks on a motion, is GOV-20."""
    coop = Assembly(4)
    election = coop.elect(1, 2)
    assert refusal(coop, 0, ballot(election)) == "GOV-20"
    assert refusal(coop, 0, ranking(coop.put(), 1)) == "GOV-20"


def test_a_later_ranking_replaces_the_earlier() -> None:
    """Each member has one ballot in the count (GOV-4)."""
    coop = Assembly(4)
    election = coop.elect(1, 2)
    for number in range(3):
        coop.write(number, ranking(election, 1))
    for number in range(3):
        coop.write(number, ranking(election, 2))
    assert coop.entry(election)["voted"] == 3
    coop.close()
    assert elected(coop, election) == ["Farm 1"]


def test_fewer_stand_than_there_are_seats() -> None:
    """All who stand are elected, unless nominations are to be re-opened (CNT-12)."""
    coop = Assembly(4)
    election = coop.elect(3, 2, effect=DIRECTORS)
    for number in range(3):
        coop.author(number, ranking(election, 1, 2))
    coop.pump()
    coop.close()
    assert sorted(elected(coop, election)) == ["Farm 0", "Farm 1"]


def test_an_election_to_no_office_is_words_alone() -> None:
    """Members may be chosen for something that the book knows no office for (GOV-12)."""
    coop = Assembly(4)
    election = coop.elect(1, 1, effect=NoEffect())
    for number in range(3):
        coop.author(number, ranking(election, 1))
    coop.pump()
    coop.pass_time(VOTE_MS)
    assert elected(coop, election) == ["Farm 0"]
