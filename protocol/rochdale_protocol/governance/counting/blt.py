"""Ballot files in the BLT format, as they are really written (CNT-1).

The format comes from Hill, Wichmann and Woodall, "Algorithm 123: Single Transferable Vote by
Meek's method", 1987; comments, ballot ids, shared (``2=3``) and skipped (``-``) ranks from
OpenSTV. Scores (``2:5``) are ours. Councils and those who pass their files on add
what a spreadsheet leaves: commas at the ends of lines, quotation marks doubled, a party
behind or before a name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final, NoReturn

from ...core.errors import DecodeError
from .ballots import BALLOTS_MAX, CANDIDATES_MAX, SCORE_MAX, Election, Ranks, Scores

__all__ = ["BLT_SIZE_MAX", "decode_blt"]

BLT_SIZE_MAX: Final = 67_108_864
"""Bytes of a ballot file: a million long ballots one by one, and small beside memory."""

NAME_SIZE_MAX: Final = 500
"""Characters of a name, or of a party and its slogan."""

MORE_LINES_MAX: Final = 3
"""Lines behind the names: a title, and a source and a comment in Wichmann's files."""

_LINE_END = re.compile(r"\r\n|\r|\n")
_PLAIN_BALLOT = re.compile(r"[1-9][0-9]{0,9}(?: [1-9][0-9]{0,2})* 0")
_NUMBER = re.compile(r"[0-9]{1,10}", re.ASCII)
_BALLOT_ID = re.compile(r"\([^()]*\)")
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
_LAST_QUOTED = re.compile(r'(.*)"([^"]*)"\s*')
_PREFLIB_NAME = re.compile(r"#\s*ALTERNATIVE NAME\s+[0-9]+:\s*", re.ASCII | re.IGNORECASE)

Line = tuple[int, str]
"""A line's number, from 1, and its text."""


def decode_blt(data: bytes) -> Election:
    """Return the election in a ballot file.

    Raises:
        DecodeError: CNT-1 with ``line``, ``why`` and ``fix``; CNT-2, it is too large.
    """
    if len(data) > BLT_SIZE_MAX:
        raise DecodeError("CNT-2", what="bytes", size=len(data), max=BLT_SIZE_MAX)
    reader = _Reader(_lines(data))
    return reader.read()


def _lines(data: bytes) -> list[Line]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        _wrong(line, "it is not UTF-8", "Save the file as UTF-8")
    return [(number, line) for number, line in enumerate(_LINE_END.split(text), 1)]


def _wrong(line: int, why: str, fix: str) -> NoReturn:
    raise DecodeError("CNT-1", line=line, why=why, fix=fix)


