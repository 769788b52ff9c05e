"""The spool: records on disk before anything is done with them, and the upstream's cursor with them.

Records wait in *blocks*, counted from 1; a block is one write and one ``fdatasync``. A block that a kill or
a full disk left half written has a wrong checksum and is cut off when the spool is opened again: its cursor
goes with it, so the upstream is asked for the same records once more.
"""

import fcntl
import os
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import msgspec

from careworth.errors import StoreBusy, StoreError

SEGMENT_BYTES = 64 << 20
_HEAD = struct.Struct("<4sQIII")  # magic, number, checksum, length of the note, length of the records
_MAGIC = b"CWB1"


@dataclass(frozen=True, slots=True)
class Block:
    """Records that were made durable together, one a line, and what was known of the upstream then."""

    number: int
    records: int
    body: bytes
    cursor: str | None
    """Where the upstream is to be taken up again."""
    received: int
    """All that came since the spool began, up to this block and with what was left out."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Reason -> what a filter left out before the spool, since it began."""


class _Note(msgspec.Struct, array_like=True):
    records: int
    cursor: str | None
    received: int
    left_out: dict[str, int]


class Spool:
    """One writer, any number of readers in the same process. Raises StoreBusy when another process has it."""

    def __init__(self, folder: Path, *, segment_bytes: int = SEGMENT_BYTES) -> None:
        self.folder = folder
        self._segment_bytes = segment_bytes
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = (folder / "spool.lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as problem:
            self._lock.close()
            raise StoreBusy(
                f"Another process is filling the spool {folder}.", hint="Wait, or choose another --name."
            ) from problem
        self._file: int | None = None
        self._size = 0
        self.last = Block(0, 0, b"", None, 0)
        self._take_up()

    def append(
        self, records: Sequence[bytes], cursor: str | None, left_out: Mapping[str, int] | None = None
    ) -> Block:
        """Make records durable as one block. StoreError when the disk is full: nothing has changed then."""
        counts = dict(self.last.left_out)
        for reason, number in (left_out or {}).items():
            counts[reason] = counts.get(reason, 0) + number
        received = self.last.received + len(records) + sum((left_out or {}).values())
        body = b"".join(_line(record) for record in records)
        block = Block(self.last.number + 1, len(records), body, cursor, received, counts)
        try:
            self._write(_packed(block))
        except OSError as problem:
            self._undo()
            raise StoreError(
                f"Nothing more can be written to {self.folder}: {problem.strerror}.",
                hint="Make room; reading goes on by itself and nothing was lost.",
            ) from problem
        self.last = block
        return block

    def reader(self, after: int) -> "SpoolReader":
        """Reads the durable blocks behind a number."""
        return SpoolReader(self, after)

    def forget(self, upto: int) -> None:
        """Delete segments of which every block is done with; the newest stays, it holds the cursor."""
        segments = self.segments()
        for first, following in pairwise(segments):
            if following - 1 <= upto and following <= self.last.number:
                self.path(first).unlink()

    def waiting_bytes(self) -> int:
        """How much disk the spool takes."""
        return sum(self.path(first).stat().st_size for first in self.segments())

    def close(self) -> None:
        self._close_segment()
        self._lock.close()

    def _take_up(self) -> None:
        """Find the last whole block, and cut off what is behind it."""
        for first in reversed(self.segments()):
            newest = None
            for newest in _scan(self.path(first)):
                self.last = newest[0]
            if newest is not None:
                os.truncate(self.path(first), newest[1])
                return
            self.path(first).unlink()  # not one whole block: it never existed

    def _write(self, packed: bytes) -> None:
        if self._file is None or self._size >= self._segment_bytes:
            self._open_segment(self.last.number + 1)
        file = self._file
        assert file is not None
        view = memoryview(packed)
        while view:
            view = view[os.write(file, view) :]
        os.fdatasync(file)
        self._size += len(packed)

    def _undo(self) -> None:
        if self._file is not None:
            os.ftruncate(self._file, self._size)

    def _open_segment(self, first: int) -> None:
        self._close_segment()
        self._file = os.open(self.path(first), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._size = os.fstat(self._file).st_size
        directory = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

    def _close_segment(self) -> None:
        if self._file is not None:
            os.close(self._file)
        self._file = None

    def path(self, first: int) -> Path:
        """The file of the segment that begins with a block."""
        return self.folder / f"{first:012}.spool"

    def segments(self) -> list[int]:
        """The first block of every segment, oldest first."""
        return sorted(int(path.stem) for path in self.folder.glob("*.spool"))


class SpoolReader:
    """Goes over the durable blocks once, in their order. To be used by one thread."""

    def __init__(self, spool: Spool, after: int) -> None:
        self._spool, self.at = spool, after
        """The number of the block that was read last."""
        self._segment, self._offset = 0, 0

    def read(self, most: int, upto: int | None = None) -> list[Block]:
        """The next blocks, until they hold ``most`` records or ``upto`` is among them; [] at the end."""
        last = self._spool.last.number if upto is None else min(upto, self._spool.last.number)
        blocks: list[Block] = []
        while self.at < last and sum(block.records for block in blocks) < most:
            found = self._next()
            if found is None:
                break
            blocks.append(found)
            self.at = found.number
        return blocks

    def _next(self) -> Block | None:
        """The block behind the last, which may stand in the next segment."""
        begun = [first for first in self._spool.segments() if first <= self.at + 1]
        if begun and begun[-1] != self._segment:
            self._segment, self._offset = begun[-1], 0
        for block, end in _scan(self._spool.path(self._segment), self._offset):
            self._offset = end
            if block.number > self.at:
                return block
        return None


def _line(record: bytes) -> bytes:
    """Line breaks of JSON stand between its parts only, where a blank says the same."""
    return (record.replace(b"\n", b" ") if b"\n" in record else record) + b"\n"


def _packed(block: Block) -> bytes:
    note = msgspec.msgpack.encode(_Note(block.records, block.cursor, block.received, dict(block.left_out)))
    head = _HEAD.pack(
        _MAGIC, block.number, zlib.crc32(block.body, zlib.crc32(note)), len(note), len(block.body)
    )
    return head + note + block.body


def _scan(path: Path, start: int = 0) -> Iterator[tuple[Block, int]]:
    """Every whole block of a segment and where it ends; stops at the first that is not whole."""
    end = start
    with path.open("rb") as file:
        file.seek(start)
        while len(head := file.read(_HEAD.size)) == _HEAD.size:
            magic, number, checksum, note_length, length = _HEAD.unpack(head)
            if magic != _MAGIC:
                return
            note, body = file.read(note_length), file.read(length)
            if len(body) < length or zlib.crc32(body, zlib.crc32(note)) != checksum:
                return
            end += _HEAD.size + note_length + length
            said = msgspec.msgpack.decode(note, type=_Note)
            yield Block(number, said.records, body, said.cursor, said.received, said.left_out), end
