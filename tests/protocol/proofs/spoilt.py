"""One agreement's proof file, spoilt in every way, each with the step and code that say so."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from rochdale_protocol.core.hashes import Tag
from rochdale_protocol.core.records import body_hash
from tests.protocol.coops import device
from tests.protocol.proofs.books import TEXT, File, to_bytes

__all__ = ["Patch", "Spoilt", "patched", "spoilt"]

Patch = list[dict[str, Any]]
"""``replace``, ``remove`` and ``add`` of RFC 6902."""

Spoilt = tuple[str, str, str, Patch]
"""A name, the step that finds it, the code that it gives, and what to do to the file."""

ORDER = 2**252 + 27742317777372353535851937790883648493
"""Of Ed25519's group: S and S + ORDER sign alike for a careless check."""

ID = "1" * 64


def patched(file: File, patch: Patch) -> File:
    """Return a file after a patch."""
    result = deepcopy(file)
    for step in patch:
        *way, last = step["path"].split("/")[1:]
        place: Any = result
        for name in way:
            place = place[int(name) if isinstance(place, list) else name]
        key = int(last) if isinstance(place, list) else last
        if step["op"] == "remove":
            del place[key]
        else:
            place[key] = step["value"]
    return result


def replace(path: str, value: object) -> Patch:
    return [{"op": "replace", "path": path, "value": value}]


def remove(path: str) -> Patch:
    return [{"op": "remove", "path": path}]


def other(digits: str) -> str:
    """Return hexadecimal digits with the last one changed."""
    return digits[:-1] + ("0" if digits[-1] != "0" else "1")


def spoilt(file: File) -> list[Spoilt]:
    """Return every way of spoiling the proof of an agreement."""
    return [
        *_form(file),
        *_charter(file),
        *_rosters(file),
        *_certificate(file),
        *_history(file),
        *_records(file),
        *_state(file),
        *_claim(file),
    ]


def _form(file: File) -> list[Spoilt]:
    records = file["records"]
    exchanged = [records[1], records[0], *records[2:]]
    late = file["header"]["height"]
    return [
        ("version-2", "file", "PRF-2", replace("/v", 2)),
        ("field-missing", "file", "PRF-1", remove("/state")),
        ("field-too-many", "file", "PRF-1", [{"op": "add", "path": "/note", "value": "x"}]),
        ("other-left-out", "file", "PRF-1", remove("/state/0/proof/other")),
        ("claim-unknown", "file", "PRF-1", replace("/claim/type", "minute")),
        ("hash-upper-case", "file", "PRF-1", replace("/claim/id", "A" * 64)),
        ("number-not-whole", "file", "CAN-3", replace("/header/height", 1.5)),
        ("records-exchanged", "file", "PRF-1", replace("/records", exchanged)),
        ("record-twice", "file", "PRF-1", replace("/records", [records[0], *records])),
        ("state-unordered", "file", "PRF-1", replace("/state", file["state"][::-1])),
        ("minutes-unordered", "file", "PRF-1", replace("/minutes", file["minutes"][::-1])),
        ("roster-too-late", "file", "PRF-1", replace("/rosters/0/header/height", late)),
        ("minute-too-late", "file", "PRF-1", replace("/minutes/1/header/height", late)),
    ]


def _charter(file: File) -> list[Spoilt]:
    signatures = file["charter"]["signatures"]
    first = file["charter"]["charter"]["founders"][0]
    charter = "/charter/charter"
    return [
        ("charter-purpose", "charter", "MIN-11", replace(f"{charter}/purpose", "to sell")),
        ("charter-founder", "charter", "MIN-11", replace(f"{charter}/founders/0/device", ID)),
        ("charter-unsigned", "charter", "MIN-11", replace("/charter/signatures/0", None)),
        (
            "charter-signatures-exchanged",
            "charter",
            "MIN-11",
            replace("/charter/signatures", signatures[::-1]),
        ),
        ("charter-without-name", "charter", "MIN-10", remove(f"{charter}/name")),
        ("charter-founder-twice", "charter", "MIN-10", replace(f"{charter}/founders/1", first)),
    ]


def _rosters(file: File) -> list[Spoilt]:
    certificate = file["rosters"][0]["certificate"]
    first = "/rosters/0"
    return [
        ("roster-left-out", "certificate", "CRT-2", replace("/rosters", [])),
        ("roster-device", "rosters", "PRF-4", replace(f"{first}/witnesses/0/1", ID)),
        ("roster-shorter", "rosters", "PRF-4", remove(f"{first}/witnesses/0")),
        ("roster-header", "rosters", "CRT-5", replace(f"{first}/header/roster_hash", ID)),
        (
            "roster-certificate",
            "rosters",
            "CRT-4",
            replace(f"{first}/certificate", other(certificate)),
        ),
        ("roster-certificate-none", "rosters", "CRT-1", replace(f"{first}/certificate", "")),
    ]


def _certificate(file: File) -> list[Spoilt]:
    data = bytes.fromhex(file["certificate"])
    fixed, signature = data[:111], data[112:176]
    time = file["header"]["time"]

    def case(name: str, code: str, changed: bytes) -> Spoilt:
        return (name, "certificate", code, replace("/certificate", changed.hex()))

    return [
        case("certificate-signature", "CRT-4", bytes.fromhex(other(data.hex()))),
        case("certificate-signed-once", "CRT-3", fixed + b"\x01" + signature),
        case("certificate-twice-by-one", "CRT-4", data[:112] + 2 * signature),
        case("certificate-by-strangers", "CRT-2", fixed[:77] + bytes(32) + data[109:]),
        case("certificate-notarizes", "CRT-5", b"\x02" + data[1:]),
        case("certificate-cut", "CRT-1", data[:-1]),
        case("certificate-none", "CRT-1", b""),
        ("header-time", "certificate", "CRT-5", replace("/header/time", time + 1)),
        ("header-state-root", "certificate", "CRT-5", replace("/header/state_root", ID)),
        ("header-of-another-coop", "certificate", "PRF-5", replace("/header/coop", ID)),
    ]