class _Reader:
    """Reads a file from top to bottom."""

    def __init__(self, lines: list[Line]) -> None:
        self._lines = iter(lines)
        self._last = lines[-1][0]
        self._candidates = 0
        self._singles: list[tuple[int, ...]] = []
        self._withdrawn: list[int] = []
        self._ranked: Counter[Ranks] = Counter()
        self._scored: Counter[Scores] = Counter()
        self._known: dict[str, Ranks] = {}

    def read(self) -> Election:
        line, words = next(self._words(), (1, ()))
        if len(words) < 2 or not all(map(_NUMBER.fullmatch, words[:2])):
            _wrong(line, "it should say how many candidates and seats there are",
                   'Begin the file with two numbers, such as "4 2"')  # fmt: skip
        self._candidates, seats = int(words[0]), int(words[1])
        if not 0 < self._candidates <= CANDIDATES_MAX or not 0 < seats <= CANDIDATES_MAX:
            _wrong(line, f"{self._candidates} candidates and {seats} seats can't be",
                   f"Check them: from 1 to {CANDIDATES_MAX}")  # fmt: skip
        self._singles = [(), *((each,) for each in range(self._candidates))]
        rest = self._ballots(chain([(line, words[2:])], self._words()))
        if self._scored:
            # A blank ballot is of either kind.
            self._scored[()] += self._ranked.pop((), 0)
            if self._ranked:
                _wrong(rest[0][0], "some ballots have scores, others ranks", "Use one kind")
        names, title = self._names(rest)
        return Election(
            names=tuple(names),
            seats=seats,
            ranked=dict(self._ranked),
            scored=dict(self._scored),
            withdrawn=tuple(sorted(self._withdrawn)),
            title=title,
        )

    def _words(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Yield lines as words; plain ballots are counted on the way, as most lines are that."""
        for number, line in self._lines:
            if self._singles and _PLAIN_BALLOT.fullmatch(line) and self._plain(line):
                continue
            text = line.partition("#")[0]
            quoted: list[str] = []
            if '"' in text:
                text, quote, names = line.partition('"')
                quoted = [quote + names]
            words = text.replace(",", " ").split() + quoted
            if words:
                yield number, words

    def _plain(self, line: str) -> bool:
        """Count a ballot that ranks candidates one by one; says whether that could be done."""
        amount, _, said = line.partition(" ")
        ranks = self._known.get(said)
        if ranks is None:
            numbers = [int(word) for word in said.split()[:-1]]
            if max(numbers, default=0) > self._candidates or len(set(numbers)) != len(numbers):
                return False
            ranks = self._known[said] = tuple(self._singles[number] for number in numbers)
        if int(amount) > BALLOTS_MAX:
            return False
        self._ranked[ranks] += int(amount)
        return True

    def _ballots(self, lines: Iterator[tuple[int, Sequence[str]]]) -> list[Line]:
        """Read up to the 0 that ends the ballots and return what is left of that line."""
        for line, words in lines:
            at = 0
            while at < len(words):
                word = words[at]
                if word == "0":
                    return self._after_end(line, words[at + 1 :])
                if word.startswith("-") and not self._ranked and not self._scored:
                    self._withdraw(line, word)
                    at += 1
                elif _BALLOT_ID.fullmatch(word):
                    at += 1
                else:
                    at = self._ballot(line, words, at)
        _wrong(self._last, "the ballots don't end", "End them with a line that is 0")

    def _after_end(self, line: int, rest: Sequence[str]) -> list[Line]:
        if rest and not rest[0].startswith('"'):
            _wrong(line, "a ballot stands for 0 voters, or more follows the end of the ballots",
                   "Begin each ballot with how many voters it stands for")  # fmt: skip
        return [(line, rest[0] if rest else "")]

    def _withdraw(self, line: int, word: str) -> None:
        number = self._candidate(line, word[1:])
        if number in self._withdrawn:
            _wrong(line, f"candidate {number + 1} withdraws twice", "Name them once")
        self._withdrawn.append(number)

    def _ballot(self, line: int, words: Sequence[str], at: int) -> int:
        """Read one ballot and return where the next begins."""
        if words[at].startswith('"'):
            _wrong(line, "names begin before the ballots end", "End the ballots with a 0")
        if not _NUMBER.fullmatch(words[at]) or not 0 < int(words[at]) <= BALLOTS_MAX:
            _wrong(line, f"{_shown(words[at])} is no number of voters",
                   f"Begin a ballot with a whole number from 1 to {BALLOTS_MAX}")  # fmt: skip
        try:
            end = words.index("0", at + 1)
        except ValueError:
            _wrong(line, "a ballot doesn't end in 0", "End each ballot with 0, on its own line")
        amount, said = int(words[at]), words[at + 1 : end]
        if any(":" in word for word in said):
            self._scored[self._scores(line, said)] += amount
        else:
            self._ranked[self._ranks(line, said)] += amount
        return end + 1

    def _ranks(self, line: int, said: Sequence[str]) -> Ranks:
        ranks = tuple(
            () if word == "-" else tuple(sorted(self._candidate(line, c) for c in word.split("=")))
            for word in said
        )
        self._check_once(line, [each for rank in ranks for each in rank])
        return ranks

    def _scores(self, line: int, said: Sequence[str]) -> Scores:
        scores = []
        for word in said:
            number, _, score = word.partition(":")
            if not _NUMBER.fullmatch(score) or int(score) > SCORE_MAX:
                _wrong(line, f"{_shown(word)} is no score",
                       f"Write candidate:score, with a whole score up to {SCORE_MAX}")  # fmt: skip
            scores.append((self._candidate(line, number), int(score)))
        self._check_once(line, [each for each, _ in scores])
        return tuple(sorted(scores))

    def _check_once(self, line: int, named: list[int]) -> None:
        twice = next((each for each, times in Counter(named).items() if times > 1), None)
        if twice is not None:
            _wrong(line, f"a ballot names candidate {twice + 1} twice", "Name each once")

    def _candidate(self, line: int, word: str) -> int:
        number = int(word) if _NUMBER.fullmatch(word) else 0
        if not 0 < number <= self._candidates:
            _wrong(line, f"{_shown(word)} is no candidate",
                   f"Candidates are numbered from 1 to {self._candidates}")  # fmt: skip
        return number - 1

    def _names(self, rest: list[Line]) -> tuple[list[str], str]:
        """Read a line for each candidate and the title, or all of them from one line."""
        lines: list[Line] = []
        for number, text in chain(rest, self._lines):
            named = _PREFLIB_NAME.sub("", text.strip())
            if named and not named.startswith("#"):
                lines.append((number, named))
        if len(lines) > self._candidates and lines[self._candidates][1].startswith('"'):
            # What follows a title in quotation marks without any is a note to the reader.
            lines = [
                each
                for at, each in enumerate(lines)
                if at <= self._candidates or each[1].startswith('"')
            ]
        parts = [_parts(text) for _, text in lines]
        for (number, _), line in zip(lines, parts, strict=True):
            if max(map(len, line)) > NAME_SIZE_MAX:
                _wrong(number, "this name is too long", f"Use {NAME_SIZE_MAX} characters at most")
        if len(parts) < self._candidates:
            parts = [[part] for line in parts for part in line]
        after = lines[-1][0] if lines else self._last
        if len(parts) < self._candidates:
            _wrong(after, f"{len(parts)} names follow the ballots, not {self._candidates}",
                   "Name each candidate on a line, in the order of their numbers")  # fmt: skip
        if len(parts) > self._candidates + MORE_LINES_MAX:
            _wrong(after, f"{len(parts)} lines follow the ballots",
                   f"Keep {self._candidates} names and a title")  # fmt: skip
        title = parts[self._candidates][0] if len(parts) > self._candidates else ""
        return _unlike(_people_first(parts[: self._candidates])), title


def _parts(text: str) -> list[str]:
    """Return what a line says: its quoted parts, or the whole of it where none is quoted."""
    quoted = [each.replace('""', '"').strip() for each in _QUOTED.findall(text)]
    quoted = [each for each in quoted if each]
    if not quoted:
        return [text.partition("#")[0].strip(' ,"\t') or "?"]
    # What a spreadsheet wrote: one quoted cell that has quotation marks of its own, the last of
    # them around a party unless they are a nickname's, with more of the name behind them.
    inner = _LAST_QUOTED.fullmatch(quoted[0]) if len(quoted) == 1 else None
    if inner is not None:
        person = _QUOTED.fullmatch(inner[1].strip())
        said = ((person or inner)[1].strip(), inner[2].strip())
        return [each for each in said if each] or ["?"]
    return quoted


def _people_first(parts: list[list[str]]) -> list[list[str]]:
    """Return the parts of names with the person before the party.

    Some councils write ``"SNP" "Anna Smith"``: most of the first parts are then one word, and
    fewer of the second.
    """
    pairs = [each for each in parts if len(each) == 2]
    first, second = (sum(" " not in each[at] for each in pairs) for at in (0, 1))
    if 2 * first <= len(parts) or second >= first:
        return parts
    return [each[::-1] if len(each) == 2 else each for each in parts]


def _unlike(parts: list[list[str]]) -> list[str]:
    """Return names that tell the candidates apart: alone, with all that is said, or numbered."""
    for names in ([each[0] for each in parts], [", ".join(each) for each in parts]):
        if len(set(names)) == len(names):
            return names
    return [f"{number}. {', '.join(each)}" for number, each in enumerate(parts, 1)]


def _shown(word: str) -> str:
    return f'"{word[:20]}…"' if len(word) > 20 else f'"{word}"'
