"""A newcomer's book while its minutes are only checked, not carried out (COL-1 to COL-9).

COL-1  It begins at height 0, with a peer who is COLD_MINUTES_MIN minutes ahead.
COL-2  A minute is taken in that stands on the last one (MIN-12 to MIN-14, MIN-18 of the
       history), is certified by the witnesses whom the last one names, carries a
       certificate of the last one, and names witnesses whose list came along.
COL-3  Of its records, header and body are those that their hashes name; a body that is
       needed to judge a record is there (REC-10).
COL-4  Nothing that only a carrying out can tell is asked of it.
COL-5  Until the state is there the book stands at height 0, and its device signs nothing.
COL-6  A state is taken over whole, if its root is the one that the last minute names.
COL-7  A state is bounded, and so is how often a wrong or a stale one may come.
COL-8  What was taken in stays through a restart and through the loss of a peer, but the
       state, which is asked for anew.
COL-9  A quorum vouches for codes and state; signatures are checked behind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

import orjson

from ..areas import kinds
from ..core.errors import DecodeError, Refused
from ..core.hashes import Tag, digest
from ..core.records import unpack_record
from ..state.maps import DictMap, OverlayMap
from ..state.tree import build
from . import merkle
from .execute import Carried, chain_key, keepable
from .minute import Minute
from .page import Page
from .pool import Pool
from .roster import Roster
from .shelf import Desk, height_key
from .votes import Certificate, Vote, VoteKind

__all__ = ["ColdBook", "check_certified"]

_BODY = Tag.BODY.value


def check_certified(
    desk: Desk, coop: str, roster: Roster, tip: Minute, minute: str, certificate: bytes
) -> Certificate:
    """Return the certificate that makes a minute the final one after ``tip``.

    Raises:
        DecodeError: CRT-1. Refused: CRT-2 to CRT-5, or LED-8 the invite names another.
    """
    height = tip.header.height + 1
    proof = Certificate.from_bytes(certificate)
    proof.check_final(minute, height, tip.id)
    proof.check(coop, roster)
    insisted = desk["meta"].get(f"checkpoint/{height_key(height)}")
    if insisted is not None and insisted.decode() != minute:
        raise Refused("LED-8", height=height, minute=minute)
    return proof


class ColdBook:
    """See the module.

    Args:
        rosters: the witnesses from each height on where they change, the last one known last.
        tip: the last minute that was checked.
        mine: this device, or "".
        held: the records that wait for a minute, which are stored already.

    Attributes:
        doubt: why this device must never sign again, or "" (LED-4).
    """

    def __init__(
        self,
        desk: Desk,
        coop: str,
        rosters: list[tuple[int, Roster]],
        tip: Minute,
        mine: str,
        held: Pool,
    ) -> None:
        self._desk = desk
        self._coop = coop
        self.rosters = rosters
        self.tip = tip
        self.certificate = b""
        self._mine = mine
        self._held = held
        self._roster = self._roster_before = rosters[-1][1]
        if rosters[-1][0] > tip.header.height:
            self._roster_before = rosters[max(0, len(rosters) - 2)][1]
        self.doubt = ""

    @property
    def height(self) -> int:
        """The height of the last minute that was checked."""
        return self.tip.header.height

    def add(self, pieces: Sequence[bytes], rosters: Mapping[int, bytes]) -> None:
        """Check the next minute and store it (COL-2, COL-3).

        Args:
            pieces: the minute, its certificate, the frames of its records.
            rosters: lists of witnesses by the height from which they attest.
        Raises:
            DecodeError, Refused: nothing of this minute is stored.
        """
        desk, tip = self._desk, self.tip
        minute = Minute.from_bytes(pieces[0])
        header = minute.header
        height = header.height
        Page(desk, self._coop, tip, self._roster, self._roster_before).check_place(minute)
        proof = check_certified(desk, self._coop, self._roster, tip, minute.id, pieces[1])
        if header.history_root != merkle.history_root(desk["history"], height):
            raise Refused("MIN-18", height=height)
        roster = self._next_roster(header.roster_hash, rosters.get(height + 1))
        self._store_records(minute, pieces[2:])
        self._check_own_vote(proof)
        key = height_key(height)
        desk["minutes"].put(key, pieces[0])
        desk["finals"].put(key, pieces[1])
        desk["heights"].put(minute.id, str(height).encode())
        desk["meta"].put("cold", str(height).encode())
        merkle.append(desk["history"], height, minute.id)
        if roster is not self._roster:
            self.rosters.append((height + 1, roster))
            desk["meta"].put(f"roster/{height_key(height + 1)}", roster.to_bytes())
        self._roster_before, self._roster = self._roster, roster
        self.tip, self.certificate = minute, pieces[1]

    def _next_roster(self, named: str, listed: bytes | None) -> Roster:
        if named == self._roster.hash:
            return self._roster
        if listed is None or digest(Tag.ROSTER, listed).hex() != named:
            raise Refused("COL-2", roster=named)
        return Roster.from_bytes(listed)

    def _check_own_vote(self, proof: Certificate) -> None:
        place = self._roster.places.get(self._mine)
        if place is not None and place in proof.signers:
            vote = Vote(
                proof.height, VoteKind.FINALIZE, proof.view, 0, proof.minute, self._mine, bytes(64)
            )
            if self._desk["votes"].get(vote.key()) is None:
                self.doubt = "a vote of this device that it does not hold"

    def _store_records(self, minute: Minute, frames: Sequence[bytes]) -> None:
        """Put the records of a certified minute on the desk as carrying it out would."""
        if len(frames) != len(minute.records):
            raise Refused("SYN-4", height=minute.header.height, why="records")
        records: dict[str, bytes | None] = {}
        bodies: dict[str, bytes | None] = {}
        places: dict[str, bytes | None] = {}
        chain: dict[str, bytes | None] = {}
        at = f"{minute.header.height} "
        for index, ((record, code), frame) in enumerate(zip(minute.records, frames, strict=True)):
            end = 2 + int.from_bytes(frame[:2], "big")
            if len(frame) < end + 64:
                raise DecodeError("REC-1", size=len(frame))
            head = frame[2:end]
            if sha256(head).hexdigest() != record:
                raise Refused("SYN-4", height=minute.header.height, why="records")
            header = orjson.loads(head)
            device = header["device"]
            if device == self._mine and record not in self._held:
                self.doubt = "a record of this device that it does not hold"
            places[record] = f"{at}{index} {code}".encode()
            if code != "CHN-5":
                chain[chain_key(device, header["seq"])] = record.encode()
            if record not in self._held:
                records[record] = frame[: end + 64]
                body = _kept_body(record, header, frame, end + 64)
                if body is not None:
                    bodies[record] = body
            if header["kind"] == "member.erase" and not code:
                bodies.update(dict.fromkeys(header["refs"]))
        for name, changes in (
            ("records", records),
            ("bodies", bodies),
            ("places", places),
            ("chain", chain),
        ):
            self._desk[name].apply(changes)

    def finish(self, state: dict[str, bytes]) -> Carried:
        """Take over the state after the last minute (COL-6); raises Refused COL-6."""
        desk = self._desk
        tree = OverlayMap(DictMap())
        header = self.tip.header
        if build(tree, state.items()) != header.state_root:
            raise Refused("COL-6", height=header.height)
        for name, new in (("state", state), ("tree", tree.changes)):
            for key, _ in list(desk[name].scan("")):
                if key not in new:
                    desk[name].delete(key)
            desk[name].apply(new)
        desk["meta"].put("height", str(header.height).encode())
        desk["meta"].delete("cold")
        for key, _ in list(desk["votes"].scan("")):
            desk["votes"].delete(key)
        changes: dict[str, bytes | None] = {**state}
        roster = self._roster
        return Carried(self.tip.records, changes, {}, {}, (), header.state_root, roster, 0)


def _kept_body(record: str, header: dict[str, object], frame: bytes, start: int) -> bytes | None:
    """Return the body in a frame as a book keeps it; raises DecodeError REC-6, Refused REC-10."""
    body = frame[start:]
    if body and (
        len(body) != header["body_size"] or sha256(_BODY + body).hexdigest() != header["body_hash"]
    ):
        raise DecodeError("REC-6")
    kind = kinds().get(str(header["kind"]))
    if kind is None or (body and not kind.erasable):
        return body or None
    if not body and not kind.erasable:
        raise Refused("REC-10", record=record)
    return keepable(unpack_record(frame[:start], body)).body if body else None
