"""Dialogs that are only read: help, the log, leaving."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content

from ..phrases import clock
from ..widgets import Pane
from .frame import Dialog, Push

__all__ = ["HelpDialog", "LogDialog", "QuitDialog"]


class HelpDialog(Dialog[None]):
    """All keys of the screen beneath, made from its bindings."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "leave", "Close", show=False, id="help.close"),
    ]
    AUTO_FOCUS = "#help"

    def __init__(self, groups: Sequence[tuple[str, Sequence[Binding]]]) -> None:
        super().__init__()
        self.groups = groups

    def compose(self) -> ComposeResult:
        """One scrolling text."""
        with Vertical(id="dialog", classes="tall") as frame:
            frame.border_title = Content("HELP  esc closes")
            yield Pane(id="help")

    def on_mount(self) -> None:
        """Write the keys by group."""
        text = Text()
        for name, bindings in self.groups:
            text.append_text(self.paint.heading(f"{name}\n"))
            for binding in bindings:
                shown = " ".join(self.book.key_names(binding))
                text.append_text(self.paint.text(f"  {shown:<12} ", "accent"))
                text.append_text(self.paint.text(binding.description))
                if binding.tooltip:
                    text.append_text(self.paint.text(f": {binding.tooltip}", "muted"))
                if binding.id:
                    text.append_text(self.paint.text(f"  {binding.id}", "muted"))
                text.append("\n")
            text.append("\n")
        text.append_text(
            self.paint.text(
                f"To change a key, write its name and the new key into\n{self.book.keys_path}\n"
                'such as {"proposal.vote": "V"}',
                "muted",
            )
        )
        self.query_one("#help", Pane).write(text)


class LogDialog(Dialog[None]):
    """What happened since the start, the newest first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("exclamation_mark", "leave", "Close", show=False, id="log.close"),
    ]
    AUTO_FOCUS = "#log"

    def compose(self) -> ComposeResult:
        """One scrolling text."""
        with Vertical(id="dialog", classes="tall") as frame:
            frame.border_title = Content("LOG  esc closes")
            yield Pane(id="log")

    def on_mount(self) -> None:
        """Write the lines."""
        store, paint = self.book.store, self.paint
        store.unread = 0
        lines = []
        for news in reversed(store.news):
            line = paint.text(f"{clock(news.at, store.now()):<6} ", "muted")
            line.append_text(paint.mark(news.role))
            line.append_text(paint.text(f" {news.text}"))
            lines.append(line)
        empty = paint.text("Nothing happened yet since the start.", "muted")
        self.query_one("#log", Pane).write(Text("\n").join(lines) if lines else empty)


class QuitDialog(Dialog[bool]):
    """Asks before leaving with drafts."""

    AUTO_FOCUS = "#cancel"

    def __init__(self, drafts: int) -> None:
        super().__init__()
        self.drafts = drafts

    def compose(self) -> ComposeResult:
        """Say what is kept."""
        what = "1 draft is" if self.drafts == 1 else f"{self.drafts} drafts are"
        with Vertical(id="dialog", classes="small") as frame:
            frame.border_title = Content("QUIT")
            yield Pane(id="facts")
            with Horizontal(id="buttons"):
                yield Push("Cancel", id="cancel")
                yield Push("Quit", id="quit")
        self._say = f"{what} not signed yet. They are kept for next time."

    def on_mount(self) -> None:
        """Write the question."""
        self.query_one("#facts", Pane).write(self.paint.text(self._say))

    @on(Push.Pushed)
    def _pushed(self, event: Push.Pushed) -> None:
        self.dismiss(event.button.id == "quit")
