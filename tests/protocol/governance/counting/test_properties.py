"""What holds for every election, whatever the ballots say."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import chain, repeat
from pathlib import Path
from random import Random
from string import ascii_uppercase

from hypothesis import given, settings
from hypothesis import strategies as st

from rochdale_protocol.governance.counting.ballots import Election, Ranks
from rochdale_protocol.governance.counting.methods import METHODS, count
from rochdale_protocol.governance.counting.report import UNIT, count_bytes, decimal
from rochdale_protocol.governance.counting.stv import count_stv
from rochdale_protocol.governance.counting.ties import draw

from .plainly import count_plainly

ROOT = Path(__file__).resolve().parents[4]
RANKED = [method for method in METHODS if method != "score"]

Ballots = list[tuple[Ranks, int]]


@st.composite
def strict(draw_from: st.DrawFn) -> Election:
    """Elections whose ballots rank one after the other, with many ties among them."""
    size = draw_from(st.integers(1, 6))
    order = st.permutations(range(size)).flatmap(
        lambda whole: st.integers(1, size).map(lambda length: whole[:length])
    )
    amount = st.one_of(st.integers(1, 3), st.integers(1, 20))
    ballots = draw_from(st.lists(st.tuples(order, amount), min_size=1, max_size=12))
    ranked: dict[Ranks, int] = {}
    for ranks, times in ballots:
        said = tuple((each,) for each in ranks)
        ranked[said] = ranked.get(said, 0) + times
    return Election(tuple(ascii_uppercase[:size]), draw_from(st.integers(1, size)), ranked)


@st.composite
def loose(draw_from: st.DrawFn) -> Election:
    """Elections with shared and skipped ranks, blank ballots and candidates who withdrew."""
    size = draw_from(st.integers(1, 5))
    ranks = st.permutations(range(size)).flatmap(
        lambda whole: st.lists(st.integers(0, 2), max_size=size).map(lambda cuts: _cut(whole, cuts))
    )
    ranked = draw_from(st.dictionaries(ranks, st.integers(1, 20), max_size=8))
    gone = draw_from(st.sets(st.integers(0, size - 1), max_size=2))
    seats = draw_from(st.integers(1, size))
    return Election(tuple(ascii_uppercase[:size]), seats, ranked, withdrawn=tuple(sorted(gone)))


def _cut(whole: list[int], cuts: list[int]) -> Ranks:
    rest, ranks = list(whole), []
    for cut in cuts:
        ranks.append(tuple(sorted(rest[:cut])))
        rest = rest[cut:]
    return tuple(ranks)


@settings(deadline=None, max_examples=80)
@given(strict(), st.binary(max_size=4))
def test_stv_is_what_tellers_find(election: Election, seed: bytes) -> None:
    """Counting groups in whole numbers gives each stage that counting papers one by one does."""
    papers = [
        "".join(election.names[rank[0]] for rank in ranks)
        for ranks in chain.from_iterable(repeat(*each) for each in election.ranked.items())
    ]
    luck = "".join(election.names[each] for each in draw(seed, range(len(election.names))))
    elected, stages = count_plainly(papers, election.seats, "".join(election.names), luck)
    found = count_stv(election, election.seats, seed)
    assert [election.names[each] for each in found.elected] == elected
    assert [[decimal(votes) for votes in each.votes] for each in found.rounds] == [
        [f"{votes:.5f}" for votes in stage.values()] for stage in stages
    ]


@settings(deadline=None, max_examples=60)
@given(loose(), st.sampled_from(RANKED), st.randoms(use_true_random=False))
def test_the_order_of_ballots_changes_nothing(election: Election, method: str, rng: Random) -> None:
    """CNT-18: the same bytes, however the ballots came."""
    ballots = list(election.ranked.items())
    rng.shuffle(ballots)
    other = Election(election.names, election.seats, dict(ballots), withdrawn=election.withdrawn)
    first, second = (count(method, each, seed=b"s") for each in (election, other))
    assert count_bytes(first) == count_bytes(second)


@settings(deadline=None, max_examples=60)
@given(loose(), st.sampled_from(RANKED))
def test_nothing_is_lost_and_no_seat_too_many(election: Election, method: str) -> None:
    """CNT-5, CNT-18: each ballot is valid or not; at each stage all votes are accounted for."""
    found = count(method, election, seed=b"s")
    assert found.valid + found.invalid == sum(election.ranked.values())
    assert len(set(found.elected)) == len(found.elected) <= found.seats
    assert not set(found.elected) & set(election.withdrawn)
    if method in ("scottish-stv", "irv"):
        for each in found.rounds:
            assert sum(each.votes) + each.exhausted + each.loss == found.valid * UNIT
    if method != "irv" and found.valid:
        standing = len(election.names) - len(election.withdrawn)
        assert len(found.elected) == min(found.seats, standing)


@settings(deadline=None, max_examples=60)
@given(strict())
def test_the_quota_elects_at_once(election: Election) -> None:
    """CNT-9: whoever has a quota of first preferences is elected in stage 1; they all are."""
    found = count_stv(election, election.seats, b"s")
    assert found.quota is not None
    first = found.rounds[0]
    reached = {each for each, votes in enumerate(first.votes) if votes >= found.quota}
    assert reached <= set(found.elected[: len(first.events)])
    for each in found.rounds:
        assert sum(votes >= found.quota for votes in each.votes) <= found.seats


PRINT_COUNTS = """
import sys
from rochdale_protocol.governance.counting.blt import decode_blt
from rochdale_protocol.governance.counting.methods import METHODS, count
from rochdale_protocol.governance.counting.report import count_bytes
election = decode_blt(sys.stdin.buffer.read())
for method in METHODS[:-1]:
    sys.stdout.buffer.write(count_bytes(count(method, election, seed=b"s")) + b"\\n")
"""


def test_every_process_finds_the_same_bytes() -> None:
    """CNT-18: the order in which a process keeps its sets and strings changes nothing."""
    file = b'5 3\n-5\n3 1 2=3 0\n3 2 5 1 0\n2 3 - 4 0\n2 4 3 0\n1 5 0\n0\nA\nB\nC\nD\nE\n"Title"\n'
    said = set()
    for seed in ("0", "1", "4711"):
        packages = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT / "protocol")}
        run = subprocess.run(
            [sys.executable, "-c", PRINT_COUNTS], input=file, env=packages, capture_output=True,
            check=True,
        )  # fmt: skip
        said.add(run.stdout)
    assert len(said) == 1
    assert said.pop().count(b"\n") == 4
