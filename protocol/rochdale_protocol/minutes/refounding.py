"""Refounding: a new charter in the place of a book that stands still (RFD-1 to RFD-7).

RFD-3  The old book holds the minute that the charter cites.
RFD-4  It reaches that minute.
RFD-5  It doesn't go further.
RFD-6  Each founder is an active member of it, by the same name and its recovery key.
RFD-8  A founder signs with its own device: one of the old book, or the one on its card.

Only a founder's own node can check this, on the old book that it holds; the new book says
no more than what all its founders signed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..core.errors import LocalError, NotYet, Refused
from ..core.fields import Refounds
from ..core.ruleset import PROTOCOL_VERSION, Rules
from ..state.state import ReadState, Value
from .holdings import Holdings
from .minute import Charter, Founder, SignedCharter

__all__ = [
    "Support",
    "check_refounding",
    "draft_refounding",
    "known_founders",
    "member_of",
    "support_of",
]


@dataclass(frozen=True, slots=True)
class Support:
    """Whose signatures the old book could still count on, by the height after its last minute.

    Attributes:
        witnesses: how many there are, of whom ``quorum`` must sign.
        founding: those whose device founds the new book; RFD-7 ends their signing here.
    """

    witnesses: int
    quorum: int
    founding: int

    @property
    def founders_suffice(self) -> bool:
        """Whether the founders could go on in the old book without anybody else."""
        return self.founding >= self.quorum

    @property
    def others_suffice(self) -> bool:
        """Whether those left out could go on in the old book without the founders."""
        return self.witnesses - self.founding >= self.quorum


def support_of(old: Holdings, charter: Charter) -> Support:
    """Count the old book's witnesses, and the founders among them."""
    roster = old.roster_at(old.height + 1)
    founding = sum(founder.device in roster.places for founder in charter.founders)
    return Support(len(roster), roster.quorum, founding)


def draft_refounding(
    old: Holdings, members: Sequence[str], devices: Mapping[str, Founder], at: int
) -> SignedCharter:
    """Return the charter by which these members refound a book, with no signature yet.

    Name, purpose and rules are the old book's, as are the founders' names.

    Args:
        devices: by member, the card whose device signs, where it isn't one of the register.
        at: the time, in milliseconds.
    Raises:
        Refused: RFD-6 one is no active member. LocalError: RFD-8 one has no active device,
            COL-5 the old book is still being fetched.
    """
    if old.cold is not None:
        raise LocalError("COL-5", height=old.cold.height)
    state = old.final
    cards = {member_of(state, key): card for key, card in devices.items()}
    wanted = sorted({member_of(state, member) for member in members})
    founders = [_founder(state, member, cards.get(member)) for member in wanted]
    charter = Charter(
        v=PROTOCOL_VERSION,
        name=old.charter.charter.name,
        purpose=old.charter.charter.purpose,
        rules=Rules.model_validate(state.need("coop")["rules"]),
        founders=founders,
        at=at,
        refounds=Refounds(coop=old.coop, height=old.height, minute=old.tip.id),
    )
    return SignedCharter(charter=charter, signatures=[None] * len(founders))


def member_of(state: ReadState, key: str) -> str:
    """Return the member that a founder is: it was re-keyed, or the key is its id."""
    rekeyed = state.get(f"rekeyed/{key}")
    return key if rekeyed is None else str(rekeyed["member"])


def _founder(state: ReadState, member: str, card: Founder | None) -> Founder:
    entry = state.get(f"member/{member}")
    if entry is None or entry["status"] != "active":
        raise Refused("RFD-6", member=member if entry is None else entry["name"])
    if card is None:
        card = _registered(state, member, entry)
    named = {"name": entry["name"], "entity": entry["entity"], "member": entry["recovery"]}
    return card.model_copy(update=named)


def _registered(state: ReadState, member: str, entry: Value) -> Founder:
    """Return a founder with the device that attests for it, or else its newest one."""
    owned = dict(_devices(state, member))
    witness = state.get(f"witness/{member}")
    chosen = "" if witness is None else witness["device"]
    if chosen not in owned:
        if not owned:
            raise LocalError("RFD-8", member=entry["name"])
        chosen = max(owned, key=lambda device: (owned[device]["since"], device))
    addresses = state.get(f"address/{chosen}")
    return Founder(
        name=entry["name"],
        entity=entry["entity"],
        member=entry["recovery"],
        device=chosen,
        label=owned[chosen]["label"],
        addresses=[] if addresses is None else addresses["addresses"],
    )


def _devices(state: ReadState, member: str) -> Iterator[tuple[str, Value]]:
    for device, entry in state.scan("device/"):
        if entry["member"] == member and entry["status"] == "active":
            yield device, entry


def check_refounding(charter: Charter, old: Holdings) -> list[str]:
    """Check that a charter rightly refounds a book that this node holds.

    Returns:
        The names of founders whose device that book does not know as theirs: whoever signs
        should ask them.
    Raises:
        Refused: RFD-3 it cites another minute, RFD-5 the book goes further, RFD-6 a founder
            is no active member. NotYet: RFD-4 the book doesn't reach the cited minute.
        LocalError: COL-5 the book is still being fetched.
    """
    cited = charter.refounds
    assert cited is not None
    assert cited.coop == old.coop
    if old.cold is not None:
        raise LocalError("COL-5", height=old.cold.height)
    if cited.height > old.height:
        raise NotYet("RFD-4", height=cited.height, mine=old.height, missing=[cited.minute])
    if old.desk["heights"].get(cited.minute) != str(cited.height).encode():
        raise Refused("RFD-3", height=cited.height, minute=cited.minute)
    if cited.height < old.height:
        raise Refused("RFD-5", height=cited.height, mine=old.height)
    state = old.final
    for founder in charter.founders:
        entry = state.get(f"member/{member_of(state, founder.member)}") or {}
        same = [founder.name, founder.entity, "active", founder.member]
        if [entry.get(each) for each in ("name", "entity", "status", "recovery")] != same:
            raise Refused("RFD-6", member=founder.name)
    known = known_founders(charter, state)
    return [founder.name for founder in charter.founders if founder not in known]


def known_founders(charter: Charter, state: ReadState) -> list[Founder]:
    """Return the founders whose device a state knows as that member's."""
    return [
        founder
        for founder in charter.founders
        if (state.get(f"device/{founder.device}") or {"member": ""})["member"]
        == member_of(state, founder.member)
    ]
