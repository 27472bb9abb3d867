"""Vectors of charters: founded afresh, refounding another book, and refused.

Made with the words of the specs alone; what is spoilt, and its code, is written by hand.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from tests.protocol.definitions import hashed, signed
from tests.vectors.chains import CHARTER, core

Json = dict[str, Any]
CITED = {"coop": "c0" * 32, "height": 12, "minute": "12" * 32}


def charter(**changes: Any) -> Json:
    """Return the charter of two farms with fields changed."""
    return deepcopy(CHARTER) | changes


def with_signatures(made: Json) -> Json:
    """Return a charter with both farms' signatures."""
    data = core(made)
    return {
        "charter": made,
        "signatures": [signed(number, "sign-charter", data).hex() for number in (1, 2)],
    }


def valid(called: str, made: Json) -> Json:
    """Return a charter, the id that it gives, and what the state says of the co-op (EXE)."""
    coop = hashed("charter", core(made))
    state = {name: made[name] for name in ("name", "rules", "at", "refounds")} | {"id": coop}
    return {"name": called, "coop": coop, "state": state, "signed": with_signatures(made)}


def invalid(name: str, code: str, value: Json) -> Json:
    """Return what is no charter that all its founders signed, and why."""
    return {"name": name, "code": code, "signed": value}


def build() -> Json:
    """Return the vectors; founder i has the device of seed i."""
    fresh, anew = charter(), charter(refounds=CITED)
    left_out = charter()
    del left_out["refounds"]
    moved = with_signatures(anew)
    moved["charter"] = charter(refounds=CITED | {"height": 11})
    hidden = with_signatures(anew)
    hidden["charter"] = fresh
    return {
        "valid": [
            valid("founded afresh", fresh),
            valid("refounds a book", anew),
            valid("refounds a book that never made a minute final",
                  charter(refounds=CITED | {"height": 0})),
        ],
        "invalid": [
            invalid("refounds left out", "MIN-10", with_signatures(left_out)),
            invalid("refounds empty", "MIN-10", with_signatures(charter(refounds={}))),
            invalid("no minute cited", "MIN-10", with_signatures(
                charter(refounds={"coop": CITED["coop"], "height": 12}))),
            invalid("a field too many", "MIN-10", with_signatures(
                charter(refounds=CITED | {"state_root": "ab" * 32}))),
            invalid("a height below 0", "MIN-10", with_signatures(
                charter(refounds=CITED | {"height": -1}))),
            invalid("a height past 2^53 - 1", "CAN-3", with_signatures(
                charter(refounds=CITED | {"height": 2**53}))),
            invalid("a minute in capitals", "MIN-10", with_signatures(
                charter(refounds=CITED | {"minute": "AB" * 32}))),
            invalid("another height than was signed", "MIN-11", moved),
            invalid("the citation dropped after signing", "MIN-11", hidden),
        ],
    }  # fmt: skip
