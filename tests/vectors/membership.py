"""Vectors of membership (MEM-1 to MEM-23): acts and decisions, one a minute, and what they do.

The book is that of the vectors of chains. Each step is a minute: a record, or the effect of a
decision, with its code: "" where it stands, a code with which it is listed or impossible, or
``{"unlisted": code}``. ``rules`` changes single fields of the co-op's rules.
"""

from __future__ import annotations

from typing import Any

from tests.protocol.definitions import public, signed
from tests.vectors.chains import (
    COOP,
    TIME,
    Codes,
    Draft,
    device,
    enrolment,
    minute_zero,
    signed_charter,
)

FIRST, SECOND, THIRD = public(101), public(102), public(103)
STEP_MS = 1_000
HERE = {"addresses": ["farm.example:4000"]}
SALT = "00" * 16

Step = Draft | dict[str, Any]
Case = tuple[str, list[Step], Codes, dict[str, Any]]


def decide(effect: str, **subject: Any) -> Step:
    """Return the effect of a decision."""
    return {"decide": effect, **subject}


def entry(number: int, spells: list[list[int]], **fields: Any) -> dict[str, Any]:
    """Return a founder's entry in the register, with fields changed (page 6)."""
    return {
        "name": f"Farm {number}",
        "entity": "organisation",
        "status": "active",
        "joined": 0,
        "left": 0,
        "earlier": [],
        "spells": spells,
        "suspensions": [],
        "recovery": public(100 + number),
        "former_keys": [],
        "profile": "",
        "particulars": "",
        "stake": "",
        "capability": "",
    } | fields


def application(seen: str, number: int, recovery: int, token: int, name: str) -> Draft:
    """Return the application of a new device, with both proofs (MEM-2)."""
    claim = bytes.fromhex(COOP) + bytes.fromhex(public(recovery)) + bytes.fromhex(public(number))
    value = {
        "name": name,
        "entity": "organisation",
        "recovery": public(recovery),
        "token": public(token),
        "recovery_sig": signed(recovery, "sign-recovery", claim).hex(),
        "token_sig": signed(token, "sign-invite", claim).hex(),
    }
    return Draft(seen, number, "member.apply", value)


def invitation(seen: str, number: int, token: int, after: Draft | None = None) -> Draft:
    value = {"token": public(token), "expires": TIME + 500_000}
    return Draft(seen, number, "member.invite", value, after=after)


def vouch(seen: str, number: int, for_: Draft | str, after: Draft | None = None) -> Draft:
    """Return a vouch for an application, or for the member of an id."""
    if isinstance(for_, Draft):
        value = {"application": for_.id, "member": None, "text": ""}
        return Draft(seen, number, "member.vouch", value, after=after, refs=[for_.id])
    value = {"application": None, "member": for_, "text": ""}
    return Draft(seen, number, "member.vouch", value, after=after)


def suspensions(seen: str) -> list[Case]:
    address = Draft(seen, 2, "member.address", HERE)
    invite = invitation(seen, 2, 50, address)
    refused = Draft(seen, 2, "member.address", HERE, after=invite)
    return [
        ("a suspended member", [decide("suspend", member=SECOND), address, invite, refused],
         ["", "", "MEM-15", ""],
         {f"member/{SECOND}": entry(2, [[0, 1]], status="suspended", suspensions=[[1, 0]]),
          "count/members": {"n": 1}, "count/roll": {"n": 1}, "count/witnesses": {"n": 2},
          f"invite/{public(50)}": None, f"device/{public(2)}": device(3, refused.id, number=2)}),
        ("suspended and restored", [decide("suspend", member=SECOND),
                                    decide("suspend", member=SECOND),
                                    decide("restore", member=SECOND),
                                    decide("restore", member=SECOND)],
         ["", "MEM-15", "", "MEM-15"],
         {f"member/{SECOND}": entry(2, [[0, 1], [2, 0]], suspensions=[[1, 3]]),
          "count/members": {"n": 2}, "count/roll": {"n": 2}}),
        ("the last vote", [decide("suspend", member=SECOND), decide("suspend", member=FIRST),
                           Draft(seen, 1, "member.resign", {"reason": ""})],
         ["", "MEM-14", "MEM-14"],
         {f"member/{FIRST}": entry(1, [[0, 0]]), "count/members": {"n": 1},
          "count/witnesses": {"n": 2}}),
        ("expelled while suspended", [decide("suspend", member=SECOND),
                                      decide("expel", member=SECOND),
                                      decide("expel", member=SECOND)],
         ["", "", "MEM-10"],
         {f"member/{SECOND}": entry(2, [[0, 1]], status="expelled", left=2,
                                    suspensions=[[1, 2]]),
          "count/roll": {"n": 1}, "count/witnesses": {"n": 1}, f"witness/{SECOND}": None,
          f"device/{public(2)}": device(0, "", "revoked", number=2) | {"ended": 2}}),
        ("the last witness", [decide("expel", member=SECOND), decide("expel", member=FIRST)],
         ["", "MEM-8"], {f"witness/{FIRST}": {"device": public(1), "since": 0}}),
    ]  # fmt: skip


