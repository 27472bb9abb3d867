"""Votes counted again from their records alone (TAL-1 to TAL-6)."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rochdale_protocol.core.errors import LocalError, Refused
from rochdale_protocol.core.hashes import ZERO_ID
from rochdale_protocol.core.limits import UNSEAL_MS
from rochdale_protocol.governance.entry import note
from rochdale_protocol.governance.records import (
    BallotUnseal,
    DelegationGive,
    Election,
    InterestDeclare,
    MeetingApprove,
    Opened,
    ProposalNew,
    ProposalWithdraw,
    ProxyAppoint,
    ProxyRevoke,
)
from rochdale_protocol.governance.recount import Recount, recount
from rochdale_protocol.governance.replay import Taken
from rochdale_protocol.proofs.decisions import Held, body_of, hold, recount_of
from rochdale_protocol.state.state import Value
from tests.protocol.coops import VOTE_MS
from tests.protocol.governance.assembly import Assembly, ballot, bent, member, ranking
from tests.protocol.governance.test_histories import CHOICES, FARMS, steps
from tests.protocol.governance.test_histories import body_of as body_of_step
from tests.protocol.governance.test_meetings import meeting, room
from tests.protocol.governance.test_sealed import SEALED, sealed, shares


def recounted(coop: Assembly, proposal: str) -> Recount:
    """Return the recount of a book, which is byte for byte that of every other book."""
    found = [recount_of(node.ledger, proposal) for node in coop.nodes if node.linked]
    assert all(each.to_bytes() == found[0].to_bytes() for each in found)
    assert found[0].differs == []
    return found[0]


def fates(found: Recount) -> list[tuple[int, str, str]]:
    """Return the farm, the way and the fate of each ballot, in order."""
    farms = {member(number): number for number in range(10)}
    rows: Any = found.value["records"]
    return [(farms[row["voter"]], row["how"], row["fate"]) for row in rows if "fate" in row]


@settings(max_examples=15)
@given(
    st.sampled_from(("ordinary", "special", "written", "consent", "entrenched")),
    st.booleans(),
    steps,
)
def test_whatever_happens_the_recount_is_the_book(
    business: str, early: bool, history: list[Any]
) -> None:
    """Any history of a vote, counted again from its records, is what the book says (TAL-6)."""
    changes: dict[str, Any] = {"interested": "abstain", "proxies": 2, "delegation": True}
    coop = Assembly(FARMS, bent(business, early=early, **changes))
    proposal = coop.put(business)
    for step in history:
        if step[1] == "wait":
            coop.pass_time(VOTE_MS // 8)
            continue
        try:
            coop.write(step[0], body_of_step(step, proposal))
        except (Refused, LocalError):
            continue
        recounted(coop, proposal)
    coop.close()
    found = recounted(coop, proposal).value
    standing = Counter(fate for _, _, fate in fates(recounted(coop, proposal)))
    assert found["status"] == coop.entry(proposal)["status"]
    assert standing["counted"] == found["voted"] == sum(found[each] for each in CHOICES)  # type: ignore[misc]
    assert found["not_voted"] == FARMS - standing["counted"]


def test_every_ballot_is_explained() -> None:
    """Own, changed, by proxy, overridden, struck, revoked and delegated (TAL-2)."""
    changes: dict[str, Any] = {"interested": "abstain", "proxies": 3, "delegation": True}
    coop = Assembly(7, bent(**changes))
    coop.write(6, DelegationGive(business="ordinary", holder=member(0)))
    proposal = coop.put()
    for principal in (1, 2, 3):
        holder = ProxyAppoint(proposal=proposal, holder=member(0), instruction=None)
        coop.write(principal, holder)
        coop.write(0, ballot(proposal, "against", principal=member(principal)))
    coop.write(0, ballot(proposal, "against"))
    coop.write(0, ballot(proposal, "for"))
    coop.write(1, ballot(proposal, "for"))
    coop.write(2, ProxyRevoke(proposal=proposal))
    coop.write(4, ballot(proposal, "for"))
    coop.write(4, InterestDeclare(proposal=proposal, nature="sells trailers"))
    coop.close()
    found = recounted(coop, proposal)
    assert fates(found) == [
        (1, "proxy", "overridden"),
        (2, "proxy", "revoked"),
        (3, "proxy", "counted"),
        (0, "own", "replaced"),
        (0, "own", "counted"),
        (1, "own", "counted"),
        (4, "own", "struck"),
        (6, "delegation", "counted"),
    ]
    assert [found.value[each] for each in CHOICES] == [3, 1, 0]
    assert (found.value["voted"], found.value["not_voted"]) == (4, 3)
    rows: Any = found.value["records"]
    ballots = {row["record"]: row for row in rows if "fate" in row}
    replaced = next(row for row in ballots.values() if row["fate"] == "replaced")
    assert ballots[replaced["after"]]["fate"] == "counted"


def test_what_strikes_no_ballot() -> None:
    """A revoked proxy takes back what it cast alone; an interest may be let vote (TAL-2)."""
    coop = Assembly(4)
    proposal = coop.put()
    coop.write(1, ProxyAppoint(proposal=proposal, holder=member(0), instruction=None))
    coop.write(1, ballot(proposal))
    coop.write(1, ProxyRevoke(proposal=proposal))
    coop.write(2, ballot(proposal))
    coop.write(2, InterestDeclare(proposal=proposal, nature="sells trailers"))
    assert fates(recounted(coop, proposal)) == [(1, "own", "counted"), (2, "own", "counted")]


def test_votes_in_a_room_are_explained() -> None:
    """Who approves the minutes has cast the vote that they hold of it; who doesn't, none."""
    coop = Assembly(5)
    other, proposal = coop.put(), coop.put()
    record = coop.write(4, meeting("0123", room(other, "3"), room(proposal, "01", "2", "3"))).id
    coop.write(1, ballot(proposal, "against"))
    for number in (0, 1, 2):
        coop.write(number, MeetingApprove(meeting=record))
    coop.write(2, ballot(proposal, "for"))
    coop.close()
    assert fates(recounted(coop, proposal)) == [
        (1, "own", "counted"),
        (0, "meeting", "counted"),
        (2, "meeting", "replaced"),
        (2, "own", "counted"),
    ]
    assert fates(recounted(coop, other)) == []


