"""Start-up: help for everything, and nothing heavy imported where speed is promised."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rochdale_node import __version__
from rochdale_node.cli.main import COMMANDS

from .conftest import ROOT, Cli

HEAVY = ("pydantic", "aiohttp", "rich", "orjson", "nacl", "sqlite3", "asyncio", "structlog")

UNREAD = (
    "aiohttp", "cryptography", "rich", "structlog", "textual", "zeroconf",
    "rochdale_node.links.link",
    "rochdale_protocol.agreements", "rochdale_protocol.contributions", "rochdale_protocol.disputes",
    "rochdale_protocol.governance", "rochdale_protocol.proofs",
)  # fmt: skip

IMPORTED = """
import sys
from rochdale_node.cli.main import main
code = main(sys.argv[2:])
found = [name for name in sys.argv[1].split(",") if name in sys.modules]
print("IMPORTED", code, ",".join(found), file=sys.stderr)
"""


def imported(packages: tuple[str, ...], *words: object) -> str:
    """Return the exit code and which of these packages a command imported."""
    run = subprocess.run(
        [sys.executable, "-c", IMPORTED, ",".join(packages), *map(str, words)],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": f"{ROOT / 'protocol'}:{ROOT / 'node'}"},
    )
    return run.stderr.strip().splitlines()[-1]


def test_help_imports_nothing_heavy() -> None:
    """Rochdale --help needs Typer alone."""
    assert imported(HEAVY, "--help") == "IMPORTED 0"


def test_status_of_a_running_node_imports_nothing_heavy(
    farm: Cli, process: Callable[..., subprocess.Popen[bytes]]
) -> None:
    """Where a node answers, status is a light HTTP client: no pydantic, no aiohttp, no Rich."""
    node = process(
        "--home", farm.home, "--passphrase-file", farm.folder / "passphrase",
        "up", "--no-listen", "--no-neighbours",
    )  # fmt: skip
    assert node.stderr is not None
    try:
        assert b"the node runs" in node.stderr.readline()
        assert imported(HEAVY, "--home", farm.home, "status") == "IMPORTED 0"
    finally:
        node.terminate()
        node.communicate()


def test_status_of_a_home_imports_no_area_that_it_does_not_read(farm: Cli) -> None:
    """Where no node runs, status opens the book, but not what nothing in it waits for."""
    assert imported(UNREAD, "--home", farm.home, "status") == "IMPORTED 0"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(cli: Cli, command: str) -> None:
    """Each command, and each below it, explains itself and lists the common options."""
    page = cli.run(command, "--help").out
    assert "Usage:" in page
    assert "--json" in page
    if "Commands:\n" not in page:
        return
    listed = page.split("Commands:\n")[1].split("\n\n")[0]
    for line in listed.splitlines():
        name, _, says = line.strip().partition("  ")
        if line.startswith("  ") and not line.startswith("   "):
            assert says.strip(), f"{command} {name} has no line of help"
            assert "--json" in cli.run(command, name, "--help").out


def test_a_group_without_a_command_shows_its_help(cli: Cli) -> None:
    """Rochdale member lists what can be done, and says by its exit code that nothing was."""
    assert "Commands:" in cli.run("member", code=2).out


def test_a_mistyped_command_is_guessed(cli: Cli) -> None:
    """Wrong use exits with 2, names the likely command and where to read."""
    said = cli.run("ballott", code=2).err
    assert "Did you mean 'ballot'?" in said
    assert "Next: See: rochdale --help" in said


def test_wrong_use_answers_in_json_where_json_was_asked(cli: Cli) -> None:
    """With --json an error is JSON too, on standard output."""
    assert cli.json("ballot", "cast", code=2)["error"]["code"] == "usage"


def test_the_version_is_that_of_the_package(cli: Cli) -> None:
    """The number in the code is the number in the package's settings."""
    assert cli.run("--version").out.strip() == __version__
    settings = (ROOT / "node" / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{__version__}"' in settings


def test_the_unit_names_this_home(cli: Cli) -> None:
    """The systemd unit starts the node of this home with its passphrase file."""
    unit = cli.run("unit").out
    assert f'--home "{cli.home}" up' in unit
    assert f"ROCHDALE_PASSPHRASE_FILE={cli.folder}/passphrase" in unit


def test_the_schema_is_printed_as_json(cli: Cli) -> None:
    """Rochdale api schema prints the OpenAPI description."""
    assert cli.run("api", "schema").json["openapi"] == "3.1.0"


def test_no_home_says_how_to_make_one(cli: Cli) -> None:
    """The first run on a new machine exits with 4 and names rochdale init."""
    said = cli.run("status", code=4).err
    assert "HOM-1" in said
    assert "rochdale init" in said


def test_a_home_is_made_and_not_made_twice(cli: Cli) -> None:
    """Init seals keys under the passphrase; a second one is refused with HOM-6."""
    made = cli.json("init", "--name", "Farm One", "--entity", "person")
    assert Path(made["home"]) == cli.home
    assert (cli.home / "keys.sealed").exists()
    assert (cli.home.stat().st_mode & 0o777) == 0o700
    assert cli.json("init", "--name", "Again", code=1)["error"]["code"] == "HOM-6"


def test_a_name_that_will_not_do_leaves_no_home(cli: Cli) -> None:
    """A name with a control character is refused before anything is written."""
    said = cli.run("init", "--name", "Farm\x1b[2J", code=2).err
    assert "--name" in said
    assert "\x1b" not in said
    assert not (cli.home / "identity.json").exists()
