"""A co-op's state without its nodes: records carried out one a minute, decisions called.

What a decision does is called here as governance calls it when a vote has carried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import orjson

from rochdale_protocol.core.errors import Refused
from rochdale_protocol.core.fields import Body
from rochdale_protocol.core.hashes import ZERO_ID, Tag
from rochdale_protocol.core.keys import SeedSigner
from rochdale_protocol.core.records import author_record
from rochdale_protocol.membership.records import DeviceEnrol, MemberApply, MemberInvite
from rochdale_protocol.membership.rules import admit, recovery_claim
from rochdale_protocol.minutes.execute import Session, Unlistable, found
from rochdale_protocol.state.maps import OverlayMap
from rochdale_protocol.state.state import State, Value
from tests.protocol.coops import device, recovery, some_charter

__all__ = ["SALT", "Hall", "member"]

SALT = "00" * 16
SEEN = "5e" * 32
STEP_MS = 1_000


def member(number: int) -> str:
    """Return the id of farm ``number`` as a member."""
    return recovery(number).public


class _Nothing:
    def get(self, key: str) -> bytes | None:
        return None

    def scan(self, prefix: str, after: str = "") -> Iterator[tuple[str, bytes]]:
        return iter(())


class Hall:
    """Farms 0 to n - 1 have founded a co-op; each act and decision is a minute of its own.

    Attributes:
        record: the id of the last record that somebody signed.
        now: the time of the last minute.
    """

    def __init__(self, count: int, **rules: Any) -> None:
        charter = some_charter(count)
        changed = charter.rules.model_copy(update=rules)
        self.charter = charter.model_copy(update={"rules": changed})
        self.coop = self.charter.coop()
        self.state, self._tree, _, self._roster = found(self.charter, self.coop)
        self._heights = OverlayMap(_Nothing())
        self._heights.put(SEEN, b"0")
        self._chain = OverlayMap(_Nothing())
        self.height = 0
        self.now = self.charter.at
        self.record = ""
        self._tokens = 0
        self._bodies: dict[str, bytes] = {}

    @property
    def final(self) -> State:
        return self.state

    @property
    def ahead(self) -> State:
        return self.state

    def body(self, record: str) -> dict[str, Any] | None:
        """Return the body of a record, or None once it was erased."""
        held = self._bodies.get(record)
        body: dict[str, Any] | None = None if held is None else orjson.loads(held)
        return body

    def time(self, height: int) -> int:
        """Return the time of the minute at a height."""
        return self.charter.at + height * STEP_MS

    def entry(self, number: int) -> Value:
        """Return a farm's entry in the register."""
        return self.state.need(f"member/{member(number)}")

    def act(self, who: int | SeedSigner, body: Body) -> str:
        """Let a device sign a record; returns the code it is refused with, or ""."""
        signer = device(who) if isinstance(who, int) else who
        chain = self.state.get(f"device/{signer.public}") or {"seq": 0, "tip": ""}
        self._next()
        session = Session(
            self.state.map,
            self._heights,
            self._chain,
            self.height,
            self.now,
            attested=(),
            last_time=self.now - STEP_MS,
            prev=ZERO_ID,
        )
        record = author_record(
            signer,
            body,
            coop=self.coop,
            seq=chain["seq"] + 1,
            prev=chain["tip"],
            seen=SEEN,
            at=self.now,
        )
        try:
            code = session.add(record)
        except Unlistable as error:
            return error.code
        carried = session.finish(self._tree, self._roster)
        session.state.flush(self.state.overlay)
        for key, value in carried.chain.items():
            self._chain.put(key, value)
        self._roster = carried.roster
        self.record = record.id
        assert record.body is not None
        self._bodies[record.id] = record.body
        for erased in carried.erased:
            del self._bodies[erased]
        return code

    def decide(self, effect: Callable[..., None], *subject: Any) -> str:
        """Carry out what was decided; returns the code with which it is impossible, or ""."""
        self._next()
        trial = State(self.state.map)
        try:
            effect(trial, *subject, self.height)
        except Refused as error:
            return error.code
        trial.flush(self.state.overlay)
        return ""

    def _next(self) -> None:
        self.height += 1
        self.now += STEP_MS

    def witnesses(self) -> list[str]:
        """Return who attests, in the order of their ids."""
        return [key for key, _ in self.state.scan("witness/")]

    def invite(self, sponsor: int = 0) -> SeedSigner:
        """Let a farm invite a newcomer; returns the invitation's secret."""
        self._tokens += 1
        token = SeedSigner(bytes([210 + self._tokens]) * 32)
        assert self.act(sponsor, MemberInvite(token=token.public, expires=self.now + 9_000)) == ""
        return token

    def apply(self, key: SeedSigner, signer: SeedSigner, token: SeedSigner | None = None) -> str:
        """Let whoever holds a recovery key apply with a device; returns the code or ""."""
        token = token or self.invite()
        claim = recovery_claim(self.coop, key.public, signer.public)
        return self.act(
            signer,
            MemberApply(
                name="A Farm",
                entity="organisation",
                recovery=key.public,
                token=token.public,
                recovery_sig=key.sign(Tag.SIGN_RECOVERY, claim).hex(),
                token_sig=token.sign(Tag.SIGN_INVITE, claim).hex(),
            ),
        )

    def join(self, number: int, signer: SeedSigner | None = None) -> str:
        """Let a farm apply and be admitted; returns the code of either, or ""."""
        return self.apply(recovery(number), signer or device(number)) or self.decide(
            admit, self.record
        )

    def enrol(self, number: int, key: SeedSigner, signer: SeedSigner) -> str:
        """Let a recovery key enrol a device for a farm; returns the code or ""."""
        claim = recovery_claim(self.coop, member(number), signer.public)
        signature = key.sign(Tag.SIGN_RECOVERY, claim).hex()
        body = DeviceEnrol(member=member(number), label="new", recovery_sig=signature)
        return self.act(signer, body)
