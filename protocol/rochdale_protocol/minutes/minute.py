"""Minutes: pages of the book, and the charter that is page 0 (MIN-4 to MIN-9)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, TypeVar

import orjson
from pydantic import Field, StringConstraints, ValidationError

from ..core.canonical import Json, decode, encode
from ..core.errors import DecodeError, Refused
from ..core.fields import (
    Count,
    Entity,
    Id,
    Millis,
    Model,
    Name,
    PublicKey,
    Refounds,
    SignatureHex,
    Text,
)
from ..core.hashes import Tag, digest
from ..core.keys import Signer, check_signature
from ..core.limits import BODY_SIZE_MAX, MINUTE_RECORDS_MAX, MINUTE_SIZE_MAX, WITNESSES_MAX
from ..core.ruleset import PROTOCOL_VERSION, Rules, check_rules
from ..membership.records import Address
from .merkle import records_root
from .votes import Certificate

__all__ = [
    "Charter",
    "CharterCore",
    "Founder",
    "Minute",
    "MinuteHeader",
    "SignedCharter",
    "SignedCore",
    "certificate_hash",
    "rules_hash",
]

Code = Annotated[str, StringConstraints(pattern=r"\A([A-Z]{3}-[0-9]{1,3})?\z")]


class MinuteHeader(Model):
    """What a certificate names by its hash (MIN-4). ``time`` is in milliseconds."""

    v: int
    coop: Id
    height: Count
    prev: Id
    time: Millis
    proposer: PublicKey
    records_root: Id
    count: Count
    state_root: Id
    roster_hash: Id
    history_root: Id
    certificate_hash: Id

    def id(self) -> str:
        """Return the minute's id (MIN-5)."""
        return digest(Tag.MINUTE, encode(self.model_dump())).hex()


class MinuteBody(Model):
    """The list of records, each with the code it was refused with, or "" (MIN-6).

    ``certificate`` finalises the minute before, in hexadecimal; "" in minute 1.
    """

    records: Annotated[list[tuple[Id, Code]], Field(max_length=MINUTE_RECORDS_MAX)]
    certificate: Annotated[str, StringConstraints(pattern=r"\A([0-9a-f]{2})*\z")]


def certificate_hash(certificate: bytes) -> str:
    """Return the hash by which a header names the certificate inside (MIN-7)."""
    return digest(Tag.CERTIFICATE, certificate).hex()


@dataclass(frozen=True, slots=True)
class Minute:
    """A minute with its content; ``records`` are pairs of id and code."""

    id: str
    header: MinuteHeader
    records: tuple[tuple[str, str], ...]
    certificate: bytes

    @classmethod
    def make(
        cls,
        header: MinuteHeader,
        records: tuple[tuple[str, str], ...],
        certificate: bytes,
    ) -> Minute:
        return cls(header.id(), header, records, certificate)

    def to_bytes(self) -> bytes:
        """Return the header's size in two bytes, the header, and the body."""
        header = encode(self.header.model_dump())
        body = encode(
            {
                "records": [list(item) for item in self.records],
                "certificate": self.certificate.hex(),
            }
        )
        return len(header).to_bytes(2, "big") + header + body

    @classmethod
    def from_bytes(cls, data: bytes) -> Minute:
        """Return the minute in ``data``, checked against itself.

        Raises:
            DecodeError: CAN-n; MIN-4 the fields; MIN-8 the body is not the one that
                the header names; MIN-9 a record is listed twice.
        """
        if len(data) > MINUTE_SIZE_MAX or len(data) < 2:
            raise DecodeError("CAN-1", size=len(data), size_max=MINUTE_SIZE_MAX)
        end = 2 + int.from_bytes(data[:2], "big")
        header_value = decode(data[2:end], MINUTE_SIZE_MAX)
        body_value = decode(data[end:], MINUTE_SIZE_MAX)
        try:
            header = MinuteHeader.model_validate(header_value)
            body = MinuteBody.model_validate_json(data[end:])
        except ValidationError as error:
            raise DecodeError("MIN-4", fields=[str(e["loc"]) for e in error.errors()]) from None
        if header.v != PROTOCOL_VERSION or not isinstance(body_value, dict):
            raise DecodeError("MIN-4", v=header.v)
        minute = cls(
            digest(Tag.MINUTE, data[2:end]).hex(),
            header,
            tuple(body.records),
            bytes.fromhex(body.certificate),
        )
        minute._check_body()
        return minute

    def _check_body(self) -> None:
        header = self.header
        if header.count != len(self.records) or header.records_root != records_root(self.records):
            raise DecodeError("MIN-8", count=len(self.records))
        if header.certificate_hash != certificate_hash(self.certificate):
            raise DecodeError("MIN-8", why="certificate")
        if len({record for record, _ in self.records}) != len(self.records):
            raise DecodeError("MIN-9")

    def signers(self) -> tuple[int, ...]:
        """Return the places of those who attested the minute before."""
        if not self.certificate:
            return ()
        return Certificate.from_bytes(self.certificate).signers


