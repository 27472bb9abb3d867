"""Minutes and charters as bytes: what can be said of them alone (MIN-4 to MIN-11)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rochdale_protocol.core.canonical import encode
from rochdale_protocol.core.errors import DecodeError, Refused
from rochdale_protocol.core.hashes import Tag, digest
from rochdale_protocol.core.limits import MINUTE_SIZE_MAX
from rochdale_protocol.membership.records import MemberAddress
from rochdale_protocol.minutes.merkle import records_root
from rochdale_protocol.minutes.minute import Minute, SignedCharter, certificate_hash
from rochdale_protocol.minutes.votes import VoteKind
from tests.protocol.coops import Coop, device, signed_charter, some_charter

Json = dict[str, Any]


@cache
def lawful() -> Minute:
    """Return the second minute of a co-op of two, with two records."""
    coop = Coop(2)
    coop.write(0, MemberAddress(addresses=[]))
    for _ in range(2):
        coop.author(0, MemberAddress(addresses=["farm.example:4000"]))
    coop.pump()
    minute = coop.nodes[0].ledger.tip
    assert (minute.header.height, minute.header.count) == (2, 2)
    return minute


def spoiled(header: Callable[[Json], None], body: Callable[[Json], None]) -> bytes:
    """Return the bytes of the lawful minute after its header and body were changed."""
    data = lawful().to_bytes()
    end = 2 + int.from_bytes(data[:2], "big")
    head, content = orjson.loads(data[2:end]), orjson.loads(data[end:])
    header(head)
    body(content)
    front = encode(head)
    return len(front).to_bytes(2, "big") + front + encode(content)


def keep(value: Json) -> None:
    """Change nothing."""


def code_of(data: bytes) -> str:
    with pytest.raises(DecodeError) as caught:
        Minute.from_bytes(data)
    return caught.value.code


def test_a_minute_survives_its_bytes() -> None:
    """Decoding gives the minute that was encoded, under the hash of its header (MIN-5, MIN-6)."""
    minute = lawful()
    again = Minute.from_bytes(minute.to_bytes())
    assert again == minute
    assert again.id == digest(Tag.MINUTE, encode(again.header.model_dump())).hex()
    assert Minute.from_bytes(spoiled(keep, keep)) == minute


def test_a_minute_names_who_attested_the_last() -> None:
    """The certificate inside finalises the minute before, and its hash is in the header (MIN-7)."""
    minute = lawful()
    assert minute.signers() == (0, 1)
    assert minute.header.certificate_hash == certificate_hash(minute.certificate)
    assert minute.certificate[0] == VoteKind.FINALIZE


@pytest.mark.parametrize(
    "change",
    [
        lambda head: head.pop("time"),
        lambda head: head.update(more=1),
        lambda head: head.update(v=2),
        lambda head: head.update(height=-1),
        lambda head: head.update(height="2"),
        lambda head: head.update(proposer=""),
        lambda head: head.update(state_root=head["state_root"].upper()),
    ],
)
def test_a_header_out_of_form_is_refused(change: Callable[[Json], None]) -> None:
    """A field missing, unknown or out of range, or another version, is MIN-4."""
    assert code_of(spoiled(change, keep)) == "MIN-4"


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body.pop("certificate"),
        lambda body: body.update(records={}),
        lambda body: body["records"][0].append(""),
        lambda body: body["records"][0].__setitem__(0, "ab"),
        lambda body: body["records"][0].__setitem__(1, "gov-7"),
        lambda body: body.update(certificate="0"),
        lambda body: body.update(certificate="AA"),
        lambda body: body.update(records=[[f"{n:064x}", ""] for n in range(1001)]),
    ],
)
def test_a_body_out_of_form_is_refused(change: Callable[[Json], None]) -> None:
    """A body that isn't a list of ids with codes, and a certificate, is MIN-4."""
    assert code_of(spoiled(keep, change)) == "MIN-4"


@pytest.mark.parametrize("piece", [b"[]", b"7", b"null"])
def test_a_minute_that_is_no_object_is_refused(piece: bytes) -> None:
    """Header and body are objects, else MIN-4."""
    data = lawful().to_bytes()
    end = 2 + int.from_bytes(data[:2], "big")
    assert code_of(data[:end] + piece) == "MIN-4"
    assert code_of(len(piece).to_bytes(2, "big") + piece + data[end:]) == "MIN-4"


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body["records"].pop(),
        lambda body: body["records"].append(["ab" * 32, ""]),
        lambda body: body["records"].reverse(),
        lambda body: body["records"][1].__setitem__(1, "GOV-5"),
        lambda body: body["records"].append(body["records"][0]),
        lambda body: body.update(certificate=""),
        lambda body: body.update(certificate=body["certificate"][2:]),
    ],
    ids=["missing", "extra", "reordered", "code", "twice", "no-certificate", "cut-certificate"],
)
def test_a_body_that_the_header_does_not_name_is_refused(change: Callable[[Json], None]) -> None:
    """A record missing, extra, in another order or with another code is MIN-8."""
    assert code_of(spoiled(keep, change)) == "MIN-8"


