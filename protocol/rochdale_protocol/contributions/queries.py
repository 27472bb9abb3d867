"""What can be asked about contributions."""

from __future__ import annotations

from typing import Literal

from ..core.fields import Model
from ..core.reading import Reading, Standing, standing
from .records import Action

__all__ = ["ContributionView", "contributions"]


class ContributionView(Model):
    """One economic event; ``quantity`` is what stands after ``corrections``.

    ``happened`` is in milliseconds since the epoch; ``number`` is 0 while pending.
    """

    contribution: str
    number: int
    action: Action
    provider: str
    provider_name: str
    receiver: str
    receiver_name: str
    resource: str
    quantity: str
    unit: str
    agreement: str
    happened: int
    note: str
    status: Literal["logged", "confirmed", "disputed"]
    reason: str
    corrections: int
    standing: Standing


def contributions(reading: Reading) -> list[ContributionView]:
    """Return all contributions, the newest first."""
    names = {key: value["name"] for key, value in reading.ahead.scan("member/")}
    views = []
    for key, value in reading.ahead.scan("contribution/"):
        body = reading.body(key)
        dispute = reading.body(value["dispute"]) if value["dispute"] else None
        known = reading.final.get(f"contribution/{key}") is not None
        views.append(
            ContributionView(
                contribution=key,
                number=value["number"] if known else 0,
                action=value["action"],
                provider=value["provider"],
                provider_name=names.get(value["provider"], ""),
                receiver=value["receiver"],
                receiver_name=names.get(value["receiver"], ""),
                resource=value["resource"],
                quantity=value["quantity"],
                unit=value["unit"],
                agreement=value["agreement"],
                happened=value["happened"],
                note="" if body is None else body["note"],
                status=value["status"],
                reason="" if dispute is None else dispute["reason"],
                corrections=value["corrections"],
                standing=standing(reading, f"contribution/{key}"),
            )
        )
    return sorted(views, key=lambda view: (view.number != 0, -view.number, view.contribution))
