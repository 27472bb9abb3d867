"""Whole co-ops in one process, on the real ledgers, with keys and a clock that tests set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rochdale_protocol.core.errors import Refused
from rochdale_protocol.core.fields import Body
from rochdale_protocol.core.hashes import Tag
from rochdale_protocol.core.keys import SeedSigner
from rochdale_protocol.core.records import Verified
from rochdale_protocol.core.ruleset import Rules, standard_rules
from rochdale_protocol.governance.effects import Admit
from rochdale_protocol.governance.records import BallotCast, ProposalNew
from rochdale_protocol.membership.records import MemberApply, MemberInvite, WitnessReady
from rochdale_protocol.membership.rules import recovery_claim
from rochdale_protocol.minutes.founding import found_book
from rochdale_protocol.minutes.ledger import Announce, Finalised, Ledger, Now
from rochdale_protocol.minutes.minute import Charter, Founder, Minute, SignedCharter
from rochdale_protocol.minutes.shelf import MemoryShelf, height_key
from rochdale_protocol.minutes.votes import Vote

__all__ = ["Coop", "Node", "device", "recovery", "signed_charter", "some_charter"]

FOUNDED_MS = 1_000
VOTE_MS = 1_000


def device(number: int) -> SeedSigner:
    """Return the key of a farm's first device; farms count from 0."""
    return SeedSigner(bytes([number + 1]) * 32)


def recovery(number: int) -> SeedSigner:
    """Return a farm's recovery key, whose public half is the member's id."""
    return SeedSigner(bytes([number + 101]) * 32)


def some_charter(count: int, rules: Rules | None = None) -> Charter:
    """Return the charter of that many farms."""
    return Charter(
        v=1,
        name="Seven Farms",
        purpose="to sell our lambs together",
        rules=rules or standard_rules(voting_ms_min=0, expulsion_days=0),
        founders=[
            Founder(
                name=f"Farm {number}",
                entity="organisation",
                member=recovery(number).public,
                device=device(number).public,
                label="laptop",
                addresses=[],
            )
            for number in range(count)
        ],
        at=FOUNDED_MS,
    )


def signed_charter(count: int, rules: Rules | None = None) -> SignedCharter:
    """Return the charter of that many farms, signed by each."""
    charter = some_charter(count, rules)
    return SignedCharter(
        charter=charter, signatures=[charter.sign(device(number)) for number in range(count)]
    )


@dataclass(slots=True)
class Node:
    """One farm's ledger on its shelf."""

    ledger: Ledger
    shelf: MemoryShelf
    linked: bool = True
    """False while it is cut off from the others."""


Reaches = Callable[[int, int], bool]


