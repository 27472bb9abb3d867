"""One agreement's proof file, spoilt in every way, each with the step and code that say so."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from rochdale_protocol.core.hashes import Tag
from rochdale_protocol.core.records import body_hash
from tests.protocol.coops import device
from tests.protocol.proofs.books import TEXT, File, to_bytes

__all__ = ["Patch", "Spoilt", "patched", "spoilt", "stray"]

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
        *_signers(file),
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
        ("minute-too-late", "file", "PRF-1", replace("/minutes/1/header/height", late)),
    ]


def _charter(file: File) -> list[Spoilt]:
    signatures = file["charter"]["signatures"]
    first = file["charter"]["charter"]["founders"][0]
    charter = "/charter/charter"
    record = file["records"][0]
    taken = {name: record[name] for name in ("header", "signature", "body")} | {"member": ID}
    return [
        ("charter-purpose", "trust", "MIN-11", replace(f"{charter}/purpose", "to sell")),
        ("charter-founder", "trust", "MIN-11", replace(f"{charter}/founders/0/device", ID)),
        ("charter-unsigned", "trust", "MIN-11", replace("/charter/signatures/0", None)),
        (
            "charter-signatures-exchanged",
            "trust",
            "MIN-11",
            replace("/charter/signatures", signatures[::-1]),
        ),
        ("charter-without-name", "trust", "MIN-10", remove(f"{charter}/name")),
        ("charter-founder-twice", "trust", "MIN-10", replace(f"{charter}/founders/1", first)),
        ("charter-of-other-rules", "trust", "MIN-11", replace(f"{charter}/rules", ID)),
        ("charter-with-its-rules", "trust", "MIN-10", replace(f"{charter}/rules", {})),
        ("log-of-no-decision", "file", "PRF-1", replace("/log", [taken])),
        ("rules-beside-it", "file", "PRF-1", replace("/rules", {})),
    ]


def _signers(file: File) -> list[Spoilt]:
    """Return other witnesses than those of whom one left since the founding."""
    removed = file["signers"]["removed"]

    def case(name: str, code: str, removed: list[str]) -> Spoilt:
        return (name, "certificate", code, replace("/signers/removed", removed))

    return [
        case("signers-unchanged", "CRT-2", []),
        case("signers-without-a-stranger", "PRF-17", [ID, *removed]),
        case("signers-removed-twice", "PRF-17", removed * 2),
    ]


def stray(file: File) -> list[Spoilt]:
    """Return every way of spoiling the steps of the proof named ``agreement-after-changes``."""
    step, certificate = "/steps/0", file["steps"][0]["certificate"]
    strangers = sorted([[ID, "2" * 64], ["3" * 64, "4" * 64]])
    added, following = file["steps"][0]["signers"]["added"], file["steps"][0]["next"]
    gone, stays = following["removed"][0], added[-1]

    def case(name: str, code: str, patch: Patch) -> Spoilt:
        return (name, "rosters", code, patch)

    def next_(change: str, value: object) -> Patch:
        return replace(f"{step}/next/{change}", value)

    late, tip = file["header"]["height"], file["certificate"]
    exchanged = [file["steps"][0] | {"header": file["header"]}, file["steps"][0]]
    return [
        ("step-left-out", "certificate", "CRT-2", replace("/steps", [])),
        ("step-too-late", "file", "PRF-1", replace(f"{step}/header/height", late)),
        ("step-at-the-founding", "file", "PRF-1", replace(f"{step}/header/height", 0)),
        ("step-twice", "file", "PRF-1", replace("/steps", file["steps"] * 2)),
        ("steps-unordered", "file", "PRF-1", replace("/steps", exchanged)),
        ("both-begin", "file", "PRF-1", replace("/checkpoint", SINCE)),
        ("nothing-begins", "file", "PRF-1", replace("/charter", None)),
        case("step-header", "PRF-4", replace(f"{step}/header/roster_hash", ID)),
        case("step-time", "CRT-5", replace(f"{step}/header/time", 1)),
        case("step-of-another-coop", "PRF-5", replace(f"{step}/header/coop", ID)),
        case("step-certificate", "CRT-4", replace(f"{step}/certificate", other(certificate))),
        case("step-certificate-none", "CRT-1", replace(f"{step}/certificate", "")),
        case("step-certificate-of-another", "CRT-5", replace(f"{step}/certificate", tip)),
        case("next-stays", "PRF-4", next_("removed", [])),
        case("next-more", "PRF-4", next_("added", strangers)),
        case("next-other-device", "PRF-4", next_("added", [[stays[0], ID]])),
        case("next-same-device", "PRF-17", next_("added", [stays])),
        case("next-device-of-another", "PRF-17", next_("added", [[ID, stays[1]]])),
        case("next-unordered", "PRF-17", next_("added", strangers[::-1])),
        case("next-added-twice", "PRF-17", next_("added", strangers[:1] * 2)),
        case("next-removed-twice", "PRF-17", next_("removed", [gone] * 2)),
        case("next-removed-unordered", "PRF-17", next_("removed", sorted([gone, stays[0]])[::-1])),
        case("next-removed-stranger", "PRF-17", next_("removed", [ID])),
        case("next-both", "PRF-17", next_("added", [[gone, ID]])),
        case("next-nobody", "PRF-17", _all_gone(file)),
        case("signers-fewer", "CRT-2", _one_fewer(file)),
        ("certified-by-others", "certificate", "CRT-2", _others(file, strangers)),
    ]


SINCE = {"height": 1, "minute": ID, "path": []}


def _all_gone(file: File) -> Patch:
    """Return what removes every witness."""
    founders = [each["member"] for each in file["charter"]["charter"]["founders"]]
    signers = file["steps"][0]["signers"]
    left = {*founders, *(member for member, _ in signers["added"])} - {*signers["removed"]}
    return replace("/steps/0/next", {"added": [], "removed": sorted(left)})


def _one_fewer(file: File) -> Patch:
    """Return what leaves one of the step's signers out, and makes it a witness afterwards."""
    signers, following = file["steps"][0]["signers"], file["steps"][0]["next"]
    return replace("/steps/0/signers/added", signers["added"][1:]) + replace(
        "/steps/0/next/added", [*signers["added"][:1], *following["added"]]
    )


def _others(file: File, strangers: list[list[str]]) -> Patch:
    added = sorted([*file["signers"]["added"], *strangers])
    return replace("/signers/added", added)


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
