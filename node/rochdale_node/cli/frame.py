"""What every command has: its common options, its errors, its exit codes.

A command is a function that prints through ``show`` and
raises ``Stop``, or an error with a code, when it can't go on; ``main.run`` prints what
happened and what to do next, and exits with the code that scripts rely on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

__all__ = [
    "Command",
    "Commands",
    "Exit",
    "Settings",
    "Stop",
    "settings",
    "take_common",
    "write_common",
]

F = TypeVar("F", bound=Callable[..., Any])


class Exit(IntEnum):
    """The exit codes; also in the guide of ``specs/11-local-api.md``."""

    OK = 0
    REFUSED = 1
    USAGE = 2
    UNREACHABLE = 3
    NOT_FOUND = 4


class Stop(Exception):
    """The command can't go on.

    Attributes:
        status: the exit code.
        code: the rule's number, or a short word where no rule is behind it.
        message: what happened.
        after: what to do next.
        fields: what a script may want to know.
    """

    def __init__(
        self,
        status: Exit,
        code: str,
        message: str,
        after: str = "",
        fields: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.after = after
        self.fields = dict(fields or {})


@dataclass(slots=True)
class Settings:
    """The common options of this run, wherever on the line they stood."""

    home: str = ""
    coop: str = ""
    passphrase_file: str = ""
    json: bool = False
    plain: bool = False
    help: bool = False


COMMON: Final = (
    ("--home DIR", "The home folder to use (or set ROCHDALE_HOME)."),
    ("--coop ID", "Which co-op, where a home has several."),
    ("--passphrase-file FILE", "A file with the passphrase that only you can read."),
    ("--json", "Print JSON."),
    ("--plain", "No colour and no drawn lines, for screen readers."),
)
"""Options that every command takes, anywhere on the line."""

_CHOSEN = Settings()


def settings() -> Settings:
    """Return the common options of this run."""
    return _CHOSEN


def take_common(args: list[str]) -> list[str]:
    """Keep the common options of a line and return the rest of it.

    They are no options of Typer's: it would read each with pydantic, which takes longer to
    import than a whole ``rochdale status`` may take.

    Raises:
        Stop: an option stands without its value.
    """
    for field, default in zip(Settings.__slots__, ("", "", "", False, False, False), strict=True):
        setattr(_CHOSEN, field, default)
    rest: list[str] = []
    line = iter(args)
    for word in line:
        if word == "--":
            return [*rest, word, *line]
        _CHOSEN.help |= word == "--help"
        name, assigned, value = word.partition("=")
        field = name[2:].replace("-", "_")
        if word in ("--json", "--plain"):
            setattr(_CHOSEN, field, True)
        elif name in ("--home", "--coop", "--passphrase-file"):
            value = value if assigned else next(line, "")
            if not value:
                raise Stop(Exit.USAGE, "usage", f"Option {name} needs a value.")
            setattr(_CHOSEN, field, value)
        else:
            rest.append(word)
    return rest


def write_common(formatter: Any) -> None:
    """Add the common options to a page of help."""
    with formatter.section("Common options"):
        formatter.write_dl(list(COMMON))


class Command(TyperCommand):
    """A command whose help lists the common options as well."""

    def __init__(self, *args: Any, **more: Any) -> None:
        # Where nobody asks for it, the option would only cost the import of pydantic too.
        more["add_help_option"] = _CHOSEN.help
        super().__init__(*args, **more)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args and not any(param.required for param in self.params):
            return []  # the defaults stand as they are; Typer would read them with pydantic
        return super().parse_args(ctx, args)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        super().format_options(ctx, formatter)
        write_common(formatter)


class Group(TyperGroup):
    """A group of commands whose help lists the common options as well."""

    def __init__(self, *args: Any, **more: Any) -> None:
        more["add_help_option"] = _CHOSEN.help
        super().__init__(*args, **more)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        super().format_options(ctx, formatter)
        write_common(formatter)


class Commands(typer.Typer):
    """A module's commands: ``@app.command()`` makes each a ``Command``."""

    def __init__(self) -> None:
        super().__init__(
            cls=Group, no_args_is_help=True, add_completion=False, rich_markup_mode=None
        )

    def command(self, name: str | None = None, **more: Any) -> Callable[[F], F]:
        return super().command(name, cls=Command, **more)
