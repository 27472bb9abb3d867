"""Minutes of meetings in a room, approved by those present (GOV-29)."""

from __future__ import annotations

from rochdale_protocol.governance.records import MeetingApprove, MeetingRecord, MeetingVote
from tests.protocol.forging import refusal
from tests.protocol.governance.assembly import Assembly, ballot, bent, member


def meeting(present: str, *votes: MeetingVote, chair: int = 0) -> MeetingRecord:
    return MeetingRecord(
        title="Annual meeting",
        held=1_000,
        place="The village hall",
        chair=member(chair),
        present=[member(int(number)) for number in present],
        text="Opened at seven.",
        votes=list(votes),
    )


def room(proposal: str, voted_for: str = "", against: str = "", abstained: str = "") -> MeetingVote:
    def members(numbers: str) -> list[str]:
        return [member(int(number)) for number in numbers]

    return MeetingVote(
        proposal=proposal,
        voted_for=members(voted_for),
        voted_against=members(against),
        abstained=members(abstained),
    )


def test_minutes_are_approved_by_more_than_half_of_those_present() -> None:
    """Two of four aren't enough; each of them approves once (GOV-29)."""
    coop = Assembly(5)
    record = coop.write(4, meeting("0123")).id
    assert refusal(coop, 4, MeetingApprove(meeting=record)) == "GOV-29"
    for number in (0, 1):
        coop.write(number, MeetingApprove(meeting=record))
    assert coop.state.need(f"meeting/{record}")["approved_at"] == 0
    assert refusal(coop, 0, MeetingApprove(meeting=record)) == "GOV-29"
    coop.write(2, MeetingApprove(meeting=record))
    found = coop.state.need(f"meeting/{record}")
    assert (found["approved"], found["approved_at"]) == (3, coop.nodes[0].ledger.height)


def test_who_approves_casts_the_vote_it_gave_in_the_room() -> None:
    """The writer's word alone casts nothing: each ballot has its own voter's signature (GOV-29)."""
    coop = Assembly(5)
    proposal = coop.put()
    record = coop.write(4, meeting("0123", room(proposal, "01", "2", "3"))).id
    assert coop.entry(proposal)["voted"] == 0
    for number in (0, 2, 3):
        coop.write(number, MeetingApprove(meeting=record))
    entry = coop.entry(proposal)
    assert (entry["for"], entry["against"], entry["abstain"], entry["voted"]) == (1, 1, 1, 3)


def test_a_ballot_of_ones_own_stands_before_the_rooms() -> None:
    """Who voted in the book keeps that vote, and may change it afterwards (GOV-29, GOV-4)."""
    coop = Assembly(4)
    proposal = coop.put()
    coop.vote(proposal, "a---")
    record = coop.write(3, meeting("01", room(proposal, "01"))).id
    for number in (0, 1):
        coop.write(number, MeetingApprove(meeting=record))
    entry = coop.entry(proposal)
    assert (entry["for"], entry["against"]) == (1, 1)
    coop.write(1, ballot(proposal, "against"))
    assert coop.entry(proposal)["against"] == 2


def test_a_vote_that_is_over_gets_no_ballot_from_a_meeting() -> None:
    """Who approves late approves the minutes alone (GOV-29, GOV-3)."""
    coop = Assembly(4)
    proposal = coop.put()
    record = coop.write(3, meeting("012", room(proposal, "012"))).id
    coop.write(0, MeetingApprove(meeting=record))
    coop.write(1, MeetingApprove(meeting=record))
    coop.close()
    coop.write(2, MeetingApprove(meeting=record))
    entry = coop.entry(proposal)
    assert (entry["status"], entry["for"]) == ("carried", 2)
    assert coop.state.need(f"meeting/{record}")["approved"] == 3


def test_a_meetings_votes_may_close_one_early() -> None:
    """With the last vote that matters the decision is carried (GOV-24)."""
    coop = Assembly(4, bent("written", early=True))
    proposal = coop.put("written")
    record = coop.write(3, meeting("012", room(proposal, "012"))).id
    for number in (0, 1, 2):
        coop.write(number, MeetingApprove(meeting=record))
    assert coop.entry(proposal)["status"] == "carried"


def test_minutes_that_contradict_themselves_are_refused() -> None:
    """A stranger, an absent chair or voter, a vote or a name twice is GOV-29."""
    coop = Assembly(4)
    proposal = coop.put()
    bad = [
        meeting("00"),
        meeting("12", chair=0),
        meeting("01").model_copy(update={"present": [member(0), "ab" * 32]}),
        meeting("01", room(proposal, "2")),
        meeting("01", room(proposal, "0", "0")),
        meeting("01", room("ab" * 32, "0")),
        meeting("01", room(proposal, "0"), room(proposal, "1")),
    ]
    assert [refusal(coop, 0, body) for body in bad] == ["GOV-29"] * len(bad)
    assert refusal(coop, 0, MeetingApprove(meeting="ab" * 32)) == "GOV-29"


def test_an_objection_in_a_room_is_cast_with_its_reason() -> None:
    """The minutes hold no reason, so that an objection is cast in the book (GOV-29, GOV-20)."""
    coop = Assembly(4)
    proposal = coop.put("consent")
    record = coop.write(3, meeting("01", room(proposal, "0", "1"))).id
    for number in (0, 1):
        coop.write(number, MeetingApprove(meeting=record))
    entry = coop.entry(proposal)
    assert (entry["for"], entry["against"]) == (1, 0)
