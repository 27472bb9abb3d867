"""Each rule that the code names stands in the specs, and a test breaks each of mine."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = re.compile(r'"([A-Z]{3}-[0-9]{1,3})"')
BULLET = re.compile(r"^(?:- )?\*\*([A-Z]{3}-[0-9]{1,3})\b", re.MULTILINE)
NAMED = re.compile(r"\b[A-Z]{3}-[0-9]{1,3}\b")
RECORDS_AND_AREAS = ("REC", "CHN", "POO", "MIN", "VOT", "CRT", "SIM", "EXE", "LED", "KEY",
                     "MEM", "GOV", "RUL", "SEA", "AGR", "CON", "CNT", "DIS", "RFD")  # fmt: skip


def texts(folder: str, pattern: str) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted((ROOT / folder).rglob(pattern))]


def codes_in_code() -> set[str]:
    """Codes that errors of the package carry: string literals of its modules."""
    found = {code for text in texts("protocol/rochdale_protocol", "*.py")
             for code in CODE.findall(text)}  # fmt: skip
    assert {"REC-5", "GOV-5", "CRT-3"} <= found
    return found


def rules_in_specs() -> set[str]:
    """Rules that a page of the specs words: what begins an item in bold."""
    found = {code for text in texts("specs", "*.md") for code in BULLET.findall(text)}
    assert {"REC-5", "GOV-5", "CRT-3"} <= found
    return found


def test_every_code_stands_in_the_specs() -> None:
    """No error carries a code that no page explains."""
    worded = {code for text in texts("specs", "*.md") for code in NAMED.findall(text)}
    assert sorted(codes_in_code() - worded) == []


def test_every_rule_is_named_by_a_test() -> None:
    """Each rule of records, minutes and areas is named where a test checks it."""
    named = {code for text in texts("tests", "*.py") for code in NAMED.findall(text)}
    ours = {rule for rule in rules_in_specs() if rule.startswith(RECORDS_AND_AREAS)}
    assert sorted(ours - named) == []


def test_a_rule_is_worded_once() -> None:
    """No number names two rules."""
    every = [code for text in texts("specs", "*.md") for code in BULLET.findall(text)]
    assert sorted({code for code in every if every.count(code) > 1}) == []
