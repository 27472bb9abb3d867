"""The demo as a newcomer runs it: eight real nodes, and what is left of them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .terminal import PATIENCE_S

pytestmark = pytest.mark.xdist_group("demo")  # what is set up once is one worker's
ROCHDALE = [sys.executable, "-m", "rochdale_node.cli.main"]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """Play the demo once, keeping the homes."""
    folder = tmp_path_factory.mktemp("demo") / "homes"
    done = subprocess.run(
        [*ROCHDALE, "demo", "--json", "--keep", str(folder)],
        capture_output=True,
        timeout=5 * PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    report: dict[str, Any] = json.loads(done.stdout)
    return folder, report


def test_all_nodes_end_even(played: tuple[Path, dict[str, Any]]) -> None:
    """Eight nodes name one height, one minute and one state root."""
    _, report = played
    assert len(report["nodes"]) == 8
    tips = {(node["height"], node["minute"], node["state_root"]) for node in report["nodes"]}
    assert len(tips) == 1


def test_report_counts_what_happened(played: tuple[Path, dict[str, Any]]) -> None:
    """Seven signed, all votes are there, one device is caught, and its record is refused."""
    _, report = played
    records = report["records"]
    assert records["agreement.sign"] == 7
    assert records["ballot.cast"] == 8 + 7 + 7  # the crate, the pool, the admission
    assert records["ballot.seal"] == 7
    assert records["ballot.unseal"] >= 4
    assert records["proxy.appoint"] == 1
    assert records["member.apply"] == 1
    assert records["contribution.dispute"] == records["contribution.correct"] == 1
    (evidence,) = report["evidence"]
    assert evidence["first"] != evidence["second"]
    assert [item["code"] for item in report["refused"]] == ["CHN-5"]
    assert report["refused"][0]["record"] == evidence["second"]


def test_members_decided(played: tuple[Path, dict[str, Any]]) -> None:
    """Three of four were elected under seal, and the expulsion failed for want of notice."""
    _, report = played
    assert report["decisions"]["elected"] == ["Hollin Bank", "Danby Beck", "Fryup Head"]
    assert report["refused_motion"] == "GOV-14"


def test_every_tampered_copy_is_refused(played: tuple[Path, dict[str, Any]]) -> None:
    """One byte in the text, signature, certificate, roster or path is enough, with a reason."""
    _, report = played
    parts = {copy["part"]: copy["code"] for copy in report["tampered"]}
    assert set(parts) == {"text", "signature", "certificate", "roster", "path"}
    assert all(parts.values())


def test_kept_home_goes_on(played: tuple[Path, dict[str, Any]]) -> None:
    """The homes that --keep leaves open with the ordinary commands, where the demo ended."""
    folder, report = played
    done = subprocess.run(
        [*ROCHDALE, "--home", str(folder / "farm-3"), "status", "--json"],
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    status = json.loads(done.stdout)
    assert status["minute"] == report["nodes"][2]["minute"]
    assert status["members"] == 8


def test_kept_folder_is_never_overwritten(played: tuple[Path, dict[str, Any]]) -> None:
    """A second demo into the same folder ends with 2, names the folder and changes nothing."""
    folder, _ = played
    before = sorted(path.name for path in folder.iterdir())
    done = subprocess.run(
        [*ROCHDALE, "demo", "--keep", str(folder)],
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 2
    assert str(folder) in done.stderr.decode()
    assert sorted(path.name for path in folder.iterdir()) == before
