"""Farms that decide by rules that a test bends where it needs to."""

from __future__ import annotations

from typing import Any

from rochdale_protocol.core.limits import DAY_MS
from rochdale_protocol.core.records import Verified
from rochdale_protocol.core.ruleset import Rules, standard_rules
from rochdale_protocol.governance.effects import Effect, NoEffect
from rochdale_protocol.governance.records import (
    BallotCast,
    BallotRank,
    BallotScore,
    CandidateStand,
    Choice,
    Election,
    ProposalNew,
    Score,
)
from rochdale_protocol.state.state import ReadState, Value
from tests.protocol.coops import VOTE_MS, Coop, recovery

__all__ = [
    "Assembly",
    "ballot",
    "bent",
    "member",
    "ranking",
    "scoring",
]


def bent(business: str = "ordinary", expulsion_days: int = 0, **changes: Any) -> Rules:
    """Return the standard rules with one class changed."""
    rules = standard_rules(voting_ms_min=0, expulsion_days=expulsion_days)
    changed = rules.classes[business].model_copy(update=changes)
    return rules.model_copy(update={"classes": {**rules.classes, business: changed}})


def member(number: int) -> str:
    return recovery(number).public


def ballot(
    proposal: str, choice: Choice = "for", reason: str = "", principal: str | None = None
) -> BallotCast:
    return BallotCast(proposal=proposal, choice=choice, reason=reason, principal=principal)


def ranking(proposal: str, *ranks: int, principal: str | None = None) -> BallotRank:
    return BallotRank(proposal=proposal, ranks=[[each] for each in ranks], principal=principal)


def scoring(proposal: str, **scores: int) -> BallotScore:
    """Return a ballot with scores for candidates ``c1``, ``c2`` and so on."""
    given = [Score(candidate=int(name[1:]), score=score) for name, score in scores.items()]
    return BallotScore(proposal=proposal, scores=given, principal=None)


class Assembly(Coop):
    """A co-op with words for what a test puts to it."""

    @property
    def state(self) -> ReadState:
        return self.nodes[0].ledger.final

    def entry(self, proposal: str) -> Value:
        """Return a proposal, which is the same on every linked farm."""
        key = f"proposal/{proposal}"
        entries = [node.ledger.final.need(key) for node in self.nodes if node.linked]
        assert all(entry == entries[0] for entry in entries)
        return entries[0]

    def motion(
        self,
        business: str = "ordinary",
        effect: Effect | None = None,
        *,
        opens: int = 0,
        election: Election | None = None,
        **changes: Any,
    ) -> ProposalNew:
        """Return a motion that is voted on for VOTE_MS from its opening."""
        body = ProposalNew(
            title="Buy a trailer",
            text="For 900 pounds.",
            business=business,
            opens=opens,
            closes=max(opens, self.wall) + VOTE_MS,
            effect=effect or NoEffect(),
            election=election,
        )
        return body.model_copy(update=changes)

    def put(self, business: str = "ordinary", effect: Effect | None = None, **more: Any) -> str:
        """Let farm 0 put a motion; returns its id."""
        return self.write(0, self.motion(business, effect, **more)).id

    def elect(
        self, seats: int, stands: int, business: str = "election", effect: Effect | None = None
    ) -> str:
        """Call an election for which farms 0 to ``stands`` - 1 stand, and open it."""
        opens = self.wall + VOTE_MS
        call = Election(seats=seats, options=[])
        election = self.put(business, effect, opens=opens, election=call)
        for number in range(stands):
            self.write(number, CandidateStand(proposal=election, statement=""))
        self.pass_time(VOTE_MS)
        return election

    def vote(self, proposal: str, choices: str) -> list[Verified]:
        """Let farms 0, 1, ... vote f, a, x (abstain) or - (not)."""
        names: dict[str, Choice] = {"f": "for", "a": "against", "x": "abstain"}
        cast = [
            self.author(number, ballot(proposal, names[each]))
            for number, each in enumerate(choices)
            if each in names
        ]
        self.pump()
        return cast

    def close(self) -> None:
        """Let the time of every vote pass that was put before."""
        self.pass_time(VOTE_MS)

    def pass_days(self, days: int) -> None:
        self.pass_time(days * DAY_MS)

    def decided(self, choices: str, business: str, effect: Effect | None = None) -> Value:
        """Put a motion, vote and close; returns the proposal."""
        proposal = self.put(business, effect)
        self.vote(proposal, choices)
        self.close()
        return self.entry(proposal)
