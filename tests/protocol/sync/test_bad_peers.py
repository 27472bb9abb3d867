"""A peer that breaks a rule is cut off with its number, and the book stays as it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from rochdale_protocol.core.hashes import ZERO_ID
from rochdale_protocol.core.limits import ANSWER_MS_MAX, MESSAGE_SIZE_MAX, PATIENCE_MS
from rochdale_protocol.core.records import Verified, author_record, pack_record
from rochdale_protocol.membership.records import DeviceRevoke, MemberAddress, MemberResign
from rochdale_protocol.minutes.votes import Ground, Vote, VoteKind
from rochdale_protocol.sync import session as sessions
from rochdale_protocol.sync.messages import (
    Empty,
    Kind,
    Message,
    Minutes,
    Records,
    State,
    Summary,
    Tip,
    WantContents,
    WantMinutes,
    WantRecords,
    WantState,
    decode_message,
    encode_message,
)
from rochdale_protocol.sync.serving import minutes_from

from ..coops import device
from .talk import Talk

ID = "ab" * 32


@pytest.fixture
def talk() -> Talk:
    """Four farms with one final minute; farm 0 has met farm 1, for which the test speaks."""
    talk = Talk(4)
    for pair in ((0, 1), (0, 2), (1, 2)):
        talk.link(*pair)
    talk.write(0, MemberAddress(addresses=["farm:1"]))
    talk.write(2, MemberAddress(addresses=["farm:2"]))
    talk.cut(0, 1)
    talk.meet(0, talk.names[1])
    return talk


def cut_off(talk: Talk, *messages: Message | bytes, number: int = 0, peer: int = 1) -> str:
    """Say this in a peer's name; return the code with which it is cut off, or ""."""
    name = talk.names[peer]
    shelf = talk.shelves[talk.names[number]]
    held = {key: dict(shelf.maps[key].scan("")) for key in ("minutes", "state", "records")}
    for message in messages:
        talk.tell(number, name, message)
    ended = [code for who, whom, code in talk.closed if (who, whom) == (talk.names[number], name)]
    assert (name in talk.exchanges[talk.names[number]].sessions) != bool(ended)
    assert {key: dict(shelf.maps[key].scan("")) for key in held} == held
    return ended[0] if ended else ""


def true_tip(talk: Talk) -> Message:
    """Say that minute 1 is the last one, which farm 0 holds as well."""
    held = talk.exchanges[talk.names[0]].ledger.minute(1)
    assert held is not None
    return Message(Kind.TIP, Tip(height=1, minute=held.id))


def minutes(talk: Talk, start: int = 1, number: int = 0) -> Message:
    """What an honest peer answers to a question for minutes."""
    return minutes_from(talk.ledger(number), start)


def ask(start: int) -> Message:
    return Message(Kind.WANT_MINUTES, WantMinutes(start=start, rosters=False))


def record(number: int, coop: str, *, seq: int = 1) -> Verified:
    return author_record(
        device(number),
        MemberAddress(addresses=["farm:9"]),
        coop=coop,
        seq=seq,
        prev=ZERO_ID if seq == 1 else ID,
        seen=ID,
        at=0,
    )


def records(*frames: bytes) -> Message:
    return Message(Kind.RECORDS, Records(more=False), frames)


def votes(*each: Vote) -> Message:
    return Message(Kind.VOTES, Empty(), tuple(vote.to_bytes() for vote in each))


@pytest.mark.parametrize(
    "message",
    [
        Message(Kind.MINUTES, Minutes(start=1, tip=1, records=[])),
        Message(Kind.STATE, State(height=1, more=False)),
        Message(Kind.MORE_RECORDS, Empty()),
        Message(Kind.CHARTER, Empty()),
    ],
    ids=lambda message: message.kind.name,
)
def test_what_was_not_asked_for(talk: Talk, message: Message) -> None:
    """SYN-3: an answer without a question ends the link."""
    assert cut_off(talk, message) == "SYN-3"


