"""Votes that ended, to be proved: in a room and by proxy, under seal, and with a lot."""

from __future__ import annotations

from functools import cache

from rochdale_protocol.governance.records import DelegationGive, MeetingApprove, ProxyAppoint
from tests.protocol.governance.assembly import Assembly, ballot, bent, member, ranking
from tests.protocol.governance.test_meetings import meeting, room
from tests.protocol.governance.test_sealed import SEALED, sealed, shares

__all__ = ["decided", "drawn", "spoken_for", "under_seal"]


@cache
def decided() -> tuple[Assembly, str]:
    """A resolution that carried two to one, one of them in a room."""
    coop = Assembly(4)
    proposal = coop.put()
    minutes = coop.write(3, meeting("012", room(proposal, "2"))).id
    coop.write(0, ballot(proposal, "against"))
    coop.write(0, ballot(proposal, "for"))
    coop.write(1, ballot(proposal, "against"))
    coop.write(2, MeetingApprove(meeting=minutes))
    coop.close()
    return coop, proposal


@cache
def spoken_for() -> tuple[Assembly, str]:
    """Two gave a proxy, one of whom voted itself; a third had delegated."""
    coop = Assembly(5, bent(delegation=True))
    coop.write(4, DelegationGive(business="ordinary", holder=member(0)))
    proposal = coop.put()
    for principal in (1, 2):
        holder = ProxyAppoint(proposal=proposal, holder=member(0), instruction=None)
        coop.write(principal, holder)
        coop.write(0, ballot(proposal, "abstain", principal=member(principal)))
    coop.write(1, ballot(proposal, "against"))
    coop.write(0, ballot(proposal, "for"))
    coop.close()
    return coop, proposal


@cache
def under_seal() -> tuple[Assembly, str]:
    """One changed its mind, and one sealed nothing."""
    coop = Assembly(4, SEALED)
    proposal = coop.put()
    for number, paper in ((0, {"choice": "against"}), (0, {"choice": "for"}), (2, b"nothing")):
        coop.write(number, sealed(coop, proposal, number, paper))
    coop.write(1, sealed(coop, proposal, 1, {"choice": "for"}))
    coop.close()
    for number in range(3):
        coop.write(number, shares(coop, proposal, number))
    return coop, proposal


@cache
def drawn() -> tuple[Assembly, str]:
    """An election whose tie a lot broke."""
    coop = Assembly(5)
    election = coop.elect(1, 2)
    for number, first in enumerate((1, 2, 1, 2)):
        coop.write(number, ranking(election, first))
    coop.close()
    return coop, election
