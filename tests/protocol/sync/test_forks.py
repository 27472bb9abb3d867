"""Books of one co-op that have gone apart: found, and who did it kept (SYN-11, SYN-12)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rochdale_protocol.core.limits import PATIENCE_MS
from rochdale_protocol.membership.records import MemberAddress
from rochdale_protocol.minutes.evidence import check_evidence
from rochdale_protocol.minutes.ledger import Fork
from rochdale_protocol.minutes.shelf import height_key
from rochdale_protocol.sync.messages import Grounds, Kind, Message, Tip, WantGrounds
from tests.protocol.sync.talk import Talk

SAME = 3
"""Minutes that both books share."""


def grown(count: int, forked: int, farm: str) -> Talk:
    """Return four farms that share the first minutes and then went a way of their own."""
    talk = Talk(count)
    talk.link_all()
    for number in range(SAME):
        talk.write(number % count, MemberAddress(addresses=[f"farm:{number + 1}"]))
    for number in range(forked):
        talk.write(0, MemberAddress(addresses=[f"{farm}:{number + 1}"]))
    return talk


def meet(ours: Talk, theirs: Talk) -> None:
    """Let farm 0 of one world meet farm 1 of the other."""
    name = ours.names[1]
    ours.exchanges[name], ours.shelves[name] = theirs.exchanges[name], theirs.shelves[name]
    for exchange in (ours.exchanges[ours.names[0]], ours.exchanges[name]):
        for peer in list(exchange.sessions):
            exchange.unlinked(peer, ours.now)
    ours.closed.clear()
    ours.link(0, 1)


def convicted(talk: Talk, number: int) -> set[str]:
    """Return whom a farm's book has evidence against, which is checked anew."""
    ledger = talk.ledger(number)
    named = set()
    for device, held in ledger.contradictions():
        votes = (bytes.fromhex(held.first), bytes.fromhex(held.second))
        first, _ = check_evidence(talk.coop, held.height, held.prev, held.roster, votes)
        assert first.device == device
        assert held.height == SAME + 1
        named.add(device)
    return named


@pytest.mark.parametrize(("mine", "yours"), [(1, 1), (1, 9), (9, 1), (6, 7)])
def test_books_that_went_apart_are_found_out(mine: int, yours: int) -> None:
    """Whoever is longer, both find the first difference, keep who signed both, and part."""
    ours, theirs = grown(4, mine, "hill"), grown(4, yours, "dale")
    heights = ours.ledger(0).height, theirs.ledger(1).height
    meet(ours, theirs)
    assert {code for _, _, code in ours.closed} == {"SYN-12"}
    for number in (0, 1):
        assert len(convicted(ours, number)) >= 2
        kept = ours.shelves[ours.names[number]].maps["meta"].get(f"fork/{height_key(SAME + 1)}")
        assert kept is not None
    assert (ours.ledger(0).height, ours.ledger(1).height) == heights
    forks = [news for _, news in ours.reports if isinstance(news, Fork)]
    assert [fork.height for fork in forks] == [SAME + 1] * 2


def test_a_fork_across_views_convicts_who_nullified_and_finalised() -> None:
    """One book has the minute of view 1, the other one of view 2 (EVD-4)."""
    ours, theirs = grown(4, 1, "hill"), grown(4, 0, "dale")
    away = theirs.leader()
    if away == 1:
        for talk in (ours, theirs):
            talk.names[0], talk.names[1] = talk.names[1], talk.names[0]
        away = 0
    for number in range(4):
        if number != away:
            theirs.cut(away, number)
    writer = next(number for number in range(4) if number != away)
    theirs.act(writer, MemberAddress(addresses=["dale:1"]))
    theirs.run()
    theirs.pass_time(PATIENCE_MS)
    assert theirs.ledger(1).height == SAME + 1
    meet(ours, theirs)
    assert {code for _, _, code in ours.closed} == {"SYN-12"}
    for number in (0, 1):
        assert len(convicted(ours, number)) >= 2


