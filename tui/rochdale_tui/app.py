"""The app: it opens the book, keeps one store, and changes between sections.

``run`` is the entry point that the command line calls.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.scrollbar import ScrollBar

from rochdale_protocol.views import Event

from .actions.review import Review
from .client import ApiError, Client
from .drafts import Memory
from .keys import GLOBAL_KEYS, SECTIONS, all_keys, key_name, load_keymap
from .screens.base import BookScreen, Chosen
from .screens.home import HomeScreen
from .store import STATUS, Store
from .styles import CSS as STYLES
from .theme import ASCII, DARK, LIGHT, Glyphs, Paint, glyphs_of

if TYPE_CHECKING:
    from .dialogs.form import Form

__all__ = ["RochdaleApp", "run"]


def _now_ms() -> int:
    return int(time.time() * 1000)


def _screen(mode: str) -> Callable[[], Screen[Any]]:
    """Return a maker of a section's screen that imports it when it is first opened."""

    def make() -> Screen[Any]:
        if mode == "members":
            from .screens.members import MembersScreen as Made
        elif mode == "proposals":
            from .screens.proposals import ProposalsScreen as Made  # type: ignore[assignment]
        elif mode == "agreements":
            from .screens.agreements import AgreementsScreen as Made  # type: ignore[assignment]
        elif mode == "contributions":
            from .screens.contributions import ContributionsScreen as Made  # type: ignore[assignment]
        elif mode == "federation":
            from .screens.federation import FederationScreen as Made  # type: ignore[assignment]
        elif mode == "records":
            from .screens.records import RecordsScreen as Made  # type: ignore[assignment]
        else:
            from .screens.keys import KeysScreen as Made  # type: ignore[assignment]
        return Made()

    return make


