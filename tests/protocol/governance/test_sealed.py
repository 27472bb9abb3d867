"""Votes that are sealed until the close, and how trustees open them (GOV-23)."""

from __future__ import annotations

from typing import Any

import pytest

from rochdale_protocol.core.canonical import encode
from rochdale_protocol.core.limits import UNSEAL_MS
from rochdale_protocol.governance.records import (
    BallotSeal,
    BallotUnseal,
    InterestDeclare,
    Opened,
    ProxyAppoint,
)
from rochdale_protocol.governance.sealing import Sealed, context_of, open_box, seal
from rochdale_protocol.governance.voting import paper_size
from tests.protocol.coops import device
from tests.protocol.forging import refusal
from tests.protocol.governance.assembly import Assembly, ballot, bent, member

SEALED = bent(secrecy="sealed")


def sealed(
    coop: Assembly,
    proposal: str,
    number: int,
    paper: Any,
    *,
    context_member: int | None = None,
    principal: str | None = None,
) -> BallotSeal:
    """Return a farm's sealed ballot; ``paper`` is what it says, or bytes that say nothing."""
    entry = coop.entry(proposal)
    voter = member(number if context_member is None else context_member)
    plain = paper if isinstance(paper, bytes) else encode(paper)
    made = seal(
        bytes([number + 1]) * 32,
        plain,
        context_of(coop.id, proposal, principal or voter),
        entry["trustees"],
        paper_size(entry),
    )
    return BallotSeal(proposal=proposal, sealed=made, principal=principal)


def shares(coop: Assembly, proposal: str, number: int) -> BallotUnseal:
    """Return what a farm's device opens of a sealed vote."""
    place = coop.entry(proposal)["trustees"].index(device(number).public) + 1
    opened = []
    for voter, kept in coop.state.scan(f"ballot/{proposal}/"):
        record = coop.nodes[0].ledger.record(kept["record"])
        assert record is not None
        assert record.body is not None
        made = BallotSeal.model_validate_json(record.body).sealed
        context = context_of(coop.id, proposal, voter)
        share = open_box(made, place, device(number), context)
        opened.append(Opened(member=voter, share=share))
    return BallotUnseal(proposal=proposal, shares=opened)


def unsealed(coop: Assembly, proposal: str, *numbers: int) -> str:
    """Let trustees open a closed vote, one after the other; returns how it stands."""
    for number in numbers:
        coop.write(number, shares(coop, proposal, number))
    status: str = coop.entry(proposal)["status"]
    return status


def test_a_sealed_vote_is_counted_after_the_close() -> None:
    """Nothing of a ballot stands in the book before; three of four trustees open all (GOV-23)."""
    coop = Assembly(4, SEALED)
    proposal = coop.put()
    for number, choice in enumerate(("for", "against", "for", "abstain")):
        coop.write(number, sealed(coop, proposal, number, {"choice": choice}))
    entry = coop.entry(proposal)
    assert (entry["voted"], entry["for"], entry["against"], entry["abstain"]) == (4, 0, 0, 0)
    assert refusal(coop, 0, shares(coop, proposal, 0)) == "GOV-23"
    coop.close()
    assert coop.entry(proposal)["status"] == "opening"
    assert unsealed(coop, proposal, 0, 1) == "opening"
    assert unsealed(coop, proposal, 2) == "carried"
    entry = coop.entry(proposal)
    assert (entry["for"], entry["against"], entry["abstain"]) == (2, 1, 1)
    assert unsealed(coop, proposal, 3) == "carried"


def test_a_voter_who_goes_away_does_not_stop_the_count() -> None:
    """Its ballot is opened by the trustees, without it (GOV-23)."""
    coop = Assembly(4, SEALED)
    proposal = coop.put()
    for number in range(4):
        coop.write(number, sealed(coop, proposal, number, {"choice": "for"}))
    coop.nodes[3].linked = False
    coop.close()
    coop.pass_time(10_000)  # the leader may be who went away
    assert unsealed(coop, proposal, 0, 1, 2) == "carried"
    assert coop.entry(proposal)["for"] == 4


def test_a_later_sealed_ballot_replaces_the_earlier() -> None:
    """Only the last one is opened and counted (GOV-4)."""
    coop = Assembly(4, SEALED)
    proposal = coop.put()
    for number in (0, 1):
        coop.write(number, sealed(coop, proposal, number, {"choice": "against"}))
        coop.write(number, sealed(coop, proposal, number, {"choice": "for"}))
    coop.close()
    assert unsealed(coop, proposal, 0, 1, 2) == "carried"
    assert coop.entry(proposal)["for"] == 2


@pytest.mark.parametrize(
    "paper",
    [b"\x00\x01", b"{}", b"[]", b'{"choice":"yes"}', b'{"choice": "for"}', b"", b"\xff" * 20,
     {"ranks": [[1]]}, {"choice": "for", "more": 1}, {"scores": "x"}, {"scores": [1]}],
)  # fmt: skip
def test_what_is_no_ballot_is_spoilt(paper: Any) -> None:
    """A sealed ballot that says nothing this vote asks for counts for nothing (GOV-20, GOV-23)."""
    coop = Assembly(4, SEALED)
    proposal = coop.put()
    for number in (0, 1):
        coop.write(number, sealed(coop, proposal, number, {"choice": "for"}))
    coop.write(2, sealed(coop, proposal, 2, paper))
    coop.close()
    assert unsealed(coop, proposal, 1, 2, 3) == "carried"
    entry = coop.entry(proposal)
    assert (entry["for"], entry["spoilt"], entry["voted"]) == (2, 1, 2)


