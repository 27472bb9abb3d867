"""What a ledger takes for final, and what makes it doubt its own key (LED-4, LED-5, LED-8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from rochdale_protocol.core.errors import DecodeError, LocalError, Refused
from rochdale_protocol.core.limits import (
    PATIENCE_MS,
)
from rochdale_protocol.core.records import Verified
from rochdale_protocol.governance.effects import Expel
from rochdale_protocol.governance.records import BallotCast, ProposalNew
from rochdale_protocol.membership.records import MemberAddress
from rochdale_protocol.minutes.ledger import Ledger
from rochdale_protocol.minutes.minute import Minute
from rochdale_protocol.minutes.shelf import MemoryShelf, height_key
from rochdale_protocol.minutes.votes import Certificate, Vote, VoteKind
from tests.protocol.coops import Coop, device, recovery
from tests.protocol.forging import deliver, forge, reopened

HERE = MemberAddress(addresses=["farm.example:4000"])
HOUR_MS = 3_600_000


def final_of(coop: Coop, height: int) -> tuple[Minute, bytes, list[Verified]]:
    """Return what farm 0 would send of a final minute."""
    ledger = coop.nodes[0].ledger
    minute = ledger.minute(height)
    certificate = ledger.desk["finals"].get(height_key(height))
    assert minute is not None
    assert certificate is not None
    held = [ledger.record(record) for record, _ in minute.records]
    return minute, certificate, [record for record in held if record is not None]


def test_a_record_of_my_own_that_i_do_not_hold_stops_me() -> None:
    """A device that meets its own unknown record signs nothing more, also after a restart (LED-4).

    It goes on following the others.
    """
    coop = Coop(4)
    clone = forge(coop, 3, HERE)
    coop.nodes[3].ledger.add_record(clone)
    deliver(coop, clone)
    coop.pump()
    ledger = coop.nodes[3].ledger
    assert ledger.height == 1
    assert "record" in ledger.doubt
    for same in (ledger, reopened(coop, 3)):
        with pytest.raises(LocalError, match="LED-4"):
            same.author(HERE)
    coop.write(0, HERE)
    coop.pass_time(PATIENCE_MS)
    certificate = Certificate.from_bytes(final_of(coop, 2)[1])
    mine = ledger.roster.places[device(3).public]
    assert mine not in certificate.signers
    assert ledger.height == 2


def until(coop: Coop, come: Callable[[Ledger], bool]) -> None:
    """Let patience pass, a few times, until farm 0's book shows it."""
    coop.pump()
    for _ in range(9):
        if come(coop.nodes[0].ledger):
            return
        coop.pass_time(PATIENCE_MS)
    raise AssertionError("it does not come")


def test_what_i_may_write_no_more_comes_back_without_doubt() -> None:
    """Who has left drops what it still had to say (POO-3); that others hand it back is no sign."""
    coop = Coop(4)
    ledger = coop.nodes[3].ledger
    coop.nodes[3].linked = False
    late = coop.author(3, HERE)
    closes = coop.wall + HOUR_MS
    effect = Expel(member=recovery(3).public, reasons="x")
    put = coop.author(
        0,
        ProposalNew(
            opens=0,
            election=None,
            title="Expel",
            text="",
            business="special",
            closes=closes,
            effect=effect,
        ),
    )
    until(coop, lambda reader: reader.height == 1)
    for number in (0, 1, 2):
        coop.author(number, BallotCast(principal=None, proposal=put.id, choice="for", reason=""))
    until(coop, lambda reader: not len(reader.pool))
    coop.wall = closes
    until(coop, lambda reader: not reader.is_member(device(3).public))
    coop.catch_up(3)
    assert not ledger.holds(late.id)
    with pytest.raises(Refused, match="CHN-2"):
        ledger.add_record(late)
    assert ledger.doubt == ""


def test_a_vote_of_my_own_that_i_do_not_hold_stops_me() -> None:
    """A witness that meets its own unknown vote signs nothing more (LED-4)."""
    coop = Coop(4)
    ledger = coop.nodes[3].ledger
    vote = Vote.sign(device(3), ledger.machine.ground, VoteKind.NULLIFY, 1, "00" * 32, 0)
    with pytest.raises(Refused, match="VOT-5"):
        ledger.add_vote(replace(vote, signature=bytes(64)))
    assert ledger.doubt == ""
    ledger.add_vote(vote)
    assert "vote" in ledger.doubt
    with pytest.raises(LocalError, match="LED-4"):
        ledger.author(HERE)


