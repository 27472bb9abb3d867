"""A book of three founders, and what they say in its minutes, by the words of the specs alone."""

from __future__ import annotations

from typing import Any

from tests.protocol.definitions import ZEROS, canonical, hashed, public, signed
from tests.vectors.chains import CHARTER as TWO
from tests.vectors.chains import Draft, core

__all__ = [
    "BEGIN",
    "CLASSES",
    "CONSENSUS",
    "CONSENT",
    "COOP",
    "DAY",
    "EVERYONE",
    "MAJORITY",
    "ME",
    "RULES",
    "SHE",
    "THREE_QUARTERS",
    "YOU",
    "Json",
    "Story",
    "again",
    "carrying",
    "log",
    "signed_charter",
]

Json = dict[str, Any]
DAY = 86_400_000
ME, YOU, SHE = (public(100 + number) for number in (1, 2, 3))
MAJORITY: Json = {
    "type": "majority",
    "share": {"over": 1, "under": 2},
    "above": True,
    "of": "votes",
}
THREE_QUARTERS = MAJORITY | {"share": {"over": 3, "under": 4}, "above": False}
EVERYONE = MAJORITY | {"share": {"over": 1, "under": 1}, "above": False, "of": "electors"}
CONSENT, CONSENSUS = {"type": "consent"}, {"type": "consensus"}
PLAIN: Json = {
    "test": MAJORITY,
    "quorum": {"over": 1, "under": 3},
    "quorum_least": 2,
    "notice_days": 0,
    "voting_ms_min": 100,
    "proposers": [],
    "amendable": True,
    "secrecy": "open",
    "early": False,
    "proxies": 1,
    "delegation": False,
    "interested": "vote",
    "adjourn_days": 0,
}
CLASSES: Json = {
    "ordinary": PLAIN | {"adjourn_days": 1},
    "special": PLAIN | {"test": THREE_QUARTERS, "notice_days": 1, "amendable": False},
    "officers": PLAIN | {"proposers": ["chair"]},
    "consent": PLAIN | {"test": CONSENT, "interested": "abstain"},
    "quick": PLAIN | {"early": True, "delegation": True},
    "election": PLAIN | {"test": {"type": "election", "method": "scottish-stv"}},
    "irv": PLAIN | {"test": {"type": "election", "method": "irv"}},
    "options": PLAIN | {"test": {"type": "election", "method": "approval"}},
    "secret": PLAIN | {"secrecy": "sealed"},
}
RULES: Json = TWO["rules"] | {
    "classes": CLASSES,
    "effects": {
        "admit": ["ordinary"],
        "adopt": ["ordinary"],
        "appoint": ["election", "ordinary"],
        "dissolve": ["ordinary"],
        "expel": ["special"],
        "refer": ["ordinary"],
        "rules": ["ordinary"],
        "spend": ["ordinary"],
        "suspend": ["ordinary"],
    },
}
CHARTER: Json = TWO | {
    "rules": RULES,
    "founders": [
        {
            "name": f"Farm {number}",
            "entity": "organisation",
            "member": public(100 + number),
            "device": public(number),
            "label": "laptop",
            "addresses": [],
        }
        for number in (1, 2, 3)
    ],
}
COOP = hashed("charter", core(CHARTER))
BEGIN = TWO["at"] + 1_000


def signed_charter() -> Json:
    data = core(CHARTER)
    return {
        "charter": CHARTER,
        "signatures": [signed(number, "sign-charter", data).hex() for number in (1, 2, 3)],
    }


def minute_zero() -> str:
    """Return the id of the charter's minute, which all records have seen."""
    from rochdale_protocol.minutes.founding import found_book
    from rochdale_protocol.minutes.minute import SignedCharter

    return next(iter(found_book(SignedCharter.from_bytes(canonical(signed_charter())))["heights"]))


class Story:
    """Minutes that follow on from the charter, with what the founders say in them."""

    seen = minute_zero()

    def __init__(self, name: str) -> None:
        self.name = name
        self.minutes: list[Json] = []
        self._last: dict[int, Draft] = {}

    def minute(self, time: int, *, prev: str = "") -> None:
        """Begin the next minute, so long after the charter's second."""
        height = len(self.minutes) + 1
        self.minutes.append(
            {
                "height": height,
                "time": BEGIN + time,
                "prev": prev or (self.seen if height == 1 else hashed("x", bytes([height]))),
                "records": [],
                "codes": [],
                "state": {},
            }
        )

    def say(self, number: int, kind: str, code: str = "", **value: Any) -> str:
        """Let a founder's device sign a record, which the minute gives a code; returns its id."""
        draft = Draft(
            self.seen, number, kind, value,
            after=self._last.get(number), coop=COOP, refs=refs(value),
        )  # fmt: skip
        self._last[number] = draft
        self.minutes[-1]["records"].append({"id": draft.id, "frame": draft.frame.hex()})
        self.minutes[-1]["codes"].append(code)
        return draft.id

    def put(self, code: str = "", *, by: int = 1, **changes: Any) -> str:
        """Put a motion that is voted on for a second from this minute on."""
        body: Json = {
            "title": "Buy a trailer",
            "text": "",
            "business": "ordinary",
            "opens": 0,
            "closes": self.minutes[-1]["time"] + 1_000,
            "effect": {"type": "none"},
            "election": None,
        }
        return self.say(by, "proposal.new", code, **(body | changes))

    def vote(self, number: int, proposal: str, choice: str, code: str = "", **changes: Any) -> str:
        body = {"proposal": proposal, "principal": None, "choice": choice, "reason": ""}
        return self.say(number, "ballot.cast", code, **(body | changes))

    def rank(self, number: int, proposal: str, ranks: list[list[int]], code: str = "") -> str:
        return self.say(number, "ballot.rank", code, proposal=proposal, principal=None, ranks=ranks)

    def finds(self, key: str, value: Json | None) -> None:
        """Say what the state holds after the minute: fields of a value, or nothing."""
        self.minutes[-1]["state"][key] = value


def refs(value: Json) -> list[str]:
    """Return the ids that a body names (REC-9)."""
    effect = value.get("effect", {})
    effect = effect.get("effect", effect)
    found = [value.get("proposal"), value.get("amendment"), value.get("meeting")]
    found += [effect.get("application"), effect.get("agreement"), value.get("agreement")]
    found += [vote["proposal"] for vote in value.get("votes", [])]
    return sorted({each for each in found if each})


def log(*taken: tuple[str, str]) -> str:
    """Return the log of a proposal that took these records in (GOV-30)."""
    found = ZEROS
    for record, member in taken:
        found = hashed("log", *map(bytes.fromhex, (found, record, member)))
    return found


def again(proposal: str) -> str:
    return hashed("again", bytes.fromhex(proposal))


def carrying(**effects: list[str]) -> Json:
    """Return the rules with other classes for some effects."""
    return RULES | {"effects": RULES["effects"] | effects}
