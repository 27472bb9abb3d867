"""Keys and the charter of simulated co-ops, all from numbers."""

from __future__ import annotations

from functools import cache
from hashlib import sha256

from rochdale_protocol.core.keys import SeedSigner
from rochdale_protocol.core.ruleset import standard_rules
from rochdale_protocol.minutes.minute import Charter, Founder, SignedCharter

__all__ = ["EPOCH_MS", "device_key", "founded", "recovery_key", "token_key"]

EPOCH_MS = 1_760_000_000_000
"""When simulated time begins."""


@cache
def _key(purpose: str, number: int) -> SeedSigner:
    return SeedSigner(sha256(f"{purpose} {number}".encode()).digest())


def device_key(number: int) -> SeedSigner:
    """Return the key of the node of that number."""
    return _key("device", number)


def recovery_key(number: int) -> SeedSigner:
    """Return a member's recovery key, whose public half is the member's id."""
    return _key("recovery", number)


def token_key(number: int) -> SeedSigner:
    """Return the secret of the invite of the node of that number."""
    return _key("token", number)


@cache
def founded(count: int) -> SignedCharter:
    """Return the charter of that many members, signed by each."""
    charter = Charter(
        v=1,
        name="Simulated Farms",
        purpose="to be tried",
        rules=standard_rules(voting_ms_min=0, expulsion_days=0, dormant_minutes=1, dormant_days=1),
        founders=[
            Founder(
                name=f"Farm {number}",
                entity="organisation",
                member=recovery_key(number).public,
                device=device_key(number).public,
                label="laptop",
                addresses=[],
            )
            for number in range(count)
        ],
        at=EPOCH_MS - 1_000,
    )
    signatures = [charter.sign(device_key(number)) for number in range(count)]
    return SignedCharter(charter=charter, signatures=list(signatures))
