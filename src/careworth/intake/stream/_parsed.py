"""Blocks to messages: parsed once, by whichever consumer comes first."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

import pyarrow as pa

from careworth.intake.formats import INCOMING, Chunk, Format, ReadOptions, Rejected, Source
from careworth.intake.stream.spool import Block

_KEPT = 128
"""Blocks that wait parsed for the slower consumer; what does not fit is parsed again."""


@dataclass(frozen=True, slots=True)
class _Held(Source):
    """Bytes in memory, read like a file."""

    content: bytes = b""

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        yield BytesIO(self.content)


class Parser:
    """Shared by the consumers of one stream."""

    def __init__(self, form: Format, options: ReadOptions) -> None:
        self.form, self.options = form, options
        self._lock = threading.Lock()
        self._kept: OrderedDict[int, Chunk] = OrderedDict()

    def keep(self, block: Block) -> Chunk:
        """Parsed, and kept for the other consumer."""
        chunk = self._parse(block)
        with self._lock:
            self._kept[block.number] = chunk
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return chunk

    def take(self, block: Block) -> Chunk:
        """What was kept, else parsed now."""
        with self._lock:
            kept = self._kept.pop(block.number, None)
        return kept or self._parse(block)

    def _parse(self, block: Block) -> Chunk:
        return joined(list(self.form.read(_Held(Path("stream"), content=block.body), self.options)))


def joined(chunks: list[Chunk]) -> Chunk:
    """Several chunks as one, in their order."""
    table = pa.Table.from_batches([chunk.messages for chunk in chunks], schema=INCOMING).combine_chunks()
    rejected: list[Rejected] = [dead for chunk in chunks for dead in chunk.rejected]
    batches = table.to_batches()
    empty = pa.RecordBatch.from_arrays([pa.array([], field.type) for field in INCOMING], schema=INCOMING)
    return Chunk(batches[0] if batches else empty, rejected)
