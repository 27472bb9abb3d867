"""Records and minutes of a book as they are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from rochdale_protocol.core.errors import LocalError
from rochdale_protocol.core.records import Verified, pack_record, read_body
from rochdale_protocol.minutes.minute import Minute
from rochdale_protocol.minutes.shelf import height_key
from rochdale_protocol.minutes.votes import Certificate
from rochdale_protocol.views import MinuteView, RecordPage, RecordView

from .models import RawRecord

if TYPE_CHECKING:
    from ..book import Book
    from ..shelf import RecordState

__all__ = [
    "attesters",
    "member_of",
    "minute_view",
    "minutes",
    "name_of",
    "place_of",
    "raw_record",
    "record_view",
    "records",
    "summary_of",
]

SUMMARY_MAX: Final = 160
"""Characters of a summary: a line of a wide screen."""


def member_of(book: Book, device: str) -> str:
    """Return the member that a device belongs to, "" if the book doesn't know it."""
    entry = book.ledger.ahead.get(f"device/{device}")
    return "" if entry is None else str(entry["member"])


def name_of(book: Book, member: str) -> str:
    """Return the name of a member, or of one who applies to be; "" if unknown."""
    state = book.ledger.ahead
    entry = state.get(f"member/{member}") if member else None
    if entry is not None:
        return str(entry["name"])
    if member:
        for _, value in state.scan("application/"):
            if value["member"] == member:
                return str(value["name"])
    return ""


def place_of(book: Book, record: str) -> tuple[int, int, str] | None:
    """Return height, index and code of a minuted record, None while it is pending."""
    return book.ledger.place(record)


def need_record(book: Book, record: str) -> Verified:
    """Return a record; raises LocalError API-4 if the book doesn't hold it."""
    found = book.ledger.record(record)
    if found is None:
        raise LocalError("API-4", record=record[:64])
    return found


def record_view(book: Book, record: Verified) -> RecordView:
    """Return a record as it is shown."""
    header = record.header
    place = place_of(book, record.id)
    height, index, code = place or (0, 0, "")
    body = read_body(record.body)
    member = member_of(book, header.device)
    return RecordView(
        record=record.id,
        kind=header.kind,
        device=header.device,
        member=member,
        name=name_of(book, member),
        seq=header.seq,
        prev=header.prev,
        seen=header.seen,
        refs=list(header.refs),
        at=header.at,
        state="pending" if place is None else "refused" if code else "final",
        code=code,
        height=height,
        index=index,
        size=len(pack_record(record)),
        summary=(
            "(unreadable)"
            if body is None and record.body is not None
            else summary_of(book, header.kind, body)
        ),
        body=body,
    )


def _case(book: Book, body: Mapping[str, Any]) -> str:
    entry = book.ledger.ahead.get(f"dispute/{body['dispute']}")
    if entry is None:
        return str(body["dispute"][:8])
    against = ", ".join(name_of(book, member) for member in entry["respondents"])
    return f"{name_of(book, entry['complainant'])} against {against}"


def _mediator(book: Book, body: Mapping[str, Any]) -> str:
    return f"{_case(book, body)}: {name_of(book, body['mediator'])}"


