"""The errors that only a node has; the codes are those of ``specs/10`` and ``specs/12``."""

from __future__ import annotations

from rochdale_protocol.core.errors import CodedError

__all__ = ["LinkError", "StoreError"]


class StoreError(CodedError):
    """The book can't be read or written (STO-n): stop, say why."""


class LinkError(CodedError):
    """A link to a peer failed or was refused (LNK-n): back off, try again."""
