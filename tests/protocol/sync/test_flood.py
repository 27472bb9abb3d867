"""Who floods the pools keeps nobody from going on (POO-n)."""

from __future__ import annotations

import pytest

from rochdale_protocol.core.fields import Body
from rochdale_protocol.core.hashes import ZERO_ID, Tag
from rochdale_protocol.core.keys import SeedSigner
from rochdale_protocol.core.limits import PATIENCE_MS
from rochdale_protocol.core.records import Verified, author_record, pack_record
from rochdale_protocol.governance.effects import Admit
from rochdale_protocol.governance.records import BallotCast, ProposalNew
from rochdale_protocol.membership.records import (
    DeviceEnrol,
    MemberAddress,
    MemberApply,
    MemberInvite,
)
from rochdale_protocol.membership.rules import recovery_claim
from rochdale_protocol.minutes import merkle
from rochdale_protocol.minutes import pool as pools
from rochdale_protocol.minutes.minute import Minute
from rochdale_protocol.minutes.votes import Vote, VoteKind
from rochdale_protocol.sync.messages import Empty, Kind, Message, Records, decode_message

from ..coops import device, recovery
from .talk import Talk

TOKEN = SeedSigner(bytes([205]) * 32)
JUNK = SeedSigner(bytes([206]) * 32)
"""Of no invite."""

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


def application(coop: str, number: int, token: SeedSigner) -> MemberApply:
    claim = recovery_claim(coop, recovery(number).public, device(number).public)
    return MemberApply(
        name=f"Farm {number}",
        entity="organisation",
        recovery=recovery(number).public,
        token=token.public,
        recovery_sig=recovery(number).sign(Tag.SIGN_RECOVERY, claim).hex(),
        token_sig=token.sign(Tag.SIGN_INVITE, claim).hex(),
    )


def first(talk: Talk, number: int, body: Body) -> Verified:
    """Return the first record of a device."""
    founding = talk.ledger(0).minute(0)
    assert founding is not None
    signer, seen = device(number), founding.id
    return author_record(signer, body, coop=talk.coop, seq=1, prev=ZERO_ID, seen=seen, at=1)


def test_first_records_in_a_minute_that_no_vote_names_make_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """POO-4: who isn't invited stands in no newcomer's way, whatever a member sends besides."""
    monkeypatch.setattr(pools, "OPENERS_MAX", 2)
    talk = Talk(4)
    talk.link_all()
    talk.write(0, MemberInvite(token=TOKEN.public, expires=talk.now.wall + 600_000))
    template = talk.ledger(0).tip
    junk = [first(talk, number, application(talk.coop, number, JUNK)) for number in (7, 8)]
    pairs = tuple((record.id, "") for record in junk)
    header = template.header.model_copy(
        update={
            "height": template.header.height + 1,
            "records_root": merkle.records_root(pairs),
            "count": len(pairs),
        }
    )
    loose = Minute.make(header, pairs, template.certificate)
    member, newcomer = talk.names[3], first(talk, 4, application(talk.coop, 4, TOKEN))
    frames = tuple(pack_record(record) for record in junk)
    talk.tell(0, member, Message(Kind.RECORDS, Records(more=False), frames))
    talk.tell(0, member, Message(Kind.CONTENTS, Empty(), (loose.to_bytes(),)))
    stranger = device(4).public
    talk.meet(0, stranger)
    offer = Message(Kind.RECORDS, Records(more=False), (pack_record(newcomer),))
    assert talk.tell(0, stranger, offer) == []
    assert talk.closed == []
    assert newcomer.id in talk.ledger(0).pool


def test_openers_of_others_never_push_out_a_newcomers_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """LED-4, POO-4: a newcomer whose sponsor had a full pool still signs once admitted."""
    monkeypatch.setattr(pools, "OPENERS_MAX", 2)
    talk = Talk(4)
    talk.link_all()
    talk.write(0, MemberInvite(token=TOKEN.public, expires=talk.now.wall + 600_000))
    talk.open(device(4), frozenset((talk.names[0],)))
    applied = talk.act(4, application(talk.coop, 4, TOKEN))
    talk.link(0, 4)
    while applied.id in talk.ledger(0).pool:
        talk.pass_time(PATIENCE_MS)
    talk.cut(0, 4)
    put = talk.write(
        0,
        ProposalNew(
            opens=0,
            election=None,
            title="Admit",
            text="",
            business="ordinary",
            closes=talk.now.wall + 30_000,
            effect=Admit(application=applied.id),
        ),
    )
    for voter in range(4):
        talk.write(voter, BallotCast(principal=None, proposal=put.id, choice="for", reason=""))
    while not talk.ledger(0).is_member(talk.names[4]):
        talk.pass_time(PATIENCE_MS)
    for other in (1, 2, 3):
        talk.cut(0, other)
    claim = recovery_claim(talk.coop, recovery(3).public, device(9).public)
    enrol = DeviceEnrol(
        member=recovery(3).public,
        label="another",
        recovery_sig=recovery(3).sign(Tag.SIGN_RECOVERY, claim).hex(),
    )
    junk = [first(talk, number, application(talk.coop, number, JUNK)) for number in (7, 8)]
    frames = tuple(pack_record(record) for record in (*junk, first(talk, 9, enrol)))
    talk.meet(0, talk.names[3])
    talk.tell(0, talk.names[3], Message(Kind.RECORDS, Records(more=False), frames))
    talk.link(0, 4)
    assert talk.ledger(4).height == talk.ledger(0).height
    assert talk.ledger(4).doubt == ""


def test_records_of_a_minute_are_asked_for_once_a_vote_names_it() -> None:
    """SIM-9: what no leader proposes and hardly anybody signed for is not gone after."""
    talk = Talk(4)
    talk.link_all()
    talk.write(0, MemberAddress(addresses=[]))
    leader = talk.leader()
    one, other = [number for number in range(4) if number != leader][:2]
    tip, ledger = talk.ledger(one).tip, talk.ledger(one)
    pairs = tuple((f"{number:064x}", "") for number in range(1, 1_001))
    header = tip.header.model_copy(
        update={
            "height": tip.header.height + 1,
            "records_root": merkle.records_root(pairs),
            "count": len(pairs),
        }
    )
    loose = Minute.make(header, pairs, tip.certificate)
    begun = len(talk.said)
    sender = talk.names[other]
    talk.tell(one, sender, Message(Kind.CONTENTS, Empty(), (loose.to_bytes(),)))
    talk.run()
    assert Kind.WANT_RECORDS not in [decode_message(data).kind for _, _, data in talk.said[begun:]]
    vote = Vote.sign(device(leader), ledger.machine.ground, VoteKind.PROPOSE, 1, loose.id, 0)
    talk.tell(one, sender, Message(Kind.VOTES, Empty(), (vote.to_bytes(),)))
    talk.run()
    assert Kind.WANT_RECORDS in [decode_message(data).kind for _, _, data in talk.said[begun:]]
