"""How a vote ends, and what follows from it (``specs/07-governance.md``).

GOV-3   A vote closes in the first minute at or past its deadline, before that minute's records.
GOV-7   A majority by its class's share; consent: no objection stands; consensus: nobody against.
        F = 0 is not carried, and a tie is lost.
GOV-8   Fewer ballots than the quorum, those that are spoilt not counted: inquorate.
GOV-9   A carried decision's effect is carried out at once; what has become impossible changes
        nothing and leaves its code.
GOV-23  What is sealed is opened by trustees in thirty days, or stays uncounted.
GOV-24  Early close: no elector who hasn't voted could change how it ends.
GOV-25  An inquorate vote of some classes is adjourned: held again, with the least quorum.
GOV-26  An election is counted in the minute after the closing one, whose id is the lot's seed.
GOV-27  What is referred is put again as business of the other class.
GOV-31  A dissolved co-op ends every vote.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from ..core.errors import Refused
from ..core.hashes import Tag, digest
from ..core.limits import DAY_MS, UNSEAL_MS
from ..core.registry import Moment
from ..core.ruleset import BusinessClass
from ..state.state import ReadState, State, Value
from .counting.ballots import Election, Ranks, Scores
from .counting.methods import count
from .counting.report import Count, count_bytes
from .effects import Decided, Refer
from .entry import Status, end, new_entry, rules_of, save, set_deadline
from .proposals import class_for, effect_of, freeze, lapse, let_go, open_vote
from .voting import count_delegated

__all__ = [
    "REOPEN",
    "close_early",
    "count_election",
    "election_of",
    "finish",
    "on_deadline",
    "outcome",
]

REOPEN = "Re-open nominations"
"""A candidate in every election (CNT-8)."""


def outcome(
    test: dict[str, Any], voted_for: int, against: int, abstained: int, electors: int, quorum: int
) -> Status:
    """Say how a vote ends that is no election, in exact integers (GOV-7, GOV-8)."""
    if voted_for + against + abstained < quorum:
        return "inquorate"
    if test["type"] == "majority":
        of = electors if test["of"] == "electors" else voted_for + against
        has, asked = voted_for * test["share"]["under"], of * test["share"]["over"]
        is_enough = has > asked if test["above"] else has >= asked
    else:
        is_enough = against == 0
    return "carried" if voted_for and is_enough else "lost"


def _outcome(entry: Value, voted_for: int = 0, against: int = 0, abstained: int = 0) -> Status:
    """Return how the vote would end if so many more had voted."""
    return outcome(
        entry["rule"]["test"],
        entry["for"] + voted_for,
        entry["against"] + against,
        entry["abstain"] + abstained,
        entry["electors"],
        entry["quorum"],
    )


def close_early(state: State, proposal: str, height: int, time: int) -> None:
    """Close a vote whose end no ballot that is missing could change (GOV-24)."""
    entry = state.need(f"proposal/{proposal}")
    if entry["status"] != "open" or not entry["rule"]["early"] or entry["seats"]:
        return
    left = entry["electors"] - entry["voted"]
    ends = {
        _outcome(entry),
        _outcome(entry, voted_for=left),
        _outcome(entry, against=left),
        _outcome(entry, abstained=left),
    }
    if len(ends) == 1:
        _close(state, proposal, entry, height, time)


def on_deadline(state: State, proposal: str, moment: Moment) -> None:
    """Do what a proposal's deadline asks for."""
    entry = state.need(f"proposal/{proposal}")
    entry["deadline"] = 0
    match entry["status"]:
        case "draft":
            lapse(state, proposal, entry, moment.height)
        case "notice":
            open_vote(state, proposal, entry, moment.height)
        case "open":
            _close(state, proposal, entry, moment.height, moment.time)
        case "opening" if entry["seats"] and not entry["seed"]:
            entry["seed"] = moment.prev
            set_deadline(state, proposal, entry, moment.time + UNSEAL_MS)
            save(state, proposal, entry)
        case "opening":
            let_go(state, entry)
            end(state, proposal, entry, "uncounted", moment.height)
        case _:
            assert entry["status"] == "counting"
            entry["seed"] = moment.prev
            _elect(state, proposal, entry, moment.height, moment.time)


def _close(state: State, proposal: str, entry: Value, height: int, time: int) -> None:
    entry["closed"] = height
    if entry["sealed"]:
        entry["status"] = "opening"
        set_deadline(state, proposal, entry, time if entry["seats"] else time + UNSEAL_MS)
        save(state, proposal, entry)
    else:
        finish(state, proposal, entry, height, time)


def finish(state: State, proposal: str, entry: Value, height: int, time: int) -> None:
    """Count a closed vote all of whose ballots can be read."""
    count_delegated(state, proposal, entry)
    if entry["seats"] and entry["voted"] >= entry["quorum"]:
        if entry["seed"]:
            _elect(state, proposal, entry, height, time)
            return
        entry["status"] = "counting"
        set_deadline(state, proposal, entry, time)
        save(state, proposal, entry)
        return
    status = "inquorate" if entry["seats"] else _outcome(entry)
    _end(state, proposal, entry, status, height, time, ())


def _end(
    state: State,
    proposal: str,
    entry: Value,
    status: Status,
    height: int,
    time: int,
    elected: tuple[str, ...],
) -> None:
    if status == "carried":
        entry["effect_code"] = _carry_out(state, proposal, entry, elected, height, time)
    elif status == "inquorate" and entry["rule"]["adjourn_days"] and not entry["adjourned"]:
        status = "adjourned"
    if status != "carried":
        let_go(state, entry)
        _decline(state, entry, status)
    end(state, proposal, entry, status, height)
    if status == "adjourned":
        _try_again(state, proposal, entry, height, time)
    elif status == "carried" and not entry["effect_code"] and entry["effect"]["type"] == "dissolve":
        _dissolve(state, height)


