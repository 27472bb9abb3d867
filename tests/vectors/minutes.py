"""Vectors of a small book: charter, minutes, certificates, and minutes that are refused.

The book is kept by the package; its roots, ids and certificates are checked here against
the definitions. What is spoilt, and its code, is written by hand.
"""

from __future__ import annotations

from typing import Any

import orjson

from rochdale_protocol.contributions.records import ContributionLog
from rochdale_protocol.core.records import pack_record
from rochdale_protocol.governance.effects import NoEffect
from rochdale_protocol.governance.records import BallotCast, ProposalNew
from rochdale_protocol.membership.records import MemberAddress
from rochdale_protocol.minutes.shelf import height_key
from tests.protocol.coops import Coop, recovery
from tests.protocol.definitions import canonical, hashed
from tests.vectors.merkle import history_tree, records_tree
from tests.vectors.state import root as state_root

Json = dict[str, Any]
ADDRESS = MemberAddress(addresses=["farm.example:4000"])


def book() -> tuple[Coop, list[Json]]:
    """Return a book of four farms and what its minutes hold after each of five steps."""
    coop = Coop(4)
    steps = [step(coop)]
    coop.write(0, ADDRESS)
    steps.append(step(coop))
    closes = coop.wall + 1_000
    proposal = coop.write(
        1,
        ProposalNew(
            opens=0,
            election=None,
            title="x",
            text="",
            business="ordinary",
            closes=closes,
            effect=NoEffect(),
        ),
    )
    steps.append(step(coop))
    coop.author(2, BallotCast(principal=None, proposal=proposal.id, choice="for", reason=""))
    coop.author(2, BallotCast(principal=None, proposal=proposal.id, choice="against", reason=""))
    coop.author(
        2,
        ContributionLog(
            action="work", receiver=recovery(1).public, resource="fence", quantity="2",
            unit="h", happened=1, agreement=None, note="",
        ),
    )  # fmt: skip
    coop.pump()
    steps.append(step(coop))
    coop.pass_time(1_000)
    steps.append(step(coop))
    assert [each["height"] for each in steps] == [0, 1, 2, 3, 4]
    return coop, steps


def step(coop: Coop) -> Json:
    """Return the newest minute, its certificate, records and state, checked by definition."""
    ledger = coop.nodes[0].ledger
    assert len({other.tip.id for other in coop.ledgers}) == 1
    minute, height = ledger.tip, ledger.height
    head = minute.header.model_dump()
    state = dict(ledger.final.map.scan(""))
    ids = [each.id for at in range(height) if (each := ledger.minute(at)) is not None]
    assert minute.id == hashed("minute", canonical(head))
    assert head["state_root"] == state_root(state)
    assert head["records_root"] == records_tree(minute.records).hex()
    assert head["history_root"] == history_tree(ids).hex()
    assert head["certificate_hash"] == hashed("certificate", minute.certificate)
    frames = [ledger.record(record) for record, _ in minute.records]
    return {
        "height": height,
        "id": minute.id,
        "minute": minute.to_bytes().hex(),
        "certificate": (ledger.desk["finals"].get(height_key(height)) or b"").hex(),
        "records": [pack_record(each).hex() for each in frames if each is not None],
        "state": {key: orjson.loads(value) for key, value in state.items()},
    }


def joined(head: Json, body: Json) -> str:
    """Return the bytes of a minute (MIN-4)."""
    data = canonical(head)
    return (len(data).to_bytes(2, "big") + data + canonical(body)).hex()


def listed(head: Json, body: Json, records: list[list[str]], **fields: Any) -> str:
    """Return a minute with another list of records, and a count and root to match it."""
    root = records_tree([(record, code) for record, code in records]).hex()
    changed = {"count": len(records), "records_root": root} | fields
    return joined(head | changed, body | {"records": records})


def parts(minute: str) -> tuple[Json, Json]:
    data = bytes.fromhex(minute)
    end = 2 + int.from_bytes(data[:2], "big")
    return orjson.loads(data[2:end]), orjson.loads(data[end:])