_SUMMARIES: Final[Mapping[str, Callable[[Book, Mapping[str, Any]], str]]] = {
    "agreement.draft": lambda book, body: body["title"],
    "agreement.revise": lambda book, body: f"new version of {_title(book, body, 'agreement')}",
    "agreement.sign": lambda book, body: (
        f"version {body['version']} of {_title(book, body, 'agreement')}"
    ),
    "ballot.cast": lambda book, body: f"{body['choice']}: {_title(book, body, 'proposal')}",
    "contribution.log": lambda book, body: (
        f"{body['action']} {body['quantity']} {body['unit']} {body['resource']}"
        f" to {name_of(book, body['receiver'])}"
    ),
    "contribution.confirm": lambda book, body: f"{body['quantity']} {_of(book, body)} received",
    "contribution.correct": lambda book, body: (
        f"{body['quantity']} {_of(book, body)} instead: {body['reason']}"
    ),
    "contribution.dispute": lambda book, body: f"{_of(book, body)}: {body['reason']}",
    "dispute.statement": lambda book, body: body["text"],
    "dispute.open": lambda book, body: (
        f"against {', '.join(name_of(book, member) for member in body['respondents'])}"
    ),
    "dispute.answer": _case,
    "dispute.mediator": lambda book, body: f"{_mediator(book, body)} is to mediate",
    "dispute.accept": lambda book, body: f"{_mediator(book, body)} may mediate",
    "dispute.decline": lambda book, body: f"{_mediator(book, body)} shall not mediate",
    "dispute.settle": lambda book, body: body["text"],
    "dispute.agree": _case,
    "dispute.withdraw": _case,
    "dispute.refer": _case,
    "member.invite": lambda book, body: "for one newcomer",
    "member.apply": lambda book, body: body["name"],
    "mandate.give": lambda book, body: f"{body['scope']} by {_device(book, body['device'])}",
    "mandate.end": lambda book, body: f"{body['scope']} by {_device(book, body['device'])}",
    "mandate.person": lambda book, body: f"{body['name']}, {body['role']}",
    "member.vouch": lambda book, body: f"for {_vouched(book, body)}: {body['text']}",
    "member.particulars": lambda book, body: body["name"],
    "member.capability": lambda book, body: ", ".join(
        f"{each['name']} {each['quantity']} {each['unit']}" for each in body["capabilities"]
    ),
    "member.stake": lambda book, body: ", ".join(
        f"{each['type']} {each['amount']} {each['currency']}" for each in body["holdings"]
    ),
    "office.resign": lambda book, body: body["office"],
    "member.address": lambda book, body: ", ".join(body["addresses"]),
    "device.add": lambda book, body: body["label"],
    "device.enrol": lambda book, body: body["label"],
    "proposal.new": lambda book, body: body["title"],
    "proposal.notice": lambda book, body: _title(book, body, "proposal"),
    "proposal.amend": lambda book, body: f"new text of {_title(book, body, 'proposal')}",
    "proposal.withdraw": lambda book, body: _title(book, body, "proposal"),
    "amendment.offer": lambda book, body: f"another text of {_title(book, body, 'proposal')}",
    "amendment.accept": lambda book, body: f"its text is now {_title(book, body, 'proposal')}'s",
    "comment.make": lambda book, body: f"{_title(book, body, 'proposal')}: {body['text']}",
    "interest.declare": lambda book, body: f"{_title(book, body, 'proposal')}: {body['nature']}",
    "candidate.stand": lambda book, body: f"stands in {_title(book, body, 'proposal')}",
    "candidate.withdraw": lambda book, body: f"stands no more in {_title(book, body, 'proposal')}",
    "ballot.rank": lambda book, body: f"ranks: {_title(book, body, 'proposal')}",
    "ballot.score": lambda book, body: f"scores: {_title(book, body, 'proposal')}",
    "ballot.seal": lambda book, body: f"sealed: {_title(book, body, 'proposal')}",
    "ballot.unseal": lambda book, body: (
        f"{len(body['shares'])} shares of {_title(book, body, 'proposal')}"
    ),
    "proxy.appoint": lambda book, body: (
        f"{name_of(book, body['holder'])} votes {body['instruction'] or 'as it sees fit'}:"
        f" {_title(book, body, 'proposal')}"
    ),
    "proxy.revoke": lambda book, body: f"no proxy: {_title(book, body, 'proposal')}",
    "delegation.give": lambda book, body: (
        f"{body['business']} business to {name_of(book, body['holder'])}"
    ),
    "delegation.end": lambda book, body: f"{body['business']} business",
    "meeting.record": lambda book, body: body["title"],
    "meeting.approve": lambda book, body: f"approves {_title(book, body, 'meeting')}",
}


def _device(book: Book, device: str) -> str:
    entry = book.ledger.ahead.get(f"device/{device}")
    return device[:8] if entry is None else str(entry["label"])


def _vouched(book: Book, body: Mapping[str, Any]) -> str:
    entry = book.ledger.ahead.get(f"application/{body['application']}")
    return str(entry["name"]) if entry is not None else name_of(book, body["member"])


def _title(book: Book, body: Mapping[str, Any], kind: str) -> str:
    entry = book.ledger.ahead.get(f"{kind}/{body[kind]}")
    return body[kind][:8] if entry is None else str(entry["title"])


