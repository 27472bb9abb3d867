"""Records as a dishonest or broken device would sign them: any header over any body."""

from __future__ import annotations

from typing import Any

import pytest

from rochdale_protocol.core.canonical import encode
from rochdale_protocol.core.errors import Refused
from rochdale_protocol.core.fields import Body
from rochdale_protocol.core.hashes import ZERO_ID, Tag
from rochdale_protocol.core.keys import SeedSigner
from rochdale_protocol.core.records import Record, Verified, body_hash, decode_record
from rochdale_protocol.minutes.ledger import Ledger

from .coops import Coop, device

__all__ = ["deliver", "forge", "frame", "next_header", "refusal", "reopened"]


def next_header(coop: Coop, number: int, body: Body) -> dict[str, Any]:
    """Return the fields of the header that a farm's device would sign next."""
    reader = coop.nodes[0].ledger
    entry = reader.final.get(f"device/{device(number).public}") or {"seq": 0, "tip": ""}
    data = encode(body.model_dump(mode="json"))
    return {
        "v": 1,
        "coop": coop.id,
        "device": device(number).public,
        "seq": entry["seq"] + 1,
        "prev": entry["tip"] or ZERO_ID,
        "seen": reader.tip.id,
        "refs": sorted(set(body.refs())),
        "at": coop.wall,
        "kind": body.kind,
        "body_hash": body_hash(data),
        "body_size": len(data),
    }


def frame(header: dict[str, Any], body: bytes, signer: SeedSigner) -> bytes:
    """Return the frame of a header, signed as it is."""
    data = encode(header)
    return len(data).to_bytes(2, "big") + data + signer.sign(Tag.SIGN_RECORD, data) + body


def forge(
    coop: Coop, number: int, body: Body, *, data: bytes | None = None, **fields: Any
) -> Verified:
    """Return a farm's next record with some fields of the header set otherwise.

    Args:
        data: the bytes of the body, if they are not those of ``body``.
    """
    header = next_header(coop, number, body)
    if data is None:
        data = encode(body.model_dump(mode="json"))
    header |= {"body_hash": body_hash(data), "body_size": len(data)} | fields
    record: Record = decode_record(frame(header, data, device(number)))
    return Verified(record)


def deliver(coop: Coop, record: Verified) -> None:
    """Bring a record to every linked farm but the one whose device signed it."""
    for number, node in enumerate(coop.nodes):
        if node.linked and device(number).public != record.header.device:
            try:
                node.ledger.add_record(record)
            except Refused:
                continue


def refusal(coop: Coop, number: int, body: Body) -> str:
    """Return the code with which a farm's own ledger refuses to sign, and keep nothing."""
    ledger = coop.nodes[number].ledger
    pending = ledger.pool.ids()
    with pytest.raises(Refused) as caught:
        ledger.author(body)
    assert ledger.pool.ids() == pending
    return caught.value.code


def reopened(coop: Coop, number: int) -> Ledger:
    """Return the ledger of a farm made anew from its shelf, as after a crash."""
    ledger = Ledger(coop.nodes[number].shelf, device(number), coop.now)
    ledger.linked = True
    return ledger
