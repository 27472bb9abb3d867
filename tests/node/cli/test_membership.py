"""What members say of themselves and of others, on the command line of a real home."""

from __future__ import annotations

from rochdale_node.home import Home
from tests.node.homes import make_home

from .conftest import Cli


def member_of(cli: Cli) -> str:
    """Return the member whose home it is."""
    return Home(cli.home).identity.member


def test_the_register_has_what_the_law_wants(farm: Cli) -> None:
    """Name, address, class, holdings and the date of entry stand in the register (MEM-23)."""
    assert farm.json("member", "register")[0]["particulars"] == "none"
    farm.run("member", "particulars", "--name", "Moor Farm Ltd", "--address", "1 Lane\nPickering")
    farm.run("member", "particulars", "--class", "producer")
    farm.run("member", "stake", "share", "250.00", "gbp")
    farm.run("member", "stake", "subscription", "25", "GBP")
    (row,) = farm.json("member", "register")
    assert (row["name"], row["address"]) == ("Moor Farm Ltd", "1 Lane\nPickering")
    assert (row["member_class"], row["particulars"]) == ("producer", "given")
    (stay,) = row["stays"]
    assert (stay["joined"], stay["left"], stay["ceased"]) == (0, 0, 0)
    assert stay["entered"] > 0
    shown = farm.run("member", "register").out
    for words in ("Moor Farm Ltd", "1 Lane / Pickering", "share 250 GBP, subscription 25 GBP"):
        assert words in shown
    farm.run("member", "stake", "share", "0", "GBP")
    (row,) = farm.json("member", "register")
    assert row["holdings"] == [{"type": "subscription", "amount": "25", "currency": "GBP"}]


def test_what_a_member_said_is_erased(farm: Cli) -> None:
    """Member erase drops the particulars; the register says that they were erased (MEM-9)."""
    record = farm.json("member", "particulars", "--address", "1 Lane")["record"]
    farm.run("member", "erase", record, code=2)
    farm.run("member", "erase", record[:12], "--yes")
    (row,) = farm.json("member", "register")
    assert (row["address"], row["particulars"]) == ("", "erased")
    assert "erased" in farm.run("member", "register").out
    assert "MEM-9" in farm.run("member", "erase", record, "--yes", code=1).err


def test_a_profile_keeps_what_is_not_said_again(farm: Cli) -> None:
    """Member profile changes one line and leaves the other."""
    farm.run("member", "profile", code=2)
    farm.run("member", "profile", "--contact", "Ann", "--about", "sheep")
    farm.run("member", "profile", "--about", "lambs")
    shown = farm.json("member", "show", member_of(farm))
    assert (shown["contact"], shown["about"]) == ("Ann", "lambs")


def test_capabilities_add_up(farm: Cli) -> None:
    """Each line of capability is added, replaced by its name, or taken back with 0."""
    farm.run("member", "capability", "joinery", "40", code=2)
    farm.run("member", "capability", "joinery", "40", "hour a week")
    farm.run("member", "capability", "haulage", "2.50", "lorry")
    farm.run("member", "capability", "joinery", "20", "hour a week")
    rows = farm.json("member", "capabilities")
    assert [(row["name"], row["quantity"]) for row in rows] == [
        ("haulage", "2.5"),
        ("joinery", "20"),
    ]
    assert "20 hour a week" in farm.run("member", "capabilities").out
    farm.run("member", "capability", "haulage", "0")
    assert [row["name"] for row in farm.json("member", "capabilities")] == ["joinery"]


def test_a_mandate_is_given_listed_and_ended(farm: Cli) -> None:
    """Mandate list names who speaks by which device; a device with votes alone ends nothing."""
    (device,) = farm.json("device", "list")
    farm.run("mandate", "give", device["label"], "Ann Archer", "director", "--until", "90d")
    (row,) = farm.json("mandate", "list")
    assert (row["person"], row["role"], row["scope"]) == ("Ann Archer", "director", "all")
    assert "runs until" in farm.run("mandate", "list").out
    farm.run("mandate", "give", device["label"], "Bob", "clerk", "--scope", "vote")
    farm.run("mandate", "end", device["label"])
    assert "ended at M" in farm.run("mandate", "list").out
    said = farm.run("mandate", "end", device["label"], "--scope", "vote", code=1).err
    assert "MEM-20" in said
    assert "rochdale mandate list" in said


def test_nobody_vouches_for_themselves_or_gives_up_what_they_have_not(farm: Cli) -> None:
    """What a rule refuses is said with its code and the next step; empty lists say how to begin."""
    assert "MEM-21" in farm.run("member", "vouch", member_of(farm), code=1).err
    assert "MEM-17" in farm.run("office", "resign", "secretary", code=1).err
    assert "rochdale member vouch" in farm.run("member", "vouches").out
    assert farm.json("office", "list") == []
    farm.run("member", "resign", code=2)
    assert "MEM-8" in farm.run("member", "resign", "--yes", code=1).err


def test_a_home_whose_key_is_no_members_does_not_enrol(farm: Cli) -> None:
    """Device enrol says which key the members must decide on, and signs nothing."""
    other = farm.at("farm-1")
    other.run("init", "--name", "Farm 1")
    file = farm.folder / "book.sync"
    farm.run("sync", "export", "--out", file)
    other.run("sync", "import", file)
    said = other.json("device", "enrol", code=1)["error"]
    assert said["code"] == "MEM-5"
    assert member_of(other) in said["next"]
    assert other.json("record", "list")["total"] == farm.json("record", "list")["total"]


def test_an_applicant_is_vouched_for_by_name(farm: Cli) -> None:
    """Member vouch finds who applies; the list of applicants says who vouches for them."""
    other, file = farm.at("farm-1"), farm.folder / "book.sync"
    make_home(other.home, 1)
    link = farm.json("invite", "new")["link"]
    farm.run("sync", "export", "--out", file)
    other.run("sync", "import", file)
    file.unlink()
    other.run("member", "apply", link)
    other.run("sync", "export", "--out", file)
    farm.run("sync", "import", file)
    farm.run("member", "vouch", "Farm 1", "--text", "good neighbours")
    (row,) = farm.json("member", "vouches")
    assert (row["subject_name"], row["name"], row["text"]) == (
        "Farm 1", "Farm 0", "good neighbours",
    )  # fmt: skip
    (line,) = [
        line
        for line in farm.run("member", "list", "--applications", "--plain").out.splitlines()
        if "Application" in line
    ]
    assert "Vouched for by: Farm 0" in line
    assert "MEM-21" in farm.run("member", "vouch", "Farm 1", code=1).err
