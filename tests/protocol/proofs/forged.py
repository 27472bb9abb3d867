"""Files with right certificates and signatures, by founders who lie together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from rochdale_protocol.agreements.records import AgreementDraft, AgreementRevise
from rochdale_protocol.agreements.rules import text_hash
from rochdale_protocol.core.fields import Body
from rochdale_protocol.core.hashes import Tag
from rochdale_protocol.core.records import Verified
from rochdale_protocol.membership.records import DeviceAdd, DeviceEnrol, MemberApply
from rochdale_protocol.membership.rules import recovery_claim
from rochdale_protocol.proofs.rosters import Difference
from tests.protocol.coops import device, recovery, signed_charter
from tests.protocol.proofs.books import (
    TEXT,
    File,
    address,
    certified,
    certify,
    roster_of,
    signature,
    signed,
)

__all__ = ["Forged", "forged", "leapt", "people"]

Forged = tuple[str, str, str, File]
"""A name, the step that finds it, the code that it gives, and the file."""

MEMBERS = [recovery(number).public for number in range(2)]
DEVICES = [device(number).public for number in range(2)]

DRAFT = signed(0, AgreementDraft(title="Supply", text=TEXT, parties=MEMBERS))
FIRST, SECOND = (signed(number, signature(DRAFT.id), seq=2) for number in range(2))
ENTRY = {
    "title": "Supply",
    "parties": sorted(MEMBERS),
    "status": "in-force",
    "in_force": 5,
    "force_version": 1,
}
VERSION = {"record": DRAFT.id, "text_hash": text_hash(TEXT)}


class NoSuchBody(Body):
    """A body that no rule knows, under the name of another."""

    kind: ClassVar[str] = MemberApply.kind
    note: str


class NoSuchKind(Body):
    """A kind that no area knows."""

    kind: ClassVar[str] = "future.kind"
    note: str


def people() -> dict[str, Any]:
    """Return the state of both founders and their devices."""
    state: dict[str, Any] = {}
    for number in range(2):
        state[f"device/{DEVICES[number]}"] = {"member": MEMBERS[number], "status": "active"}
        state[f"member/{MEMBERS[number]}"] = {
            "name": f"Farm {number}",
            "entity": "organisation",
            "status": "active",
            "joined": 0,
            "recovery": MEMBERS[number],
            "former_keys": [],
        }
    return state


def forged() -> list[Forged]:
    """Return every forgery."""
    return [
        *_parties(),
        *_texts(),
        *_authors(),
        *_inside(),
        *_members(),
        *_headers(),
        *_skips(),
    ]


def _agreement(
    name: str,
    code: str,
    *records: tuple[Verified, str],
    agreement: Mapping[str, object] = ENTRY,
    version: Mapping[str, object] = VERSION,
    number: int = 1,
) -> Forged:
    state = {
        **people(),
        f"agreement/{DRAFT.id}": agreement,
        f"version/{DRAFT.id}/{number:06d}": version,
    }
    given = records or ((DRAFT, ""), (FIRST, ""), (SECOND, ""))
    return (name, "claim", code, certified(("agreement", DRAFT.id), given, state))


def _parties() -> list[Forged]:
    """Return agreements that not every party has signed."""
    first = ((DRAFT, ""), (FIRST, ""))
    again = signed(0, signature(DRAFT.id), seq=3)
    otherwise = signed(1, signature(DRAFT.id, "another text"), seq=2)
    later = signed(1, signature(DRAFT.id, version=2), seq=2)
    elsewhere = signed(1, signature("9" * 64), seq=2)
    draft = {**ENTRY, "status": "draft"}
    early = {**ENTRY, "in_force": 4}
    return [
        _agreement("agreement-is-a-draft", "PRF-10", agreement=draft),
        _agreement("agreement-in-force-too-early", "PRF-10", agreement=early),
        _agreement("agreement-malformed", "PRF-9", agreement={"status": "in-force"}),
        _agreement("one-party-signs-twice", "PRF-11", *first, (again, "")),
        _agreement("signature-refused", "PRF-11", *first, (SECOND, "AGR-3")),
        _agreement("signature-on-another-text", "PRF-11", *first, (otherwise, "")),
        _agreement("signature-on-another-version", "PRF-11", *first, (later, "")),
        _agreement("signature-on-another-agreement", "PRF-11", *first, (elsewhere, "")),
    ]


def _texts() -> list[Forged]:
    """Return agreements whose text is not the one that was signed."""
    both = ((FIRST, ""), (SECOND, ""))
    unknown = signed(0, NoSuchKind(note="x"), seq=2)
    others = [signed(number, signature(DRAFT.id, "another text")) for number in range(2)]
    third = sorted([*MEMBERS, recovery(2).public])
    return [
        _agreement("version-malformed", "PRF-9", version={"record": DRAFT.id}),
        _agreement("text-refused", "PRF-12", (DRAFT, "AGR-1"), *both),
        _agreement(
            "text-of-another-hash",
            "PRF-12",
            (DRAFT, ""),
            *((each, "") for each in others),
            version={"record": DRAFT.id, "text_hash": text_hash("another text")},
        ),
        _agreement("text-from-a-signature", "PRF-12", version={**VERSION, "record": FIRST.id}),
        _agreement(
            "text-of-an-unknown-kind",
            "REC-7",
            (unknown, ""),
            *both,
            version={**VERSION, "record": unknown.id},
        ),
        _agreement("text-names-other-parties", "PRF-12", agreement={**ENTRY, "parties": third}),
        _revised("text-of-another-agreement", "PRF-12", "9" * 64, sorted(MEMBERS)),
        _revised("agreement-without-parties", "PRF-11", DRAFT.id, []),
    ]


def _revised(name: str, code: str, agreement: str, parties: Sequence[str]) -> Forged:
    record = signed(0, AgreementRevise(agreement=agreement, text=TEXT), seq=2)
    signing = [signed(number, signature(DRAFT.id, version=2), seq=3) for number in range(2)]
    return _agreement(
        name,
        code,
        (record, ""),
        *((each, "") for each in signing),
        number=2,
        agreement={**ENTRY, "force_version": 2, "parties": parties},
        version={"record": record.id, "text_hash": text_hash(TEXT)},
    )


def _record(name: str, code: str, record: Verified, **changed: object) -> Forged:
    state = {**people(), **changed}
    return (name, "authors", code, certified(("record", record.id), [(record, "")], state))


def _authors() -> list[Forged]:
    """Return records whose authors are not shown."""
    plain = signed(0, address(7001))
    device_key, member_key = f"device/{DEVICES[0]}", f"member/{MEMBERS[0]}"
    return [
        _record("device-malformed", "PRF-7", plain, **{device_key: {"member": "me"}}),
        _record("device-absent", "PRF-7", plain, **{device_key: None}),
        _record("member-of-a-device-malformed", "PRF-7", plain, **{member_key: {}}),
    ]


def _inside() -> list[Forged]:
    """Return records whose bodies hold wrong signatures."""
    claim = recovery_claim(signed_charter(2).charter.coop(), MEMBERS[0], DEVICES[0])
    wrong = recovery(5).sign(Tag.SIGN_RECOVERY, b"something else").hex()
    vouched = recovery(0).sign(Tag.SIGN_RECOVERY, claim).hex()
    invited = device(9).sign(Tag.SIGN_INVITE, claim).hex()

    def application(recovery_sig: str, token_sig: str) -> Verified:
        return signed(
            0,
            MemberApply(
                name="Farm 0",
                entity="organisation",
                recovery=MEMBERS[0],
                token=device(9).public,
                recovery_sig=recovery_sig,
                token_sig=token_sig,
            ),
        )

    added = signed(0, DeviceAdd(device=device(9).public, label="phone", device_sig=wrong))
    enrolled = signed(0, DeviceEnrol(member=MEMBERS[0], label="phone", recovery_sig=wrong))
    outside: dict[str, object] = {f"member/{MEMBERS[0]}": None}
    unread = signed(0, NoSuchBody(note="x"))
    return [
        _record("application-without-recovery-key", "MEM-2", application(wrong, invited)),
        _record("application-without-invite", "MEM-2", application(vouched, wrong)),
        _record("application-with-another-body", "REC-8", unread),
        _record("device-that-did-not-accept", "MEM-4", added),
        _record("device-not-by-the-recovery-key", "MEM-5", enrolled),
        _record("device-of-no-member", "PRF-7", enrolled, **outside),
    ]


def _members() -> list[Forged]:
    """Return what doesn't show a member."""
    key = f"member/{MEMBERS[0]}"

    def case(name: str, code: str, value: object) -> Forged:
        return (name, "claim", code, certified(("membership", MEMBERS[0]), [], {key: value}))

    return [
        case("member-resigned", "PRF-13", {**people()[key], "status": "resigned"}),
        case("member-absent", "PRF-9", None),
        case("member-malformed", "PRF-9", {"status": "active"}),
    ]


