"""Invites as links (INV-1 of ``specs/06-membership.md``).

``rochdale://join?c=<co-op>&h=<height>&m=<minute>&d=<device>&t=<secret>&e=<expiry>&a=<address>``:
the co-op's id is its charter's hash; the secret signs the application and is good once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

from rochdale_protocol.core.errors import LocalError
from rochdale_protocol.core.keys import SeedSigner

__all__ = ["Invite"]


@dataclass(frozen=True, slots=True)
class Invite:
    """What a newcomer is given.

    Attributes:
        height, minute: a recent final minute, for the newcomer to insist on.
        device: the inviting member's device.
        secret: 32 bytes; whoever holds it can apply once before ``expires`` (ms).
        addresses: where the inviting member's node may be reached.
    """

    coop: str
    height: int
    minute: str
    device: str
    secret: bytes = field(repr=False)
    expires: int
    addresses: tuple[str, ...]

    def token_signer(self) -> SeedSigner:
        """Return the key whose public half the book knows as the invite."""
        return SeedSigner(self.secret)

    def to_link(self) -> str:
        """Return the link."""
        query = [
            ("c", self.coop),
            ("h", str(self.height)),
            ("m", self.minute),
            ("d", self.device),
            ("t", self.secret.hex()),
            ("e", str(self.expires)),
            *(("a", address) for address in self.addresses),
        ]
        return f"rochdale://join?{urlencode(query)}"

    @classmethod
    def from_link(cls, link: str) -> Invite:
        """Return the invite in a link; raises LocalError INV-1 if it is not one."""
        try:
            parts = urlsplit(link.strip())
            if (parts.scheme, parts.netloc) != ("rochdale", "join"):
                raise ValueError("not a rochdale link")
            query = parse_qs(parts.query, strict_parsing=True, max_num_fields=20)
            ids = {name: bytes.fromhex(query[name][0]) for name in "cmdt"}
            if any(len(value) != 32 for value in ids.values()):
                raise ValueError("cut short")
            return cls(
                ids["c"].hex(),
                int(query["h"][0]),
                ids["m"].hex(),
                ids["d"].hex(),
                ids["t"],
                int(query["e"][0]),
                tuple(query.get("a", [])),
            )
        except (ValueError, KeyError) as error:
            raise LocalError("INV-1", detail=str(error)[:100]) from None
