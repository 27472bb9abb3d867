"""Checking a proof file with nothing but the file (PRF-1 to PRF-13 of ``specs/05-proofs.md``).

A verifier begins from the charter in the file, or from a checkpoint that it trusts. Every
step says that it found all in order, or what it found wrong, or that it could not be taken
because another failed: nothing is left out silently.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Final

import orjson
from pydantic import ValidationError

from ..core.canonical import JsonObject
from ..core.errors import CodedError, DecodeError, Refused
from ..core.records import Verified, decode_record, verify_record
from ..core.ruleset import PROTOCOL_VERSION, Rules
from ..minutes import merkle
from ..minutes.founding import found_book
from ..minutes.minute import Minute, MinuteHeader, SignedCore
from ..minutes.roster import Roster, Witness
from ..minutes.shelf import height_key
from ..state.state import Value
from ..state.tree import check_proof
from ..views import Checked
from .checkpoint import Checkpoint
from .claims import Author, Evidence, check_claim, find_author
from .file import Proof, ProofRecord, ProofTaken
from .rosters import RosterStep, Walk
from .verdict import NOT_TAKEN, Caveat, Proved, Verdict, caveats, explain

__all__ = ["verify_proof"]

_STEPS: Final = (
    ("file", ()),
    ("trust", ("file",)),
    ("rosters", ("trust",)),
    ("certificate", ("rosters",)),
    ("history", ("certificate",)),
    ("records", ("trust",)),
    ("inclusion", ("history", "records")),
    ("state", ("certificate",)),
    ("authors", ("inclusion", "state")),
    ("claim", ("authors",)),
)
"""The steps in order, and those that each stands on."""


def verify_proof(
    data: bytes, *, coop: str | None = None, checkpoint: Checkpoint | None = None
) -> Verdict:
    """Check a proof file; whatever the bytes, the answer is a verdict and no exception.

    Args:
        coop: the id that the verifier knows the co-op by; without it and a checkpoint the
            verdict says that the verifier must still compare.
        checkpoint: what the verifier trusts instead of the charter.
    """
    return _Examination(data, coop, checkpoint).verdict()


class _Examination:
    """One file under examination: a method for each step, and what they found."""

    def __init__(self, data: bytes, coop: str | None, checkpoint: Checkpoint | None) -> None:
        self.data = data
        self.expected = coop
        self.checkpoint = checkpoint
        self.checked: list[Checked] = []
        self.proof: Proof | None = None
        self.charter: SignedCore | None = None
        self.coop = ""
        self.founders = self.listed = Roster(())
        """The witnesses that the file's next difference is from, trusted or not."""
        self.walk = Walk("", 0, self.listed)
        self.minute = ""
        self.signatures = 0
        self.records: list[Verified] = []
        self.log: list[tuple[Verified, str]] = []
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
            coop=self.coop,
            coop_name=self.charter.charter.name if self.charter else "",
            refounds=self.charter.charter.refounds if self.charter else None,
            height=header.height if header else 0,
            minute=self.minute,
            time=header.time if header else 0,
            state_root=header.state_root if header else "",
            checkpoint=self.checkpoint.height if self.checkpoint else None,
            skips=self.walk.skips if ok else [],
            signatures=self.signatures + self.walk.signatures,
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

    def _check_trust(self) -> str:
        coop, found = self.file.header.coop, ""
        if self.file.charter is not None:
            coop, found = self._check_charter(self.file.charter)
        if self.expected not in (None, coop):
            raise Refused("PRF-3", expected=self.expected, found=coop)
        checkpoint = self.checkpoint
        if checkpoint is not None:
            self._check_checkpoint(checkpoint, coop)
            self.walk = Walk(coop, checkpoint.height, checkpoint.roster)
            found = f"co-op {coop}, from minute {checkpoint.height} on, by the checkpoint"
        elif self.charter is not None:
            self.walk = Walk(coop, 0, self.founders)
        else:
            raise Refused("PRF-20", made_for=self.file.base)
        self.coop = coop
        return found

    def _check_charter(self, value: JsonObject) -> tuple[str, str]:
        signed = SignedCore.from_value(value)
        coop = signed.charter.coop()
        signed.check()
        self.signatures += len(signed.signatures)
        self.charter = signed
        founders = sorted(signed.charter.founders, key=lambda founder: founder.member)
        self.founders = Roster(tuple(Witness(each.member, each.device) for each in founders))
        self.listed = self.founders
        cited = signed.charter.refounds
        mark = f", refounded from {cited.coop} at minute {cited.height}" if cited else ""
        return coop, f"co-op {coop}, signed by all {len(founders)} founders{mark}"

    def _check_checkpoint(self, checkpoint: Checkpoint, coop: str) -> None:
        """Check that the file can be read from the checkpoint that is trusted."""
        if checkpoint.coop != coop:
            raise Refused("PRF-3", expected=checkpoint.coop, found=coop)
        if self.file.header.height < checkpoint.height:
            height = self.file.header.height
            raise Refused("PRF-21", certified=height, checkpoint=checkpoint.height)
        if self.file.checkpoint is not None:
            if self.file.base != checkpoint.height:
                raise Refused("PRF-20", made_for=self.file.base, checkpoint=checkpoint.height)
            self.listed = checkpoint.roster

    def _check_rosters(self) -> str:
        taken = 0
        for place, step in enumerate(self.file.steps):
            signers, self.listed = step.rosters(self.listed)
            if step.header.height > self._start:
                self.walk.take(step, signers, self.listed)
                taken += 1
            elif self._contradicts(step.header.height, step.header.id()):
                self._check_fork(self.file.steps[: place + 1])
        begun = "the checkpoint" if self.checkpoint else "the founders"
        return f"{taken} steps from {begun} lead to {len(self.walk.roster)} witnesses"

    @property
    def _start(self) -> int:
        """The height of the minute that is trusted without a certificate."""
        return self.checkpoint.height if self.checkpoint else 0

    def _contradicts(self, height: int, minute: str) -> bool:
        """Say whether a minute is another one than the checkpoint's."""
        checkpoint = self.checkpoint
        if checkpoint is None or checkpoint.height != height:
            return False
        return checkpoint.minute != minute

    def _check_fork(self, steps: Sequence[RosterStep]) -> None:
        """Check from the charter on what contradicts the checkpoint.

        Args:
            steps: up to the other minute of the checkpoint's height, or all, if that is the
                certified one.
        Raises:
            Refused: PRF-22 if it is final by the file's own charter, else why it is not.
        """
        walk, listed = Walk(self.file.header.coop, 0, self.founders), self.founders
        for step in steps:
            signers, listed = step.rosters(listed)
            walk.take(step, signers, listed)
        if walk.height < self._start:
            header = self.file.header
            walk.check(header, self.file.certificate, self.file.signers.apply(listed))
        raise Refused("PRF-22", height=self._start)

    def _check_certificate(self) -> str:
        header = self.file.header
        if header.height == self._start:
            return self._check_start(header)
        signers = self.file.signers.apply(self.listed)
        self.minute, count = self.walk.check(header, self.file.certificate, signers)
        return f"minute {header.height} was made final by {count} of {len(signers)} witnesses"

    def _check_start(self, header: MinuteHeader) -> str:
        """Check that the certified minute is the one that is trusted."""
        minute, since = header.id(), self.file.checkpoint
        bare = not (self.file.certificate or self.file.signers.added or self.file.signers.removed)
        if self.charter is not None and header.height == 0:
            founded = found_book(self.charter.with_rules(self._rules()))
            founding = Minute.from_bytes(founded["minutes"][height_key(0)] or b"")
            if header != founding.header or not bare:
                raise Refused("PRF-5", height=0)
            if self._contradicts(0, minute):
                raise Refused("PRF-22", height=0)
            self.minute = minute
            return "minute 0 is the charter itself"
        if since is not None and (since.minute != minute or not bare):
            raise Refused("PRF-5", height=header.height)
        if self._contradicts(header.height, minute):
            if since is not None:
                raise Refused("PRF-20", made_for=since.height, minute=minute)
            self._check_fork(self.file.steps)
        self.minute = minute
        return f"minute {header.height} is the checkpoint's own"

    def _rules(self) -> Rules:
        """Return the rules of the charter; raises DecodeError MIN-10."""
        try:
            return Rules.model_validate(self.file.rules)
        except ValidationError as error:
            raise DecodeError("MIN-10", fields=[str(e["loc"]) for e in error.errors()]) from None

    def _check_history(self) -> str:
        tip = self.file.header
        for each in self.file.minutes:
            header = each.header
            if header.v != PROTOCOL_VERSION or header.coop != self.coop:
                raise Refused("PRF-5", height=header.height)
            self._check_part(header.height, header.id(), each.path)
        since = self.file.checkpoint
        if since is not None and since.height < tip.height:
            self._check_part(since.height, since.minute, since.path)
        return f"{len(self.file.minutes)} earlier minutes are part of it"

    def _check_part(self, height: int, minute: str, path: Sequence[str]) -> None:
        tip = self.file.header
        merkle.check_history(tip.history_root, height, tip.height, minute, path)
        if self._contradicts(height, minute):
            raise Refused("PRF-22", height=height, minute=minute)

    def _check_records(self) -> str:
        for each in self.file.records:
            self.records.append(self._verified(each))
        for taken in self.file.log:
            self.log.append((self._verified(taken), taken.member))
        count = len(self.records) + len(self.log)
        self.signatures += count
        return f"{count} records, each signed by its device"

    def _verified(self, each: ProofRecord | ProofTaken) -> Verified:
        header = _canonical(each.header)
        body = b"" if each.body is None else _canonical(each.body)
        if len(header) >= 2**16:
            raise DecodeError("CAN-1", size=len(header))
        frame = len(header).to_bytes(2, "big") + header + bytes.fromhex(each.signature) + body
        return verify_record(decode_record(frame), self.coop)

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
            coop=self.coop,
            log=tuple(self.log),
        )
        self.proved, self.summary = check_claim(evidence)
        return self.summary

    def _caveats(self) -> list[Caveat]:
        checkpoint = self.checkpoint
        joined = (
            checkpoint is None
            or self.file.checkpoint is not None
            or self.file.header.height == checkpoint.height
            or any(each.header.height == checkpoint.height for each in self.file.minutes)
        )
        found = caveats(
            height=self.file.header.height,
            coop="" if self.expected or checkpoint else self.coop,
            checkpoint=checkpoint.height if checkpoint else None,
            charter=self.charter is not None,
            joined=joined,
            skips=self.walk.skips,
            bodies=[each.body is not None for each in self.file.records],
            refounds=self.charter.charter.refounds if self.charter else None,
        )
        if self.file.claim.type == "decision":
            found.append(Caveat(name="refused", detail=NOT_TAKEN))
        return found


def _canonical(value: object) -> bytes:
    """Return the canonical bytes of a part of a file whose whole was found canonical."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
