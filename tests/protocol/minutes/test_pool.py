"""Records that wait: how many, for how long, and in which order (POO-n)."""

from __future__ import annotations

import pytest

from rochdale_protocol.core.errors import Refused
from rochdale_protocol.core.hashes import ZERO_ID, Tag
from rochdale_protocol.core.keys import SeedSigner
from rochdale_protocol.core.limits import MINUTE_RECORDS_MAX, OPENERS_MAX, STRANGERS_MAX
from rochdale_protocol.core.records import Verified, author_record, record_size
from rochdale_protocol.membership.records import DeviceEnrol, MemberAddress
from rochdale_protocol.membership.rules import recovery_claim
from rochdale_protocol.minutes.ledger import Ledger
from rochdale_protocol.minutes.merkle import records_root
from rochdale_protocol.minutes.minute import Minute
from rochdale_protocol.minutes.pool import Pool
from rochdale_protocol.minutes.votes import Vote, VoteKind
from tests.protocol.coops import Coop, device, recovery
from tests.protocol.forging import deliver, forge

HERE = MemberAddress(addresses=[])


def chain(coop: Coop, count: int, signer: SeedSigner | None = None) -> list[Verified]:
    """Return the next records of farm 3's device, or of another, one upon the other."""
    signer = signer or device(3)
    prev, signed = ZERO_ID, []
    for seq in range(1, count + 1):
        seen = coop.nodes[0].ledger.tip.id
        record = author_record(signer, HERE, coop=coop.id, seq=seq, prev=prev, seen=seen, at=seq)
        prev = record.id
        signed.append(record)
    return signed


def stranger(number: int) -> SeedSigner:
    return SeedSigner(number.to_bytes(4, "big") * 8)


def enrolment(coop: Coop, number: int, signer: SeedSigner) -> Verified:
    """Return the first record of a new device of a farm."""
    claim = recovery_claim(coop.id, recovery(number).public, signer.public)
    body = DeviceEnrol(
        member=recovery(number).public,
        label="spare",
        recovery_sig=recovery(number).sign(Tag.SIGN_RECOVERY, claim).hex(),
    )
    seen = coop.nodes[0].ledger.tip.id
    return author_record(signer, body, coop=coop.id, seq=1, prev=ZERO_ID, seen=seen, at=0)


def test_what_waits_of_a_device_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """More records or bytes of one device than may wait are POO-2; taken ones make room."""
    coop = Coop(4)
    mine = chain(coop, 3)
    for name, most in (("", 2), ("SIZE_", 2 * record_size(mine[0]) + 9)):
        with monkeypatch.context() as small:
            small.setattr(f"rochdale_protocol.minutes.pool.PENDING_{name}PER_DEVICE_MAX", most)
            pool = Pool()
            pool.add(mine[0], stranger=False)
            pool.add(mine[1], stranger=False)
            with pytest.raises(Refused, match="POO-2"):
                pool.add(mine[2], stranger=False)
            pool.remove(mine[0].id)
            pool.add(mine[2], stranger=False)
            assert pool.of_device(device(3).public) == [mine[1], mine[2]]