def test_another_members_ballot_is_no_ballot_of_mine() -> None:
    """A sealed ballot copied from another member is spoilt (GOV-23)."""
    coop = Assembly(4, SEALED)
    proposal = coop.put()
    for number in (0, 1):
        coop.write(number, sealed(coop, proposal, number, {"choice": "for"}))
    made = sealed(coop, proposal, 0, {"choice": "for"}).sealed
    coop.write(2, BallotSeal(proposal=proposal, sealed=made, principal=None))
    coop.close()
    unsealed(coop, proposal, 0, 1, 2, 3)
    entry = coop.entry(proposal)
    assert (entry["status"], entry["for"], entry["spoilt"]) == ("carried", 2, 1)


def test_trustees_who_stay_away_leave_it_uncounted() -> None:
    """After thirty days without enough of them the vote ends uncounted (GOV-23)."""
    coop = Assembly(4, SEALED)
    proposal = coop.put()
    for number in range(3):
        coop.write(number, sealed(coop, proposal, number, {"choice": "for"}))
    coop.close()
    assert unsealed(coop, proposal, 0, 1) == "opening"
    coop.pass_time(UNSEAL_MS)
    entry = coop.entry(proposal)
    assert (entry["status"], entry["effect_code"]) == ("uncounted", "")
    assert not [*coop.state.scan("deadline/"), *coop.state.scan("live/")]


def test_only_a_trustee_opens_and_only_good_shares() -> None:
    """A share that isn't the ballot's, of one without a ballot, or by a stranger, is GOV-23."""
    coop = Assembly(4, bent("special", secrecy="sealed"))
    proposal = coop.put("special", closes=coop.wall + 50_000)
    for each in range(4):
        coop.write(each, sealed(coop, proposal, each, {"choice": "for"}))
    number = coop.admit()  # no trustee of this vote
    coop.pass_time(50_000)
    good = shares(coop, proposal, 0)
    wrong = [Opened(member=good.shares[0].member, share="11" * 32)]
    assert refusal(coop, 0, BallotUnseal(proposal=proposal, shares=wrong)) == "GOV-23"
    nobody = [Opened(member="ab" * 32, share=good.shares[0].share)]
    assert refusal(coop, 0, BallotUnseal(proposal=proposal, shares=nobody)) == "GOV-23"
    assert refusal(coop, number, good) == "GOV-23"


def test_open_and_sealed_ballots_are_not_mixed() -> None:
    """An open ballot in a sealed vote, or a sealed one in an open vote, is GOV-20."""
    coop = Assembly(4, SEALED)
    proposal = coop.put()
    assert refusal(coop, 0, ballot(proposal)) == "GOV-20"
    other = coop.put("special")
    made = sealed(coop, proposal, 0, {"choice": "for"}).sealed
    body = BallotSeal(proposal=other, sealed=made, principal=None)
    assert refusal(coop, 0, body) == "GOV-20"
    short = Sealed(**{**made.model_dump(), "ciphertext": made.ciphertext[:-2]})
    body = BallotSeal(proposal=proposal, sealed=short, principal=None)
    assert refusal(coop, 0, body) == "SEA-9"


def test_a_proxy_votes_sealed_and_is_told_nothing() -> None:
    """An instruction would say in the open what the ballot hides (GOV-21)."""
    coop = Assembly(4, SEALED)
    proposal = coop.put()
    told = ProxyAppoint(proposal=proposal, holder=member(1), instruction="for")
    assert refusal(coop, 0, told) == "GOV-21"
    coop.write(0, told.model_copy(update={"instruction": None}))
    coop.write(1, sealed(coop, proposal, 1, {"choice": "for"}, principal=member(0)))
    coop.write(1, sealed(coop, proposal, 1, {"choice": "for"}))
    coop.close()
    assert unsealed(coop, proposal, 0, 1, 2) == "carried"
    assert coop.entry(proposal)["for"] == 2


def test_a_struck_ballot_stays_sealed() -> None:
    """Who declares an interest has its sealed ballot taken out, and nothing of it is read."""
    coop = Assembly(4, bent(secrecy="sealed", interested="abstain"))
    proposal = coop.put()
    for number in range(3):
        coop.write(number, sealed(coop, proposal, number, {"choice": "for"}))
    coop.write(2, InterestDeclare(proposal=proposal, nature="I sell trailers."))
    coop.close()
    assert unsealed(coop, proposal, 0, 1, 2) == "carried"
    assert coop.entry(proposal)["for"] == 2


def test_a_sealed_election_has_the_closing_minute_as_seed() -> None:
    """The lot is fixed before anybody can read a ballot, however long that takes (CNT-7)."""
    coop = Assembly(4)
    election = coop.elect(1, 2, business="secret")
    for number in range(4):
        coop.write(number, sealed(coop, election, number, {"ranks": [[1 + number % 2]]}))
    coop.close()
    entry = coop.entry(election)
    closing = coop.nodes[0].ledger.minute(entry["closed"])
    assert closing is not None
    assert (entry["status"], entry["seed"]) == ("opening", closing.id)
    assert unsealed(coop, election, 3, 2, 0) == "carried"
    entry = coop.entry(election)
    assert len(entry["elected"]) == 1
    assert entry["seed"] == closing.id


def test_nobody_voted_sealed() -> None:
    """Without a ballot there is nothing to open: the vote is inquorate at its close (GOV-8)."""
    coop = Assembly(4, SEALED)
    proposal = coop.put()
    coop.close()
    assert coop.entry(proposal)["status"] == "inquorate"