def _headers() -> list[Forged]:
    """Return headers that the founders certified for what they are not."""

    def case(name: str, field: str, value: object) -> Forged:
        file = certified(("membership", MEMBERS[0]), [], people())
        file["header"][field] = value
        certify(file)
        return (name, "certificate", "PRF-5", file)

    return [
        case("header-certified-for-another-coop", "coop", "1" * 64),
        case("header-of-another-version", "v", 2),
    ]


def leapt(witnesses: Mapping[int, int], *, silent: Collection[int] = (), height: int = 5) -> File:
    """Return a file of three founders whose minute these witnesses certified."""
    file = certified(("membership", MEMBERS[0]), [], people(), founders=3)
    file["header"]["height"] = height
    certify(file, witnesses, silent)
    return file


def _skips() -> list[Forged]:
    """Return leaps to witnesses for whom too few of the founders vouch, of whom there are three."""
    third = {0: 0, 8: 8, 9: 9}

    def case(
        name: str, code: str, witnesses: Mapping[int, int], height: int = 5, silent: int = -1
    ) -> Forged:
        return (name, "certificate", code, leapt(witnesses, silent=(silent,), height=height))

    step = leapt(third, height=3)
    step["header"]["roster_hash"] = roster_of(third).hash
    certify(step, third)
    later = leapt(third)
    none = Difference.between(roster_of(third), roster_of(third)).model_dump()
    names = ("header", "certificate", "signers")
    later["steps"] = [{**{name: step[name] for name in names}, "next": none}]
    later["signers"] = none
    return [
        case("skip-by-none", "PRF-18", {7: 7, 8: 8, 9: 9}),
        case("skip-by-exactly-a-third", "PRF-18", third),
        case("skip-by-the-device-of-another", "PRF-18", {0: 0, 8: 1, 9: 9}),
        case("skip-by-another-device", "PRF-18", {0: 0, 1: 8, 9: 9}),
        case("skip-by-one-who-is-silent", "PRF-18", {0: 0, 1: 1, 8: 8, 9: 9}, silent=1),
        case("next-height-by-others", "PRF-4", {0: 0, 1: 1, 2: 2, 9: 9}, height=1),
        ("step-by-exactly-a-third", "rosters", "PRF-18", later),
    ]
