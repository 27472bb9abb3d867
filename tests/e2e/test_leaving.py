"""A member that leaves while it is away hears of it when it is back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rochdale_node.demo.farms import until

from .farms import Mill, even, found, make_farms
from .terminal import PATIENCE_S


@pytest.fixture
def farms(tmp_path: Path) -> Iterator[list[Mill]]:
    """Four farms that run and are level."""
    made = make_farms(tmp_path, 4)
    found(made)
    for farm in made:
        farm.up()
    yield made
    for farm in made:
        farm.kill()


def test_who_resigned_on_a_stick_hears_that_it_left(farms: list[Mill], tmp_path: Path) -> None:
    """SYN-6: its resignation is final without its node, which then gets that minute and rests."""
    even(farms)
    *others, leaver = farms
    leaver.down()
    leaver.do("member", "resign", "--yes", "--reason", "I sold the flock")
    stick = tmp_path / "stick.sync"
    leaver.do("sync", "export", "--out", str(stick))
    others[0].do("sync", "import", str(stick))

    def has_left(farm: Mill) -> bool:
        return bool(farm.get("/v1/status")["members"] == 3)

    until("the others see it leave", lambda: all(map(has_left, others)), PATIENCE_S)
    assert leaver.json("status")["member_status"] == "active"
    leaver.up()
    until("it sees that it left", lambda: has_left(leaver), PATIENCE_S)
    status = leaver.json("status")
    assert (status["member_status"], status["device_status"]) == ("resigned", "revoked")
    assert status["height"] == others[0].get("/v1/status")["height"]
    (alert,) = leaver.get("/v1/alerts")
    assert (alert["what"], alert["title"]) == ("left", "Your membership ended with M1")
    refused = leaver.json("member", "profile", "--about", "still here", code=1)
    assert refused["error"]["code"] == "CHN-2"
