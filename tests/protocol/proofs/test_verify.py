"""Verifying proof files: what is right is proved, and nothing else is."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rochdale_protocol.core.limits import BODY_SIZE_MAX, HEADER_SIZE_MAX, PROOF_SIZE_MAX
from rochdale_protocol.proofs.verdict import AgreementProved, MemberProved, Verdict
from rochdale_protocol.proofs.verify import verify_proof
from tests.protocol.coops import device, recovery, signed_charter
from tests.protocol.proofs.books import (
    TEXT,
    agreed,
    agreement_file,
    certified,
    small_file,
    to_bytes,
)
from tests.protocol.proofs.forged import people
from tests.protocol.proofs.spoilt import patched
from tests.vectors.files import load

VECTORS = load("proofs")
STEPS = [
    "file",
    "trust",
    "rosters",
    "certificate",
    "history",
    "records",
    "inclusion",
    "state",
    "authors",
    "claim",
]


def check_refused(verdict: Verdict, step: str, code: str) -> None:
    """Check that this step is the first to fail, with that code and a reason in words."""
    assert not verdict.ok
    assert [each.name for each in verdict.checked] == STEPS
    first = next(each for each in verdict.checked if not each.ok)
    assert (first.name, first.code) == (step, code)
    assert first.detail in verdict.summary
    assert not first.detail.startswith("a rule is broken")
    assert verdict.proved is None
    assert verdict.caveats == []


@pytest.mark.parametrize("vector", VECTORS["valid"], ids=lambda vector: vector["name"])
def test_valid_vectors(vector: dict[str, Any]) -> None:
    """Each valid vector is proved, step by step, for the claim that it names."""
    verdict = verify_proof(vector["file"].encode())
    assert verdict.ok, verdict.summary
    assert [each.name for each in verdict.checked] == STEPS
    assert all(each.ok and not each.code for each in verdict.checked)
    assert {"type": verdict.claim, "id": verdict.id} == vector["claim"]
    assert verdict.proved is not None


@pytest.mark.parametrize("vector", VECTORS["spoilt"], ids=lambda vector: vector["name"])
def test_spoilt_vectors(vector: dict[str, Any]) -> None:
    """A file changed on purpose is refused by the step and with the code that say where."""
    file = next(each["file"] for each in VECTORS["valid"] if each["name"] == vector["of"])
    verdict = verify_proof(to_bytes(patched(orjson.loads(file), vector["patch"])))
    check_refused(verdict, vector["step"], vector["code"])


@pytest.mark.parametrize("vector", VECTORS["forged"], ids=lambda vector: vector["name"])
def test_forged_vectors(vector: dict[str, Any]) -> None:
    """Founders who certify what their own rules would refuse prove nothing with it."""
    check_refused(verify_proof(vector["file"].encode()), vector["step"], vector["code"])


@pytest.mark.parametrize("since", [0, 1], ids=["charter", "checkpoint"])
def test_every_flipped_byte_is_refused(since: int) -> None:
    """One bit changed in any byte of a proof with every part: refused, with a reason."""
    data, checkpoint = small_file(since=since)
    file = bytearray(data)
    verdict = verify_proof(data, checkpoint=checkpoint)
    assert verdict.ok, verdict.summary
    absent = ["charter", "log", "rules"] if since else ["checkpoint", "log", "rules"]
    assert [name for name, part in orjson.loads(file).items() if not part] == absent
    for place in range(len(file)):
        file[place] ^= 1
        verdict = verify_proof(bytes(file), checkpoint=checkpoint)
        file[place] ^= 1
        assert not verdict.ok, place
        first = next(each for each in verdict.checked if not each.ok)
        assert first.code, place
        assert not first.detail.startswith("a rule is broken"), (place, first)


@given(st.integers(0, len(agreement_file()) - 1), st.binary(min_size=1, max_size=3))
def test_replaced_bytes_are_refused(place: int, put: bytes) -> None:
    """Any few bytes replaced by others: refused, and no exception."""
    file = agreement_file()
    changed = file[:place] + put + file[place + len(put) :]
    assert verify_proof(changed).ok == (changed == file)


def test_every_file_cut_short_is_refused() -> None:
    """A file that ends early, at whichever byte, is refused as damaged."""
    file = agreement_file()
    for size in range(len(file)):
        check_refused(verify_proof(file[:size]), "file", "CAN-2")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"null", "PRF-1"),
        (b"[]", "PRF-1"),
        (b"{}", "PRF-1"),
        (b"\xff", "CAN-2"),
        (b"[" * 100_000, "CAN-2"),
        (b"[" * 40 + b"]" * 40, "CAN-4"),
        (b" " * (PROOF_SIZE_MAX + 1), "CAN-1"),
        (agreement_file() + b"\n", "CAN-7"),
    ],
)
def test_what_is_no_proof_file(data: bytes, code: str) -> None:
    """Anything else that one may hand in is refused at the first step, and others are not taken."""
    verdict = verify_proof(data)
    check_refused(verdict, "file", code)
    assert {each.code for each in verdict.checked[1:]} == {"PRF-0"}


json = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2**40) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc"), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(sorted(orjson.loads(agreement_file()))), json)
def test_any_part_replaced_is_refused(part: str, value: object) -> None:
    """A part of the file that is any other JSON: refused, and no exception."""
    file = orjson.loads(agreement_file())
    changed = {**file, part: value}
    assert verify_proof(to_bytes(changed)).ok == (to_bytes(changed) == agreement_file())


@given(st.sampled_from(sorted(people())), st.dictionaries(st.text("abc"), json))
def test_any_certified_value_gives_a_verdict(key: str, value: dict[str, object]) -> None:
    """A certified state may hold any value: the verdict is no, and no exception."""
    member = recovery(0).public
    file = certified(("membership", member), [], {**people(), key: value})
    verdict = verify_proof(to_bytes(file))
    assert verdict.ok == (key == f"member/{recovery(1).public}")


def test_a_failed_step_stops_only_what_stands_on_it() -> None:
    """With a wrong certificate the records' signatures are checked all the same."""
    file = orjson.loads(agreement_file())
    file["certificate"] = file["certificate"][:-1] + "0"
    verdict = verify_proof(to_bytes(file))
    found = {each.name: (each.ok, each.code) for each in verdict.checked}
    assert found["rosters"] == (True, "")
    assert found["certificate"] == (False, "CRT-4")
    assert found["records"] == (True, "")
    for name in ("history", "inclusion", "state", "authors", "claim"):
        assert found[name] == (False, "PRF-0")


