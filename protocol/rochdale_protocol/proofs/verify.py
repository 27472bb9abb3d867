"""Checking a proof file with nothing but the file (PRF-1 to PRF-13 of ``specs/05-proofs.md``).

Every step says that it found all in order, or what it found wrong, or that it could not
be taken because another failed: nothing is left out silently.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Final

import orjson

from ..core.errors import CodedError, DecodeError, Refused
from ..core.records import Verified, decode_record, verify_record
from ..core.ruleset import PROTOCOL_VERSION
from ..minutes import merkle
from ..minutes.founding import found_book
from ..minutes.minute import Minute, MinuteHeader, SignedCharter
from ..minutes.roster import Roster, Witness
from ..minutes.shelf import height_key
from ..minutes.votes import Certificate
from ..state.state import Value
from ..state.tree import check_proof
from ..views import Checked
from .claims import Author, Evidence, check_claim, find_author
from .file import Proof
from .verdict import Caveat, Proved, Verdict, explain

__all__ = ["verify_proof"]

_STEPS: Final = (
    ("file", ()),
    ("charter", ("file",)),
    ("rosters", ("charter",)),
    ("certificate", ("rosters",)),
    ("history", ("certificate",)),
    ("records", ("charter",)),
    ("inclusion", ("history", "records")),
    ("state", ("certificate",)),
    ("authors", ("inclusion", "state")),
    ("claim", ("authors",)),
)
"""The steps in order, and those that each stands on."""


def verify_proof(data: bytes, *, coop: str | None = None) -> Verdict:
    """Check a proof file; whatever the bytes, the answer is a verdict and no exception.

    Args:
        coop: the id that the verifier knows the co-op by; without it the verdict says
            that the verifier must still compare.
    """
    return _Examination(data, coop).verdict()


class _Examination:
    """One file under examination: a method for each step, and what they found."""

    def __init__(self, data: bytes, coop: str | None) -> None:
        self.data = data
        self.expected = coop
        self.checked: list[Checked] = []
        self.proof: Proof | None = None
        self.charter: SignedCharter | None = None
        self.coop = ""
        self.roster = Roster(())
        self.minute = ""
        self.signatures = 0
        self.records: list[Verified] = []
        self.values: dict[str, Value | None] = {}
        self.authors: list[Author] = []
        self.proved: Proved | None = None
        self.summary = ""

    def verdict(self) -> Verdict:
        failed: set[str] = set()
        for name, needs in _STEPS:
            lacking = next((need for need in needs if need in failed), "")
            if lacking:
                failed.add(name)
                self._note(name, f"not checked, because {lacking!r} is not in order", "PRF-0")
                continue
            step: Callable[[], str] = getattr(self, f"_check_{name}")
            try:
                self.checked.append(Checked(name=name, ok=True, detail=step(), code=""))
            except CodedError as error:
                failed.add(name)
                self._note(name, explain(error), error.code)
        return self._conclude(ok=not failed)

    def _note(self, name: str, detail: str, code: str) -> None:
        self.checked.append(Checked(name=name, ok=False, detail=detail, code=code))

    def _conclude(self, *, ok: bool) -> Verdict:
        first = next((each for each in self.checked if not each.ok), None)
        header = self.proof.header if self.proof is not None else None
        return Verdict(
            ok=ok,
            summary=self.summary if first is None else f"not proved: {first.detail}",
            claim=self.proof.claim.type if self.proof else "",
            id=self.proof.claim.id if self.proof else "",
            coop=self.coop if self.charter else "",
            coop_name=self.charter.charter.name if self.charter else "",
            height=header.height if header else 0,
            minute=self.minute,
            time=header.time if header else 0,
            state_root=header.state_root if header else "",
            signatures=self.signatures,
            checked=self.checked,
            caveats=self._caveats() if ok else [],
            proved=self.proved if ok else None,
        )

    # The steps, each returning what it found -------------------------------------------

    @cached_property
    def file(self) -> Proof:
        assert self.proof is not None
        return self.proof

    def _check_file(self) -> str:
        self.proof = Proof.from_bytes(self.data)
        return f"{len(self.data)} canonical bytes, a proof of {self.proof.claim.type}"

    def _check_charter(self) -> str:
        signed = SignedCharter.from_bytes(orjson.dumps(self.file.charter))
        coop = signed.charter.coop()
        signed.check()
        self.signatures += len(signed.signatures)
        if self.expected is not None and coop != self.expected:
            raise Refused("PRF-3", expected=self.expected, found=coop)
        self.charter = signed
        self.coop = coop
        founders = sorted(signed.charter.founders, key=lambda founder: founder.member)
        self.roster = Roster(tuple(Witness(each.member, each.device) for each in founders))
        return f"co-op {coop}, signed by all {len(founders)} founders"

    def _check_rosters(self) -> str:
        for change in self.file.rosters:
            self._check_final(change.header, change.certificate)
            roster = Roster(tuple(Witness(*pair) for pair in change.witnesses))
            if roster.hash != change.header.roster_hash:
                raise Refused("PRF-4", height=change.header.height)
            self.roster = roster
        changes = len(self.file.rosters)
        return f"{changes} changes since the founders lead to {len(self.roster)} witnesses"

    def _check_certificate(self) -> str:
        header = self.file.header
        if header.height == 0:
            return self._check_founding(header)
        self.minute, signers = self._check_final(header, self.file.certificate)
        return f"minute {header.height} was made final by {signers} of {len(self.roster)} witnesses"

    def _check_founding(self, header: MinuteHeader) -> str:
        assert self.charter is not None
        founding = Minute.from_bytes(found_book(self.charter)["minutes"][height_key(0)] or b"")
        if header != founding.header or self.file.certificate:
            raise Refused("PRF-5", height=0)
        self.minute = founding.id
        return "minute 0 is the charter itself"

    def _check_final(self, header: MinuteHeader, certificate: str) -> tuple[str, int]:
        """Check that the roster made a minute final; returns its id and the signers' count."""
        if header.v != PROTOCOL_VERSION or header.coop != self.coop:
            raise Refused("PRF-5", height=header.height)
        minute = header.id()
        found = Certificate.from_bytes(bytes.fromhex(certificate))
        found.check_final(minute, header.height, header.prev)
        found.check(self.coop, self.roster)
        self.signatures += len(found.signers)
        return minute, len(found.signers)

    def _check_history(self) -> str:
        tip = self.file.header
        for each in self.file.minutes:
            header = each.header
            if header.v != PROTOCOL_VERSION or header.coop != self.coop:
                raise Refused("PRF-5", height=header.height)
            merkle.check_history(
                tip.history_root, header.height, tip.height, header.id(), each.path
            )
        return f"{len(self.file.minutes)} earlier minutes are part of it"

    def _check_records(self) -> str:
        for each in self.file.records:
            header = _canonical(each.header)
            body = b"" if each.body is None else _canonical(each.body)
            if len(header) >= 2**16:
                raise DecodeError("CAN-1", size=len(header))
            frame = len(header).to_bytes(2, "big") + header + bytes.fromhex(each.signature) + body
            self.records.append(verify_record(decode_record(frame), self.coop))
        self.signatures += len(self.records)
        return f"{len(self.records)} records, each signed by its device"

    def _check_inclusion(self) -> str:
        headers = {each.header.height: each.header for each in self.file.minutes}
        headers[self.file.header.height] = self.file.header
        for record, each in zip(self.records, self.file.records, strict=True):
            header = headers.get(each.height)
            if header is None:
                raise Refused("PRF-6", record=record.id, height=each.height)
            leaf = (record.id, each.code)
            root = merkle.root_from_path(leaf, each.index, header.count, each.path)
            if root != header.records_root:
                raise Refused("PRF-8", record=record.id, height=each.height)
        return f"{len(self.records)} records stand in those minutes, with their outcomes"

    def _check_state(self) -> str:
        root = self.file.header.state_root
        for item in self.file.state:
            value = None if item.value is None else _canonical(item.value)
            check_proof(root, item.proof.key, value, item.proof)
            self.values[item.proof.key] = item.value
        return f"{len(self.values)} values are in the state after minute {self.file.header.height}"

    def _check_authors(self) -> str:
        for record, each in zip(self.records, self.file.records, strict=True):
            author, signatures = find_author(record, each, self.values)
            self.signatures += signatures
            self.authors.append(author)
        return f"the devices of {len(self.records)} records belong to the members named"

    def _check_claim(self) -> str:
        evidence = Evidence(
            claim=self.file.claim,
            records={
                record.id: (record, each, author)
                for record, each, author in zip(
                    self.records, self.file.records, self.authors, strict=True
                )
            },
            values=self.values,
        )
        self.proved, self.summary = check_claim(evidence)
        return self.summary

    # What is not proved -----------------------------------------------------------------

    def _caveats(self) -> list[Caveat]:
        header = self.file.header
        found = [
            Caveat(
                name="later",
                detail=f"what was decided after minute {header.height} is not in this file",
            ),
            Caveat(
                name="witnesses",
                detail="it rests on the witnesses: more than two thirds of those of one height, "
                "together, could have certified something else",
            ),
            Caveat(
                name="names",
                detail="names are those of the co-op's register; who holds the keys is for the "
                "members to know",
            ),
        ]
        if self.expected is None:
            found.insert(
                0,
                Caveat(
                    name="coop",
                    detail=f"anyone can found a co-op of this name: compare {self.coop} with the "
                    "id that you were given by someone you trust",
                ),
            )
        if self.records:
            detail = "the times on records are their authors' own clocks"
            found.append(Caveat(name="times", detail=detail))
        absent = sum(each.body is None for each in self.file.records)
        if absent:
            detail = f"the bodies of {absent} records are not in the file, only their hashes"
            found.append(Caveat(name="bodies", detail=detail))
        return found


def _canonical(value: object) -> bytes:
    """Return the canonical bytes of a part of a file whose whole was found canonical."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