def readmissions(seen: str) -> list[Case]:
    invite = invitation(seen, 1, 50)
    again = application(seen, 12, 102, 50, "Farm Two")
    stranger = application(seen, 13, 103, 50, "Farm 3")
    theirs = invitation(seen, 2, 51)
    return [
        ("a former member comes back", [decide("expel", member=SECOND), invite, again,
                                        decide("admit", application=again.id)],
         ["", "", "", ""],
         {f"member/{SECOND}": entry(2, [[0, 1], [2, 0]], name="Farm Two", joined=4,
                                    earlier=[[0, 1]]),
          "count/members": {"n": 2}, "count/roll": {"n": 2}, f"witness/{SECOND}": None}),
        ("a member applies", [invite, again], ["", {"unlisted": "MEM-3"}],
         {f"application/{again.id}": None}),
        ("an invite of one who left", [theirs, decide("expel", member=SECOND),
                                       application(seen, 13, 103, 51, "Farm 3")],
         ["", "", {"unlisted": "MEM-1"}], {}),
        ("too few vouches", [decide("rules", change={"vouches": 1}), invite, stranger,
                             decide("admit", application=stranger.id),
                             vouch(seen, 2, stranger), decide("suspend", member=SECOND),
                             decide("admit", application=stranger.id),
                             decide("restore", member=SECOND),
                             decide("admit", application=stranger.id)],
         ["", "", "", "MEM-22", "", "", "MEM-22", "", ""],
         {"count/members": {"n": 3}, "count/roll": {"n": 3},
          f"member/{THIRD}": entry(3, [[3, 0]], joined=9)}),
        ("vouches that are none", [vouch(seen, 1, FIRST), vouch(seen, 2, FIRST),
                                   vouch(seen, 2, FIRST, vouch(seen, 2, FIRST))],
         ["MEM-21", "", "MEM-21"], {f"vouch/{FIRST}/{FIRST}": None}),
    ]  # fmt: skip


def rekeyings(seen: str) -> list[Case]:
    rekey = decide("rekey", member=SECOND, recovery=public(60))
    invite = invitation(seen, 1, 50)
    old, new = (application(seen, 12, key, 50, "Farm Two") for key in (102, 60))
    late = application(seen, 13, 60, 50, "Farm 3")
    return [
        ("a new recovery key", [rekey, enrolment(seen, 12, 102, 102), enrolment(seen, 12, 102, 60)],
         ["", {"unlisted": "MEM-5"}, ""],
         {f"member/{SECOND}": entry(2, [[0, 0]], recovery=public(60), former_keys=[SECOND]),
          f"rekeyed/{public(60)}": {"member": SECOND, "at": 1}, "count/witnesses": {"n": 1},
          f"device/{public(2)}": device(0, "", "revoked", number=2) | {"ended": 1}}),
        ("keys that are taken", [decide("rekey", member=SECOND, recovery=FIRST), rekey,
                                 decide("rekey", member=FIRST, recovery=public(60)),
                                 decide("rekey", member=FIRST, recovery=public(61))],
         ["MEM-16", "", "MEM-16", "MEM-8"], {f"member/{FIRST}": entry(1, [[0, 0]])}),
        ("who was re-keyed and left comes back", [rekey, decide("expel", member=SECOND), invite,
                                                  old, new, decide("admit", application=new.id)],
         ["", "", "", {"unlisted": "MEM-3"}, "", ""],
         {f"member/{public(60)}": None, f"device/{public(12)}": device(1, new.id, number=2) | {
             "label": "Farm Two", "since": 5}}),
        ("an applicant's key becomes another's", [invite, late, rekey,
                                                  decide("admit", application=late.id)],
         ["", "", "", "MEM-3"], {f"member/{public(60)}": None}),
    ]  # fmt: skip


