"""Two who meet tell each other what the other lacks, and nothing else (SYN-2, SYN-4)."""

from __future__ import annotations

import pytest

from rochdale_protocol.core.hashes import Tag, digest
from rochdale_protocol.membership.records import MemberAddress
from rochdale_protocol.sync import session as sessions
from rochdale_protocol.sync.messages import (
    Empty,
    Kind,
    Message,
    Summary,
    WantContents,
    WantRecords,
    decode_message,
)
from rochdale_protocol.sync.session import book_digest

from .talk import Talk


def news(number: int) -> MemberAddress:
    return MemberAddress(addresses=[f"farm:{number}"])


def kinds(talk: Talk, since: int = 0) -> list[str]:
    return [decode_message(data).kind.name for _, _, data in talk.said[since:]]


def test_equal_books_say_33_bytes_each() -> None:
    """SYN-2: a digest from each side is all that two nodes with equal books exchange."""
    talk = Talk(2)
    talk.link(0, 1)
    assert [len(data) for _, _, data in talk.said] == [33, 33]


def test_the_digest_covers_the_whole_book() -> None:
    """SYN-2: the digest names the co-op, the last minute, what is pending, and the votes."""
    talk = Talk(4)
    ledger = talk.ledger(0)
    before = book_digest(ledger)
    talk.meet(0, talk.names[1])
    record = talk.act(0, news(3))
    votes = sorted(vote.short for vote in ledger.machine.votes())
    listed = [ledger.coop, ledger.tip.id, *sorted([record.id]), "", *votes]
    assert book_digest(ledger) == digest(Tag.SYNC, "\n".join(listed).encode()).hex() != before


def test_what_one_lacks_the_other_brings() -> None:
    """SYN-2: minutes, then records, then the votes of the height, and then silence."""
    talk = Talk(4)
    for pair in ((0, 1), (0, 2), (1, 2)):
        talk.link(*pair)
    for number in (1, 2, 3):
        talk.write(0, news(number))
    assert [talk.ledger(each).height for each in range(4)] == [3, 3, 3, 0]
    pending = talk.act(3, news(4))
    talk.link(0, 3)
    assert [talk.ledger(each).height for each in range(4)] == [4, 4, 4, 4]
    assert all(talk.ledger(number).holds(pending.id) for number in range(4))
    assert len({book_digest(talk.ledger(number)) for number in range(4)}) == 1
    assert talk.closed == []


def test_a_meeting_of_equals_after_work_is_short_again() -> None:
    """SYN-2: books that became equal say no more than a digest each at the next meeting."""
    talk = Talk(4)
    talk.link_all()
    talk.write(0, news(1))
    talk.cut(0, 1)
    since = len(talk.said)
    talk.link(0, 1)
    assert sum(len(data) for _, _, data in talk.said[since:]) == 66


def test_records_come_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """SYN-3: a second batch waits until it is asked for; no record comes twice."""
    monkeypatch.setattr(sessions, "BATCH_SIZE", 1_000)
    talk = Talk(3)
    records = [talk.act(0, news(number)) for number in range(1, 9)]
    talk.link(0, 1)
    batches = [
        decode_message(data)
        for sender, _, data in talk.said
        if data[0] == Kind.RECORDS and sender == talk.names[0]
    ]
    assert len(batches) > 2
    assert sum(len(batch.blobs) for batch in batches) == len(records)
    assert kinds(talk).count("MORE_RECORDS") == len(batches) - 1
    assert talk.ledger(1).pool.ids() == sorted(record.id for record in records)


def test_minutes_come_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """SYN-4: who is far behind asks again until it holds all."""
    monkeypatch.setattr("rochdale_protocol.sync.serving.BATCH_MINUTES_MAX", 2)
    talk = Talk(4)
    for pair in ((0, 1), (0, 2), (1, 2)):
        talk.link(*pair)
    for number in range(1, 6):
        talk.write(0, news(number))
    talk.link(1, 3)
    assert talk.ledger(3).tip.id == talk.ledger(0).tip.id
    asked = [decode_message(data).head for _, _, data in talk.said if data[0] == Kind.WANT_MINUTES]
    assert len(asked) >= 3


