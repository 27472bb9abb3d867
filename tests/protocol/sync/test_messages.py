"""The bytes of messages (SYN-1), as the vectors give them."""

from __future__ import annotations

from typing import Any

import pytest

from rochdale_protocol.core.canonical import encode
from rochdale_protocol.core.errors import DecodeError
from rochdale_protocol.core.hashes import Tag, digest
from rochdale_protocol.core.keys import SeedSigner
from rochdale_protocol.core.limits import MESSAGE_SIZE_MAX
from rochdale_protocol.minutes.votes import Vote
from rochdale_protocol.sync.messages import Kind, Status, decode_message, encode_message
from rochdale_protocol.sync.welcome import knock
from tests.vectors.files import load

VECTORS = load("sync")


def test_the_kinds_have_their_numbers() -> None:
    """Each kind of message has the number of the table, and there are no others."""
    assert {kind.name.lower(): int(kind) for kind in Kind} == VECTORS["kinds"]


@pytest.mark.parametrize("case", VECTORS["valid"], ids=lambda case: str(case["kind"]))
def test_a_message_has_the_bytes_of_the_vector(case: dict[str, Any]) -> None:
    """Decoding gives the kind, head and blobs of the vector; encoding gives its bytes again."""
    data = bytes.fromhex(case["bytes"])
    message = decode_message(data)
    assert message.kind.name.lower() == case["kind"]
    assert message.head.model_dump() == case["head"]
    assert [blob.hex() for blob in message.blobs] == case["blobs"]
    assert encode_message(message) == data


def test_every_kind_has_a_vector() -> None:
    """No kind of message goes without a valid vector."""
    assert {case["kind"] for case in VECTORS["valid"]} == {kind.name.lower() for kind in Kind}


@pytest.mark.parametrize("case", VECTORS["invalid"], ids=lambda case: str(case["name"]))
def test_what_is_no_message_is_refused(case: dict[str, str]) -> None:
    """Each invalid vector is refused with its code."""
    with pytest.raises(DecodeError) as caught:
        decode_message(bytes.fromhex(case["bytes"]))
    assert caught.value.code == case["code"]


def test_a_message_has_a_largest_size() -> None:
    """SYN-1: one byte more than the limit is refused before it is looked into."""
    head = encode({"type": "empty"})
    start = bytes([Kind.VOTES]) + len(head).to_bytes(4, "big") + head
    blob = MESSAGE_SIZE_MAX - len(start) - 4
    whole = start + blob.to_bytes(4, "big") + bytes(blob)
    assert len(decode_message(whole).blobs[0]) == blob
    with pytest.raises(DecodeError) as caught:
        decode_message(whole + b"\0")
    assert caught.value.code == "SYN-1"


@pytest.mark.parametrize("case", VECTORS["digests"], ids=lambda case: str(len(case["pool"])))
def test_the_digest_of_a_book(case: dict[str, Any]) -> None:
    """SYN-2: the digest is that of lines: co-op, last minute, pool, an empty one, votes."""
    lines = [case["coop"], case["tip"], *case["pool"], "", *case["votes"]]
    assert digest(Tag.SYNC, "\n".join(lines).encode()).hex() == case["digest"]


@pytest.mark.parametrize("case", VECTORS["short ids of votes"])
def test_the_short_id_of_a_vote(case: dict[str, str]) -> None:
    """SYN-2: a summary names a vote by the first 16 digits of the SHA-256 of its bytes."""
    assert Vote.from_bytes(bytes.fromhex(case["vote"])).short == case["short"]


def test_a_knock_signs_the_co_op_and_the_device() -> None:
    """SYN-5: the invite's secret signs the co-op and the device that is on the link."""
    case = VECTORS["knock"]
    message = decode_message(knock(SeedSigner(bytes([9]) * 32), case["coop"], case["device"]))
    assert message.head.model_dump() == {name: case[name] for name in ("token", "token_sig")}


def test_a_status_is_33_bytes() -> None:
    """SYN-2: equal books cost a kind and a digest."""
    message = decode_message(bytes.fromhex("01" + "ab" * 32))
    assert isinstance(message.head, Status)
    assert len(encode_message(message)) == 33