def malformed(minute: str) -> list[Json]:
    """Return bytes that are no minute at all (MIN-4, MIN-8, MIN-9)."""
    head, body = parts(minute)
    records = body["records"]
    one, two = records[0], records[1]
    cases = [
        ("cut short", "CAN-2", minute[:-2]),
        ("a space at its end", "CAN-7", minute + "20"),
        ("a field missing", "MIN-4", joined({k: head[k] for k in head if k != "time"}, body)),
        ("a field more", "MIN-4", joined(head | {"place": 1}, body)),
        ("another version", "MIN-4", joined(head | {"v": 2}, body)),
        ("a code that is none", "MIN-4", joined(head, body | {"records": [[one[0], "x"]]})),
        ("a record missing", "MIN-8", joined(head, body | {"records": records[1:]})),
        ("a record extra", "MIN-8",
         joined(head, body | {"records": [*records, ["ab" * 32, ""]]})),
        ("records reordered", "MIN-8", joined(head, body | {"records": [two, one, records[2]]})),
        ("another code", "MIN-8",
         joined(head, body | {"records": [[one[0], "GOV-5"], *records[1:]]})),
        ("a wrong count", "MIN-8", joined(head | {"count": 2}, body)),
        ("a wrong root", "MIN-8", joined(head | {"records_root": "ab" * 32}, body)),
        ("no certificate inside", "MIN-8", joined(head, body | {"certificate": ""})),
        ("a record listed twice", "MIN-9", listed(head, body, [one, two, one])),
    ]  # fmt: skip
    return [{"name": name, "code": code, "minute": data} for name, code, data in cases]


def wrong(minutes: list[Json]) -> list[Json]:
    """Return well-formed minutes that aren't valid after the second (MIN-12 to MIN-18, CRT)."""
    head, body = parts(minutes[3]["minute"])
    last, _ = parts(minutes[2]["minute"])
    one, two, three = body["records"]
    inside = bytes.fromhex(body["certificate"])
    forged = inside[:-1] + bytes([inside[-1] ^ 1])
    few = inside[:111] + b"\x03" + inside[112 : 112 + 128]

    def with_inside(data: bytes) -> str:
        hash_ = hashed("certificate", data)
        return joined(head | {"certificate_hash": hash_}, body | {"certificate": data.hex()})

    earlier = bytes.fromhex(minutes[1]["certificate"])
    none: list[int] = []
    cases = [
        ("another co-op's", "MIN-12", joined(head | {"coop": "c1" * 32}, body), [0, 1, 2]),
        ("another height", "MIN-12", joined(head | {"height": 4}, body), [0, 1, 2]),
        ("on another minute", "MIN-12", joined(head | {"prev": "ab" * 32}, body), [0, 1, 2]),
        ("no later than the last", "MIN-13", joined(head | {"time": last["time"]}, body),
         [0, 1, 2]),
        ("no witness's", "MIN-14", joined(head | {"proposer": "ab" * 32}, body), [0, 1, 2]),
        ("reordered, with a root to match", "MIN-15", listed(head, body, [two, one, three]),
         [1, 0, 2]),
        ("a refused record listed as accepted", "MIN-16",
         listed(head, body, [[one[0], "GOV-5"], two, three]), [0, 1, 2]),
        ("with nothing to do", "MIN-17", listed(head, body, []), none),
        ("a record missing, with a root to match", "MIN-18", listed(head, body, [one, two]),
         [0, 1]),
        ("a wrong state root", "MIN-18", joined(head | {"state_root": "ab" * 32}, body),
         [0, 1, 2]),
        ("a wrong roster", "MIN-18", joined(head | {"roster_hash": "ab" * 32}, body), [0, 1, 2]),
        ("a wrong history", "MIN-18", joined(head | {"history_root": "ab" * 32}, body),
         [0, 1, 2]),
        ("no certificate inside", "CRT-1", with_inside(b""), [0, 1, 2]),
        ("too few signers inside", "CRT-3", with_inside(few), [0, 1, 2]),
        ("a forged signature inside", "CRT-4", with_inside(forged), [0, 1, 2]),
        ("an earlier certificate inside", "CRT-5", with_inside(earlier), [0, 1, 2]),
    ]  # fmt: skip
    return [
        {"name": name, "code": code, "minute": data, "records": places}
        for name, code, data, places in cases
    ]


def build() -> Json:
    """Return the vectors; ``records`` of a wrong minute are places in those of minute 3."""
    coop, minutes = book()
    return {
        "charter": orjson.loads(coop.signed.to_bytes()),
        "coop": coop.id,
        "minutes": minutes,
        "malformed": malformed(minutes[3]["minute"]),
        "invalid after minute 2": wrong(minutes),
    }
