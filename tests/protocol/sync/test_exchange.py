"""A node's part in a book: what it stores, sends and reports, and in which order (LED-1)."""

from __future__ import annotations

import pytest

from rochdale_protocol.core.errors import LocalError, Refused
from rochdale_protocol.core.limits import CLOCK_LOOK_MS, PATIENCE_MS
from rochdale_protocol.governance.effects import NoEffect
from rochdale_protocol.governance.records import ProposalNew
from rochdale_protocol.membership.records import MemberAddress, WitnessReady
from rochdale_protocol.minutes.ledger import Finalised, Ledger, Now
from rochdale_protocol.minutes.minute import Minute
from rochdale_protocol.minutes.votes import Certificate, Vote, VoteKind
from rochdale_protocol.sync.exchange import Exchange, Report, Send, Store, WakeAt
from rochdale_protocol.sync.messages import Empty, Kind, Message, Tip
from rochdale_protocol.sync.serving import minutes_from

from ..coops import device
from .talk import Talk

NEWS = MemberAddress(addresses=["farm:1"])


def proposal(closes: int) -> ProposalNew:
    return ProposalNew(
        opens=0,
        election=None,
        title="Buy a ram",
        text="",
        business="ordinary",
        closes=closes,
        effect=NoEffect(),
    )


def test_what_is_stored_comes_before_what_is_sent() -> None:
    """LED-1: the effects of a step begin with its one Store and end with its WakeAt."""
    talk = Talk(4)
    leader = talk.leader()
    talk.meet(leader, talk.names[(leader + 1) % 4])
    _, effects = talk.exchanges[talk.names[leader]].act(NEWS, talk.now)
    kinds = [type(effect) for effect in effects]
    assert kinds[0] is Store
    assert kinds.count(Store) == 1
    assert Send in kinds
    assert kinds[-1] is WakeAt


def test_a_single_founder_needs_nobody() -> None:
    """A co-op of one makes its own minutes, without a link."""
    talk = Talk(1)
    talk.write(0, NEWS)
    assert talk.ledger(0).height == 1


def test_four_agree_and_each_reports_it() -> None:
    """A record of one is final on all, and each reports the minute once."""
    talk = Talk(4)
    talk.link_all()
    talk.write(2, NEWS)
    assert len({talk.ledger(number).tip.id for number in range(4)}) == 1
    reports = [me for me, news in talk.reports if isinstance(news, Finalised)]
    assert sorted(reports) == sorted(talk.names)


def test_what_may_not_be_signed_leaves_no_trace() -> None:
    """LED-4, KEY-0: a record that a rule refuses, or that nobody can sign, is not kept."""
    talk = Talk(2)
    exchange = talk.exchanges[talk.names[0]]
    with pytest.raises(Refused) as refused:
        exchange.act(WitnessReady(), talk.now)
    assert refused.value.code == "MEM-7"
    reader = Exchange(Ledger(talk.shelves[talk.names[0]], None, talk.now))
    with pytest.raises(LocalError) as local:
        reader.act(NEWS, talk.now)
    assert local.value.code == "KEY-0"
    assert len(exchange.ledger.pool) == 0


def wake(effects: list[object]) -> int:
    (last,) = [effect for effect in effects if isinstance(effect, WakeAt)]
    return last.mono


def test_nothing_to_do_is_nothing_to_wake_for() -> None:
    """SIM-7: an idle node sleeps until something comes in, linked or not."""
    talk = Talk(4)
    exchange = talk.exchanges[talk.names[0]]
    assert wake([*exchange.start(talk.now)]) == 0
    assert wake([*exchange.linked(talk.names[1], talk.now)]) == 0


def test_patience_with_an_absent_leader_ends_in_time() -> None:
    """LED-6: who waits for a leader wakes when its patience is over."""
    talk = Talk(4)
    waiting = (talk.leader() + 1) % 4
    exchange = talk.exchanges[talk.names[waiting]]
    exchange.linked(talk.names[talk.leader()], talk.now)
    _, effects = exchange.act(NEWS, talk.now)
    assert wake([*effects]) == talk.mono + PATIENCE_MS


def test_a_clock_that_was_set_is_noticed() -> None:
    """LED-6: who waits for a deadline looks again, for a wall clock can be set meanwhile."""
    talk = Talk(1)
    talk.write(0, proposal(talk.now.wall + 3_600_000))
    exchange = talk.exchanges[talk.names[0]]
    assert wake([*exchange.tick(talk.now)]) == talk.mono + CLOCK_LOOK_MS
    later = Now(talk.mono + CLOCK_LOOK_MS, talk.now.wall + 7_200_000)
    effects = exchange.tick(later)
    assert any(isinstance(e, Report) and isinstance(e.news, Finalised) for e in effects)
    assert wake([*effects]) == 0


