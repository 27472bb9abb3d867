"""How many may attest (MEM-7)."""

from __future__ import annotations

import pytest

from rochdale_protocol.core.errors import Refused
from rochdale_protocol.core.limits import WITNESSES_MAX
from rochdale_protocol.core.registry import Act
from rochdale_protocol.membership.records import WitnessReady
from rochdale_protocol.membership.witnesses import ready
from rochdale_protocol.state.state import State
from tests.protocol.coops import Coop, recovery
from tests.protocol.forging import forge


def test_no_more_attest_than_a_certificate_holds() -> None:
    """Where WITNESSES_MAX attest, one more may not (MEM-7)."""
    coop = Coop(4)
    state = State(coop.nodes[0].ledger.desk["state"])
    member = recovery(3).public
    state.delete(f"witness/{member}")
    state.put("count/witnesses", {"n": WITNESSES_MAX})
    record = forge(coop, 3, WitnessReady())
    with pytest.raises(Refused, match="MEM-7"):
        ready(state, Act(record.id, record.header, WitnessReady(), member, 1, 2_000))
