"""An act as it is reviewed before it is signed, apart from the keys that lead to it.

Each act has two halves: ``why_not_*`` says why it can't be done now ("" if it can),
and ``review_*`` returns a ``Review``, which holds the body that will be signed, what
the dialog says about it, and the same act's command for a shell. Nothing here sends
anything.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Any, Final, Literal

from rochdale_protocol.views import StatusView

from ..phrases import named, short

__all__ = [
    "TYPED",
    "FormError",
    "Review",
    "Words",
    "command",
    "signer",
    "why_not_act",
]

TYPED: Final = 4
"""Characters of a hash or key that are typed before something binding is signed."""


class FormError(Exception):
    """What was typed can't be used.

    Attributes:
        field: the name of the form's field.
        message: what to type instead.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(field, message)
        self.field = field
        self.message = message


@dataclass(frozen=True, slots=True)
class Words:
    """A record of personal words that is signed first, so that they can be erased alone.

    Attributes:
        field: of the act's body, for the id of this record.
    """

    kind: str
    body: dict[str, Any]
    field: str


@dataclass(frozen=True, slots=True)
class Review:
    """An act as it is shown before it is signed.

    Attributes:
        kind: of the record that is signed, or what else is asked of the node.
        rows: labelled facts; checks begin with ``ok`` or ``x``.
        typed: what must be typed to enable the button, "" for nothing.
        obstacle: why it can't be signed after all, "" if it can.
        words: what is signed before it, if anything.
    """

    title: str
    kind: str
    body: dict[str, Any]
    confirm: str
    command: str
    rows: tuple[tuple[str, str], ...]
    typed: str = ""
    typed_label: str = ""
    obstacle: str = ""
    done: str = "Signed"
    endpoint: Literal["records", "ballots", "invites", "peers"] = "records"
    words: Words | None = None


def command(*words: str) -> str:
    """Return the command line of an act, quoted for a shell."""
    return shlex.join(("rochdale", *words))


def signer(status: StatusView) -> str:
    """Return who signs, and with what."""
    return f"{named(status.member_name, status.member)}, device {short(status.device)}"


def why_not_act(status: StatusView | None, link: str, *, suspended: bool = False) -> str:
    """Say why this member can sign nothing at all now.

    Args:
        suspended: whether it is an act that a suspended member may do alone (MEM-15).
    """
    if link != "up" or status is None:
        return "the node does not answer"
    if status.member_status not in ("active", *(("suspended",) if suspended else ())):
        return {
            "applying": "your application is not decided yet",
            "suspended": "you are suspended; what you may do is in rochdale member --help",
            "resigned": "you resigned",
            "expelled": "you are no longer a member",
            "outside": "you are not a member",
        }[status.member_status]
    if status.device_status != "active":
        return {
            "revoked": "this device was revoked",
            "frozen": "this device signed two different records and is frozen; enrol another",
            "applying": "this device is not enrolled yet",
            "unknown": "this device is not enrolled",
        }[status.device_status]
    return ""
