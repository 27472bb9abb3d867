"""The rules of a co-op as data, and the flags of the protocol's versions (RUL-1 to RUL-3)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from .fields import Millis, Model

__all__ = ["PROTOCOL_VERSION", "Fraction", "Rules"]

PROTOCOL_VERSION = 1

Share = Annotated[int, Field(ge=0, le=1_000)]


class Fraction(Model):
    """A share of the members, ``over`` / ``under``."""

    over: Share
    under: Annotated[int, Field(ge=1, le=1_000)]

    def of(self, count: int) -> int:
        """Return the smallest whole number that is at least this share of ``count``."""
        return -(-count * self.over // self.under)


class Rules(Model):
    """What the founders agreed on; part of the charter.

    Attributes:
        quorum_ordinary: share of the electorate that must vote on ordinary business.
        quorum_special: the same for special business.
        voting_ms_min: least time between the minute that opens a vote and its close.
        invite_ms_max: longest life of an invite.
        dormant_minutes: a witness goes dormant that attested none of so many minutes
            over more than ``dormant_days`` days.
    """

    quorum_ordinary: Fraction = Fraction(over=1, under=3)
    quorum_special: Fraction = Fraction(over=1, under=2)
    voting_ms_min: Millis = 86_400_000
    invite_ms_max: Millis = 2_592_000_000
    dormant_minutes: Annotated[int, Field(ge=1, le=1_000_000)] = 20
    dormant_days: Annotated[int, Field(ge=1, le=3_650)] = 14