def behind(talk: Talk) -> int:
    """Let farm 3, which holds the charter alone, ask farm 1 for minutes; returns its number."""
    talk.meet(3, talk.names[1])
    talk.tell(3, talk.names[1], Message(Kind.TIP, Tip(height=2, minute=ID)))
    assert talk.exchanges[talk.names[3]].sessions[talk.names[1]].owes_until
    return 3


def test_minutes_of_another_height(talk: Talk) -> None:
    """SYN-3: minutes from another height than was asked for end the link."""
    assert cut_off(talk, minutes(talk, 2), number=behind(talk)) == "SYN-3"


def test_minutes_out_of_order(talk: Talk) -> None:
    """SYN-4: a minute that isn't the next one ends the link."""
    later = minutes(talk, 2)
    assert isinstance(later.head, Minutes)
    head = later.head.model_copy(update={"start": 1})
    assert cut_off(talk, Message(later.kind, head, later.blobs), number=behind(talk)) == "SYN-4"


def test_records_of_a_minute_out_of_order(talk: Talk) -> None:
    """SYN-4: a minute comes with its own records, in its order."""
    good = minutes(talk)
    other = pack_record(record(0, talk.coop))
    spoilt = (*good.blobs[:2], other, *good.blobs[3:])
    assert cut_off(talk, Message(good.kind, good.head, spoilt), number=behind(talk)) == "SYN-4"


def test_a_certificate_of_another_minute(talk: Talk) -> None:
    """CRT-5: a minute is believed for its own certificate alone."""
    good = minutes(talk)
    spoilt = (good.blobs[0], good.blobs[4], *good.blobs[2:])
    assert cut_off(talk, Message(good.kind, good.head, spoilt), number=behind(talk)) == "CRT-5"


def test_a_count_that_is_wrong(talk: Talk) -> None:
    """SYN-1: the numbers in the head and the blobs must agree."""
    good = minutes(talk)
    message = Message(good.kind, good.head, good.blobs[:-1])
    assert cut_off(talk, message, number=behind(talk)) == "SYN-1"


def test_a_height_that_is_a_lie(talk: Talk) -> None:
    """SYN-7: who claims minutes and has none to show is cut off."""
    tip = Message(Kind.TIP, Tip(height=99, minute=ID))
    none = Message(Kind.MINUTES, Minutes(start=3, tip=99, records=[]))
    assert cut_off(talk, tip, none) == "SYN-7"


def test_a_peer_that_stalls(talk: Talk) -> None:
    """SYN-9: who owes minutes for too long is cut off."""
    talk.tell(0, talk.names[1], Message(Kind.TIP, Tip(height=99, minute=ID)))
    talk.pass_time(ANSWER_MS_MAX)
    assert cut_off(talk) == ""
    talk.pass_time(1)
    assert cut_off(talk) == "SYN-9"


