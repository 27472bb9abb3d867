"""What the TUI's tests share: style sheets that are parsed once, and no pause between fetches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from textual.css.stylesheet import Stylesheet

from rochdale_tui import store


@pytest.fixture(scope="session", autouse=True)
def _quick_starts() -> Iterator[None]:
    """Spare each of the apps that tests start what it would do again exactly as the last one."""
    parse = Stylesheet._parse_rules
    parsed: dict[tuple[Any, ...], Any] = {}

    def parse_once(self: Stylesheet, *args: Any, **named: Any) -> Any:
        key = (*sorted(self._variables.items()), *args, *sorted(named.items()))
        if key not in parsed:
            parsed[key] = parse(self, *args, **named)
        return parsed[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parse_once)
        patch.setattr(store, "PAUSE_S", 0.01)
        yield
