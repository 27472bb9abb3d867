"""What a stranger may do at the door: knock with an invite, and apply (SYN-5)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rochdale_protocol.core.errors import DecodeError, Refused
from rochdale_protocol.core.hashes import Tag
from rochdale_protocol.core.keys import SeedSigner
from rochdale_protocol.core.records import author_record, pack_record
from rochdale_protocol.membership.records import MemberAddress, MemberApply, MemberInvite
from rochdale_protocol.membership.rules import recovery_claim
from rochdale_protocol.sync.messages import Empty, Kind, Message, Records, Refusal, encode_message
from rochdale_protocol.sync.welcome import knock, read_charter

from ..coops import device, recovery, signed_charter
from .talk import Talk

TOKEN = SeedSigner(b"\x77" * 32)
NEW = device(60)
LIFE_MS = 60_000


@pytest.fixture
def talk() -> Talk:
    """Two farms; farm 0 has made an invite and has met the one who holds it."""
    talk = Talk(2)
    talk.link(0, 1)
    talk.write(0, MemberInvite(token=TOKEN.public, expires=talk.now.wall + LIFE_MS))
    talk.meet(0, NEW.public)
    return talk


def application(coop: str, token: SeedSigner = TOKEN) -> MemberApply:
    claim = recovery_claim(coop, recovery(60).public, NEW.public)
    return MemberApply(
        name="Sixty",
        entity="organisation",
        recovery=recovery(60).public,
        token=token.public,
        recovery_sig=recovery(60).sign(Tag.SIGN_RECOVERY, claim).hex(),
        token_sig=token.sign(Tag.SIGN_INVITE, claim).hex(),
    )


def opener(talk: Talk, token: SeedSigner = TOKEN, signer: SeedSigner = NEW) -> Message:
    record = author_record(
        signer,
        application(talk.coop, token),
        coop=talk.coop,
        seq=1,
        prev="",
        seen=talk.ledger(1).tip.id,
        at=0,
    )
    return Message(Kind.RECORDS, Records(more=False), (pack_record(record),))


def codes(talk: Talk) -> list[str]:
    return [code for _, _, code in talk.closed]


def test_an_invite_opens_the_charter(talk: Talk) -> None:
    """SYN-5: who proves to hold an invite is shown the charter, and nothing else."""
    (answer,) = talk.tell(0, NEW.public, knock(TOKEN, talk.coop, NEW.public))
    signed = read_charter(encode_message(answer), talk.coop)
    assert signed == talk.signed
    assert codes(talk) == []


@pytest.mark.parametrize("who", ["another token", "another device", "another co-op"])
def test_a_knock_that_proves_nothing(talk: Talk, who: str) -> None:
    """SYN-5, MEM-1: an invite that isn't there, or is shown by another device, opens nothing."""
    token = SeedSigner(b"\x78" * 32) if who == "another token" else TOKEN
    named = device(61).public if who == "another device" else NEW.public
    coop = "ab" * 32 if who == "another co-op" else talk.coop
    assert talk.tell(0, NEW.public, knock(token, coop, named)) == []
    assert codes(talk) == ["MEM-1" if who == "another token" else "SYN-5"]


def test_an_invite_that_expired_opens_nothing(talk: Talk) -> None:
    """MEM-1: an invite is good for a limited time."""
    talk.pass_time(LIFE_MS)
    assert talk.tell(0, NEW.public, knock(TOKEN, talk.coop, NEW.public)) == []
    assert codes(talk) == ["MEM-1"]


def test_an_invite_that_was_used_opens_nothing(talk: Talk) -> None:
    """MEM-1: an invite is good once."""
    talk.tell(0, NEW.public, opener(talk))
    talk.run()
    assert talk.ledger(1).final.need(f"invite/{TOKEN.public}")["used"]
    assert talk.tell(0, NEW.public, knock(TOKEN, talk.coop, NEW.public)) == []
    assert codes(talk) == ["MEM-1"]


def test_an_application_is_taken_in(talk: Talk) -> None:
    """SYN-5: the first record of the stranger's own device comes into the book."""
    assert talk.tell(0, NEW.public, opener(talk)) == []
    talk.run()
    assert [entry["name"] for _, entry in talk.ledger(1).final.scan("application/")] == ["Sixty"]
    assert codes(talk) == []


def test_an_application_that_would_be_refused_is_told_so(talk: Talk) -> None:
    """SYN-5: who can't be let in hears the code, and nothing is kept."""
    message = opener(talk, SeedSigner(b"\x78" * 32))
    (answer,) = talk.tell(0, NEW.public, message)
    assert isinstance(answer.head, Refusal)
    assert answer.head.code == "MEM-1"
    assert len(talk.ledger(0).pool) == 0
    assert codes(talk) == []


def test_other_records_of_strangers_are_not_taken(talk: Talk) -> None:
    """SYN-5: neither another device's application, nor another kind, nor two at once."""
    other = author_record(
        NEW, MemberAddress(addresses=[]), coop=talk.coop, seq=1, prev="", seen="ab" * 32, at=0
    )
    head = Records(more=False)
    frame = opener(talk).blobs[0]
    for message in (
        opener(talk, signer=device(61)),
        Message(Kind.RECORDS, head, (pack_record(other),)),
        Message(Kind.RECORDS, head, (frame, frame)),
        Message(Kind.RECORDS, head, ()),
    ):
        talk.closed.clear()
        talk.meet(0, NEW.public)
        assert talk.tell(0, NEW.public, message) == []
        assert codes(talk) == ["SYN-5"]
        assert len(talk.ledger(0).pool) == 0


def test_a_charter_is_looked_at_before_it_is_believed() -> None:
    """SYN-4, MIN-11: a charter of another co-op, or one that a founder has not signed."""
    signed = signed_charter(2)
    coop = signed.charter.coop()
    answer = Message(Kind.CHARTER, Empty(), (signed.to_bytes(),))
    assert read_charter(encode_message(answer), coop) == signed
    unsigned = signed.model_copy(update={"signatures": [signed.signatures[0], None]})
    for message, named, code in (
        (answer, "ab" * 32, "SYN-4"),
        (replace(answer, blobs=(unsigned.to_bytes(),)), coop, "MIN-11"),
        (replace(answer, blobs=(b"{}",)), coop, "MIN-10"),
        (replace(answer, blobs=()), coop, "SYN-1"),
        (replace(answer, kind=Kind.VOTES), coop, "SYN-1"),
    ):
        with pytest.raises((DecodeError, Refused)) as caught:
            read_charter(encode_message(message), named)
        assert caught.value.code == code
