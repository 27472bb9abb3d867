"""The disk of one machine, down to the bytes: a write-ahead log beside the book's pages.

It keeps what SQLite promises in WAL mode with ``synchronous = FULL``, by the same means, for
that is what the real shelf stands on (STO-6):

- A commit is several frames, written one by one to the end of the log, then an fsync. Each
  frame carries a checksum over all before it; the last one says that the commit is whole.
- Recovery reads frames from the log's start while their checksums hold, and lays what whole
  commits wrote over the pages.
- A checkpoint writes to the pages what the log holds and fsyncs them. Then the log begins
  again: a new header, after which no old frame's checksum holds, is fsynced before any frame.
- Who opens the book makes durable what it reads: what a killed process had written and not
  yet synced is in the system's cache, where the next one finds it (STO-12).

``doom`` counts down at every write and every fsync, and wherever else ``point`` is called,
and strikes at zero. Then the process is gone; with the power goes what was never synced:
each such write is kept, lost, or torn, at a byte or by sectors, and a later one may be there
where an earlier one is not.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from errno import ENOSPC
from random import Random
from zlib import crc32

from rochdale_protocol.minutes.shelf import COLLECTIONS, Changes, MemoryShelf, height_key
from rochdale_protocol.state.maps import DictMap

__all__ = ["Crashed", "Disk", "File"]

SECTOR = 512
FRAME_MAX = 4096
CHECKPOINT_SIZE = 32 * FRAME_MAX
"""A log longer than this is written back to the pages; a real one has some thousand frames."""

_NUMBER = struct.Struct(">I")
_HEADER_SIZE = 2 * _NUMBER.size
_FRAME = struct.Struct(">HBI")
_ENTRY = struct.Struct(">BHI")
_PLACES = {name: place for place, name in enumerate(COLLECTIONS)}

Page = tuple[int, str]


class Crashed(Exception):
    """The machine stopped in the middle of what it did."""


class File:
    """Bytes behind a cache: who reads sees every write, a power cut leaves only some."""

    def __init__(self, data: bytes = b"") -> None:
        self._durable = bytearray(data)
        self._cached: list[tuple[int, bytes]] = []

    def write(self, at: int, data: bytes) -> None:
        self._cached.append((at, data))

    def sync(self) -> None:
        """Make durable whatever was written."""
        for at, data in self._cached:
            _put(self._durable, at, data)
        self._cached.clear()

    def read(self) -> bytes:
        seen = bytearray(self._durable)
        for at, data in self._cached:
            _put(seen, at, data)
        return bytes(seen)

    def cut_power(self, random: Random) -> None:
        """Lose the cache; of each write that was not synced, anything may be on the disk."""
        random.shuffle(self._cached)
        for at, data in self._cached:
            for start, end in _survivors(at, len(data), random):
                _put(self._durable, at + start, data[start:end])
        self._cached.clear()


def _put(content: bytearray, at: int, data: bytes) -> None:
    content.extend(bytes(max(0, at - len(content))))
    content[at : at + len(data)] = data


def _survivors(at: int, size: int, random: Random) -> Iterator[tuple[int, int]]:
    """Yield the parts of one write that a power cut leaves."""
    match random.randrange(4):
        case 0:
            yield 0, size
        case 1:
            yield 0, random.randrange(size + 1)
        case 2:
            start = 0
            while start < size:
                end = min(size, start + SECTOR - (at + start) % SECTOR)
                if random.randrange(2):
                    yield start, end
                start = end


class Disk:
    """A shelf that outlives the process, with the bytes under it.

    Attributes:
        shelf: what a process that opens the book reads.
        doom: how many more points are passed before the machine stops.
        room: how many bytes the log may still grow by, None for any.
        syncs: whether an fsync does anything; a disk that lies has False.
    """

    syncs = True

    def __init__(self, founded: Changes) -> None:
        self.doom: int | None = None
        self.room: int | None = None
        self._pages: dict[Page, File] = {}
        self._dirty: dict[Page, bytes] = {}
        self._log = File()
        self._generation = self._end = self._checksum = 0
        self._has_log = False
        for page, content in _contents(founded):
            self._pages[page] = File(_sized(content))
        self._begin_log()
        self.shelf = self._recover()

    # What a process asks for ----------------------------------------------------------

    def open(self) -> None:
        """Make durable what a process is about to read."""
        if self._dirty:
            self._checkpoint()
        elif not self._has_log:
            self._begin_log()  # the power went while its header was written

    def commit(self, changes: Changes) -> None:
        """Make changes durable.

        Raises:
            OSError: ENOSPC, there is no room; the book stays as it was.
            Crashed: the machine stopped.
        """
        written = list(_contents(changes))
        for frame in self._frames(_encoded(written)):
            if self.room is not None:
                self.room -= len(frame)
                if self.room < 0:
                    raise OSError(ENOSPC, "no space left on the simulated disk")
            self._write(self._log, self._end, frame)
            self._end += len(frame)
        self._sync([self._log])
        self.shelf.commit(changes)
        self._dirty.update(written)
        if self._end > CHECKPOINT_SIZE:
            self._checkpoint()

    # What happens to it ---------------------------------------------------------------

    def point(self) -> None:
        """Pass a point where the machine may stop; raises Crashed."""
        if self.doom is not None:
            if self.doom == 0:
                raise Crashed
            self.doom -= 1

    def crash(self, random: Random, *, power: bool) -> None:
        """Forget the process, and with ``power`` also what was in the system's cache."""
        self.doom = None
        if power:
            self._log.cut_power(random)
            for page in sorted(self._pages):
                self._pages[page].cut_power(random)
        self.shelf = self._recover()

    # What checks ask for --------------------------------------------------------------

    def get(self, collection: str, key: str) -> bytes | None:
        """Return what is durable under a key."""
        return self.shelf.maps[collection].get(key)

    def values(self, collection: str) -> list[bytes]:
        """Return all that is durable in a collection."""
        return [value for _, value in self.shelf.maps[collection].scan("")]

    @property
    def height(self) -> int:
        """The height of the last final minute that is durable."""
        return int(self.get("meta", "height") or b"0")

    def minute_at(self, height: int) -> bytes | None:
        """Return the bytes of a final minute."""
        return self.get("minutes", height_key(height))

    # Bytes ----------------------------------------------------------------------------

    def _write(self, file: File, at: int, data: bytes) -> None:
        file.write(at, data)
        self.point()

    def _sync(self, files: list[File]) -> None:
        self.point()
        if self.syncs:
            for file in files:
                file.sync()

    def _frames(self, payload: bytes) -> Iterator[bytes]:
        for start in range(0, len(payload), FRAME_MAX):
            piece = payload[start : start + FRAME_MAX]
            ends = start + FRAME_MAX >= len(payload)
            self._checksum = crc32(piece + bytes((ends,)), self._checksum)
            yield _FRAME.pack(len(piece), ends, self._checksum) + piece

    def _checkpoint(self) -> None:
        # The log first: a page must never be on the disk before the commit that wrote it.
        self._sync([self._log])
        files = []
        for page, content in self._dirty.items():
            files.append(self._pages.setdefault(page, File()))
            self._write(files[-1], 0, _sized(content))
        self._sync(files)
        self._begin_log()
        self._dirty = {}

    def _begin_log(self) -> None:
        self._generation += 1  # a real one draws this by lot: no header is ever written twice
        generation = _NUMBER.pack(self._generation)
        self._end, self._checksum = _HEADER_SIZE, crc32(generation)
        self._write(self._log, 0, generation + _NUMBER.pack(self._checksum))
        self._sync([self._log])
        self._has_log = True

    def _recover(self) -> MemoryShelf:
        """Read the book as a process does that finds the disk like this."""
        self._dirty = dict(self._read_log())
        contents = {page: _unsized(file.read()) for page, file in self._pages.items()}
        contents.update(self._dirty)
        maps: dict[str, dict[str, bytes]] = {name: {} for name in COLLECTIONS}
        for (place, key), content in contents.items():
            if content:
                maps[COLLECTIONS[place]][key] = content[1:]
        shelf = MemoryShelf()
        shelf.maps = {name: DictMap(values) for name, values in maps.items()}
        return shelf

    def _read_log(self) -> Iterator[tuple[Page, bytes]]:
        """Yield what whole commits wrote; the next one is written behind the last of them."""
        log = self._log.read()
        end = _HEADER_SIZE
        checksum = crc32(log[: _NUMBER.size])
        self._end, self._checksum = end, checksum
        self._has_log = _NUMBER.pack(checksum) == log[_NUMBER.size : end]
        if not self._has_log:
            return
        payload = b""
        while len(log) >= end + _FRAME.size:
            size, ends, sum_named = _FRAME.unpack_from(log, end)
            piece = log[end + _FRAME.size : end + _FRAME.size + size]
            checksum = crc32(piece + bytes((ends,)), checksum)
            if len(piece) < size or checksum != sum_named:
                return
            payload += piece
            end += _FRAME.size + size
            if ends:
                yield from _decoded(payload)
                payload = b""
                self._end, self._checksum = end, checksum


def _contents(changes: Changes) -> Iterator[tuple[Page, bytes]]:
    """Yield what pages are to hold: nothing, or a value behind a byte."""
    for name, values in changes.items():
        for key, value in values.items():
            yield (_PLACES[name], key), b"" if value is None else b"\1" + value


def _sized(content: bytes) -> bytes:
    return _NUMBER.pack(len(content)) + content


def _unsized(data: bytes) -> bytes:
    return data[_NUMBER.size :][: int.from_bytes(data[: _NUMBER.size], "big")]


def _encoded(written: list[tuple[Page, bytes]]) -> bytes:
    pieces: list[bytes] = []
    for (place, key), content in written:
        name = key.encode()
        pieces += (_ENTRY.pack(place, len(name), len(content)), name, content)
    return b"".join(pieces)


def _decoded(payload: bytes) -> Iterator[tuple[Page, bytes]]:
    at = 0
    while at < len(payload):
        place, key_size, size = _ENTRY.unpack_from(payload, at)
        start = at + _ENTRY.size + key_size
        yield (place, payload[at + _ENTRY.size : start].decode()), payload[start : start + size]
        at = start + size
