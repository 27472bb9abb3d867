"""Making proof files from a book (PRF-14 to PRF-16 of ``specs/05-proofs.md``).

The newest final minute is the certified one; everything is proved against it.
"""

from __future__ import annotations

import orjson

from ..core.canonical import JsonObject, check_restricted, decode
from ..core.errors import DecodeError, LocalError
from ..core.limits import BODY_SIZE_MAX, PROOF_SIZE_MAX
from ..core.records import Verified
from ..minutes import merkle
from ..minutes.ledger import Ledger
from ..minutes.minute import Minute
from ..minutes.roster import Roster
from ..minutes.shelf import height_key
from ..state.tree import prove
from .file import (
    PROOF_VERSION,
    Claim,
    Proof,
    ProofMinute,
    ProofRecord,
    RosterChange,
    StateItem,
)

__all__ = ["prove_agreement", "prove_member", "prove_record"]


def prove_record(ledger: Ledger, record: str) -> Proof:
    """Return the proof of a minuted record, accepted or refused.

    Raises:
        LocalError: PRF-14 no such record, PRF-15 no minute holds it yet, PRF-16 too large.
    """
    draft = _Draft(ledger)
    draft.add_record(record)
    return draft.finish(Claim(type="record", id=record))


def prove_agreement(ledger: Ledger, agreement: str) -> Proof:
    """Return the proof that every party signed one version and that it is in force.

    Raises:
        LocalError: PRF-14 no such agreement, PRF-10 it is not in force yet, PRF-16.
    """
    entry = ledger.final.get(f"agreement/{agreement}")
    if entry is None:
        known = ledger.ahead.get(f"agreement/{agreement}") is not None
        raise LocalError("PRF-15" if known else "PRF-14", agreement=agreement)
    if entry["status"] != "in-force":
        raise LocalError("PRF-10", agreement=agreement, status=entry["status"])
    version = f"version/{agreement}/{entry['force_version']:06d}"
    draft = _Draft(ledger)
    draft.keys |= {f"agreement/{agreement}", version}
    draft.add_record(ledger.final.need(version)["record"])
    for party in entry["parties"]:
        draft.add_record(ledger.final.need(f"signature/{agreement}/{party}")["record"])
        draft.keys.add(f"member/{party}")
    return draft.finish(Claim(type="agreement", id=agreement))


def prove_member(ledger: Ledger, member: str) -> Proof:
    """Return the proof that someone is a member now, with its active devices.

    Raises:
        LocalError: PRF-14 no such member, PRF-13 it is one no longer, PRF-16 too large.
    """
    entry = ledger.final.get(f"member/{member}")
    if entry is None:
        raise LocalError("PRF-14", member=member)
    if entry["status"] != "active":
        raise LocalError("PRF-13", member=member, status=entry["status"])
    draft = _Draft(ledger)
    draft.keys.add(f"member/{member}")
    draft.keys |= {
        f"device/{device}"
        for device, value in ledger.final.scan("device/")
        if value["member"] == member and value["status"] == "active"
    }
    return draft.finish(Claim(type="membership", id=member))


class _Draft:
    """What a proof is to hold, while it is put together."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.records: dict[tuple[int, int], ProofRecord] = {}
        self.minutes: dict[int, Minute] = {}
        self.keys: set[str] = set()

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
        proof = Proof(
            v=PROOF_VERSION,
            claim=claim,
            charter=ledger.charter.model_dump(),
            rosters=self._rosters(),
            header=tip,
            certificate=self._certificate(tip.height),
            minutes=[
                ProofMinute(
                    header=minute.header,
                    path=merkle.history_path(ledger.desk["history"], height, tip.height),
                )
                for height, minute in sorted(self.minutes.items())
                if height < tip.height
            ],
            records=[record for _, record in sorted(self.records.items())],
            state=[self._item(key) for key in sorted(self.keys)],
        )
        size = len(proof.to_bytes())
        if size > PROOF_SIZE_MAX:
            raise LocalError("PRF-16", size=size, size_max=PROOF_SIZE_MAX)
        return proof

    def _certificate(self, height: int) -> str:
        return (self.ledger.desk["finals"].get(height_key(height)) or b"").hex()

    def _rosters(self) -> list[RosterChange]:
        changes = []
        for key, data in self.ledger.desk["meta"].scan("roster/"):
            height = int(key.removeprefix("roster/")) - 1
            # The founders are in the charter, and what the newest minute changed comes after it.
            if not 0 < height < self.ledger.height:
                continue
            minute = self.ledger.minute(height)
            assert minute is not None
            pairs = [[each.member, each.device] for each in Roster.from_bytes(data).witnesses]
            changes.append(
                RosterChange(
                    header=minute.header,
                    certificate=self._certificate(height),
                    witnesses=pairs,
                )
            )
        return changes

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
