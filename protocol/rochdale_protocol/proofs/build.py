"""Making proof files from a book (PRF-14 to PRF-16 of ``specs/05-proofs.md``).

The newest final minute is the certified one; everything is proved against it. A file
begins from the charter, or from a checkpoint, named by its minute's id (PRF-23).
"""

from __future__ import annotations

import orjson

from ..core.canonical import JsonObject, check_restricted, decode
from ..core.errors import DecodeError, LocalError
from ..core.limits import BODY_SIZE_MAX, PROOF_SIZE_MAX
from ..core.records import Verified
from ..governance.entry import LIVE
from ..minutes import merkle
from ..minutes.ledger import Ledger
from ..minutes.minute import Minute
from ..minutes.roster import Witness
from ..minutes.shelf import height_key
from ..minutes.votes import Certificate
from ..state.tree import prove
from .decisions import hold
from .file import (
    PROOF_VERSION,
    Claim,
    Proof,
    ProofMinute,
    ProofRecord,
    ProofSince,
    ProofTaken,
    StateItem,
)
from .rosters import Difference, RosterStep, signed_by, vouched

__all__ = ["prove_agreement", "prove_decision", "prove_member", "prove_record"]


def prove_record(ledger: Ledger, record: str, since: str = "") -> Proof:
    """Return the proof of a minuted record, accepted or refused.

    Raises:
        LocalError: PRF-14 no such record, PRF-15 no minute holds it yet, PRF-16 too large, PRF-23.
    """
    draft = _Draft(ledger, since)
    draft.add_record(record)
    return draft.finish(Claim(type="record", id=record))


def prove_agreement(ledger: Ledger, agreement: str, since: str = "") -> Proof:
    """Return the proof that every party signed one version and that it is in force.

    Raises:
        LocalError: PRF-14 no such agreement, PRF-10 it is not in force yet, PRF-16, PRF-23.
    """
    entry = ledger.final.get(f"agreement/{agreement}")
    if entry is None:
        known = ledger.ahead.get(f"agreement/{agreement}") is not None
        raise LocalError("PRF-15" if known else "PRF-14", agreement=agreement)
    if entry["status"] != "in-force":
        raise LocalError("PRF-10", agreement=agreement, status=entry["status"])
    version = f"version/{agreement}/{entry['force_version']:06d}"
    draft = _Draft(ledger, since)
    draft.keys |= {f"agreement/{agreement}", version}
    draft.add_record(ledger.final.need(version)["record"])
    for party in entry["parties"]:
        draft.add_record(ledger.final.need(f"signature/{agreement}/{party}")["record"])
        draft.keys.add(f"member/{party}")
    return draft.finish(Claim(type="agreement", id=agreement))


def prove_member(ledger: Ledger, member: str, since: str = "") -> Proof:
    """Return the proof that someone is a member now, with its active devices.

    Raises:
        LocalError: PRF-14 no such member, PRF-13 it is one no longer, PRF-16 too large, PRF-23.
    """
    entry = ledger.final.get(f"member/{member}")
    if entry is None:
        raise LocalError("PRF-14", member=member)
    if entry["status"] != "active":
        raise LocalError("PRF-13", member=member, status=entry["status"])
    draft = _Draft(ledger, since)
    draft.keys.add(f"member/{member}")
    draft.keys |= {
        f"device/{device}"
        for device, value in ledger.final.scan("device/")
        if value["member"] == member and value["status"] == "active"
    }
    return draft.finish(Claim(type="membership", id=member))


def prove_decision(ledger: Ledger, proposal: str, since: str = "") -> Proof:
    """Return the proof of how a vote ended, with every record that it took in.

    Raises:
        LocalError: PRF-14 no such proposal, PRF-24 it hasn't ended, PRF-16, PRF-23.
        Refused: TAL-n, this book can't count it again.
    """
    held = hold(ledger, proposal)
    if held.value["status"] in LIVE:
        raise LocalError("PRF-24", proposal=proposal, status=held.value["status"])
    draft = _Draft(ledger, since)
    draft.keys.add(f"proposal/{proposal}")
    draft.keys |= {f"member/{member}" for member in held.members}
    for meeting in held.meetings:
        draft.add_record(meeting.id)
    if held.value["text"] not in {record.id for record, _ in held.log}:
        draft.add_record(held.value["text"])
    draft.log = [
        ProofTaken(
            member=member,
            header=record.header.model_dump(),
            signature=record.signature.hex(),
            body=orjson.loads(record.body or b""),
        )
        for record, member in held.log
    ]
    return draft.finish(Claim(type="decision", id=proposal))