@pytest.mark.parametrize(
    ("path", "value", "step", "code"),
    [
        ("/header/state_root", "1" * 64, "certificate", "PRF-5"),
        ("/certificate", "00", "certificate", "PRF-5"),
        ("/rules/vouches", 1, "certificate", "MIN-10"),
        ("/rules/classes", {}, "certificate", "MIN-10"),
        ("/rules", None, "file", "PRF-1"),
    ],
)
def test_the_founding_minute_is_the_charter(path: str, value: object, step: str, code: str) -> None:
    """Minute 0 needs no certificate, and may be nothing but what the charter gives."""
    vector = next(each for each in VECTORS["valid"] if each["name"].endswith("at-the-founding"))
    file = orjson.loads(vector["file"])
    changed = patched(file, [{"op": "replace", "path": path, "value": value}])
    check_refused(verify_proof(to_bytes(changed)), step, code)


@pytest.mark.parametrize(
    ("part", "field", "size", "code"),
    [
        ("header", "kind", HEADER_SIZE_MAX, "CAN-1"),
        ("header", "kind", 2**16, "CAN-1"),
        ("body", "text", BODY_SIZE_MAX, "REC-1"),
    ],
)
def test_a_record_too_large(part: str, field: str, size: int, code: str) -> None:
    """A header or a body that is larger than any record's is refused for its size."""
    file = orjson.loads(agreement_file())
    file["records"][0][part][field] = "x" * size
    check_refused(verify_proof(to_bytes(file)), "records", code)


def test_devices_that_are_not_the_members_own() -> None:
    """Of the devices in the file only the member's own, and active ones, count as its devices."""
    members = [recovery(number).public for number in range(2)]
    phone = {"member": members[0], "status": "revoked"}
    state = {**people(), f"device/{'9' * 64}": phone}
    verdict = verify_proof(to_bytes(certified(("membership", members[0]), [], state)))
    assert isinstance(verdict.proved, MemberProved)
    assert verdict.proved.devices == [device(0).public]


def test_the_co_op_that_was_named() -> None:
    """With the right id nothing remains to compare; a right file of another co-op is refused."""
    coop, _ = agreed()
    file = agreement_file()
    named = verify_proof(file, coop=coop.id)
    assert named.ok
    assert "coop" not in [each.name for each in named.caveats]
    assert "coop" in [each.name for each in verify_proof(file).caveats]
    other = signed_charter(2).charter.coop()
    check_refused(verify_proof(file, coop=other), "trust", "PRF-3")


def test_what_an_agreement_proves() -> None:
    """The verdict holds the text, the parties with their records, and since when it binds."""
    coop, agreement = agreed()
    verdict = verify_proof(agreement_file(), coop=coop.id)
    proved = verdict.proved
    assert isinstance(proved, AgreementProved)
    assert (proved.agreement, proved.title, proved.text) == (agreement, "Supply", TEXT)
    assert {party.name for party in proved.parties} == {"Farm 1", "Farm 2"}
    for party in proved.parties:
        record = coop.ledgers[0].record(party.record)
        assert record is not None
        assert record.header.kind == "agreement.sign"
    entry = coop.ledgers[0].final.need(f"agreement/{agreement}")
    assert (proved.version, proved.in_force) == (1, entry["in_force"])
    assert verdict.height == coop.ledgers[0].height
    assert verdict.minute == coop.ledgers[0].tip.id
    assert verdict.signatures == 3 + 2 + 3
    expected = {"rules", "later", "witnesses", "skips", "names", "times"}
    assert {each.name for each in verdict.caveats} == expected
