"""Vectors of disputes (DIS-1 to DIS-12): the acts of four farms, and what they come to.

Each step is a minute with its time: a record, or what a decision of the members does
(``decide``), with its code, "" where it stands. ``state`` is what there is in the end.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from tests.protocol.definitions import canonical, frame, hashed, header, public, secret, signed
from tests.vectors.chains import CHARTER as TWO_FARMS
from tests.vectors.chains import TIME, core

FARMS = (1, 2, 3, 4)
CHARTER: dict[str, Any] = TWO_FARMS | {
    "name": "Four Farms",
    "founders": [
        {
            "name": f"Farm {number}",
            "entity": "organisation",
            "member": public(100 + number),
            "device": public(number),
            "label": "laptop",
            "addresses": [],
        }
        for number in FARMS
    ],
}
COOP = hashed("charter", core(CHARTER))
STEP_MS = 1_000
DAYS_14 = 14 * 86_400_000
PROPOSAL, OTHER = "1a" * 32, "2b" * 32


def member(number: int) -> str:
    """Return a farm's member id."""
    return public(100 + number)


def signed_charter() -> dict[str, Any]:
    """Return the charter, signed by each farm (MIN-10)."""
    data = core(CHARTER)
    signatures = [signed(number, "sign-charter", data).hex() for number in FARMS]
    return {"charter": CHARTER, "signatures": signatures}


def minute_zero() -> str:
    """Return the id of the charter's minute, which the founders' records have seen."""
    from rochdale_protocol.minutes.founding import found_book
    from rochdale_protocol.minutes.minute import SignedCharter

    founded = found_book(SignedCharter.from_bytes(canonical(signed_charter())))
    return next(iter(founded["heights"]))


SEEN = minute_zero()


