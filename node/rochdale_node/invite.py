"""Invitations: a link that names a co-op, where to find it, and a secret good once."""

from __future__ import annotations

import base64
import re
from typing import Annotated, Final
from urllib.parse import parse_qsl, urlencode

from pydantic import Field, StringConstraints, ValidationError

from rochdale_protocol.core.errors import LocalError
from rochdale_protocol.core.fields import Count, Id, Millis, Model, Name, PublicKey
from rochdale_protocol.core.keys import SEED_SIZE, SeedSigner

__all__ = ["Invite"]

_PREFIX: Final = "rochdale://join?"
_SIZE_MAX: Final = 4_096
"""Characters: eight addresses and a name, and still a QR code that a camera reads."""


class Invite(Model):
    """What an invitation says. Whoever holds ``secret`` may apply once.

    ``height`` and ``minute`` are a recent minute of the inviting node, so that the newcomer
    can tell whether the book that it gets goes at least that far; ``device`` is that node,
    so that nobody else can answer in its place.
    """

    coop: Id
    name: Name
    secret: Annotated[str, StringConstraints(pattern=r"\A[0-9a-f]{64}\z")]
    height: Count
    minute: Id
    device: PublicKey
    expires: Millis
    addresses: Annotated[list[str], Field(max_length=8)]

    @property
    def token(self) -> SeedSigner:
        """What proves that one holds the invitation."""
        return SeedSigner(bytes.fromhex(self.secret))

    def to_link(self) -> str:
        """Return the link; binary values are in base64url to keep its QR code small."""
        fields = [
            ("c", _short(self.coop)),
            ("s", _short(self.secret)),
            ("m", _short(self.minute)),
            ("h", str(self.height)),
            ("d", _short(self.device)),
            ("e", str(self.expires)),
            ("n", self.name),
            *(("a", address) for address in self.addresses),
        ]
        return _PREFIX + urlencode(fields)

    @classmethod
    def from_link(cls, text: str) -> Invite:
        """Return the invitation in a link, or in a file that holds one.

        Raises:
            LocalError: API-10, it is none.
        """
        # Mail programs break long lines; nothing in a link is a space.
        link = re.sub(r"\s+", "", text[: 2 * _SIZE_MAX])
        if not link.startswith(_PREFIX) or len(link) > _SIZE_MAX:
            raise LocalError("API-10", why="it does not begin with rochdale://join?")
        try:
            pairs = parse_qsl(link[len(_PREFIX) :], strict_parsing=True, max_num_fields=16)
            fields = dict(pairs)
            return cls(
                coop=_long(fields["c"]),
                name=fields["n"],
                secret=_long(fields["s"]),
                height=int(fields["h"]),
                minute=_long(fields["m"]),
                device=_long(fields["d"]),
                expires=int(fields["e"]),
                addresses=[value for name, value in pairs if name == "a"],
            )
        except (KeyError, ValueError, ValidationError):
            raise LocalError("API-10", why="part of it is missing or changed") from None


def _short(identity: str) -> str:
    return base64.urlsafe_b64encode(bytes.fromhex(identity)).decode().rstrip("=")


def _long(text: str) -> str:
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(data) != SEED_SIZE:
        raise ValueError("not 32 bytes")
    return data.hex()
