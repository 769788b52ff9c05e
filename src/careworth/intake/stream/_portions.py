"""Portions: blocks of a spool parsed and labelled once, for desk and facts alike.

Only the spool is durable. A portion that both consumers have done is forgotten; one that did not fit into
memory until the slower consumer came, or was lost with the process, is made again from its blocks.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc

from careworth.enrich.own import OwnLabeller
from careworth.enrich.rows import said_of
from careworth.intake.formats import ATTACHED, DELETED, INCOMING, Chunk, Format, ReadOptions, Rejected, Source
from careworth.intake.stream.spool import Block

KEPT_BYTES = 192 << 20
"""What portions may take while they wait; half of it what nobody has done yet."""


@dataclass(frozen=True, slots=True)
class Portion:
    """Blocks that follow one another."""

    first: int
    last: int
    chunk: Chunk
    said: pa.RecordBatch
    """The labels of the messages of the chunk, in the shape of ``SAID``."""

    @property
    def records(self) -> int:
        return self.chunk.received

    @property
    def bytes(self) -> int:
        rejected = sum(len(dead.raw) for dead in self.chunk.rejected)
        return int(self.chunk.messages.nbytes + self.said.nbytes) + rejected


@dataclass(frozen=True, slots=True)
class _Held(Source):
    """Bytes in memory, read like a file."""

    content: bytes = b""

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        yield BytesIO(self.content)


@dataclass(frozen=True, slots=True)
class Preparer:
    """Makes portions of blocks."""

    form: Format
    options: ReadOptions
    labeller: OwnLabeller

    def prepare(self, blocks: Sequence[Block]) -> Portion:
        """Parse and label blocks together: rules over the words are compiled anew for every call."""
        records = _Held(Path("stream"), content=b"".join(block.body for block in blocks))
        chunk = joined(list(self.form.read(records, self.options)))
        said = said_of(self.labeller.label(chunk.messages["text"]), self.labeller.version)
        return Portion(blocks[0].number, blocks[-1].number, chunk, said)


class Portions:
    """Those that wait for a consumer. ``done``: consumer -> the last block it has done; others keep it."""

    def __init__(self, done: dict[str, int]) -> None:
        self._done = done
        self._kept: list[Portion] = []
        self._changed = threading.Condition()

    def put(self, portion: Portion, stopped: Callable[[], bool]) -> None:
        """Keep a portion; waits while much is there that nobody has done."""
        with self._changed:
            while self._undone() > KEPT_BYTES // 2 and not stopped():
                self._changed.wait(0.2)
            self._kept.append(portion)
            while len(self._kept) > 1 and sum(one.bytes for one in self._kept) > KEPT_BYTES:
                self._kept.pop(0)
            self._changed.notify_all()

    def _undone(self) -> int:
        furthest = max(self._done.values())
        return sum(one.bytes for one in self._kept if one.first > furthest)

    def behind(self, number: int, most: int) -> list[Portion]:
        """Those that follow the block without a gap, until they hold ``most`` records."""
        found: list[Portion] = []
        with self._changed:
            for one in self._kept:
                if one.first == number + 1 and sum(got.records for got in found) < most:
                    found.append(one)
                    number = one.last
        return found

    def first_behind(self, number: int) -> int | None:
        """Where the oldest begins that is kept behind a block; None when there is none."""
        with self._changed:
            return next((one.first for one in self._kept if one.first > number), None)

    def done(self) -> None:
        """Forget what every consumer has done."""
        with self._changed:
            slowest = min(self._done.values())
            self._kept = [one for one in self._kept if one.last > slowest]
            self._changed.notify_all()

    def wait(self, number: int, seconds: float) -> None:
        """Until something is kept behind a block, or the time is over."""
        with self._changed:
            if not any(one.first > number for one in self._kept):
                self._changed.wait(seconds)


def joined(chunks: list[Chunk]) -> Chunk:
    """Several chunks as one, in their order."""
    rejected: list[Rejected] = [dead for chunk in chunks for dead in chunk.rejected]
    messages = one_batch([chunk.messages for chunk in chunks], INCOMING)
    deleted = [chunk.deleted for chunk in chunks if chunk.deleted is not None]
    return Chunk(
        messages,
        rejected,
        attached=_attached_together(chunks),
        deleted=one_batch(deleted, DELETED) if deleted else None,
    )


def _attached_together(chunks: list[Chunk]) -> pa.RecordBatch | None:
    """Attachments of several chunks; the rows are counted through."""
    first, found = 0, []
    for chunk in chunks:
        if chunk.attached is not None:
            rows = pc.add(chunk.attached["row"], first)
            found.append(chunk.attached.set_column(0, ATTACHED.field(0), rows))
        first += chunk.messages.num_rows
    return one_batch(found, ATTACHED) if found else None


def one_batch(batches: Sequence[pa.RecordBatch], schema: pa.Schema) -> pa.RecordBatch:
    """Several batches of a schema as one, in their order."""
    if batches:
        return pa.concat_batches(batches)
    return pa.RecordBatch.from_arrays([pa.array([], field.type) for field in schema], schema=schema)