def test_a_room_votes_on_several_matters_at_their_time() -> None:
    """Each matter gets its own vote, and one that isn't open yet none (TAL-1, TAL-2)."""
    coop = Assembly(4)
    one, two = coop.put(), coop.put()
    later = coop.put(opens=coop.wall + VOTE_MS // 2)
    rooms = (room(one, "0", "1"), room(two, "1", "0"), room(later, "01"))
    record = coop.write(3, meeting("01", *rooms)).id
    coop.write(0, MeetingApprove(meeting=record))
    coop.pass_time(VOTE_MS // 2)
    coop.write(1, MeetingApprove(meeting=record))
    for proposal, papers in (
        (one, ["for", "against"]),
        (two, ["against", "for"]),
        (later, ["for"]),
    ):
        rows: Any = recounted(coop, proposal).value["records"]
        assert [row["paper"]["choice"] for row in rows if "fate" in row] == papers


def test_sealed_ballots_are_opened_again() -> None:
    """What the shares open is counted, what says nothing is spoilt (TAL-3)."""
    coop = Assembly(4, SEALED)
    proposal = coop.put()
    coop.write(0, sealed(coop, proposal, 0, {"choice": "against"}))
    coop.write(0, sealed(coop, proposal, 0, {"choice": "for"}))
    coop.write(1, sealed(coop, proposal, 1, {"choice": "for"}))
    coop.write(2, sealed(coop, proposal, 2, b"nothing"))
    assert {fate for _, _, fate in fates(recounted(coop, proposal))} == {"replaced", "unopened"}
    coop.close()
    for number in range(3):
        coop.write(number, shares(coop, proposal, number))
    found = recounted(coop, proposal)
    assert [fate for _, _, fate in fates(found)] == ["replaced", "counted", "counted", "spoilt"]
    rows: Any = found.value["records"]
    assert [row["paper"] for row in rows if "fate" in row] == [
        None,
        {"choice": "for"},
        {"choice": "for"},
        None,
    ]
    assert (found.value["voted"], found.value["spoilt"], found.value["not_voted"]) == (2, 1, 1)


def test_ballots_that_nobody_opens_are_told() -> None:
    """Without shares a vote is uncounted; where trustees have none, a ballot is spoilt (TAL-3)."""
    coop = Assembly(4, SEALED)
    left, proposal = coop.put(), coop.put()
    for each in (left, proposal):
        coop.write(0, sealed(coop, each, 0, {"choice": "for"}))
    coop.close()
    for number in range(2):
        none = [Opened(member=member(0), share=None)]
        coop.write(number, BallotUnseal(proposal=proposal, shares=none))
    coop.pass_time(UNSEAL_MS)
    for each, status, fate in ((left, "uncounted", "unopened"), (proposal, "inquorate", "spoilt")):
        found = recounted(coop, each)
        assert (found.value["status"], fates(found)) == (status, [(0, "own", fate)])


def test_a_vote_that_was_taken_back_is_told() -> None:
    """Whatever its ballots would have said (TAL-4)."""
    coop = Assembly(3)
    proposal = coop.put()
    coop.vote(proposal, "fff")
    coop.write(0, ProposalWithdraw(proposal=proposal))
    found = recounted(coop, proposal).value
    assert (found["status"], found["for"]) == ("withdrawn", 3)


def test_an_election_is_counted_again_stage_by_stage() -> None:
    """The report is that of the book, whose hash the book keeps; so is the seed (TAL-4)."""
    coop = Assembly(5)
    election = coop.elect(1, 2)
    for number, first in enumerate((1, 2, 1, 2)):
        coop.write(number, ranking(election, first))
    coop.close()
    found = recounted(coop, election).value
    count: Any = found["count"]
    assert count["lot"]["seed"] == coop.entry(election)["seed"] == found["seed"]
    assert found["elected"] == count["elected"] == coop.entry(election)["elected"]
    assert found["report"] == coop.entry(election)["report"] != ""


def held_of(coop: Assembly, proposal: str) -> Held:
    return hold(coop.nodes[0].ledger, proposal)


def again(coop: Assembly, proposal: str, value: Value, taken: list[Taken]) -> Recount:
    """Count what a test made of a vote, in a log that fits it."""
    value = {**value, "log": ZERO_ID}
    for each in taken:
        note(value, each.record, each.member)
    members = dict(coop.state.scan("member/"))
    return recount(coop.id, proposal, value, taken, {}, members)


def taken_of(held: Held) -> list[Taken]:
    return [
        Taken(record.id, record.header.device, body_of(record), name) for record, name in held.log
    ]


def voted() -> tuple[Assembly, str]:
    """Return a vote that carried by three to one."""
    coop = Assembly(5)
    proposal = coop.put()
    coop.vote(proposal, "fffa")
    coop.close()
    return coop, proposal


@pytest.mark.parametrize(
    ("name", "value"),
    [("for", 4), ("against", 0), ("voted", 5), ("quorum", 1), ("status", "lost"), ("spoilt", 1),
     ("sealed", 1), ("elected", [1]), ("report", "ab" * 32)],
)  # fmt: skip
def test_a_book_that_says_otherwise_is_told(name: str, value: object) -> None:
    """Whatever the state says of the vote is compared (TAL-6)."""
    coop, proposal = voted()
    held = held_of(coop, proposal)
    assert again(coop, proposal, held.value, taken_of(held)).differs == []
    assert again(coop, proposal, {**held.value, name: value}, taken_of(held)).differs == [name]


def test_more_ballots_than_electors_are_told() -> None:
    """Of two electors no four vote (TAL-6)."""
    coop, proposal = voted()
    held = held_of(coop, proposal)
    found = again(coop, proposal, {**held.value, "electors": 2, "quorum": 2}, taken_of(held))
    assert found.differs == ["electors"]


def test_a_log_with_one_record_more_or_fewer_is_refused() -> None:
    """The order, the number and the members of the records are the log's (TAL-1)."""
    coop, proposal = voted()
    held = held_of(coop, proposal)
    (first, one), (second, two) = held.log[1:3]
    others = [
        held.log[:-1],
        held.log[:2] + held.log[3:],
        (*held.log, held.log[-1]),
        (held.log[0], (second, two), (first, one), *held.log[3:]),
        (held.log[0], (first, two), *held.log[2:]),
    ]
    for log in others:
        with pytest.raises(Refused, match="TAL-1"):
            replace(held, log=log).recount()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"excluded": [member(1)]}, "TAL-2"),
        ({"roll": 0, "excluded": [], "rule": {"secrecy": "sealed"}}, "TAL-2"),
        ({"rule": {"test": {"type": "election", "method": "irv"}}}, "TAL-1"),
        ({"candidates": "none"}, "TAL-1"),
        ({"rule": {"test": {"type": "election", "method": "irv"}}, "seats": 1}, "GOV-20"),
    ],
)
def test_ballots_that_no_such_vote_takes_are_refused(change: dict[str, Any], code: str) -> None:
    """Of parties, in another form, and of what is no vote at all (TAL-1, TAL-2)."""
    coop, proposal = voted()
    held = held_of(coop, proposal)
    value = deepcopy(held.value)
    for name, put in change.items():
        value[name] = {**value[name], **put} if name == "rule" else put
    with pytest.raises(Refused) as caught:
        again(coop, proposal, value, taken_of(held))
    assert caught.value.code == code


