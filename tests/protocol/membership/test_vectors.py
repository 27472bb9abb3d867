"""The vectors of membership, step by step on the real rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from rochdale_protocol.core.errors import Refused
from rochdale_protocol.core.hashes import ZERO_ID
from rochdale_protocol.core.records import decode_record, verify_record
from rochdale_protocol.membership import rules
from rochdale_protocol.minutes.execute import Session, Unlistable
from rochdale_protocol.minutes.founding import found_book
from rochdale_protocol.minutes.minute import SignedCharter
from rochdale_protocol.minutes.shelf import MemoryShelf
from rochdale_protocol.state.state import State
from tests.vectors.files import load

VECTORS: Final = load("membership")

EFFECTS: Final[dict[str, Callable[..., None]]] = {
    "admit": rules.admit,
    "appoint": rules.appoint,
    "expel": rules.expel,
    "rekey": rules.rekey,
    "restore": rules.restore,
    "suspend": rules.suspend,
    "vacate": rules.vacate,
    "witnesses": rules.elect_witnesses,
}


def decided(shelf: MemoryShelf, step: dict[str, Any], height: int) -> str:
    """Carry out the effect of a decision; returns the code with which it is impossible."""
    subject = {name: value for name, value in step.items() if name != "decide"}
    state = State(shelf.maps["state"])
    if step["decide"] == "rules":
        coop = state.need("coop")
        state.put("coop", coop | {"rules": coop["rules"] | subject["change"]})
    else:
        try:
            EFFECTS[step["decide"]](state, **subject, height=height)
        except Refused as error:
            return error.code
    state.flush(shelf.maps["state"])
    return ""


def listed(
    shelf: MemoryShelf, step: dict[str, Any], height: int, time: int
) -> str | dict[str, str]:
    """Carry out a record in a minute of its own; returns what becomes of it."""
    maps = shelf.maps
    record = decode_record(bytes.fromhex(step["frame"]))
    assert record.id == step["id"]
    last = time - int(VECTORS["step_ms"])
    session = Session(
        maps["state"], maps["heights"], maps["chain"], height, time,
        attested=(), last_time=last, prev=ZERO_ID,
    )  # fmt: skip
    try:
        code = session.add(verify_record(record, VECTORS["coop"]))
    except Unlistable as error:
        return {"unlisted": error.code}
    session.state.flush(maps["state"])
    return code


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: str(case["name"]))
def test_a_case(case: dict[str, Any]) -> None:
    """Each step has the vector's code, and the state is the vector's in the end."""
    shelf = MemoryShelf()
    shelf.commit(found_book(SignedCharter.model_validate(VECTORS["charter"])))
    codes: list[Any] = []
    for at, step in enumerate(case["steps"]):
        time = VECTORS["time"] + at * VECTORS["step_ms"]
        codes.append(
            decided(shelf, step, at + 1) if "decide" in step else listed(shelf, step, at + 1, time)
        )
    assert codes == case["codes"]
    state = State(shelf.maps["state"])
    for key, value in case["state"].items():
        assert state.get(key) == value, key
