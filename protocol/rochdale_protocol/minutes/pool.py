"""Records that wait for a minute (POO-1 to POO-5 of ``specs/02-records.md``)."""

from __future__ import annotations

from collections.abc import Container, Iterator

from ..areas import kinds
from ..core.errors import Refused
from ..core.limits import (
    MINUTE_BYTES_MAX,
    MINUTE_RECORDS_MAX,
    OPENERS_MAX,
    PENDING_MAX,
    PENDING_PER_DEVICE_MAX,
    PENDING_SIZE_MAX,
    PENDING_SIZE_PER_DEVICE_MAX,
    STRANGERS_MAX,
)
from ..core.records import Verified, record_size
from ..state.state import ReadState
from .execute import Session, Unlistable

__all__ = ["Pool"]


class Pool:
    """Pending records in the order of their arrival."""

    def __init__(self) -> None:
        self._records: dict[str, Verified] = {}
        self._by_device: dict[str, dict[str, Verified]] = {}
        self._sizes: dict[str, int] = {}
        self._size = 0
        self._openers: dict[str, Verified] = {}
        self._strangers: dict[str, Verified] = {}

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[Verified]:
        return iter(self._records.values())

    def __contains__(self, record: str) -> bool:
        return record in self._records

    def get(self, record: str) -> Verified | None:
        return self._records.get(record)

    def ids(self) -> list[str]:
        """Return the ids of all pending records, sorted."""
        return sorted(self._records)

    def of_device(self, device: str) -> list[Verified]:
        """Return a device's pending records by ``seq``."""
        mine = self._by_device.get(device, {}).values()
        return sorted(mine, key=lambda record: (record.header.seq, record.id))

    def add(self, record: Verified, *, stranger: bool, needed: bool = False) -> None:
        """Take in a record; raises Refused POO-2 or POO-4 where too many wait.

        Args:
            stranger: the final state doesn't let its device write (yet).
            needed: a minute that a vote names lists it, so that no limit applies (POO-5).
        """
        device = record.header.device
        size = record_size(record)
        waits = self._sizes.get(device, 0) + size
        if not needed and len(self._by_device.get(device, ())) >= PENDING_PER_DEVICE_MAX:
            raise Refused("POO-2", pending_max=PENDING_PER_DEVICE_MAX)
        if not needed and waits > PENDING_SIZE_PER_DEVICE_MAX:
            raise Refused("POO-2", size_max=PENDING_SIZE_PER_DEVICE_MAX)
        if stranger:
            self._add_stranger(record, needed=needed)
        self._records[record.id] = record
        self._by_device.setdefault(device, {})[record.id] = record
        self._sizes[device] = waits
        self._size += size

    @property
    def is_over(self) -> bool:
        """Whether more wait than may (POO-1)."""
        return len(self._records) > PENDING_MAX or self._size > PENDING_SIZE_MAX

    def gives_way(self, mine: str, listed: Container[str]) -> str | None:
        """Return the record that goes where more wait than may (POO-1), None if all must stay.

        Args:
            mine: this node's device, whose records stay.
            listed: records that stay, for minutes under way list them.
        """
        heavy = self._sizes
        if len(self._records) > PENDING_MAX:
            heavy = {device: len(records) for device, records in self._by_device.items()}
        for device in sorted(heavy, key=lambda each: (heavy[each], each), reverse=True):
            records = self._by_device[device].values() if device != mine else ()
            free = [record for record in records if record.id not in listed]
            if free:
                return max(free, key=lambda record: (record.header.seq, record.id)).id
        return None

    def _add_stranger(self, record: Verified, *, needed: bool) -> None:
        kind = kinds().get(record.header.kind)
        opens = kind is not None and kind.opens
        waiting, most = (self._openers, OPENERS_MAX) if opens else (self._strangers, STRANGERS_MAX)
        if len(waiting) >= most and not needed:
            raise Refused("POO-4", strangers_max=most)
        waiting[record.id] = record

    def remove(self, record: str) -> None:
        """Drop a record; it need not be there."""
        gone = self._records.pop(record, None)
        self._openers.pop(record, None)
        self._strangers.pop(record, None)
        if gone is not None:
            device = self._by_device[gone.header.device]
            del device[record]
            self._sizes[gone.header.device] -= record_size(gone)
            self._size -= record_size(gone)
            if not device:
                del self._by_device[gone.header.device], self._sizes[gone.header.device]

    def openers(self) -> list[str]:
        """Return the first records of unknown devices, the oldest first."""
        return list(self._openers)

    @property
    def is_open(self) -> bool:
        """Whether there is room for another first record of an unknown device."""
        return len(self._openers) < OPENERS_MAX

    def settle(self, state: ReadState) -> None:
        """Note whose device a new final state lets write."""
        for waiting in (self._openers, self._strangers):
            for name, record in list(waiting.items()):
                entry = state.get(f"device/{record.header.device}")
                if entry is not None and entry["status"] == "active":
                    del waiting[name]

    def dead(self, state: ReadState, mine: str) -> list[str]:
        """Return the records that no minute can list any more (POO-3), sorted.

        And those of strangers that only minutes under way had room for (POO-5), but not of
        ``mine``, this node's device.
        """
        many = [*list(self._openers)[OPENERS_MAX:], *list(self._strangers)[STRANGERS_MAX:]]
        gone = [name for name in many if self._records[name].header.device != mine]
        for device, records in self._by_device.items():
            entry = state.get(f"device/{device}")
            if entry is not None and entry["status"] in ("frozen", "revoked"):
                gone.extend(records)
        return sorted(set(gone))

    def is_waiting(self, session: Session) -> bool:
        """Say whether a minute could list something (SIM-7), given a fresh session."""
        for device, records in self._by_device.items():
            entry = session.state.get(f"device/{device}")
            for record in records.values():
                if entry is None:
                    if record.id in self._openers and _is_listable(session, record):
                        return True
                elif entry["status"] == "active" and record.header.seq <= entry["seq"] + 1:
                    return True
        return False

    def fill(self, session: Session) -> None:
        """Let a session carry out as many records as one minute may hold, in turn."""
        waiting = self._in_turn()
        while waiting and len(session.records) < MINUTE_RECORDS_MAX:
            again = []
            for record in waiting:
                if len(session.records) >= MINUTE_RECORDS_MAX:
                    return
                if session.size + record_size(record) > MINUTE_BYTES_MAX:
                    return
                try:
                    session.add(record)
                except Unlistable as error:
                    if error.later:
                        again.append(record)
            if len(again) == len(waiting):
                return
            waiting = again

    def _in_turn(self) -> list[Verified]:
        """Return all records in the order of arrival, those of one device by ``seq``."""
        chains = {device: iter(self.of_device(device)) for device in self._by_device}
        return [next(chains[record.header.device]) for record in self._records.values()]


def _is_listable(session: Session, record: Verified) -> bool:
    try:
        session.add(record)
    except Unlistable:
        return False
    return True
