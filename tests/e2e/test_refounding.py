"""Four farms with real nodes, two of them lost; what README.md says then is typed line by line."""

from __future__ import annotations

import shutil
import signal
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rochdale_node.demo.farms import free_port
from rochdale_protocol.minutes.minute import Charter, SignedCharter
from tests.e2e.test_readme import FAILED, ROOT, Shell
from tests.e2e.test_two_members import WAIT, Member
from tests.node.homes import PASSPHRASE, farm_keys, make_home, sign_charter

pytestmark = pytest.mark.xdist_group("refounding")  # what is set up once is one worker's
NAMES = ("alder", "birch", "cedar", "damson")


def blocks() -> list[str]:
    """Return what the README's section tells to type."""
    section = (ROOT / "README.md").read_text("utf-8").split("\n## When too many are gone\n")[1]
    pieces = section.split("\n## ")[0].split("```")
    return [block.removeprefix("sh\n") for block in pieces[1::2]]


@dataclass(frozen=True, slots=True)
class Left:
    """What the commands printed, and what the two who are left say afterwards."""

    printed: str
    old: dict[str, Any]
    after: list[dict[str, Any]]
    old_after: dict[str, Any]
    listed: list[dict[str, Any]]


def found(folder: Path, port: int) -> list[Member]:
    """Let four farms found a co-op; the others dial the first."""
    homes = [
        make_home(folder / name, number, name.capitalize()) for number, name in enumerate(NAMES)
    ]
    plain = sign_charter(homes).charter.model_dump()
    plain["founders"][0]["addresses"] = [f"127.0.0.1:{port}"]
    charter = Charter.model_validate(plain)
    signed = SignedCharter(
        charter=charter, signatures=[charter.sign(farm_keys(number).device) for number in range(4)]
    )
    (folder / "first.json").write_bytes(signed.to_bytes())
    members = [Member(folder / name) for name in NAMES]
    for number, member in enumerate(members):
        member.ask("coop", "found", str(folder / "first.json"))
        member.start(*(("--no-listen",) if number else ("--listen", f"127.0.0.1:{port}")))
    return members


@pytest.fixture(scope="module")
def left() -> Iterator[Left]:
    """Lose two of four farms with all that they had, and do what the README says."""
    with tempfile.TemporaryDirectory(prefix="four-") as temporary:
        folder = Path(temporary)
        (folder / "passphrase").touch(mode=0o600)
        (folder / "passphrase").write_text(PASSPHRASE + "\n")
        shell = Shell(folder)
        members: list[Member] = []
        try:
            members += found(folder, free_port())
            members[0].ask("proposal", "new", "Buy a barn", "--closes", "7d", *WAIT)
            for member in members:
                member.ask("status", *WAIT)
            for member in members[2:]:
                member.stop(signal.SIGKILL)
                shutil.rmtree(member.home)
            old = members[0].ask("status")
            shell.run(f"cd {folder}; export ROCHDALE_HOME={folder}/alder")
            shell.run(f"export ROCHDALE_PASSPHRASE_FILE={folder}/passphrase")
            printed = "\n".join(shell.run(block) for block in blocks())
            after = [member.ask("status", *WAIT) for member in members[:2]]
            old_after = members[0].ask("status", "--coop", old["coop"])
            yield Left(printed, old, after, old_after, members[1].ask("coop", "list"))
        finally:
            shell.close()
            for member in members:
                member.stop(signal.SIGKILL)


def test_nothing_fails(left: Left) -> None:
    """Every command that the README tells to type does what it says."""
    assert FAILED not in left.printed
    assert "Traceback" not in left.printed


def test_the_danger_is_said_in_numbers(left: Left) -> None:
    """Before the draft is written: how many witnesses, how many must sign, who is left out."""
    assert "Witnesses of the old book: 4; 3 must sign" in left.printed
    assert "2 in touch now" in left.printed
    assert "Neither the 2 founders nor the 2 left out are enough alone: 3 are." in left.printed
    assert "Left out: Cedar" in left.printed


def test_the_new_book_goes_on_over_real_links(left: Left) -> None:
    """Both nodes, which ran all the time, hold the same final minute of the new book."""
    one, two = left.after
    assert one["coop"] == two["coop"] != left.old["coop"]
    assert one["height"] == two["height"] >= 1
    assert one["minute"] == two["minute"]
    assert (one["witnesses"], one["members"]) == (2, 2)
    cited = {"coop": left.old["coop"], "height": left.old["height"], "minute": left.old["minute"]}
    assert one["refounds"] == two["refounds"] == cited


def test_the_old_book_stays_as_it_was(left: Left) -> None:
    """It is where it was, and names the book that took its place."""
    assert left.old_after["minute"] == left.old["minute"]
    (newer,) = left.old_after["successors"]
    assert newer == {"coop": left.after[0]["coop"], "name": left.old["name"], "founders": 2,
                     "mine": True}  # fmt: skip
    assert sorted(row["coop"] for row in left.listed) == sorted(
        (left.old["coop"], left.after[0]["coop"])
    )
