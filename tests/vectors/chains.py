"""Vectors of chains (CHN-1 to CHN-6, EXE-2 to EXE-7): records, and what a minute makes of them.

The book has two founders and no minute but the charter's; each case lists records in the
order in which the next minute tries them, with the code of each: "" where it stands, a
code with which it is listed, or ``{"unlisted": code}``.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from tests.protocol.definitions import ZEROS, canonical, frame, hashed, header, public, signed

HERE, THERE = ({"addresses": [f"{name}.example:4000"]} for name in ("farm", "barn"))
RULES: dict[str, Any] = {
    "title": "Plain rules",
    "source": "",
    "classes": {
        "ordinary": {
            "test": {
                "type": "majority",
                "share": {"over": 1, "under": 2},
                "above": True,
                "of": "votes",
            },
            "quorum": {"over": 1, "under": 3},
            "quorum_least": 2,
            "notice_days": 0,
            "voting_ms_min": 0,
            "proposers": [],
            "amendable": False,
            "secrecy": "open",
            "early": False,
            "proxies": 0,
            "delegation": False,
            "interested": "vote",
            "adjourn_days": 0,
        }
    },
    "effects": {"admit": ["ordinary"], "rules": ["ordinary"]},
    "expulsion_days": 21,
    "vouches": 0,
    "witnesses": "all",
    "invite_ms_max": 1_000_000,
    "dormant_minutes": 20,
    "dormant_days": 14,
}
CHARTER: dict[str, Any] = {
    "v": 1,
    "name": "Two Farms",
    "purpose": "to sell lambs",
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
        for number in (1, 2)
    ],
    "at": 1_700_000_000_000,
    "refounds": None,
}


def core(charter: dict[str, Any]) -> bytes:
    """Return what is hashed and signed of a charter (MIN-10)."""
    return canonical(charter | {"rules": hashed("rules", canonical(charter["rules"]))})


COOP = hashed("charter", core(CHARTER))
TIME = CHARTER["at"] + 1_000


def signed_charter() -> dict[str, Any]:
    data = core(CHARTER)
    return {
        "charter": CHARTER,
        "signatures": [signed(number, "sign-charter", data).hex() for number in (1, 2)],
    }


class Draft:
    """A record to be, with its id and its frame."""

    def __init__(
        self,
        founding: str,
        number: int,
        kind: str,
        value: dict[str, Any],
        *,
        after: Draft | None = None,
        erased: bool = False,
        coop: str = COOP,
        **fields: Any,
    ) -> None:
        self.id: str
        self.seq: int
        body = canonical(value)
        chained = {"seq": after.seq + 1, "prev": after.id} if after else {}
        head = header(coop, number, kind, body, **({"seen": founding} | chained | fields))
        data = canonical(head)
        self.seq = head["seq"]
        self.id = sha256(data).hexdigest()
        self.frame = frame(data, signed(number, "sign-record", data), b"" if erased else body)


Codes = list[Any]
Case = tuple[str, list[Draft], Codes, dict[str, Any]]


def device(seq: int, tip: str, status: str = "active", number: int = 1) -> dict[str, Any]:
    """Return a founder's device in the state (page 6)."""
    return {
        "member": public(100 + number),
        "label": "laptop",
        "status": status,
        "seq": seq,
        "tip": tip,
        "since": 0,
        "ended": 0,
    }


def enrolment(seen: str, number: int, member: int, by: int) -> Draft:
    """Return the first record of a new device, its claim signed by a recovery key."""
    claim = bytes.fromhex(COOP) + bytes.fromhex(public(member)) + bytes.fromhex(public(number))
    signature = signed(by, "sign-recovery", claim).hex()
    value = {"member": public(member), "label": "phone", "recovery_sig": signature}
    return Draft(seen, number, "device.enrol", value)


