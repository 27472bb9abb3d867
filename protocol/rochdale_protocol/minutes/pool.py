"""Records that wait for a minute (POO-1 to POO-4 of ``specs/02-records.md``)."""

from __future__ import annotations

from collections.abc import Iterator

from ..areas import KINDS
from ..core.errors import Refused
from ..core.limits import (
    MINUTE_BYTES_MAX,
    MINUTE_RECORDS_MAX,
    OPENERS_MAX,
    PENDING_MAX,
    PENDING_PER_DEVICE_MAX,
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

    def add(self, record: Verified, *, stranger: bool) -> None:
        """Take in a record; raises Refused POO-1, POO-2 or POO-4 where too many wait.

        Args:
            stranger: the final state doesn't let its device write (yet).
        """
        device = self._by_device.get(record.header.device, {})
        if len(self._records) >= PENDING_MAX:
            raise Refused("POO-1", pending_max=PENDING_MAX)
        if len(device) >= PENDING_PER_DEVICE_MAX:
            raise Refused("POO-2", pending_max=PENDING_PER_DEVICE_MAX)
        if stranger:
            self._add_stranger(record)
        self._records[record.id] = record
        self._by_device.setdefault(record.header.device, {})[record.id] = record

    def _add_stranger(self, record: Verified) -> None:
        kind = KINDS.get(record.header.kind)
        opens = kind is not None and kind.opens
        waiting, most = (self._openers, OPENERS_MAX) if opens else (self._strangers, STRANGERS_MAX)
        if len(waiting) >= most:
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
            if not device:
                del self._by_device[gone.header.device]

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

    def dead(self, state: ReadState) -> list[str]:
        """Return the records that no minute can list any more (POO-3), sorted."""
        gone: list[str] = []
        for device, records in self._by_device.items():
            entry = state.get(f"device/{device}")
            if entry is not None and entry["status"] in ("frozen", "revoked"):
                gone.extend(records)
        return sorted(gone)

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
