"""What a book holds: reading its collections (``shelf`` lists them)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..core.canonical import encode
from ..core.errors import LocalError
from ..core.limits import GROUNDS_SIZE_MAX
from ..core.records import Verified, pack_record, unpack_record
from ..membership.records import WitnessEvidence
from ..state.state import ReadState
from .cold import ColdBook
from .minute import Minute, SignedCharter
from .pool import Pool
from .roster import Roster
from .shelf import Desk, Shelf, height_key
from .votes import Ground, Vote

__all__ = ["Holdings"]


class Holdings:
    """A book as it stands on a shelf, with what is about to be written.

    Attributes:
        tip: the last final minute.
        pool: records that wait for a minute.
        doubt: why this device must not sign, or "".
        successor: the co-op by which this device refounded this book, or "" (RFD-7).
        cold: the book in the making, while none of its minutes counts yet (COL-5).
    """

    def __init__(self, shelf: Shelf) -> None:
        self.desk = Desk(shelf)
        charter = self.desk["meta"].get("charter")
        if charter is None:
            raise LocalError("LED-2", why="the book has no charter")
        self.charter = SignedCharter.from_bytes(charter)
        self.coop = self.charter.charter.coop()
        self.pool = Pool()
        self.cold: ColdBook | None = None
        meta = self.desk["meta"]
        stored = self.desk["minutes"].get(height_key(int(meta.get("height") or b"0")))
        assert stored is not None
        self.tip = Minute.from_bytes(stored)
        self.rosters = self.stored_rosters(self.height)
        self.doubt = (meta.get("doubt") or b"").decode()
        self.successor = ""
        turns = sorted((int(turn), record) for record, turn in self.desk["pending"].scan(""))
        # Each step and each record that comes asks for these.
        self._spoilt = {key.removeprefix("spoilt/") for key, _ in meta.scan("spoilt/")}
        self._turn = turns[-1][0] + 1 if turns else 0
        for _, record in turns:
            held = self.record(record)
            assert held is not None
            self.pool.add(held, stranger=self.is_stranger(held.header.device), needed=True)

    @property
    def height(self) -> int:
        """The height of the last final minute."""
        return self.tip.header.height

    @property
    def final(self) -> ReadState:
        """The state after the last final minute."""
        return ReadState(self.desk["state"])

    @property
    def rechecked(self) -> int:
        """The height up to which this node has checked every record's signature itself."""
        return int(self.desk["meta"].get("rechecked") or b"0")

    def set_rechecked(self, height: int) -> None:
        """Note that every record's signature up to a height was checked."""
        self.desk["meta"].put("rechecked", str(height).encode())

    def spoil(self, records: Iterable[str]) -> None:
        """Note records of final minutes whose signatures are wrong here (LED-11)."""
        for record in records:
            self.desk["meta"].put(f"spoilt/{record}", b"")
            self._spoilt.add(record)

    def spoilt(self) -> list[str]:
        """Return the records that are to be asked for anew, sorted."""
        return sorted(self._spoilt)

    def is_spoilt(self, record: str) -> bool:
        return record in self._spoilt

    def mend(self, record: Verified) -> None:
        """Take the signature of a record that was noted as spoilt."""
        body = self.desk["bodies"].get(record.id)
        self.store_record(Verified(replace(record, body=body)))
        self.desk["meta"].delete(f"spoilt/{record.id}")
        self._spoilt.discard(record.id)

    def stored_rosters(self, height: int) -> list[tuple[int, Roster]]:
        """Return the witnesses from each height on where they change, to one past ``height``."""
        return [
            (start, Roster.from_bytes(value))
            for key, value in self.desk["meta"].scan("roster/")
            if (start := int(key.removeprefix("roster/"))) <= height + 1
        ]

    def roster_at(self, height: int) -> Roster:
        """Return the witnesses of a height, at most one past the tip."""
        return next(roster for start, roster in reversed(self.rosters) if start <= height)

    def changed_roster(self, height: int) -> bytes | None:
        """Return the witnesses of a height as stored, if they attest from there on."""
        return self.desk["meta"].get(f"roster/{height_key(height)}")

    def place(self, record: str) -> tuple[int, int, str] | None:
        """Return height, index and code of a record that a minute of this book holds."""
        stored = self.desk["places"].get(record)
        if stored is None:
            return None
        height, index, code = stored.decode().split(" ")
        return (int(height), int(index), code) if int(height) <= self.height else None

    def record(self, record: str) -> Verified | None:
        """Return a record that is held, pending or minuted."""
        pending = self.pool.get(record)
        if pending is not None or self.cold is not None:
            return pending
        stored = self.desk["records"].get(record)
        return None if stored is None else unpack_record(stored, self.desk["bodies"].get(record))

    def minute(self, height: int) -> Minute | None:
        """Return a final minute."""
        stored = self.desk["minutes"].get(height_key(height))
        return None if stored is None else Minute.from_bytes(stored)

    def holds(self, record: str) -> bool:
        """Say whether a record is held, pending or minuted."""
        return record in self.pool or self.desk["records"].get(record) is not None

    def final_pieces(self, height: int) -> list[bytes]:
        """Return a final minute, its certificate and the frames of its records."""
        key = height_key(height)
        minute, certificate = self.desk["minutes"].get(key), self.desk["finals"].get(key)
        assert minute is not None
        assert certificate is not None
        pieces = [minute, certificate]
        for record, _ in Minute.from_bytes(minute).records:
            frame = self.desk["records"].get(record)
            assert frame is not None
            pieces.append(frame + (self.desk["bodies"].get(record) or b""))
        return pieces

    def is_member(self, device: str) -> bool:
        """Say whether a device may read the whole book: active, of an active member."""
        entry = self.final.get(f"device/{device}")
        return entry is not None and entry["status"] == "active"

    def left_at(self, device: str) -> int:
        """Return the height at which a device's member left and took it along, 0 for none."""
        entry = self.final.get(f"device/{device}")
        if entry is None or not entry["ended"]:
            return 0
        left = int(self.final.need(f"member/{entry['member']}")["left"])
        return left if left == entry["ended"] else 0

    def is_stranger(self, device: str) -> bool:
        """Say whether the final state doesn't let a device write yet."""
        entry = self.final.get(f"device/{device}")
        return entry is None or entry["status"] == "applying"

    def store_record(self, record: Verified) -> None:
        """Put a record on the desk; its body apart, so that it can go alone."""
        frame = pack_record(record)
        if record.body is not None:
            self.desk["bodies"].put(record.id, record.body)
            frame = frame[: -len(record.body)]
        self.desk["records"].put(record.id, frame)

    def unpend(self, record: str) -> None:
        """Take a record off the pending ones."""
        if record in self.pool:
            self.pool.remove(record)
            self.desk["pending"].delete(record)

    def drop(self, record: str) -> None:
        """Forget a pending record, unless a minute that is only checked yet holds it."""
        self.unpend(record)
        if self.desk["places"].get(record) is not None:
            return
        self.desk["records"].delete(record)
        self.desk["bodies"].delete(record)

    def certificates(self, height: int) -> list[bytes]:
        """Return what made a final minute final, and what is held of what led to it (LED-9)."""
        final = self.desk["finals"].get(height_key(height))
        if final is None:
            return []
        grounds = self.desk["grounds"].get(height_key(height)) or b""
        return [final, *_parts(grounds)]

    def keep_grounds(self, height: int, certificates: Iterable[bytes]) -> None:
        """Keep what led to a final minute, the latest views first, as much as is bounded."""
        grounds = b""
        for data in certificates:
            if len(grounds) + len(data) > GROUNDS_SIZE_MAX:
                break
            grounds += len(data).to_bytes(4, "big") + data
        if grounds:
            self.desk["grounds"].put(height_key(height), grounds)

    def keep_contradiction(self, first: Vote, second: Vote, ground: Ground) -> bool:
        """Keep two votes that no honest witness signs; returns whether it is the first pair."""
        key = f"contradiction/{height_key(second.height)}/{second.device}"
        if self.desk["meta"].get(key) is not None:
            return False
        earlier, later = sorted(vote.to_bytes().hex() for vote in (first, second))
        evidence = WitnessEvidence(
            height=second.height,
            prev=ground.prev,
            roster=ground.roster.hash,
            first=earlier,
            second=later,
        )
        self.desk["meta"].put(key, encode(evidence.model_dump()))
        return True

    def contradictions(self) -> Iterator[tuple[str, WitnessEvidence]]:
        """Yield each device that signed contradictory votes, with them, by height."""
        for key, data in self.desk["meta"].scan("contradiction/"):
            yield key.split("/")[2], WitnessEvidence.model_validate_json(data)

    def evidence_due(self, state: ReadState) -> WitnessEvidence | None:
        """Return evidence that is held and that nobody has put on record yet (LED-10)."""
        for device, evidence in self.contradictions():
            known = state.get(f"device/{device}") is not None
            if known and state.get(f"evidence/vote/{device}") is None:
                return evidence
        return None


def _parts(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        yield data[at + 4 : at + 4 + size]
        at += 4 + size
