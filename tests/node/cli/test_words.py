"""Every code has words, and the words keep their promises."""

from __future__ import annotations

import ast
import re
import string
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from rochdale_node.cli.frame import COMMON
from rochdale_node.cli.main import COMMANDS
from rochdale_node.errors import LinkError, StoreError
from rochdale_node.words import WORDS, exit_of, status_of, words_of
from rochdale_protocol.core.errors import CodedError, DecodeError, LocalError, NotYet, Refused

ROOT = Path(__file__).resolve().parents[3]
CODE = re.compile(r'"([A-Z]{3}-[0-9]{1,3})"')

ADVICE = re.compile(r"\brochdale ([a-z]+) ?([a-z]*)([^.;,)`]*)")
"""A command, the one below it if it is a group, and the rest of what is to be typed."""

UNSEEN = frozenset({"PRF-0", "PRF-1", "PRF-4", "PRF-5", "PRF-6", "PRF-7", "PRF-8", "PRF-9",
                    "PRF-11", "PRF-12", "PRF-17", "PRF-18", "PRF-20", "PRF-21"})  # fmt: skip
"""Codes that only ``rochdale verify`` meets, which has words of its own."""


def raised() -> set[str]:
    found = set()
    for package in (ROOT / "protocol" / "rochdale_protocol", ROOT / "node" / "rochdale_node"):
        for path in package.rglob("*.py"):
            if path.name not in ("words.py", "verdict.py"):
                found |= set(CODE.findall(path.read_text(encoding="utf-8")))
    return found


def test_every_code_that_can_reach_a_user_has_words() -> None:
    """No error of the protocol or the node is shown as a bare number."""
    assert raised() - UNSEEN - WORDS.keys() == set()


def test_words_say_what_happened_and_what_to_do() -> None:
    """Both parts are sentences, and every command that they name exists."""
    for code, (message, after) in WORDS.items():
        assert message[0].isupper() or message.startswith("{"), code
        assert message.endswith((".", "{path}")), code
        assert after, code
        for command in re.findall(r"rochdale ([a-z]+)", f"{message} {after}"):
            assert command in COMMANDS, f"{code}: {command}"


def told() -> set[str]:
    """Return every text in the code that people may read, with X for what is filled in."""
    found = set()
    for package in ("protocol/rochdale_protocol", "node/rochdale_node", "tui/rochdale_tui"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.JoinedStr):
                    parts = [getattr(part, "value", "X") for part in node.values]
                    found.add("".join(part if isinstance(part, str) else "X" for part in parts))
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(node.value)
    return {" ".join(text.split()) for text in found}


def test_every_advice_can_be_typed() -> None:
    """A command that any text names is there, and has the options that the text gives it."""
    advised = [found for text in told() for found in ADVICE.finditer(text)]
    assert len(advised) > 100
    for found in advised:
        assert found[1] in COMMANDS, found[0]
        command: Any = get_command(import_module(f"rochdale_node.cli.{found[1]}").app)
        if found[2] and hasattr(command, "commands"):
            assert found[2] in command.commands, found[0]
            command = command.commands[found[2]]
        known = {option for param in command.params for option in param.opts}
        known |= {"--help", *(name.split()[0] for name, _ in COMMON)}
        assert set(re.findall(r"--[a-z-]+", found[3])) <= known, found[0]


def test_words_fill_in_what_was_seen_and_survive_what_was_not() -> None:
    """Fields fill the braces, absent ones read as a question mark, none is code."""
    assert words_of("KEY-2", {"path": "/x"})[1].endswith("chmod 600 /x")
    for code, (message, after) in WORDS.items():
        fields = {name for _, name, _, _ in string.Formatter().parse(message + after) if name}
        assert all(name.isidentifier() for name in fields), code
        assert "{" not in "".join(words_of(code, {}))
    assert "{0.__class__}" in words_of("MEM-1", {"why": "{0.__class__}"})[0]


def test_an_unknown_code_is_still_told() -> None:
    """A code of a later version shows its number and its facts."""
    assert words_of("XYZ-1", {"size": 3})[0] == "Rule XYZ-1 was broken: size 3."


@pytest.mark.parametrize(
    ("error", "status", "exit_code"),
    [
        (Refused("GOV-5"), 409, 1),
        (LocalError("KEY-1"), 409, 1),
        (LocalError("API-2"), 400, 2),
        (LocalError("API-9"), 400, 2),
        (LocalError("API-8"), 403, 3),
        (LocalError("API-4"), 404, 4),
        (LocalError("HOM-1"), 404, 4),
        (LocalError("HOM-5"), 503, 3),
        (StoreError("STO-1"), 503, 3),
        (LinkError("LNK-5"), 503, 3),
        (NotYet("LED-2"), 503, 3),
        (DecodeError("CAN-7"), 400, 1),
    ],
)
def test_errors_have_their_status_and_exit_code(
    error: CodedError, status: int, exit_code: int
) -> None:
    """Scripts can tell refused (1), wrong use (2), out of reach (3) and not found (4)."""
    assert (status_of(error), exit_of(error)) == (status, exit_code)