class RochdaleApp(App[int]):
    """One book on one node, in a terminal."""

    TITLE = "Rochdale"
    CSS = STYLES
    DEFAULT_MODE = "home"
    MODES: ClassVar[dict[str, Any]] = {
        "home": HomeScreen,
        **{mode: _screen(mode) for _, mode, _, _ in SECTIONS if mode != "home"},
    }
    BINDINGS: ClassVar[list[BindingType]] = [*GLOBAL_KEYS]
    COMMAND_PALETTE_BINDING = "ctrl+p"
    ENABLE_COMMAND_PALETTE = True
    NOTIFICATION_TIMEOUT = 4.0

    def __init__(
        self,
        client: Client,
        folder: Path,
        *,
        now: Callable[[], int] = _now_ms,
        glyphs: Glyphs | None = None,
    ) -> None:
        """Make the app.

        Args:
            folder: where drafts, the last visit and ``keys.json`` are kept.
            now: the clock, in milliseconds.
        """
        self.glyphs = glyphs if glyphs is not None else glyphs_of()
        super().__init__()
        self.store = Store(client, now)
        self.memory = Memory(folder)
        self.keys_path = folder / "keys.json"
        self.palette = DARK
        for palette in (DARK, LIGHT):
            self.register_theme(palette.theme())
        self.theme = self.palette.name
        self._visit: tuple[int, int] | None = None
        self._trail: list[tuple[str, str | None]] = []
        self._names = all_keys()
        self._keymap_given: dict[str, str] = {}

    def get_default_screen(self) -> Screen[Any]:
        """Begin at home."""
        return HomeScreen()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give every theme the colours that the style sheet names."""
        return DARK.theme().variables

    def on_mount(self) -> None:
        """Set colours and keys, and open the book."""
        self.set_class(self.glyphs.ascii, "-ascii")
        if self.glyphs is ASCII:
            ScrollBar.renderer.VERTICAL_BARS = [" "] * 8
            ScrollBar.renderer.HORIZONTAL_BARS = [" "] * 8
        self._keymap_given, problems = load_keymap(self.keys_path)
        self.set_keymap(self._keymap_given)
        for problem in (*problems, *filter(None, (self.memory.problem,))):
            self.store.tell("warn", problem)
        self.store.on_change = self.redraw
        self.store.on_news = self._news
        self._live()

    @work(exclusive=True, group="live")
    async def _live(self) -> None:
        try:
            await self.store.run()
        finally:
            await self.store.client.close()

    # --- what screens use

    @property
    def paint(self) -> Paint:
        """Colours and glyphs in use."""
        return Paint(self.palette, self.glyphs)

    @property
    def base(self) -> BookScreen:
        """The section that is open, beneath any dialog."""
        return cast("BookScreen", self.screen_stack[0])

    def redraw(self) -> None:
        """Draw the open section again."""
        if self.screen_stack:
            self.base.draw()

    def last_visit(self) -> tuple[int, int]:
        """Return the height and time at which this book was left before."""
        status = self.store.get(STATUS)
        if self._visit is None and status is not None:
            self._visit = self.memory.visit(status.coop)
        return self._visit or (0, 0)

    def key_of(self, name: str) -> str:
        """Return how the key of an action is shown, by the action's id."""
        return self.key_name(self._names[name])

    def key_names(self, binding: Binding) -> list[str]:
        """Return how a binding's keys are shown, the user's own if there are any."""
        keys = self._keymap_given.get(binding.id or "", binding.key).split(",")
        return [key_name(key.strip()) for key in keys]

    def key_name(self, binding: Binding) -> str:
        """Return how the first of a binding's keys is shown."""
        return self.key_names(binding)[0]

    def announce(self, text: str) -> None:
        """Show news for a moment and keep it in the log."""
        self.store.tell("ok", text)
        self.notify(text, markup=False)

    def _news(self, event: Event) -> None:
        if event.type in ("evidence", "alert"):
            self.notify(event.text, severity="warning", markup=False)

    def open_form(self, form: Form) -> None:
        """Ask for something, then review it."""
        from .dialogs.form import FormDialog

        self.push_screen(FormDialog(form))

    @work(exclusive=True, group="review")
    async def open_fetched(self, make: Callable[[], Awaitable[Form]]) -> None:
        """Fetch what a form asks about, then open it."""
        try:
            form = await make()
        except ApiError as error:
            self.base.say(str(error))
        else:
            self.open_form(form)

    @work(exclusive=True, group="review")
    async def open_review(self, prepare: Callable[[], Awaitable[Review]]) -> None:
        """Fetch afresh and review."""
        from .dialogs.review import ReviewDialog

        try:
            review = await prepare()
        except ApiError as error:
            self.base.say(str(error))
        else:
            self.push_screen(ReviewDialog(review))

    def open_copy(self, chosen: Chosen) -> None:
        """Offer what can be copied."""
        from .dialogs.copying import CopyDialog

        self.push_screen(CopyDialog(chosen))

    def open_export(self, chosen: Chosen) -> None:
        """Offer what can be written to a file."""
        from .dialogs.copying import ExportDialog

        self.push_screen(ExportDialog(chosen))

    # --- sections

    def action_go(self, mode: str) -> None:
        """Open a section."""
        self._trail.clear()
        self.switch_mode(mode)

    def go_to(self, mode: str, identity: str) -> None:
        """Open something in another section; escape leads back."""
        self._trail.append((self.base.MODE, None))
        self.switch_mode(mode)
        self.base.reveal(identity)

    def go_back(self) -> None:
        """Return to where ``go_to`` was called; never quit."""
        if self._trail:
            mode, _ = self._trail.pop()
            self.switch_mode(mode)

    # --- keys that work everywhere

    def action_help(self) -> None:
        """Show all keys."""
        from .dialogs.reading import HelpDialog

        self.push_screen(HelpDialog(self.help_groups()))

    def help_groups(self) -> list[tuple[str, list[Binding]]]:
        """Return the keys of this screen, of its panes, of everywhere and of dialogs."""
        from .dialogs.form import FormDialog
        from .keys import BOOK_KEYS, TABLE_KEYS, TEXT_KEYS

        screen = self.base
        own = [
            binding
            for binding in type(screen).BINDINGS
            if isinstance(binding, Binding) and binding not in BOOK_KEYS
        ]
        forms = [binding for binding in FormDialog.BINDINGS if isinstance(binding, Binding)]
        groups = [
            *screen.key_groups(own),
            ("On all sections", BOOK_KEYS),
            ("In lists", TABLE_KEYS),
            ("In texts", TEXT_KEYS),
            ("Everywhere", GLOBAL_KEYS),
            ("In forms", forms),
        ]
        return [(name, [*bindings]) for name, bindings in groups if bindings]

    def action_log(self) -> None:
        """Show what happened."""
        from .dialogs.reading import LogDialog

        self.push_screen(LogDialog(), lambda _: self.redraw())

    def action_refresh(self) -> None:
        """Fetch again; dial the node at once if it is away."""
        self.base.notice = ""
        self.store.refresh()

    def action_theme(self) -> None:
        """Change between the dark and the light theme."""
        self.palette = LIGHT if self.palette is DARK else DARK
        self.theme = self.palette.name
        self.redraw()

    def action_command_palette(self) -> None:
        """Find a command; not over a dialog, whose act would be lost from sight."""
        if isinstance(self.screen, BookScreen):
            super().action_command_palette()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """List every action of this screen, and nothing that comes from the book."""
        for group, bindings in self.help_groups():
            if group in ("In lists", "In texts", "In forms"):
                continue
            node = screen if group != "Everywhere" else self
            for binding in bindings:
                if binding.action in ("back", "command_palette") or not self._is_offered(
                    screen, binding
                ):
                    continue
                display = f"{binding.description}  {self.key_name(binding)}"

                def call(action: str = binding.action, node: Any = node) -> None:
                    self.call_later(self.run_action, action, node)

                yield SystemCommand(display, binding.tooltip or group, call)

    @staticmethod
    def _is_offered(screen: Screen[Any], binding: Binding) -> bool:
        """Say whether an act is one of the open tab."""
        name = binding.action.removeprefix("act('").removesuffix("')")
        return name == binding.action or screen.check_action("act", (name,)) is not False

    async def action_quit(self) -> None:
        """Leave; ask first if there are drafts."""
        if not self.memory.drafts or not isinstance(self.screen, BookScreen):
            self._leave(True)
            return
        from .dialogs.reading import QuitDialog

        self.push_screen(QuitDialog(len(self.memory.drafts)), self._leave)

    def _leave(self, quitting: bool | None) -> None:
        if quitting:
            status = self.store.get(STATUS)
            if status is not None:
                self.memory.leave(status.coop, status.height, self.store.now())
            self.exit(0)


def run(socket: str, coop: str | None = None, state_dir: str | None = None) -> int:
    """Open the book that a node serves.

    Args:
        socket: the node's Unix socket.
        coop: the book's id or a unique prefix, if the node holds several.
        state_dir: where drafts and ``keys.json`` are kept; beside the socket by default.
    Returns:
        The exit code: 0, or 1 after a crash.
    """
    folder = Path(state_dir) if state_dir is not None else Path(socket).parent / "tui"
    app = RochdaleApp(Client(socket, coop), folder)
    app.run()
    return app.return_code or 0