def _of(book: Book, body: Mapping[str, Any]) -> str:
    entry = book.ledger.ahead.get(f"contribution/{body['contribution']}")
    return body["contribution"][:8] if entry is None else f"{entry['unit']} {entry['resource']}"


def summary_of(book: Book, kind: str, body: Mapping[str, Any] | None) -> str:
    """Return one line about what a record says; never fails, whatever the body is.

    A kind without a line of its own is summed up by its short values.
    """
    if body is None:
        return "(erased)"
    make = _SUMMARIES.get(kind)
    try:
        text = _plain(body) if make is None else make(book, body)
    except (KeyError, TypeError, AttributeError):
        # A refused record may hold a body that is not of its kind.
        text = _plain(body)
    line = " ".join(str(text).split())
    return line if len(line) <= SUMMARY_MAX else line[: SUMMARY_MAX - 1] + "…"


def _plain(body: Mapping[str, Any]) -> str:
    values = [value for value in body.values() if isinstance(value, str | int)]
    return ", ".join(text for text in map(str, values) if len(text) < 64)


def raw_record(record: Verified) -> RawRecord:
    """Return the signed bytes of a record."""
    return RawRecord(
        header=record.header_bytes.decode(),
        signature=record.signature.hex(),
        body=None if record.body is None else record.body.decode(errors="backslashreplace"),
    )


def records(
    book: Book,
    *,
    kind: str,
    author: str,
    since: int,
    text: str,
    state: RecordState | None,
    offset: int,
    limit: int,
) -> RecordPage:
    """Return the records that match, the newest first.

    Args:
        author: a member's or device's id or the beginning of one, or part of a name.
    """
    while book.index_some():
        pass
    total, found = book.shelf.search(
        kind=kind or None,
        devices=_devices(book, author) if author else None,
        since=since or None,
        text=text or None,
        state=state if book.ledger.cold is None else "pending",
        offset=offset,
        limit=limit,
    )
    views = [record_view(book, record) for record in map(book.ledger.record, found) if record]
    return RecordPage(total=total, offset=offset, records=views)


def _devices(book: Book, author: str) -> list[str]:
    wanted = author.lower()
    names = {key: value["name"] for key, value in book.ledger.ahead.scan("member/")}
    return [
        device
        for device, entry in book.ledger.ahead.scan("device/")
        if device.startswith(wanted)
        or entry["member"].startswith(wanted)
        or wanted in names.get(entry["member"], "").lower()
    ]


def attesters(book: Book, height: int) -> tuple[str, ...]:
    """Return the devices whose signatures finalised a minute."""
    certificate = book.ledger.desk["finals"].get(height_key(height))
    if certificate is None:
        return ()
    witnesses = book.ledger.roster_at(height).witnesses
    return tuple(witnesses[place].device for place in Certificate.from_bytes(certificate).signers)


def minute_view(book: Book, minute: Minute) -> MinuteView:
    """Return a final minute as it is shown; the founders attest minute 0."""
    header = minute.header
    if header.height:
        roster = book.ledger.roster_at(header.height)
        witnesses, quorum = len(roster), roster.quorum
        signers = [name_of(book, member_of(book, one)) for one in attesters(book, header.height)]
    else:
        founders = book.ledger.charter.charter.founders
        witnesses = quorum = len(founders)
        signers = [founder.name for founder in founders]
    proposer = member_of(book, header.proposer)
    return MinuteView(
        height=header.height,
        minute=minute.id,
        prev=header.prev,
        time=header.time,
        proposer=header.proposer,
        proposer_name=name_of(book, proposer),
        count=header.count,
        refused=sum(bool(code) for _, code in minute.records),
        state_root=header.state_root,
        records_root=header.records_root,
        signers=signers,
        witnesses=witnesses,
        quorum=quorum,
        records=[record for record, _ in minute.records],
        codes=[code for _, code in minute.records],
    )


def minutes(book: Book, before: int, limit: int) -> list[MinuteView]:
    """Return minutes below ``before`` (0: from the last one), the newest first."""
    top = min(before - 1, book.ledger.height) if before else book.ledger.height
    views = []
    for height in range(top, max(-1, top - limit), -1):
        minute = book.ledger.minute(height)
        assert minute is not None
        views.append(minute_view(book, minute))
    return views
