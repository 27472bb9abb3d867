"""``rochdale tui``: open the book in the terminal."""

from __future__ import annotations

from .client import home_path, is_running, socket_path
from .frame import Commands, Exit, Stop, settings

__all__ = ["app", "tui"]

app = Commands()


@app.command()
def tui() -> None:
    """Open the book of the node that runs."""
    from importlib.metadata import entry_points

    if not is_running():
        from ..home import Home

        Home(home_path())
        raise Stop(
            Exit.UNREACHABLE,
            "away",
            "The node of this home does not run.",
            "Start it in another terminal, then come back: rochdale up",
        )
    found = list(entry_points(group="rochdale.ui", name="tui"))
    if not found:
        raise Stop(
            Exit.UNREACHABLE,
            "missing",
            "The terminal UI is not installed.",
            "Install the package rochdale-tui.",
        )
    raise SystemExit(found[0].load()(str(socket_path()), settings().coop or None))
