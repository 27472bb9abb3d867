"""What all dialogs share: a frame, buttons that need no colour, and a way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Static

if TYPE_CHECKING:
    from ..app import RochdaleApp
    from ..theme import Paint

__all__ = ["Dialog", "Push"]

T = TypeVar("T")


class Push(Static, can_focus=True):
    """A button: ``[ Sign ]``, ``>[ Sign ]<`` with the focus, and its state in words."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "push", "Press", show=False)]

    class Pushed(Message):
        """The button was pressed."""

        def __init__(self, button: Push) -> None:
            super().__init__()
            self.button = button

        @property
        def control(self) -> Push:
            """The button."""
            return self.button

    def __init__(self, label: str, *, id: str, disabled: bool = False) -> None:  # noqa: A002
        super().__init__(id=id, markup=False, disabled=disabled)
        self.label = label

    def render(self) -> Text:
        """Draw it."""
        if self.disabled:
            return Text(f" [ {self.label} ] (disabled)")
        return Text(f">[ {self.label} ]<" if self.has_focus else f" [ {self.label} ] ")

    def on_focus(self) -> None:
        """Show the focus."""
        self.refresh(layout=True)

    def on_blur(self) -> None:
        """Show that the focus went on."""
        self.refresh(layout=True)

    def watch_disabled(self, disabled: bool) -> None:
        """Show whether it can be pressed."""
        super().watch_disabled(disabled)
        self.refresh(layout=True)

    def action_push(self) -> None:
        """Press it."""
        if not self.disabled:
            self.post_message(self.Pushed(self))

    def on_click(self, event: events.Click) -> None:
        """Press it with the mouse."""
        event.stop()
        self.action_push()


class Dialog(ModalScreen[T]):
    """A dialog; escape leaves it and does nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Cancel", show=False, id="dialog.cancel"),
    ]

    @property
    def book(self) -> RochdaleApp:
        """The app with its own type."""
        return cast("RochdaleApp", self.app)

    @property
    def paint(self) -> Paint:
        """Colours and glyphs."""
        return self.book.paint

    def action_leave(self) -> None:
        """Leave without doing anything."""
        self.dismiss(None)
