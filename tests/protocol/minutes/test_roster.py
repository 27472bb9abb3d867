"""The witnesses of a height: quorums and who leads (MIN-1 to MIN-3)."""

from __future__ import annotations

import pytest

from rochdale_protocol.core.hashes import Tag, digest
from rochdale_protocol.minutes.roster import Roster
from tests.protocol.minutes.grounds import key, roster


@pytest.mark.parametrize(
    ("count", "faulty", "quorum"),
    [(1, 0, 1), (2, 0, 2), (3, 0, 3), (4, 1, 3), (5, 1, 4), (6, 1, 5), (7, 2, 5), (8, 2, 6),
     (10, 3, 7), (100, 33, 67), (1000, 333, 667)],
)  # fmt: skip
def test_quorums(count: int, faulty: int, quorum: int) -> None:
    """More than two thirds sign, less than a third may be dishonest (MIN-1)."""
    witnesses = roster(1)
    many = Roster(witnesses.witnesses * count)
    assert (many.faulty_max, many.quorum) == (faulty, quorum)
    # Two quorums share an honest witness, and the honest ones alone are a quorum.
    assert 2 * quorum - count > faulty
    assert count - faulty >= quorum


def test_a_roster_is_named_by_its_bytes() -> None:
    """The hash is of the canonical list of pairs, in order (MIN-2)."""
    two = roster(2)
    zero, one = two.witnesses
    assert two.to_bytes() == (
        f'[["{zero.member}","{zero.device}"],["{one.member}","{one.device}"]]'.encode()
    )
    assert two.hash == digest(Tag.ROSTER, two.to_bytes()).hex()
    assert Roster.from_bytes(two.to_bytes()) == two


@pytest.mark.parametrize(
    ("height", "signed", "order"),
    [
        (0, [], [0, 1, 2, 3]),
        (5, [], [1, 2, 3, 0]),
        (0, [1, 3], [1, 3, 0, 2]),
        (1, [1, 3], [3, 1, 2, 0]),
        (4, [0, 1, 2], [1, 2, 0, 3]),
        (7, [0, 1, 2, 3], [3, 0, 1, 2]),
    ],
)
def test_who_leads(height: int, signed: list[int], order: list[int]) -> None:
    """Those who attested the last minute lead first, each part rotated by the height (MIN-3)."""
    leaders = roster(4).leaders(height, tuple(key(number).public for number in signed))
    assert leaders == tuple(key(number).public for number in order)


def test_one_who_attested_and_left_does_not_lead() -> None:
    """A signer who is no witness any more has no place among the leaders (MIN-3)."""
    leaders = roster(3).leaders(0, (key(5).public, key(2).public))
    assert leaders == tuple(key(number).public for number in (2, 0, 1))
