"""What the TUI itself remembers: drafts of forms, and the last visit.

Drafts are free and survive a crash: each change is written at once, to a file beside
the home's other files, by replacing it. A file that can't be read counts as empty; one
that can't be written is reported once and drafts live in memory.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

__all__ = ["Memory"]


class Memory:
    """Drafts by form, and the height and time at which each book was left."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "memory.json"
        self.problem = ""
        self._drafts: dict[str, dict[str, str]] = {}
        self._visits: dict[str, dict[str, int]] = {}
        self._read()

    def _read(self) -> None:
        try:
            data: Any = json.loads(self.path.read_text("utf-8"))
            self._drafts = {
                str(form): {str(name): str(value) for name, value in fields.items()}
                for form, fields in data["drafts"].items()
            }
            self._visits = {
                str(coop): {"height": int(visit["height"]), "at": int(visit["at"])}
                for coop, visit in data["visits"].items()
            }
        except FileNotFoundError:
            pass
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            self.problem = f"{self.path.name} was not read: {error}"

    def _write(self) -> None:
        data = json.dumps({"drafts": self._drafts, "visits": self._visits}, indent=1)
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh = self.path.with_suffix(".new")
            fresh.touch(mode=0o600)
            fresh.write_text(data, "utf-8")
            fresh.replace(self.path)
        except OSError as error:
            self.problem = f"Drafts are not kept: {error}"

    @property
    def drafts(self) -> tuple[str, ...]:
        """The forms that hold a draft."""
        return tuple(sorted(self._drafts))

    def draft(self, form: str) -> dict[str, str]:
        """Return the fields of a draft, empty if there is none."""
        return dict(self._drafts.get(form, {}))

    def keep(self, form: str, fields: dict[str, str]) -> None:
        """Keep a draft."""
        self._drafts[form] = dict(fields)
        self._write()

    def drop(self, form: str) -> None:
        """Forget a draft, because it was signed or emptied."""
        if self._drafts.pop(form, None) is not None:
            self._write()

    def visit(self, coop: str) -> tuple[int, int]:
        """Return the height and the time at which this book was last left."""
        visit = self._visits.get(coop, {"height": 0, "at": 0})
        return visit["height"], visit["at"]

    def leave(self, coop: str, height: int, at: int) -> None:
        """Remember how far this book was seen."""
        self._visits[coop] = {"height": height, "at": at}
        self._write()