class _Draft:
    """What a proof is to hold, while it is put together."""

    def __init__(self, ledger: Ledger, since: str) -> None:
        self.ledger = ledger
        self.since = since
        self.base = 0
        if since:
            height = ledger.desk["heights"].get(since)
            if height is None or int(height) > ledger.height:
                raise LocalError("PRF-23", minute=since)
            self.base = int(height)
        self.records: dict[tuple[int, int], ProofRecord] = {}
        self.minutes: dict[int, Minute] = {}
        self.keys: set[str] = set()
        self.log: list[ProofTaken] = []

    def add_record(self, name: str) -> None:
        """Add a record with what shows whose it is."""
        ledger = self.ledger
        record = ledger.record(name)
        if record is None:
            raise LocalError("PRF-14", record=name)
        place = ledger.desk["places"].get(name)
        if place is None:
            raise LocalError("PRF-15", record=name)
        height, index, code = place.decode().split(" ")
        minute = ledger.minute(int(height))
        assert minute is not None
        self.minutes[int(height)] = minute
        self.records[int(height), int(index)] = ProofRecord(
            height=int(height),
            index=int(index),
            code=code,
            path=merkle.records_path(minute.records, int(index)),
            header=record.header.model_dump(),
            signature=record.signature.hex(),
            body=_body(record),
        )
        device = f"device/{record.header.device}"
        self.keys |= {device, f"member/{ledger.final.need(device)['member']}"}

    def finish(self, claim: Claim) -> Proof:
        """Return the proof, certified by the newest final minute."""
        ledger = self.ledger
        tip = ledger.tip.header
        steps, signers = self._chain()
        proof = Proof(
            v=PROOF_VERSION,
            claim=claim,
            charter=None if self.since else ledger.charter.core().model_dump(),
            rules=None if self.since or tip.height else ledger.charter.charter.rules.model_dump(),
            checkpoint=self._checkpoint(),
            steps=steps,
            header=tip,
            certificate=self._certificate(tip.height).hex() if tip.height > self.base else "",
            signers=signers,
            minutes=[
                ProofMinute(header=minute.header, path=self._path(height))
                for height, minute in sorted(self.minutes.items())
                if height < tip.height
            ],
            records=[record for _, record in sorted(self.records.items())],
            state=[self._item(key) for key in sorted(self.keys)],
            log=self.log,
        )
        size = len(proof.to_bytes())
        if size > PROOF_SIZE_MAX:
            raise LocalError("PRF-16", size=size, size_max=PROOF_SIZE_MAX)
        return proof

    def _certificate(self, height: int) -> bytes:
        return self.ledger.desk["finals"].get(height_key(height)) or b""

    def _path(self, height: int) -> list[str]:
        """Return the way from a minute to the certified ``history_root``."""
        tip = self.ledger.height
        return merkle.history_path(self.ledger.desk["history"], height, tip) if height < tip else []

    def _checkpoint(self) -> ProofSince | None:
        if not self.since:
            return None
        return ProofSince(height=self.base, minute=self.since, path=self._path(self.base))

    def _chain(self) -> tuple[list[RosterStep], Difference]:
        """Return the steps to the certified minute, and by whom it was certified.

        Each goes as far as the witnesses trusted by then vouch for, and at least to the next
        change of witnesses, which a quorum of them has certified.
        """
        ledger, tip = self.ledger, self.ledger.height
        trusted = ledger.roster_at(self.base + 1)
        changes = [start - 1 for start, _ in ledger.rosters]
        ahead = [*(height for height in changes if self.base < height < tip), tip]
        signed = {height: self._signed(height) for height in ahead if height > self.base}
        steps: list[RosterStep] = []
        while tip > self.base:
            place = len(ahead) - 1
            while place and not vouched(trusted, signed[ahead[place]]):
                place -= 1
            height = ahead[place]
            signers = ledger.roster_at(height)
            if height == tip:
                return steps, Difference.between(trusted, signers)
            minute = ledger.minute(height)
            assert minute is not None
            following = ledger.roster_at(height + 1)
            steps.append(
                RosterStep(
                    header=minute.header,
                    certificate=self._certificate(height).hex(),
                    signers=Difference.between(trusted, signers),
                    next=Difference.between(signers, following),
                )
            )
            trusted, ahead = following, ahead[place + 1 :]
        return steps, Difference.between(trusted, trusted)

    def _signed(self, height: int) -> frozenset[Witness]:
        certificate = Certificate.from_bytes(self._certificate(height))
        return signed_by(certificate, self.ledger.roster_at(height))

    def _item(self, key: str) -> StateItem:
        value = self.ledger.desk["state"].get(key)
        return StateItem(
            value=None if value is None else orjson.loads(value),
            proof=prove(self.ledger.desk["tree"], key),
        )


def _body(record: Verified) -> JsonObject | None:
    """Return the body as the file can hold it, None where it can't."""
    if record.body is None:
        return None
    try:
        value = decode(record.body, BODY_SIZE_MAX)
        check_restricted([[[value]]])  # as deep as it will stand in the file
    except DecodeError:
        return None
    return value if isinstance(value, dict) else None
