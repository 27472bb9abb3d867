"""What dispute records do, and why they may be refused (``specs/13-disputes.md``).

DIS-1  A statement is the author's own, opens or answers one dispute, and isn't erased.
DIS-2  Respondents are other members, named once; several of them only where the parties are
       fewer than half of those who may vote.
DIS-3  No such dispute.
DIS-4  What is settled, withdrawn or decided is closed.
DIS-5  Each respondent answers once.
DIS-6  A party proposes as mediator an active member who is no party.
DIS-7  A mediator serves while all parties and the mediator accept; each may decline.
DIS-8  A party or the mediator puts a settlement; the newest takes the place of the others.
DIS-9  Settled when all parties agreed to the newest settlement.
DIS-10 The complainant withdraws; a respondent ends what a complainant left behind.
DIS-11 Referred to the members by a party or the mediator, once all answered or had time to.
DIS-12 The members decide one proposal at a time on a referred dispute: who could vote before
       it was opened, and is no party.

Parties who have left the co-op are waited for no more.
"""

from __future__ import annotations

from ..core.errors import Refused
from ..core.registry import Act, Area, Kind
from ..membership.mandates import within
from ..state.state import ReadState, State, Value
from . import queries, records
from .case import answer_by, is_mediator, is_standing, parties, standing_parties

__all__ = ["AREA", "electorate", "put_back", "settle", "take_up"]


def state_words(state: State, act: Act) -> None:
    state.put(f"statement/{act.record}", {"member": act.member})


def open_dispute(state: State, act: Act) -> None:
    body: records.DisputeOpen = act.body
    respondents = sorted(body.respondents)
    if act.member in respondents or len(set(respondents)) != len(respondents):
        raise Refused("DIS-2", why="a member is named twice, or it is your own")
    for member in respondents:
        if not is_standing(state, member):
            raise Refused("DIS-2", why=f"{member} is no member")
    count = state.count("members")
    if len(respondents) > 1 and 2 * (1 + len(respondents)) >= count:
        raise Refused("DIS-2", why=f"too few of {count} who may vote would be left to decide")
    _use_statement(state, act.member, body.statement)
    state.put(
        f"dispute/{act.record}",
        {
            "number": state.add("disputes"),
            "complainant": act.member,
            "respondents": respondents,
            "statement": body.statement,
            "answers": {},
            "opened": act.height,
            "at": act.time,
            "roll": state.count("roll"),
            "mediator": "",
            "accepted": [],
            "settlement": "",
            "agreed": [],
            "status": "open",
            "proposal": "",
            "closed": 0,
        },
    )


def _use_statement(state: State, member: str, statement: str) -> None:
    entry = state.get(f"statement/{statement}")
    if entry is None or entry["member"] != member:
        raise Refused("DIS-1", why="it is no statement of yours that waits to be used")
    if state.get(f"erasable/{statement}") is None:
        raise Refused("DIS-1", why="it was erased")
    state.delete(f"statement/{statement}")


def answer(state: State, act: Act) -> None:
    body: records.DisputeAnswer = act.body
    entry = _running(state, body.dispute)
    if act.member not in entry["respondents"]:
        raise Refused("DIS-5", why="you are no respondent")
    if act.member in entry["answers"]:
        raise Refused("DIS-5", why="you answered before")
    _use_statement(state, act.member, body.statement)
    entry["answers"][act.member] = body.statement
    state.put(f"dispute/{body.dispute}", entry)


def propose_mediator(state: State, act: Act) -> None:
    body: records.DisputeMediator = act.body
    entry = _running(state, body.dispute)
    if act.member not in parties(entry):
        raise Refused("DIS-6", why="only a party proposes one")
    member = state.get(f"member/{body.mediator}")
    if member is None or member["status"] != "active":
        raise Refused("DIS-6", why="that is no active member")
    if body.mediator in parties(entry):
        raise Refused("DIS-6", why="a party can't mediate")
    entry["mediator"] = body.mediator
    entry["accepted"] = [act.member]
    state.put(f"dispute/{body.dispute}", entry)


def accept(state: State, act: Act) -> None:
    body: records.DisputeAccept = act.body
    entry = _of_mediator(state, act, body.mediator)
    entry["accepted"] = sorted({*entry["accepted"], act.member})
    state.put(f"dispute/{body.dispute}", entry)


def decline(state: State, act: Act) -> None:
    body: records.DisputeDecline = act.body
    entry = _of_mediator(state, act, body.mediator)
    entry["mediator"], entry["accepted"] = "", []
    state.put(f"dispute/{body.dispute}", entry)


def _of_mediator(state: State, act: Act, mediator: str) -> Value:
    entry = _running(state, act.body.dispute)
    if act.member != mediator and act.member not in parties(entry):
        raise Refused("DIS-7", why="only a party, or who is to mediate, says so")
    if mediator != entry["mediator"]:
        raise Refused("DIS-7", why="another mediator is proposed, or none")
    return entry


def put_settlement(state: State, act: Act) -> None:
    body: records.DisputeSettle = act.body
    entry = _running(state, body.dispute)
    if act.member not in parties(entry) and not is_mediator(state, entry, act.member):
        raise Refused("DIS-8", why="only a party or the mediator puts one")
    _check_two_sides(state, entry)
    entry["settlement"], entry["agreed"] = act.record, []
    state.put(f"dispute/{body.dispute}", entry)


