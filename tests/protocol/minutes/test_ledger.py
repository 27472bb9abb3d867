"""The ledger: what it keeps, when it signs, and when it must not (LED-n)."""

from __future__ import annotations

import pytest

from rochdale_protocol.core.errors import LocalError, Refused
from rochdale_protocol.core.limits import (
    CLOCK_AHEAD_MAX_MS,
    CONFLICTS_MAX,
    CONTENTS_LOOSE_MAX,
    PATIENCE_MS,
    PENDING_PER_DEVICE_MAX,
)
from rochdale_protocol.governance.effects import NoEffect
from rochdale_protocol.governance.records import ProposalNew
from rochdale_protocol.membership.records import MemberAddress, MemberProfile
from rochdale_protocol.minutes.ledger import Announce, Contradiction, Finalised, Ledger, Now
from rochdale_protocol.minutes.minute import Minute
from rochdale_protocol.minutes.pool import Pool
from rochdale_protocol.minutes.shelf import height_key
from rochdale_protocol.minutes.votes import Vote, VoteKind
from tests.protocol.coops import Coop, device, recovery
from tests.protocol.forging import deliver, forge, reopened

HERE = MemberAddress(addresses=["farm.example:4000"])
HOUR_MS = 3_600_000


def step(coop: Coop, number: int) -> list[Vote]:
    """Let one farm do what it can, and return the votes that it has to tell."""
    node = coop.nodes[number]
    node.ledger.advance(coop.now)
    news = node.ledger.take_news()
    node.shelf.commit(node.ledger.desk.take())
    said = [item.what for item in news if isinstance(item, Announce)]
    return [what for what in said if isinstance(what, Vote)]


def test_an_idle_coop_is_silent() -> None:
    """Without work nobody signs or says anything, however much time passes (SIM-7)."""
    coop = Coop(4)
    coop.write(0, HERE)
    heights = [ledger.height for ledger in coop.ledgers]
    for _ in range(5):
        coop.wall += HOUR_MS
        for number in range(4):
            assert step(coop, number) == []
            assert coop.nodes[number].ledger.desk.take() == {}
    assert [ledger.height for ledger in coop.ledgers] == heights


def test_what_is_said_is_stored_with_it() -> None:
    """Every record, minute and vote to announce is among what is written first (LED-1)."""
    coop = Coop(4)
    leader = next(
        number
        for number in range(4)
        if coop.nodes[number].ledger.machine.leader(1) == device(number).public
    )
    ledger = coop.nodes[leader].ledger
    record = ledger.author(HERE)
    ledger.advance(coop.now)
    news, changes = ledger.take_news(), ledger.desk.take()
    written = {value for collection in changes.values() for value in collection.values()}
    said = [item.what for item in news if isinstance(item, Announce)]
    votes = [what for what in said if isinstance(what, Vote)]
    assert [vote.kind for vote in votes] == [VoteKind.PROPOSE, VoteKind.NOTARIZE]
    assert {vote.to_bytes() for vote in votes} <= written
    assert {what.to_bytes() for what in said if isinstance(what, Minute)} <= written
    assert record.id in changes["records"]
    assert record.id in changes["pending"]


def test_a_restart_finds_all_votes_again() -> None:
    """What was journaled of this height is there after a restart, and binds as before (LED-2)."""
    coop = Coop(4)
    coop.author(0, HERE)
    for _ in range(2):
        said = [vote for number in range(4) for vote in step(coop, number)]
        for number in range(4):
            for other in coop.ledgers:
                for record in coop.nodes[number].ledger.pool:
                    other.add_record(record)
                for minute in coop.nodes[number].ledger.contents:
                    other.add_minute(minute)
        assert said or coop.nodes[0].ledger.height == 0
    for number in range(4):
        step(coop, number)
        before = coop.nodes[number].ledger
        after = reopened(coop, number)
        assert list(after.machine.votes()) == list(before.machine.votes())
        assert list(after.contents) == list(before.contents)
        assert after.pool.ids() == before.pool.ids()
        after.advance(coop.now)
        assert [item for item in after.take_news() if isinstance(item, Announce)] == []


