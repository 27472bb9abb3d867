"""How minutes become final: message delays, silence, couriers, partitions, certificates."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations
from unittest.mock import patch

from rochdale_protocol.core import keys
from rochdale_protocol.core.hashes import Tag
from rochdale_protocol.core.limits import DAY_MS, PATIENCE_MS
from rochdale_protocol.membership.records import MemberAddress
from rochdale_protocol.minutes import votes
from rochdale_protocol.minutes.roster import Roster, Witness
from rochdale_protocol.minutes.votes import Certificate, Ground, Vote, VoteKind
from tests.sim.keys import device_key, recovery_key
from tests.sim.run import run_seed

from .figures import Figure, at_most, best_of
from .lockstep import DELAY_MS, Broadcast, Linked

__all__ = ["absent_leaders", "courier", "delays", "measure", "partitions", "silence"]

_HERE = MemberAddress(addresses=["farm.example:4000"])
_HOUR_MS = 3_600_000
_SIZES = (4, 7, 31, 100, 200)


def measure(*, quick: bool) -> Iterator[Figure]:
    """Yield the figures, each beside what the protocol promises."""
    # Each ledger checks each vote; that a check was made before changes no delay.
    with patch.object(votes, "is_valid", lru_cache(maxsize=None)(keys.is_valid)):
        for count in _SIZES[:3] if quick else _SIZES:
            yield delays(count)
        yield from absent_leaders()
    yield silence()
    yield courier()
    yield from partitions()
    for count in (7, 31, 200):
        yield from _certificate(count)
    yield _seeds(20 if quick else 300)


def _exactly(name: str, value: float, floor: float, unit: str, **more: str) -> Figure:
    return Figure(name, value, floor, unit, value - floor, f"= {floor:g}", value == floor, **more)


def delays(count: int) -> Figure:
    """Count the delays from a leader with a record to the minute that is final everywhere."""
    rounds = []
    world = Broadcast(count)
    for _ in range(3):
        before = world.rounds
        world.write(world.leader(), _HERE)
        world.until_final()
        rounds.append(world.rounds - before)
    assert world.waited == 0
    return _exactly(f"final with an honest leader, n = {count}", max(rounds), 3, "delays")


def absent_leaders() -> Iterator[Figure]:
    """Count the delays that leaders who are away add, besides the patience with them."""
    for absent in (1, 2):
        world = Broadcast(7)
        world.away = frozenset(world.leader(view) for view in range(1, absent + 1))
        world.write(world.leader(absent + 1), _HERE)
        world.until_final()
        patience = sum(PATIENCE_MS << view for view in range(absent))
        more = (world.now - patience) / DELAY_MS - 3
        yield Figure(
            f"{absent} of 7 leaders away: delays more for each, besides its patience",
            more / absent, 2, "delays", more / absent, "<= 2", more / absent <= 2,
        )  # fmt: skip


def silence() -> Figure:
    """Count what seven linked nodes say in thirty days in which nobody writes."""
    world = Linked(7)
    for pair in combinations(range(7), 2):
        world.link(*pair)
    world.write(0, _HERE)
    world.pass_time(60_000)
    before = world.sent
    signed = _votes(world)
    world.pass_time(30 * DAY_MS)
    said = world.sent - before + _votes(world) - signed
    return _exactly("bytes and signatures in 30 idle days of 7", said, 0, "bytes")


def _votes(world: Linked) -> int:
    return sum(len(list(exchange.ledger.machine.votes())) for exchange in world.exchanges)


def courier(count: int = 7) -> Figure:
    """Count the visits of one who is the only link between the others, to a final minute."""
    world = Linked(count)
    quorum = world.exchanges[0].ledger.roster.quorum
    leader = world.leader()
    carrier = (leader + 1) % count
    others = [number for number in range(count) if number not in (leader, carrier)]
    world.write(leader, _HERE)
    contacts = 0
    while world.heights()[carrier] == 0:
        for number in [leader, *others][: quorum - 1]:
            contacts += 1
            world.link(carrier, number)
            world.rest()
            world.cut(carrier, number)
            if world.heights()[carrier]:
                break
    most = 2 * quorum - 1
    return Figure(
        f"contacts of a courier among {count} who are apart", contacts, most, "contacts",
        contacts, f"<= {most}", contacts <= most,
    )  # fmt: skip


def partitions() -> Iterator[Figure]:
    """Count the delays to final after the links are back, however long they were gone."""
    taken = []
    for away_ms in (_HOUR_MS, 90 * DAY_MS):
        world = Linked(7)
        sides = range(4), range(4, 7)
        for side in sides:
            for pair in combinations(side, 2):
                world.link(*pair)
        world.write(0, _HERE)
        world.pass_time(away_ms)
        assert world.heights() == [0] * 7
        before = world.rounds
        for first in sides[0]:
            for second in sides[1]:
                world.link(first, second)
        while world.heights() != [1] * 7:
            if not world.round():
                world.pass_time(1_000)
        taken.append(world.rounds - before)
    hour, season = taken
    yield _exactly("delays to final after 90 days apart, beside an hour", season, hour, "delays")


def _certificate(count: int) -> Iterator[Figure]:
    """Measure a certificate of a quorum: its bytes, and checking it beside its signatures."""
    roster = Roster(
        tuple(Witness(recovery_key(n).public, device_key(n).public) for n in range(count))
    )
    ground = Ground("c0" * 32, 5, "9e" * 32, roster)
    signed = [
        Vote.sign(device_key(number), ground, VoteKind.FINALIZE, 1, "ab" * 32, 0)
        for number in range(roster.quorum)
    ]
    data = Certificate.collect(ground, signed).to_bytes()
    most = 64 * roster.quorum + 200
    yield Figure(
        f"certificate, n = {count}", len(data), 64 * roster.quorum, "bytes", len(data),
        f"<= {most}", len(data) <= most,
    )  # fmt: skip
    message = Tag.SIGN_VOTE.value + ground.statement(VoteKind.FINALIZE, 1, "ab" * 32, 0)

    def bare() -> None:
        for vote in signed:
            assert keys.is_valid(bytes.fromhex(vote.device), message, vote.signature)

    def whole() -> None:
        Certificate.from_bytes(data).check(ground.coop, roster)

    runs = 2_000 // count
    floor, value = best_of(runs, bare) * 1000, best_of(runs, whole) * 1000
    yield at_most(f"checking it, n = {count}", value, floor, "ms", 1.3)


def _seeds(count: int) -> Figure:
    """Run seeds of the simulator on one core, beside its bare signature checks."""
    began = time.perf_counter()
    outcomes = [run_seed(seed) for seed in range(count)]
    seconds = time.perf_counter() - began
    assert not any(outcome.error for outcome in outcomes)
    minutes = sum(outcome.height for outcome in outcomes)
    says = f"{minutes:,} minutes, {sum(outcome.events for outcome in outcomes):,} events"
    rate = count / seconds
    return Figure("simulated seeds", rate, rate, "/s", 1, "", None, says=says)
