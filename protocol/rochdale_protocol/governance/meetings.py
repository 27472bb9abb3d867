"""Minutes of a meeting that was held in a room (``specs/07-governance.md``).

GOV-29  Those present approve its minutes; they are approved when more than half of them have.
        Who approves signs the votes that the minutes hold of it: they are its ballots on the
        proposals that are still open, if they may be.
"""

from __future__ import annotations

from ..core.errors import Refused
from ..core.registry import Act
from ..membership.mandates import check_mandate
from ..state.state import State
from . import records
from .entry import is_entitled, note, save
from .voting import Paper, must_abstain, put_ballot

__all__ = ["approve", "record"]


def record(state: State, act: Act) -> None:
    """Carry out a ``meeting.record``."""
    body: records.MeetingRecord = act.body
    present = sorted(set(body.present))
    if len(present) != len(body.present) or body.chair not in present:
        raise Refused("GOV-29", why="somebody is named twice, or the chair wasn't there")
    for member in present:
        if state.get(f"member/{member}") is None:
            raise Refused("GOV-29", member=member, why="is no member")
    votes: dict[str, dict[str, str]] = {}
    for vote in body.votes:
        if vote.proposal in votes or state.get(f"proposal/{vote.proposal}") is None:
            raise Refused("GOV-29", proposal=vote.proposal, why="is no proposal, or stands twice")
        choices = votes[vote.proposal] = {}
        for choice, members in (
            ("for", vote.voted_for),
            ("against", vote.voted_against),
            ("abstain", vote.abstained),
        ):
            for member in members:
                if member not in present or member in choices:
                    raise Refused("GOV-29", member=member, why="wasn't there, or voted twice")
                choices[member] = choice
    state.put(
        f"meeting/{act.record}",
        {
            "number": state.add("meetings"),
            "title": body.title,
            "held": body.held,
            "author": act.member,
            "chair": body.chair,
            "present": present,
            "votes": votes,
            "approved": 0,
            "at": act.height,
            "approved_at": 0,
        },
    )


def approve(state: State, act: Act) -> None:
    """Carry out a ``meeting.approve``."""
    body: records.MeetingApprove = act.body
    meeting = state.get(f"meeting/{body.meeting}")
    if meeting is None:
        raise Refused("GOV-29", meeting=body.meeting, why="there is no such meeting")
    if act.member not in meeting["present"]:
        raise Refused("GOV-29", meeting=body.meeting, why="you weren't there")
    key = f"approval/{body.meeting}/{act.member}"
    if state.get(key) is not None:
        raise Refused("GOV-29", meeting=body.meeting, why="approved before")
    check_mandate(state, act.member, act.header.device, "vote", act.time)
    state.put(key, {"record": act.record})
    meeting["approved"] += 1
    if not meeting["approved_at"] and 2 * meeting["approved"] > len(meeting["present"]):
        meeting["approved_at"] = act.height
    state.put(f"meeting/{body.meeting}", meeting)
    for proposal, choices in sorted(meeting["votes"].items()):
        if act.member in choices:
            _cast(state, act, proposal, choices[act.member])


def _cast(state: State, act: Act, proposal: str, choice: str) -> None:
    """Cast the vote that the minutes hold, unless it may not be or the member voted since."""
    entry = state.need(f"proposal/{proposal}")
    rule = entry["rule"]
    paper: Paper = {"choice": choice}
    is_objection = rule["test"]["type"] == "consent" and choice == "against"
    if (
        entry["status"] != "open"
        or act.time >= entry["closes"]
        or entry["seats"]
        or rule["secrecy"] == "sealed"
        or is_objection
        or not is_entitled(state, entry, act.member)
        or must_abstain(state, proposal, entry, act.member)
    ):
        return
    ballot = state.get(f"ballot/{proposal}/{act.member}")
    if ballot is not None and ballot["by"] == act.member:
        return
    note(entry, act.record, act.member)
    put_ballot(state, proposal, entry, act.member, act.member, act.record, paper)
    save(state, proposal, entry)
