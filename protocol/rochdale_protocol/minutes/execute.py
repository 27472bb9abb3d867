"""Carrying out: from a list of records to outcomes and a new state (EXE-1 to EXE-9).

EXE-1  A minute first closes what its time makes due, in the order of deadlines.
EXE-2  Then each record in the order listed, in an overlay that is dropped if it is refused.
EXE-3  A record may be listed only if its device is known and active, or its kind opens
       and it is accepted; and only as the next of its device's chain.
EXE-4  A record that contradicts its device's chain (its ``seq`` was minuted with another
       id, or its ``prev`` is not the last) is listed once, with CHN-5: it freezes its
       device and stays in the book as evidence. A frozen device attests no longer.
EXE-5  ``seen`` names a minute before this one, else CHN-6.
EXE-6  The body is one that its kind allows, else REC-7, REC-8, REC-9 or REC-10.
EXE-7  A refused record takes its place in the chain all the same.
EXE-8  The roster of the next height is what the state says after this one.
EXE-10  Once the co-op is dissolved, every record is refused.
EXE-9  Before all that: who attested the last minute is noted (MEM-11); with the first minute
       of a day, who was away for too long goes dormant (MEM-12).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pydantic import ValidationError

from ..areas import area_of_deadline, kinds
from ..core.canonical import decode
from ..core.errors import DecodeError, Refused
from ..core.fields import Body
from ..core.hashes import ZERO_ID
from ..core.limits import BODY_SIZE_MAX, DAY_MS
from ..core.records import Header, Verified, record_size
from ..core.registry import Act, Kind, Moment
from ..membership.rules import (
    check_not_suspended,
    device_entry,
    drop_witness,
    found_member,
    note_attested,
    put_witness,
    retire_dormant,
)
from ..state.maps import OverlayMap, ReadMap
from ..state.state import ReadState, State, Value
from ..state.tree import update
from .minute import Charter
from .roster import Roster, roster_of
from .shelf import height_key

__all__ = [
    "Carried",
    "Session",
    "Unlistable",
    "chain_key",
    "due_deadlines",
    "found",
    "keepable",
    "read_body",
]


class Unlistable(Exception):
    """The record can't stand at this place of any minute (EXE-3)."""

    def __init__(self, code: str, *, later: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.later = later
        """Whether it may be listed once something else was."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What carrying out a minute gives."""

    records: tuple[tuple[str, str], ...]
    state: dict[str, bytes | None]
    tree: dict[str, bytes | None]
    chain: dict[str, bytes]
    erased: tuple[str, ...]
    state_root: str
    roster: Roster
    closed: int


def found(charter: Charter, coop: str) -> tuple[State, OverlayMap, str, Roster]:
    """Return the state of minute 0: its overlay, its tree, the root and the first roster."""
    state = State(_NOTHING)
    refounds = None if charter.refounds is None else charter.refounds.model_dump()
    state.put(
        "coop",
        {
            "id": coop,
            "name": charter.name,
            "rules": charter.rules.model_dump(),
            "at": charter.at,
            "refounds": refounds,
        },
    )
    for founder in charter.founders:
        found_member(state, founder.member, founder.name, founder.entity)
        state.put(
            f"device/{founder.device}", device_entry(founder.member, founder.label, "active", 0)
        )
        put_witness(state, founder.member, founder.device, 0, charter.at)
        if founder.addresses:
            state.put(f"address/{founder.device}", {"addresses": list(founder.addresses)})
        state.add("witnesses")
    tree = OverlayMap(_NOTHING)
    root = update(tree, state.overlay.changes)
    return state, tree, root, roster_of(state)


class _Nothing:
    def get(self, key: str) -> bytes | None:
        return None

    def scan(self, prefix: str, after: str = "") -> Iterator[tuple[str, bytes]]:
        return iter(())


_NOTHING = _Nothing()


def due_deadlines(state: ReadState, time: int) -> Iterator[tuple[str, str, str]]:
    """Yield key, area and id of each deadline at or before ``time``, the earliest first."""
    for rest, _ in state.map.scan("deadline/"):
        closes, area, subject = rest.removeprefix("deadline/").split("/")
        if int(closes) > time:
            return
        yield rest, area, subject


def read_body(header: Header, body: bytes | None) -> tuple[Kind, Body | None]:
    """Return the kind and the body of a record, by the rules of this version (EXE-6).

    Raises:
        Refused: REC-7 no such kind, REC-8 the body is not one of its kind, REC-9 the
            header's refs are not the body's, REC-10 the body is missing.
    """
    kind = kinds().get(header.kind)
    if kind is None:
        raise Refused("REC-7", kind=header.kind)
    if kind.erasable:
        return kind, None
    if body is None:
        raise Refused("REC-10")
    return kind, parse_body(kind, header, body)


def parse_body(kind: Kind, header: Header, body: bytes) -> Body:
    """Return a body that is there; raises Refused REC-8 or REC-9."""
    try:
        parsed = kind.body.model_validate(decode(body, BODY_SIZE_MAX))
    except (DecodeError, ValidationError) as error:
        raise Refused("REC-8", kind=header.kind, why=str(error)[:200]) from None
    if sorted(set(parsed.refs())) != header.refs:
        raise Refused("REC-9", refs=len(header.refs))
    return parsed


def keepable(record: Verified) -> Verified:
    """Return a record as a book keeps it, an erasable body only if it can be read.

    What a body of another kind does is in the body, so that the record can't be judged
    without it, and any courier can cut it off (REC-10).

    Raises:
        Refused: REC-10 the body is missing.
    """
    kind = kinds().get(record.header.kind)
    if kind is None:
        return record
    if record.body is None:
        if not kind.erasable:
            raise Refused("REC-10", record=record.id)
    elif kind.erasable:
        try:
            parse_body(kind, record.header, record.body)
        except Refused:
            return Verified(replace(record, body=None))
    return record


class Session:
    """The carrying out of one minute, record by record.

    Args:
        state: the state after the last final minute.
        height: of the minute, and ``time`` its time in milliseconds.
        attested: members, with the devices that signed the certificate inside it.
        last_time, prev: time and id of the minute before.
        heights: minute id -> height, for ``seen``.
        chain: device and seq -> record id, for forks.
    """

    def __init__(
        self,
        state: ReadMap,
        heights: ReadMap,
        chain: ReadMap,
        height: int,
        time: int,
        *,
        attested: Iterable[tuple[str, str]],
        last_time: int,
        prev: str,
    ) -> None:
        self.state = State(state)
        self._heights = heights
        self._chain = OverlayMap(chain)
        self._height = height
        self.time = time
        self._erased: list[str] = []
        self.records: list[tuple[str, str]] = []
        self.size = 0
        """Bytes of the records so far, with their bodies."""
        self.refusal: Refused | None = None
        """Why the last refused record was refused, with its fields."""
        self.closed = 0
        self._dissolved = self.state.get("dissolved") is not None
        note_attested(self.state, attested, height, time)
        if last_time // DAY_MS < time // DAY_MS:
            retire_dormant(self.state, height, time)
        for key, area, subject in list(due_deadlines(self.state, time)):
            if self.state.get(key) is None:
                continue  # a decision of this minute dissolved the co-op
            self.state.delete(key)
            on_deadline = area_of_deadline(area).on_deadline
            assert on_deadline is not None
            on_deadline(self.state, subject, Moment(height, time, prev))
            self.closed += 1

    def add(self, record: Verified) -> str:
        """Carry out the next record; returns the code it is refused with, or "".

        Raises:
            Unlistable: it may not stand here at all.
        """
        header = record.header
        device = self.state.get(f"device/{header.device}")
        if device is None:
            return self._open(record)
        if device["status"] != "active":
            raise Unlistable("CHN-3" if device["status"] == "frozen" else "CHN-2")
        if header.seq <= device["seq"]:
            return self._fork(record, device)
        if header.seq > device["seq"] + 1:
            raise Unlistable("CHN-4", later=True)
        if header.prev != (device["tip"] or ZERO_ID):
            return self._freeze(record, device, device["tip"])
        code = self._try(record, device["member"])
        self._minuted(record, code)
        return code

    def _open(self, record: Verified) -> str:
        header = record.header
        kind = kinds().get(header.kind)
        if kind is None or not kind.opens or header.seq != 1 or header.prev != ZERO_ID:
            raise Unlistable("CHN-1", later=True)
        code = self._try(record, "")
        if code:
            raise Unlistable(code)
        self._minuted(record, "")
        return ""

    def _fork(self, record: Verified, device: Value) -> str:
        header = record.header
        first = self._chain.get(chain_key(header.device, header.seq))
        if first is None or first.decode() == record.id:
            raise Unlistable("CHN-4")
        return self._freeze(record, device, first.decode())

    def _freeze(self, record: Verified, device: Value, first: str) -> str:
        header = record.header
        device["status"] = "frozen"
        self.state.put(f"device/{header.device}", device)
        self.state.put(
            f"evidence/record/{header.device}",
            {"first": first, "second": record.id, "at": self._height},
        )
        member = str(device["member"])
        witness = self.state.get(f"witness/{member}")
        if witness is not None and witness["device"] == header.device:
            try:
                drop_witness(self.state, member, "MEM-8")
            except Refused:
                pass  # MEM-8: the last witness goes on attesting, its records do not
        self._list(record, "CHN-5")
        return "CHN-5"

    def _try(self, record: Verified, member: str) -> str:
        header = record.header
        trial = State(self.state.map)
        try:
            if not self._is_earlier(header.seen):
                raise Refused("CHN-6", seen=header.seen)
            if self._is_dissolved():
                raise Refused("EXE-10")
            kind, body = read_body(header, record.body)
            if member and not kind.suspended:
                check_not_suspended(trial, member)
            kind.rule(trial, Act(record.id, header, body, member, self._height, self.time))
        except Refused as error:
            self.refusal = error
            return error.code
        if kind.erasable:
            trial.put(f"erasable/{record.id}", {"member": member})
        trial.flush(self.state.overlay)
        if header.kind == "member.erase":
            self._erased.extend(header.refs)
        return ""

    def _is_dissolved(self) -> bool:
        return self._dissolved or "dissolved" in self.state.overlay.changes

    def _is_earlier(self, minute: str) -> bool:
        height = self._heights.get(minute)
        return height is not None and int(height) < self._height

    def _minuted(self, record: Verified, code: str) -> None:
        header = record.header
        device = self.state.need(f"device/{header.device}")
        device["seq"] = header.seq
        device["tip"] = record.id
        self.state.put(f"device/{header.device}", device)
        self._chain.put(chain_key(header.device, header.seq), record.id.encode())
        self._list(record, code)

    def _list(self, record: Verified, code: str) -> None:
        self.records.append((record.id, code))
        self.size += record_size(record)

    def finish(self, tree: ReadMap, roster: Roster) -> Carried:
        """Return what came of it, given the tree and the roster before."""
        branch = OverlayMap(tree)
        changes = self.state.overlay.changes
        root = update(branch, changes)
        if any(key.startswith("witness/") for key in changes):
            roster = roster_of(self.state)
        chain = {key: value for key, value in self._chain.changes.items() if value is not None}
        return Carried(
            tuple(self.records),
            changes,
            branch.changes,
            chain,
            tuple(self._erased),
            root,
            roster,
            self.closed,
        )


def chain_key(device: str, seq: int) -> str:
    """Return the key of a minuted record's place in its device's chain."""
    return f"{device}/{height_key(seq)}"