def test_ballots_that_may_not_stand_are_refused() -> None:
    """By strangers, for others without a proxy, not as instructed, once they voted (TAL-2)."""
    coop, proposal = voted()
    held = held_of(coop, proposal)
    first, *_ = taken_of(held)

    def taken(number: int, body: Any) -> Taken:
        return Taken(f"{number:064x}", "ab" * 32, body, member(number))

    given = ProxyAppoint(proposal=proposal, holder=member(1), instruction="for")
    cases = [
        [taken(7, ballot(proposal))],
        [taken(1, ballot(proposal, principal=member(2)))],
        [taken(2, given), taken(1, ballot(proposal, "against", principal=member(2)))],
        [taken(2, given), taken(3, ballot(proposal, principal=member(2)))],
        [taken(2, given), taken(2, ballot(proposal)),
         taken(1, ballot(proposal, principal=member(2)))],
        [taken(2, given), taken(2, ProxyRevoke(proposal=proposal)),
         taken(1, ballot(proposal, principal=member(2)))],
        [taken(2, DelegationGive(business="ordinary", holder=member(1)))],
        [taken(1, MeetingApprove(meeting=proposal))],
    ]  # fmt: skip
    for case in cases:
        with pytest.raises(Refused, match="TAL-2"):
            again(coop, proposal, held.value, [first, *case])


