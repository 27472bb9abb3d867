"""One device must not bring the book to a halt by filling the pools (POO-n)."""

from __future__ import annotations

import pytest

from rochdale_protocol.core.hashes import ZERO_ID
from rochdale_protocol.core.limits import PATIENCE_MS
from rochdale_protocol.core.records import Verified, author_record, pack_record
from rochdale_protocol.membership.records import MemberAddress
from rochdale_protocol.sync.messages import Kind, Message, Records

from ..coops import device
from .talk import Talk

MOST = 3
FLOODER = 3


def signed(talk: Talk, seq: int, prev: str, at: int) -> Verified:
    return author_record(
        device(FLOODER), MemberAddress(addresses=[]), coop=talk.coop, seq=seq, prev=prev,
        seen=talk.ledger(0).tip.id, at=at,
    )  # fmt: skip


def test_one_device_can_not_keep_others_from_judging(monkeypatch: pytest.MonkeyPatch) -> None:
    """A record that a minute of this height lists is taken in, however many others wait (POO-5).

    The device gives every farm the same records that wait for ever, and each a different one
    that can be listed at once: every leader lists its own, which nobody else has room for.
    """
    monkeypatch.setattr("rochdale_protocol.minutes.pool.PENDING_PER_DEVICE_MAX", MOST)
    talk = Talk(4)
    flooder = device(FLOODER).public
    gaps = [signed(talk, 100 + number, "ab" * 32, 1) for number in range(MOST - 1)]
    for number in range(3):
        own = signed(talk, 1, ZERO_ID, number)
        frames = tuple(pack_record(record) for record in (*gaps, own))
        talk.meet(number, flooder)
        talk.tell(number, flooder, Message(Kind.RECORDS, Records(more=False), frames))
        assert talk.ledger(number).holds(own.id)
    for number in range(3):
        for other in range(number):
            talk.link(other, number)
    record = talk.act(0, MemberAddress(addresses=[]))
    talk.run()
    for _ in range(200):
        talk.pass_time(PATIENCE_MS)
    assert talk.ledger(0).place(record.id) is not None
