"""``python -m rochdale_tui SOCKET``: the TUI without the command line of the node."""

from __future__ import annotations

import sys

from .app import run

if __name__ == "__main__":
    sys.exit(run(sys.argv[1]))
