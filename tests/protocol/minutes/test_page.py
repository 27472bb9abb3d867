"""The next page: what makes a minute valid on this book (MIN-12 to MIN-18)."""

from __future__ import annotations

from typing import Any

import pytest

from rochdale_protocol.core.errors import DecodeError, Refused
from rochdale_protocol.core.records import Verified, record_size
from rochdale_protocol.governance.effects import NoEffect
from rochdale_protocol.governance.records import BallotCast, ProposalNew
from rochdale_protocol.membership.records import MemberAddress
from rochdale_protocol.minutes.merkle import records_root
from rochdale_protocol.minutes.minute import Minute, certificate_hash
from rochdale_protocol.minutes.page import Page
from rochdale_protocol.minutes.shelf import height_key
from rochdale_protocol.minutes.votes import Certificate
from tests.protocol.coops import Coop, device
from tests.protocol.forging import deliver, forge

WALL = 2_500


class Draft:
    """A co-op of four with one minute and three records waiting; a draft of the second minute.

    The first two records are of farm 3's device, in order; the last is refused.
    """

    def __init__(self) -> None:
        self.coop = Coop(4)
        self.coop.write(0, MemberAddress(addresses=[]))
        self.coop.nodes[3].linked = False
        one = forge(self.coop, 3, MemberAddress(addresses=[]))
        two = forge(self.coop, 3, self.proposal("two"), seq=2, prev=one.id)
        bad = forge(
            self.coop, 2, BallotCast(principal=None, proposal="ab" * 32, choice="for", reason="")
        )
        self.records = [one, two, bad]
        for record in self.records:
            deliver(self.coop, record)
        self.coop.nodes[2].ledger.pool.remove(bad.id)
        ledger = self.coop.nodes[0].ledger
        roster = ledger.roster
        self.page = Page(ledger.desk, self.coop.id, ledger.tip, roster, ledger.roster_at(1))
        drawn = self.page.draw_up(ledger.pool, device(0).public, WALL)
        assert drawn is not None
        self.minute = drawn
        assert [code for _, code in drawn.records] == ["", "", "GOV-5"]

    def proposal(self, title: str) -> ProposalNew:
        return ProposalNew(
            opens=WALL + 8,  # with 0, the state would hold the minute's own time
            election=None,
            title=title,
            text="",
            business="ordinary",
            closes=WALL + 9,
            effect=NoEffect(),
        )

    def code(self, records: list[Verified] | None = None, **fields: Any) -> str:
        """Return why the draft with these changes is refused, "" if it isn't."""
        records = self.records if records is None else records
        lists = fields.pop("lists", None)
        if lists is not None:
            fields |= {"records_root": records_root(lists), "count": len(lists)}
        certificate = fields.pop("certificate", self.minute.certificate)
        fields["certificate_hash"] = certificate_hash(certificate)
        header = self.minute.header.model_copy(update=fields)
        minute = Minute.make(header, tuple(lists or self.minute.records), certificate)
        try:
            self.page.check(minute, records)
        except (Refused, DecodeError) as error:
            return error.code
        return ""


def test_a_minute_as_drawn_up_is_valid() -> None:
    """What one node draws up the others find valid, and it carries out to the same state."""
    draft = Draft()
    assert draft.code() == ""
    carried = draft.page.check(draft.minute, draft.records)
    assert carried.records == draft.minute.records
    assert carried.state_root == draft.minute.header.state_root


@pytest.mark.parametrize("fields", [{"coop": "c1" * 32}, {"height": 3}, {"prev": "ab" * 32}])
def test_a_minute_stands_on_the_last(fields: dict[str, Any]) -> None:
    """A minute of another co-op or height, or on another minute, is MIN-12."""
    assert Draft().code(**fields) == "MIN-12"


def test_time_goes_on() -> None:
    """A minute no later than the last is MIN-13; one millisecond later it is valid."""
    draft = Draft()
    last = draft.coop.nodes[0].ledger.tip.header.time
    assert draft.code(time=last) == "MIN-13"
    assert draft.code(time=last - 1) == "MIN-13"
    assert draft.code(time=last + 1) == ""


def test_a_witness_proposes() -> None:
    """A proposer who is no witness is MIN-14."""
    assert Draft().code(proposer=device(9).public) == "MIN-14"
    assert Draft().code(proposer=device(2).public) == ""


def test_records_stand_in_the_order_of_their_chains() -> None:
    """A record before its predecessor, or of an unknown device, is MIN-15 even with good roots."""
    draft = Draft()
    one, two, bad = draft.records
    swapped = [draft.minute.records[at] for at in (1, 0, 2)]
    assert draft.code([two, one, bad], lists=swapped) == "MIN-15"
    unknown = forge(draft.coop, 9, MemberAddress(addresses=[]))
    longer = [*draft.minute.records, (unknown.id, "CHN-1")]
    assert draft.code([*draft.records, unknown], lists=longer) == "MIN-15"