def cases(seen: str) -> list[Case]:
    address = "member.address"
    one = Draft(seen, 1, address, HERE)
    two = Draft(seen, 1, address, THERE, after=one)
    three = Draft(seen, 1, address, HERE, after=two)
    other = Draft(seen, 1, address, THERE)
    astray = Draft(seen, 1, address, THERE, seq=2, prev="ab" * 32)
    ballot = Draft(
        seen, 1, "ballot.cast",
        {"proposal": "ab" * 32, "principal": None, "choice": "for", "reason": ""}, refs=["ab" * 32],
    )  # fmt: skip
    mine, his = f"device/{public(1)}", f"address/{public(1)}"
    evidence = f"evidence/record/{public(1)}"
    witness = f"witness/{public(101)}"
    phone = enrolment(seen, 7, 101, 101)
    return [
        ("a chain", [one, two, three], ["", "", ""], {mine: device(3, three.id), his: HERE}),
        ("out of turn", [two, one, two], [{"unlisted": "CHN-4"}, "", ""],
         {mine: device(2, two.id), his: THERE}),
        ("a gap", [one, three], ["", {"unlisted": "CHN-4"}], {mine: device(1, one.id)}),
        ("the same again", [one, one], ["", {"unlisted": "CHN-4"}], {mine: device(1, one.id)}),
        ("a fork", [one, other], ["", "CHN-5"],
         {mine: device(1, one.id, "frozen"), his: HERE, witness: None,
          evidence: {"first": one.id, "second": other.id, "at": 1},
          "count/witnesses": {"n": 1}}),
        ("a fork of an older record", [one, two, other], ["", "", "CHN-5"],
         {mine: device(2, two.id, "frozen"), evidence: {"first": one.id, "second": other.id,
                                                        "at": 1}}),
        ("a prev that isn't the last", [one, astray], ["", "CHN-5"],
         {mine: device(1, one.id, "frozen")}),
        ("a first record upon another", [Draft(seen, 1, address, HERE, prev="ab" * 32)],
         ["CHN-5"], {mine: device(0, "", "frozen"), his: None}),
        ("after the fork", [one, other, two], ["", "CHN-5", {"unlisted": "CHN-3"}], {}),
        ("both founders fork", [one, other, Draft(seen, 2, address, HERE),
                                Draft(seen, 2, address, THERE)],
         ["", "CHN-5", "", "CHN-5"],
         {witness: None, f"witness/{public(102)}": {"device": public(2), "since": 0}}),
        ("an unknown device", [Draft(seen, 3, address, HERE)], [{"unlisted": "CHN-1"}], {}),
        ("seen on another fork", [Draft(seen, 1, address, HERE, seen="ab" * 32)], ["CHN-6"],
         {his: None}),
        ("seen nothing", [Draft(seen, 1, address, HERE, seen=ZEROS)], ["CHN-6"], {}),
        ("a refused one takes its place",
         [ballot, Draft(seen, 1, address, HERE, after=ballot)], ["GOV-5", ""],
         {mine: device(2, Draft(seen, 1, address, HERE, after=ballot).id), his: HERE}),
        ("a new device", [phone, Draft(seen, 7, address, HERE, after=phone)], ["", ""],
         {f"device/{public(7)}": {"member": public(101), "label": "phone", "status": "active",
                                  "seq": 2, "since": 1, "ended": 0,
                                  "tip": Draft(seen, 7, address, HERE, after=phone).id}}),
        ("a new device by another's recovery key", [enrolment(seen, 7, 101, 102)],
         [{"unlisted": "MEM-5"}], {f"device/{public(7)}": None}),
        ("a revoked device", [phone, Draft(seen, 1, "device.revoke",
                                           {"device": public(7), "reason": ""}),
                              Draft(seen, 7, address, HERE, after=phone)],
         ["", "", {"unlisted": "CHN-2"}], {}),
        ("a profile without its body",
         [Draft(seen, 1, "member.profile", {"contact": "", "about": "", "salt": "00" * 16},
                erased=True)], [""], {}),
    ]  # fmt: skip


def minute_zero() -> str:
    """Return the id of the charter's minute, which the founders' records have seen."""
    from rochdale_protocol.minutes.founding import found_book
    from rochdale_protocol.minutes.minute import SignedCharter

    signed = SignedCharter.from_bytes(canonical(signed_charter()))
    return next(iter(found_book(signed)["heights"]))


def build() -> dict[str, Any]:
    """Return the vectors; device i of the charter has the seed that is 32 times byte i."""
    seen = minute_zero()
    return {
        "charter": signed_charter(),
        "coop": COOP,
        "seen": seen,
        "height": 1,
        "time": TIME,
        "cases": [
            {
                "name": name,
                "records": [{"id": draft.id, "frame": draft.frame.hex()} for draft in drafts],
                "codes": codes,
                "state": state,
            }
            for name, drafts, codes, state in cases(seen)
        ],
    }