def _check_two_sides(state: State, entry: Value) -> None:
    respondent = any(is_standing(state, member) for member in entry["respondents"])
    if not respondent or not is_standing(state, entry["complainant"]):
        raise Refused("DIS-8", why="one side has left the co-op")


def agree(state: State, act: Act) -> None:
    body: records.DisputeAgree = act.body
    entry = _running(state, body.dispute)
    if act.member not in parties(entry):
        raise Refused("DIS-9", why="you are no party")
    if body.settlement != entry["settlement"]:
        raise Refused("DIS-9", why="it is not the newest settlement")
    _check_two_sides(state, entry)
    entry["agreed"] = sorted({*entry["agreed"], act.member})
    if set(standing_parties(state, entry)) <= set(entry["agreed"]):
        _close(entry, "settled", act.height)
    state.put(f"dispute/{body.dispute}", entry)


def _close(entry: Value, status: str, height: int) -> None:
    entry["status"], entry["closed"] = status, height
    entry["proposal"] = ""  # what it is to decide has ended


def withdraw(state: State, act: Act) -> None:
    body: records.DisputeWithdraw = act.body
    entry = _running(state, body.dispute)
    left_behind = entry["status"] == "open" and not is_standing(state, entry["complainant"])
    if act.member != entry["complainant"] and not (
        left_behind and act.member in entry["respondents"]
    ):
        raise Refused("DIS-10")
    _close(entry, "withdrawn", act.height)
    state.put(f"dispute/{body.dispute}", entry)


def refer(state: State, act: Act) -> None:
    body: records.DisputeRefer = act.body
    entry = _running(state, body.dispute)
    if act.member not in parties(entry) and not is_mediator(state, entry, act.member):
        raise Refused("DIS-11", why="only a party or the mediator refers it")
    if entry["status"] == "referred":
        raise Refused("DIS-11", why="it was referred before")
    waiting = any(
        is_standing(state, member) and member not in entry["answers"]
        for member in entry["respondents"]
    )
    if waiting and act.time < answer_by(entry):
        raise Refused("DIS-11", why="not all have answered, and they still have time to")
    entry["status"] = "referred"
    state.put(f"dispute/{body.dispute}", entry)


def _dispute(state: ReadState, dispute: str) -> Value:
    entry = state.get(f"dispute/{dispute}")
    if entry is None:
        raise Refused("DIS-3", dispute=dispute)
    return entry


def _running(state: State, dispute: str) -> Value:
    entry = _dispute(state, dispute)
    if entry["status"] not in ("open", "referred"):
        raise Refused("DIS-4", status=entry["status"])
    return entry


def electorate(state: ReadState, dispute: str) -> tuple[int, tuple[str, ...]]:
    """Return the roll when a referred dispute was opened, and the parties, who don't vote.

    Raises:
        Refused: DIS-3 there is no such dispute; DIS-12 it isn't referred, or another
            proposal is to decide it.
    """
    entry = _dispute(state, dispute)
    if entry["status"] != "referred":
        raise Refused("DIS-12", why="it isn't referred to the members")
    if entry["proposal"]:
        raise Refused("DIS-12", why="another proposal is to decide it")
    return int(entry["roll"]), parties(entry)


def take_up(state: State, dispute: str, proposal: str) -> None:
    """Note that a proposal is to decide a dispute; raises as ``electorate`` does."""
    electorate(state, dispute)
    entry = state.need(f"dispute/{dispute}")
    entry["proposal"] = proposal
    state.put(f"dispute/{dispute}", entry)


def put_back(state: State, dispute: str) -> None:
    """Note that the proposal on a dispute ended without a decision, so that another may come."""
    entry = state.need(f"dispute/{dispute}")
    entry["proposal"] = ""
    state.put(f"dispute/{dispute}", entry)


def settle(state: State, dispute: str, proposal: str, height: int) -> None:
    """Carry out the members' decision on a dispute: the finding is in the proposal.

    Raises:
        Refused: DIS-3; DIS-12 the parties settled it or the complainant withdrew it
            meanwhile, or it was another proposal that took it up.
    """
    entry = _dispute(state, dispute)
    if entry["status"] != "referred" or entry["proposal"] != proposal:
        raise Refused("DIS-12", why="it is no longer for this proposal to decide")
    entry["status"] = "decided"
    entry["closed"] = height
    state.put(f"dispute/{dispute}", entry)


AREA = Area(
    name="disputes",
    kinds=(
        Kind(records.DisputeStatement, state_words, erasable=True, suspended=True),
        Kind(records.DisputeOpen, open_dispute, suspended=True),
        Kind(records.DisputeAnswer, answer, suspended=True),
        Kind(records.DisputeMediator, propose_mediator, suspended=True),
        Kind(records.DisputeAccept, accept, suspended=True),
        Kind(records.DisputeDecline, decline, suspended=True),
        Kind(records.DisputeSettle, put_settlement, suspended=True),
        Kind(records.DisputeAgree, within("sign", agree), suspended=True),
        Kind(records.DisputeWithdraw, within("sign", withdraw), suspended=True),
        Kind(records.DisputeRefer, refer, suspended=True),
    ),
    queries=(queries.disputes,),
)