def test_a_peer_that_floods(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """SYN-8: messages that bring nothing new are borne for a while."""
    monkeypatch.setattr(sessions, "USELESS_MAX", 20)
    again = true_tip(talk)
    assert cut_off(talk, again, *[again] * 20) == ""  # the first says where it stands
    assert cut_off(talk, again) == "SYN-8"


def test_news_make_up_for_what_was_useless(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """SYN-8: only what is useless without a break counts."""
    monkeypatch.setattr(sessions, "USELESS_MAX", 20)
    again = true_tip(talk)
    for _ in range(20):
        talk.tell(0, talk.names[1], again)
    talk.tell(0, talk.names[1], records(pack_record(record(1, talk.coop))))
    for _ in range(20):
        talk.tell(0, talk.names[1], again)
    assert cut_off(talk) == ""


def test_records_of_another_co_op(talk: Talk) -> None:
    """REC-4: a record of another co-op ends the link."""
    assert cut_off(talk, records(pack_record(record(1, ID)))) == "REC-4"


def test_a_record_with_another_signature(talk: Talk) -> None:
    """REC-5: a record that its device has not signed ends the link."""
    forged = replace(record(1, talk.coop), signature=bytes(64))
    assert cut_off(talk, records(pack_record(forged))) == "REC-5"


def test_a_record_whose_body_was_cut_off(talk: Talk) -> None:
    """REC-10: a record without the body that its rule reads is not kept; the link stays."""
    stripped = replace(record(1, talk.coop), body=None)
    assert cut_off(talk, records(pack_record(stripped))) == ""
    assert stripped.id not in talk.ledger(0).pool


def test_records_before_those_they_follow(talk: Talk) -> None:
    """POO-1: a record whose predecessor is absent waits; nothing of it counts."""
    late = record(1, talk.coop, seq=7)
    height = talk.ledger(0).height
    talk.tell(0, talk.names[1], records(pack_record(late)))
    talk.pass_time(60_000)
    assert late.id in talk.ledger(0).pool
    assert talk.ledger(0).height == height
    assert talk.closed == []


def ballot(talk: Talk, signer: int, *, coop: str = "") -> Vote:
    ground = talk.ledger(0).machine.ground
    there = Ground(coop or ground.coop, ground.height, ground.prev, ground.roster)
    return Vote.sign(device(signer), there, VoteKind.NULLIFY, 1, ZERO_ID, 0)


def test_votes_that_are_none(talk: Talk) -> None:
    """VOT-4, VOT-5: a vote of a stranger, or of another co-op, ends the link."""
    assert cut_off(talk, votes(ballot(talk, 50))) == "VOT-4"
    talk.meet(0, talk.names[1])
    talk.closed.clear()
    assert cut_off(talk, votes(ballot(talk, 1, coop=ID))) == "VOT-5"


def every_message(talk: Talk) -> Iterator[Message]:
    yield Message(
        Kind.SUMMARY, Summary(asks=True, height=1, minute=ID, pool=[], votes=[], contents=[])
    )
    yield Message(Kind.WANT_MINUTES, WantMinutes(start=1))
    yield Message(Kind.WANT_STATE, WantState(height=1, after=""))
    yield Message(Kind.WANT_RECORDS, WantRecords(records=[ID]))
    yield Message(Kind.WANT_CONTENTS, WantContents(minutes=[ID]))
    yield records(pack_record(record(1, talk.coop)))
    yield votes(ballot(talk, 1))
    yield minutes(talk)


def test_messages_that_are_cut(talk: Talk) -> None:
    """SYN-1: no beginning of a message is taken for another message."""
    for message in every_message(talk):
        data = encode_message(message)
        for end in (0, 1, 3, 5, 6, len(data) // 2, len(data) - 1):
            talk.closed.clear()
            talk.meet(0, talk.names[1])
            code = cut_off(talk, data[:end])
            assert code in ("SYN-1", "CAN-2") or (code == "" and message.blobs), message.kind


def test_a_message_that_is_too_large(talk: Talk) -> None:
    """SYN-1: what is larger than the limit isn't looked into."""
    data = bytes([Kind.VOTES]) + bytes(MESSAGE_SIZE_MAX)
    assert cut_off(talk, data) == "SYN-1"


def test_what_the_stranger_at_the_door_may_not_see(talk: Talk) -> None:
    """SYN-5: a stranger's questions are answered with the end of the link and no byte more."""
    stranger = device(50).public
    talk.names.append(stranger)
    for message in every_message(talk):
        talk.closed.clear()
        talk.meet(0, stranger)
        answers = talk.tell(0, stranger, message)
        talk.run()
        told = [data for _, peer, data in talk.said if peer == stranger]
        assert told == [encode_message(answer) for answer in answers]
        talk.said.clear()
        assert all(answer.kind is Kind.WANT_MINUTES for answer in answers)
        assert all(answer.blobs == () for answer in answers)
        codes = {Kind.SUMMARY: [], Kind.MINUTES: ["SYN-3"]}
        assert [code for _, _, code in talk.closed] == codes.get(message.kind, ["SYN-5"])


def test_a_stranger_hears_nothing_of_what_goes_on(talk: Talk) -> None:
    """SYN-5: records, votes and minutes that are made while a stranger listens stay unseen."""
    stranger = device(50).public
    talk.names.append(stranger)
    talk.meet(0, stranger)
    talk.write(0, MemberAddress(addresses=["farm:3"]))
    assert talk.ledger(0).height == 3
    assert [data for _, peer, data in talk.said if peer == stranger] == []


def test_a_revoked_device_is_cut_off(talk: Talk) -> None:
    """SYN-6: the minute that revokes a device is the last thing that ends up on its link."""
    second = talk.add_device(0)
    talk.link(0, second)
    assert talk.ledger(second).tip.id == talk.ledger(0).tip.id
    revoked = talk.names[second]
    talk.write(0, DeviceRevoke(device=revoked, reason="lost"))
    assert (talk.names[0], revoked, "SYN-6") in talk.closed
    height = talk.ledger(second).height
    talk.write(0, MemberAddress(addresses=["farm:4"]))
    assert talk.ledger(second).height == height
    talk.closed.clear()
    talk.link(0, second)
    assert talk.ledger(second).height == height


def test_one_who_left_hears_how_and_no_more() -> None:
    """SYN-6: a member that resigned far from the others' last votes may ask up to that minute."""
    talk = Talk(4)
    talk.link_all()
    talk.write(0, MemberAddress(addresses=["farm:1"]))
    gone = talk.names[3]
    talk.loses = lambda sender, peer, kind: gone == peer
    talk.act(3, MemberResign(reason=""))
    talk.run()
    while talk.ledger(0).is_member(gone):
        assert talk.mono < 1_000_000
        talk.pass_time(PATIENCE_MS)
    assert talk.ledger(3).is_member(gone)
    left = talk.ledger(0).height
    talk.write(0, MemberAddress(addresses=["farm:2"]))
    talk.loses = lambda sender, peer, kind: False
    talk.cut(0, 3)
    talk.said.clear()
    talk.link(0, 3)
    assert not talk.ledger(3).is_member(gone)
    assert talk.ledger(3).height == left < talk.ledger(0).height
    heads = [decode_message(data).head for _, peer, data in talk.said if peer == gone]
    assert [head.tip for head in heads if isinstance(head, Minutes)] == [left]
    assert (talk.names[0], gone, "SYN-5") not in talk.closed
    talk.closed.clear()
    (answer,) = talk.tell(0, gone, ask(left + 1))
    assert answer.head == Minutes(start=left + 1, tip=left, records=[])
    assert cut_off(talk, ask(left + 2), peer=3) == "SYN-5"


def test_a_revoked_device_hears_nothing_though_its_member_left_later() -> None:
    """SYN-6: a device that was lost, and revoked, isn't told what came until its member left."""
    talk = Talk(4)
    talk.link_all()
    second = talk.add_device(3)
    talk.link(3, second)
    talk.write(3, DeviceRevoke(device=talk.names[second], reason="lost"))
    talk.write(3, MemberResign(reason=""))
    assert talk.ledger(0).left_at(talk.names[3]) == talk.ledger(0).height
    talk.meet(0, talk.names[second])
    assert cut_off(talk, ask(1), peer=second) == "SYN-5"


def test_minutes_are_not_handed_out_one_by_one(talk: Talk) -> None:
    """SYN-3: a batch that ends before its ``tip`` and isn't full is the last one on its link."""
    good = minutes(talk)
    assert isinstance(good.head, Minutes)
    assert good.head.tip == 2
    count = good.head.records[0]
    head = good.head.model_copy(update={"records": [count]})
    number = behind(talk)
    talk.tell(number, talk.names[1], Message(good.kind, head, good.blobs[: 2 + count]))
    assert talk.ledger(number).height == 1
    assert talk.closed[-1] == (talk.names[number], talk.names[1], "SYN-3")
