"""Copying to the clipboard, and exporting to files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from ..client import ApiError
from ..phrases import short
from ..screens.base import Chosen
from ..widgets import Choice
from .frame import Dialog, Push

__all__ = ["CopyDialog", "ExportDialog"]


class CopyDialog(Dialog[None]):
    """One key chooses what goes to the clipboard (by OSC 52, over SSH too)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("i", "copy('id')", "Copy the id", show=False, id="copy.id"),
        Binding("t", "copy('text')", "Copy the text", show=False, id="copy.text"),
        Binding("j", "copy('json')", "Copy the JSON", show=False, id="copy.json"),
        Binding("b", "copy('bytes')", "Copy the signed bytes", show=False, id="copy.bytes"),
    ]

    def __init__(self, chosen: Chosen) -> None:
        super().__init__()
        self.chosen = chosen

    def compose(self) -> ComposeResult:
        """List what can be copied."""
        chosen = self.chosen
        rows: list[tuple[str, str | Text]] = [
            ("i", f"id {chosen.id[:16]}"),
            ("t", f"text, {len(chosen.text)} characters"),
            ("j", "JSON of what is shown"),
        ]
        if chosen.record:
            rows.append(("b", "signed bytes, as they are"))
        with Vertical(id="dialog", classes="small") as frame:
            frame.border_title = Content("COPY")
            yield Static(self.paint.facts(rows, 2), markup=False)
            yield Static("", id="outcome", markup=False)
            with Horizontal(id="buttons"):
                yield Push("Cancel", id="cancel")

    @on(Push.Pushed)
    def _cancelled(self) -> None:
        self.action_leave()

    @work(exclusive=True)
    async def action_copy(self, what: str) -> None:
        """Copy it and close."""
        chosen = self.chosen
        if what == "bytes":
            if not chosen.record:
                return
            try:
                raw = await self.book.store.client.raw(chosen.record)
            except ApiError as error:
                self.query_one("#outcome", Static).update(self.paint.text(str(error), "bad"))
                return
            text = json.dumps(raw)
        elif what == "json":
            text = json.dumps(chosen.data, indent=2)
        else:
            text = chosen.id if what == "id" else chosen.text
        self.book.copy_to_clipboard(text)
        self.book.announce(f"Copied {what}, {len(text)} characters")
        self.dismiss(None)


class ExportDialog(Dialog[None]):
    """Writes a record's bytes or its proof to a file that isn't there yet."""

    BINDINGS: ClassVar[list[BindingType]] = []
    AUTO_FOCUS = "#path"

    def __init__(self, chosen: Chosen) -> None:
        super().__init__()
        self.chosen = chosen

    def _path(self, what: str) -> str:
        suffix = "rochdale.json" if what == "proof" else "record.json"
        return f"{short(self.chosen.record)}.{suffix}"

    def compose(self) -> ComposeResult:
        """Ask what and where."""
        with Vertical(id="dialog", classes="small") as frame:
            frame.border_title = Content("EXPORT")
            yield Static(self.paint.text(self.chosen.label), markup=False)
            yield Choice(("proof", "bytes"), "proof", id="what")
            yield Input(self._path("proof"), id="path", compact=True)
            yield Static(
                self.paint.text("A proof is checked anywhere by: rochdale verify FILE", "muted"),
                id="outcome",
                markup=False,
            )
            with Horizontal(id="buttons"):
                yield Push("Cancel", id="cancel")
                yield Push("Write", id="write")

    @on(Choice.Changed, "#what")
    def _what_changed(self, event: Choice.Changed) -> None:
        path = self.query_one("#path", Input)
        if path.value in (self._path("proof"), self._path("bytes")):
            path.value = self._path(event.choice.value)

    @on(Input.Submitted)
    def _next(self) -> None:
        self.focus_next()

    @on(Push.Pushed, "#cancel")
    def _cancelled(self) -> None:
        self.action_leave()

    @on(Push.Pushed, "#write")
    @work(exclusive=True)
    async def _write(self) -> None:
        what = self.query_one("#what", Choice).value
        path = _path(self.query_one("#path", Input).value)
        client, outcome = self.book.store.client, self.query_one("#outcome", Static)
        try:
            data: dict[str, Any]
            if what == "proof":
                data = await client.proof(self.chosen.record)
            else:
                data = await client.raw(self.chosen.record)
            with path.open("x", encoding="utf-8") as file:
                json.dump(data, file)
        except ApiError as error:
            outcome.update(self.paint.text(str(error), "bad"))
        except FileExistsError:
            outcome.update(self.paint.text(f"{path} exists; choose another name.", "bad"))
        except OSError as error:
            outcome.update(self.paint.text(f"{path} was not written: {error.strerror}.", "bad"))
        else:
            self.book.announce(f"Wrote {path.absolute()}")
            self.dismiss(None)


def _path(text: str) -> Path:
    return Path(text).expanduser()
