"""Where vectors are kept and in which form."""

from __future__ import annotations

import importlib
import json
import pkgutil
from pathlib import Path
from typing import Any

SPECS = Path(__file__).resolve().parents[2] / "specs"
VECTORS = SPECS / "vectors"


def names() -> list[str]:
    """Return the names of the modules beside this one that build vectors."""
    found = {each.name for each in pkgutil.iter_modules([str(Path(__file__).parent)])}
    return sorted(found - {"__main__", "files"})


def made(name: str) -> bytes:
    """Return the bytes that a file of vectors should have."""
    value = importlib.import_module(f"tests.vectors.{name}").build()
    return (json.dumps(value, indent=1, ensure_ascii=True) + "\n").encode("ascii")


def load(name: str) -> Any:
    """Return what a file of vectors holds."""
    return json.loads((VECTORS / f"{name}.json").read_bytes())
