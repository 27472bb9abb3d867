"""What members write: bodies that make sense in the book as their own node shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from rochdale_protocol.agreements.records import AgreementDraft, AgreementRevise, AgreementSign
from rochdale_protocol.contributions.records import (
    ContributionConfirm,
    ContributionCorrect,
    ContributionDispute,
    ContributionLog,
)
from rochdale_protocol.core.fields import Body
from rochdale_protocol.core.hashes import Tag
from rochdale_protocol.governance.effects import Admit, Expel
from rochdale_protocol.governance.records import BallotCast, ProposalNew
from rochdale_protocol.membership.records import (
    DeviceAdd,
    DeviceRevoke,
    Erase,
    MemberAddress,
    MemberApply,
    MemberInvite,
    MemberProfile,
    MemberResign,
    WitnessReady,
)
from rochdale_protocol.membership.rules import recovery_claim
from rochdale_protocol.state.state import ReadState, Value

from .keys import device_key, recovery_key, token_key
from .node import Node
from .voters import VOTE_MS_MAX, WHIMS

__all__ = [
    "application",
    "device_addition",
    "duty",
    "expulsion",
    "invitation",
    "readiness",
    "resignation",
    "retirement",
    "whim",
]


def _wall(node: Node) -> int:
    return node.clock.now(node.world.now).wall


def _seen(node: Node, random: Random) -> ReadState:
    """What a member looks at: mostly everything pending too, at times what is final."""
    return node.ledger.ahead if random.randrange(4) else node.ledger.final


def _open(state: ReadState, area: str, *statuses: str) -> list[tuple[str, Value]]:
    return [(key, value) for key, value in state.scan(f"{area}/") if value["status"] in statuses]


def _members(state: ReadState) -> list[str]:
    return [member for member, _ in _open(state, "member", "active")]


# What duty asks for ---------------------------------------------------------------------


def duty(node: Node, random: Random) -> Body | None:
    """Return what a node in the middle of an admission should write, if anything."""
    state = node.ledger.ahead
    witness = state.get(f"witness/{node.member}")
    if witness is None and node.ledger.is_member(node.public):
        return WitnessReady()
    for proposal, entry in _open(state, "proposal", "open"):
        ballot = state.get(f"ballot/{proposal}/{node.member}")
        asks = entry["effect"]["type"] != "none" and not entry["seats"]
        if asks and ballot is None and random.randrange(4):
            return BallotCast(principal=None, proposal=proposal, choice="for", reason="")
    asked = {
        entry["effect"]["application"]
        for _, entry in _open(state, "proposal", "open")
        if entry["effect"]["type"] == "admit"
    }
    for applied, _ in _open(state, "application", "open"):
        if applied not in asked and random.randrange(3):
            return ProposalNew(
                opens=0,
                election=None,
                title="Admit",
                text="",
                business="ordinary",
                closes=_wall(node) + random.randrange(1_500, VOTE_MS_MAX),
                effect=Admit(application=applied),
            )
    return None


# What members do of their own accord ----------------------------------------------------


def _draft(node: Node, random: Random) -> Iterator[Body]:
    members = _members(node.ledger.final)
    parties = sorted(random.sample(members, random.randrange(1, len(members) + 1)))
    yield AgreementDraft(
        title="Supply", text=f"{random.randrange(1_000)} lambs a week.", parties=parties
    )


def _revise(node: Node, random: Random) -> Iterator[Body]:
    for agreement, entry in _open(_seen(node, random), "agreement", "draft"):
        if node.member in entry["parties"]:
            yield AgreementRevise(agreement=agreement, text=f"{random.randrange(1_000)} lambs.")


def _sign(node: Node, random: Random) -> Iterator[Body]:
    state = _seen(node, random)
    for agreement, entry in _open(state, "agreement", "draft"):
        if node.member in entry["parties"]:
            version = state.need(f"version/{agreement}/{entry['version']:06d}")
            yield AgreementSign(
                agreement=agreement, version=entry["version"], text_hash=version["text_hash"]
            )


def _log(node: Node, random: Random) -> Iterator[Body]:
    for receiver in _members(node.ledger.final):
        if receiver != node.member:
            yield ContributionLog(
                action="deliverService",
                receiver=receiver,
                resource="lambs",
                quantity=str(random.randrange(1, 50)),
                unit="head",
                happened=_wall(node),
                agreement=None,
                note="",
            )


def _settle(node: Node, random: Random) -> Iterator[Body]:
    for logged, entry in _open(_seen(node, random), "contribution", "logged", "disputed"):
        if entry["receiver"] == node.member:
            yield ContributionConfirm(contribution=logged, quantity=entry["quantity"])
            yield ContributionDispute(contribution=logged, reason="fewer came")
        elif entry["provider"] == node.member:
            quantity = str(random.randrange(50, 100))
            yield ContributionCorrect(contribution=logged, quantity=quantity, reason="miscounted")


def _describe(node: Node, random: Random) -> Iterator[Body]:
    yield MemberAddress(addresses=[f"farm-{node.number}:{random.randrange(1_024, 65_535)}"])
    yield MemberProfile(contact="gate", about="sheep", salt=f"{random.randrange(2**64):032x}")


def _erase(node: Node, random: Random) -> Iterator[Body]:
    for record, entry in _seen(node, random).scan("erasable/"):
        if entry["member"] == node.member:
            yield Erase(record=record)


_WHIMS: tuple[Callable[[Node, Random], Iterator[Body]], ...] = (
    *WHIMS,
    _draft,
    _revise,
    _sign,
    _sign,
    _log,
    _log,
    _settle,
    _settle,
    _describe,
    _erase,
)


def whim(node: Node, random: Random) -> Body:
    """Return something that the node's member may want to write."""
    while True:
        choices = list(random.choice(_WHIMS)(node, random))
        if choices:
            return random.choice(choices)


# Newcomers and second devices -----------------------------------------------------------


def readiness() -> Body:
    """Return what a device signs that will attest for its member."""
    return WitnessReady()


def resignation() -> Body:
    """Return what a member signs that leaves."""
    return MemberResign(reason="")


def expulsion(node: Node, member: str) -> Body:
    """Return a motion to expel a member."""
    return ProposalNew(
        opens=0,
        election=None,
        title="Expel",
        text="",
        business="special",
        closes=_wall(node) + 4_000,
        effect=Expel(member=member, reasons="x"),
    )


def retirement(first: Node) -> Body:
    """Return what ends a device of the same member."""
    return DeviceRevoke(device=first.public, reason="old")


def invitation(node: Node, newcomer: int) -> Body:
    """Return a sponsor's invite for the node of that number."""
    return MemberInvite(token=token_key(newcomer).public, expires=_wall(node) + 3_600_000)


def application(coop: str, number: int) -> Body:
    """Return what a newcomer's node signs first."""
    recovery, token = recovery_key(number), token_key(number)
    claim = recovery_claim(coop, recovery.public, device_key(number).public)
    return MemberApply(
        name=f"Farm {number}",
        entity="organisation",
        recovery=recovery.public,
        token=token.public,
        recovery_sig=recovery.sign(Tag.SIGN_RECOVERY, claim).hex(),
        token_sig=token.sign(Tag.SIGN_INVITE, claim).hex(),
    )


def device_addition(node: Node, number: int) -> Body:
    """Return what enrols the node of that number as another device of this node's member."""
    key = device_key(number)
    claim = recovery_claim(node.ledger.coop, node.member, key.public)
    return DeviceAdd(
        device=key.public, label="second", device_sig=key.sign(Tag.SIGN_DEVICE, claim).hex()
    )