@pytest.mark.parametrize("field", ["count", "records_root", "certificate_hash"])
def test_a_header_that_does_not_name_its_body_is_refused(field: str) -> None:
    """A wrong count, root or hash of the certificate is MIN-8."""

    def change(head: Json) -> None:
        head[field] = head[field] + 1 if field == "count" else "ab" * 32

    assert code_of(spoiled(change, keep)) == "MIN-8"


def test_a_record_listed_twice_is_refused() -> None:
    """A minute that lists a record twice, even with a root to match, is MIN-9."""
    records = [("ab" * 32, ""), ("ab" * 32, "GOV-5")]

    def header(head: Json) -> None:
        head.update(count=2, records_root=records_root(records))

    def body(content: Json) -> None:
        content["records"] = [list(each) for each in records]

    assert code_of(spoiled(header, body)) == "MIN-9"


def test_a_minute_of_another_size_or_spelling_is_refused() -> None:
    """Too large or too short is CAN-1, not canonical CAN-7, cut short CAN-2."""
    data = lawful().to_bytes()
    assert code_of(data[:1]) == "CAN-1"
    assert code_of(data + b" " * MINUTE_SIZE_MAX) == "CAN-1"
    assert code_of(data + b" ") == "CAN-7"
    assert code_of(data[:-1]) == "CAN-2"


@given(st.data())
def test_no_byte_of_a_minute_can_be_changed(data: st.DataObject) -> None:
    """Another byte anywhere is noticed at once, or gives another id."""
    minute = lawful()
    raw = bytearray(minute.to_bytes())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        assert Minute.from_bytes(bytes(raw)).id != minute.id
    except DecodeError:
        pass


def charter_code(change: Callable[[Json], None]) -> str:
    value = orjson.loads(signed_charter(3).to_bytes())
    change(value)
    with pytest.raises(DecodeError) as caught:
        SignedCharter.from_bytes(encode(value))
    return caught.value.code


def test_a_charter_survives_its_bytes() -> None:
    """A charter that all founders signed is whole, and its hash is the co-op's id (MIN-10)."""
    signed = signed_charter(3)
    again = SignedCharter.from_bytes(signed.to_bytes())
    assert again == signed
    again.check()
    rules = digest(Tag.RULES, encode(signed.charter.rules.model_dump())).hex()
    core = encode(signed.charter.model_dump() | {"rules": rules})
    assert signed.charter.coop() == digest(Tag.CHARTER, core).hex()
    assert signed.core().with_rules(signed.charter.rules) == signed


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value.pop("signatures"),
        lambda value: value["signatures"].pop(),
        lambda value: value["signatures"].append(None),
        lambda value: value["charter"].update(v=2),
        lambda value: value["charter"].update(founders=[]),
        lambda value: value["charter"].update(name=" "),
        lambda value: value["charter"]["rules"].pop("invite_ms_max"),
        lambda value: value["charter"]["rules"]["classes"]["special"]["quorum"].update(under=0),
        lambda value: value["charter"]["founders"][0].update(addresses=["nowhere"]),
        lambda value: value["charter"]["founders"][0].update(
            member=value["charter"]["founders"][1]["member"]
        ),
        lambda value: value["charter"]["founders"][0].update(
            device=value["charter"]["founders"][1]["device"]
        ),
        lambda value: value["charter"].pop("refounds"),
        lambda value: value["charter"].update(refounds={}),
        lambda value: value["charter"].update(
            refounds={"coop": "ab" * 32, "height": -1, "minute": "cd" * 32}
        ),
        lambda value: value["charter"].update(
            refounds={"coop": "ab" * 32, "height": 1, "minute": "cd" * 16}
        ),
    ],
    ids=["no-signatures", "one-less", "one-more", "version", "nobody", "name", "rule-left-out",
         "quorum", "address", "member-twice", "device-twice", "refounds-left-out",
         "refounds-nothing", "refounds-below-0", "refounds-half-a-minute"],
)  # fmt: skip
def test_a_charter_out_of_form_is_refused(change: Callable[[Json], None]) -> None:
    """A charter with a field wrong or left out, or a founder named twice, is MIN-10."""
    assert charter_code(change) == "MIN-10"


def test_a_charter_that_is_not_signed_by_all_is_refused() -> None:
    """A signature that is missing, another's or on another charter is MIN-11."""
    signed = signed_charter(3)
    other = some_charter(3).model_copy(update={"name": "Six Farms"})
    for wrong in (None, other.sign(device(0)), signed.charter.sign(device(1)), "00" * 64):
        changed = signed.model_copy(update={"signatures": [wrong, *signed.signatures[1:]]})
        with pytest.raises(Refused, match="MIN-11"):
            SignedCharter.from_bytes(changed.to_bytes()).check()
