"""The records' filter is understood in part or whole, and says what it did not understand."""

from __future__ import annotations

from datetime import datetime

import pytest

from rochdale_protocol.areas import kinds
from rochdale_tui.client import RecordQuery
from rochdale_tui.search import KINDS, parse_query

from .world import FARMS, NOW, member

MEMBERS = [member(name, number) for number, name in enumerate(FARMS)]
DAY = 24 * 3_600_000


def local(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def test_kinds_are_those_of_the_protocol() -> None:
    """Every kind that may be signed can be asked for, and no other."""
    assert set(KINDS) == set(kinds())


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", RecordQuery()),
        ("two words", RecordQuery(text="two words")),
        ("type:ballot.c", RecordQuery(kind="ballot.cast")),
        ("type:agreement.sign", RecordQuery(kind="agreement.sign")),
        ("type:sign x", RecordQuery(kind="agreement.sign", text="x")),
        ("author:danby", RecordQuery(author=MEMBERS[1].member)),
        (f"author:{MEMBERS[2].member[:8]}", RecordQuery(author=MEMBERS[2].member)),
        ("state:ref", RecordQuery(state="refused")),
        ("since:7d", RecordQuery(since=NOW - 7 * DAY)),
        ("since:2027-03", RecordQuery(since=local("2027-03-01"))),
        ("since:2027-03-12", RecordQuery(since=local("2027-03-12"))),
        ("type:", RecordQuery()),
        ("https://x.example", RecordQuery(text="https://x.example")),
    ],
)
def test_what_is_understood(text: str, query: RecordQuery) -> None:
    """Fields and words become what the node is asked."""
    assert parse_query(text, MEMBERS, NOW) == (query, "")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("type:proposal", "proposal.new, proposal.notice, proposal.withdraw"),
        ("type:none", "ballot.cast"),
        ("author:e", "members match"),
        ("author:nobody", "0 members"),
        ("since:yesterday", "2027-03"),
        ("state:gone", "pending, final or refused"),
    ],
)
def test_what_is_not_understood(text: str, problem: str) -> None:
    """A field that isn't understood restricts nothing and is said."""
    query, said = parse_query(f"{text} word", MEMBERS, NOW)
    assert query == RecordQuery(text="word")
    assert problem in said
