"""Files with right certificates and signatures, by founders who lie together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from rochdale_protocol.agreements.records import AgreementDraft, AgreementRevise
from rochdale_protocol.agreements.rules import text_hash
from rochdale_protocol.core.fields import Body
from rochdale_protocol.core.hashes import Tag
from rochdale_protocol.core.records import Verified
from rochdale_protocol.membership.records import DeviceAdd, DeviceEnrol, MemberApply
from rochdale_protocol.membership.rules import recovery_claim
from tests.protocol.coops import device, recovery, signed_charter
from tests.protocol.proofs.books import (
    TEXT,
    ClaimOf,
    File,
    address,
    certified,
    certify,
    signature,
    signed,
    to_bytes,
)

__all__ = ["forged"]

MEMBERS = [recovery(number).public for number in range(2)]
DEVICES = [device(number).public for number in range(2)]


class NoSuchBody(Body):
    """A body that no rule knows, under the name of another."""

    kind: ClassVar[str] = MemberApply.kind
    note: str


class NoSuchKind(Body):
    """A kind that no area knows."""

    kind: ClassVar[str] = "future.kind"
    note: str


def forged() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []

    def case(name: str, step: str, code: str, file: File) -> None:
        found.append({"name": name, "file": to_bytes(file).decode(), "step": step, "code": code})

    forge_agreements(case)
    forge_authors(case)

    member = people()[f"member/{MEMBERS[0]}"]
    key = f"member/{MEMBERS[0]}"
    claim: ClaimOf = ("membership", MEMBERS[0])
    case(
        "member-resigned",
        "claim",
        "PRF-13",
        certified(claim, [], {key: {**member, "status": "resigned"}}),
    )
    case("member-absent", "claim", "PRF-9", certified(claim, [], {key: None}))
    case("member-malformed", "claim", "PRF-9", certified(claim, [], {key: {"status": "active"}}))
    file = certified(claim, [], {key: member})
    file["header"]["coop"] = "1" * 64
    certify(file)
    case("header-certified-for-another-coop", "certificate", "PRF-5", file)
    file = certified(claim, [], {key: member})
    file["header"]["v"] = 2
    certify(file)
    case("header-of-another-version", "certificate", "PRF-5", file)
    return found


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
        }
    return state


def forge_agreements(case: Any) -> None:
    """Add agreements that are not what is claimed."""
    draft = signed(0, AgreementDraft(title="Supply", text=TEXT, parties=MEMBERS))
    first, second = (signed(number, signature(draft.id), seq=2) for number in range(2))
    entry = {
        "title": "Supply",
        "parties": sorted(MEMBERS),
        "status": "in-force",
        "in_force": 5,
        "force_version": 1,
    }
    version = {"record": draft.id, "text_hash": text_hash(TEXT)}

    def forge(
        name: str,
        code: str,
        *,
        records: list[tuple[Verified, str]] | None = None,
        agreement: Mapping[str, object] = entry,
        text: Mapping[str, object] = version,
        number: int = 1,
    ) -> None:
        state = {
            **people(),
            f"agreement/{draft.id}": agreement,
            f"version/{draft.id}/{number:06d}": text,
        }
        given = records or [(draft, ""), (first, ""), (second, "")]
        case(name, "claim", code, certified(("agreement", draft.id), given, state))

    forge("agreement-is-a-draft", "PRF-10", agreement={**entry, "status": "draft"})
    forge("agreement-in-force-too-early", "PRF-10", agreement={**entry, "in_force": 4})
    forge("agreement-malformed", "PRF-9", agreement={"status": "in-force"})
    forge("version-malformed", "PRF-9", text={"record": draft.id})
    again = signed(0, signature(draft.id), seq=3)
    forge("one-party-signs-twice", "PRF-11", records=[(draft, ""), (first, ""), (again, "")])
    forge("signature-refused", "PRF-11", records=[(draft, ""), (first, ""), (second, "AGR-3")])
    otherwise = signed(1, signature(draft.id, "another text"), seq=2)
    forge(
        "signature-on-another-text", "PRF-11", records=[(draft, ""), (first, ""), (otherwise, "")]
    )
    later = signed(1, signature(draft.id, version=2), seq=2)
    forge("signature-on-another-version", "PRF-11", records=[(draft, ""), (first, ""), (later, "")])
    elsewhere = signed(1, signature("9" * 64), seq=2)
    forge(
        "signature-on-another-agreement",
        "PRF-11",
        records=[(draft, ""), (first, ""), (elsewhere, "")],
    )
    forge("text-refused", "PRF-12", records=[(draft, "AGR-1"), (first, ""), (second, "")])
    forge(
        "text-of-another-hash",
        "PRF-12",
        text={"record": draft.id, "text_hash": text_hash("another text")},
        records=[
            (draft, ""),
            *((signed(number, signature(draft.id, "another text")), "") for number in range(2)),
        ],
    )
    forge("text-from-a-signature", "PRF-12", text={**version, "record": first.id})
    unknown = signed(0, NoSuchKind(note="x"), seq=2)
    forge(
        "text-of-an-unknown-kind",
        "REC-7",
        text={**version, "record": unknown.id},
        records=[(unknown, ""), (first, ""), (second, "")],
    )
    revised = signed(0, AgreementRevise(agreement="9" * 64, text=TEXT), seq=2)
    forge(
        "text-of-another-agreement",
        "PRF-12",
        number=2,
        agreement={**entry, "force_version": 2},
        text={"record": revised.id, "text_hash": text_hash(TEXT)},
        records=[
            (revised, ""),
            *((signed(number, signature(draft.id, version=2), seq=3), "") for number in range(2)),
        ],
    )
    mine = signed(0, AgreementRevise(agreement=draft.id, text=TEXT), seq=2)
    forge(
        "agreement-without-parties",
        "PRF-11",
        number=2,
        agreement={**entry, "force_version": 2, "parties": []},
        text={"record": mine.id, "text_hash": text_hash(TEXT)},
        records=[(mine, "")],
    )
    third = recovery(2).public
    forge(
        "text-names-other-parties",
        "PRF-12",
        agreement={**entry, "parties": sorted([*MEMBERS, third])},
    )


def forge_authors(case: Any) -> None:
    """Add records whose authors, or whose inner signatures, are not what is claimed."""
    coop = signed_charter(2).charter.coop()
    plain = signed(0, address(7001))
    state = people()
    case(
        "device-malformed",
        "authors",
        "PRF-7",
        certified(
            ("record", plain.id), [(plain, "")], {**state, f"device/{DEVICES[0]}": {"member": "me"}}
        ),
    )
    case(
        "member-of-a-device-malformed",
        "authors",
        "PRF-7",
        certified(("record", plain.id), [(plain, "")], {**state, f"member/{MEMBERS[0]}": {}}),
    )
    case(
        "device-absent",
        "authors",
        "PRF-7",
        certified(("record", plain.id), [(plain, "")], {**state, f"device/{DEVICES[0]}": None}),
    )

    wrong = recovery(5).sign(Tag.SIGN_RECOVERY, b"something else").hex()
    claim = recovery_claim(coop, MEMBERS[0], DEVICES[0])
    applied = signed(
        0,
        MemberApply(
            name="Farm 0",
            entity="organisation",
            recovery=MEMBERS[0],
            token=device(9).public,
            recovery_sig=wrong,
            token_sig=device(9).sign(Tag.SIGN_INVITE, claim).hex(),
        ),
    )
    case(
        "application-not-by-its-recovery-key",
        "authors",
        "MEM-2",
        certified(("record", applied.id), [(applied, "")], state),
    )
    right = recovery(0).sign(Tag.SIGN_RECOVERY, claim).hex()
    applied = signed(
        0,
        MemberApply(
            name="Farm 0",
            entity="organisation",
            recovery=MEMBERS[0],
            token=device(9).public,
            recovery_sig=right,
            token_sig=wrong,
        ),
    )
    case(
        "application-without-its-invite",
        "authors",
        "MEM-2",
        certified(("record", applied.id), [(applied, "")], state),
    )
    added = signed(0, DeviceAdd(device=device(9).public, label="phone", device_sig=wrong))
    case(
        "device-that-did-not-accept",
        "authors",
        "MEM-4",
        certified(("record", added.id), [(added, "")], state),
    )
    enrolled = signed(0, DeviceEnrol(member=MEMBERS[0], label="phone", recovery_sig=wrong))
    case(
        "device-not-by-the-recovery-key",
        "authors",
        "MEM-5",
        certified(("record", enrolled.id), [(enrolled, "")], state),
    )
    outside = {**state, f"member/{MEMBERS[0]}": None}
    case(
        "device-of-no-member",
        "authors",
        "PRF-7",
        certified(("record", enrolled.id), [(enrolled, "")], outside),
    )
    unread = signed(0, NoSuchBody(note="x"))
    case(
        "application-with-another-body",
        "authors",
        "REC-8",
        certified(("record", unread.id), [(unread, "")], state),
    )