def offices(seen: str) -> list[Case]:
    appoint = decide("appoint", office="secretary", member=SECOND, until=TIME)
    give_up = Draft(seen, 2, "office.resign", {"office": "secretary"})
    ready = Draft(seen, 1, "witness.ready", {})
    elect = decide("rules", change={"witnesses": "elected"})
    return [
        ("an office given up", [appoint, give_up,
                                Draft(seen, 2, "office.resign", {"office": "secretary"},
                                      after=give_up),
                                decide("vacate", office="secretary", member=SECOND)],
         ["", "", "MEM-17", "MEM-17"],
         {f"office/secretary/{SECOND}": {"since": 1, "until": TIME, "ended": 2}}),
        ("an office of one who leaves", [appoint, decide("expel", member=SECOND),
                                         appoint],
         ["", "", "MEM-17"],
         {f"office/secretary/{SECOND}": {"since": 1, "until": TIME, "ended": 2}}),
        ("elected witnesses", [decide("witnesses", members=[SECOND]), elect,
                               decide("witnesses", members=[THIRD]),
                               decide("witnesses", members=[SECOND, THIRD]), ready],
         ["MEM-18", "", "MEM-18", "", "MEM-18"],
         {f"elected/{SECOND}": {"since": 4}, f"elected/{FIRST}": None, f"witness/{FIRST}": None,
          f"attested/{FIRST}": None, "count/witnesses": {"n": 1}}),
        ("none of the elected attests yet", [elect, decide("witnesses", members=[SECOND]),
                                             decide("witnesses", members=[FIRST]), ready],
         ["", "", "", ""],
         {f"witness/{FIRST}": {"device": public(1), "since": 4}, f"witness/{SECOND}": None,
          "count/witnesses": {"n": 1}}),
    ]  # fmt: skip


def mandates(seen: str) -> list[Case]:
    person = Draft(seen, 1, "mandate.person", {"name": "Ann", "role": "clerk", "salt": SALT})

    def give(after: Draft, until: int, device_: int = 1) -> Draft:
        value = {"device": public(device_), "scope": "vote", "until": until, "person": person.id}
        return Draft(seen, 1, "mandate.give", value, after=after, refs=[person.id])

    end = TIME + 3 * STEP_MS
    given = give(person, end)
    first = vouch(seen, 1, SECOND, given)
    late = vouch(seen, 1, SECOND, first)
    resign = Draft(seen, 1, "member.resign", {"reason": ""}, after=given)
    key = f"mandate/{FIRST}/{public(1)}/vote"
    kept = {"record": given.id, "person": person.id, "until": end, "since": 2, "ended": 0}
    phone = enrolment(seen, 12, 101, 101)
    over = {"device": public(1), "scope": "vote"}
    bad = give(person, TIME)
    return [
        ("a mandate that ends", [person, given, first, late], ["", "", "", "MEM-20"],
         {key: kept, f"person/{person.id}": {"member": FIRST}}),
        ("beyond a mandate", [person, given, resign], ["", "", "MEM-20"], {key: kept}),
        ("ended by a device without one", [person, given, phone,
                                           Draft(seen, 12, "mandate.end", over, after=phone)],
         ["", "", "", ""], {key: kept | {"ended": 4}}),
        ("a mandate of another's device, or over before it begins",
         [person, bad, give(bad, 0, device_=2)], ["", "MEM-19", "MEM-19"], {key: None}),
    ]  # fmt: skip


def written(step: Step) -> dict[str, Any]:
    return {"id": step.id, "frame": step.frame.hex()} if isinstance(step, Draft) else step


def build() -> dict[str, Any]:
    """Return the vectors; step i of a case is minute i + 1, a second after the one before."""
    seen = minute_zero()
    cases = [case for group in (suspensions, readmissions, rekeyings, offices, mandates)
             for case in group(seen)]  # fmt: skip
    return {
        "charter": signed_charter(),
        "coop": COOP,
        "seen": seen,
        "time": TIME,
        "step_ms": STEP_MS,
        "cases": [
            {
                "name": name,
                "steps": [written(step) for step in steps],
                "codes": codes,
                "state": state,
            }
            for name, steps, codes, state in cases
        ],
    }