def test_a_restart_in_the_middle_ends_the_height() -> None:
    """All farms restart between every two steps, and the minute becomes final all the same."""
    coop = Coop(4)
    coop.author(1, HERE)
    for _ in range(12):
        said = []
        for number, node in enumerate(coop.nodes):
            node.ledger.advance(coop.now)
            news = node.ledger.take_news()
            node.shelf.commit(node.ledger.desk.take())
            said += [(number, item.what) for item in news if isinstance(item, Announce)]
        for number, node in enumerate(coop.nodes):
            node.ledger = reopened(coop, number)
            for speaker, what in said:
                if speaker == number:
                    continue
                if isinstance(what, Vote):
                    if what.height == node.ledger.height + 1:
                        node.ledger.add_vote(what)
                elif isinstance(what, Minute):
                    node.ledger.add_minute(what)
                else:
                    node.ledger.add_record(what)
    assert [ledger.height for ledger in coop.ledgers] == [1] * 4
    assert [ledger.doubt for ledger in coop.ledgers] == [""] * 4


def test_votes_are_pruned_with_the_final_minute() -> None:
    """Below a final minute no vote or draft stays (LED-3)."""
    coop = Coop(4)
    for number in range(4):
        coop.write(number, HERE)
    for node in coop.nodes:
        assert list(node.shelf.maps["votes"].scan("")) == []
        assert list(node.shelf.maps["pending"].scan("")) == []


def test_records_follow_on_from_what_is_pending() -> None:
    """A device that is offline signs one record on top of the other, without gaps (LED-7)."""
    coop = Coop(4)
    coop.nodes[3].linked = False
    signed = [coop.author(3, HERE) for _ in range(5)]
    assert [record.header.seq for record in signed] == [1, 2, 3, 4, 5]
    assert [record.header.prev for record in signed[1:]] == [each.id for each in signed[:-1]]
    coop.nodes[3].linked = True
    for record in signed:
        deliver(coop, record)
    coop.pump()
    assert coop.nodes[0].ledger.final.need(f"device/{device(3).public}")["seq"] == 5


def test_nothing_is_signed_over_a_gap() -> None:
    """Where an earlier record of mine can't be carried out yet, I sign nothing (LED-7)."""
    coop = Coop(4)
    ledger = coop.nodes[3].ledger
    ledger.pool.add(forge(coop, 3, HERE, seq=4, prev="ab" * 32), stranger=False)
    with pytest.raises(LocalError, match="LED-7"):
        ledger.author(HERE)


def test_a_reader_signs_nothing() -> None:
    """A ledger without a key follows and can't write: KEY-0."""
    coop = Coop(4)
    coop.write(0, HERE)
    reader = Ledger(coop.nodes[0].shelf, None, coop.now)
    assert reader.height == 1
    with pytest.raises(LocalError, match="KEY-0"):
        reader.author(HERE)


def test_a_pool_that_is_full_leaves_no_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    """A record of mine that can't be kept leaves my chain as it was (POO-2)."""
    coop = Coop(4)
    coop.nodes[0].linked = False
    monkeypatch.setattr("rochdale_protocol.minutes.pool.PENDING_PER_DEVICE_MAX", 2)
    assert PENDING_PER_DEVICE_MAX > 2
    signed = [coop.author(0, HERE) for _ in range(2)]
    with pytest.raises(Refused, match="POO-2"):
        coop.author(0, HERE)
    monkeypatch.undo()
    record = coop.author(0, HERE)
    assert (record.header.seq, record.header.prev) == (3, signed[1].id)


def test_a_leader_that_is_gone_is_passed_over() -> None:
    """Without its leader a height ends once patience is over, under the next (LED-6, SIM-6)."""
    coop = Coop(4)
    leader = coop.nodes[0].ledger.machine.leader(1)
    gone = next(number for number in range(4) if device(number).public == leader)
    coop.nodes[gone].linked = False
    writer = (gone + 1) % 4
    coop.write(writer, HERE)
    assert coop.nodes[writer].ledger.height == 0
    coop.pass_time(PATIENCE_MS - 1)
    assert coop.nodes[writer].ledger.height == 0
    coop.pass_time(1)
    assert coop.nodes[writer].ledger.height == 1


def test_without_a_quorum_nothing_is_final() -> None:
    """Two of four go on waiting, and end the height when a third comes back."""
    coop = Coop(4)
    for number in (2, 3):
        coop.nodes[number].linked = False
    record = coop.write(0, HERE)
    for _ in range(20):
        coop.pass_time(60_000)
    assert coop.nodes[0].ledger.height == 0
    coop.nodes[2].linked = True
    for other in (0, 1):
        for vote in coop.nodes[other].ledger.machine.votes():
            coop.nodes[2].ledger.add_vote(vote)
        for minute in coop.nodes[other].ledger.contents:
            coop.nodes[2].ledger.add_minute(minute)
    coop.nodes[2].ledger.add_record(record)
    for _ in range(20):
        coop.pass_time(60_000)
    assert [coop.nodes[number].ledger.height for number in range(3)] == [1, 1, 1]