class Founder(Model):
    """A founding member and its first device; ``member`` is its recovery key."""

    name: Name
    entity: Entity
    member: PublicKey
    device: PublicKey
    label: Name
    addresses: Annotated[list[Address], Field(max_length=8)]


class _Founding(Model):
    """What a charter says besides its rules."""

    v: int
    name: Name
    purpose: Text
    founders: Annotated[list[Founder], Field(min_length=1, max_length=WITNESSES_MAX)]
    at: Millis
    refounds: Refounds | None = None


class CharterCore(_Founding):
    """A charter with the hash of its rules in their place: what is hashed and signed (MIN-10)."""

    rules: Id

    @cached_property
    def data(self) -> bytes:
        """The canonical bytes, which are hashed and signed."""
        return encode(self.model_dump())

    def coop(self) -> str:
        """Return the id of the co-op that this charter founds."""
        return digest(Tag.CHARTER, self.data).hex()


class Charter(_Founding):
    """What the founders sign; the hash of its core is the co-op's id (MIN-10)."""

    rules: Rules

    @cached_property
    def core(self) -> CharterCore:
        """The charter with the hash of its rules in their place."""
        return CharterCore.model_validate(self.model_dump() | {"rules": rules_hash(self.rules)})

    def coop(self) -> str:
        """Return the id of the co-op that this charter founds."""
        return self.core.coop()

    def sign(self, signer: Signer) -> str:
        """Return one founder's signature in hexadecimal."""
        return signer.sign(Tag.SIGN_CHARTER, self.core.data).hex()


def rules_hash(rules: Rules) -> str:
    """Return the hash by which a charter's core names its rules (MIN-10)."""
    return digest(Tag.RULES, encode(rules.model_dump())).hex()


class SignedCore(Model):
    """A charter's core with the signatures of its founders' devices, in the founders' order."""

    charter: CharterCore
    signatures: list[SignatureHex | None]

    @classmethod
    def from_value(cls, value: Json) -> SignedCore:
        """Return what was decoded, with signatures not checked yet; raises DecodeError MIN-10."""
        return _read(cls, value)

    def check(self) -> None:
        """Raise Refused MIN-11 unless every founder has signed this charter."""
        data = self.charter.data
        for founder, signature in zip(self.charter.founders, self.signatures, strict=True):
            if signature is None:
                raise Refused("MIN-11", missing=founder.name)
            check_signature(
                founder.device, Tag.SIGN_CHARTER, data, bytes.fromhex(signature), "MIN-11"
            )

    def with_rules(self, rules: Rules) -> SignedCharter:
        """Return the whole charter; raises Refused MIN-10 unless these are its rules."""
        if rules_hash(rules) != self.charter.rules:
            raise Refused("MIN-10", rules=self.charter.rules)
        whole = Charter.model_validate(self.charter.model_dump() | {"rules": rules.model_dump()})
        return SignedCharter(charter=whole, signatures=self.signatures)


class SignedCharter(Model):
    """A charter with the signatures of its founders' devices, in the founders' order."""

    charter: Charter
    signatures: list[SignatureHex | None]

    def to_bytes(self) -> bytes:
        return encode(self.model_dump())

    @classmethod
    def from_bytes(cls, data: bytes) -> SignedCharter:
        """Return a charter whose signatures are not checked yet.

        Raises:
            DecodeError: CAN-n, or MIN-10 it is not a charter.
        """
        return _read(cls, decode(data, BODY_SIZE_MAX))

    def core(self) -> SignedCore:
        """Return what was signed, with the signatures."""
        return SignedCore(charter=self.charter.core, signatures=self.signatures)

    def check(self) -> None:
        """Raise Refused MIN-11 unless every founder has signed this charter.

        Nor do its rules let the members govern themselves if it raises RUL-n.
        """
        check_rules(self.charter.rules)
        self.core().check()


_S = TypeVar("_S", SignedCore, SignedCharter)


def _read(model: type[_S], value: Json) -> _S:
    data = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    if len(data) > BODY_SIZE_MAX:
        raise DecodeError("CAN-1", size=len(data), size_max=BODY_SIZE_MAX)
    try:
        signed = model.model_validate(value)
    except ValidationError as error:
        raise DecodeError("MIN-10", fields=[str(e["loc"]) for e in error.errors()]) from None
    charter = signed.charter
    members = {founder.member for founder in charter.founders}
    devices = {founder.device for founder in charter.founders}
    if charter.v != PROTOCOL_VERSION or len(signed.signatures) != len(charter.founders):
        raise DecodeError("MIN-10", why="version, or a founder without a place to sign")
    if orjson.dumps(signed.model_dump(), option=orjson.OPT_SORT_KEYS) != data:
        raise DecodeError("MIN-10", why="a field is left out")
    if not len(members) == len(devices) == len(charter.founders):
        raise DecodeError("MIN-10", why="a founder is named twice")
    return signed