class Coop:
    """Farms 0 to n - 1 found a co-op; every pump brings all news to all linked farms.

    Attributes:
        wall: the clock of all, in milliseconds; set it and ``pump`` to let time pass.
        finals: what became final on farm 0, in order.
    """

    def __init__(
        self, count: int, rules: Rules | None = None, *, signed: SignedCharter | None = None
    ) -> None:
        self.signed = signed or signed_charter(count, rules)
        self.id = self.signed.charter.coop()
        self.wall = 2 * FOUNDED_MS
        self.nodes: list[Node] = []
        self.finals: list[Finalised] = []
        self.off: dict[int, int] = {}
        for number in range(count):
            self.open(number)

    @property
    def now(self) -> Now:
        return Now(self.wall, self.wall)

    @property
    def ledgers(self) -> list[Ledger]:
        return [node.ledger for node in self.nodes]

    def open(self, number: int) -> Node:
        """Open the book of the next farm, with the charter alone in it."""
        assert number == len(self.nodes)
        shelf = MemoryShelf()
        shelf.commit(found_book(self.signed))
        ledger = Ledger(shelf, device(number), self.now)
        ledger.linked = True
        self.nodes.append(Node(ledger, shelf))
        return self.nodes[number]

    def author(self, number: int, body: Body) -> Verified:
        """Let a farm sign a record, which becomes final at the next pump."""
        return self.nodes[number].ledger.author(body)

    def write(self, number: int, body: Body) -> Verified:
        """Let a farm sign a record and make it final."""
        record = self.author(number, body)
        self.pump()
        return record

    def pump(self) -> None:
        """Let all farms do and say what they can until nobody has anything to add."""
        while True:
            said = [
                (number, what)
                for number, node in enumerate(self.nodes)
                if node.linked
                for what in self._step(number)
            ]
            if not said:
                return
            for speaker, what in said:
                for number, node in enumerate(self.nodes):
                    if number != speaker and node.linked:
                        _hear(node.ledger, what)

    def pump_with(self, off: dict[int, int]) -> None:
        """Pump while the wall clocks of some farms are off by so many milliseconds."""
        self.off = off
        self.pump()
        self.off = {}

    def _step(self, number: int) -> list[Verified | Vote | Minute]:
        node = self.nodes[number]
        node.ledger.advance(Now(self.wall, self.wall + self.off.get(number, 0)))
        news, changes = node.ledger.take_news(), node.ledger.desk.take()
        node.shelf.commit(changes)
        if number == 0:
            self.finals += [each for each in news if isinstance(each, Finalised)]
        return [each.what for each in news if isinstance(each, Announce)]

    def catch_up(self, number: int, source: int = 0) -> None:
        """Bring a farm the final minutes that it lacks, as a sync session would."""
        node = self.nodes[number]
        other = self.nodes[source].ledger
        while node.ledger.height < other.height:
            height = node.ledger.height + 1
            minute = other.minute(height)
            certificate = other.desk["finals"].get(height_key(height))
            assert minute is not None
            assert certificate is not None
            records = [other.record(record) for record, _ in minute.records]
            node.ledger.adopt_final(minute, certificate, [each for each in records if each])
        changes = node.ledger.desk.take()
        node.shelf.commit(changes)

    def pass_time(self, ms: int) -> None:
        """Let that many milliseconds pass for everyone."""
        self.wall += ms
        self.pump()

    def decide(self, proposal: ProposalNew) -> Verified:
        """Put a proposal, let every open farm vote for it, and close the vote."""
        record = self.write(0, proposal)
        for number, node in enumerate(self.nodes):
            if node.ledger.is_member(device(number).public):
                self.author(
                    number, BallotCast(principal=None, proposal=record.id, choice="for", reason="")
                )
        self.pump()
        self.pass_time(proposal.closes - self.wall)
        return record

    def admit(self) -> int:
        """Invite, admit and make a witness of one more farm; returns its number."""
        number = len(self.nodes)
        token = SeedSigner(bytes([number + 201]) * 32)
        self.write(0, MemberInvite(token=token.public, expires=self.wall + 10 * VOTE_MS))
        node = self.open(number)
        self.catch_up(number)
        claim = recovery_claim(self.id, recovery(number).public, device(number).public)
        application = self.write(
            number,
            MemberApply(
                name=f"Farm {number}",
                entity="organisation",
                recovery=recovery(number).public,
                token=token.public,
                recovery_sig=recovery(number).sign(Tag.SIGN_RECOVERY, claim).hex(),
                token_sig=token.sign(Tag.SIGN_INVITE, claim).hex(),
            ),
        )
        self.decide(
            ProposalNew(
                opens=0,
                election=None,
                title=f"Admit Farm {number}",
                text="",
                business="ordinary",
                closes=self.wall + VOTE_MS,
                effect=Admit(application=application.id),
            )
        )
        assert node.ledger.is_member(device(number).public)
        self.write(number, WitnessReady())
        return number


def _hear(ledger: Ledger, what: Verified | Vote | Minute) -> None:
    """Tell a ledger; what it can't use is its own to refuse, as over a link."""
    try:
        if isinstance(what, Vote):
            ledger.add_vote(what)
        elif isinstance(what, Minute):
            ledger.add_minute(what)
        else:
            ledger.add_record(what)
    except Refused:
        return
