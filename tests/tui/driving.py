"""Driving the app in tests: a node to talk to, keys to press, and what is on the screen."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import TypeVar

from rich.segment import Segment
from textual.pilot import Pilot
from textual.strip import Strip

from rochdale_tui.app import RochdaleApp
from rochdale_tui.client import Client
from rochdale_tui.theme import UNICODE, Glyphs

from .serve import FakeNode
from .world import NOW, World

PATIENCE_S = 10
T = TypeVar("T")
SMALL, LARGE = (80, 24), (120, 40)


class Screen:
    """An app that runs, and what is on its screen."""

    def __init__(self, app: RochdaleApp, pilot: Pilot[int]) -> None:
        self.app = app
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def until(self, condition: Callable[[], object], what: str = "") -> None:
        """Let the app work until a condition holds; fail with the screen if it never does."""
        end = monotonic() + PATIENCE_S
        while not condition():
            if monotonic() > end:
                raise AssertionError(f"never: {what}\n{self.text}")
            await self.pilot.pause()

    async def sees(self, *texts: str) -> None:
        """Wait until the screen shows all texts."""
        for text in texts:
            await self.until(lambda text=text: text in self.text, f"shows {text!r}")  # type: ignore[misc]

    async def go(self, key: str, text: str) -> None:
        """Press the key of a section and wait for something on it."""
        await self.press(key)
        await self.sees(text)

    @property
    def strips(self) -> list[Strip]:
        return self.app.screen._compositor.render_strips()

    @property
    def segments(self) -> list[Segment]:
        return [segment for strip in self.strips for segment in strip]

    @property
    def lines(self) -> list[str]:
        return [strip.text for strip in self.strips]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


class Driver(Screen):
    """An app that runs, with its node."""

    def __init__(self, app: RochdaleApp, node: FakeNode, pilot: Pilot[int]) -> None:
        super().__init__(app, pilot)
        self.node = node


@asynccontextmanager
async def driving(
    world: World,
    size: tuple[int, int] = SMALL,
    *,
    folder: Path | None = None,
    glyphs: Glyphs = UNICODE,
    start: bool = True,
) -> AsyncIterator[Driver]:
    """Run the app against a node that serves ``world``."""
    # Not tmp_path: the path of a Unix socket may have 107 bytes only.
    with tempfile.TemporaryDirectory(prefix="tui") as short:
        node = FakeNode(world, Path(short) / "node.sock")
        if start:
            await node.start()
        client = Client(str(node.socket))
        app = RochdaleApp(client, folder or Path(short) / "tui", now=lambda: NOW, glyphs=glyphs)
        try:
            async with app.run_test(size=size, notifications=True) as pilot:
                driver = Driver(app, node, pilot)
                if start:
                    await driver.until(node.listening.is_set, "connected")
                    await driver.until(lambda: app.store.as_of, "fetched")
                yield driver
        finally:
            await client.close()
            await node.stop()