class Way:
    """The steps of one case, each with the code that it is to have."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.time = TIME - STEP_MS
        self.steps: list[dict[str, Any]] = []
        self.codes: list[str] = []
        self._tips: dict[int, tuple[int, str]] = {}

    def _step(self, step: dict[str, Any], code: str) -> None:
        self.time += STEP_MS
        self.steps.append(step | {"time": self.time})
        self.codes.append(code)

    def sign(
        self, number: int, kind: str, value: dict[str, Any], refs: list[str], code: str = ""
    ) -> str:
        """Let a farm sign a record; returns its id. A refused one takes its place as well."""
        body = canonical(value)
        chained: dict[str, Any] = {}
        if number in self._tips:
            seq, prev = self._tips[number]
            chained = {"seq": seq + 1, "prev": prev}
        head = header(COOP, number, kind, body, seen=SEEN, refs=sorted(set(refs)), **chained)
        data = canonical(head)
        record = sha256(data).hexdigest()
        self._tips[number] = (head["seq"], record)
        packed = frame(data, signed(number, "sign-record", data), body)
        self._step({"id": record, "frame": packed.hex()}, code)
        return record

    def decide(self, effect: str, code: str = "", **subject: Any) -> None:
        """Let a decision do something."""
        self._step({"decide": effect, **subject}, code)

    def say(self, number: int, text: str = "The lambs never came.") -> str:
        """Let a farm make a statement; returns its id."""
        return self.sign(number, "dispute.statement", {"text": text, "salt": "0f" * 16}, [])

    def open(self, number: int, against: list[int], statement: str, code: str = "") -> str:
        """Let a farm complain about others; returns the dispute."""
        respondents = [member(each) for each in against]
        value = {"respondents": respondents, "about": [], "statement": statement}
        return self.sign(number, "dispute.open", value, [statement], code)

    def answer(self, number: int, dispute: str, statement: str, code: str = "") -> None:
        value = {"dispute": dispute, "statement": statement}
        self.sign(number, "dispute.answer", value, [dispute, statement], code)

    def about(self, number: int, kind: str, dispute: str, code: str = "", **more: Any) -> str:
        """Let a farm sign what names the dispute alone among records."""
        return self.sign(number, f"dispute.{kind}", {"dispute": dispute, **more}, [dispute], code)

    def agree(self, number: int, dispute: str, settlement: str, code: str = "") -> None:
        value = {"dispute": dispute, "settlement": settlement}
        self.sign(number, "dispute.agree", value, [dispute, settlement], code)

    def case(self, state: dict[str, Any]) -> dict[str, Any]:
        """Return the case, with what its end is to be."""
        return {"name": self.name, "steps": self.steps, "codes": self.codes, "state": state}


def entry(statement: str, **fields: Any) -> dict[str, Any]:
    """Return a dispute of farm 1 with farm 2 as it stands after minute 2, with fields changed."""
    return {
        "number": 1,
        "complainant": member(1),
        "respondents": [member(2)],
        "statement": statement,
        "answers": {},
        "opened": 2,
        "at": TIME + STEP_MS,
        "roll": 0,
        "mediator": "",
        "accepted": [],
        "settlement": "",
        "agreed": [],
        "status": "open",
        "proposal": "",
        "closed": 0,
    } | fields


def members(*numbers: int) -> list[str]:
    return sorted(member(number) for number in numbers)


def begun(name: str) -> tuple[Way, str, str]:
    """Return a case in which farm 1 complains about farm 2, its dispute and its statement."""
    way = Way(name)
    words = way.say(1)
    return way, way.open(1, [2], words), words


def settled() -> dict[str, Any]:
    way, dispute, words = begun("answered, mediated and settled")
    reply = way.say(2, "They did come.")
    way.answer(2, dispute, reply)
    way.about(1, "mediator", dispute, mediator=member(3))
    way.about(3, "settle", dispute, "DIS-8", text="Too early.")
    way.about(3, "accept", dispute, mediator=member(3))
    way.about(4, "accept", dispute, "DIS-7", mediator=member(3))
    way.about(2, "accept", dispute, mediator=member(3))
    settlement = way.about(3, "settle", dispute, text="They come on Friday.")
    way.agree(3, dispute, settlement, "DIS-9")
    way.agree(1, dispute, reply, "DIS-9")
    way.agree(1, dispute, settlement)
    way.agree(2, dispute, settlement)
    way.agree(2, dispute, settlement, "DIS-4")
    return way.case(
        {
            f"dispute/{dispute}": entry(
                words,
                answers={member(2): reply},
                mediator=member(3),
                accepted=members(1, 2, 3),
                settlement=settlement,
                agreed=members(1, 2),
                status="settled",
                closed=14,
            ),
            f"statement/{words}": None,
            f"statement/{reply}": None,
            "count/disputes": {"n": 1},
        }
    )


def statements() -> dict[str, Any]:
    way, dispute, words = begun("statements are one's own, and used once")
    theirs = way.say(3)
    way.answer(2, dispute, theirs, "DIS-1")
    way.answer(2, dispute, words, "DIS-1")
    erased = way.say(2)
    way.sign(2, "member.erase", {"record": erased}, [erased])
    way.answer(2, dispute, erased, "DIS-1")
    way.answer(3, dispute, theirs, "DIS-5")
    way.answer(2, OTHER, theirs, "DIS-3")
    return way.case(
        {
            f"dispute/{dispute}": entry(words),
            f"statement/{theirs}": {"member": member(3)},
            f"statement/{erased}": {"member": member(2)},
        }
    )


def respondents() -> dict[str, Any]:
    way = Way("whom one may complain about")
    words = way.say(1)
    for against in ([1], [2, 2], [9], [2, 3]):
        way.open(1, against, words, "DIS-2")
    way.decide("expel", member=member(4))
    way.open(1, [4], words, "DIS-2")
    way.decide("suspend", member=member(2))
    dispute = way.open(1, [2], words)
    return way.case({f"dispute/{dispute}": entry(words, opened=9, at=TIME + 8 * STEP_MS, roll=2)})


def mediators() -> dict[str, Any]:
    way, dispute, words = begun("who mediates, and until when")
    for number in (1, 2, 9):
        way.about(1, "mediator", dispute, "DIS-6", mediator=member(number))
    way.about(4, "mediator", dispute, "DIS-6", mediator=member(3))
    way.about(1, "accept", dispute, "DIS-7", mediator=member(3))
    way.about(1, "mediator", dispute, mediator=member(3))
    way.about(2, "accept", dispute, mediator=member(3))
    way.about(3, "decline", dispute, mediator=member(3))
    way.about(2, "mediator", dispute, mediator=member(4))
    way.about(1, "mediator", dispute, mediator=member(3))
    way.about(2, "decline", dispute, "DIS-7", mediator=member(4))
    return way.case({f"dispute/{dispute}": entry(words, mediator=member(3), accepted=members(1))})


def withdrawn() -> dict[str, Any]:
    way, dispute, words = begun("withdrawn")
    way.about(2, "withdraw", dispute, "DIS-10")
    way.about(1, "withdraw", dispute)
    way.about(1, "refer", dispute, "DIS-4")
    return way.case({f"dispute/{dispute}": entry(words, status="withdrawn", closed=4)})


def left_behind() -> dict[str, Any]:
    way, dispute, words = begun("the complainant has left")
    way.decide("expel", member=member(1))
    way.about(2, "settle", dispute, "DIS-8", text="With nobody.")
    way.about(3, "withdraw", dispute, "DIS-10")
    way.about(2, "withdraw", dispute)
    return way.case({f"dispute/{dispute}": entry(words, status="withdrawn", closed=6)})


def in_time() -> dict[str, Any]:
    way, dispute, words = begun("referred without an answer after 14 days")
    opened = TIME + STEP_MS
    way.time = opened + DAYS_14 - 1 - STEP_MS
    way.about(1, "refer", dispute, "DIS-11")
    way.time = opened + DAYS_14 - STEP_MS
    way.about(2, "refer", dispute)
    way.about(1, "refer", dispute, "DIS-11")
    return way.case({f"dispute/{dispute}": entry(words, status="referred")})


def decided() -> dict[str, Any]:
    way, dispute, words = begun("decided by the members")
    way.decide("take up", "DIS-12", dispute=dispute, proposal=PROPOSAL)
    reply = way.say(2)
    way.answer(2, dispute, reply)
    way.about(3, "refer", dispute, "DIS-11")
    way.about(2, "refer", dispute)
    way.decide("take up", dispute=dispute, proposal=PROPOSAL)
    way.decide("take up", "DIS-12", dispute=dispute, proposal=OTHER)
    way.decide("put back", dispute=dispute)
    way.decide("take up", dispute=dispute, proposal=OTHER)
    way.decide("settle", "DIS-12", dispute=dispute, proposal=PROPOSAL)
    way.decide("settle", dispute=dispute, proposal=OTHER)
    way.about(1, "withdraw", dispute, "DIS-4")
    return way.case(
        {
            f"dispute/{dispute}": entry(
                words,
                answers={member(2): reply},
                status="decided",
                proposal=OTHER,
                closed=13,
            )
        }
    )


def build() -> dict[str, Any]:
    """Return the vectors; step i of a case is minute i + 1."""
    assert secret(1).verify_key.encode().hex() == public(1)
    makers = (
        settled, statements, respondents, mediators, withdrawn, left_behind, in_time, decided,
    )  # fmt: skip
    return {
        "charter": signed_charter(),
        "coop": COOP,
        "seen": SEEN,
        "cases": [make() for make in makers],
    }
