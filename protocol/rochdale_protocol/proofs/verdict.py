"""What verifying a proof file says: each step, what is proved, and what is not (PRF-20)."""

from __future__ import annotations

from typing import Any, Final

from ..core.errors import CodedError
from ..core.fields import Model
from ..views import Checked

__all__ = [
    "AgreementProved",
    "Caveat",
    "MemberProved",
    "PartyProved",
    "Proved",
    "RecordProved",
    "Verdict",
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


Proved = RecordProved | AgreementProved | MemberProved


class Caveat(Model):
    """Something that the file does not prove."""

    name: str
    detail: str


class Verdict(Model):
    """The answer to a proof file.

    ``coop`` and what follows from the charter are "" until the charter is checked, and
    ``height`` (of the certified minute), ``minute``, ``time`` in milliseconds and
    ``state_root`` stand for nothing unless ``ok``. ``signatures`` counts all that were
    checked. ``proved`` is None and ``caveats`` is empty unless ``ok``.
    """

    ok: bool
    summary: str
    claim: str
    id: str
    coop: str
    coop_name: str
    height: int
    minute: str
    time: int
    state_root: str
    signatures: int
    checked: list[Checked]
    caveats: list[Caveat]
    proved: Proved | None


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
    "PRF-3": "it is about another co-op than the one you named",
    "PRF-4": "a roster is not the one that its certified minute names",
    "PRF-5": "a header belongs to another co-op or version, or is not the founding one",
    "PRF-6": "the minute of a record is not in the file",
    "PRF-7": "the file does not show whose device signed a record",
    "PRF-8": "a record is not in the minute that it is said to be in",
    "PRF-9": "the file lacks what its claim needs",
    "PRF-10": "the agreement is not in force",
    "PRF-11": "a party has not signed exactly this version",
    "PRF-12": "the text is not the one that was agreed on",
    "PRF-13": "it is not an active member",
    "REC-1": "a record is too large",
    "REC-2": "a record's header is malformed",
    "REC-3": "a record is of an unknown version",
    "REC-4": "a record belongs to another co-op",
    "REC-5": "a record's signature is not its device's",
    "REC-6": "a record's body is not the one that was signed",
    "REC-7": "a record is of an unknown kind",
    "REC-8": "a record's body is not one of its kind",
    "REC-9": "a record's references are not in order",
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