@pytest.mark.parametrize("what", ["records", "bytes"])
def test_who_has_most_waiting_gives_way(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    """In a full pool others still find room, at the cost of who filled it (POO-1)."""
    coop = Coop(4)
    ledger = coop.nodes[0].ledger
    flood = chain(coop, 4)
    size = record_size(flood[0])
    name, most = ("PENDING_MAX", 3) if what == "records" else ("PENDING_SIZE_MAX", 3 * size + 9)
    monkeypatch.setattr(f"rochdale_protocol.minutes.pool.{name}", most)
    for record in (flood[0], flood[3], flood[1]):
        ledger.add_record(record)
    (other,) = chain(coop, 1, device(2))
    assert ledger.add_record(other)
    assert [ledger.holds(record.id) for record in flood] == [True, True, False, False]
    assert ledger.desk["pending"].get(flood[3].id) is None
    with pytest.raises(Refused, match="POO-1"):
        ledger.add_record(flood[2])
    assert ledger.holds(other.id)
    assert not ledger.holds(flood[2].id)


def propose(ledger: Ledger, minute: Minute) -> None:
    """Let the leader of the first view propose a minute to a ledger."""
    leader = next(key for key in map(device, range(4)) if key.public == ledger.machine.leader(1))
    ledger.add_minute(minute)
    ledger.add_vote(Vote.sign(leader, ledger.machine.ground, VoteKind.PROPOSE, 1, minute.id, 0))


def test_what_is_mine_or_listed_does_not_give_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """This device's own records, and those of a minute under way, stay in a full pool (POO-1)."""
    monkeypatch.setattr("rochdale_protocol.minutes.pool.PENDING_MAX", 2)
    coop = Coop(4)
    coop.nodes[0].linked = False
    ledger = coop.nodes[0].ledger
    mine = [coop.author(0, HERE) for _ in range(2)]
    listed, loose = chain(coop, 2)
    proposer = coop.nodes[1].ledger
    proposer.add_record(listed)
    page = proposer._page.draw_up(proposer.pool, device(1).public, coop.wall)
    assert page is not None
    lists = ((listed.id, ""),)
    header = page.header.model_copy(update={"records_root": records_root(lists)})
    propose(ledger, Minute.make(header, lists, b""))
    assert ledger.add_record(listed)
    with pytest.raises(Refused, match="POO-1"):
        ledger.add_record(loose)
    assert all(ledger.holds(record.id) for record in (*mine, listed))


def test_what_can_not_be_listed_any_more_goes() -> None:
    """Records of a frozen or revoked device are dropped with the minute that ends it (POO-3)."""
    coop = Coop(4)
    coop.nodes[3].linked = False
    first, second = forge(coop, 3, HERE), forge(coop, 3, HERE, at=9)
    third = forge(coop, 3, HERE, seq=2, prev=second.id)
    for record in (first, second, third):
        deliver(coop, record)
    coop.pump()
    ledger = coop.nodes[0].ledger
    assert ledger.final.need(f"device/{device(3).public}")["status"] == "frozen"
    assert len(ledger.pool) == 0
    assert not ledger.holds(third.id) or ledger.desk["places"].get(third.id) is not None
    assert list(coop.nodes[0].shelf.maps["pending"].scan("")) == []


def test_strangers_do_not_fill_the_book() -> None:
    """Of records of unknown devices STRANGERS_MAX wait, more are POO-4 and not even told.

    A member's record is taken in the middle of the flood.
    """
    coop = Coop(4)
    ledger = coop.nodes[0].ledger
    for number in range(STRANGERS_MAX):
        ledger.add_record(chain(coop, 1, stranger(number))[0])
    ledger.take_news()
    late = chain(coop, 1, stranger(STRANGERS_MAX))[0]
    with pytest.raises(Refused, match="POO-4"):
        ledger.add_record(late)
    assert not ledger.holds(late.id)
    assert ledger.take_news() == []
    coop.write(0, HERE)
    assert ledger.height == 1
    assert len(Ledger(coop.nodes[0].shelf, device(0), coop.now).pool) == STRANGERS_MAX


def test_first_records_of_strangers_are_fewer() -> None:
    """Of first records of unknown devices OPENERS_MAX wait; more are POO-4 (POO-4).

    One that a minute could list takes the place of the oldest that none could.
    """
    coop = Coop(4)
    ledger = coop.nodes[0].ledger
    flood = [enrolment(coop, 9, stranger(number)) for number in range(OPENERS_MAX)]
    for record in flood:
        ledger.add_record(record)
    with pytest.raises(Refused, match="POO-4"):
        ledger.add_record(enrolment(coop, 9, stranger(OPENERS_MAX)))
    good = enrolment(coop, 0, stranger(5_000))
    assert ledger.add_record(good)
    assert len(ledger.pool) == OPENERS_MAX
    assert not ledger.holds(flood[0].id)
    for collection in ("records", "bodies", "pending"):
        assert ledger.desk[collection].get(flood[0].id) is None
    with pytest.raises(Refused, match="POO-4"):
        ledger.add_record(flood[0])
    assert ledger.holds(good.id)


def test_a_device_that_was_let_in_is_no_stranger(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits of a device that a minute enrols makes room for other strangers."""
    monkeypatch.setattr("rochdale_protocol.minutes.pool.STRANGERS_MAX", 1)
    coop = Coop(4)
    ledger = coop.nodes[0].ledger
    early = chain(coop, 9, stranger(5))[8]
    other = chain(coop, 1, stranger(6))[0]
    ledger.add_record(early)
    with pytest.raises(Refused, match="POO-4"):
        ledger.add_record(other)
    deliver(coop, enrolment(coop, 0, stranger(5)))
    coop.pump()
    assert not ledger.is_stranger(stranger(5).public)
    assert ledger.holds(early.id)
    assert ledger.add_record(other)


def test_a_listed_record_is_never_dropped() -> None:
    """A stranger's record that a minute under way lists stays, even one that none should."""
    coop = Coop(4)
    ledger = coop.nodes[0].ledger
    flood = [enrolment(coop, 9, stranger(number)) for number in range(OPENERS_MAX)]
    for record in flood:
        ledger.add_record(record)
    coop.nodes[1].ledger.add_record(enrolment(coop, 1, stranger(6_000)))
    page = coop.nodes[1].ledger._page.draw_up(
        coop.nodes[1].ledger.pool, device(1).public, coop.wall
    )
    assert page is not None
    lists = ((flood[0].id, ""),)
    header = page.header.model_copy(update={"records_root": records_root(lists)})
    propose(ledger, Minute.make(header, lists, b""))
    assert ledger.add_record(enrolment(coop, 0, stranger(5_000)))
    assert ledger.holds(flood[0].id)
    assert not ledger.holds(flood[1].id)


def test_a_minute_is_filled_in_turn() -> None:
    """Records are listed in the order of arrival, those of one device in their own order."""
    coop = Coop(4)
    coop.nodes[3].linked = coop.nodes[2].linked = False
    mine, other = chain(coop, 3), chain(coop, 1, device(2))
    pool = coop.nodes[0].ledger.pool
    for record in (mine[2], other[0], mine[0], mine[1]):
        coop.nodes[0].ledger.add_record(record)
    session = coop.nodes[0].ledger._page.session(coop.wall)
    pool.fill(session)
    assert [record for record, _ in session.records] == [
        mine[0].id, other[0].id, mine[1].id, mine[2].id
    ]  # fmt: skip


def test_a_minute_holds_so_many() -> None:
    """What doesn't fit into one minute goes into the next."""
    coop = Coop(1)
    for _ in range(MINUTE_RECORDS_MAX + 5):
        coop.author(0, HERE)
    coop.pump()
    counts = [item.minute.header.count for item in coop.finals]
    assert counts == [MINUTE_RECORDS_MAX, 5]


def test_a_minute_is_bounded_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What doesn't fit into the bytes of one minute waits for the next (MIN-19)."""
    coop = Coop(1)
    records = [coop.author(0, HERE) for _ in range(5)]
    size = record_size(records[0])
    monkeypatch.setattr("rochdale_protocol.minutes.pool.MINUTE_BYTES_MAX", 2 * size + 1)
    coop.pump()
    assert [item.minute.header.count for item in coop.finals] == [2, 2, 1]


def test_what_can_not_be_listed_is_no_work() -> None:
    """Records that no minute could list make nobody sign (SIM-7)."""
    coop = Coop(4)
    pool = coop.nodes[0].ledger.pool
    gap = forge(coop, 3, HERE, seq=7, prev="ab" * 32)
    unknown = chain(coop, 1, stranger(1))[0]
    bad = enrolment(coop, 9, stranger(2))
    for record in (gap, unknown, bad):
        coop.nodes[0].ledger.add_record(record)
    assert not pool.is_waiting(coop.nodes[0].ledger._page.session(coop.wall))
    coop.nodes[0].ledger.add_record(enrolment(coop, 0, stranger(3)))
    assert pool.is_waiting(coop.nodes[0].ledger._page.session(coop.wall))
