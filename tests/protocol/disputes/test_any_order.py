"""Whatever members sign in whatever order, a dispute keeps to its way (DIS-4 to DIS-12)."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from rochdale_protocol.core.fields import Body
from rochdale_protocol.disputes.case import answer_by, is_standing, parties, standing_parties
from rochdale_protocol.disputes.records import (
    DisputeAccept,
    DisputeAgree,
    DisputeAnswer,
    DisputeDecline,
    DisputeMediator,
    DisputeOpen,
    DisputeRefer,
    DisputeSettle,
    DisputeWithdraw,
)
from rochdale_protocol.disputes.rules import put_back, settle, take_up
from rochdale_protocol.membership.records import MemberResign
from rochdale_protocol.membership.rules import restore, suspend
from rochdale_protocol.state.state import Value
from tests.protocol.membership.hall import Hall, member

from .cases import statement

FARMS = 7
ONE, TWO = "1a" * 32, "2b" * 32
NEXT = {
    "open": {"open", "referred", "settled", "withdrawn"},
    "referred": {"referred", "settled", "withdrawn", "decided"},
}
FIXED = ("number", "complainant", "respondents", "statement", "opened", "at", "roll")

Step = tuple[str, int, int]
ALL = (0, 1, 2, 3)
"""The parties, farms 0 to 2, and the farm next to them."""

STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["answer", "mediator", "accept", "decline", "settle", "agree", "withdraw", "refer",
             "resign", "suspend", "restore", "take up", "put back", "decide", "wait",
             "all answer", "all accept", "all agree", "all agree"]
        ),
        st.integers(0, 4),
        st.integers(0, 4),
    ),
    min_size=10,
    max_size=40,
)  # fmt: skip


def act(hall: Hall, dispute: str, step: Step) -> None:
    """Let a farm do something about the dispute, whether a rule refuses it or not."""
    name, number, other = step
    entry = hall.state.need(f"dispute/{dispute}")
    proposal = (ONE, TWO)[other % 2]
    records: dict[str, Body] = {
        "mediator": DisputeMediator(dispute=dispute, mediator=member(other)),
        "accept": DisputeAccept(dispute=dispute, mediator=entry["mediator"] or member(other)),
        "decline": DisputeDecline(dispute=dispute, mediator=entry["mediator"] or member(other)),
        "settle": DisputeSettle(dispute=dispute, text="We shake hands."),
        "agree": DisputeAgree(dispute=dispute, settlement=entry["settlement"] or ONE),
        "withdraw": DisputeWithdraw(dispute=dispute),
        "refer": DisputeRefer(dispute=dispute),
        "resign": MemberResign(reason=""),
    }
    decisions: dict[str, tuple[Callable[..., None], tuple[str, ...]]] = {
        "suspend": (suspend, (member(number),)),
        "restore": (restore, (member(number),)),
        "decide": (settle, (dispute, proposal)),
    }
    if name == "answer":
        if hall.act(number, statement()) == "":
            hall.act(number, DisputeAnswer(dispute=dispute, statement=hall.record))
    elif name in records:
        hall.act(number, records[name])
    elif name in decisions:
        effect, subject = decisions[name]
        hall.decide(effect, *subject)
    elif name == "take up":
        hall.decide(lambda state, height: take_up(state, dispute, proposal))
    elif name.startswith("all "):
        for each in ALL:
            act(hall, dispute, (name.removeprefix("all "), each, other))
    elif name == "put back" and entry["status"] == "referred":
        put_back(hall.state, dispute)
    else:
        hall.now = max(hall.now, answer_by(entry))


def check(hall: Hall, before: Value, after: Value) -> None:
    """Assert what holds between a dispute before a step and after it."""
    assert [before[name] for name in FIXED] == [after[name] for name in FIXED]
    if before["closed"]:
        assert before == after
        return
    assert after["status"] in NEXT[before["status"]]
    assert (after["closed"] > 0) == (after["status"] in {"settled", "withdrawn", "decided"})
    everyone, standing = set(parties(after)), set(standing_parties(hall.state, after))
    assert set(after["answers"]) <= set(after["respondents"])
    assert set(after["agreed"]) <= everyone
    assert set(after["accepted"]) <= {*everyone, after["mediator"]}
    assert after["mediator"] not in everyone
    assert bool(after["mediator"]) == bool(after["accepted"])
    if before["status"] == "open" and after["status"] == "referred":
        answered = standing - {after["complainant"]} <= set(after["answers"])
        assert answered or hall.now >= answer_by(after)
    if after["status"] == "settled":
        assert standing <= set(after["agreed"])
        assert after["complainant"] in standing
        assert len(standing) > 1
    if after["status"] == "withdrawn" and before["status"] == "referred":
        assert is_standing(hall.state, after["complainant"])
    if after["status"] == "decided":
        assert before["proposal"] == after["proposal"] != ""


@settings(max_examples=60)
@given(STEPS)
def test_a_dispute_keeps_to_its_way(steps: list[Step]) -> None:
    """It ends once, as all who stand agreed, as the complainant wants, or as was decided."""
    hall = Hall(FARMS)
    assert hall.act(0, statement()) == ""
    respondents = [member(1), member(2)]
    opening = DisputeOpen(respondents=respondents, about=[], statement=hall.record)
    assert hall.act(0, opening) == ""
    dispute = hall.record
    for step in steps:
        before = hall.state.need(f"dispute/{dispute}")
        act(hall, dispute, step)
        check(hall, before, hall.state.need(f"dispute/{dispute}"))
