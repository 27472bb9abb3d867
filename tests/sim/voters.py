"""How members decide: motions, elections, ballots for oneself and others, meetings.

No drafts and no sealed votes: they wait for months where nobody goes on with them, and a world
that comes to rest waits with them.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from rochdale_protocol.core.fields import Body
from rochdale_protocol.governance.effects import Appoint, NoEffect, Refer
from rochdale_protocol.governance.records import (
    AmendmentOffer,
    BallotCast,
    BallotRank,
    CandidateStand,
    Choice,
    CommentMake,
    Election,
    InterestDeclare,
    MeetingApprove,
    MeetingRecord,
    MeetingVote,
    ProposalAmend,
    ProposalNew,
    ProposalWithdraw,
    ProxyAppoint,
    ProxyRevoke,
)
from rochdale_protocol.state.state import ReadState, Value

from .node import Node

__all__ = ["VOTE_MS_MAX", "WHIMS"]

VOTE_MS_MAX = 20_000
_CHOICES: tuple[Choice, ...] = ("for", "against", "abstain")


def _wall(node: Node) -> int:
    return node.clock.now(node.world.now).wall


def _live(state: ReadState, *statuses: str) -> list[tuple[str, Value]]:
    found = [(key, state.need(f"proposal/{key}")) for key, _ in state.scan("live/")]
    return [(key, value) for key, value in found if value["status"] in statuses]


def _state(node: Node, random: Random) -> ReadState:
    """What a member looks at: mostly everything pending too, at times what is final."""
    return node.ledger.ahead if random.randrange(4) else node.ledger.final


def propose(node: Node, random: Random) -> Iterator[Body]:
    """A motion of any class, voted on at once or after a notice."""
    business = random.choice(
        ("ordinary", "special", "entrenched", "written", "consent", "options", "election")
    )
    opens = random.choice((0, 0, _wall(node) + random.randrange(1, 5_000)))
    election = None
    effect: NoEffect | Appoint | Refer = NoEffect()
    if business == "options":
        election = Election(seats=random.randrange(1, 4), options=["Rams", "Ewes", "Lambs"])
    elif business == "election":
        election = Election(seats=random.randrange(1, 3), options=[])
        effect = Appoint(office="chair", members=[], until=0)
    elif business == "ordinary" and not random.randrange(6):
        effect = Refer(business=random.choice(("special", "consent")), effect=NoEffect())
    closes = max(opens, _wall(node)) + random.randrange(500, VOTE_MS_MAX)
    yield ProposalNew(
        title=f"Buy {random.randrange(100)} rams",
        text="",
        business=business,
        opens=opens,
        closes=closes,
        effect=effect,
        election=election,
    )


def vote(node: Node, random: Random) -> Iterator[Body]:
    """A ballot of the form that the vote takes, for oneself or a principal."""
    state = _state(node, random)
    for proposal, entry in _live(state, "open"):
        held = [
            principal
            for principal, proxy in state.scan(f"proxy/{proposal}/")
            if proxy["holder"] == node.member
        ]
        principal = random.choice([None, None, *held])
        if not entry["seats"]:
            choice = random.choice(_CHOICES)
            yield BallotCast(proposal=proposal, choice=choice, reason="so", principal=principal)
            continue
        numbers = list(range(1, len(entry["candidates"]) + 2))
        random.shuffle(numbers)
        ranks = [[each] for each in numbers[: random.randrange(len(numbers) + 1)]]
        yield BallotRank(proposal=proposal, ranks=ranks, principal=principal)


def prepare(node: Node, random: Random) -> Iterator[Body]:
    """What leads up to a vote: amendments, candidates, interests, words."""
    state = _state(node, random)
    for proposal, entry in _live(state, "notice", "open"):
        if entry["author"] == node.member:
            yield ProposalWithdraw(proposal=proposal)
            yield ProposalAmend(proposal=proposal, text="Fewer.")
        yield AmendmentOffer(proposal=proposal, text="More.", reason="")
        yield CandidateStand(proposal=proposal, statement="")
        yield InterestDeclare(proposal=proposal, nature="I breed them.")
        yield CommentMake(proposal=proposal, text="Why?", salt=f"{random.randrange(2**64):032x}")


def lend(node: Node, random: Random) -> Iterator[Body]:
    """Giving one's vote to another, and taking it back."""
    state = _state(node, random)
    members = [key for key, value in state.scan("member/") if value["status"] == "active"]
    for proposal, _ in _live(state, "notice", "open"):
        if state.get(f"proxy/{proposal}/{node.member}") is not None:
            yield ProxyRevoke(proposal=proposal)
        for holder in members:
            instruction: Choice | None = random.choice((None, "for"))
            yield ProxyAppoint(proposal=proposal, holder=holder, instruction=instruction)


def meet(node: Node, random: Random) -> Iterator[Body]:
    """The minutes of a meeting, and approving some."""
    state = _state(node, random)
    for meeting, entry in state.scan("meeting/"):
        if node.member in entry["present"]:
            yield MeetingApprove(meeting=meeting)
    members = [key for key, value in state.scan("member/") if value["status"] == "active"]
    if node.member in members:
        voted = [
            MeetingVote(proposal=proposal, voted_for=members, voted_against=[], abstained=[])
            for proposal, _ in _live(state, "open")
        ]
        yield MeetingRecord(
            title="At the mart",
            held=_wall(node),
            place="",
            chair=node.member,
            present=members,
            text="",
            votes=voted[:2],
        )


WHIMS = (propose, propose, vote, vote, vote, prepare, prepare, lend, meet)
"""What members do of their own accord, some of it more often."""