@pytest.mark.parametrize("what", ["record", "vote"])
def test_a_final_minute_shows_what_i_forgot(what: str) -> None:
    """A home set back to an older copy sees its own later signatures in final minutes (LED-4)."""
    coop = Coop(4)
    old = MemoryShelf()
    old.commit({name: dict(one.scan("")) for name, one in coop.nodes[3].shelf.maps.items()})
    coop.write(3 if what == "record" else 0, HERE)
    minute, certificate, records = final_of(coop, 1)
    proof = Certificate.from_bytes(certificate)
    mine = coop.nodes[0].ledger.roster_at(1).places[device(3).public]
    if what == "vote" and mine not in proof.signers:
        pytest.fail("farm 3 was meant to attest")
    ledger = Ledger(old, device(3), coop.now)
    ledger.adopt_final(minute, certificate, records)
    assert ledger.height == 1
    assert ledger.doubt != ""
    stranger = Ledger(coop.nodes[0].shelf, device(0), coop.now)
    assert stranger.doubt == ""


def test_a_final_minute_is_taken_from_anyone() -> None:
    """Minute, certificate and records together are final at once (LED-5)."""
    coop = Coop(4)
    coop.nodes[3].linked = False
    coop.write(0, HERE)
    behind = coop.nodes[3].ledger
    behind.adopt_final(*final_of(coop, 1))
    assert behind.tip == coop.nodes[0].ledger.tip
    assert dict(behind.final.map.scan("")) == dict(coop.nodes[0].ledger.final.map.scan(""))


def test_a_final_minute_that_is_not_is_refused() -> None:
    """Too few signers, a forged one, another minute or other records change nothing (LED-5)."""
    coop = Coop(4)
    coop.nodes[3].linked = False
    coop.write(0, HERE)
    minute, certificate, records = final_of(coop, 1)
    coop.write(1, HERE)
    coop.pass_time(PATIENCE_MS)
    behind = coop.nodes[3].ledger
    other = forge(coop, 2, HERE)
    few = certificate[:111] + b"\x03" + certificate[112 : 112 + 128]
    forged = certificate[:-1] + bytes([certificate[-1] ^ 1])
    second, later, more = final_of(coop, 2)
    wrong = minute.header.model_copy(update={"state_root": "ab" * 32})
    tries: list[tuple[str, Minute, bytes, list[Verified]]] = [
        ("CRT-1", minute, certificate[:-1], records),
        ("CRT-3", minute, few, records),
        ("CRT-4", minute, forged, records),
        ("CRT-5", minute, later, records),
        ("CRT-5", second, later, more),
        ("CRT-5", Minute.make(wrong, minute.records, b""), certificate, records),
        ("MIN-8", minute, certificate, []),
        ("MIN-8", minute, certificate, [other]),
        ("MIN-8", minute, certificate, [*records, other]),
        ("REC-10", minute, certificate, [Verified(replace(records[0], body=None))]),
    ]
    for code, page, proof, listed in tries:
        with pytest.raises((Refused, DecodeError), match=code):
            behind.adopt_final(page, proof, listed)
        assert behind.desk.take() == {}
        assert behind.height == 0
    behind.adopt_final(minute, certificate, records)


def test_a_newcomer_insists_on_the_minute_of_its_invite() -> None:
    """A history without the minute that the invite named is refused with LED-8."""
    coop = Coop(4)
    coop.nodes[3].linked = False
    coop.write(0, HERE)
    behind = coop.nodes[3].ledger
    behind.desk["meta"].put(f"checkpoint/{height_key(1)}", b"ab" * 32)
    with pytest.raises(Refused, match="LED-8"):
        behind.adopt_final(*final_of(coop, 1))
    assert behind.height == 0
    behind.desk["meta"].put(f"checkpoint/{height_key(1)}", final_of(coop, 1)[0].id.encode())
    behind.adopt_final(*final_of(coop, 1))
    assert behind.height == 1
