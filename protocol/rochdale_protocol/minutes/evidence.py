"""Evidence: two votes that no honest witness signs (EVD-1, EVD-2 of ``specs/03-minutes.md``).

Whoever holds both, and what they cover, can check them with nothing else: no book, no
roster, no trust in who shows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..core.errors import DecodeError, Refused
from ..core.hashes import Tag
from ..core.keys import is_valid
from .roster import Roster
from .votes import Certificate, Vote, evidence_between, vote_statement

__all__ = ["check_evidence", "contradictions"]


def check_evidence(
    coop: str, height: int, prev: str, roster: str, votes: tuple[bytes, bytes]
) -> tuple[Vote, Vote]:
    """Return two votes, of 145 bytes each, that prove a witness dishonest.

    Args:
        prev: the minute before the one they are about; ``roster`` the hash of its witnesses.
            What an honest witness signs of a height covers one of each, so whichever
            they are, both votes of one witness on them are its own doing.
    Raises:
        Refused: EVD-1 they don't contradict each other; EVD-2 a signature isn't the device's.
    """
    try:
        first, second = (Vote.from_bytes(vote) for vote in votes)
    except DecodeError as error:
        raise Refused("EVD-1", why=error.code) from None
    if (
        not first.height == second.height == height
        or first.device != second.device
        or votes[0] >= votes[1]
        or not evidence_between(first, second)
    ):
        raise Refused("EVD-1", height=height)
    for vote in (first, second):
        message = Tag.SIGN_VOTE.value + vote_statement(
            coop, height, prev, roster, vote.kind, vote.view, vote.minute, vote.parent
        )
        if not is_valid(bytes.fromhex(vote.device), message, vote.signature):
            raise Refused("EVD-2", device=vote.device)
    return first, second


def contradictions(
    ours: Iterable[Certificate], theirs: Iterable[Certificate], roster: Roster
) -> Iterator[tuple[Vote, Vote]]:
    """Yield two contradictory votes for each witness that two sets of certificates convict.

    Where two minutes of one height are final, the certificates by which honest witnesses
    came to sign them convict more than a third (``specs/03-minutes.md``, EVD-4).
    """
    found: dict[str, tuple[Vote, Vote]] = {}
    both = [(first, second) for second in theirs for first in ours if first.view == second.view]
    for first, second in both:
        said = {vote.device: vote for vote in first.votes(roster)}
        for vote in second.votes(roster):
            earlier = said.get(vote.device)
            if earlier is not None and evidence_between(earlier, vote):
                found.setdefault(vote.device, (earlier, vote))
    yield from (found[device] for device in sorted(found))
