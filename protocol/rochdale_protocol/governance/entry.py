"""A proposal as the state holds it, and what all rules about proposals share.

GOV-5   Every record about a proposal finds it in a state in which it may come.
GOV-10  What only its author may do, only its author does.
GOV-30  Each record that a proposal takes in is folded into its log, in order, so that nobody
        can leave one out or add one.
"""

from __future__ import annotations

from typing import Final, Literal

from ..core.errors import Refused
from ..core.hashes import ZERO_ID, Tag, digest
from ..core.ruleset import BusinessClass, Rules
from ..membership.franchise import is_elector
from ..state.state import ReadState, State, Value

__all__ = [
    "AREA_NAME",
    "LIVE",
    "Status",
    "check_elector",
    "end",
    "is_entitled",
    "load",
    "need_author",
    "new_entry",
    "note",
    "rules_of",
    "save",
    "set_deadline",
]

AREA_NAME: Final = "governance"

Status = Literal[
    "draft",
    "notice",
    "open",
    "opening",
    "counting",
    "carried",
    "lost",
    "inquorate",
    "adjourned",
    "withdrawn",
    "lapsed",
    "uncounted",
]
"""``opening``: trustees unseal its ballots; ``uncounted``: they didn't."""

LIVE: Final = ("draft", "notice", "open", "opening", "counting")


def rules_of(state: ReadState) -> Rules:
    """Return the rules that hold now."""
    return Rules.model_validate(state.need("coop")["rules"])


def new_entry(
    number: int, title: str, text: str, business: str, rule: BusinessClass, author: str
) -> Value:
    """Return the state of a draft; the class's rule is kept, so that no change touches it."""
    return {
        "number": number,
        "title": title,
        "text": text,
        "business": business,
        "rule": rule.model_dump(),
        "author": author,
        "effect": {"type": "none"},
        "candidates": [],
        "seats": 0,
        "status": "draft",
        "opens": 0,
        "closes": 0,
        "deadline": 0,
        "noticed": 0,
        "opened": 0,
        "closed": 0,
        "changes": 0,
        "roll": 0,
        "roll_before": 0,
        "excluded": [],
        "electors": 0,
        "quorum": 0,
        "trustees": [],
        "voted": 0,
        "for": 0,
        "against": 0,
        "abstain": 0,
        "spoilt": 0,
        "sealed": 0,
        "elected": [],
        "report": "",
        "seed": "",
        "effect_code": "",
        "adjourned": False,
        "continues": "",
        "continued": "",
        "log": ZERO_ID,
    }


def load(state: ReadState, proposal: str, *statuses: str) -> Value:
    """Return a proposal in one of these states; raises Refused GOV-5."""
    entry = state.get(f"proposal/{proposal}")
    if entry is None:
        raise Refused("GOV-5", proposal=proposal, why="there is no such proposal")
    if entry["status"] not in statuses:
        raise Refused("GOV-5", proposal=proposal, why=f"its status is {entry['status']}")
    return entry


def save(state: State, proposal: str, entry: Value) -> None:
    """Put a proposal that was changed."""
    state.put(f"proposal/{proposal}", entry)


def need_author(entry: Value, member: str) -> None:
    """Raise Refused GOV-10 unless the member put the proposal."""
    if entry["author"] != member:
        raise Refused("GOV-10", author=entry["author"])


def is_entitled(state: ReadState, entry: Value, member: str) -> bool:
    """Say whether a member is one of the vote's electors (GOV-6)."""
    found = state.get(f"member/{member}")
    if found is None or member in entry["excluded"]:
        return False
    return all(is_elector(found, entry[roll]) for roll in ("roll", "roll_before"))


def check_elector(state: ReadState, entry: Value, member: str) -> None:
    """Raise Refused GOV-6 unless the member is one of the vote's electors."""
    if not is_entitled(state, entry, member):
        raise Refused("GOV-6", member=member, opened=entry["opened"])


def note(entry: Value, record: str, member: str) -> None:
    """Fold a record that the proposal takes in into its log (GOV-30)."""
    parts = (bytes.fromhex(entry["log"]), bytes.fromhex(record), bytes.fromhex(member))
    entry["log"] = digest(Tag.LOG, *parts).hex()


def set_deadline(state: State, proposal: str, entry: Value, time: int) -> None:
    """Let the book look at a proposal at that time, and no earlier; 0: never."""
    if entry["deadline"]:
        state.delete(_deadline(entry["deadline"], proposal))
    if time:
        state.put(_deadline(time, proposal), {})
    entry["deadline"] = time


def _deadline(time: int, proposal: str) -> str:
    return f"deadline/{time:016d}/{AREA_NAME}/{proposal}"


def end(state: State, proposal: str, entry: Value, status: Status, height: int) -> None:
    """Let a proposal end in that state; a vote was closed before if it was to be unsealed."""
    set_deadline(state, proposal, entry, 0)
    entry["status"] = status
    entry["closed"] = entry["closed"] or height
    state.delete(f"live/{proposal}")
    save(state, proposal, entry)
