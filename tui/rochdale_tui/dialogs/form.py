"""A form. What is typed is a draft, kept at each change; nothing is sent from here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from ..actions.review import FormError, Review
from ..client import ApiError
from ..widgets import Choice
from .frame import Dialog, Push
from .review import ReviewDialog

__all__ = ["Field", "Form", "FormDialog"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field; ``value`` is where it starts, ``hint`` says how it is understood."""

    name: str
    label: str
    kind: Literal["line", "text", "choice"] = "line"
    options: tuple[str, ...] = ()
    value: str = ""
    length_max: int = 120
    hint: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A form; ``name`` is its draft's, ``prepare`` fetches afresh and makes the review.

    ``about`` says what it is about.
    """

    name: str
    title: str
    fields: tuple[Field, ...]
    prepare: Callable[[dict[str, str]], Awaitable[Review]]
    about: str = ""


class FormDialog(Dialog[bool]):
    """Asks for fields, then opens the review. Its answer is whether it was signed."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "review", "Review", show=False, id="form.review"),
        Binding("ctrl+g", "discard", "Discard draft", show=False, id="form.discard"),
    ]

    def __init__(self, form: Form) -> None:
        super().__init__()
        self.form = form
        self.values: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """Fields, what is wrong with them, and two buttons."""
        draft = self.book.memory.draft(self.form.name)
        with Vertical(id="dialog", classes="form") as frame:
            frame.border_title = Content(self.form.title)
            if self.form.about:
                yield Static(self.paint.heading(self.form.about), id="about", markup=False)
            with VerticalScroll(id="fields", can_focus=False):
                for field in self.form.fields:
                    value = draft.get(field.name, field.value)
                    self.values[field.name] = value
                    with Horizontal(classes="field"):
                        yield Static(field.label, classes="field-label", markup=False)
                        yield self._editor(field, value)
                    if field.hint is not None:
                        yield Static("", id=f"hint-{field.name}", classes="hint", markup=False)
            yield Static("", id="outcome", markup=False)
            with Horizontal(id="buttons"):
                yield Push("Cancel", id="cancel")
                yield Push("Review", id="review")

    def _editor(self, field: Field, value: str) -> Widget:
        name = f"field-{field.name}"
        if field.kind == "choice":
            return Choice(field.options, value, id=name)
        if field.kind == "text":
            from textual.widgets import TextArea

            area = TextArea(value, id=name, compact=True, tab_behavior="focus")
            area.show_line_numbers = False
            return area
        return Input(value, id=name, max_length=field.length_max, compact=True)

    def on_mount(self) -> None:
        """Begin with the first field; say so if a draft was found."""
        self.query_one(f"#field-{self.form.fields[0].name}").focus()
        self._show_hints()
        if self.book.memory.draft(self.form.name):
            self._outcome("This is your draft. ctrl+g discards it.", "muted")
        else:
            self._outcome("ctrl+s reviews; nothing is signed before. esc keeps a draft.", "muted")

    def _outcome(self, text: str, role: str) -> None:
        self.query_one("#outcome", Static).update(
            self.paint.text(text, role)  # type: ignore[arg-type]
        )

    def _show_hints(self) -> None:
        for field in self.form.fields:
            if field.hint is not None:
                hint = field.hint(self.values[field.name])
                self.query_one(f"#hint-{field.name}", Static).update(self.paint.text(hint, "muted"))

    @on(Input.Changed)
    @on(Choice.Changed)
    def _changed(self, event: Input.Changed | Choice.Changed) -> None:
        widget = event.input if isinstance(event, Input.Changed) else event.choice
        self._keep((widget.id or "").removeprefix("field-"), widget.value)

    def on_text_area_changed(self, event: object) -> None:
        """Keep what was typed into a text."""
        area = event.text_area  # type: ignore[attr-defined]
        self._keep((area.id or "").removeprefix("field-"), area.text)

    def _keep(self, name: str, value: str) -> None:
        if name in self.values and self.values[name] != value:
            self.values[name] = value
            self.book.memory.keep(self.form.name, self.values)
            self._show_hints()

    @on(Input.Submitted)
    def _next_field(self) -> None:
        self.focus_next()

    @on(Push.Pushed, "#cancel")
    def _cancelled(self) -> None:
        self.action_leave()

    @on(Push.Pushed, "#review")
    def _review_pushed(self) -> None:
        self.action_review()

    def action_discard(self) -> None:
        """Forget the draft and leave."""
        self.book.memory.drop(self.form.name)
        self.dismiss(False)

    @work(exclusive=True)
    async def action_review(self) -> None:
        """Prepare the act afresh and show its review."""
        try:
            review = await self.form.prepare({k: v.strip() for k, v in self.values.items()})
        except FormError as error:
            self._outcome(error.message, "bad")
            self.query_one(f"#field-{error.field}").focus()
        except ApiError as error:
            self._outcome(str(error), "bad")
        else:
            self._outcome("", "muted")
            self.app.push_screen(ReviewDialog(review), self._reviewed)

    def _reviewed(self, done: bool | None) -> None:
        if done:
            self.book.memory.drop(self.form.name)
            self.dismiss(True)
