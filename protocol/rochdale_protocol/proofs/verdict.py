"""What verifying a proof file says: each step, what is proved, and what is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from ..core.errors import CodedError
from ..core.fields import Model, Refounds
from ..views import Checked
from .rosters import Skip

__all__ = [
    "NOT_TAKEN",
    "AgreementProved",
    "Caveat",
    "DecisionProved",
    "MemberProved",
    "PartyProved",
    "Proved",
    "RecordProved",
    "Verdict",
    "caveats",
    "explain",
]


class PartyProved(Model):
    """A party and its signature; ``at`` is the clock of the device, in milliseconds."""

    member: str
    name: str
    record: str
    height: int
    at: int


class AgreementProved(Model):
    """An agreement that every party signed, in force since the minute ``in_force``."""

    agreement: str
    title: str
    version: int
    text: str
    text_hash: str
    in_force: int
    parties: list[PartyProved]


class MemberProved(Model):
    """An active member, and those of its devices that the file shows to be active."""

    member: str
    name: str
    entity: str
    joined: int
    devices: list[str]


class RecordProved(Model):
    """A record in a minute; ``code`` is why the members refused it, "" if it stands.

    ``name`` is "" where the author was no member; ``body`` None where the file lacks it.
    """

    record: str
    kind: str
    device: str
    member: str
    name: str
    at: int
    height: int
    index: int
    code: str
    body: dict[str, Any] | None


class DecisionProved(Model):
    """How a vote ended, counted again from its records.

    ``text`` is what was voted on; ``closed`` the height at which it ended; ``recount`` the
    canonical recount (TAL-5); ``names`` those of the members in it.
    """

    proposal: str
    title: str
    text: str
    status: str
    closed: int
    effect: dict[str, Any]
    effect_code: str
    recount: dict[str, Any]
    names: dict[str, str]


Proved = RecordProved | AgreementProved | MemberProved | DecisionProved


NOT_TAKEN: Final = (
    "ballots that were refused or came too late are not in this file, and nothing shows how many"
)


class Caveat(Model):
    """Something that the file does not prove."""

    name: str
    detail: str


class Verdict(Model):
    """The answer to a proof file.

    ``coop`` is "" until the charter or the checkpoint is checked. Where the file holds no
    charter, ``coop_name`` is "" and ``refounds``, the book that the charter takes the place
    of, is None. ``height`` (of the certified minute), ``minute``, ``time`` in milliseconds
    and ``state_root`` stand for nothing unless ``ok``. ``checkpoint`` is the height of the
    one that is trusted, None for the charter. ``signatures`` counts all that were checked.
    ``proved`` is None, ``skips`` and ``caveats`` are empty unless ``ok``.
    """

    ok: bool
    summary: str
    claim: str
    id: str
    coop: str
    coop_name: str
    refounds: Refounds | None
    height: int
    minute: str
    time: int
    state_root: str
    checkpoint: int | None
    skips: list[Skip]
    signatures: int
    checked: list[Checked]
    caveats: list[Caveat]
    proved: Proved | None


def caveats(
    *,
    height: int,
    coop: str,
    checkpoint: int | None,
    charter: bool,
    joined: bool,
    skips: Sequence[Skip],
    bodies: Sequence[bool],
    refounds: Refounds | None,
) -> list[Caveat]:
    """Return what a file doesn't prove.

    Args:
        height: of the certified minute.
        coop: the id to compare, "" where the verifier named it.
        checkpoint: the height of the one that is trusted.
        charter: whether it is in the file; its rules are if its own minute is the certified one.
        joined: whether the file shows the checkpoint's minute to be part of its history.
        bodies: of each record, whether its body is in the file.
        refounds: the book that the charter takes the place of.
    """
    found = {}
    if coop:
        found["coop"] = (
            f"anyone can found a co-op of this name: compare {coop} with the id that you were "
            "given by someone you trust"
        )
    if refounds is not None:
        found["refounded"] = (
            f"that the co-op {refounds.coop} agreed to be refounded by this one is said by its "
            "founders alone; what stood in its book is in that book"
        )
    if checkpoint is not None:
        found["checkpoint"] = (
            f"it rests on the checkpoint: whoever made it named the witnesses of minute "
            f"{checkpoint}; what came before is not checked"
        )
    if not charter:
        found["charter"] = (
            "the charter is not in this file: what the co-op is called, by which rules it was "
            "founded, and whether it took another one's place"
        )
    elif height:
        found["rules"] = "the rules that it was founded with are not in this file but as a hash"
    if not joined:
        found["history"] = (
            "that the checkpoint's minute is part of this history is not in the file; one made "
            "for the checkpoint shows it"
        )
    found["later"] = f"what was decided after minute {height} is not in this file"
    found["witnesses"] = (
        "it rests on the witnesses: more than two thirds of those of one height, or whoever has "
        "their keys since, could together have certified something else"
    )
    if skips:
        leaps = ", then those ".join(
            f"of minute {each.to_height} because {each.signed} of the {each.witnesses} whom "
            f"minute {each.from_height} named are among them and signed it"
            for each in skips
        )
        found["skips"] = (
            f"it believes the witnesses {leaps}: more than a third of the ones named, or whoever "
            "has their keys since, could together have invented the others"
        )
    found["names"] = (
        "names are those of the co-op's register; who holds the keys is for the members to know"
    )
    if bodies:
        found["times"] = "the times on records are their authors' own clocks"
    absent = bodies.count(False)
    if absent:
        found["bodies"] = f"the bodies of {absent} records are not in the file, only their hashes"
    return [Caveat(name=name, detail=detail) for name, detail in found.items()]


_PHRASES: Final = {
    "CAN-1": "the file is too large to be a proof",
    "CAN-2": "it is not JSON: the file is damaged or cut short",
    "CAN-3": "it holds a number that no proof file holds",
    "CAN-4": "it is nested too deeply",
    "CAN-5": "it holds a key that no proof file holds",
    "CAN-6": "it holds text that is not Unicode",
    "CAN-7": "the bytes are not canonical: the file was reformatted or changed",
    "CRT-1": "the certificate is damaged",
    "CRT-2": "the certificate is by other witnesses than the roster's chain leads to",
    "CRT-3": "too few witnesses signed the certificate",
    "CRT-4": "a signature in the certificate is not that witness's",
    "CRT-5": "the certificate is of another minute than the header here",
    "EVD-1": "the two votes don't contradict each other: an honest device may sign both",
    "EVD-2": "a vote's signature is not that device's",
    "EVD-3": "it is no file of evidence, or it was changed",
    "MEM-2": "a signature inside the application is wrong",
    "MEM-4": "the added device did not sign that it belongs to this member",
    "MEM-5": "the recovery key did not sign for this device",
    "MIN-10": "the charter is not well-formed",
    "MIN-11": "a founder did not sign this charter",
    "MRK-5": "the way from a record to its minute is malformed",
    "MRK-9": "the way from a minute to the certified one is malformed",
    "MRK-10": "a minute is not part of the certified history",
    "PRF-1": "a part is missing, malformed or out of order",
    "PRF-2": "it is of a version that this program does not know; look for a newer one",
    "PRF-3": "it is about another co-op than the one you named, or than your checkpoint",
    "PRF-4": "the witnesses are not those that the minute before them names",
    "PRF-5": "a header belongs to another co-op or version, or is not the founding one",
    "PRF-6": "the minute of a record is not in the file",
    "PRF-7": "the file does not show whose device signed a record",
    "PRF-8": "a record is not in the minute that it is said to be in",
    "PRF-9": "the file lacks what its claim needs",
    "PRF-10": "the agreement is not in force",
    "PRF-11": "a party has not signed exactly this version",
    "PRF-12": "the text is not the one that was agreed on",
    "PRF-13": "it is not an active member",
    "PRF-17": "a change of the witnesses is malformed, or none of those known before it",
    "PRF-18": "a third or fewer of the trusted witnesses signed it; ask for a file made for "
    "what you trust",
    "PRF-20": "it begins from another checkpoint than you trust: give that one, or ask for a file "
    "from the charter",
    "PRF-21": "it is older than your checkpoint: ask for a newer file, or verify it without one",
    "PRF-24": "the vote has not ended",
    "PRF-25": "counted again, the vote is not what the book says",
    "PRF-22": "A FORK: the file and your checkpoint have different final minutes of one height; "
    "trust neither, and show both to the members",
    "REC-1": "a record is too large",
    "REC-2": "a record's header is malformed",
    "REC-3": "a record is of an unknown version",
    "REC-4": "a record belongs to another co-op",
    "REC-5": "a record's signature is not its device's",
    "REC-6": "a record's body is not the one that was signed",
    "REC-7": "a record is of an unknown kind",
    "REC-8": "a record's body is not one of its kind",
    "REC-9": "a record's references are not in order",
    "TAL-1": "the records are not those that the proposal took in, or it is none",
    "TAL-2": "a ballot that is counted may not stand",
    "TAL-3": "a share is by none of the trustees",
    "STA-8": "a state proof is malformed",
    "STA-9": "a value is not the one in the certified state",
}


def explain(error: CodedError) -> str:
    """Return the reason in words, with what was seen."""
    words = _PHRASES.get(error.code, "a rule is broken")
    facts = ", ".join(f"{name} {_short(value)}" for name, value in error.fields.items())
    return f"{words} ({facts})" if facts else words


def _short(value: object) -> str:
    words = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return words if len(words) <= 80 else f"{words[:77]}..."
