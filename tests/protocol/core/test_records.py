"""Records: their form, their ids, their signatures and their bodies (REC-n)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rochdale_protocol.core.canonical import encode
from rochdale_protocol.core.errors import DecodeError, Refused
from rochdale_protocol.core.hashes import ZERO_ID, Tag
from rochdale_protocol.core.keys import SeedSigner
from rochdale_protocol.core.limits import BODY_SIZE_MAX, HEADER_SIZE_MAX, NOTE_MAX, REFS_MAX
from rochdale_protocol.core.records import (
    Header,
    Verified,
    author_record,
    body_hash,
    check_body,
    decode_header,
    decode_record,
    pack_record,
    unpack_record,
    verify_record,
)
from rochdale_protocol.governance.effects import NoEffect
from rochdale_protocol.governance.records import BallotCast, ProposalNew

COOP = "c0" * 32
SIGNER = SeedSigner(bytes(range(32)))
BALLOT = BallotCast(principal=None, proposal="ab" * 32, choice="for", reason="")


def some_record(**changed: Any) -> Verified:
    fields: dict[str, Any] = {"seq": 2, "prev": "aa" * 32, "seen": "bb" * 32, "at": 5_000}
    return author_record(SIGNER, BALLOT, coop=COOP, **(fields | changed))


def header_with(**changed: Any) -> bytes:
    """Return the bytes of a header with fields changed; None takes one away."""
    fields = some_record().header.model_dump() | changed
    return encode({name: value for name, value in fields.items() if value is not None})


def frame_of(header: bytes, body: bytes) -> bytes:
    signature = SIGNER.sign(Tag.SIGN_RECORD, header)
    return len(header).to_bytes(2, "big") + header + signature + body


def code_of(data: bytes) -> str:
    with pytest.raises(DecodeError) as caught:
        decode_header(data)
    return caught.value.code


def test_a_record_survives_its_frame() -> None:
    """Decoding a frame gives the record that was packed, and its signature holds (REC-1)."""
    record = some_record()
    again = decode_record(pack_record(record))
    assert again == record
    assert verify_record(again, COOP) is again


def test_a_record_is_stored_apart_from_its_body() -> None:
    """What was stored as frame and body is the same record; without a body the id stays."""
    record = some_record()
    assert record.body is not None
    frame = pack_record(record)[: -len(record.body)]
    assert unpack_record(frame, record.body) == record
    erased = decode_record(frame)
    assert (erased.id, erased.body) == (record.id, None)
    verify_record(erased, COOP)


def test_a_first_record_has_no_one_before_it() -> None:
    """The first record of a device names nobody as ``prev``, whatever the caller says."""
    assert some_record(seq=1).header.prev == ZERO_ID


@pytest.mark.parametrize("size", [0, 1, 65])
def test_a_frame_cut_short_is_refused(size: int) -> None:
    """A frame that can't hold a header and a signature is REC-1."""
    with pytest.raises(DecodeError, match="REC-1"):
        decode_record(pack_record(some_record())[:size])


def test_a_frame_without_a_whole_signature_is_refused() -> None:
    """A frame that ends inside the signature is REC-1, one that ends after it is not."""
    record = some_record()
    assert record.body is not None
    whole = pack_record(record)[: -len(record.body)]
    assert decode_record(whole).id == record.id
    with pytest.raises(DecodeError, match="REC-1"):
        decode_record(whole[:-1])


def test_a_frame_with_too_long_a_body_is_refused() -> None:
    """A body longer than any may be is REC-1 before it is hashed."""
    record = some_record()
    with pytest.raises(DecodeError, match="REC-1"):
        decode_record(pack_record(record) + bytes(BODY_SIZE_MAX))


def test_a_header_too_large_is_refused() -> None:
    """A header over its bound is CAN-1 before it is read; the largest lawful one passes."""
    assert code_of(b"{" + b" " * HEADER_SIZE_MAX) == "CAN-1"
    refs = sorted(f"{number:064x}" for number in range(REFS_MAX))
    assert decode_header(header_with(refs=refs)).refs == refs


@pytest.mark.parametrize(
    "data", [b"", b"{", b"\xff{}", b'{"v":NaN}', b'{"kind":"\\ud800"}', b"\xef\xbb\xbf{}"]
)
def test_a_header_that_is_not_json_is_refused(data: bytes) -> None:
    """Bytes that are not JSON in UTF-8 are CAN-2."""
    assert code_of(data) == "CAN-2"


def test_a_header_in_another_spelling_is_refused() -> None:
    """The same header with a space, another order or a field twice is CAN-7."""
    data = header_with()
    assert code_of(data.replace(b'":', b'": ', 1)) == "CAN-7"
    assert code_of(data[:-1] + b',"v":1}') == "CAN-7"
    assert code_of(b'{"v":1,' + data[1:].replace(b',"v":1', b"")) == "CAN-7"


@pytest.mark.parametrize(
    "changed",
    [
        {"seen": None},
        {"more": 1},
        {"seq": 0},
        {"seq": "1"},
        {"seq": True},
        {"device": "AB" * 32},
        {"device": "ab" * 31},
        {"coop": 5},
        {"at": -1},
        {"kind": "Ballot.cast"},
        {"kind": "ballot"},
        {"kind": "ballot.cast\n"},
        {"refs": ["ab" * 32] * (REFS_MAX + 1)},
        {"refs": "ab" * 32},
        {"body_size": 0},
        {"body_size": BODY_SIZE_MAX + 1},
        {"v": "1"},
    ],
    ids=str,
)
def test_a_header_with_wrong_fields_is_refused(changed: dict[str, Any]) -> None:
    """A field that is missing, unknown, out of range or of another type is REC-2."""
    assert code_of(header_with(**changed)) == "REC-2"


