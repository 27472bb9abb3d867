"""An election for the TUI to show."""

from __future__ import annotations

from rochdale_protocol.governance.views import CandidateView, ProposalDetail
from rochdale_protocol.membership.queries import MemberView

from .world import ballot, proposal

__all__ = ["election"]


def election(number: int, author: MemberView) -> ProposalDetail:
    """A sealed election of two directors among two farms."""
    names = ("Danby Head", "Farndale Grange", "Re-open nominations")
    return proposal(
        number, author, "Two directors", business="secret", test="election", secrecy="sealed",
        seats=2, voted=1, voted_for=0, voted_against=0, effect="appoint",
        effect_body={"type": "appoint", "office": "director", "members": [], "until": 0},
        candidates=[
            CandidateView(number=at, name=name, member="", elected=0)
            for at, name in enumerate(names, 1)
        ],
        ballots=[ballot(number, author, form="sealed", choice="")],
    )  # fmt: skip
