"""What can be asked about agreements."""

from __future__ import annotations

from typing import Literal

from ..core.fields import Model
from ..core.reading import Reading, Standing, standing

__all__ = ["AgreementView", "PartyView", "VersionView", "agreements"]


class PartyView(Model):
    """A party, and the newest version that it signed (0 for none)."""

    member: str
    name: str
    signed: int
    record: str
    standing: Standing


class VersionView(Model):
    """One exact text of an agreement."""

    version: int
    record: str
    text_hash: str
    text: str
    author: str


class AgreementView(Model):
    """An agreement with all its versions; ``in_force`` is the height, 0 if it isn't.

    It is ``adopted`` by a decision of the co-op, until one has ``ended`` it at that height.

    ``number`` is 0 while the draft is pending; ``force_version`` is 0 until all signed.
    """

    agreement: str
    number: int
    title: str
    author: str
    version: int
    status: Literal["draft", "in-force", "adopted", "ended"]
    in_force: int
    force_version: int
    ended: int
    parties: list[PartyView]
    versions: list[VersionView]
    standing: Standing


def agreements(reading: Reading) -> list[AgreementView]:
    """Return all agreements, the newest first."""
    views = [_view(reading, key, value) for key, value in reading.ahead.scan("agreement/")]
    return sorted(views, key=lambda view: (view.number != 0, -view.number, view.agreement))


def _view(reading: Reading, agreement: str, value: dict[str, object]) -> AgreementView:
    versions = []
    for key, version in reading.ahead.scan(f"version/{agreement}/"):
        body = reading.body(version["record"])
        versions.append(
            VersionView(
                version=int(key),
                record=version["record"],
                text_hash=version["text_hash"],
                text="" if body is None else body["text"],
                author=version["author"],
            )
        )
    parties = []
    for member in value["parties"]:  # type: ignore[attr-defined]
        entry = reading.ahead.get(f"member/{member}")
        signed = reading.ahead.get(f"signature/{agreement}/{member}")
        parties.append(
            PartyView(
                member=member,
                name="" if entry is None else entry["name"],
                signed=0 if signed is None else signed["version"],
                record="" if signed is None else signed["record"],
                standing=standing(reading, f"signature/{agreement}/{member}"),
            )
        )
    known = reading.final.get(f"agreement/{agreement}") is not None
    fields = {name: item for name, item in value.items() if name != "parties"}
    fields["number"] = value["number"] if known else 0
    return AgreementView.model_validate(
        {
            **fields,
            "agreement": agreement,
            "parties": parties,
            "versions": versions,
            "standing": standing(reading, f"agreement/{agreement}"),
        }
    )
