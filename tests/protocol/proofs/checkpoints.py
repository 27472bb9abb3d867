"""Files verified from checkpoints, right and false ones, each with the step and code found."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import orjson

from rochdale_protocol.proofs.build import prove_agreement
from rochdale_protocol.proofs.checkpoint import Checkpoint, make_checkpoint
from tests.protocol.coops import Coop
from tests.protocol.proofs.books import File, agreement_file, renewed, roster_of, to_bytes
from tests.protocol.proofs.spoilt import Patch

__all__ = ["Begun", "at", "begun", "broken", "false", "files", "strangers"]

ID = "1" * 64


class Begun(NamedTuple):
    """A file of ``files`` after a patch, verified from a checkpoint, or from none.

    ``step`` finds what is wrong and gives ``code``; both are "" where nothing is.
    """

    name: str
    of: str
    checkpoint: Checkpoint | None
    step: str
    code: str
    patch: Patch


@cache
def at(height: int) -> Checkpoint:
    """Return the checkpoint of a minute of the book whose founders left."""
    return make_checkpoint(renewed()[0].ledgers[6], height)


def false(height: int) -> Checkpoint:
    """Return a checkpoint with another minute of that height."""
    right = at(height)
    header = right.header.model_copy(update={"time": 9})
    return Checkpoint(v=1, header=header, witnesses=right.witnesses)


def strangers(height: int) -> Checkpoint:
    """Return a checkpoint with other witnesses after that minute."""
    roster = roster_of({7: 7, 8: 8, 9: 9})
    header = at(height).header.model_copy(update={"roster_hash": roster.hash})
    pairs = [[each.member, each.device] for each in roster.witnesses]
    return Checkpoint(v=1, header=header, witnesses=pairs)


@cache
def files() -> dict[str, File]:
    """Return proofs from one book: from its charter and from checkpoints; and an older one."""
    coop, agreement = renewed()
    ledger = coop.ledgers[6]
    proofs = {
        "charter": prove_agreement(ledger, agreement),
        **{
            f"M{height}": prove_agreement(ledger, agreement, at(height).minute)
            for height in (5, 20, ledger.height)
        },
    }
    found = {name: proof.model_dump() for name, proof in proofs.items()}
    return {**found, "older": orjson.loads(agreement_file())}


def begun() -> list[Begun]:
    """Return every case."""
    coop, _ = renewed()
    tip = coop.ledgers[6].height
    changed = coop.ledgers[6].rosters[-2][0] - 1
    assert [step["header"]["height"] for step in files()["charter"]["steps"]] == [changed]
    elsewhere = make_checkpoint(Coop(2).ledgers[0], 0)
    own = f"M{tip}"

    def replaced(path: str, value: object) -> Patch:
        return [{"op": "replace", "path": path, "value": value}]

    def case(
        name: str, of: str, checkpoint: Checkpoint | None, found: str, patch: Patch | None = None
    ) -> Begun:
        step, _, code = found.partition(" ")
        return Begun(name, of, checkpoint, step, code, patch or [])

    damaged = replaced("/steps/0/certificate", files()["M5"]["certificate"])
    return [
        case("file-from-the-charter", "charter", at(5), ""),
        case("file-from-the-charter-from-its-step", "charter", at(changed), ""),
        case("file-from-the-charter-past-its-step", "charter", at(changed + 1), ""),
        case("file-from-the-charter-as-new", "charter", at(tip), ""),
        case("founding-checkpoint", "charter", at(0), ""),
        case("made-for-it", "M5", at(5), ""),
        case("made-for-it-without-steps", "M20", at(20), ""),
        case("made-for-the-newest", own, at(tip), ""),
        case("not-given", "M5", None, "trust PRF-20"),
        case("made-for-another", "M5", at(20), "trust PRF-20"),
        case("made-for-the-newest-and-given-another", own, false(tip), "certificate PRF-20"),
        case("of-another-coop", "charter", elsewhere, "trust PRF-3"),
        case("of-another-coop-without-charter", "M5", elsewhere, "trust PRF-3"),
        case("file-is-older", "older", at(5), "trust PRF-21"),
        case("strangers-vouch-for-none", "charter", strangers(5), "rosters PRF-18"),
        case("strangers-are-no-base", "M5", strangers(5), "rosters PRF-17"),
        case("fork-at-a-step", "charter", false(changed), "rosters PRF-22"),
        case("fork-at-the-certified", "charter", false(tip), "certificate PRF-22"),
        case("fork-of-two-real-books", "older", at(4), "certificate PRF-22"),
        case("fork-in-the-minutes", "charter", false(2), "history PRF-22"),
        case("fork-in-the-history", "M20", false(20), "history PRF-22"),
        case("fork-not-certified", "charter", false(changed), "rosters CRT-5", damaged),
        case("history-of-another", "M20", at(20), "history MRK-10",
             replaced("/checkpoint/minute", ID)),
        case("history-path-none", "M20", at(20), "history MRK-9", replaced("/checkpoint/path", [])),
        case("newest-of-another", own, at(tip), "certificate PRF-5",
             replaced("/checkpoint/minute", ID)),
        case("newest-with-a-path", own, at(tip), "file PRF-1", replaced("/checkpoint/path", [ID])),
        case("newest-with-a-certificate", own, at(tip), "certificate PRF-5",
             replaced("/certificate", "00")),
        case("newest-with-signers", own, at(tip), "certificate PRF-5",
             replaced("/signers/removed", [ID])),
        case("begins-too-late", "M20", at(20), "file PRF-1",
             replaced("/checkpoint/height", tip + 1)),
        case("step-too-early", "M5", at(5), "file PRF-1", replaced("/steps/0/header/height", 5)),
    ]  # fmt: skip


def broken() -> list[tuple[str, str, bytes]]:
    """Return what is no checkpoint: a name, the code, and the bytes."""
    right = at(5).model_dump()
    pairs = right["witnesses"]

    def case(name: str, code: str, **changed: object) -> tuple[str, str, bytes]:
        return (name, code, to_bytes({**right, **changed}))

    return [
        case("version-2", "PRF-2", v=2),
        case("field-too-many", "PRF-19", note="x"),
        case("no-witnesses", "PRF-19", witnesses=[]),
        case("witnesses-of-another-minute", "PRF-19", witnesses=at(20).model_dump()["witnesses"]),
        case("witnesses-unordered", "PRF-19", witnesses=pairs[::-1]),
        case("witness-of-three", "PRF-19", witnesses=[[ID, ID, ID]]),
        case("header-of-another-version", "PRF-19", header={**right["header"], "v": 2}),
        case("header-of-other-witnesses", "PRF-19", header={**right["header"], "roster_hash": ID}),
        ("list", "PRF-19", b"[]"),
        ("cut-short", "CAN-2", to_bytes(right)[:-1]),
        ("line-end", "CAN-7", to_bytes(right) + b"\n"),
        ("too-large", "CAN-1", b" " * 262_145),
    ]
