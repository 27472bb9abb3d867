"""The types of fields that bodies and views are made of (FLD-1 to FLD-7)."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from .limits import INTEGER_MAX, NAME_MAX, NOTE_MAX, TEXT_MAX

__all__ = [
    "Body",
    "Count",
    "Entity",
    "Id",
    "Millis",
    "Model",
    "Name",
    "Note",
    "PublicKey",
    "Quantity",
    "Refounds",
    "Salt",
    "SignatureHex",
    "Text",
]


# Named one by one, not asked of the language's tables: what Unicode calls printable
# changes from release to release, and all nodes must agree on every name.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u061c\u1680\u180e\u2000-\u200b\u200e\u200f\u2028-\u202f"
    "\u205f-\u206f\u3000\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)


def _check_line(value: str) -> str:
    if value != value.strip(" ") or _UNSEEN.search(value):
        raise ValueError("must be one printable line without spaces at its ends")
    return value


Id = Annotated[str, StringConstraints(pattern=r"\A[0-9a-f]{64}\z")]
"""A SHA-256 in lower-case hexadecimal."""

PublicKey = Annotated[str, StringConstraints(pattern=r"\A[0-9a-f]{64}\z")]
"""An Ed25519 public key, 32 bytes in lower-case hexadecimal."""

SignatureHex = Annotated[str, StringConstraints(pattern=r"\A[0-9a-f]{128}\z")]
"""An Ed25519 signature, 64 bytes in lower-case hexadecimal."""

Salt = Annotated[str, StringConstraints(pattern=r"\A[0-9a-f]{32}\z")]
"""16 random bytes, so that an erased body can't be guessed from its hash."""

Millis = Annotated[int, Field(ge=0, le=INTEGER_MAX)]
"""Milliseconds since 1970-01-01T00:00Z without leap seconds."""

Count = Annotated[int, Field(ge=0, le=INTEGER_MAX)]

Entity = Literal["organisation", "person"]

Name = Annotated[
    str, StringConstraints(min_length=1, max_length=NAME_MAX), AfterValidator(_check_line)
]
"""One line without control, format or space characters other than inner spaces (FLD-5)."""

Note = Annotated[str, StringConstraints(max_length=NOTE_MAX)]

Text = Annotated[str, StringConstraints(min_length=1, max_length=TEXT_MAX)]

Quantity = Annotated[
    str, StringConstraints(pattern=r"\A(0|[1-9][0-9]{0,14})(\.[0-9]{0,5}[1-9])?\z")
]
"""A non-negative decimal in canonical form: no sign, no exponent, no trailing zeros."""


class Model(BaseModel):
    """A frozen value with no fields but its own, and no coercion.

    Its validator is built when the first one is read: a command reads few kinds of them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class Refounds(Model):
    """The book that a charter takes the place of: its last final minute (RFD-1)."""

    coop: Id
    height: Count
    minute: Id


class Body(Model):
    """The body of a record of one kind."""

    kind: ClassVar[str]

    def refs(self) -> tuple[str, ...]:
        """Return the ids of the records this one is about; the header lists them sorted."""
        return ()
