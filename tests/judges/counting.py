"""Compares our counts with pref_voting's and VoteKit's on random elections.

    python -m tests.judges.counting --elections 5000 --seed 1

It needs ``tests/judges/requirements.txt`` beside this repository's packages. Small elections
are full of ties, so those are judged too: where a lot decides, every lot that the judge could draw
is tried, and ours must be among them.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from itertools import pairwise
from typing import Any

from rochdale_protocol.governance.counting.ballots import Election
from rochdale_protocol.governance.counting.irv import count_irv
from rochdale_protocol.governance.counting.report import UNIT, Count
from rochdale_protocol.governance.counting.schulze import count_schulze
from rochdale_protocol.governance.counting.stv import count_stv

__all__ = ["main"]

SEED = b"judges"
LOTS_MAX = 400
"""Lots of one election that are tried."""

CLOSE = UNIT // 20
"""More than all that five decimal places can cut off in these elections."""


class Script:
    """In the place of a random generator: plays given choices, then the first, and notes all."""

    def __init__(self, choices: Sequence[int]) -> None:
        self.choices = list(choices)
        self.sizes: list[int] = []

    def choice(self, among: Sequence[Any]) -> Any:
        at = len(self.sizes)
        self.sizes.append(len(among))
        return among[self.choices[at] if at < len(self.choices) else 0]


def every_lot(judge: Callable[[Script], frozenset[int]]) -> Iterator[frozenset[int]]:
    """Yield a judge's outcome under every lot that it may draw."""
    waiting: list[tuple[int, ...]] = [()]
    for _ in range(LOTS_MAX):
        if not waiting:
            return
        choices = waiting.pop()
        script = Script(choices)
        yield judge(script)
        for at in range(len(choices), len(script.sizes)):
            before = (*choices, *[0] * (at - len(choices)))
            waiting += [(*before, other) for other in range(1, script.sizes[at])]


def random_election(rng: random.Random) -> Election:
    """Return a small election of linear, often short ballots."""
    size = rng.randint(2, 7)
    ballots: Counter[tuple[tuple[int, ...], ...]] = Counter()
    for _ in range(rng.randint(1, 14)):
        order = rng.sample(range(size), rng.randint(1, size))
        ballots[tuple((each,) for each in order)] += rng.choice((1, 1, 2, 3, 7, 20, 113))
    return Election(names=tuple("ABCDEFG"[:size]), seats=rng.randint(1, size), ranked=dict(ballots))


def is_alike(count: Count) -> bool:
    """Say whether VoteKit's rules are those of the Order in this count.

    They aren't where two reach the quota at one stage: VoteKit elects one, and the other may
    still receive votes, which rule 47 doesn't allow. And it has exact fractions: neither may what
    the Order cuts off have decided anything.
    """
    for each in count.rounds:
        if any(event.kind == "tie" for event in each.events):
            return False
        if sum(event.reason == "quota" for event in each.events) > 1:
            return False
        votes = sorted([*each.votes, count.quota or 0])
        if any(0 < more - less < CLOSE for less, more in pairwise(votes)):
            return False
    return True


class PrefVoting:
    """The functions of pref_voting on an election of ours."""

    def __init__(self, election: Election) -> None:
        profiles = import_module("pref_voting.profiles_with_ties")
        rankings = [
            {rank[0]: place for place, rank in enumerate(ranks, 1)} for ranks in election.ranked
        ]
        self.profile: Any = profiles.ProfileWithTies(
            rankings,
            rcounts=list(election.ranked.values()),
            candidates=list(range(len(election.names))),
        )
        self.profile.use_extended_strict_preference()

    def stv(self, seats: int) -> set[frozenset[int]]:
        stv: Any = import_module("pref_voting.proportional_methods").stv_scottish
        return set(every_lot(lambda rng: frozenset(stv(self.profile, num_seats=seats, rng=rng))))

    def irv(self) -> set[int]:
        methods: Any = import_module("pref_voting.iterative_methods")
        return set(methods.instant_runoff_put(self.profile, exit_on_majority=False))

    def schulze(self) -> set[int]:
        methods: Any = import_module("pref_voting.margin_based_methods")
        return set(methods.beat_path(self.profile, strength_function=self.profile.support))


def judge_pref_voting(election: Election) -> Iterator[str]:
    """Yield what differs from pref_voting."""
    theirs = PrefVoting(election)
    if election.seats < len(election.names):
        stv = count_stv(election, election.seats, SEED)
        outcomes = theirs.stv(election.seats)
        if frozenset(stv.elected) not in outcomes or (len(outcomes) > 1 and not stv.lot):
            yield f"stv: {stv.elected}, not {sorted(map(sorted, outcomes))}"
    irv = count_irv(election, SEED)
    if irv.elected[0] not in theirs.irv():
        yield f"irv: {irv.elected}, not {theirs.irv()}"
    schulze = count_schulze(election, election.seats, SEED)
    winners = theirs.schulze()
    first = schulze.ranking[0]
    unbeaten = {
        each
        for each in range(len(election.names))
        if all(row[each] <= schulze.paths[each][at] for at, row in enumerate(schulze.paths))
    }
    if unbeaten != winners or first not in winners:
        yield f"schulze: {unbeaten}, not {winners}"


def judge_votekit(election: Election) -> Iterator[str]:
    """Yield what differs from VoteKit, where its rules are alike."""
    votekit: Any = import_module("votekit")
    elections: Any = import_module("votekit.elections")
    ballots = [
        votekit.RankBallot(ranking=[{election.names[rank[0]]} for rank in ranks], weight=amount)
        for ranks, amount in election.ranked.items()
    ]
    profile = votekit.RankProfile(ballots=ballots, candidates=list(election.names))
    ours = count_stv(election, election.seats, SEED)
    named = {rank[0] for ranks in election.ranked for rank in ranks}
    if len(named) < election.seats or not is_alike(ours):
        return
    try:
        theirs = elections.STV(
            profile, n_seats=election.seats, simultaneous=False, exact=True, tiebreak="random"
        )
    except IndexError:
        return  # it has nobody left to exclude where the last have no votes at all
    elected = {name for group in theirs.get_elected() for name in group}
    if elected != {election.names[each] for each in ours.elected}:
        yield f"votekit stv: {[election.names[e] for e in ours.elected]}, not {sorted(elected)}"


def main() -> None:
    """Judge random elections; exits with 1 if any outcome differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.judges.counting", description=__doc__)
    parser.add_argument("--elections", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    rng = random.Random(asked.seed)
    differ = lots = 0
    for number in range(asked.elections):
        election = random_election(rng)
        lots += bool(count_stv(election, election.seats, SEED).lot)
        for found in (*judge_pref_voting(election), *judge_votekit(election)):
            differ += 1
            print(f"election {number}: {found}\n  {election.seats} of {dict(election.ranked)}")
    print(f"{asked.elections} elections, {lots} STV counts with a lot, {differ} differences")
    sys.exit(1 if differ else 0)


if __name__ == "__main__":
    main()
