"""The entry point: finds the command, runs it, and says what went wrong and what to do next."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException
from typer.main import get_command

from .. import __version__
from .frame import Exit, Stop, settings, take_common, write_common

__all__ = ["COMMANDS", "main", "run"]

COMMANDS: Final[dict[str, str]] = {
    "init": "Make a home: your keys and your name.",
    "coop": "Found, join or show a co-op.",
    "invite": "Invite a newcomer.",
    "member": "The members, their register, and those who apply.",
    "mandate": "Who speaks for a member, and how long.",
    "office": "Who holds which office.",
    "rules": "How the members decide, in plain words; examples to found with.",
    "proposal": "Put resolutions to the members and read them.",
    "ballot": "Vote.",
    "proxy": "Let another member vote for yours, on one proposal.",
    "delegation": "Let another member's ballots count for yours, until you end it.",
    "meeting": "Minutes of a meeting that was held in a room.",
    "recount": "Count a vote again, and explain every ballot.",
    "count": "Count an election's ballot file, offline.",
    "agreement": "Draft, read, sign and export agreements.",
    "contribution": "Log, confirm, dispute and correct what members provide.",
    "dispute": "Complain, answer, mediate, settle, and ask the members to decide.",
    "record": "List, read, export and verify records.",
    "minute": "List and read minutes, and make checkpoints.",
    "peer": "The other nodes.",
    "device": "Your devices.",
    "witness": "Attest minutes.",
    "evidence": "Who signed against themselves, and what proves it.",
    "backup": "Make, test and restore backups.",
    "sync": "Carry the book by file.",
    "up": "Run this node in the foreground.",
    "status": "Where this node's book stands.",
    "doctor": "Check this home and explain what is wrong.",
    "verify": "Verify a file of proof or evidence, offline.",
    "tui": "Open the book in the terminal.",
    "demo": "Seven farms found a co-op, agree, and prove it.",
    "unit": "Print a systemd user unit that runs this node.",
    "api": "The local API.",
}
"""Every command and its line of help; each is the module of that name in this package."""

_NEW_OBJECTS: Final = 100_000
"""Containers made before Python looks for garbage: more than any command makes in starting."""

_INTERRUPTED: Final = 130
"""How Typer tells that Ctrl-C was pressed outside of its own prompts."""


class Root(TyperGroup):
    """A group whose commands are imported when they are called, not to list them."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        found: typer.Typer = import_module(f".{cmd_name}", __package__).app
        command: Any = get_command(found)
        command.name = cmd_name
        return command

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        # What it suggests for a mistyped name.
        names: Any = dict.fromkeys(COMMANDS)
        self.commands = names
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        super().format_options(ctx, formatter)
        write_common(formatter)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _root(ctx: typer.Context) -> None:
    """Your co-op's book, kept by its members together. Without a command: open it."""
    if ctx.invoked_subcommand is None:
        from .tui import tui

        tui()


def _app(args: list[str]) -> typer.Typer:
    # Its two options cost every run the import of pydantic, so they are there when asked for.
    completion = not args or args[0].startswith("-")
    app = typer.Typer(
        cls=Root,
        name="rochdale",
        rich_markup_mode=None,
        add_completion=completion,
        add_help_option=completion or settings().help,
        pretty_exceptions_enable=False,
    )
    app.callback(invoke_without_command=True)(_root)
    return app


def run(args: list[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    # What is imported stays to the end. To look for garbage in it, now and again and once more
    # when Python exits, takes a fifth of a status.
    gc.set_threshold(_NEW_OBJECTS)
    # What is valid is for Rochdale alone to say, and to look for plug-ins takes time too.
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    code = main(sys.argv[1:] if args is None else args)
    gc.freeze()
    sys.exit(code)


def main(args: list[str]) -> int:
    """Run one line and return its exit code."""
    try:
        rest = take_common(args)
        if rest == ["--version"]:
            typer.echo(__version__)
            return Exit.OK
        answer = _app(rest)(rest, prog_name="rochdale", standalone_mode=False)
        if answer == _INTERRUPTED:
            raise KeyboardInterrupt
        return answer if isinstance(answer, int) else int(Exit.OK)
    except TyperException as error:
        message = error.format_message().replace("Value error, ", "")
        if message.startswith("Usage:"):  # a group without a command: its help
            typer.echo(message)
            return Exit.USAGE
        where = getattr(error, "ctx", None)
        ask = f"{where.command_path} --help" if where else "rochdale --help"
        return _say(Stop(Exit.USAGE, "usage", message, f"See: {ask}"))
    except (typer.Abort, KeyboardInterrupt):
        typer.echo(err=True)  # the prompt, or ^C, stands on the line
        return _say(Stop(Exit.REFUSED, "aborted", "Stopped. Nothing more was done."))
    except BrokenPipeError:
        return Exit.OK
    except Exception as error:
        stop = _known(error)
        if stop is None:
            raise
        return _say(stop)


def _known(error: Exception) -> Stop | None:
    if isinstance(error, Stop):
        return error
    from rochdale_protocol.core.errors import CodedError

    if isinstance(error, CodedError):
        from ..words import exit_of, words_of

        message, after = words_of(error.code, error.fields)
        return Stop(Exit(exit_of(error)), error.code, message, after, error.fields)
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return Stop(
            Exit.UNREACHABLE,
            "system",
            f"The system refuses: {where}{error.strerror or error}.",
            "Check that the disk has room and that you may write there: rochdale doctor",
        )
    return None


def _say(stop: Stop) -> int:
    from .safe import harmless

    if settings().json:
        import json

        answer = {
            "code": stop.code,
            "message": stop.message,
            "next": stop.after,
            "fields": stop.fields,
        }
        with suppress(OSError):  # a full disk, perhaps: the exit code tells all the same
            typer.echo(json.dumps({"error": answer}, default=str))
    else:
        typer.echo(f"Error: {harmless(stop.message)} ({stop.code})", err=True)
        if stop.after:
            typer.echo(f"Next: {harmless(stop.after, lines=True)}", err=True)
    return stop.status


if __name__ == "__main__":
    run()
