"""The vectors of disputes, step by step on the real rules."""

from __future__ import annotations

from typing import Any, Final

import pytest

from rochdale_protocol.core.errors import Refused
from rochdale_protocol.core.hashes import ZERO_ID
from rochdale_protocol.core.records import decode_record, verify_record
from rochdale_protocol.disputes.rules import put_back, settle, take_up
from rochdale_protocol.membership.rules import expel, suspend
from rochdale_protocol.minutes.execute import Session
from rochdale_protocol.minutes.founding import found_book
from rochdale_protocol.minutes.minute import SignedCharter
from rochdale_protocol.minutes.shelf import MemoryShelf
from rochdale_protocol.state.state import State
from tests.vectors.files import load

VECTORS: Final = load("disputes")


def decided(shelf: MemoryShelf, step: dict[str, Any], height: int) -> str:
    """Do what a decision does; returns the code with which it is impossible."""
    state = State(shelf.maps["state"])
    try:
        match step["decide"]:
            case "expel":
                expel(state, step["member"], height)
            case "suspend":
                suspend(state, step["member"], height)
            case "take up":
                take_up(state, step["dispute"], step["proposal"])
            case "put back":
                put_back(state, step["dispute"])
            case _:
                settle(state, step["dispute"], step["proposal"], height)
    except Refused as error:
        return error.code
    state.flush(shelf.maps["state"])
    return ""


def listed(shelf: MemoryShelf, step: dict[str, Any], height: int) -> str:
    """Carry a record out in a minute of its own; returns its code."""
    maps = shelf.maps
    record = decode_record(bytes.fromhex(step["frame"]))
    assert record.id == step["id"]
    session = Session(
        maps["state"], maps["heights"], maps["chain"], height, step["time"],
        attested=(), last_time=step["time"] - 1, prev=ZERO_ID,
    )  # fmt: skip
    code = session.add(verify_record(record, VECTORS["coop"]))
    session.state.flush(maps["state"])
    return code


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: str(case["name"]))
def test_a_case(case: dict[str, Any]) -> None:
    """Each step has the vector's code, and the state is the vector's in the end."""
    shelf = MemoryShelf()
    shelf.commit(found_book(SignedCharter.model_validate(VECTORS["charter"])))
    codes = [
        decided(shelf, step, height) if "decide" in step else listed(shelf, step, height)
        for height, step in enumerate(case["steps"], 1)
    ]
    assert codes == case["codes"]
    state = State(shelf.maps["state"])
    for key, value in case["state"].items():
        assert state.get(key) == value, key