def test_a_header_that_is_no_object_or_holds_a_fraction_is_refused() -> None:
    """A list, or a number that is not an integer, is REC-2."""
    assert code_of(b"[]") == "REC-2"
    assert code_of(header_with().replace(b'"at":5000', b'"at":5000.5')) == "REC-2"
    assert code_of(header_with().replace(b'"at":5000', b'"at":1e400')) in ("CAN-2", "REC-2")


@pytest.mark.parametrize("version", [0, 2, -1])
def test_another_version_is_refused(version: int) -> None:
    """A header of a version that is not spoken here is REC-3."""
    assert code_of(header_with(v=version)) == "REC-3"


@pytest.mark.parametrize("refs", [["bb" * 32, "aa" * 32], ["aa" * 32, "aa" * 32]])
def test_refs_out_of_order_or_repeated_are_refused(refs: list[str]) -> None:
    """Refs are sorted and each stands once, else REC-9."""
    assert code_of(header_with(refs=refs)) == "REC-9"


def test_another_body_is_refused() -> None:
    """A body that the header doesn't name by hash and size is REC-6."""
    record = some_record()
    assert record.body is not None
    check_body(record.header, record.body)
    for body in (record.body[:-1], record.body + b" ", bytes(len(record.body))):
        with pytest.raises(DecodeError, match="REC-6"):
            decode_record(frame_of(record.header_bytes, body))
    lying = header_with(body_size=len(record.body) + 1)
    with pytest.raises(DecodeError, match="REC-6"):
        decode_record(frame_of(lying, record.body))


def test_a_record_of_another_coop_is_refused() -> None:
    """A record belongs to one co-op; elsewhere it is REC-4."""
    with pytest.raises(Refused, match="REC-4"):
        verify_record(some_record(), "c1" * 32)


def test_a_signature_of_another_is_refused() -> None:
    """A signature by another key, or of another purpose, is REC-5."""
    record = some_record()
    stranger = SeedSigner(bytes(32))
    for signature in (
        stranger.sign(Tag.SIGN_RECORD, record.header_bytes),
        SIGNER.sign(Tag.SIGN_VOTE, record.header_bytes),
        bytes(64),
    ):
        forged = decode_record(pack_record(record).replace(record.signature, signature))
        with pytest.raises(Refused, match="REC-5"):
            verify_record(forged, COOP)


def test_a_small_order_key_signs_nothing() -> None:
    """The neutral point as device, with the signature that a lax check takes, is REC-5."""
    point = bytes([1]) + bytes(31)
    header = header_with(device=point.hex())
    lax = point + bytes(32)
    record = decode_record(len(header).to_bytes(2, "big") + header + lax)
    with pytest.raises(Refused, match="REC-5"):
        verify_record(record, COOP)


def test_a_signature_in_another_spelling_is_refused() -> None:
    """S plus the group's order, which a lax check takes for the same S, is REC-5."""
    order = 2**252 + 27742317777372353535851937790883648493
    record = some_record()
    s = int.from_bytes(record.signature[32:], "little") + order
    other = record.signature[:32] + s.to_bytes(32, "little")
    forged = decode_record(pack_record(record).replace(record.signature, other))
    with pytest.raises(Refused, match="REC-5"):
        verify_record(forged, COOP)


@given(st.data())
def test_no_byte_of_a_record_can_be_changed(data: st.DataObject) -> None:
    """Any other byte anywhere in a frame is noticed: form, body, signature or another id."""
    record = some_record()
    frame = bytearray(pack_record(record))
    at = data.draw(st.integers(0, len(frame) - 1))
    frame[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises((DecodeError, Refused)):
        verify_record(decode_record(bytes(frame)), COOP)


@given(st.binary(max_size=400))
def test_no_bytes_crash_the_decoder(data: bytes) -> None:
    """Whatever comes in is a record or a DecodeError."""
    with pytest.raises(DecodeError):
        decode_record(data)


def test_a_body_too_large_is_not_signed() -> None:
    """A body over its bound is CAN-1 for its own author; characters may take many bytes."""
    text = "\u20ac" * 100_000
    body = ProposalNew(
        opens=0,
        election=None,
        title="t",
        text=text,
        business="ordinary",
        closes=1,
        effect=NoEffect(),
    )
    with pytest.raises(DecodeError, match="CAN-1"):
        author_record(SIGNER, body, coop=COOP, seq=1, prev=ZERO_ID, seen=ZERO_ID, at=0)


def test_the_id_is_of_the_header_alone() -> None:
    """Another body gives another id because the header names it; a signature has no part in it."""
    record = some_record()
    other = author_record(
        SIGNER,
        BallotCast(principal=None, proposal="ab" * 32, choice="against", reason="x" * NOTE_MAX),
        coop=COOP,
        seq=2,
        prev="aa" * 32,
        seen="bb" * 32,
        at=5_000,
    )
    assert other.id != record.id
    assert record.body is not None
    assert record.header.body_hash == body_hash(record.body)
    assert isinstance(record.header, Header)
