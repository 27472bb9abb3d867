"""Books to measure with: eight farms' years of deliveries, minuted by a real ledger.

The ledger judges every record and minute by the rules, as any node does; the farms' keys
are all here, so that their records and votes can be signed without eight processes.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

import rochdale_protocol
from rochdale_node.book import index_rows
from rochdale_node.home import Home, Identity
from rochdale_node.shelf import SqliteShelf
from rochdale_node.vault import Keys, Strength, seal_keys
from rochdale_protocol.contributions.records import ContributionConfirm, ContributionLog
from rochdale_protocol.core.fields import Body
from rochdale_protocol.core.hashes import ZERO_ID
from rochdale_protocol.core.keys import SeedSigner
from rochdale_protocol.core.records import Verified, author_record
from rochdale_protocol.core.ruleset import standard_rules
from rochdale_protocol.governance.effects import NoEffect
from rochdale_protocol.governance.records import BallotCast, ProposalNew
from rochdale_protocol.minutes.founding import found_book
from rochdale_protocol.minutes.ledger import Ledger, Now
from rochdale_protocol.minutes.minute import Charter, Founder, Minute, SignedCharter
from rochdale_protocol.minutes.page import Page
from rochdale_protocol.minutes.votes import Vote, VoteKind

__all__ = [
    "PASSPHRASE",
    "Farm",
    "Season",
    "charter_of",
    "farms",
    "make_home",
    "make_minute",
    "season",
]

PASSPHRASE: Final = "hefted ewes"
FARMS: Final = 8
"""The first serves the book, the last has never opened its laptop: it is the newcomer."""

_HOUR_MS: Final = 3_600_000
_START_MS: Final = 1_700_000_000_000
_GOODS: Final = ("mule lambs", "Swaledale gimmers", "hay", "haulage", "shearing")


@dataclass(frozen=True, slots=True)
class Farm:
    """A member and its keys, made from its number."""

    number: int
    device: SeedSigner
    recovery: SeedSigner

    @property
    def name(self) -> str:
        return f"Farm {self.number}"


def farms(count: int = FARMS) -> list[Farm]:
    """Return that many farms, always the same."""
    return [
        Farm(number, SeedSigner(bytes([number + 1]) * 32), SeedSigner(bytes([number + 101]) * 32))
        for number in range(count)
    ]


def charter_of(members: list[Farm], ports: list[int] | None = None) -> SignedCharter:
    """Return the charter that these farms founded a co-op with."""
    charter = Charter(
        v=1,
        name="Moor Lambs",
        purpose="to sell our lambs together",
        rules=standard_rules(voting_ms_min=0, expulsion_days=0),
        founders=[
            Founder(
                name=farm.name,
                entity="organisation",
                member=farm.recovery.public,
                device=farm.device.public,
                label="laptop",
                addresses=[f"127.0.0.1:{ports[farm.number]}"] if ports else [],
            )
            for farm in members
        ],
        at=_START_MS,
    )
    return SignedCharter(
        charter=charter, signatures=[charter.sign(farm.device) for farm in members]
    )


def make_home(folder: Path, farm: Farm) -> Home:
    """Make the home of a farm, without any book."""
    Home.prepare(folder)
    keys = Keys(farm.device.seed, farm.recovery.seed)
    seal_keys(folder / "keys.sealed", keys, PASSPHRASE, Strength.WEAK)
    return Home.create(
        folder,
        Identity(
            member=farm.recovery.public,
            device=farm.device.public,
            name=farm.name,
            label="laptop",
            entity="organisation",
        ),
    )


@dataclass(frozen=True, slots=True)
class Season:
    """A finished book, kept from run to run.

    Attributes:
        path: its SQLite file.
        records: how many are minuted.
        minutes: how many hold them.
    """

    path: Path
    charter: SignedCharter
    records: int
    minutes: int


def season(records: int, per_minute: int) -> Season:
    """Return a book of that many records, made now unless an earlier run has made it."""
    charter = charter_of(farms())
    name = f"{records}-{per_minute}-{_sources()}.sqlite"
    path = Path(tempfile.gettempdir()) / f"rochdale-benchmarks-{os.getuid()}" / name
    minutes = -(-records // per_minute)
    if not path.exists():
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.with_suffix(".part").unlink(missing_ok=True)
        _write(path.with_suffix(".part"), charter, records, per_minute)
        path.with_suffix(".part").rename(path)
    return Season(path, charter, records, minutes)


def _sources() -> str:
    """Return a name for this version of what makes books."""
    folder = Path(rochdale_protocol.__file__).parent
    files = [Path(__file__), *sorted(folder.rglob("*.py"))]
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def _write(path: Path, charter: SignedCharter, records: int, per_minute: int) -> None:
    with SqliteShelf(path, create=True) as shelf:
        shelf.commit(found_book(charter))
        ledger = Ledger(shelf, None, Now(0, _START_MS))
        writers = _Writers(ledger, farms())
        left = records
        while left:
            take = min(left, per_minute)
            left -= take
            for record in writers.write(take):
                ledger.add_record(record)
            make_minute(ledger, farms())
            changes = ledger.desk.take()
            shelf.commit(changes, index_rows(shelf, changes))
        while shelf.index_words():
            pass


def make_minute(ledger: Ledger, members: list[Farm]) -> None:
    """Let the farms but the newcomer make all that waits final."""
    now = Now(0, ledger.wall_ms + _HOUR_MS)
    ledger.advance(now)
    before = ledger.roster_at(max(1, ledger.height))
    page = Page(ledger.desk, ledger.coop, ledger.tip, ledger.roster, before)
    leader = next(farm for farm in members if farm.device.public == ledger.machine.leader(1))
    minute = page.draw_up(ledger.pool, leader.device.public, now.wall)
    assert minute is not None
    ledger.add_minute(minute)
    ledger.add_vote(_vote(ledger, leader, VoteKind.PROPOSE, minute))
    for kind in (VoteKind.NOTARIZE, VoteKind.FINALIZE):
        for farm in members[:-1]:
            ledger.add_vote(_vote(ledger, farm, kind, minute))
    ledger.advance(now)
    ledger.take_news()
    assert ledger.tip.id == minute.id


def _vote(ledger: Ledger, farm: Farm, kind: VoteKind, minute: Minute) -> Vote:
    return Vote.sign(farm.device, ledger.machine.ground, kind, 1, minute.id, 0)


class _Writers:
    """Six farms log what they deliver, confirm what they got, and vote now and then."""

    def __init__(self, ledger: Ledger, members: list[Farm]) -> None:
        self._ledger = ledger
        self._farms = members[1:-1]
        self._chains = {farm.number: (0, ZERO_ID) for farm in self._farms}
        self._count = 0
        self._logged: list[tuple[Farm, str, str]] = []
        self._proposal = ""

    def write(self, count: int) -> Iterator[Verified]:
        """Yield that many records for one minute, each acceptable.

        A proposal, ballots on the last one, what was delivered in the minute before
        confirmed, and as much delivered anew.
        """
        end = self._count + count
        farm = self._farms[0]
        proposal, self._proposal = self._proposal, ""
        closes = self._ledger.wall_ms + 3 * _HOUR_MS
        yield (new := self._sign(farm, _proposal(self._count, closes)))
        if proposal:
            ballot = BallotCast(principal=None, proposal=proposal, choice="for", reason="")
            yield from (self._sign(farm, ballot) for farm in self._farms)
        self._proposal = new.id
        waiting, self._logged = self._logged, []
        for receiver, delivery, quantity in waiting[: (end - self._count) // 2]:
            confirm = ContributionConfirm(contribution=delivery, quantity=quantity)
            yield self._sign(receiver, confirm)
        while self._count < end:
            yield self._deliver()

    def _deliver(self) -> Verified:
        number = self._count
        farm = self._farms[number % 6]
        receiver = self._farms[(number % 6 + 1 + number % 5) % 6]
        body = ContributionLog(
            action="transfer",
            receiver=receiver.recovery.public,
            resource=_GOODS[number % len(_GOODS)],
            quantity=str(number % 90 + 1),
            unit="head",
            happened=self._ledger.wall_ms,
            agreement=None,
            note="collected from the yard at Hutton in good order",
        )
        record = self._sign(farm, body)
        self._logged.append((receiver, record.id, body.quantity))
        return record

    def _sign(self, farm: Farm, body: Body) -> Verified:
        seq, prev = self._chains[farm.number]
        record = author_record(
            farm.device,
            body,
            coop=self._ledger.coop,
            seq=seq + 1,
            prev=prev,
            seen=self._ledger.tip.id,
            at=self._ledger.wall_ms + self._count,
        )
        self._chains[farm.number] = (seq + 1, record.id)
        self._count += 1
        return record


def _proposal(number: int, closes: int) -> ProposalNew:
    return ProposalNew(
        opens=0,
        election=None,
        title=f"Share the haulage of week {number}",
        text="The cost of haulage is shared by head of sheep carried.",
        business="ordinary",
        closes=closes,
        effect=NoEffect(),
    )
