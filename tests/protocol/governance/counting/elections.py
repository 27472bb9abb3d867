"""Elections for these tests, written as short as they are said."""

from __future__ import annotations

from rochdale_protocol.governance.counting.ballots import Election, Ranks
from rochdale_protocol.governance.counting.report import Count, decimal

__all__ = ["election", "named", "stage"]


def election(ballots: str, seats: int = 1, withdrawn: str = "", names: str = "") -> Election:
    """Return an election from ``"45 A B C; 3 B A=C"``; candidates by alphabet unless named."""
    said: dict[str, int] = {}
    for ballot in filter(None, map(str.strip, ballots.split(";"))):
        amount, _, ranks = ballot.partition(" ")
        said[ranks] = said.get(ranks, 0) + int(amount)
    letters = names or "".join(sorted({c for ranks in said for c in ranks if c.isalpha()}))
    ranked: dict[Ranks, int] = {}
    for written, times in said.items():
        read = tuple(
            () if rank == "-" else tuple(sorted(letters.index(each) for each in rank.split("=")))
            for rank in written.split()
        )
        ranked[read] = ranked.get(read, 0) + times
    return Election(
        names=tuple(letters),
        seats=seats,
        ranked=ranked,
        withdrawn=tuple(letters.index(each) for each in withdrawn),
    )


def named(count: Count) -> str:
    """Return the elected by their letters, in the order of election."""
    return "".join(count.names[each] for each in count.elected)


def stage(count: Count, number: int) -> dict[str, str]:
    """Return the votes at the end of a stage."""
    votes = count.rounds[number - 1].votes
    return {name: decimal(each) for name, each in zip(count.names, votes, strict=True)}
