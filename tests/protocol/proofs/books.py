"""Books to prove things from, and proofs whose every part can be certified at will."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any, Literal

import orjson

from rochdale_protocol.agreements.records import AgreementDraft, AgreementSign
from rochdale_protocol.agreements.rules import text_hash
from rochdale_protocol.core.canonical import encode
from rochdale_protocol.core.fields import Body
from rochdale_protocol.core.hashes import ZERO_ID
from rochdale_protocol.core.records import Verified, author_record
from rochdale_protocol.membership.records import MemberAddress, MemberResign
from rochdale_protocol.minutes import merkle
from rochdale_protocol.minutes.minute import MinuteHeader, certificate_hash
from rochdale_protocol.minutes.roster import Roster, Witness
from rochdale_protocol.minutes.votes import Certificate, Ground, Vote, VoteKind
from rochdale_protocol.proofs.build import prove_agreement, prove_record
from rochdale_protocol.proofs.checkpoint import Checkpoint, make_checkpoint
from rochdale_protocol.proofs.rosters import Difference
from rochdale_protocol.state.maps import DictMap
from rochdale_protocol.state.tree import prove, root, update
from tests.protocol.coops import Coop, device, recovery, signed_charter

__all__ = [
    "TEXT",
    "ClaimOf",
    "File",
    "address",
    "agree",
    "agreed",
    "agreement_file",
    "certified",
    "certify",
    "renewed",
    "roster_of",
    "signature",
    "signed",
    "small_file",
    "to_bytes",
]

File = dict[str, Any]
"""A proof file as plain JSON, to be spoilt."""

ClaimOf = tuple[Literal["record", "agreement", "membership", "decision"], str]

TEXT = "# Supply\n\nWe sell 300 lambs a week, and share the price by weight.\n"


def to_bytes(file: File) -> bytes:
    """Return canonical bytes, also of what no proof file may hold."""
    return orjson.dumps(file, option=orjson.OPT_SORT_KEYS)


def address(port: int) -> MemberAddress:
    """Return the body of a record that is about nothing here."""
    return MemberAddress(addresses=[f"farm.example:{port}"])


def signature(agreement: str, text: str = TEXT, version: int = 1) -> AgreementSign:
    """Return what a party signs."""
    return AgreementSign(agreement=agreement, version=version, text_hash=text_hash(text))


def agree(coop: Coop, parties: Sequence[int]) -> str:
    """Let farms draft and sign an agreement; returns its id."""
    members = [recovery(number).public for number in parties]
    draft = coop.write(0, AgreementDraft(title="Supply", text=TEXT, parties=members))
    for number in parties:
        coop.author(number, signature(draft.id))
    coop.pump()
    return draft.id


@cache
def agreed() -> tuple[Coop, str]:
    """Three farms found, one drafts what two agree on and leaves, and life goes on."""
    coop = Coop(3)
    agreement = agree(coop, [1, 2])
    coop.write(0, MemberResign(reason="sold the farm"))
    coop.write(1, address(7001))
    return coop, agreement


@cache
def renewed() -> tuple[Coop, str]:
    """Three farms found and agree, four more join, and one by one the founders leave."""
    coop = Coop(3)
    agreement = agree(coop, [1, 2])
    for _ in range(4):
        coop.admit()
    for number in range(3):
        coop.write(number, MemberResign(reason=""))
    coop.write(3, address(7001))
    return coop, agreement


@cache
def small_file(*, since: int = 0) -> tuple[bytes, Checkpoint | None]:
    """Return a proof file with all parts and as few bytes as that takes.

    Args:
        since: the height of the checkpoint from which the file begins, and which is
            returned; 0 for the charter.
    """
    coop = Coop(2)
    record = coop.write(1, address(7001))
    coop.admit()
    for number in range(2):
        coop.write(number, MemberResign(reason=""))
    coop.write(2, address(7002))
    ledger = coop.ledgers[2]
    checkpoint = make_checkpoint(ledger, since) if since else None
    proof = prove_record(ledger, record.id, checkpoint.minute if checkpoint else "")
    return proof.to_bytes(), checkpoint


@cache
def agreement_file() -> bytes:
    """Return the proof file of that agreement."""
    coop, agreement = agreed()
    return prove_agreement(coop.ledgers[1], agreement).to_bytes()


def certified(
    claim: ClaimOf,
    records: Sequence[tuple[Verified, str]],
    values: Mapping[str, object],
    *,
    founders: int = 2,
) -> File:
    """Return a file that all founders certified in one minute, whatever it says.

    Args:
        records: each with the code that it is said to be refused with.
        values: the state that the file shows; None for a key that is absent.
    """
    charter = signed_charter(founders)
    leaves = [(record.id, code) for record, code in records]
    tree = DictMap()
    update(tree, {key: encode(value) for key, value in values.items() if value is not None})
    file: File = {
        "v": 1,
        "claim": {"type": claim[0], "id": claim[1]},
        "charter": charter.core().model_dump(),
        "rules": None,
        "checkpoint": None,
        "steps": [],
        "header": {
            "v": 1,
            "coop": charter.charter.coop(),
            "height": 5,
            "prev": "5" * 64,
            "time": 5_000,
            "proposer": device(0).public,
            "records_root": merkle.records_root(leaves),
            "count": len(leaves),
            "state_root": root(tree),
            "roster_hash": "6" * 64,
            "history_root": ZERO_ID,
            "certificate_hash": certificate_hash(b""),
        },
        "signers": {"added": [], "removed": []},
        "minutes": [],
        "records": [
            {
                "height": 5,
                "index": index,
                "code": code,
                "path": merkle.records_path(leaves, index),
                "header": record.header.model_dump(),
                "signature": record.signature.hex(),
                "body": None if record.body is None else orjson.loads(record.body),
            }
            for index, (record, code) in enumerate(records)
        ],
        "state": [
            {"value": value, "proof": prove(tree, key).model_dump()}
            for key, value in sorted(values.items())
        ],
        "log": [],
    }
    certify(file)
    return file


def certify(
    file: File, witnesses: Mapping[int, int] | None = None, silent: Collection[int] = ()
) -> None:
    """Let witnesses certify the header as it now is.

    Args:
        witnesses: numbers of the members, each with that of the device that attests for
            it; the founders if left out.
        silent: numbers of the devices that don't sign.
    """
    founders = {number: number for number in range(len(file["charter"]["signatures"]))}
    witnesses = witnesses or founders
    header = MinuteHeader.model_validate(file["header"])
    roster = roster_of(witnesses)
    ground = Ground(header.coop, header.height, header.prev, roster)
    votes = [
        Vote.sign(device(number), ground, VoteKind.FINALIZE, 1, header.id(), 0)
        for number in witnesses.values()
        if number not in silent
    ]
    file["certificate"] = Certificate.collect(ground, votes).to_bytes().hex()
    file["signers"] = Difference.between(roster_of(founders), roster).model_dump()


def roster_of(witnesses: Mapping[int, int]) -> Roster:
    """Return the roster of members by their numbers, with the numbers of their devices."""
    pairs = [(recovery(one).public, device(by).public) for one, by in witnesses.items()]
    return Roster(tuple(Witness(*pair) for pair in sorted(pairs)))


def signed(number: int, body: Body, *, seq: int = 1) -> Verified:
    """Return a record by a founder of the co-op of two."""
    return author_record(
        device(number),
        body,
        coop=signed_charter(2).charter.coop(),
        seq=seq,
        prev="7" * 64,
        seen="8" * 64,
        at=4_000 + number,
    )
