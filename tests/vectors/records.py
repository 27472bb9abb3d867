"""Vectors of records (REC-1 to REC-10), made by the words of ``specs/02-records.md``."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from tests.protocol.definitions import canonical, frame, hashed, header, public, secret, signed

COOP = "c0" * 32
ONE, TWO = "1a" * 32, "2b" * 32
SIG = "5c" * 64

BODIES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "member.invite": ({"token": public(9), "expires": 1_700_000_600_000}, []),
    "member.apply": (
        {
            "name": "Å Farm",
            "entity": "organisation",
            "recovery": public(8),
            "token": public(9),
            "recovery_sig": SIG,
            "token_sig": SIG,
        },
        [],
    ),
    "member.profile": ({"contact": "Ann\n01751", "about": "", "salt": "0f" * 16}, []),
    "member.particulars": (
        {"name": "Å Farm Ltd", "address": "Dale", "member_class": "", "salt": "0f" * 16},
        [],
    ),
    "member.stake": (
        {
            "holdings": [{"type": "share", "amount": "100", "currency": "GBP"}],
            "salt": "0f" * 16,
        },
        [],
    ),
    "member.capability": (
        {
            "capabilities": [{"name": "shearing", "quantity": "40", "unit": "hour a week"}],
            "salt": "0f" * 16,
        },
        [],
    ),
    "member.vouch": ({"application": TWO, "member": None, "text": "Good neighbours."}, [TWO]),
    "mandate.person": ({"name": "Ann", "role": "director", "salt": "0f" * 16}, []),
    "mandate.give": (
        {"device": public(7), "scope": "vote", "until": 0, "person": ONE},
        [ONE],
    ),
    "mandate.end": ({"device": public(7), "scope": "vote"}, []),
    "office.resign": ({"office": "secretary"}, []),
    "member.address": ({"addresses": ["farm.example:4000", "[::1]:80"]}, []),
    "member.resign": ({"reason": ""}, []),
    "member.erase": ({"record": ONE}, [ONE]),
    "device.add": ({"device": public(7), "label": "phone", "device_sig": SIG}, []),
    "device.enrol": ({"member": public(8), "label": "phone", "recovery_sig": SIG}, []),
    "device.revoke": ({"device": public(7), "reason": "lost"}, []),
    "witness.ready": ({}, []),
    "proposal.new": (
        {
            "title": "Admit Å Farm",
            "text": "They keep sheep.",
            "business": "special",
            "opens": 0,
            "closes": 1_700_000_900_000,
            "effect": {"type": "admit", "application": TWO},
            "election": None,
        },
        [TWO],
    ),
    "proposal.notice": ({"proposal": ONE, "opens": 0, "closes": 1_700_000_900_000}, [ONE]),
    "proposal.amend": ({"proposal": ONE, "text": "They keep sheep and bees."}, [ONE]),
    "proposal.withdraw": ({"proposal": ONE}, [ONE]),
    "amendment.offer": ({"proposal": ONE, "text": "They keep bees.", "reason": ""}, [ONE]),
    "amendment.accept": ({"proposal": ONE, "amendment": TWO}, [ONE, TWO]),
    "comment.make": ({"proposal": ONE, "text": "Which sheep?", "salt": "0f" * 16}, [ONE]),
    "interest.declare": ({"proposal": ONE, "nature": "My sister farms there."}, [ONE]),
    "candidate.stand": ({"proposal": ONE, "statement": ""}, [ONE]),
    "candidate.withdraw": ({"proposal": ONE}, [ONE]),
    "ballot.cast": (
        {"proposal": ONE, "principal": None, "choice": "abstain", "reason": "no view"},
        [ONE],
    ),
    "ballot.rank": ({"proposal": ONE, "principal": public(8), "ranks": [[2], [1, 3]]}, [ONE]),
    "ballot.score": (
        {"proposal": ONE, "principal": None, "scores": [{"candidate": 2, "score": 9}]},
        [ONE],
    ),
    "ballot.seal": (
        {
            "proposal": ONE,
            "principal": None,
            "sealed": {
                "ephemeral": "3d" * 32,
                "ciphertext": "4e" * 80,
                "commits": [ONE],
                "boxes": ["6f" * 32],
            },
        },
        [ONE],
    ),
    "ballot.unseal": (
        {
            "proposal": ONE,
            "shares": [
                {"member": public(8), "share": "3d" * 32},
                {"member": public(9), "share": None},
            ],
        },
        [ONE],
    ),
    "proxy.appoint": ({"proposal": ONE, "holder": public(8), "instruction": "for"}, [ONE]),
    "proxy.revoke": ({"proposal": ONE}, [ONE]),
    "delegation.give": ({"business": "ordinary", "holder": public(8)}, []),
    "delegation.end": ({"business": "ordinary"}, []),
    "meeting.record": (
        {
            "title": "June meeting",
            "held": 1_700_000_000_000,
            "place": "the barn",
            "chair": public(8),
            "present": [public(8), public(9)],
            "text": "We agreed on sheep.",
            "votes": [
                {
                    "proposal": ONE,
                    "voted_for": [public(8)],
                    "voted_against": [],
                    "abstained": [public(9)],
                }
            ],
        },
        [ONE],
    ),
    "meeting.approve": ({"meeting": ONE}, [ONE]),
    "agreement.draft": ({"title": "Supply", "text": "# Supply\n", "parties": [public(8)]}, []),
    "agreement.revise": ({"agreement": ONE, "text": "# Supply, again\n"}, [ONE]),
    "agreement.sign": (
        {"agreement": ONE, "version": 2, "text_hash": hashed("text", b"# Supply, again\n")},
        [ONE],
    ),
    "contribution.log": (
        {
            "action": "deliverService",
            "receiver": public(8),
            "resource": "shearing",
            "quantity": "7.5",
            "unit": "h",
            "happened": 1_699_999_000_000,
            "agreement": ONE,
            "note": "",
        },
        [ONE],
    ),
    "contribution.confirm": ({"contribution": ONE, "quantity": "7.5"}, [ONE]),
    "contribution.dispute": ({"contribution": ONE, "reason": "it was 7"}, [ONE]),
    "contribution.correct": (
        {"contribution": ONE, "quantity": "7", "reason": "miscounted"},
        [ONE],
    ),
    "dispute.statement": ({"text": "The lambs\nnever came.", "salt": "0f" * 16}, []),
    "dispute.open": (
        {"respondents": [public(8)], "about": [TWO], "statement": ONE},
        [ONE, TWO],
    ),
    "dispute.answer": ({"dispute": ONE, "statement": TWO}, [ONE, TWO]),
    "dispute.mediator": ({"dispute": ONE, "mediator": public(8)}, [ONE]),
    "dispute.accept": ({"dispute": ONE, "mediator": public(8)}, [ONE]),
    "dispute.decline": ({"dispute": ONE, "mediator": public(8)}, [ONE]),
    "dispute.settle": ({"dispute": ONE, "text": "They come on Friday."}, [ONE]),
    "dispute.agree": ({"dispute": ONE, "settlement": TWO}, [ONE, TWO]),
    "dispute.withdraw": ({"dispute": ONE}, [ONE]),
    "dispute.refer": ({"dispute": ONE}, [ONE]),
}
"""A body of each kind, and the ids that it names."""

SPOILT: list[tuple[str, str, dict[str, Any]]] = [
    ("a field more", "witness.ready", {"more": 1}),
    ("a time before 1970", "member.invite", {"expires": -1}),
    ("a key in capitals", "member.invite", {"token": public(9).upper()}),
    ("an empty name", "member.apply", {"name": ""}),
    ("a name with a line feed", "member.apply", {"name": "A\nB"}),
    ("a name that begins with a space", "member.apply", {"name": " A"}),
    ("another entity", "member.apply", {"entity": "charity"}),
    ("a short salt", "member.profile", {"salt": "00"}),
    ("nine addresses", "member.address", {"addresses": ["a.example:1"] * 9}),
    ("an address without a port", "member.address", {"addresses": ["a.example"]}),
    ("a class of business in capitals", "proposal.new", {"business": "Urgent"}),
    ("an election without seats", "proposal.new", {"election": {"seats": 0, "options": []}}),
    ("an expulsion without reasons", "proposal.new",
     {"effect": {"type": "expel", "member": public(8), "reasons": ""}}),
    ("what is referred to be referred", "proposal.new",
     {"effect": {"type": "refer", "business": "special",
                 "effect": {"type": "refer", "business": "special", "effect": {"type": "none"}}}}),
    ("an empty comment", "comment.make", {"text": ""}),
    ("an interest that isn't named", "interest.declare", {"nature": ""}),
    ("candidate nought", "ballot.rank", {"ranks": [[0]]}),
    ("a rank of nobody", "ballot.rank", {"ranks": [[]]}),
    ("a score below nothing", "ballot.score", {"scores": [{"candidate": 1, "score": -1}]}),
    ("no shares", "ballot.unseal", {"shares": []}),
    ("another instruction", "proxy.appoint", {"instruction": "maybe"}),
    ("a meeting of nobody", "meeting.record", {"present": []}),
    ("another scope", "mandate.give", {"scope": "some"}),
    ("a currency in small letters", "member.stake",
     {"holdings": [{"type": "share", "amount": "1", "currency": "gbp"}]}),
    ("an effect that isn't one", "proposal.new", {"effect": {"type": "fine"}}),
    ("an effect with a field more", "proposal.new", {"effect": {"type": "none", "x": 1}}),
    ("a choice that isn't one", "ballot.cast", {"choice": "maybe"}),
    ("no parties", "agreement.draft", {"parties": []}),
    ("an empty text", "agreement.draft", {"text": ""}),
    ("version nought", "agreement.sign", {"version": 0}),
    ("a quantity with a nought at its end", "contribution.confirm", {"quantity": "7.50"}),
    ("a quantity below nothing", "contribution.confirm", {"quantity": "-7"}),
    ("a quantity that is a number", "contribution.confirm", {"quantity": 7}),
    ("an action that isn't one", "contribution.log", {"action": "lend"}),
    ("nobody complained of", "dispute.open", {"respondents": []}),
    ("seventeen respondents", "dispute.open", {"respondents": [public(8)] * 17}),
    ("a complaint about seventeen", "dispute.open", {"about": [TWO] * 17}),
    ("an empty settlement", "dispute.settle", {"text": ""}),
]  # fmt: skip
"""What is wrong, the kind, and the fields of its body that are changed."""


def whole(kind: str, **fields: Any) -> tuple[dict[str, Any], bytes]:
    """Return the header of a record of a kind, with fields changed, and its body."""
    value, refs = BODIES[kind]
    body = canonical(value)
    return header(COOP, 1, kind, body, **({"refs": refs} | fields)), body


def framed(head: dict[str, Any], body: bytes) -> bytes:
    data = canonical(head)
    return frame(data, signed(1, "sign-record", data), body)


def valid() -> list[dict[str, Any]]:
    made: list[tuple[str, dict[str, Any], bytes, dict[str, Any] | None]] = []
    for kind, (value, _) in BODIES.items():
        head, body = whole(kind)
        made.append((kind, head, body, value))
    head, body = whole("member.profile", seq=7, prev=ONE)
    made.append(("a later one", head, body, BODIES["member.profile"][0]))
    made.append(("an erased body", head, b"", None))
    return [
        {
            "name": name,
            "frame": framed(head, body).hex(),
            "id": hashed_id(head),
            "header": head,
            "body": value,
        }
        for name, head, body, value in made
    ]


def hashed_id(head: dict[str, Any]) -> str:
    return sha256(canonical(head)).hexdigest()


def invalid() -> list[dict[str, Any]]:
    head, body = whole("ballot.cast")
    good = framed(head, body)
    data = canonical(head)
    sig = signed(1, "sign-record", data)
    order = 2**252 + 27742317777372353535851937790883648493
    other_s = sig[:32] + (int.from_bytes(sig[32:], "little") + order).to_bytes(32, "little")
    point = (bytes([1]) + bytes(31)).hex()
    small = canonical(head | {"device": point})
    spaced = data.replace(b'":', b'": ', 1)
    cases: list[tuple[str, str, bytes]] = [
        ("nothing", "REC-1", b""),
        ("cut in the header", "REC-1", good[:60]),
        ("cut in the signature", "REC-1", good[: 2 + len(data) + 63]),
        ("a header too large", "CAN-1", frame(data + b" " * 8_192, sig, b"")),
        ("a header that is no JSON", "CAN-2", frame(data[:-1], sig, body)),
        ("a header that is not UTF-8", "CAN-2", frame(b'{"v":"\xff"}', sig, body)),
        ("a header with a space", "CAN-7", frame(spaced, sig, body)),
        ("a header with a field twice", "CAN-7", frame(data[:-1] + b',"v":1}', sig, body)),
        ("a field missing", "REC-2", framed({k: v for k, v in head.items() if k != "at"}, body)),
        ("a field more", "REC-2", framed(head | {"to": ONE}, body)),
        ("record nought", "REC-2", framed(head | {"seq": 0}, body)),
        ("a kind without an area", "REC-2", framed(head | {"kind": "ballot"}, body)),
        ("a size of nothing", "REC-2", framed(head | {"body_size": 0}, b"")),
        ("a size too large", "REC-2", framed(head | {"body_size": 262_145}, b"")),
        ("65 references", "REC-2", framed(head | {"refs": [f"{n:064x}" for n in range(65)]}, body)),
        ("another version", "REC-3", framed(head | {"v": 2}, body)),
        ("another co-op", "REC-4", framed(head | {"coop": "c1" * 32}, body)),
        ("another's signature", "REC-5", frame(data, signed(2, "sign-record", data), body)),
        (
            "a signature for another purpose",
            "REC-5",
            frame(data, signed(1, "sign-vote", data), body),
        ),
        ("a signature of another header", "REC-5", frame(canonical(head | {"seq": 2}), sig, body)),
        ("S plus the order of the group", "REC-5", frame(data, other_s, body)),
        ("a key of small order", "REC-5", frame(small, bytes.fromhex(point) + bytes(32), body)),
        ("a body of another hash", "REC-6", framed(head, body.replace(b"abstain", b"against"))),
        ("a body of another size", "REC-6", framed(head | {"body_size": len(body) + 1}, body)),
        ("a body cut short", "REC-6", good[:-1]),
        ("references out of order", "REC-9", framed(head | {"refs": [TWO, ONE]}, body)),
        ("a reference twice", "REC-9", framed(head | {"refs": [ONE, ONE]}, body)),
    ]
    return [{"name": name, "code": code, "frame": data.hex()} for name, code, data in cases]


def carried() -> list[dict[str, Any]]:
    """Return records that are well formed and refused when they are carried out."""
    cases = []
    for name, kind, changed in SPOILT:
        value, refs = BODIES[kind]
        body = canonical(value | changed)
        cases.append((name, "REC-8", framed(header(COOP, 1, kind, body, refs=refs), body)))
    spaced = b'{ "reason":""}'
    cases.append(
        ("a body with a space", "REC-8", framed(header(COOP, 1, "member.resign", spaced), spaced))
    )
    head, body = whole("ballot.cast")
    cases += [
        ("an unknown kind", "REC-7", framed(head | {"kind": "magic.spell"}, body)),
        ("a reference missing", "REC-9", framed(head | {"refs": []}, body)),
        ("a reference too many", "REC-9", framed(head | {"refs": [ONE, TWO]}, body)),
        ("no body", "REC-10", framed(head, b"")),
    ]
    return [{"name": name, "code": code, "frame": data.hex()} for name, code, data in cases]


def build() -> dict[str, Any]:
    """Return the vectors; all are signed by the key whose seed is 32 times 01."""
    assert secret(1).verify_key.encode().hex() == public(1)
    return {"coop": COOP, "valid": valid(), "invalid": invalid(), "carried out": carried()}