@pytest.mark.parametrize("spells", [[[1, 0]], [[0, 1], [3, 0]], [], [[0]], None])
def test_ballots_of_no_electors_are_refused(spells: Any) -> None:
    """Who came later, was away when notice was given, or of whom nothing is known (TAL-2)."""
    coop, proposal = voted()
    held = held_of(coop, proposal)
    members = {**held.members, member(1): {"spells": spells}}
    at_2 = {**held.value, "roll": 2, "roll_before": 0}
    assert again(coop, proposal, at_2, taken_of(held)).differs == []
    with pytest.raises(Refused, match="TAL-2"):
        recount(coop.id, proposal, at_2, taken_of(held), {}, members)


def test_delegations_that_may_not_count_are_refused() -> None:
    """Of who voted, to who didn't, of what a proxy cast, of other business (TAL-2)."""
    coop = Assembly(5, bent(delegation=True))
    proposal = coop.put()
    coop.write(2, ProxyAppoint(proposal=proposal, holder=member(0), instruction=None))
    coop.write(0, ballot(proposal, principal=member(2)))
    coop.vote(proposal, "ff---")
    held = held_of(coop, proposal)

    def given(by: int, holder: int, business: str = "ordinary") -> Taken:
        body = DelegationGive(business=business, holder=member(holder))
        return Taken("a" * 64, "ab" * 32, body, member(by))

    counted = again(coop, proposal, held.value, [*taken_of(held), given(3, 0)])
    assert fates(counted)[-1] == (3, "delegation", "counted")
    for wrong in (given(1, 0), given(3, 4), given(3, 2), given(3, 0, "special")):
        with pytest.raises(Refused, match="TAL-2"):
            again(coop, proposal, held.value, [*taken_of(held), wrong])


