"""A sealed election over real nodes: who is to open the ballots does it, once, by itself."""

from __future__ import annotations

import pytest

from rochdale_node.api.voting import BallotAsked, ballot_of
from rochdale_node.unsealing import unsealings
from rochdale_protocol.governance.effects import Appoint
from rochdale_protocol.governance.queries import proposal
from rochdale_protocol.governance.records import (
    BallotSeal,
    CandidateStand,
    CommentMake,
    Election,
    ProposalNew,
)
from rochdale_protocol.governance.views import ProposalDetail

from .clocks import Clock, put_in
from .village import Farm, Village, until, village

HOUR = 3_600_000


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return put_in(monkeypatch)


async def pass_time(farm: Farm, clock: Clock, vote: str) -> None:
    """Let an hour pass, and something be said, so that there is a minute that sees it."""
    clock.forward(HOUR)
    await farm.act(CommentMake(proposal=vote, text="It is time.", salt="00" * 16))


def seen_by(farm: Farm, vote: str) -> ProposalDetail:
    return proposal(farm.book, vote)


async def carried(farm: Farm, vote: str) -> None:
    """Wait until a minute says that the vote carried."""
    await until(lambda: farm.book.final.need(f"proposal/{vote}")["status"] == "carried")


async def put(farms: Village, clock: Clock) -> str:
    """Put a sealed election of two officers, for which up to two farms stand, and open it."""
    first = farms.farms[0]
    vote = await first.act(
        ProposalNew(
            title="Two directors",
            text="",
            business="secret",
            opens=clock.wall() + HOUR,
            closes=clock.wall() + 2 * HOUR,
            effect=Appoint(office="director", members=[], until=0),
            election=Election(seats=2, options=[]),
        )
    )
    for farm in farms.farms[1:3] or farms.farms:
        await until(lambda farm=farm: bool(farm.book.final.get(f"proposal/{vote}")))  # type: ignore[misc]
        await farm.act(CandidateStand(proposal=vote, statement=""))
    await pass_time(first, clock, vote)
    return vote


async def cast(farm: Farm, vote: str, *ranks: int) -> None:
    await until(lambda: seen_by(farm, vote).status == "open")
    asked = BallotAsked(proposal=vote, ranks=[[each] for each in ranks])
    ballot = ballot_of(farm.book, farm.home.identity.device, asked)
    assert isinstance(ballot, BallotSeal)
    await farm.act(ballot)


async def test_trustees_open_a_sealed_election_while_one_is_away(clock: Clock) -> None:
    """Nobody reads a ballot before the close; after it, three of four trustees are enough."""
    async with village(4) as farms:
        await farms.start(0, 1, 2, 3)
        vote = await put(farms, clock)
        for farm in farms.farms:
            await cast(farm, vote, 1, 2)
        first, away = farms.farms[0], farms.farms[3]
        before = seen_by(first, vote)
        assert [each.form for each in before.ballots] == ["sealed"] * 4
        assert away.home.identity.device in before.trustees
        assert list(unsealings(first.book.ledger)) == []
        await away.node.stop()
        await pass_time(first, clock, vote)
        for farm in farms.farms[:3]:
            await carried(farm, vote)
            found = seen_by(farm, vote)
            assert found.elected == ["Farm 1", "Farm 2"]
            assert [each.ranks for each in found.ballots] == [[[1], [2]]] * 4
            member = farms.farms[1].home.identity.member
            assert farm.book.final.get(f"office/director/{member}") is not None
        _, records = first.book.shelf.search(kind="ballot.unseal")
        assert len(records) == 3, "each trustee that is here, once"


async def test_a_trustee_follows_up_at_its_start(clock: Clock) -> None:
    """A close that became final just before the node went down is followed up at its start."""
    async with village(1) as farms:
        await farms.start(0)
        (farm,) = farms.farms
        vote = await put(farms, clock)
        await cast(farm, vote, 1)
        farm.book._do_duty = lambda: True  # type: ignore[method-assign] # it goes down too soon
        await pass_time(farm, clock, vote)
        await until(lambda: is_opening(farm, vote))
        await farm.restart()
        await carried(farm, vote)
        assert seen_by(farm, vote).elected == ["Farm 0"]


def is_opening(farm: Farm, vote: str) -> bool:
    return bool(farm.book.final.need(f"proposal/{vote}")["status"] == "opening")
