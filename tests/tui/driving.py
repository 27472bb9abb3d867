"""Driving the app in tests: a node to talk to, keys to press, and what is on the screen."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import chain
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

from rich.segment import Segment
from textual import events
from textual.keys import _character_to_key, key_to_character
from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.strip import Strip

from rochdale_tui.app import RochdaleApp
from rochdale_tui.client import Client
from rochdale_tui.theme import UNICODE, Glyphs

from .serve import FakeNode
from .world import NOW, World

PATIENCE_S = 120
T = TypeVar("T")
SMALL, LARGE = (80, 24), (120, 40)


def is_busy(pump: MessagePump) -> bool:
    """Answer whether a widget, or the app, does anything but wait for a message."""
    ready: Any = pump._message_queue.ready_event
    is_waiting = ready._waiters and not ready.is_set()
    return not pump._closed and (not is_waiting or bool(pump._next_callbacks))


class Screen:
    """An app that runs, and what is on its screen."""

    def __init__(self, app: RochdaleApp, pilot: Pilot[int]) -> None:
        self.app = app
        self.pilot = pilot
        app.animation_level = "none"

    async def press(self, *keys: str) -> None:
        """Press keys, each once the app is done with the one before."""
        await self.settle()
        for key in keys:
            name = _character_to_key(key) if len(key) == 1 and not key.isalnum() else key
            event = events.Key(name, key_to_character(name) or (key if len(key) == 1 else None))
            event.set_sender(self.app)
            self.app.post_message(event)
            await self.settle()

    async def settle(self) -> None:
        """Let the app work until no message waits for any widget and no act is under way.

        Pilot's own pauses guess it from how busy the process is, and on a loaded machine
        guess wrong.
        """
        async with asyncio.timeout(PATIENCE_S):
            while self.app.is_running and self.app.screen_stack:
                widgets = [each.walk_children(with_self=True) for each in self.app.screen_stack]
                acts = [work for work in self.app.workers if work.group != "live"]
                if acts or any(map(is_busy, chain((self.app,), *widgets))):
                    await asyncio.sleep(0)
                elif self.app.screen._update_timer._active.is_set():
                    self.app.screen._on_timer_update()
                else:
                    break

    async def until(self, condition: Callable[[], object], what: str = "") -> None:
        """Let the app work until a condition holds; fail with the screen if it never does."""
        end = monotonic() + PATIENCE_S
        while True:
            await self.settle()
            if condition():
                return
            if monotonic() > end:
                raise AssertionError(f"never: {what}\n{self.text}")
            # What comes from the node or with time has no event of its own.
            await asyncio.sleep(0.01)

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

    async def fetched(self) -> None:
        """Wait until nothing that the open section shows is still to be fetched."""
        store = self.app.store
        await self.until(lambda: store.as_of, "the first answer")
        await self.until(
            lambda: (
                not store._stale.intersection(store._watched)
                and all(key in store._values or key in store.errors for key in store._watched)
            ),
            "all answers",
        )


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
                    await driver.fetched()
                yield driver
        finally:
            await client.close()
            await node.stop()
