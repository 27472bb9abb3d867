"""What can be asked about decisions."""

from __future__ import annotations

from typing import Literal

from ..core.fields import Model
from ..core.reading import Reading, Standing, standing
from .records import Business, Choice

__all__ = ["BallotView", "ProposalView", "ballots", "proposals"]


class BallotView(Model):
    """The ballot of one member that stands, or stood at the close."""

    proposal: str
    member: str
    name: str
    choice: Choice
    record: str
    replaced: int
    standing: Standing


class ProposalView(Model):
    """A proposal and its tally so far.

    ``electors`` members may vote, ``quorum`` of them must; ``opened`` and ``closed``
    are heights of minutes, 0 for none; ``number`` is 0 while it is pending.
    """

    proposal: str
    number: int
    title: str
    text: str
    business: Business
    author: str
    author_name: str
    effect: str
    subject: str
    opened: int
    closes: int
    closed: int
    electors: int
    quorum: int
    voted_for: int
    voted_against: int
    abstained: int
    status: Literal["open", "carried", "lost", "inquorate", "withdrawn"]
    effect_code: str
    standing: Standing


def proposals(reading: Reading) -> list[ProposalView]:
    """Return all proposals: open ones by deadline, then the others, the newest first."""
    views = []
    for key, value in reading.ahead.scan("proposal/"):
        body = reading.body(key)
        author = reading.ahead.get(f"member/{value['author']}")
        views.append(
            ProposalView(
                proposal=key,
                number=value["number"] if reading.final.get(f"proposal/{key}") else 0,
                title=value["title"],
                text="" if body is None else body["text"],
                business=value["business"],
                author=value["author"],
                author_name="" if author is None else author["name"],
                effect=value["effect"]["type"],
                subject=value["effect"].get("application") or value["effect"].get("member") or "",
                opened=value["opened"],
                closes=value["closes"],
                closed=value["closed"],
                electors=value["electors"],
                quorum=value["quorum"],
                voted_for=value["for"],
                voted_against=value["against"],
                abstained=value["abstain"],
                status=value["status"],
                effect_code=value["effect_code"],
                standing=standing(reading, f"proposal/{key}"),
            )
        )
    return sorted(
        views,
        key=lambda view: (
            view.status != "open",
            view.closes if view.status == "open" else -view.number,
            view.proposal,
        ),
    )


def ballots(reading: Reading, proposal: str) -> list[BallotView]:
    """Return the ballots on one proposal, by the voter's name."""
    views = []
    for key, value in reading.ahead.scan(f"ballot/{proposal}/"):
        member = reading.ahead.need(f"member/{key}")
        views.append(
            BallotView(
                proposal=proposal,
                member=key,
                name=member["name"],
                choice=value["choice"],
                record=value["record"],
                replaced=value["replaced"],
                standing=standing(reading, f"ballot/{proposal}/{key}"),
            )
        )
    return sorted(views, key=lambda view: (view.name, view.member))