def test_an_interest_keeps_its_member_out() -> None:
    """After the declaration no ballot of its member may stand where the rule says so (TAL-2)."""
    coop = Assembly(4, bent(interested="abstain"))
    proposal = coop.put()
    coop.write(1, InterestDeclare(proposal=proposal, nature="mine"))
    held = held_of(coop, proposal)
    late = Taken("a" * 64, "ab" * 32, ballot(proposal), member(1))
    with pytest.raises(Refused, match="TAL-2"):
        again(coop, proposal, held.value, [*taken_of(held), late])


def test_an_unsealing_by_no_trustee_is_refused() -> None:
    """Only the trustees that were fixed with the notice open ballots (TAL-3)."""
    coop = Assembly(4, SEALED)
    proposal = coop.put()
    coop.write(0, sealed(coop, proposal, 0, {"choice": "for"}))
    coop.close()
    coop.write(1, shares(coop, proposal, 1))
    held = held_of(coop, proposal)
    *before, opened = taken_of(held)
    stranger = Taken(opened.record, "ab" * 32, opened.body, opened.member)
    with pytest.raises(Refused, match="TAL-3"):
        again(coop, proposal, held.value, [*before, stranger])


def test_a_vote_that_was_put_again_has_a_log_of_its_own() -> None:
    """An adjourned vote is counted again, and so is the one that goes on from it (TAL-5)."""
    coop = Assembly(7, bent(adjourn_days=1, quorum_least=2))
    proposal = coop.put()
    coop.vote(proposal, "f---")
    coop.close()
    assert recounted(coop, proposal).value["status"] == "adjourned"
    following = str(coop.entry(proposal)["continued"])
    coop.pass_time(coop.entry(following)["opens"] - coop.wall)
    coop.vote(following, "ff--")
    coop.pass_time(coop.entry(following)["closes"] - coop.wall)
    found = recounted(coop, following).value
    assert (found["status"], found["for"], found["number"]) == ("carried", 2, 2)


def test_what_a_book_does_not_hold() -> None:
    """Nobody's proposal can't be counted, nor one that is pending (PRF-14, PRF-15)."""
    coop = Assembly(2)
    ledger = coop.nodes[0].ledger
    with pytest.raises(LocalError, match="PRF-14"):
        recount_of(ledger, "9" * 64)
    pending = coop.author(0, coop.motion())
    with pytest.raises(LocalError, match="PRF-15"):
        recount_of(ledger, pending.id)


def test_an_election_of_options_is_named() -> None:
    """Options are candidates that are no members."""
    coop = Assembly(3)
    call = Election(seats=1, options=["blue", "green"])
    body: ProposalNew = coop.motion("options", election=call)
    proposal = coop.write(0, body).id
    for number in range(2):
        coop.write(number, ranking(proposal, 2))
    coop.close()
    found = recounted(coop, proposal).value
    assert found["elected"] == [2]
    assert found["candidates"] == [{"name": "blue", "member": ""}, {"name": "green", "member": ""}]
