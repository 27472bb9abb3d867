"""Where a home is, found without importing anything heavy."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["SOCKET_NAME", "default_path"]

SOCKET_NAME = "node.sock"
"""The socket of the local API, in the home."""


def default_path(chosen: Path | None = None) -> Path:
    """Return the home to use: the chosen one, that of ROCHDALE_HOME, or the platform's."""
    if chosen is not None:
        return chosen.expanduser().absolute()
    named = os.environ.get("ROCHDALE_HOME")
    if named:
        return Path(named).expanduser().absolute()
    from platformdirs import user_data_path

    return user_data_path("rochdale", appauthor=False)
