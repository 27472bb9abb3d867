"""Homes of farms for tests: weak keys, a passphrase in a file, short paths."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rochdale_node.home import Home, Identity
from rochdale_node.vault import Keys, Strength, seal_keys
from rochdale_protocol.core.ruleset import standard_rules
from rochdale_protocol.minutes.minute import Charter, Founder, SignedCharter

__all__ = ["PASSPHRASE", "farm_keys", "make_home", "short_folder", "sign_charter"]

PASSPHRASE = "hefted ewes"


@contextmanager
def short_folder() -> Iterator[Path]:
    """Give a folder whose path leaves room for a socket's name, which is bounded."""
    folder = Path(tempfile.mkdtemp(prefix="r"))
    try:
        passphrase = folder / "passphrase"
        passphrase.touch(mode=0o600)
        passphrase.write_text(PASSPHRASE)
        yield folder
    finally:
        shutil.rmtree(folder)


def farm_keys(number: int) -> Keys:
    """Return the keys of a farm; farms count from 0."""
    return Keys(bytes([number + 1]) * 32, bytes([number + 101]) * 32)


def make_home(path: Path, number: int = 0, name: str = "") -> Home:
    """Make the home of a farm."""
    keys = farm_keys(number)
    assert keys.recovery is not None
    Home.prepare(path)
    seal_keys(path / "keys.sealed", keys, PASSPHRASE, Strength.WEAK)
    identity = Identity(
        member=keys.recovery.public,
        device=keys.device.public,
        name=name or f"Farm {number}",
        label="laptop",
        entity="organisation",
    )
    return Home.create(path, identity)


def sign_charter(homes: list[Home], *, voting_ms_min: int = 0) -> SignedCharter:
    """Return the charter of these farms, in the order of their numbers, signed by each."""
    charter = Charter(
        v=1,
        name="Seven Farms",
        purpose="to sell our lambs together",
        rules=standard_rules(voting_ms_min=voting_ms_min),
        founders=[
            Founder(
                name=home.identity.name,
                entity=home.identity.entity,
                member=home.identity.member,
                device=home.identity.device,
                label=home.identity.label,
                addresses=[],
            )
            for home in homes
        ],
        at=1_700_000_000_000,
    )
    signatures: list[str | None] = [
        charter.sign(farm_keys(number).device) for number in range(len(homes))
    ]
    return SignedCharter(charter=charter, signatures=signatures)
