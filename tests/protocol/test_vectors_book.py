"""The vectors of records, chains, minutes and certificates, on the package."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from rochdale_protocol.areas import kinds
from rochdale_protocol.core.canonical import encode
from rochdale_protocol.core.errors import DecodeError, Refused
from rochdale_protocol.core.hashes import ZERO_ID
from rochdale_protocol.core.records import (
    Record,
    Verified,
    decode_record,
    pack_record,
    verify_record,
)
from rochdale_protocol.core.registry import Kind
from rochdale_protocol.minutes.execute import Session, Unlistable, parse_body, read_body
from rochdale_protocol.minutes.founding import found_book
from rochdale_protocol.minutes.ledger import Ledger, Now
from rochdale_protocol.minutes.minute import Minute, SignedCharter
from rochdale_protocol.minutes.page import Page
from rochdale_protocol.minutes.roster import Roster, Witness
from rochdale_protocol.minutes.shelf import MemoryShelf
from rochdale_protocol.minutes.votes import Certificate, Ground, Vote, evidence_between
from tests.vectors.files import load

RECORDS = load("records")
CHAINS = load("chains")
MINUTES = load("minutes")
CERTIFICATES = load("certificates")


def name_of(case: dict[str, Any]) -> str:
    return str(case.get("name", case.get("height", case.get("witnesses"))))


def shelf_of(charter: dict[str, Any]) -> MemoryShelf:
    """Return the shelf of a book that holds its charter alone."""
    signed = SignedCharter.from_bytes(encode(charter))
    signed.check()
    shelf = MemoryShelf()
    shelf.commit(found_book(signed))
    return shelf


@pytest.mark.parametrize("case", RECORDS["valid"], ids=name_of)
def test_a_valid_record(case: dict[str, Any]) -> None:
    """A valid record has the id, header and body that the vector says."""
    frame = bytes.fromhex(case["frame"])
    record = verify_record(decode_record(frame), RECORDS["coop"])
    assert record.id == case["id"]
    assert record.header.model_dump() == case["header"]
    assert pack_record(record) == frame
    if case["body"] is None:
        assert record.body is None
        return
    assert record.body is not None
    assert orjson.loads(record.body) == case["body"]
    _, body = read_body(record.header, record.body)
    assert body is None or body.model_dump(mode="json") == case["body"]


@pytest.mark.parametrize("case", RECORDS["invalid"], ids=name_of)
def test_an_invalid_record(case: dict[str, Any]) -> None:
    """What is no record, or not signed, is refused with the vector's code."""
    with pytest.raises((DecodeError, Refused)) as caught:
        verify_record(decode_record(bytes.fromhex(case["frame"])), RECORDS["coop"])
    assert caught.value.code == case["code"]


@pytest.mark.parametrize("case", RECORDS["carried out"], ids=name_of)
def test_a_record_that_is_refused_in_its_minute(case: dict[str, Any]) -> None:
    """What is signed and wrong is refused with the vector's code when it is carried out."""
    record = verify_record(decode_record(bytes.fromhex(case["frame"])), RECORDS["coop"])
    kind = kinds().get(record.header.kind)
    with pytest.raises(Refused) as caught:
        _read(kind, record)
    assert caught.value.code == case["code"]


def _read(kind: Kind | None, record: Record) -> None:
    """Read a body as its rule would, or as a node does that keeps an erasable one."""
    if kind is not None and kind.erasable and record.body is not None:
        parse_body(kind, record.header, record.body)
    else:
        read_body(record.header, record.body)


@pytest.mark.parametrize("case", CHAINS["cases"], ids=name_of)
def test_a_chain(case: dict[str, Any]) -> None:
    """The next minute makes of the records what the vector says, with that state."""
    shelf = shelf_of(CHAINS["charter"])
    maps = shelf.maps
    session = Session(
        maps["state"],
        maps["heights"],
        maps["chain"],
        CHAINS["height"],
        CHAINS["time"],
        attested=(),
        last_time=CHAINS["charter"]["charter"]["at"],
        prev=ZERO_ID,
    )
    codes: list[Any] = []
    for item in case["records"]:
        record = decode_record(bytes.fromhex(item["frame"]))
        assert record.id == item["id"]
        try:
            codes.append(session.add(verify_record(record, CHAINS["coop"])))
        except Unlistable as error:
            codes.append({"unlisted": error.code})
    assert codes == case["codes"]
    for key, value in case["state"].items():
        assert session.state.get(key) == value, key


def book_at(height: int) -> Ledger:
    """Return a ledger that has taken in the minutes of the vectors up to a height."""
    ledger = Ledger(shelf_of(MINUTES["charter"]), None, Now(0, 10**13))
    for step in MINUTES["minutes"][1 : height + 1]:
        records = [decode_record(bytes.fromhex(frame)) for frame in step["records"]]
        verified: list[Verified] = [verify_record(record, ledger.coop) for record in records]
        minute = Minute.from_bytes(bytes.fromhex(step["minute"]))
        ledger.adopt_final(minute, bytes.fromhex(step["certificate"]), verified)
    return ledger


