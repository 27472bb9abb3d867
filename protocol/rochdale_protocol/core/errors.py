"""The errors of the protocol. Each carries the number of a rule in ``specs/``.

Nothing parses a message: callers read ``code`` and ``fields``; the words a user
reads are made at the edge.
"""

from __future__ import annotations

__all__ = ["CodedError", "DecodeError", "LocalError", "NotYet", "Refused"]


class CodedError(Exception):
    """An error that names the rule that was broken.

    Attributes:
        code: the rule's number in ``specs/``, such as ``"CAN-3"``.
        fields: what was seen and what was allowed; JSON values only.
    """

    def __init__(self, code: str, **fields: object) -> None:
        super().__init__(code, fields)
        self.code = code
        self.fields = fields

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value}" for name, value in self.fields.items())
        return f"{self.code} ({facts})" if facts else self.code


class DecodeError(CodedError):
    """Bytes are not canonical, not what they claim to be, or too large: drop them."""


class Refused(CodedError):
    """A rule is broken and it can never be right: remember it with its code."""


class NotYet(CodedError):
    """Something it needs is absent (``fields["missing"]`` lists ids): park it."""


class LocalError(CodedError):
    """We or our user tried something that is not allowed: show it."""
