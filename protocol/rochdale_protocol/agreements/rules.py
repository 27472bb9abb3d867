"""What agreement records do, and why they may be refused (``specs/08-agreements.md``).

AGR-1  Every party is an active member, named once; the drafter need not be a party.
AGR-2  A party or the drafter revises a draft; a new version needs all signatures anew.
AGR-3  A signature names the agreement, its newest version and that text's hash.
AGR-4  Only a party signs, once a version.
AGR-5  In force when every party has signed the same version, from that minute on.
AGR-6  What is in force is not revised (an amendment is a later issue's record).
AGR-7  No such agreement.
AGR-8  A decision adopts the newest version of a draft for the co-op, and ends what it adopted.
"""

from __future__ import annotations

from ..core.errors import Refused
from ..core.hashes import Tag, digest
from ..core.registry import Act, Area, Kind
from ..membership.mandates import check_mandate
from ..state.state import State, Value
from . import queries, records

__all__ = ["AREA", "adopt", "end", "text_hash"]


def text_hash(text: str) -> str:
    """Return the hash by which parties name a text (AGR-3)."""
    return digest(Tag.TEXT, text.encode()).hex()


def draft(state: State, act: Act) -> None:
    body: records.AgreementDraft = act.body
    if len(set(body.parties)) != len(body.parties):
        raise Refused("AGR-1", why="a party is named twice")
    for party in body.parties:
        entry = state.get(f"member/{party}")
        if entry is None or entry["status"] != "active":
            raise Refused("AGR-1", party=party)
    state.put(
        f"agreement/{act.record}",
        {
            "number": state.add("agreements"),
            "title": body.title,
            "author": act.member,
            "parties": sorted(body.parties),
            "version": 1,
            "status": "draft",
            "in_force": 0,
            "force_version": 0,
            "ended": 0,
        },
    )
    _put_version(state, act.record, 1, act, body.text)


def revise(state: State, act: Act) -> None:
    body: records.AgreementRevise = act.body
    entry = _agreement(state, body.agreement)
    if act.member != entry["author"] and act.member not in entry["parties"]:
        raise Refused("AGR-2", agreement=body.agreement)
    if entry["status"] != "draft":
        raise Refused("AGR-6", agreement=body.agreement)
    entry["version"] += 1
    state.put(f"agreement/{body.agreement}", entry)
    _put_version(state, body.agreement, entry["version"], act, body.text)


def sign(state: State, act: Act) -> None:
    body: records.AgreementSign = act.body
    entry = _agreement(state, body.agreement)
    if act.member not in entry["parties"]:
        raise Refused("AGR-4", why="not a party")
    if entry["status"] in ("adopted", "ended"):
        raise Refused("AGR-4", why=f"it is {entry['status']}")
    check_mandate(state, act.member, act.header.device, "sign", act.time)
    version = state.get(f"version/{body.agreement}/{body.version:06d}")
    if version is None or body.version != entry["version"]:
        raise Refused("AGR-3", version=body.version, newest=entry["version"])
    if version["text_hash"] != body.text_hash:
        raise Refused("AGR-3", text_hash=version["text_hash"])
    key = f"signature/{body.agreement}/{act.member}"
    earlier = state.get(key)
    if earlier is not None and earlier["version"] == body.version:
        raise Refused("AGR-4", why="signed before")
    state.put(key, {"version": body.version, "record": act.record, "height": act.height})
    signatures = [state.get(f"signature/{body.agreement}/{party}") for party in entry["parties"]]
    if all(item is not None and item["version"] == body.version for item in signatures):
        entry["status"] = "in-force"
        entry["in_force"] = act.height
        entry["force_version"] = body.version
        state.put(f"agreement/{body.agreement}", entry)


def adopt(state: State, agreement: str, version: int, height: int) -> None:
    """Carry out a decision that binds the co-op, and so all its members, to a text.

    Raises:
        Refused: AGR-8, it isn't a draft, or that isn't its newest version.
    """
    entry = _agreement(state, agreement)
    if entry["status"] != "draft" or entry["version"] != version:
        raise Refused("AGR-8", agreement=agreement, version=version)
    entry["status"] = "adopted"
    entry["in_force"], entry["force_version"] = height, version
    state.put(f"agreement/{agreement}", entry)


def end(state: State, agreement: str, height: int) -> None:
    """Carry out a decision that ends what the co-op adopted; raises Refused AGR-8."""
    entry = _agreement(state, agreement)
    if entry["status"] != "adopted":
        raise Refused("AGR-8", agreement=agreement, version=entry["version"])
    entry["status"] = "ended"
    entry["ended"] = height
    state.put(f"agreement/{agreement}", entry)


def _agreement(state: State, agreement: str) -> Value:
    entry = state.get(f"agreement/{agreement}")
    if entry is None:
        raise Refused("AGR-7", agreement=agreement)
    return entry


def _put_version(state: State, agreement: str, version: int, act: Act, text: str) -> None:
    state.put(
        f"version/{agreement}/{version:06d}",
        {"record": act.record, "text_hash": text_hash(text), "author": act.member},
    )


AREA = Area(
    name="agreements",
    kinds=(
        Kind(records.AgreementDraft, draft),
        Kind(records.AgreementRevise, revise),
        Kind(records.AgreementSign, sign),
    ),
    queries=(queries.agreements,),
)
