"""Sends votes and records in the names of others, signed with its own key."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rochdale_protocol.core.hashes import ZERO_ID, Tag
from rochdale_protocol.core.keys import Signer
from rochdale_protocol.core.records import author_record, pack_record
from rochdale_protocol.governance.effects import NoEffect
from rochdale_protocol.governance.records import ProposalNew
from rochdale_protocol.minutes.votes import VoteKind
from rochdale_protocol.sync.messages import Kind, Message, Records

from .mask import Mask, say_votes, vote

if TYPE_CHECKING:
    from ..node import Node


@dataclass(frozen=True, slots=True)
class Forger:
    """Claims to be ``public`` and signs as somebody else."""

    public: str
    signer: Signer

    def sign(self, tag: Tag, data: bytes) -> bytes:
        return self.signer.sign(tag, data)

    def exchange(self, tag: Tag, ephemeral: bytes, data: bytes) -> bytes | None:
        return self.signer.exchange(tag, ephemeral, data)


class Impersonator(Mask):
    """See the module. It attests by the rules in its own name."""

    def stepped(self, node: Node) -> None:
        random = node.world.random
        if node.exchange is None or not node.links or random.randrange(3):
            return
        machine = node.ledger.machine
        others = [d for d in sorted(machine.ground.roster.places) if d != node.public]
        peer, name = random.choice(sorted(node.links)), random.choice(others)
        if random.randrange(2):
            node.say(peer, self._record(node, name))
            return
        kind = random.choice(list(VoteKind))
        named = machine.named()
        if kind is VoteKind.NULLIFY or not named:
            forged = vote(node, VoteKind.NULLIFY, machine.view)
        else:
            forged = vote(node, kind, machine.view, random.choice(named))
        say_votes(node, peer, replace(forged, device=name))

    def _record(self, node: Node, name: str) -> Message:
        entry = node.ledger.final.get(f"device/{name}") or {"seq": 0, "tip": ZERO_ID}
        record = author_record(
            Forger(name, node.signer),
            ProposalNew(
                opens=0,
                election=None,
                title="In another's name",
                text="",
                business="ordinary",
                closes=node.clock.now(node.world.now).wall + 5_000,
                effect=NoEffect(),
            ),
            coop=node.ledger.coop,
            seq=entry["seq"] + 1,
            prev=entry["tip"] or ZERO_ID,
            seen=node.ledger.tip.id,
            at=0,
        )
        return Message(Kind.RECORDS, Records(more=False), (pack_record(record),))
