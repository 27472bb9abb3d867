"""Whatever the order in which things reach the farms, all hold the same book."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from rochdale_protocol.contributions.records import ContributionLog
from rochdale_protocol.core.errors import Refused
from rochdale_protocol.core.fields import Body
from rochdale_protocol.core.limits import PATIENCE_MAX_MS
from rochdale_protocol.core.records import Verified
from rochdale_protocol.governance.effects import NoEffect
from rochdale_protocol.governance.records import BallotCast, Choice, ProposalNew
from rochdale_protocol.membership.records import MemberAddress
from rochdale_protocol.minutes.ledger import Announce
from rochdale_protocol.minutes.minute import Minute
from rochdale_protocol.minutes.votes import Vote
from tests.protocol.coops import Coop, recovery

What = Verified | Vote | Minute


class Post:
    """Brings what farms say to each other in any order, some of it twice."""

    def __init__(self, coop: Coop, random: Random) -> None:
        self.coop = coop
        self.random = random
        self.bags: list[list[What]] = [[] for _ in coop.nodes]
        self.proposals: list[str] = []

    def step(self, number: int) -> None:
        node = self.coop.nodes[number]
        node.ledger.advance(self.coop.now)
        news = node.ledger.take_news()
        node.shelf.commit(node.ledger.desk.take())
        for item in news:
            if isinstance(item, Announce):
                for other, bag in enumerate(self.bags):
                    if other != number:
                        bag.append(item.what)

    def bring(self, number: int) -> None:
        bag = self.bags[number]
        if not bag:
            return
        at = self.random.randrange(len(bag))
        what = bag[at] if self.random.random() < 0.1 else bag.pop(at)
        ledger = self.coop.nodes[number].ledger
        try:
            if isinstance(what, Vote):
                ledger.add_vote(what)
            elif isinstance(what, Minute):
                ledger.add_minute(what)
            else:
                ledger.add_record(what)
        except Refused:
            return

    def act(self, number: int) -> None:
        """Let a farm sign something, or try to."""
        kind = self.random.randrange(4)
        choices: tuple[Choice, ...] = ("for", "against", "abstain")
        body: Body = MemberAddress(addresses=[f"farm-{self.random.randrange(9)}.example:1"])
        if kind == 1:
            closes = self.coop.wall + self.random.randrange(5_000)
            body = ProposalNew(
                opens=0,
                election=None,
                title="x",
                text="",
                business="ordinary",
                closes=closes,
                effect=NoEffect(),
            )
        elif kind == 2 and self.proposals:
            body = BallotCast(
                principal=None,
                proposal=self.random.choice(self.proposals),
                choice=self.random.choice(choices),
                reason="",
            )
        elif kind == 3:
            body = ContributionLog(
                action="work",
                receiver=recovery(self.random.randrange(len(self.bags))).public,
                resource="fence",
                quantity="1.5",
                unit="h",
                happened=0,
                agreement=None,
                note="",
            )
        try:
            record = self.coop.author(number, body)
        except Refused:
            return
        if isinstance(body, ProposalNew):
            self.proposals.append(record.id)

    def fetch(self, number: int) -> None:
        """Bring a farm what this height needs and it lacks, as a sync session would."""
        ledger = self.coop.ledgers[number]
        for other in self.coop.ledgers:
            if other.height == ledger.height:
                self.bags[number].extend(other.machine.votes())
        contents, records = ledger.wanted()
        for other in self.coop.ledgers:
            found = [*map(other.contents.get, contents), *map(other.record, records)]
            self.bags[number].extend(what for what in found if what is not None)

    def settle(self) -> None:
        """Bring everything to everybody, and let those behind catch up, until all is final."""
        for _ in range(40):
            for number in range(len(self.bags)):
                while self.bags[number]:
                    self.bring(number)
                    self.step(number)
            highest = max(range(len(self.bags)), key=lambda n: self.coop.ledgers[n].height)
            for number in range(len(self.bags)):
                if self.coop.ledgers[number].height < self.coop.ledgers[highest].height:
                    self.coop.catch_up(number, highest)
            self.coop.wall += PATIENCE_MAX_MS
            for number in range(len(self.bags)):
                self.step(number)
                self.fetch(number)
            done = {(each.tip.id, len(each.pool)) for each in self.coop.ledgers}
            if len(done) == 1 and done.pop()[1] == 0:
                return


@settings(max_examples=25)
@given(st.integers(1, 5), st.integers(0, 2**32), st.integers(10, 250))
def test_any_order_gives_one_book(count: int, seed: int, steps: int) -> None:
    """Records, votes and minutes in any order, twice or late, end in one state everywhere.

    No honest device is frozen by it, nobody doubts itself, and every record has its place.
    """
    random = Random(seed)
    coop = Coop(count)
    post = Post(coop, random)
    for _ in range(steps):
        number = random.randrange(count)
        if random.random() < 0.15:
            post.act(number)
        elif random.random() < 0.5:
            post.bring(number)
        else:
            coop.wall += random.randrange(300)
            post.step(number)
    post.settle()
    tips = {ledger.tip.id for ledger in coop.ledgers}
    states = {tuple(ledger.final.map.scan("")) for ledger in coop.ledgers}
    assert (len(tips), len(states)) == (1, 1)
    assert [len(ledger.pool) for ledger in coop.ledgers] == [0] * count
    assert [ledger.doubt for ledger in coop.ledgers] == [""] * count
    devices = coop.ledgers[0].final.scan("device/")
    assert {value["status"] for _, value in devices} == {"active"}
