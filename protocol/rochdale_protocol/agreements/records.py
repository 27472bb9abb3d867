"""What may be signed about agreements (AGR-1 to AGR-8 of ``specs/08-agreements.md``)."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from ..core.fields import Body, Id, Name, PublicKey, Text
from ..core.limits import PARTIES_MAX

__all__ = ["AgreementDraft", "AgreementRevise", "AgreementSign"]


class AgreementDraft(Body):
    """The first version of an agreement; its id is this record's id."""

    kind: ClassVar[str] = "agreement.draft"
    title: Name
    text: Text
    parties: Annotated[list[PublicKey], Field(min_length=1, max_length=PARTIES_MAX)]


class AgreementRevise(Body):
    """The next version of a draft, by one of its parties."""

    kind: ClassVar[str] = "agreement.revise"
    agreement: Id
    text: Text

    def refs(self) -> tuple[str, ...]:
        return (self.agreement,)


class AgreementSign(Body):
    """A party binds itself to one exact version."""

    kind: ClassVar[str] = "agreement.sign"
    agreement: Id
    version: Annotated[int, Field(ge=1, le=999_999)]
    text_hash: Id

    def refs(self) -> tuple[str, ...]:
        return (self.agreement,)