def _history(file: File) -> list[Spoilt]:
    path = file["minutes"][0]["path"]
    first = "/minutes/0"
    return [
        ("history-hash", "history", "MRK-10", replace(f"{first}/path/0", other(path[0]))),
        ("history-short", "history", "MRK-9", replace(f"{first}/path", path[:-1])),
        ("history-header", "history", "MRK-10", replace(f"{first}/header/records_root", ID)),
        ("history-of-another-coop", "history", "PRF-5", replace(f"{first}/header/coop", ID)),
        ("minute-left-out", "inclusion", "PRF-6", remove(first)),
    ]


def _records(file: File) -> list[Spoilt]:
    records = file["records"]
    draft = _place(file, "agreement.draft")
    sign = _place(file, "agreement.sign")
    text, signing = f"/records/{draft}", f"/records/{sign}"
    body = {**records[draft]["body"], "text": TEXT.replace("300", "400")}
    data = to_bytes(body)
    header = {**records[draft]["header"], "body_hash": body_hash(data), "body_size": len(data)}
    anew = device(0).sign(Tag.SIGN_RECORD, to_bytes(header)).hex()
    rewritten = replace(f"{text}/body", body) + replace(f"{text}/header", header)
    signature = records[sign]["signature"]
    large = int.from_bytes(bytes.fromhex(signature)[32:], "little") + ORDER

    def unsigned(name: str, changed: str) -> Spoilt:
        return (name, "records", "REC-5", replace(f"{signing}/signature", changed))

    return [
        ("text", "records", "REC-6", replace(f"{text}/body/text", body["text"])),
        ("text-and-its-hash", "records", "REC-5", rewritten),
        (
            "text-signed-anew",
            "inclusion",
            "PRF-8",
            rewritten + replace(f"{text}/signature", anew),
        ),
        unsigned("signature", other(signature)),
        unsigned("signature-of-another-record", records[draft]["signature"]),
        unsigned(
            "signature-scalar-not-canonical", signature[:64] + large.to_bytes(32, "little").hex()
        ),
        unsigned("signature-of-zeros", "0" * 128),
        ("record-of-another-coop", "records", "REC-4", replace(f"{signing}/header/coop", ID)),
        ("record-of-another-version", "records", "REC-3", replace(f"{signing}/header/v", 2)),
        ("record-header-field", "records", "REC-2", remove(f"{signing}/header/at")),
        ("record-path", "inclusion", "PRF-8", replace(f"{signing}/path/0", ID)),
        ("record-path-none", "inclusion", "MRK-5", replace(f"{signing}/path", [])),
        ("record-code", "inclusion", "PRF-8", replace(f"{signing}/code", "AGR-3")),
        ("record-index", "inclusion", "MRK-5", replace(f"/records/{len(records) - 1}/index", 500)),
    ]


def _state(file: File) -> list[Spoilt]:
    agreement = f"/state/{_key(file, 'agreement/')}"
    version = f"/state/{_key(file, 'version/')}/proof/key"
    leaf = {"path": ID, "value_hash": ID}
    return [
        ("state-value", "state", "STA-9", replace(f"{agreement}/value/in_force", 1)),
        ("state-value-absent", "state", "STA-9", replace(f"{agreement}/value", None)),
        ("state-key", "state", "STA-9", replace(version, "version/1")),
        ("state-sibling", "state", "STA-9", replace("/state/0/proof/siblings/0", ID)),
        ("state-siblings-none", "state", "STA-9", replace("/state/0/proof/siblings", [])),
        ("state-other", "state", "STA-8", replace("/state/0/proof/other", leaf)),
    ]


def _claim(file: File) -> list[Spoilt]:
    draft = _place(file, "agreement.draft")
    return [
        ("device-left-out", "authors", "PRF-7", remove(f"/state/{_key(file, 'device/')}")),
        ("member-left-out", "authors", "PRF-7", remove(f"/state/{_key(file, 'member/')}")),
        ("agreement-left-out", "claim", "PRF-9", remove(f"/state/{_key(file, 'agreement/')}")),
        ("version-left-out", "claim", "PRF-9", remove(f"/state/{_key(file, 'version/')}")),
        ("text-left-out", "claim", "PRF-9", remove(f"/records/{draft}")),
        ("body-left-out", "claim", "PRF-9", replace(f"/records/{draft}/body", None)),
        (
            "signature-left-out",
            "claim",
            "PRF-11",
            remove(f"/records/{_place(file, 'agreement.sign')}"),
        ),
        ("claim-of-another-agreement", "claim", "PRF-9", replace("/claim/id", ID)),
        ("claim-of-another-record", "claim", "PRF-9", replace("/claim", _claimed("record"))),
        ("claim-of-a-member", "claim", "PRF-9", replace("/claim", _claimed("membership"))),
    ]


def _claimed(name: str) -> dict[str, str]:
    return {"type": name, "id": ID}


def _place(file: File, kind: str) -> int:
    return next(
        place for place, each in enumerate(file["records"]) if each["header"]["kind"] == kind
    )


def _key(file: File, prefix: str) -> int:
    return next(
        place for place, each in enumerate(file["state"]) if each["proof"]["key"].startswith(prefix)
    )