def summary(talk: Talk, number: int, *, asks: bool) -> Message:
    ledger = talk.ledger(number)
    head = Summary(
        asks=asks, height=ledger.height, minute=ledger.tip.id, pool=[], votes=[], contents=[]
    )
    return Message(Kind.SUMMARY, head)


def test_an_answer_is_not_answered() -> None:
    """SYN-2: a summary that asks is answered once; an answer isn't, however many come."""
    talk = Talk(2)
    peer = talk.names[1]
    talk.meet(0, peer)
    for _ in range(2):
        answers = talk.tell(0, peer, summary(talk, 1, asks=True))
        assert [(m.kind, m.head.asks) for m in answers if isinstance(m.head, Summary)] == [
            (Kind.SUMMARY, False)
        ]
        assert talk.tell(0, peer, summary(talk, 1, asks=False)) == []


def test_two_questions_that_cross_answer_each_other() -> None:
    """SYN-2: who has asked already takes the other's question for the answer."""
    talk = Talk(4)
    talk.act(0, news(1))
    talk.act(1, news(1))
    talk.link(0, 1)
    asked = [decode_message(data).head for _, _, data in talk.said if data[0] == Kind.SUMMARY]
    assert [head.asks for head in asked if isinstance(head, Summary)] == [True, True]


def test_votes_that_came_too_early_are_sent_again() -> None:
    """SYN-2: what a peer could not use when it came is not taken for known by it."""
    talk = Talk(4)
    leader = talk.leader()
    other = talk.names[(leader + 1) % 4]
    talk.meet(leader, other)
    talk.act(leader, news(1))
    for _ in range(2):
        answers = talk.tell(leader, other, summary(talk, leader, asks=False))
        assert Kind.VOTES in [answer.kind for answer in answers]


def test_what_a_height_lacks_is_asked_for_once() -> None:
    """A minute that votes name, and the records in it, are asked for, each a single time."""
    talk = Talk(4)
    leader = talk.leader()
    other = (leader + 1) % 4
    talk.link(leader, other)
    talk.loses = lambda sender, peer, kind: kind in (Kind.CONTENTS, Kind.RECORDS)
    record = talk.act(leader, news(1))
    talk.run()
    (content,) = talk.ledger(leader).contents
    asked = [decode_message(data).head for _, _, data in talk.said if data[0] == Kind.WANT_CONTENTS]
    assert asked == [WantContents(minutes=[content.id])]
    message = Message(Kind.CONTENTS, Empty(), (content.to_bytes(),))
    for expected in ([WantRecords(records=[record.id])], []):
        answers = talk.tell(other, talk.names[leader], message)
        assert [each.head for each in answers if each.kind is Kind.WANT_RECORDS] == expected


def test_a_node_behind_learns_from_one_that_joined_since() -> None:
    """SYN-5: who is no member in my book yet brings me the minutes that make it one."""
    talk = Talk(4)
    for pair in ((0, 1), (0, 2), (1, 2)):
        talk.link(*pair)
    newcomer = talk.admit(0, voters=(0, 1, 2))
    assert talk.ledger(3).height == 0
    talk.link(3, newcomer)
    assert talk.ledger(3).tip.id == talk.ledger(0).tip.id
    assert talk.closed == []


def test_each_side_of_a_lasting_link_takes_the_other_for_a_member_at_once() -> None:
    """SYN-5: an applicant becomes a peer on the link that it has, when it is admitted."""
    talk = Talk(2)
    talk.link(0, 1)
    newcomer = talk.admit(0, voters=(0, 1))
    assert talk.ledger(newcomer).tip.id == talk.ledger(0).tip.id
    assert talk.ledger(0).is_member(talk.names[newcomer])


def test_a_minute_is_sent_once_for_a_question() -> None:
    """WANT_CONTENTS that repeats an id brings one copy of that minute (SYN-2)."""
    talk = Talk(4)
    leader = talk.leader()
    peer = talk.names[(leader + 1) % 4]
    talk.meet(leader, peer)
    talk.act(leader, MemberAddress(addresses=[]))
    (minute,) = [one.id for one in talk.ledger(leader).contents]
    asked = Message(Kind.WANT_CONTENTS, WantContents(minutes=[minute] * 100))
    answers = talk.tell(leader, peer, asked)
    assert sum(len(answer.blobs) for answer in answers) == 1