@pytest.mark.parametrize("off", [HOUR_MS, -HOUR_MS])
def test_a_clock_an_hour_off(off: int) -> None:
    """One witness with a clock an hour off, leader or not, neither stops nor moves the others."""
    coop = Coop(4)
    for height in range(1, 5):
        for _ in range(12):
            if min(ledger.height for ledger in coop.ledgers[:3]) >= height:
                break
            if not any(len(ledger.pool) for ledger in coop.ledgers):
                coop.author(height % 3, HERE)
            coop.pump_with({3: off})
            coop.wall += PATIENCE_MS
        tip = coop.nodes[0].ledger.tip
        assert tip.header.height == height
        assert abs(tip.header.time - coop.wall) < 60_000
    assert coop.nodes[3].ledger.doubt == ""


def test_one_wild_minute_does_not_stop_the_book() -> None:
    """After a minute far in the future the next is one millisecond later, and never waits."""
    coop = Coop(1)
    coop.wall += 1_000 * HOUR_MS
    coop.write(0, HERE)
    wild = coop.nodes[0].ledger.tip.header.time
    coop.wall -= 1_000 * HOUR_MS
    coop.nodes[0].ledger = reopened(coop, 0)
    coop.write(0, HERE)
    assert coop.nodes[0].ledger.tip.header.time == wild + 1


def test_a_minute_ahead_of_my_clock_is_looked_at_again() -> None:
    """A proposal ahead of my clock is notarised once my clock has caught up (SIM-5)."""
    coop = Coop(4)
    leader = coop.nodes[0].ledger.machine.leader(1)
    first = next(number for number in range(4) if device(number).public == leader)
    other = (first + 1) % 4
    ahead = CLOCK_AHEAD_MAX_MS + 50
    record = coop.author(first, HERE)
    coop.nodes[first].ledger.advance(Now(coop.wall, coop.wall + ahead))
    ledger = coop.nodes[other].ledger
    ledger.add_record(record)
    for minute in coop.nodes[first].ledger.contents:
        ledger.add_minute(minute)
    for vote in coop.nodes[first].ledger.machine.votes():
        ledger.add_vote(vote)
    wake = ledger.advance(coop.now)
    assert not ledger.machine.has_signed(VoteKind.NOTARIZE, 1)
    assert wake == coop.wall + 50
    ledger.advance(Now(coop.wall + 50, coop.wall + 50))
    assert ledger.machine.has_signed(VoteKind.NOTARIZE, 1)


def test_a_deadline_wakes_the_ledger() -> None:
    """A ledger with nothing else to do asks to be called when a vote closes."""
    coop = Coop(1)
    ledger = coop.nodes[0].ledger
    assert ledger.advance(coop.now) == 0
    closes = coop.wall + 5_000
    coop.write(
        0,
        ProposalNew(
            opens=0,
            election=None,
            title="x",
            text="",
            business="ordinary",
            closes=closes,
            effect=NoEffect(),
        ),
    )
    assert coop.nodes[0].ledger.advance(coop.now) == closes
    coop.pass_time(5_000)
    assert coop.nodes[0].ledger.advance(coop.now) == 0


def test_minutes_that_nobody_names_are_bounded() -> None:
    """A peer can't fill the book with minutes; one that a vote names is taken all the same."""
    coop = Coop(4)
    ledger = coop.nodes[0].ledger
    coop.nodes[0].linked = False
    coop.write(1, HERE)
    coop.pass_time(PATIENCE_MS)
    page = coop.nodes[1].ledger.tip
    junk = [
        Minute.make(page.header.model_copy(update={"time": 3_000 + number}), page.records, b"")
        for number in range(CONTENTS_LOOSE_MAX + 5)
    ]
    assert sum(ledger.add_minute(minute) for minute in junk) == CONTENTS_LOOSE_MAX
    assert not ledger.add_minute(page)
    leader = next(
        number for number in range(4) if device(number).public == ledger.machine.leader(1)
    )
    ground = ledger.machine.ground
    named = Vote.sign(device(leader), ground, VoteKind.PROPOSE, 1, page.id, 0)
    if leader == 0:
        pytest.fail("farm 0 was not meant to lead")
    ledger.add_vote(named)
    assert ledger.wanted()[0] == [page.id]
    assert ledger.add_minute(page)