def _carry_out(
    state: State, proposal: str, entry: Value, elected: tuple[str, ...], height: int, time: int
) -> str:
    trial = State(state.map)
    effect = effect_of(entry)
    try:
        if isinstance(effect, Refer):
            _refer(trial, proposal, entry, effect, height, time)
        else:
            effect.carry_out(trial, Decided(proposal, entry["changes"], elected, height))
    except Refused as error:
        entry["continued"] = ""
        return error.code
    trial.flush(state.overlay)
    return ""


def _refer(
    state: State, proposal: str, entry: Value, effect: Refer, height: int, time: int
) -> None:
    """Put the matter as business of the other class, with the notice that it asks for (GOV-27)."""
    rules = rules_of(state)
    rule = class_for(rules, effect.business, effect.effect, 0)
    days = max(rule.notice_days, effect.effect.notice_days(rules))
    again = _copy(state, entry, effect.business, rule)
    again["effect"] = effect.effect.model_dump()
    _put_again(state, proposal, entry, again, days + 1 if days else 0, height, time)


def _adjourn(state: State, proposal: str, entry: Value, height: int, time: int) -> None:
    """Hold an inquorate vote again (GOV-25)."""
    rule = BusinessClass.model_validate(entry["rule"])
    again = _copy(state, entry, entry["business"], rule)
    again["effect"], again["adjourned"] = entry["effect"], True
    again["candidates"], again["seats"] = entry["candidates"], entry["seats"]
    _put_again(state, proposal, entry, again, rule.adjourn_days, height, time)


def _try_again(state: State, proposal: str, entry: Value, height: int, time: int) -> None:
    """Adjourn a vote, or leave it inquorate where no notice can be given any more."""
    trial = State(state.map)
    try:
        _adjourn(trial, proposal, entry, height, time)
    except Refused as error:
        entry["status"], entry["effect_code"], entry["continued"] = "inquorate", error.code, ""
        save(state, proposal, entry)
    else:
        trial.flush(state.overlay)


def _copy(state: State, entry: Value, business: str, rule: BusinessClass) -> Value:
    number = state.add("proposals")
    return new_entry(number, entry["title"], entry["text"], business, rule, entry["author"])


def _put_again(
    state: State, proposal: str, entry: Value, again: Value, days: int, height: int, time: int
) -> None:
    """Give notice of what goes on from a proposal, to open after so many days."""
    key = digest(Tag.AGAIN, bytes.fromhex(proposal)).hex()
    again["status"], again["continues"], again["noticed"] = "notice", proposal, height
    again["opens"] = (time // DAY_MS + days) * DAY_MS if days else time
    length = max(entry["closes"] - entry["opens"], again["rule"]["voting_ms_min"])
    again["closes"] = again["opens"] + length
    state.put(f"live/{key}", {})
    freeze(state, key, again)
    if again["adjourned"]:
        again["quorum"] = min(again["electors"], again["rule"]["quorum_least"])
    if days:
        set_deadline(state, key, again, again["opens"])
        save(state, key, again)
    else:
        open_vote(state, key, again, height)
    entry["continued"] = key
    save(state, proposal, entry)


def _decline(state: State, entry: Value, status: Status) -> None:
    """A lost decision to admit declines the application, if it still waits (GOV-9)."""
    effect = entry["effect"]
    if status == "lost" and effect["type"] == "admit":
        application = state.need(f"application/{effect['application']}")
        if application["status"] == "open":
            application["status"] = "declined"
            state.put(f"application/{effect['application']}", application)


def _dissolve(state: State, height: int) -> None:
    for proposal, _ in list(state.scan("live/")):
        lapse(state, proposal, state.need(f"proposal/{proposal}"), height)


# Elections ----------------------------------------------------------------------------


def _elect(state: State, proposal: str, entry: Value, height: int, time: int) -> None:
    found = count_election(state, proposal, entry, bytes.fromhex(entry["seed"]))
    entry["elected"] = [each + 1 for each in found.elected]
    entry["report"] = sha256(count_bytes(found)).hexdigest()
    members = tuple(entry["candidates"][each]["member"] for each in found.elected)
    status: Status = "carried" if members else "lost"
    _end(state, proposal, entry, status, height, time, members)


def count_election(state: ReadState, proposal: str, entry: Value, seed: bytes) -> Count:
    """Count the ballots of an election that stand (GOV-26).

    Args:
        seed: the id of the minute in which it closed.
    """
    papers = [ballot["paper"] for _, ballot in state.scan(f"ballot/{proposal}/")]
    return election_of(entry, papers, seed)


def election_of(entry: Value, papers: list[dict[str, Any]], seed: bytes) -> Count:
    """Count papers of an election, in whatever order."""
    names = tuple(each["name"] for each in entry["candidates"])
    ranked: dict[Ranks, int] = {}
    scored: dict[Scores, int] = {}
    for paper in papers:
        if "ranks" in paper:
            ranks = tuple(tuple(each - 1 for each in rank) for rank in paper["ranks"])
            ranked[ranks] = ranked.get(ranks, 0) + 1
        elif "scores" in paper:
            scores = tuple((each - 1, mark) for each, mark in paper["scores"])
            scored[scores] = scored.get(scores, 0) + 1
    seats = min(entry["seats"], len(names))
    election = Election((*names, REOPEN), seats, ranked, scored)
    return count(
        entry["rule"]["test"]["method"], election, seed=seed, reopen=len(names), seats=seats
    )
