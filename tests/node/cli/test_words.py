"""Every code has words, and the words keep their promises."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from rochdale_node.cli.main import COMMANDS
from rochdale_node.errors import LinkError, StoreError
from rochdale_node.words import WORDS, exit_of, status_of, words_of
from rochdale_protocol.core.errors import CodedError, DecodeError, LocalError, NotYet, Refused

ROOT = Path(__file__).resolve().parents[3]
CODE = re.compile(r'"([A-Z]{3}-[0-9]{1,3})"')

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
