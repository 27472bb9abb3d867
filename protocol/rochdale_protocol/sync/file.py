"""A book in a file, for machines that never meet (SYN-10 of ``specs/10-sync.md``).

The file is a line that names the form, then messages, each behind its size in four
bytes: the charter, final minutes in order, pending records, contents and votes of the
height under way. A courier who carries such files is link enough for a minute to become
final.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..core.errors import DecodeError
from ..core.limits import MESSAGE_SIZE_MAX
from ..minutes.ledger import Ledger
from . import messages
from .messages import Kind, Message
from .serving import minutes_from
from .session import Session

__all__ = ["FILE_MAGIC", "export_book", "split_file"]

FILE_MAGIC = b"rochdale-sync/1\n"


def export_book(ledger: Ledger, start: int = 1) -> Iterator[bytes]:
    """Yield the pieces of a file that holds a book from minute ``start`` on."""
    yield FILE_MAGIC
    session = Session(ledger, "", trusted=True)
    for message in _messages(ledger, session, start):
        data = messages.encode_message(message)
        yield len(data).to_bytes(4, "big")
        yield data


def _messages(ledger: Ledger, session: Session, start: int) -> Iterator[Message]:
    yield Message(Kind.CHARTER, messages.Empty(), (ledger.charter.to_bytes(),))
    while start <= ledger.height:
        batch = minutes_from(ledger, start)
        assert isinstance(batch.head, messages.Minutes)
        start += len(batch.head.records)
        yield batch
    yield from session.all_pending()


def split_file(data: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the messages of an exported file, the charter first.

    Raises:
        DecodeError: SYN-10 it is no such file, or it is cut short.
    """
    buffer = b""
    started = False
    for piece in data:
        buffer += piece
        if not started:
            if len(buffer) < len(FILE_MAGIC):
                continue
            if not buffer.startswith(FILE_MAGIC):
                raise DecodeError("SYN-10", why="not an exported book")
            buffer = buffer[len(FILE_MAGIC) :]
            started = True
        while len(buffer) >= 4:
            size = int.from_bytes(buffer[:4], "big")
            if size > MESSAGE_SIZE_MAX:
                raise DecodeError("SYN-10", size=size)
            if len(buffer) < 4 + size:
                break
            yield buffer[4 : 4 + size]
            buffer = buffer[4 + size :]
    if buffer or not started:
        raise DecodeError("SYN-10", why="cut short")
