"""Evidence of two records with one number, as the commands show it."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from rochdale_node.home import Home

from .conftest import Cli


@pytest.fixture
def forked(farm: Cli) -> Cli:
    """A farm with a tablet whose home was copied, and then signed with by both."""
    member = Home(farm.home).identity.member
    tablet, copy = farm.at("tablet"), farm.at("copy")
    tablet.run("init", "--name", "Farm 0", "--label", "tablet", "--member", member)
    request, book = farm.folder / "request.json", farm.folder / "book.sync"
    coop = farm.json("coop", "show")["coop"]
    tablet.run("device", "request", "--coop", coop, "--out", request)
    farm.run("device", "add", request, "--yes")
    farm.run("sync", "export", "--out", book)
    tablet.run("sync", "import", book)
    shutil.copytree(tablet.home, copy.home)
    Home(copy.home).mark_original()
    for home, title in ((tablet, "Buy a barn"), (copy, "Sell the barn")):
        home.run("proposal", "new", title, "--closes", "2d")
        home.run("sync", "export", "--out", book)
        farm.run("sync", "import", book)
    return farm


def about_evidence(farm: Cli) -> Any:
    checks = farm.json("doctor", code=1)["checks"]
    return next(one for one in checks if one["name"].endswith("signed against themselves"))


def test_two_records_with_one_number_are_shown(forked: Cli) -> None:
    """Who, what and when: both records stand in the book, each can be read and proved."""
    (row,) = forked.json("evidence", "list")
    device = Home(forked.at("tablet").home).identity.device
    assert (row["device"], row["name"], row["type"]) == (device, "Farm 0", "record")
    assert row["time"] == forked.json("minute", "show", f"M{row['height']}")["time"]
    shown = forked.run("evidence", "show", device).out
    for record, code in ((row["first"], ""), (row["second"], "CHN-5")):
        assert record in shown
        assert forked.json("record", "show", record)["code"] == code
        file = forked.folder / f"{record[:8]}.json"
        forked.run("record", "export", record, "--out", file)
        assert forked.at("nowhere").json("verify", file)["proved"]["code"] == code
    refused = forked.run("evidence", "export", device, code=4).err
    for said in (shown, refused):
        for record in (row["first"], row["second"]):
            assert f"rochdale record export {record[:8]}" in said


def test_what_was_dealt_with_is_no_fault_for_ever(forked: Cli) -> None:
    """Doctor finds it wrong until the device is revoked, and tells of it afterwards too."""
    assert not about_evidence(forked)["ok"]
    forked.run("device", "revoke", "tablet", "--yes")
    found = about_evidence(forked)
    assert found["ok"]
    assert "Farm 0" in found["detail"]
    assert len(forked.json("evidence", "list")) == 1
