"""Whatever the order, the company and the company's honesty, an outcome is the same."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rochdale_protocol.core.errors import LocalError, Refused
from rochdale_protocol.governance.closing import outcome
from rochdale_protocol.governance.records import (
    Choice,
    DelegationGive,
    InterestDeclare,
    ProposalWithdraw,
    ProxyAppoint,
    ProxyRevoke,
)
from rochdale_protocol.membership.records import MemberResign
from tests.protocol.coops import VOTE_MS
from tests.protocol.forging import deliver, forge
from tests.protocol.governance.assembly import Assembly, ballot, bent, member, ranking

CHOICES: tuple[Choice, ...] = ("for", "against", "abstain")
FARMS = 4

steps = st.lists(
    st.tuples(
        st.integers(0, FARMS - 1),
        st.sampled_from(("vote", "vote", "vote", "proxy", "for another", "revoke", "interest",
                         "delegate", "resign", "withdraw", "wait")),
        st.integers(0, FARMS - 1),
        st.sampled_from(CHOICES),
    ),
    max_size=14,
)  # fmt: skip


def body_of(step: tuple[int, str, int, Any], proposal: str) -> Any:
    _, what, other, choice = step
    match what:
        case "vote":
            return ballot(proposal, choice, "so")
        case "proxy":
            return ProxyAppoint(proposal=proposal, holder=member(other), instruction=None)
        case "for another":
            return ballot(proposal, choice, "so", principal=member(other))
        case "revoke":
            return ProxyRevoke(proposal=proposal)
        case "interest":
            return InterestDeclare(proposal=proposal, nature="mine")
        case "delegate":
            return DelegationGive(business="ordinary", holder=member(other))
        case "resign":
            return MemberResign(reason="")
        case _:
            return ProposalWithdraw(proposal=proposal)


@settings(max_examples=40)
@given(
    st.sampled_from(("ordinary", "special", "written", "consent", "entrenched")),
    st.booleans(),
    steps,
)
def test_what_is_reported_adds_up(business: str, early: bool, history: list[Any]) -> None:
    """At every end the tally is that of the ballots that stand, and no more than may vote did.

    The end follows from the tally alone, by the rule that the vote was put under (GOV-7, GOV-8).
    """
    changes: dict[str, Any] = {
        "early": early,
        "interested": "abstain",
        "proxies": 2,
        "delegation": True,
    }
    coop = Assembly(FARMS, bent(business, **changes))
    proposal = coop.put(business)
    for step in history:
        number, what, _, _ = step
        if what == "wait":
            coop.pass_time(VOTE_MS // 8)
            continue
        try:
            coop.write(number, body_of(step, proposal))
        except (Refused, LocalError):
            continue
    coop.close()
    entry = coop.entry(proposal)
    standing = Counter(
        kept["paper"]["choice"] for _, kept in coop.state.scan(f"ballot/{proposal}/")
    )
    assert tuple(entry[each] for each in CHOICES) == tuple(standing[each] for each in CHOICES)
    assert entry["voted"] == standing.total() <= entry["electors"] == FARMS
    if entry["status"] != "withdrawn":
        counts = [standing[each] for each in CHOICES]
        test = entry["rule"]["test"]
        ended = outcome(test, counts[0], counts[1], counts[2], FARMS, entry["quorum"])
        assert entry["status"] == ended
    assert not [*coop.state.scan("deadline/"), *coop.state.scan("live/")]
    held = Counter(kept["holder"] for _, kept in coop.state.scan(f"proxy/{proposal}/"))
    assert dict(held) == {key: kept["n"] for key, kept in coop.state.scan(f"proxies/{proposal}/")}


@settings(max_examples=20)
@given(
    st.permutations(range(FARMS)),
    st.lists(st.integers(0, FARMS - 1), max_size=6),
    st.booleans(),
    st.data(),
)
def test_no_order_of_delivery_changes_an_outcome(
    order: list[int], again: list[int], late: bool, data: st.DataObject
) -> None:
    """Ballots that come in any order, twice, some to a newcomer's dismay, give the same end."""
    choices = [data.draw(st.sampled_from(CHOICES)) for _ in range(FARMS)]
    coop = Assembly(FARMS)
    proposal = coop.put(closes=coop.wall + 40 * VOTE_MS)
    if late:
        newcomer = coop.admit()
        deliver(coop, forge(coop, newcomer, ballot(proposal, "against")))
    cast = {}
    for number in order:
        cast[number] = coop.author(number, ballot(proposal, choices[number]))
        if number % 2:
            coop.pump()
        for other in again:
            if other in cast:
                deliver(coop, cast[other])
    coop.pump()
    coop.pass_time(40 * VOTE_MS)
    entry = coop.entry(proposal)
    assert tuple(entry[each] for each in CHOICES) == tuple(choices.count(each) for each in CHOICES)
    test = entry["rule"]["test"]
    counts = [choices.count(each) for each in CHOICES]
    assert entry["status"] == outcome(test, counts[0], counts[1], counts[2], FARMS, 2)


def test_a_dishonest_member_changes_no_outcome() -> None:
    """Ballots for others, with numbers of nobody, twice in one place of a chain: none counts."""
    coop = Assembly(4)
    election = coop.elect(1, 2)
    honest = [ranking(election, 1), ranking(election, 1), ranking(election, 2)]
    for number, body in enumerate(honest):
        coop.author(number, body)
    coop.pump()
    bad = forge(coop, 3, ranking(election, 2, principal=member(0)))
    deliver(coop, bad)
    coop.pump()
    worse = forge(coop, 3, ranking(election, 3, 3))
    deliver(coop, worse)
    coop.pump()
    one, two = (forge(coop, 3, ranking(election, each)) for each in (2, 1))
    deliver(coop, one)
    coop.pump()
    deliver(coop, two)  # the same place in its chain
    coop.pump()
    codes = dict(pair for minute in _minutes(coop) for pair in minute.records)
    assert [codes[each.id] for each in (bad, worse, one, two)] == ["GOV-21", "GOV-20", "", "CHN-5"]
    coop.close()
    entry = coop.entry(election)
    papers = [kept["paper"]["ranks"] for _, kept in coop.state.scan(f"ballot/{election}/")]
    assert sorted(papers) == [[[1]], [[1]], [[2]], [[2]]]
    assert entry["voted"] == 4


def _minutes(coop: Assembly) -> list[Any]:
    ledger = coop.nodes[0].ledger
    return [ledger.minute(height) for height in range(ledger.height + 1)]
