"""Counting a vote again, from nothing but the records that it took in (``specs/07-recount.md``).

TAL-1   The records, in their order, are those of the proposal's log: no more, no fewer.
TAL-2   Each ballot may stand: its voter is an elector, and who cast it may have.
TAL-3   Sealed ballots are opened with the shares that trustees published.
TAL-4   The tally, the quorum, the count and the end follow from the ballots that stand.
TAL-5   The recount is canonical JSON: the same bytes from any book and any proof.
TAL-6   It names what differs from the book.

The running tallies in the state are read for TAL-6 alone. A proof file may hold any values, so
that nothing here relies on the state being one that the rules wrote.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from pydantic import ValidationError

from ..core.canonical import Json, JsonObject, encode
from ..core.errors import Refused
from ..core.hashes import ZERO_ID, Tag, digest
from ..state.state import Value
from . import records
from .closing import election_of, outcome
from .counting.report import count_bytes, count_json
from .entry import LIVE, Status
from .replay import BallotRead, ProposalRead, Replay, Taken
from .voting import Paper

__all__ = ["Recount", "end_in_words", "recount"]

RECOUNT_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Recount:
    """What a recount found; ``value`` is its canonical JSON."""

    value: JsonObject

    def to_bytes(self) -> bytes:
        """Return the bytes that are the same everywhere (TAL-5)."""
        return encode(self.value)

    @property
    def differs(self) -> list[str]:
        """The names of what the book says otherwise."""
        found: Any = self.value["differs"]
        return [each["what"] for each in found]


def recount(
    coop: str,
    proposal: str,
    value: Value,
    taken: Sequence[Taken],
    meetings: Mapping[str, records.MeetingRecord],
    members: Mapping[str, Value | None],
) -> Recount:
    """Count a vote again.

    Args:
        value: of ``proposal/<proposal>`` in the state.
        taken: the records of its log, in order.
        meetings: the minutes that they approve, by their records.
        members: the values of ``member/<id>`` of all who voted.
    Raises:
        Refused: TAL-1, TAL-2, TAL-3; SEA-n, CNT-n, GOV-20 of what no such vote takes in.
    """
    try:
        held = ProposalRead.model_validate(value)
    except ValidationError as error:
        raise Refused("TAL-1", why=error.title) from None
    if held.elects != (held.seats > 0):
        raise Refused("TAL-1", why="seats")
    _check_log(held, taken)
    replay = Replay(coop, proposal, value, held, meetings, members)
    for each in taken:
        replay.take(each)
    replay.open_sealed()
    return Recount(_result(proposal, value, held, replay))


def _check_log(held: ProposalRead, taken: Sequence[Taken]) -> None:
    log = bytes.fromhex(ZERO_ID)
    for each in taken:
        log = digest(Tag.LOG, log, bytes.fromhex(each.record), bytes.fromhex(each.member))
    if log.hex() != held.log:
        raise Refused("TAL-1", log=log.hex(), records=len(taken))


def _result(proposal: str, value: Value, held: ProposalRead, replay: Replay) -> JsonObject:
    """Return the recount of ballots that were taken in (TAL-4 to TAL-6)."""
    papers = [
        each.paper
        for each in replay.standing.values()
        if each.fate == "counted" and each.paper is not None
    ]
    fates = [each.fate for each in replay.standing.values()]
    spoilt, unopened = fates.count("spoilt"), fates.count("unopened")
    choices = [each.get("choice") for each in papers]
    tally = {choice: choices.count(choice) for choice in ("for", "against", "abstain")}
    voted = len(papers) + unopened
    quorum = held.rule.quorum_of(held.electors)
    if held.adjourned:
        quorum = min(held.electors, held.rule.quorum_least)
    status, report, elected = _end(value, held, replay, papers, unopened, quorum)
    found: dict[str, Any] = {
        **tally,
        "voted": voted,
        "spoilt": spoilt,
        "sealed": unopened,
        "quorum": quorum,
        "status": status,
        "elected": elected,
        "report": sha256(count_bytes(report)).hexdigest() if report else "",
    }
    differs: list[Json] = [
        {"what": name, "book": value[name], "recount": here}
        for name, here in sorted(found.items())
        if value[name] != here
    ]
    if voted + spoilt > held.electors:
        differs.append({"what": "electors", "book": held.electors, "recount": voted + spoilt})
    return {
        **found,
        "v": RECOUNT_VERSION,
        "proposal": proposal,
        "number": held.number,
        "title": held.title,
        "business": held.business,
        "rule": held.rule.model_dump(),
        "candidates": [each.model_dump() for each in held.candidates],
        "seats": held.seats,
        "roll": held.roll,
        "roll_before": held.roll_before,
        "excluded": list(held.excluded),
        "electors": held.electors,
        "not_voted": held.electors - voted - spoilt,
        "records": [_row(each) for each in replay.rows],
        "count": None if report is None else count_json(report),
        "seed": held.seed,
        "log": held.log,
        "differs": differs,
    }


def _end(
    value: Value,
    held: ProposalRead,
    replay: Replay,
    papers: list[Paper],
    unopened: int,
    quorum: int,
) -> tuple[Status, Any, list[int]]:
    """Return how the vote ends, with the count and those elected where it is an election."""
    if replay.withdrawn:
        return "withdrawn", None, []
    if held.status in LIVE or held.status == "lapsed":
        return held.status, None, []  # nothing in the log says that
    if unopened:
        return "uncounted", None, []
    status: Status
    if held.seats and len(papers) >= quorum:
        report = election_of(value, papers, bytes.fromhex(held.seed))
        elected = [each + 1 for each in report.elected]
        return ("carried" if elected else "lost"), report, elected
    if held.seats:
        status = "inquorate"
    else:
        choices = [each["choice"] for each in papers]
        sums = (choices.count("for"), choices.count("against"), choices.count("abstain"))
        status = outcome(held.rule.test.model_dump(), *sums, held.electors, quorum)
    is_adjourned = held.rule.adjourn_days and not held.adjourned and not held.effect_code
    if status == "inquorate" and is_adjourned:
        status = "adjourned"
    return status, None, []


def _row(each: Taken | BallotRead) -> Json:
    """Return a record with what became of it."""
    taken = each.taken if isinstance(each, BallotRead) else each
    row: JsonObject = {
        "record": taken.record,
        "kind": taken.body.kind,
        "member": taken.member,
    }
    if isinstance(each, BallotRead):
        row |= {
            "voter": each.voter,
            "by": each.by,
            "how": each.how,
            "paper": each.paper,
            "fate": each.fate,
            "after": each.after,
        }
    return row


def end_in_words(value: Mapping[str, Any]) -> str:
    """Return how a recounted vote ended, in a line."""
    voted = f"{value['voted'] + value['spoilt']} of {value['electors']} voted"
    if value["seats"]:
        names = [value["candidates"][number - 1]["name"] for number in value["elected"]]
        chosen = ", ".join(names) or "nobody"
        return f"{value['status']}, elected {chosen}; {voted}"
    tally = f"{value['for']} for, {value['against']} against, {value['abstain']} abstained"
    return f"{value['status']} with {tally}; {voted}"
