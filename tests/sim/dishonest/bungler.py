"""As leader, proposes minutes in which one thing is wrong, though it knows better."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, ClassVar

from rochdale_protocol.minutes import merkle
from rochdale_protocol.minutes.minute import Minute, certificate_hash
from rochdale_protocol.minutes.votes import Certificate, VoteKind
from rochdale_protocol.sync.messages import Empty, Kind, Message

from .mask import Mask, say_votes, vote

if TYPE_CHECKING:
    from ..node import Node


class Bungler(Mask):
    """See the module. It proposes to everybody alike and attests to its own minutes."""

    signs: ClassVar[bool] = False

    def __init__(self) -> None:
        self._said: set[tuple[str, int, int]] = set()
        self._drawn: dict[tuple[int, int], Minute] = {}

    def stepped(self, node: Node) -> None:
        if node.exchange is None or node.public not in node.ledger.roster.places:
            return
        machine = node.ledger.machine
        height, view = machine.ground.height, machine.view
        if machine.leader(view) != node.public:
            return
        if (height, view) not in self._drawn:
            ledger, wall = node.ledger, node.clock.now(node.world.now).wall
            right = ledger._page.draw_up(ledger.pool, node.public, wall)
            if right is None:
                return
            wrong = node.world.random.choice(_WRONGS)(right, node.world.random)
            self._drawn[height, view] = wrong
        minute = self._drawn[height, view]
        for peer in sorted(node.links):
            if (peer, height, view) in self._said:
                continue
            self._said.add((peer, height, view))
            node.say(peer, Message(Kind.CONTENTS, Empty(), (minute.to_bytes(),)))
            kinds = (VoteKind.PROPOSE, VoteKind.NOTARIZE, VoteKind.FINALIZE)
            say_votes(node, peer, *(vote(node, kind, view, minute.id) for kind in kinds))


def _other_state(minute: Minute, random: Random) -> Minute:
    header = minute.header.model_copy(update={"state_root": f"{random.randrange(2**256):064x}"})
    return Minute.make(header, minute.records, minute.certificate)


def _other_code(minute: Minute, random: Random) -> Minute:
    if not minute.records:
        return _other_state(minute, random)
    (record, code), *rest = minute.records
    records = ((record, "" if code else "GOV-5"), *rest)
    update = {"records_root": merkle.records_root(records)}
    return Minute.make(minute.header.model_copy(update=update), records, minute.certificate)


def _other_certificate(minute: Minute, random: Random) -> Minute:
    """One signer fewer inside, or one whose signature is another's."""
    if not minute.certificate:
        return _other_state(minute, random)
    held = Certificate.from_bytes(minute.certificate)
    first, *signatures = held.signatures
    if random.randrange(2) and signatures:
        forged = replace(held, signatures=(signatures[-1], *signatures))
    else:
        forged = replace(held, signers=held.signers[:1], signatures=(first,))
    data = forged.to_bytes()
    update = {"certificate_hash": certificate_hash(data)}
    return Minute.make(minute.header.model_copy(update=update), minute.records, data)


def _earlier(minute: Minute, random: Random) -> Minute:
    """Before the last minute, where its time is that of the epoch."""
    return Minute.make(
        minute.header.model_copy(update={"time": 1}), minute.records, minute.certificate
    )


_WRONGS: tuple[Callable[[Minute, Random], Minute], ...] = (
    _other_state,
    _other_code,
    _other_certificate,
    _other_certificate,
    _earlier,
)
