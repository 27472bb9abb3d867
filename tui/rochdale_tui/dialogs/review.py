"""The review: what will be signed, by whom, what it means; then Cancel or sign.

Cancel has the focus. No key signs but enter (or space) on the button itself, so the
key that opened the dialog never does, however long it is held. Where a signature
binds, the first characters of its hash are typed first.
"""

from __future__ import annotations

from typing import Any

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from ..actions.review import Review
from ..client import ApiError
from ..widgets import Pane
from .frame import Dialog, Push

__all__ = ["ReviewDialog"]


class ReviewDialog(Dialog[bool]):
    """Shows an act and signs it. Its answer is whether it was done."""

    AUTO_FOCUS = "#cancel"

    def __init__(self, review: Review) -> None:
        super().__init__()
        self.review = review
        self.busy = False
        self.result = ""
        self._said = ""

    def compose(self) -> ComposeResult:
        """Facts, the command, the typed check, what went wrong, and two buttons."""
        with Vertical(id="dialog", classes="review") as frame:
            frame.border_title = Content(self.review.title)
            yield Pane(id="facts")
            if self.review.typed and not self.review.obstacle:
                with Horizontal(id="typed"):
                    yield Static(self.review.typed_label, id="typed-label", markup=False)
                    yield Input(id="typed-input", max_length=len(self.review.typed), compact=True)
            yield Static("", id="outcome", markup=False)
            with Horizontal(id="buttons"):
                yield Push("Cancel", id="cancel")
                yield Push(self.review.confirm, id="confirm", disabled=self._locked(""))

    def on_mount(self) -> None:
        """Write the facts."""
        rows = [*self.review.rows, ("Same as", self.review.command)]
        self.query_one("#facts", Pane).write(self.paint.facts(list(rows)))
        if self.review.obstacle:
            self._outcome(f"Not now: {self.review.obstacle}.", "warn")

    def _locked(self, typed: str) -> bool:
        return bool(self.review.obstacle) or typed.strip().lower() != self.review.typed

    def _outcome(self, text: str, role: str) -> None:
        self.query_one("#outcome", Static).update(
            self.paint.text(text, role)  # type: ignore[arg-type]
        )

    @on(Input.Changed, "#typed-input")
    def _typed(self, event: Input.Changed) -> None:
        self.query_one("#confirm", Push).disabled = self._locked(event.value)

    @on(Input.Submitted, "#typed-input")
    def _typed_through(self) -> None:
        self.focus_next()

    @on(Push.Pushed, "#cancel")
    def _cancelled(self) -> None:
        self.action_leave()

    @on(Push.Pushed, "#confirm")
    def _confirmed(self) -> None:
        if not self.busy:
            self.busy = True
            self._outcome("Signing.", "muted")
            self._send()

    @work(exclusive=True)
    async def _send(self) -> None:
        review, client = self.review, self.book.store.client
        news = review.done
        try:
            if review.endpoint == "invites":
                self.result = await client.invite(review.body["days"])
            elif review.endpoint == "peers":
                await client.add_peer(review.body["address"])
            else:
                voting = review.endpoint == "ballots"
                body = await self._body()
                signed = await (client.vote(body) if voting else client.act(review.kind, body))
                standing = {"pending": "waits for a minute", "final": "final"}
                news += f", {standing.get(signed.state, f'refused: {signed.code}')}"
        except ApiError as error:
            self.busy = False
            self.book.store.tell("bad", f"{review.title.capitalize()}: {error}")
            self._outcome(str(error), "bad")
            return
        self.book.store.refresh()
        self.book.announce(news)
        if self.result:
            self._show_result()
        else:
            self.dismiss(True)

    async def _body(self) -> dict[str, Any]:
        """Return what is signed, once the words that it names are signed, and those once."""
        words = self.review.words
        if words is None:
            return self.review.body
        if not self._said:
            self._said = (await self.book.store.client.act(words.kind, words.body)).record
        return {**self.review.body, words.field: self._said}

    def _show_result(self) -> None:
        self.query_one("#facts", Pane).write(self.paint.text(self.result, "strong"))
        self.book.copy_to_clipboard(self.result)
        self._outcome("Copied. Give it to one newcomer, over a channel that you trust.", "ok")
        self.query_one("#confirm", Push).display = False
        close = self.query_one("#cancel", Push)
        close.label = "Close"
        close.refresh(layout=True)
        close.focus()

    def action_leave(self) -> None:
        """Leave; what is being signed can't be called back."""
        if self.busy and not self.result:
            self._outcome("It is on its way to the node; wait for its answer.", "warn")
        else:
            self.dismiss(bool(self.result))