def test_a_known_fork_is_not_told_again() -> None:
    """Two who meet again part again, and nothing is new."""
    ours, theirs = grown(4, 2, "hill"), grown(4, 2, "dale")
    meet(ours, theirs)
    told = len([news for _, news in ours.reports if isinstance(news, Fork)])
    ours.closed.clear()
    ours.link(0, 1)
    assert {code for _, _, code in ours.closed} == {"SYN-12"}
    assert len([news for _, news in ours.reports if isinstance(news, Fork)]) == told == 2


def answer(talk: Talk, bend: Callable[[list[bytes]], list[bytes]]) -> str:
    """Claim another minute 1 and answer with bent certificates; return how that ends."""
    peer = talk.names[1]
    for number in (0, 1):
        for other in list(talk.exchanges[talk.names[number]].sessions):
            talk.exchanges[talk.names[number]].unlinked(other, talk.now)
    talk.meet(0, peer)
    asked = talk.tell(0, peer, Message(Kind.TIP, Tip(height=1, minute="ab" * 32)))
    assert [message.head for message in asked] == [WantGrounds(height=1, whole=True)]
    blobs = tuple(bend(talk.ledger(0).certificates(1)))
    talk.closed.clear()
    talk.tell(0, peer, Message(Kind.GROUNDS, Grounds(height=1), blobs))
    return next((code for _, _, code in talk.closed), "")


def _other_minute(blobs: list[bytes]) -> list[bytes]:
    return [blobs[0][:13] + b"\xab" * 32 + blobs[0][45:]]


@pytest.mark.parametrize(
    "bend",
    [
        lambda blobs: [],
        lambda blobs: blobs,
        lambda blobs: [blobs[0][:-1]],
        _other_minute,
        lambda blobs: blobs[1:],
    ],
    ids=["nothing", "the same minute", "cut short", "signatures of another", "no finalisation"],
)
def test_who_claims_a_fork_and_proves_none_lies(bend: Callable[[list[bytes]], list[bytes]]) -> None:
    """Certificates that don't make another minute final end the link with SYN-11; none is kept."""
    talk = grown(4, 0, "")
    assert answer(talk, bend) == "SYN-11"
    assert convicted(talk, 0) == set()
    assert list(talk.shelves[talk.names[0]].maps["meta"].scan("fork/")) == []


@pytest.mark.parametrize(("height", "whole", "code"), [(1, False, "SYN-3"), (99, True, "SYN-11")])
def test_grounds_unasked_must_prove_a_fork(height: int, whole: bool, code: str) -> None:
    """GROUNDS without a question that prove nothing end the link."""
    talk = grown(4, 0, "")
    blobs = tuple(talk.ledger(0).certificates(1)) if whole else ()
    talk.tell(0, talk.names[1], Message(Kind.GROUNDS, Grounds(height=height), blobs))
    assert (talk.names[0], talk.names[1], code) in talk.closed


def test_who_asks_for_what_is_not_held_gets_nothing() -> None:
    """A question beyond the tip is answered with no certificate."""
    talk = grown(4, 0, "")
    asked = Message(Kind.WANT_GROUNDS, WantGrounds(height=99, whole=True))
    answers = talk.tell(0, talk.names[1], asked)
    assert [message.blobs for message in answers] == [()]


def test_a_certificate_counts_once_in_an_answer() -> None:
    """SYN-11: who repeats a certificate, for others to check it again and again, is cut off."""
    ours, theirs = grown(4, 1, "ours"), grown(4, 1, "theirs")
    held = theirs.ledger(0).certificates(SAME + 1)
    peer = ours.names[1]
    for blobs, code in (((*held, held[-1]), "SYN-11"), (tuple(held), "SYN-12")):
        ours.meet(0, peer)
        ours.closed.clear()
        ours.tell(0, peer, Message(Kind.GROUNDS, Grounds(height=SAME + 1), blobs))
        assert ours.closed == [(ours.names[0], peer, code)]
