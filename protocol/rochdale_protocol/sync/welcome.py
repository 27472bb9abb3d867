"""What a stranger may do: ask for the charter with an invite, and apply (SYN-5)."""

from __future__ import annotations

from collections.abc import Iterator

from ..areas import kinds
from ..core.errors import DecodeError, Refused
from ..core.hashes import Tag
from ..core.keys import Signer, check_signature
from ..core.records import decode_record, verify_record
from ..minutes.ledger import Ledger
from ..minutes.minute import SignedCharter
from . import messages
from .messages import Kind, Message

__all__ = ["answer_knock", "knock", "read_charter", "try_opener"]


def _claim(coop: str, device: str) -> bytes:
    return bytes.fromhex(coop) + bytes.fromhex(device)


def knock(token: Signer, coop: str, device: str) -> bytes:
    """Return the message that asks a member for the charter.

    Args:
        token: signs with the invite's secret.
        device: the newcomer's device, which has proved its key on this link.
    """
    signature = token.sign(Tag.SIGN_INVITE, _claim(coop, device)).hex()
    head = messages.Knock(token=token.public, token_sig=signature)
    return messages.encode_message(Message(Kind.KNOCK, head))


def answer_knock(ledger: Ledger, peer: str, message: Message) -> Message:
    """Return the charter for who holds an invite; raises Refused SYN-5 or MEM-1."""
    head = message.head
    assert isinstance(head, messages.Knock)
    signature = bytes.fromhex(head.token_sig)
    check_signature(head.token, Tag.SIGN_INVITE, _claim(ledger.coop, peer), signature, "SYN-5")
    invite = ledger.final.get(f"invite/{head.token}")
    if invite is None or invite["used"] or ledger.wall_ms >= invite["expires"]:
        raise Refused("MEM-1", why="no such invite, or it was used, or it expired")
    return Message(Kind.CHARTER, messages.Empty(), (ledger.charter.to_bytes(),))


def read_charter(data: bytes, coop: str) -> SignedCharter:
    """Return the charter in a member's answer to a knock.

    Raises:
        DecodeError: SYN-1, MIN-10 it is not a charter.
        Refused: MIN-11 a founder has not signed it, SYN-4 it founds another co-op.
    """
    message = messages.decode_message(data)
    if message.kind is not Kind.CHARTER or len(message.blobs) != 1:
        raise DecodeError("SYN-1", kind=message.kind.name)
    signed = SignedCharter.from_bytes(message.blobs[0])
    if signed.charter.coop() != coop:
        raise Refused("SYN-4", coop=signed.charter.coop())
    signed.check()
    return signed


def try_opener(ledger: Ledger, peer: str, message: Message) -> Iterator[Message]:
    """Take in the first record of a stranger's own device, or yield why not."""
    if len(message.blobs) != 1:
        raise Refused("SYN-5", records=len(message.blobs))
    record = verify_record(decode_record(message.blobs[0]), ledger.coop)
    kind = kinds().get(record.header.kind)
    if kind is None or not kind.opens or record.header.device != peer:
        raise Refused("SYN-5", kind=record.header.kind)
    code = ledger.would_refuse(record)
    if code:
        head = messages.Refusal(record=record.id, code=code)
        yield Message(Kind.REFUSAL, head)
    else:
        ledger.add_record(record)
