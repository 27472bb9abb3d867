"""Who attests, who goes dormant, and whom a large co-op elects to attest.

MEM-7, MEM-8, MEM-11, MEM-12, MEM-13 and MEM-18.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..core.errors import Refused
from ..core.limits import DAY_MS, WITNESSES_MAX
from ..core.registry import Act
from ..minutes.evidence import check_evidence
from ..state.state import ReadState, State
from . import records

__all__ = [
    "drop_witness",
    "elect_witnesses",
    "end_witness",
    "may_attest",
    "note_attested",
    "put_witness",
    "ready",
    "retire_dormant",
    "witness_evidence",
]


def may_attest(state: ReadState, member: str) -> bool:
    """Say whether the co-op's rules let a member be a witness (MEM-18).

    Where they elect witnesses and nobody is elected, yet or any more, all may.
    """
    if not _elects(state) or state.get(f"elected/{member}") is not None:
        return True
    return next(state.scan("elected/"), None) is None


def _elects(state: ReadState) -> bool:
    return bool(state.need("coop")["rules"]["witnesses"] == "elected")


def ready(state: State, act: Act) -> None:
    """Carry out a ``witness.ready``."""
    witness = state.get(f"witness/{act.member}")
    if witness is not None and witness["device"] == act.header.device:
        raise Refused("MEM-7", why="already a witness")
    if not may_attest(state, act.member):
        raise Refused("MEM-18", why="the members elect who attests")
    if witness is None:
        if state.count("witnesses") >= WITNESSES_MAX:
            raise Refused("MEM-7", witnesses_max=WITNESSES_MAX)
        state.add("witnesses")
    _wake(state, act.member)
    put_witness(state, act.member, act.header.device, act.height, act.time)
    _hand_over(state)


def put_witness(state: State, member: str, device: str, height: int, time: int) -> None:
    """Let a device attest for its member from the next height on."""
    state.put(f"witness/{member}", {"device": device, "since": height})
    state.put(f"attested/{member}", {"height": height, "day": time // DAY_MS})


def drop_witness(state: State, member: str, code: str) -> None:
    """Take the member off the roster; raises Refused with ``code`` if it is the last one."""
    if state.get(f"witness/{member}") is None:
        return
    if state.count("witnesses") == 1:
        raise Refused(code, why="the book would have no witness left")
    state.delete(f"witness/{member}")
    state.delete(f"attested/{member}")
    state.add("witnesses", -1)


def end_witness(state: State, member: str) -> None:
    """Let a member attest no more, nor come back as one that was dormant (MEM-8)."""
    drop_witness(state, member, "MEM-8")
    _wake(state, member)


def _wake(state: State, member: str) -> None:
    if state.get(f"dormant/{member}") is not None:
        state.delete(f"dormant/{member}")


def elect_witnesses(state: State, members: Sequence[str], height: int) -> None:
    """Carry out an election of those who attest, in place of those elected before.

    Who was elected and is no longer an active member is left out.

    Args:
        members: without repetition.
    Raises:
        Refused: MEM-18, the rules elect nobody, or nobody elected could attest.
    """
    if not _elects(state):
        raise Refused("MEM-18", why="by the rules all members attest")
    owners = {
        str(value["member"]) for _, value in state.scan("device/") if value["status"] == "active"
    }
    able = [
        member
        for member in members
        if member in owners and state.need(f"member/{member}")["status"] == "active"
    ]
    if not 0 < len(able) <= WITNESSES_MAX:
        raise Refused("MEM-18", why="none of them could attest, or they are too many")
    for member, _ in list(state.scan("elected/")):
        state.delete(f"elected/{member}")
    for member in able:
        state.put(f"elected/{member}", {"since": height})
    for member, _ in list(state.scan("dormant/")):
        if member not in able:
            state.delete(f"dormant/{member}")
    _hand_over(state)


def _hand_over(state: State) -> None:
    """Let those who are not elected go once a quorum of the elected attests (MEM-18)."""
    if not _elects(state):
        return
    elected = [member for member, _ in state.scan("elected/")]
    attesting = [member for member, _ in state.scan("witness/")]
    there = [member for member in elected if member in attesting]
    if len(there) > 2 * len(elected) // 3:
        for member in attesting:
            if member not in there:
                drop_witness(state, member, "MEM-18")


def note_attested(
    state: State, attested: Iterable[tuple[str, str]], height: int, time: int
) -> None:
    """Note who attested the minute before (MEM-11).

    Args:
        attested: members with the devices that signed.
        height, time: of the minute that is carried out.
    """
    minutes = int(state.need("coop")["rules"]["dormant_minutes"])
    for member, device in attested:
        witness = state.get(f"witness/{member}")
        if witness is None or witness["device"] != device:
            continue
        noted = state.need(f"attested/{member}")
        if noted["day"] < time // DAY_MS or noted["height"] + minutes <= height:
            state.put(f"attested/{member}", {"height": height, "day": time // DAY_MS})


def retire_dormant(state: State, height: int, time: int) -> None:
    """Take those off the roster who were away for too long (MEM-12)."""
    rules = state.need("coop")["rules"]
    away = []
    for member, witness in state.scan("witness/"):
        noted = state.need(f"attested/{member}")
        missed = noted["height"] + 2 * rules["dormant_minutes"] <= height
        if missed and noted["day"] + rules["dormant_days"] < time // DAY_MS:
            away.append((member, str(witness["device"])))
    count = state.count("witnesses")
    for member, device in away[: count - (2 * count // 3 + 1)]:
        drop_witness(state, member, "MEM-8")
        state.put(f"dormant/{member}", {"device": device, "since": height})


def witness_evidence(state: State, act: Act) -> None:
    """Carry out a ``witness.evidence``."""
    body: records.WitnessEvidence = act.body
    votes = (bytes.fromhex(body.first), bytes.fromhex(body.second))
    first, _ = check_evidence(act.header.coop, body.height, body.prev, body.roster, votes)
    device = state.get(f"device/{first.device}")
    if device is None:
        raise Refused("MEM-13", why="the book doesn't know the device", device=first.device)
    if state.get(f"evidence/vote/{first.device}") is not None:
        raise Refused("MEM-13", why="on record already", device=first.device)
    state.put(
        f"evidence/vote/{first.device}",
        {"record": act.record, "height": body.height, "at": act.height},
    )