def test_a_link_that_comes_anew_replaces_the_old_one() -> None:
    """A peer that links again is greeted again, and what it was asked before is forgotten."""
    talk = Talk(2)
    name, peer = talk.names
    exchange = talk.exchanges[name]
    for _ in range(2):
        sent = [e for e in exchange.linked(peer, talk.now) if isinstance(e, Send)]
        assert [len(effect.data) for effect in sent] == [33]
    exchange.unlinked(peer, talk.now)
    assert exchange.received(peer, b"\x01" + bytes(32), talk.now) == [WakeAt(0)]
    assert device(0).public == name


@pytest.mark.parametrize("idle_ms", [0, PATIENCE_MS + 1_000, 60_000])
def test_idle_time_is_no_patience(idle_ms: int) -> None:
    """However long nothing went on, a record that comes then is final in view 1 (LED-6)."""
    talk = Talk(4)
    talk.link_all()
    talk.mono += idle_ms
    talk.act((talk.leader() + 1) % 4, MemberAddress(addresses=[]))
    talk.run()
    ledger = talk.ledger(0)
    assert ledger.height == 1
    assert Certificate.from_bytes(ledger.certificates(1)[0]).view == 1


def test_time_without_a_link_is_no_patience() -> None:
    """Who was alone with its record doesn't lose patience when a link comes up (LED-6)."""
    talk = Talk(4)
    me = (talk.leader() + 1) % 4
    talk.act(me, MemberAddress(addresses=[]))
    talk.mono += PATIENCE_MS + 1_000
    talk.link(me, (me + 1) % 4)
    assert list(talk.ledger(me).machine.votes()) == []


def test_a_liars_fourth_answer_is_taken_in_with_those_that_back_it() -> None:
    """SIM-9: in one exchange, in whatever order its votes come, a certificate arrives whole."""
    talk = Talk(4)
    liar = talk.leader()
    cut, hub, leaf = (number for number in range(4) if number != liar)
    ground = talk.ledger(cut).machine.ground
    signer = device(liar)

    def say(number: int, *votes: tuple[VoteKind, str]) -> None:
        blobs = tuple(
            Vote.sign(signer, ground, kind, 1, minute, 0).to_bytes() for kind, minute in votes
        )
        talk.tell(number, talk.names[liar], Message(Kind.VOTES, Empty(), blobs))

    def minute_of(number: int) -> Minute:
        talk.act(number, MemberAddress(addresses=[f"farm:{number}"]))
        ledger = talk.ledger(number)
        minute = ledger._page.draw_up(ledger.pool, signer.public, talk.now.wall)
        assert minute is not None
        return minute

    for number in (cut, hub, leaf):
        talk.meet(number, talk.names[liar])
    # The liar leads view 1: one minute for who is cut off, another for the two others.
    for number, others in ((cut, ("aa" * 32, "bb" * 32)), (hub, ())):
        minute = minute_of(number)
        content = Message(Kind.CONTENTS, Empty(), (minute.to_bytes(),))
        talk.tell(number, talk.names[liar], content)
        say(number, *((VoteKind.NOTARIZE, each) for each in (minute.id, *others)))
        say(number, (VoteKind.PROPOSE, minute.id))
    talk.link(hub, leaf)
    for number in (cut, hub, leaf):
        assert talk.ledger(number).machine.has_signed(VoteKind.NOTARIZE, 1)
    for _ in range(100):
        talk.pass_time(PATIENCE_MS)
    for number in (cut, hub, leaf):
        talk.cut(number, liar)
    talk.link(cut, hub)
    for _ in range(100):
        talk.pass_time(PATIENCE_MS)
    assert [talk.ledger(number).height > 0 for number in (cut, hub, leaf)] == [True] * 3


def test_a_record_whose_signature_nobody_checked_here_is_not_passed_on() -> None:
    """LED-11: a courier changed a minuted record's signature; no honest link ends for that."""
    talk = Talk(4)
    talk.link_all()
    phone = talk.add_device(0)
    talk.link(0, phone)
    for other in (1, 2, 3):
        talk.cut(0, other)
    written = talk.write(2, MemberAddress(addresses=["farm:2"]))
    height = talk.ledger(1).height
    whole = minutes_from(talk.ledger(1), height)
    minute, certificate, frame = whole.blobs
    at = 2 + int.from_bytes(frame[:2], "big")
    bent = frame[:at] + bytes(64) + frame[at + 64 :]
    courier = talk.names[3]
    talk.meet(phone, courier)
    talk.tell(phone, courier, Message(Kind.CONTENTS, Empty(), (minute,)))
    # Its question is under way while farm 0 hears of the minute from the courier.
    talk.meet(0, courier)
    talk.tell(0, courier, Message(Kind.TIP, Tip(height=height, minute=talk.ledger(1).tip.id)))
    talk.tell(0, courier, Message(Kind.MINUTES, whole.head, (minute, certificate, bent)))
    assert talk.ledger(0).height == height
    talk.run()
    assert talk.closed == []
    assert talk.ledger(phone).record(written.id) is not None