def test_no_flood_of_minutes_takes_the_place_of_mine() -> None:
    """A leader whose book is full of what others sent holds what it proposes, restarts as well."""
    coop = Coop(4)
    leader = next(
        number
        for number in range(4)
        if coop.nodes[number].ledger.machine.leader(1) == device(number).public
    )
    ledger = coop.nodes[leader].ledger
    ledger.author(HERE)
    page = ledger._page.draw_up(ledger.pool, device(leader).public, coop.wall)
    assert page is not None
    for number in range(CONTENTS_LOOSE_MAX):
        header = page.header.model_copy(update={"time": page.header.time + 1 + number})
        assert ledger.add_minute(Minute.make(header, page.records, page.certificate))
    proposed = [vote.minute for vote in step(coop, leader) if vote.kind is VoteKind.PROPOSE]
    assert len(proposed) == 1
    assert proposed[0] in ledger.contents
    assert len(ledger.contents) == CONTENTS_LOOSE_MAX + 1
    again = reopened(coop, leader)
    assert [minute.id for minute in again.contents] == [minute.id for minute in ledger.contents]


def test_a_contradiction_is_kept_as_evidence() -> None:
    """Two votes that no honest witness signs are reported once and kept (VOT-6, SIM-9)."""
    coop = Coop(4)
    ledger = coop.nodes[0].ledger
    ground = ledger.machine.ground
    first, second, third = (
        Vote.sign(device(3), ground, VoteKind.NOTARIZE, 1, f"{number:064x}", 0)
        for number in (1, 2, 3)
    )
    for vote in (first, second, third, second):
        ledger.add_vote(vote)
    found = [item for item in ledger.take_news() if isinstance(item, Contradiction)]
    assert found == [Contradiction(first, second)]
    kept = ledger.desk["meta"].get(f"contradiction/{height_key(1)}/{device(3).public}")
    assert kept is not None
    assert first.to_bytes().hex().encode() in kept
    assert second.to_bytes().hex().encode() in kept


def test_pending_shows_ahead_and_never_counts() -> None:
    """What is pending shows in the provisional state alone, until a minute holds it."""
    coop = Coop(4)
    coop.nodes[0].linked = False
    record = coop.author(0, MemberProfile(contact="Ann", about="", salt="00" * 16))
    ledger = coop.nodes[0].ledger
    key = f"member/{recovery(0).public}"
    assert ledger.ahead.need(key)["profile"] == record.id
    assert ledger.final.need(key)["profile"] == ""


def test_news_of_a_final_minute_says_what_it_did() -> None:
    """The driver hears of each final minute once, with its outcome."""
    coop = Coop(4)
    record = coop.write(0, HERE)
    assert [item.carried.records for item in coop.finals] == [((record.id, ""),)]
    assert all(isinstance(item, Finalised) for item in coop.finals)
    assert isinstance(coop.nodes[0].ledger.pool, Pool)


def test_what_is_spoilt_stays_so_through_a_restart() -> None:
    """A record whose signature proved wrong is asked for until it is mended (LED-11)."""
    coop = Coop(4)
    record = coop.write(0, HERE)
    node = coop.nodes[1]
    node.ledger.spoil([record.id])
    node.shelf.commit(node.ledger.desk.take())
    again = reopened(coop, 1)
    assert again.wanted()[1] == again.spoilt() == [record.id]
    again.mend(record)
    node.shelf.commit(again.desk.take())
    assert again.wanted()[1] == reopened(coop, 1).spoilt() == []


def test_a_certificate_outlives_a_restart_whatever_its_liar_signed() -> None:
    """A liar's vote that others back is there again after a restart (LED-2, SIM-9)."""
    coop = Coop(4)
    by_key = sorted(range(4), key=lambda number: device(number).public)
    liar, *others = by_key  # the journal gives a liar's votes before those that back them
    me = others[-1]
    ledger = coop.nodes[me].ledger
    ground = ledger.machine.ground

    def say(number: int, minute: str) -> None:
        ledger.add_vote(Vote.sign(device(number), ground, VoteKind.NOTARIZE, 1, minute, 0))

    for answer in range(1, 1 + CONFLICTS_MAX):
        say(liar, f"{answer:02x}" * 32)
    for number in (*others[:2], liar):
        say(number, "ff" * 32)
    assert ledger.machine.view == 2
    coop.nodes[me].shelf.commit(ledger.desk.take())
    again = Ledger(coop.nodes[me].shelf, device(me), coop.now)
    assert again.machine.view == 2