@pytest.mark.parametrize("case", MINUTES["minutes"], ids=name_of)
def test_a_final_minute(case: dict[str, Any]) -> None:
    """A book that takes the minutes in comes to the vector's id, bytes and state."""
    ledger = book_at(case["height"])
    assert ledger.tip.id == case["id"]
    assert ledger.tip.to_bytes().hex() == case["minute"]
    assert dict(ledger.final.scan("")) == case["state"]


@pytest.mark.parametrize("case", MINUTES["malformed"], ids=name_of)
def test_a_malformed_minute(case: dict[str, Any]) -> None:
    """What is no minute is refused with the vector's code."""
    with pytest.raises(DecodeError) as caught:
        Minute.from_bytes(bytes.fromhex(case["minute"]))
    assert caught.value.code == case["code"]


@pytest.mark.parametrize("case", MINUTES["invalid after minute 2"], ids=name_of)
def test_an_invalid_minute(case: dict[str, Any]) -> None:
    """A minute that isn't the next one is refused with the vector's code."""
    ledger = book_at(2)
    page = Page(ledger.desk, ledger.coop, ledger.tip, ledger.roster, ledger.roster_at(2))
    frames = MINUTES["minutes"][3]["records"]
    records = [
        verify_record(decode_record(bytes.fromhex(frames[place])), ledger.coop)
        for place in case["records"]
    ]
    with pytest.raises((Refused, DecodeError)) as caught:
        page.check(Minute.from_bytes(bytes.fromhex(case["minute"])), records)
    assert caught.value.code == case["code"]


def roster(count: int) -> Roster:
    pairs = CERTIFICATES["rosters"][count - 1]["witnesses"]
    return Roster(tuple(Witness(member, device) for member, device in pairs))


@pytest.mark.parametrize("count", range(1, 8))
def test_a_roster(count: int) -> None:
    """A roster has the vector's hash."""
    assert roster(count).hash == CERTIFICATES["rosters"][count - 1]["hash"]


def ground() -> Ground:
    on = CERTIFICATES["votes"]["ground"]
    made = Ground(on["coop"], on["height"], on["prev"], roster(4))
    assert made.roster.hash == on["roster"]
    return made


@pytest.mark.parametrize("case", CERTIFICATES["votes"]["valid"], ids=name_of)
def test_a_valid_vote(case: dict[str, Any]) -> None:
    """A vote signs the vector's statement and has its bytes."""
    vote = Vote.from_bytes(bytes.fromhex(case["vote"]))
    vote.check(ground())
    assert vote.to_bytes().hex() == case["vote"]
    statement = ground().statement(vote.kind, vote.view, vote.minute, vote.parent)
    assert statement.decode() == case["statement"]


@pytest.mark.parametrize("case", CERTIFICATES["votes"]["invalid"], ids=name_of)
def test_an_invalid_vote(case: dict[str, Any]) -> None:
    """What is no vote of this height is refused with the vector's code."""
    with pytest.raises((DecodeError, Refused)) as caught:
        Vote.from_bytes(bytes.fromhex(case["vote"])).check(ground())
    assert caught.value.code == case["code"]


@pytest.mark.parametrize("case", CERTIFICATES["votes"]["pairs"], ids=name_of)
def test_a_pair_of_votes(case: dict[str, Any]) -> None:
    """Two votes contradict each other where the vector says so, in either order."""
    first, second = (Vote.from_bytes(bytes.fromhex(case[side])) for side in ("first", "second"))
    assert evidence_between(first, second) is case["contradict"]
    assert evidence_between(second, first) is case["contradict"]


def _finalise(data: bytes, witnesses: int) -> None:
    """Check that a certificate finalises the vectors' minute for that many witnesses."""
    final = CERTIFICATES["certificates"]["final"]
    certificate = Certificate.from_bytes(data)
    certificate.check(CERTIFICATES["coop"], roster(witnesses))
    certificate.check_final(final["minute"], final["height"], final["prev"])


@pytest.mark.parametrize("case", CERTIFICATES["certificates"]["valid"], ids=name_of)
def test_a_valid_certificate(case: dict[str, Any]) -> None:
    """A quorum's certificate finalises the vector's minute."""
    data = bytes.fromhex(case["certificate"])
    assert Certificate.from_bytes(data).to_bytes() == data
    _finalise(data, case["witnesses"])


@pytest.mark.parametrize("case", CERTIFICATES["certificates"]["invalid"], ids=name_of)
def test_an_invalid_certificate(case: dict[str, Any]) -> None:
    """What finalises nothing for four witnesses is refused with the vector's code."""
    with pytest.raises((DecodeError, Refused)) as caught:
        _finalise(bytes.fromhex(case["certificate"]), 4)
    assert caught.value.code == case["code"]
