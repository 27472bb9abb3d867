"""From a shortened id, a label or a name to what it may mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from .models import Found

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["CANDIDATES_MAX", "resolve"]

CANDIDATES_MAX: Final = 20
"""More than this and the list helps nobody."""

PREFIX_MIN: Final = 4
"""Hexadecimal digits; fewer would too often be a name."""

_LABEL: Final = re.compile(r"([PACD])-?([0-9]{1,9})", re.IGNORECASE)
_HEIGHT: Final = re.compile(r"M?([0-9]{1,12})", re.IGNORECASE)
_HEX: Final = re.compile(r"[0-9a-f]{4,64}")
_NUMBERED: Final = {"P": "proposal", "A": "agreement", "C": "contribution", "D": "dispute"}
_NAMED: Final = {"member": "name", "application": "name", "device": "label"}


def resolve(book: Book, text: str, types: frozenset[str]) -> list[Found]:
    """Return what ``text`` may mean among things of those types, at most CANDIDATES_MAX.

    Args:
        text: a full id, at least four digits of one, ``P-3``, ``A-1``, ``C-12``, ``D-1``,
            ``M184``, or a name or the beginning of one.
    """
    found: dict[tuple[str, str], Found] = {}
    for one in _candidates(book, text.strip(), types):
        found.setdefault((one.type, one.id), one)
        if len(found) >= CANDIDATES_MAX:
            break
    exact = [one for one in found.values() if text in (one.title, one.id)]
    return exact if len(exact) == 1 else list(found.values())


def _candidates(book: Book, text: str, types: frozenset[str]) -> Iterator[Found]:
    label = _LABEL.fullmatch(text)
    if label is not None and _NUMBERED[label[1].upper()] in types:
        yield from _of_number(book, _NUMBERED[label[1].upper()], label[1].upper(), int(label[2]))
    height = _HEIGHT.fullmatch(text)
    if "minute" in types and height is not None:
        minute = book.ledger.minute(int(height[1]))
        if minute is not None:
            yield Found(id=minute.id, type="minute", label=f"M{int(height[1])}", title="")
    lower = text.lower()
    if _HEX.fullmatch(lower):
        yield from _of_prefix(book, lower, types)
    yield from _of_name(book, lower, types)


def _of_number(book: Book, kind: str, letter: str, number: int) -> Iterator[Found]:
    for key, value in book.ledger.final.scan(f"{kind}/"):
        if value["number"] == number:
            yield _found(book, kind, key, f"{letter}-{number}", value)


def _of_prefix(book: Book, prefix: str, types: frozenset[str]) -> Iterator[Found]:
    for kind in sorted(types - {"record", "minute"}):
        for key, value in book.ledger.ahead.scan(f"{kind}/{prefix}"):
            yield _found(book, kind, prefix + key, "", value)
    if "minute" in types:
        for key, height in book.ledger.desk["heights"].scan(prefix):
            yield Found(id=key, type="minute", label=f"M{int(height)}", title="")
    if "record" in types:
        for key, _ in book.ledger.desk["records"].scan(prefix):
            record = book.ledger.record(key)
            title = "" if record is None else record.header.kind
            yield Found(id=key, type="record", label="", title=title)


def _of_name(book: Book, text: str, types: frozenset[str]) -> Iterator[Found]:
    for kind, field in _NAMED.items():
        if kind in types:
            named = [
                (key, value)
                for key, value in book.ledger.ahead.scan(f"{kind}/")
                if str(value[field]).lower().startswith(text)
            ]
            whole = [item for item in named if str(item[1][field]).lower() == text]
            for key, value in whole or named:
                yield _found(book, kind, key, "", value)


def _found(book: Book, kind: str, key: str, label: str, value: dict[str, object]) -> Found:
    title = value.get("title") or value.get("name") or value.get("label")
    title = title or value.get("resource") or ""
    number = value.get("number")
    letters = {kind: letter for letter, kind in _NUMBERED.items()}
    if not label and kind in letters and book.ledger.final.get(f"{kind}/{key}") is not None:
        label = f"{letters[kind]}-{number}"
    return Found.model_validate({"id": key, "type": kind, "label": label, "title": str(title)})