def test_a_record_of_an_earlier_minute_is_extra() -> None:
    """A record that the book holds already is MIN-15 in another minute."""
    draft = Draft()
    ledger = draft.coop.nodes[0].ledger
    old = ledger.record(ledger.tip.records[0][0])
    assert old is not None
    lists = [*draft.minute.records, (old.id, "")]
    assert draft.code([*draft.records, old], lists=lists) == "MIN-15"


@pytest.mark.parametrize("codes", [["", "", ""], ["", "", "GOV-6"], ["GOV-1", "", "GOV-5"]])
def test_codes_are_those_of_the_rules(codes: list[str]) -> None:
    """A refused record listed as accepted, or with another code, or the reverse, is MIN-16."""
    draft = Draft()
    lists = [(record.id, code) for record, code in zip(draft.records, codes, strict=True)]
    assert draft.code(lists=lists) == "MIN-16"


def test_a_minute_does_something() -> None:
    """A minute without a record or a deadline that it closes is MIN-17."""
    draft = Draft()
    ledger = draft.coop.nodes[0].ledger
    root = records_root(())
    header = draft.minute.header.model_copy(update={"records_root": root, "count": 0})
    with pytest.raises(Refused, match="MIN-17"):
        draft.page.check(Minute.make(header, (), draft.minute.certificate), [])
    assert ledger.height == 1


def test_a_deadline_is_enough_to_do() -> None:
    """A minute without records that closes a vote is valid."""
    coop = Coop(4)
    proposal = Draft.proposal(Draft(), "x").model_copy(
        update={"opens": 0, "closes": coop.wall + 100}
    )
    coop.write(0, proposal)
    coop.pass_time(100)
    tip = coop.nodes[0].ledger.tip
    assert (tip.header.height, tip.header.count) == (2, 0)


@pytest.mark.parametrize("root", ["state_root", "roster_hash", "history_root"])
def test_roots_are_those_of_the_book(root: str) -> None:
    """A wrong state root, roster or history is MIN-18."""
    fields: dict[str, Any] = {root: "ab" * 32}
    assert Draft().code(**fields) == "MIN-18"


def test_a_minute_with_a_record_missing_has_another_state() -> None:
    """A record left out of list and root, with the state root kept, is MIN-18."""
    draft = Draft()
    lists = list(draft.minute.records[:1]) + list(draft.minute.records[2:])
    assert draft.code([draft.records[0], draft.records[2]], lists=lists) == "MIN-18"


def test_a_minute_fits_into_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    """Records that together are larger than MINUTE_BYTES_MAX are MIN-19; at the bound they pass.

    An erased body counts as its header says, so that all nodes come to the same sum.
    """
    draft = Draft()
    size = sum(record_size(record) for record in draft.records)
    monkeypatch.setattr("rochdale_protocol.minutes.page.MINUTE_BYTES_MAX", size)
    assert draft.code() == ""
    monkeypatch.setattr("rochdale_protocol.minutes.page.MINUTE_BYTES_MAX", size - 1)
    assert draft.code() == "MIN-19"


def test_the_certificate_inside_finalises_the_last_minute() -> None:
    """A certificate inside that is none, of another minute or forged is CRT-1, CRT-5 or CRT-4."""
    draft = Draft()
    good = Certificate.from_bytes(draft.minute.certificate)
    assert draft.code(certificate=b"") == "CRT-1"
    other = good.to_bytes().replace(bytes.fromhex(good.minute), bytes(32))
    assert draft.code(certificate=other) == "CRT-5"
    forged = draft.minute.certificate[:-1] + bytes([draft.minute.certificate[-1] ^ 1])
    assert draft.code(certificate=forged) == "CRT-4"
    few = draft.minute.certificate[:111] + b"\x03" + draft.minute.certificate[112 : 112 + 128]
    assert draft.code(certificate=few) == "CRT-3"


def test_the_first_minute_holds_no_certificate() -> None:
    """The charter's signatures stand for minute 0; a certificate in minute 1 is CRT-5."""
    coop = Coop(1)
    coop.write(0, MemberAddress(addresses=[]))
    fresh = Coop(1).nodes[0].ledger
    page = Page(fresh.desk, fresh.coop, fresh.tip, fresh.roster, fresh.roster)
    first = coop.nodes[0].ledger.minute(1)
    assert first is not None
    record = coop.nodes[0].ledger.record(first.records[0][0])
    assert record is not None
    page.check(first, [record])
    inside = coop.nodes[0].ledger.desk["finals"].get(height_key(1))
    assert inside is not None
    header = first.header.model_copy(update={"certificate_hash": certificate_hash(inside)})
    with pytest.raises(Refused, match="CRT-5"):
        page.check(Minute.make(header, first.records, inside), [record])


def test_another_certificate_of_the_last_minute_is_as_good() -> None:
    """Whose signatures the proposer happened to hold doesn't matter, as long as they are enough."""
    draft = Draft()
    ledger = draft.coop.nodes[0].ledger
    held = Certificate.from_bytes(draft.minute.certificate)
    assert len(held.signers) >= 3
    desk = ledger.desk["finals"]
    desk.put(height_key(1), b"another one")
    assert draft.code() == ""
