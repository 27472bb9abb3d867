"""How the co-op decides: motions, a proxy, an election under seal, an expulsion put too late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from .farms import DemoError, Farm, now_ms, until

if TYPE_CHECKING:
    from .story import Story

__all__ = ["decide", "is_over", "propose", "result"]

NOTICE_MS = 6_000
"""For farms to stand for election."""

VOTE_MS = 6_000
"""For seven farms to vote on three matters."""

RANKS = ((1, 2), (1, 2), (1, 3), (2, 1), (3, 2), (4, 3), (4, 3))
"""What the farms put on their ballot papers, by candidates' numbers."""


def decide(story: Story) -> None:
    """Seven vote: on a crate, a special resolution by proxy too, three officers under seal."""
    begun = now_ms()
    opens, closes = begun + NOTICE_MS, begun + NOTICE_MS + VOTE_MS
    farms = story.farms
    election = propose(
        farms[0],
        "Three directors",
        closes,
        business="secret",
        opens=opens,
        effect={"type": "appoint", "office": "director", "members": [], "until": 0},
        election={"seats": 3, "options": []},
    )
    for farm in farms[:4]:
        story.hold(farm, election)
        farm.act("candidate.stand", proposal=election, statement="")
    story.say("four farms stand for three directors; until the vote opens others may")
    _refuse_expulsion(story)
    crate = _buy_a_crate(story, closes)
    pool = _join_the_pool(story, closes)
    _vote_sealed(story, election)
    until("the votes close", lambda: all(is_over(farm, crate, pool, election) for farm in farms))
    _tell(story, crate, pool, election)


def propose(farm: Farm, title: str, closes: int, **more: Any) -> str:
    """Put a motion; returns its id."""
    body = {
        "text": "",
        "business": "ordinary",
        "opens": 0,
        "effect": {"type": "none"},
        "election": None,
    }
    return farm.act("proposal.new", title=title, closes=closes, **{**body, **more})


def _refuse_expulsion(story: Story) -> None:
    farm, other = story.farms[1], story.farms[6]
    effect = {"type": "expel", "member": other.member, "reasons": "It missed two markets."}
    try:
        propose(farm, f"Expel {other.name}", now_ms() + VOTE_MS, business="special", effect=effect)
    except DemoError as error:
        if "GOV-14" not in str(error):
            raise
    else:
        raise DemoError("an expulsion was put without notice")
    story.report["refused_motion"] = "GOV-14"
    story.say(f"{farm.name} moved to expel {other.name}: refused, GOV-14, 21 clear days are due")


def _buy_a_crate(story: Story, closes: int) -> str:
    text = "For 1,450 GBP, kept at Danby Beck."
    motion = propose(story.farms[4], "Buy a shared weigh crate", closes, text=text)
    choices = ("for", "for", "against", "for", "abstain", "against", "for")
    for farm, choice in zip(story.farms, choices, strict=True):
        story.hold(farm, motion)
        _vote(farm, motion, choice=choice)
    _vote(story.farms[2], motion, choice="for", reason="Cheap enough.")
    story.say(f"a crate: seven ballots; {story.farms[2].name} changed its mind before the close")
    return motion


def _join_the_pool(story: Story, closes: int) -> str:
    text = "All our wool goes to the pool for three years."
    motion = propose(story.farms[5], "Join the wool pool", closes, business="special", text=text)
    away, holder = story.farms[6], story.farms[5]
    story.hold(away, motion)
    away.act("proxy.appoint", proposal=motion, holder=holder.member, instruction="for")
    for farm in story.farms[:6]:
        story.hold(farm, motion)
        _vote(farm, motion, choice="against" if farm is story.farms[3] else "for")
    _vote(holder, motion, choice="for", principal=away.member)
    story.say(f"a special resolution: {holder.name} voted for {away.name} too, its proxy")
    return motion


def _vote(farm: Farm, proposal: str, **vote: Any) -> None:
    farm.post("/v1/ballots", proposal=proposal, **vote)


def _vote_sealed(story: Story, election: str) -> None:
    until(
        "the election opens",
        lambda: all(_detail(farm, election)["status"] == "open" for farm in story.farms),
    )
    for farm, ranks in zip(story.farms, RANKS, strict=True):
        _vote(farm, election, ranks=[[each] for each in ranks])
    read = _detail(story.farms[0], election)["ballots"]
    if any(ballot["ranks"] for ballot in read):
        raise DemoError("a sealed ballot can be read before the close")
    story.say("seven sealed ballots: no farm, no witness can read one before the close")


def _detail(farm: Farm, proposal: str) -> dict[str, Any]:
    found: dict[str, Any] = farm.get(f"/v1/proposal?proposal={proposal}")
    return found


def is_over(farm: Farm, *proposals: str) -> bool:
    """Say whether these votes have ended, as a farm sees it."""
    going_on = ("notice", "open", "opening", "counting")
    return all(_detail(farm, each)["status"] not in going_on for each in proposals)


def result(farms: list[Farm], proposal: str) -> dict[str, Any]:
    """Return how a vote ended, which must be the same on each farm."""
    names = (
        *("status", "voted_for", "voted_against", "abstained", "elected"),
        *("effect_code", "report"),
    )
    found = [{name: _detail(farm, proposal)[name] for name in names} for farm in farms]
    if len({orjson.dumps(each, option=orjson.OPT_SORT_KEYS) for each in found}) != 1:
        raise DemoError(f"the farms count differently: {found}")
    return found[0]


def _tell(story: Story, crate: str, pool: str, election: str) -> None:
    farms = story.farms
    ends = {name: result(farms, each) for name, each in (("crate", crate), ("pool", pool))}
    for name, tally in (("crate", (5, 1, 1)), ("pool", (6, 1, 0))):
        end = ends[name]
        counted = (end["voted_for"], end["voted_against"], end["abstained"])
        if (end["status"], counted) != ("carried", tally):
            raise DemoError(f"the {name} ended otherwise: {end}")
    story.say("the crate is carried 5-1-1, the pool 6-1 of three quarters needed, on every node")
    elected = result(farms, election)
    names = [farm.name for farm in (farms[0], farms[3], farms[1])]
    if elected["elected"] != names or elected["effect_code"]:
        raise DemoError(f"the election ended otherwise: {elected}")
    stages = len(elected["report"]["rounds"])
    story.say(f"trustees opened the ballots; by STV in {stages} stages: {', '.join(names)}")
    recounts = {farm.get_bytes(f"/v1/proposals/{election}/recount") for farm in farms}
    if len(recounts) != 1 or orjson.loads(next(iter(recounts)))["differs"]:
        raise DemoError("the farms recount the election differently")
    story.say(f"each farm counted it again: the same {len(next(iter(recounts))):,} bytes")
    story.report["decisions"] = {
        "crate": crate,
        "pool": pool,
        "directors": election,
        "elected": elected["elected"],
    }
