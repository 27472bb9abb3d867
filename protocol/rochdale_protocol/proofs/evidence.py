"""Evidence in a file, ``*.rochdale-evidence.json`` (EVD-1 to EVD-3 of ``specs/03-minutes.md``).

It is checked with nothing but the file: no book, no roster, no network, no keys.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from pydantic import ValidationError

from ..core.canonical import decode, encode
from ..core.errors import CodedError, DecodeError, Refused
from ..core.fields import Id, Model, PublicKey
from ..membership.records import WitnessEvidence
from ..minutes.evidence import check_evidence
from ..minutes.votes import Vote, VoteKind
from ..views import Checked
from .verdict import Caveat, explain

__all__ = [
    "EVIDENCE_SIZE_MAX",
    "EvidenceFile",
    "EvidenceVerdict",
    "SignedVote",
    "evidence_file",
    "is_evidence",
    "said",
    "verify_evidence",
]

EVIDENCE_SIZE_MAX: Final = 4_096
"""Bytes of a file; two votes in hexadecimal and five ids are under 1,200."""

_MARK: Final = re.compile(rb'"type"\s*:\s*"evidence"')


class EvidenceFile(Model):
    """The file (EVD-3); ``device`` is that of both votes."""

    type: Literal["evidence"]
    v: Literal[1]
    coop: Id
    device: PublicKey
    height: int
    prev: Id
    roster: Id
    first: str
    second: str

    @classmethod
    def from_bytes(cls, data: bytes) -> EvidenceFile:
        """Read a file; raises DecodeError CAN-n, or EVD-3 if it is not of this form."""
        try:
            parsed = cls.model_validate(decode(data, EVIDENCE_SIZE_MAX))
            parsed.body()
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "file"
            raise DecodeError("EVD-3", at=where, why=first["msg"]) from None
        return parsed

    def body(self) -> WitnessEvidence:
        """Return what a record of it would say."""
        fields = self.model_dump(include=set(WitnessEvidence.model_fields))
        return WitnessEvidence.model_validate(fields)


class SignedVote(Model):
    """One of the two votes; ``minute`` is zeros in a nullify."""

    kind: str
    view: int
    minute: str
    parent: int
    says: str


class EvidenceVerdict(Model):
    """The answer to a file: whom it convicts of what, and what it leaves open.

    ``coop``, ``device``, ``height`` and ``votes`` stand for nothing unless ``ok``;
    ``caveats`` are empty unless it is.
    """

    ok: bool
    summary: str
    claim: Literal["evidence"]
    coop: str
    device: str
    height: int
    votes: list[SignedVote]
    checked: list[Checked]
    caveats: list[Caveat]


def evidence_file(coop: str, evidence: WitnessEvidence) -> bytes:
    """Return the bytes of a file of evidence."""
    device = Vote.from_bytes(bytes.fromhex(evidence.first)).device
    head = {"type": "evidence", "v": 1, "coop": coop, "device": device}
    return encode({**head, **evidence.model_dump()})


def is_evidence(data: bytes) -> bool:
    """Say whether bytes mean to be a file of evidence rather than a proof."""
    return len(data) <= EVIDENCE_SIZE_MAX and _MARK.search(data) is not None


def said(vote: Vote) -> str:
    """Return in words what a witness said with a vote."""
    minute = vote.minute[:16]
    match vote.kind:
        case VoteKind.PROPOSE if vote.parent:
            return f"proposed minute {minute} again, from view {vote.parent}"
        case VoteKind.PROPOSE:
            return f"proposed minute {minute}"
        case VoteKind.NOTARIZE:
            return f"attested minute {minute}"
        case VoteKind.FINALIZE:
            return f"declared minute {minute} final"
        case VoteKind.NULLIFY:
            return "gave the view up, for no minute at all"


def verify_evidence(data: bytes, *, coop: str | None = None) -> EvidenceVerdict:
    """Check a file of evidence.

    Args:
        coop: the co-op that it must be about, if the verifier knows which.
    """
    checked: list[Checked] = []
    try:
        file = EvidenceFile.from_bytes(data)
        _pass(checked, "file", f"{len(data)} bytes, canonical")
        if coop is not None and file.coop != coop:
            raise Refused("PRF-3", coop=file.coop)
        about = "the one that you named" if coop else "compare its id with the one you know"
        _pass(checked, "co-op", f"{file.coop[:16]}, {about}")
        votes = check_evidence(
            file.coop,
            file.height,
            file.prev,
            file.roster,
            (bytes.fromhex(file.first), bytes.fromhex(file.second)),
        )
        if votes[0].device != file.device:
            raise Refused("EVD-3", device=votes[0].device)
    except CodedError as error:
        return _not_proved(checked, error)
    first, second = votes
    view, height = first.view, file.height
    _pass(checked, "contradiction", f"view {view} of minute {height}: no honest device signs both")
    _pass(checked, "signatures", f"both are of device {file.device[:16]}")
    summary = (
        f"device {file.device} signed against itself in view {view} of minute {height}:"
        f" it {said(first)}, and it {said(second)}"
    )
    return EvidenceVerdict(
        ok=True,
        summary=summary,
        claim="evidence",
        coop=file.coop,
        device=file.device,
        height=height,
        votes=[_signed(vote) for vote in votes],
        checked=checked,
        caveats=_caveats(file.height, asked=coop is None),
    )


def _pass(checked: list[Checked], name: str, detail: str) -> None:
    checked.append(Checked(name=name, ok=True, detail=detail, code=""))


_STEPS: Final = {"PRF-3": "co-op", "EVD-1": "contradiction", "EVD-2": "signatures"}


def _not_proved(checked: list[Checked], error: CodedError) -> EvidenceVerdict:
    step, reason = _STEPS.get(error.code, "file"), explain(error)
    failed = Checked(name=step, ok=False, detail=reason, code=error.code)
    return EvidenceVerdict(
        ok=False,
        summary=f"not proved: {reason}",
        claim="evidence",
        coop="",
        device="",
        height=0,
        votes=[],
        checked=[*checked, failed],
        caveats=[],
    )


def _signed(vote: Vote) -> SignedVote:
    return SignedVote(
        kind=vote.kind.name.lower(),
        view=vote.view,
        minute=vote.minute,
        parent=vote.parent,
        says=f"it {said(vote)}",
    )


def _caveats(height: int, *, asked: bool) -> list[Caveat]:
    found = {
        "book": (
            f"that either minute, or the witnesses of minute {height} that both votes name, ever"
            " were in the co-op's book"
        ),
        "holder": "who holds the device's key; the co-op's register names its member",
        "purpose": (
            "that it was on purpose: a home that was copied or restored from a copy, and run"
            " twice, does the same"
        ),
    }
    if asked:
        found["coop"] = "which co-op that is: compare its id with the one that you were given"
    return [Caveat(name=name, detail=detail) for name, detail in found.items()]
