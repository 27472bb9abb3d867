"""A vote of 1,000 members: taken in, counted again and proved, beside its signatures alone."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Final

from rochdale_protocol.core.fields import Body
from rochdale_protocol.core.hashes import ZERO_ID, Tag
from rochdale_protocol.core.keys import SeedSigner
from rochdale_protocol.core.records import (
    Verified,
    author_record,
    decode_record,
    pack_record,
    verify_record,
)
from rochdale_protocol.governance.effects import NoEffect
from rochdale_protocol.governance.records import BallotCast, Choice, ProposalNew
from rochdale_protocol.membership.devices import device_entry
from rochdale_protocol.membership.rules import found_member
from rochdale_protocol.minutes.founding import found_book
from rochdale_protocol.minutes.ledger import Ledger, Now
from rochdale_protocol.minutes.shelf import MemoryShelf, height_key
from rochdale_protocol.proofs.build import prove_decision
from rochdale_protocol.proofs.decisions import recount_of
from rochdale_protocol.proofs.verify import verify_proof
from rochdale_protocol.state.maps import OverlayMap
from rochdale_protocol.state.state import State
from rochdale_protocol.state.tree import update

from .books import Farm, charter_of, farms, make_minute
from .figures import Figure, at_most, best_of, checks_per_s

__all__ = ["measure"]

_HOURS: Final = 3


def measure(*, quick: bool) -> Iterator[Figure]:
    """Yield what a vote of so many costs a node, and whoever checks it afterwards."""
    count = 50 if quick else 1_000
    runs = 2 if quick else 5
    voters = [_voter(number) for number in range(count)]
    ledger = _founded(voters)
    motion = _sign(ledger, farms()[0], _motion(ledger.wall_ms))
    ledger.add_record(motion)
    make_minute(ledger, farms())
    ballots = [_sign(ledger, voter, _ballot(motion.id, voter.number)) for voter in voters]
    for record in ballots:
        ledger.add_record(record)
    while ledger.final.need(f"proposal/{motion.id}")["status"] == "open":
        make_minute(ledger, farms())
    floor = _floor(ballots)
    size = f"{count:,} ballots"
    yield _beside(f"take in and count {size}", best_of(1, _taking(ledger, voters, ballots)), floor)
    again = best_of(runs, lambda: recount_of(ledger, motion.id))
    yield _beside(f"count {size} again", again, floor)
    making = best_of(runs, lambda: prove_decision(ledger, motion.id))
    yield _beside(f"prove {size}", making, floor)
    file = prove_decision(ledger, motion.id).to_bytes()
    verdict = verify_proof(file)
    assert verdict.ok, verdict.summary
    checking = best_of(runs, lambda: verify_proof(file))
    yield _beside(f"verify the proof of {size}", checking, floor, f"{len(file):,} bytes")
    for name, work in (
        ("count again", lambda: recount_of(ledger, motion.id)),
        ("verify", lambda: verify_proof(file)),
    ):
        yield at_most(f"memory to {name} {size}", _peak(work), len(file), "bytes", 20)


def _beside(name: str, seconds: float, floor: float, says: str = "") -> Figure:
    return at_most(name, seconds * 1000, floor * 1000, "ms", 10, says=says)


def _voter(number: int) -> Farm:
    seeds = [sha256(f"{kind} {number}".encode()).digest() for kind in ("device", "recovery")]
    return Farm(number, SeedSigner(seeds[0]), SeedSigner(seeds[1]))


def _founded(voters: list[Farm]) -> Ledger:
    """Return a book of eight farms that attest, and of voters who are members from the start."""
    shelf = MemoryShelf()
    shelf.commit(found_book(charter_of(farms())))
    state = State(shelf.maps["state"])
    for voter in voters:
        found_member(state, voter.recovery.public, voter.name, "organisation")
        entry = device_entry(voter.recovery.public, "laptop", "active", 0)
        state.put(f"device/{voter.device.public}", entry)
    tree = OverlayMap(shelf.maps["tree"])
    update(tree, state.overlay.changes)
    shelf.commit({"state": dict(state.overlay.changes), "tree": dict(tree.changes)})
    return Ledger(shelf, None, Now(0, 1_700_000_000_000))


def _motion(wall: int) -> ProposalNew:
    return ProposalNew(
        title="Buy a lorry",
        text="",
        business="ordinary",
        opens=0,
        closes=wall + _HOURS * 3_600_000,
        effect=NoEffect(),
        election=None,
    )


def _ballot(proposal: str, number: int) -> BallotCast:
    choice: Choice = "against" if number % 3 == 0 else "for"
    return BallotCast(proposal=proposal, principal=None, choice=choice, reason="")


def _sign(ledger: Ledger, farm: Farm, body: Body) -> Verified:
    return author_record(
        farm.device,
        body,
        coop=ledger.coop,
        seq=1,
        prev=ZERO_ID,
        seen=ledger.tip.id,
        at=ledger.wall_ms,
    )


def _floor(ballots: list[Verified]) -> float:
    """Return the seconds that the ballots' signatures take alone."""
    tag = Tag.SIGN_RECORD.value
    signed = [
        (bytes.fromhex(each.header.device), tag + each.header_bytes, each.signature)
        for each in ballots
    ]
    return len(signed) / checks_per_s(signed)


def _taking(ledger: Ledger, voters: list[Farm], ballots: list[Verified]) -> Callable[[], None]:
    """Return what another node does with the same minutes and the frames of the ballots."""
    other = _founded(voters)
    frames = {each.id: pack_record(each) for each in ballots}

    def take() -> None:
        for height in range(1, ledger.height + 1):
            minute = ledger.minute(height)
            certificate = ledger.desk["finals"].get(height_key(height))
            assert minute is not None
            assert certificate is not None
            records = []
            for name, _ in minute.records:
                frame = frames.get(name)
                record = ledger.record(name)
                if frame is not None:
                    record = verify_record(decode_record(frame), ledger.coop)
                assert record is not None
                records.append(record)
            other.adopt_final(minute, certificate, records)
        assert other.tip.id == ledger.tip.id

    return take


def _peak(work: Callable[[], object]) -> int:
    tracemalloc.start()
    work()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak
